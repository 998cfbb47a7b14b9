"""Properties, assumptions, reminders, costs and examples."""

from __future__ import annotations

from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.effects import ALWAYS_IN_FORCE, Period
from tierpolicy.syntax.ast.expressions import DateLiteral, Expr
from tierpolicy.syntax.ast.words import String, Word, span_field


@frozen
class Always:
    """`always C` or `always C implies D`."""

    condition: Expr
    implied: Expr | None = None


@frozen
class Never:
    condition: Expr


@frozen
class NeverLowers:
    """`more f never lowers A, B`; attributes None stands for `service`."""

    direction: Literal["more", "less"]
    field: Word
    attributes: tuple[Word, ...] | None


@frozen
class NeverDependsOn:
    """`service never depends on f`; attributes None stands for `service`."""

    attributes: tuple[Word, ...] | None
    field: Word


@frozen
class EqualTreatment:
    """`customers with equal f, g get equal A`; attributes None stands for `service`."""

    fields: tuple[Word, ...]
    attributes: tuple[Word, ...] | None


@frozen
class Share:
    """`at most 5% of customers have C`."""

    op: Literal["at most", "at least"]
    share: Expr
    condition: Expr


@frozen
class Total:
    """`total E at most V`."""

    expression: Expr
    op: Literal["at most", "at least"]
    bound: Expr


Claim = Always | Never | NeverLowers | NeverDependsOn | EqualTreatment | Share | Total


@frozen
class Property:
    name: Word
    claim: Claim
    where: Expr | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class Assume:
    condition: Expr
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class Reminder:
    """`reminder "…" within 10% of tier [if C]`: what is said to who nearly gets more."""

    title: String
    share: Expr
    attribute: Word
    condition: Expr | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class Cost:
    """`cost "senior desk" [from D] [until D]: [if C then] V`."""

    name: String
    value: Expr
    condition: Expr | None = None
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class Given:
    """`lifetime_value = 120_000`; with value None, `stage is missing`."""

    field: Word
    value: Expr | None
    span: Span = span_field()


@frozen
class Example:
    """`example "…": given … expect … [as of D]`; each of `expects` is a condition."""

    name: String
    given: tuple[Given, ...]
    expects: tuple[Expr, ...]
    as_of: DateLiteral | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()
