"""The calculations of a policy that declared bounds alone don't show to be safe, with the places where they are read.

A calculation without a result matters only where somebody waits for it: the value of a statement that applies, or a
condition that stays unknown because of it. An author who guards it (`if orders > 0 and spend / orders > 100`) has
answered. So each `Site` knows its readers: the conditions and values that it stands in, through defines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tierpolicy.analysis.corners import bounded
from tierpolicy.analysis.intervals import Intervals
from tierpolicy.analysis.session import Session
from tierpolicy.model.expressions import (
    Arithmetic,
    Call,
    Constant,
    DefineRef,
    Expr,
    Negative,
    walk,
)
from tierpolicy.model.policy import Cap, Floor, Grant, Policy
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import Date
from tierpolicy.model.values import Known
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement

CALCULATING = ("abs", "round", "npv")
"""The functions of the language whose result can be too large."""

Danger = Literal["divides by zero", "overflows"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A statement's condition (`clause` None), or what one of its clauses says."""

    statement: Statement
    clause: Grant | Cap | Floor | None

    @property
    def expression(self) -> Expr:
        return self.statement.condition if self.clause is None else self.clause.value


@dataclass(frozen=True, slots=True)
class Site:
    """An expression that may have no result though its operands have, with who reads it."""

    expression: Expr
    danger: Danger
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class Beyond:
    """A calculated value that may lie beyond these bounds of its attribute (None: open)."""

    statement: Statement
    clause: Grant | Cap | Floor
    low: Known | None
    high: Known | None


def divisor(expr: Expr) -> Expr | None:
    """What is divided by, or rounded to the multiples of: there is no result where it is zero."""
    match expr:
        case Arithmetic("/", _, right):
            return right
        case Call("round", (_, step)):
            return step
        case _:
            return None


# ---------------------------------------------------------------- values beyond bounds


def values_beyond(session: Session, intervals: Intervals) -> Iterator[Beyond]:
    """Every value, not a constant, that its interval doesn't keep within its attribute's bounds."""
    for statement in session.statements.values():
        for clause in clauses_of(statement):
            low, high = _bounds(session.policy, clause)
            if isinstance(clause.value, Constant) or (low is None and high is None):
                continue
            found = intervals.of(clause.value)
            allowed = bounded(low, high, clause.value.type)
            if found is None or allowed is None or not (allowed.holds(found.low) and allowed.holds(found.high)):
                yield Beyond(statement, clause, low, high)


def _bounds(policy: Policy, clause: Grant | Cap | Floor) -> tuple[Known | None, Known | None]:
    """Of what adds up, a single grant is at least 0; the bounds are those of the sum."""
    attribute = policy.attributes[clause.attribute]
    return (0, None) if attribute.adds_up and isinstance(clause, Grant) else (attribute.low, attribute.high)


# ---------------------------------------------------------------- results that may be lacking


def sites(session: Session, intervals: Intervals) -> tuple[Site, ...]:
    """Every calculation that may lack a result, in the order in which the policy reads them."""
    return Search(session.policy, intervals).sites(_readers(session))


def _readers(session: Session) -> Iterator[Reader]:
    for statement in session.statements.values():
        yield Reader(statement, None)
        for clause in clauses_of(statement):
            yield Reader(statement, clause)


@dataclass(slots=True)
class Search:
    """Looks at every expression. `in_define` are the dangers that stand in each define itself."""

    policy: Policy
    intervals: Intervals
    in_define: dict[str, tuple[tuple[Expr, Danger], ...]] = field(default_factory=dict)

    def sites(self, readers: Iterator[Reader]) -> tuple[Site, ...]:
        for name, define in self.policy.defines.items():
            self.in_define[name] = tuple(self._dangers(define.expression))
        found: dict[tuple[int, Danger], tuple[Expr, list[Reader]]] = {}
        for reader in readers:
            for expr, danger in dict.fromkeys(self._read_by(reader.expression)):
                found.setdefault((id(expr), danger), (expr, []))[1].append(reader)
        return tuple(Site(expr, danger, tuple(by)) for (_, danger), (expr, by) in found.items())

    def _read_by(self, expr: Expr) -> Iterator[tuple[Expr, Danger]]:
        """The dangers in an expression, and in the defines that it reads where any define has some."""
        yield from self._dangers(expr)
        if any(self.in_define.values()):
            for node in walk_through(expr, self.policy.defines):
                if isinstance(node, DefineRef):
                    yield from self.in_define[node.name]

    def _dangers(self, expr: Expr) -> Iterator[tuple[Expr, Danger]]:
        for node in walk(expr):
            if not isinstance(node, Arithmetic | Negative | Call):
                continue
            if isinstance(node, Call) and node.function not in CALCULATING:
                continue
            if isinstance(node, Arithmetic) and node.op == "/" and self._may_be_zero(node.right):
                yield node, "divides by zero"
            found = self.intervals.of(node)
            if found is not None and found.exceeds and not isinstance(node.type, Date):  # the year 9999 is far off
                yield node, "overflows"

    def _may_be_zero(self, expr: Expr) -> bool:
        found = self.intervals.of(expr)
        return found is None or found.holds(0)
