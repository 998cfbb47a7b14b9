"""Whether customers who were served break a property, read from its claim (language.md §7).

The proofs have another reading of each claim, as a goal; a mistake in one of the two shows where they differ.
"""

from __future__ import annotations

from typing import assert_never

from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import (
    Always,
    EqualTreatment,
    Never,
    NeverDependsOn,
    NeverLowers,
    Property,
    Share,
    Total,
)
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Value, equal, order_key
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.lattice import at_least_as_good
from tierpolicy.testing.trials_serving import Served


def is_true(condition: Expr | None, served: Served) -> bool:
    """True where the condition is; what is unknown isn't."""
    return condition is None or value_of(condition, served.situation) is True


def speaks_of(stated: Property, served: Served) -> bool:
    """True of a customer whom the property promises something."""
    if not is_true(stated.where, served):
        return False
    claim = stated.claim
    return not isinstance(claim, Always) or claim.implied is None or is_true(claim.condition, served)


def breaks_alone(stated: Property, served: Served) -> bool:
    """True where the customer breaks what is said of each by itself."""
    if not is_true(stated.where, served):
        return False
    match stated.claim:
        case Always(condition, None):
            return not is_true(condition, served)
        case Always(condition, implied):
            return is_true(condition, served) and not is_true(implied, served)
        case Never(condition):
            return is_true(condition, served)
        case _:
            return False


def breaks_together(stated: Property, one: Served, other: Served) -> bool:
    """True where two customers, in this order, break what is said of pairs. Whether a pair differs in one field alone
    is for whoever makes it to see to."""
    if not (is_true(stated.where, one) and is_true(stated.where, other)):
        return False
    match stated.claim:
        case NeverLowers(direction, field, attributes):
            less, more = (one, other) if direction == "more" else (other, one)
            type_ = one.situation.policy.fields[field].type
            has_more = is_greater(more.case.values[field], less.case.values[field], type_)
            return has_more and any(_is_lower(name, other, one) for name in attributes)
        case NeverDependsOn(attributes, _):
            return any(_differs(name, one, other) for name in attributes)
        case EqualTreatment(names, attributes):
            return named(names, one) == named(names, other) and any(_differs(name, one, other) for name in attributes)
        case Always() | Never() | Share() | Total():
            return False
        case _:
            assert_never(stated.claim)


def named(names: tuple[str, ...], served: Served) -> tuple[Value, ...]:
    """What a customer has of fields and decided attributes; two missing values are equal."""
    fields, decided = served.case.values, served.situation.decided
    found = (fields[name] if name in fields else decided[name] for name in names)
    return tuple(found)


def is_greater(one: Value, other: Value, type_: Type) -> bool:
    """True where both are known and `one` is more: the greater number, the later day, `yes`, a set with all of the
    other's elements and another."""
    if one is MISSING or other is MISSING:
        return False
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one > other
    return order_key(one, type_) > order_key(other, type_)


def _is_lower(attribute: str, served: Served, than: Served) -> bool:
    declared = served.situation.policy.attributes[attribute]
    return not at_least_as_good(declared, served.situation.decided[attribute], than.situation.decided[attribute])


def _differs(attribute: str, one: Served, other: Served) -> bool:
    return not equal(one.situation.decided[attribute], other.situation.decided[attribute])
