"""What statements give, cap and promise: rules, limits, baselines, tiers."""

from __future__ import annotations

from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.declarations import LabelDeclaration
from tierpolicy.syntax.ast.expressions import DateLiteral, Expr
from tierpolicy.syntax.ast.words import String, Word, span_field


@frozen
class Period:
    """`from D`, `until D`, both ends included."""

    start: DateLiteral | None = None
    end: DateLiteral | None = None


ALWAYS_IN_FORCE = Period()

ClauseOp = Literal["=", "at least", "at most", "includes", "within", "without"]


@frozen
class Clause:
    """What a rule gives, a limit caps or a baseline promises. Any operator parses; `check` judges it."""

    attribute: Word
    op: ClauseOp
    value: Expr
    span: Span = span_field()


@frozen
class OverrideTarget:
    """`a` or `tier gold` after `overrides`."""

    name: Word
    is_tier: bool = False
    span: Span = span_field()


@frozen
class Effect:
    """A rule, a limit or a baseline: they are written alike.

    A bare `if C then …` is a rule without a name. `condition` None means: everyone.
    """

    kind: Literal["rule", "limit", "baseline"]
    name: Word | None
    title: String | None
    clauses: tuple[Clause, ...]
    condition: Expr | None = None
    overrides: tuple[OverrideTarget, ...] = ()
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class Tiers:
    """`tiers a < b < c`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = span_field()
    because: String | None = None
    source: String | None = None


@frozen
class Tier:
    """`tier gold if C [keep while K] [then …]`."""

    label: Word
    condition: Expr
    keep: Expr | None = None
    clauses: tuple[Clause, ...] = ()
    title: String | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()
