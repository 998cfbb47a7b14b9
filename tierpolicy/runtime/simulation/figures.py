"""What was counted, as figures: the parts of the service and the statements of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierpolicy.cells.reads import constant_value
from tierpolicy.model.policy import Baseline, Limit, Policy, Rule
from tierpolicy.model.policy import Cost as CostStatement
from tierpolicy.model.types import Choice, Date, Flag, Scale, SetOf, Text
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.runtime.simulation.adding import Spread, Tally
from tierpolicy.runtime.simulation.bands import bands_of, quantiles_of
from tierpolicy.runtime.simulation.results import Amounts, Count, Elements, Kind, Labels, Load, Part, Statement
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement as Said
from tierpolicy.semantics.index import clauses_by_attribute, statements
from tierpolicy.semantics.words import BY_PLACE
from tierpolicy.source import Source, Span


def parts_of(policy: Policy, tally: Tally, load_by: str) -> tuple[Part, ...]:
    """The parts of the service that customers see."""
    return tuple(_part(each, policy, tally, load_by) for each in policy.attributes.values() if not each.internal)


def _part(attribute: Attribute, policy: Policy, tally: Tally, load_by: str) -> Part:
    name = attribute.name
    return Part(attribute, _values(attribute, policy, tally, load_by), tally["raised", name], tally["lowered", name])


def _values(attribute: Attribute, policy: Policy, tally: Tally, load_by: str) -> Labels | Elements | Amounts:
    name = attribute.name
    match attribute.type:
        case Scale() | Choice() | Flag():
            return Labels(tuple(_count(name, held, tally, load_by) for held in levels_of(attribute)))
        case Text():
            return _texts(attribute, policy, tally, load_by)
        case SetOf(labels):
            return Elements(tuple(_count(name, label, tally, load_by) for label in labels), tally["nothing", name])
        case type_:
            spread = tally.spreads.get(("amount", name), Spread())
            total = None if isinstance(type_, Date) else tally.total(("total", name))
            bands, quantiles = bands_of(spread, type_), quantiles_of(spread, type_)
            return Amounts(spread.known, tally["nothing", name], total, quantiles, bands, spread.exact)


def levels_of(attribute: Attribute) -> tuple[Known, ...]:
    """The values of a scale or flag, best first; of a choice as declared. `none` comes last."""
    match attribute.type:
        case Scale(labels):
            levels: tuple[Known, ...] = tuple(reversed(labels))
        case Choice(labels):
            levels = labels
        case _:
            levels = (False, True) if attribute.direction is Direction.LESS else (True, False)
    none = NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW
    return (*levels, none) if attribute.or_none else levels


def _count(name: str, held: Known, tally: Tally, load_by: str) -> Count:
    what = ("value", name, held)
    load = Load(tally.total(("load", what)), tally["no load", what]) if load_by else None
    return Count(held, tally[what], load)


def _texts(attribute: Attribute, policy: Policy, tally: Tally, load_by: str) -> Labels:
    """The texts that stand in the policy; those of the customers' own records are only counted."""
    name = attribute.name
    said = clauses_by_attribute(policy)[name].grants
    own = {constant_value(grant.value, policy) for _, grant in said} | {attribute.default}
    own |= {NotOffered.BELOW} if attribute.or_none else set()
    counts = [_count(name, held, tally, load_by) for held in own if isinstance(held, str | NotOffered)]
    everybody = tally["customers"]
    counts.sort(key=lambda each: (-each.customers, str(each.value)))
    return Labels(tuple(counts), everybody - sum(each.customers for each in counts))


# ---------------------------------------------------------------- statements


def kind_of(statement: Said | CostStatement) -> Kind:
    """What kind of statement it is, in the author's word."""
    match statement:
        case Rule():
            return statement.kind
        case Limit():
            return "limit"
        case Baseline():
            return "baseline"
        case CostStatement():
            return "cost"


def statements_of(policy: Policy, tally: Tally) -> tuple[Statement, ...]:
    """Every statement with whom it counts for."""
    sources = {source.path: source for source in policy.sources}
    return tuple(_statement(each, sources, tally) for each in statements(policy))


def _statement(said: Said, sources: Mapping[str, Source], tally: Tally) -> Statement:
    name = said.origin.name
    moved = None if isinstance(said, Rule) else tally["moved", name]
    return stated(said, sources, tally["true", name], tally["unknown", name], moved)


def stated(
    said: Said | CostStatement,
    sources: Mapping[str, Source],
    customers: int,
    unknown: int = 0,
    moved: int | None = None,
    about: str = "",
) -> Statement:
    """A statement with what was counted of it, at the line of what it says first (`about` an attribute)."""
    span, origin = _place_of(said, about), said.origin
    source = sources.get(span.path)
    line = source.position(span.start).line if source is not None else 0
    return Statement(kind_of(said), origin.name, origin.title, span.path, line, customers, unknown, moved)


def _place_of(said: Said | CostStatement, about: str) -> Span:
    """Where an explanation says that a statement stands: at its clause. One without a name is named by its own line."""
    clauses = () if isinstance(said, CostStatement) or BY_PLACE.fullmatch(said.origin.name) else clauses_of(said)
    return next((each.span for each in clauses if about in ("", each.attribute)), said.origin.span)


def problems_of(policy: Policy, tally: Tally) -> Iterator[tuple[str, int]]:
    """What was wrong with records, by subject: the most common first, then as they stand in the policy."""
    place = {name: at for at, name in enumerate((*policy.fields, *policy.attributes))}
    found = [
        (what[1], tally[what])
        for what in tally.numbers
        if isinstance(what, tuple) and what[0] in ("problem", "against")
    ]
    return iter(sorted(found, key=lambda each: (-each[1], place.get(each[0], len(place)), each[0])))
