"""What a policy comes to on a customer base, as JSON values. Amounts are spelled as decisions spell them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, assert_never

from tierpolicy.model.plain import duration_text, json_value, money_text, percent_text
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import MONEY, Duration, Money, Percent, Type
from tierpolicy.model.values import Known, Value
from tierpolicy.runtime.simulation.results import (
    Amount,
    Amounts,
    Band,
    Claim,
    Costs,
    Count,
    Crossing,
    Distance,
    Elements,
    Labels,
    Part,
    Simulation,
    Statement,
)

Data = dict[str, Any]


def simulation_data(found: Simulation) -> Data:
    """The simulation as JSON values."""
    policy = found.policy
    return {
        "policy": identity(policy),
        "base": found.base,
        "as_of": found.as_of.isoformat(),
        "customers": found.customers,
        "broken": found.broken,
        "with_problems": found.with_problems,
        "problems": dict(found.problems),
        "open": found.open,
        "counted": found.counted or None,
        "pool": found.pool or None,
        "load_by": found.load_by or None,
        "currency": policy.currency or None,
        "service": {each.attribute.name: _part(each, found) for each in found.parts},
        "statements": [statement_data(each) for each in found.statements],
        "costs": None if found.costs is None else costs_data(found.costs, policy),
        "properties": [_claim(each) for each in found.claims],
        "value_against_service": None if found.crossing is None else _crossing(found.crossing),
        "distances": [_distance(each, policy) for each in found.distances],
        "notes": list(found.notes),
    }


def identity(policy: Policy) -> Data:
    return {"name": policy.name, "version": policy.version, "digest": policy.digest}


def amount_data(amount: Amount | None, type_: Type) -> str | int | float | None:
    """A sum, as values of its type are spelled; of numbers the nearest float, null beyond what one can hold."""
    if amount is None:
        return None
    if isinstance(amount, Fraction):
        try:
            return float(amount)
        except OverflowError:
            return None
    match type_:
        case Money():
            return money_text(amount)
        case Percent():
            return percent_text(amount)
        case Duration():
            return duration_text(amount)
        case _:
            return amount


# ---------------------------------------------------------------- who gets what


def _part(part: Part, found: Simulation) -> Data:
    field = found.policy.fields[found.load_by].type if found.load_by else None
    return {"raised": part.raised, "lowered": part.lowered, **_values(part, field)}


def _values(part: Part, load: Type | None) -> Data:
    type_ = part.attribute.type
    match part.values:
        case Labels(counts, others):
            return {"values": [_count(each, type_, load) for each in counts], "others": others}
        case Elements(counts, nothing):
            return {"elements": [_element(each, load) for each in counts], "nothing": nothing}
        case Amounts() as amounts:
            return {
                "known": amounts.known,
                "none": amounts.none,
                "total": amount_data(amounts.total, type_),
                "quantiles": {str(each.percent): json_value(each.value, type_) for each in amounts.quantiles},
                "bands": [_band(each, type_) for each in amounts.bands],
                "exact": amounts.exact,
            }
        case _:
            assert_never(part.values)


def _count(count: Count, type_: Type, load: Type | None) -> Data:
    return {"value": json_value(count.value, type_), "customers": count.customers, **_load(count, load)}


def _element(count: Count, load: Type | None) -> Data:
    return {"value": str(count.value), "customers": count.customers, **_load(count, load)}


def _load(count: Count, type_: Type | None) -> Data:
    if count.load is None or type_ is None:
        return {}
    return {"load": amount_data(count.load.total, type_), "load_unknown": count.load.unknown}


def _band(band: Band, type_: Type) -> Data:
    """`from` is in the band, `below` isn't; a band of one value has `value`."""
    if band.low is not None and band.low == band.high:
        return {"value": json_value(band.low, type_), "customers": band.customers}
    return {"from": _edge(band.low, type_), "below": _edge(band.high, type_), "customers": band.customers}


def _edge(edge: Known | None, type_: Type) -> Any:
    return None if edge is None else json_value(edge, type_)


def statement_data(statement: Statement) -> Data:
    """A statement and whom it counts for."""
    return {
        "kind": statement.kind,
        "statement": statement.name,
        "title": statement.title,
        "path": statement.path,
        "line": statement.line,
        "customers": statement.customers,
        "unknown": statement.unknown,
        **({} if statement.moved is None else {"moved": statement.moved}),
    }


# ---------------------------------------------------------------- cost, claims, value, distance


def costs_data(costs: Costs, policy: Policy) -> Data:
    """What the service costs."""
    type_ = type_of(costs.by, policy)
    return {
        "total": money_text(costs.total),
        "unknown": costs.unknown,
        "statements": [
            {**statement_data(each.statement), "total": money_text(each.total)} for each in costs.statements
        ],
        "by": costs.by or None,
        "groups": [
            {
                "value": group_value(each.value, type_),
                "customers": each.customers,
                "total": amount_data(each.total, MONEY),
                "unknown": each.unknown,
            }
            for each in costs.groups
        ],
    }


def group_value(value: Value, type_: Type | None) -> Any:
    return None if type_ is None else json_value(value, type_)


def type_of(name: str, policy: Policy) -> Type | None:
    """The type of an attribute or field; None for a name of neither."""
    held: Mapping[str, Any] = {**policy.fields, **policy.attributes}
    return held[name].type if name in held else None


def _claim(claim: Claim) -> Data:
    return {"property": claim.name, "verdict": claim.verdict, "message": claim.message, "help": claim.help}


def _crossing(crossing: Crossing) -> Data:
    bands = zip(crossing.bands, crossing.counts, strict=True)
    return {
        "field": crossing.field,
        "attribute": crossing.attribute,
        "levels": [_label(each) for each in crossing.levels],
        "bands": [{**_band(band, crossing.type), "by_level": list(counts)} for band, counts in bands],
        "unknown": list(crossing.unknown),
    }


def _label(value: Known) -> str | bool | None:
    return value if isinstance(value, str | bool) else None


def _distance(distance: Distance, policy: Policy) -> Data:
    type_ = policy.attributes[distance.attribute].type
    return {
        "attribute": distance.attribute,
        "field": distance.field,
        "reaches": [
            {"up_to": json_value(each.up_to, distance.type), "customers": each.customers} for each in distance.reaches
        ],
        "best": distance.best,
        "never": distance.never,
        "unknown": distance.unknown,
        "by_level": [
            {"value": json_value(each.value, type_), "customers": each.customers} for each in distance.by_level
        ],
        "reason": distance.reason or None,
    }
