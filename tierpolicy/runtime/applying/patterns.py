"""A policy to one that also decides what reasons depend on, and nothing else: which statements count, and what each
calculated clause says. Customers who agree in that have the same reasons, so each pattern is explained once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tierpolicy.model.expressions import TRUE, Expr
from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Origin, Policy, Rule
from tierpolicy.model.types import FLAG
from tierpolicy.model.values import MISSING, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Index, Statement, index_of

if TYPE_CHECKING:
    from tierpolicy.compile.columns.data import Amounts, Coded

MOST_STATEMENTS = 400
"""More would make a policy that takes longer to prepare than explaining some thousand customers does."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """`policy` decides `marks`, internal attributes, besides its own."""

    policy: Policy
    marks: tuple[str, ...]


def with_patterns(policy: Policy, original: Policy) -> Patterns | None:
    """The policy with the marks of `original`, from which it may be derived; None where no marks say enough: very many
    statements, or calculated values that may be `none`, sets, or without direction."""
    statements: tuple[Statement, ...] = (*original.rules, *original.limits, *original.baselines)
    index = index_of(original)
    if len(statements) > MOST_STATEMENTS or not all(_is_told(each, original, index) for each in statements):
        return None
    names = (f"mark {number}" for number in range(1 << 30))  # a name that no policy can give
    marks: dict[str, Attribute] = {}
    rules = list(policy.rules)
    place = {rule.origin.name: at for at, rule in enumerate(rules)}
    for statement in statements:
        grants = tuple(_marking(statement, original, index, names, marks))
        if isinstance(statement, Rule):
            at = place[statement.origin.name]
            rules[at] = replace(rules[at], grants=(*rules[at].grants, *grants))
        else:
            name = next(names)
            origin = Origin(name, "", statement.origin.span)
            rules.append(Rule(origin, statement.condition, grants, name, in_force=statement.in_force))
    attributes = MappingProxyType({**policy.attributes, **marks})
    made = replace(policy, attributes=attributes, rules=tuple(rules), order=(*policy.order, *marks))
    return Patterns(made, tuple(marks))


def _clauses(statement: Statement) -> tuple[Grant | Cap | Floor, ...]:
    match statement:
        case Rule():
            return statement.grants
        case Limit():
            return statement.caps
        case Baseline():
            return statement.floors


def _differs(clause: Grant | Cap | Floor, index: Index) -> bool:
    """True where a clause says other things of other customers."""
    return bool(index.expressions.of(clause.value).names)


def _is_told(statement: Statement, policy: Policy, index: Index) -> bool:
    """True where marks say all that the statement says."""
    attributes = (policy.attributes[clause.attribute] for clause in _clauses(statement) if _differs(clause, index))
    return all(each.direction is not Direction.NONE and not each.or_none for each in attributes)


def _marking(
    statement: Statement, policy: Policy, index: Index, names: Iterable[str], marks: dict[str, Attribute]
) -> Iterator[Grant]:
    """What marks that a statement counts, and what its calculated clauses say."""
    span = statement.origin.span
    names = iter(names)

    def grant(attribute: Attribute, value: Expr) -> Grant:
        marks[attribute.name] = attribute
        return Grant(attribute.name, value, span)

    yield grant(Attribute(next(names), FLAG, span, Direction.MORE, False, internal=True), TRUE)
    for clause in _clauses(statement):
        if _differs(clause, index):
            type_ = policy.attributes[clause.attribute].type
            said = Attribute(
                next(names), type_, span, Direction.MORE, NotOffered.BELOW, or_none=True, default=MISSING, internal=True
            )
            yield grant(said, clause.value)


# ---------------------------------------------------------------- patterns of rows


def pattern_numbers(found: Patterns, answers: Mapping[str, Coded | Amounts], rows: int) -> tuple[Any, list[int]]:
    """A number for the pattern of each row, a NumPy array, and for each number the first row that has it."""
    import numpy as np

    numbers = np.zeros(rows, np.int64)
    bits, used = np.zeros(rows, np.int64), 0
    for name in found.marks:
        places, count = _places(found.policy.attributes[name], answers[name])
        if count > 2 or used == 60:
            numbers, bits, used = _together(numbers, bits), np.zeros(rows, np.int64), 0
        if count > 2:
            numbers = _together(numbers, places)
        else:
            bits, used = bits | (places << used), used + 1
    numbers = _together(numbers, bits)
    _, first = np.unique(numbers, return_index=True)
    return numbers, first.tolist()


def _places(attribute: Attribute, answer: Coded | Amounts) -> tuple[Any, int]:
    """A small number for each value, and how many there are."""
    import numpy as np

    from tierpolicy.compile.columns.data import Coded

    if isinstance(answer, Coded):
        return answer.codes.astype(np.int64), len(answer.values)
    distinct, places = np.unique(answer.values, return_inverse=True)
    if answer.none is not None:
        places = np.where(answer.none, len(distinct), places)
    return places.astype(np.int64), max(3, len(distinct) + 1)


def _together(one: Any, other: Any) -> Any:
    """A number for each pair of numbers."""
    import numpy as np

    if not other.any():
        return one
    _, left = np.unique(one, return_inverse=True)
    distinct, right = np.unique(other, return_inverse=True)
    return left.astype(np.int64) * len(distinct) + right


def pattern_of(found: Patterns, answers: Mapping[str, Coded | Amounts], row: int) -> tuple[object, ...]:
    """The pattern of a row, which is the same in every batch."""
    from tierpolicy.compile.columns.data import Coded

    return tuple(
        answer.values[answer.codes[row]]
        if isinstance(answer, Coded)
        else None
        if answer.none is not None and answer.none[row]
        else answer.values[row].item()
        for answer in (answers[name] for name in found.marks)
    )
