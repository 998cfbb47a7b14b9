"""Properties, assumptions, reminders and examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tierpolicy.source import Span
from tierpolicy.syntax.ast.expressions import DateLiteral, Expr
from tierpolicy.syntax.ast.words import String, Word, span_field


@dataclass(frozen=True, slots=True)
class Always:
    """`always C` or `always C implies D`."""

    condition: Expr
    implied: Expr | None = None


@dataclass(frozen=True, slots=True)
class Never:
    condition: Expr


@dataclass(frozen=True, slots=True)
class NeverLowers:
    """`more f never lowers A, B`; attributes None stands for `service`."""

    direction: Literal["more", "less"]
    field: Word
    attributes: tuple[Word, ...] | None


@dataclass(frozen=True, slots=True)
class NeverDependsOn:
    """`service never depends on f`; attributes None stands for `service`."""

    attributes: tuple[Word, ...] | None
    field: Word


@dataclass(frozen=True, slots=True)
class EqualTreatment:
    """`customers with equal f, g get equal A`; attributes None stands for `service`."""

    fields: tuple[Word, ...]
    attributes: tuple[Word, ...] | None


@dataclass(frozen=True, slots=True)
class Share:
    """`at most 5% of customers have C`."""

    op: Literal["at most", "at least"]
    share: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Total:
    """`total E at most V`."""

    expression: Expr
    op: Literal["at most", "at least"]
    bound: Expr


Claim = Always | Never | NeverLowers | NeverDependsOn | EqualTreatment | Share | Total


@dataclass(frozen=True, slots=True)
class Property:
    name: Word
    claim: Claim
    where: Expr | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Assume:
    condition: Expr
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Reminder:
    """`reminder "…" within 10% of tier [if C]`: what is said to who nearly gets more."""

    title: String
    share: Expr
    attribute: Word
    condition: Expr | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Given:
    """`lifetime_value = 120_000`; with value None, `stage is missing`."""

    field: Word
    value: Expr | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Example:
    """`example "…": given … expect … [as of D]`; each of `expects` is a condition."""

    name: String
    given: tuple[Given, ...]
    expects: tuple[Expr, ...]
    as_of: DateLiteral | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()
