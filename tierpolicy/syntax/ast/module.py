"""A file: its statements, of every kind, and its comments."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.cases import Cases
from tierpolicy.syntax.ast.claims import Assume, Cost, Example, Property, Reminder
from tierpolicy.syntax.ast.declarations import Declaration, Modifier, TypeExpr
from tierpolicy.syntax.ast.effects import Effect, Tier, Tiers
from tierpolicy.syntax.ast.expressions import DateLiteral, Expr
from tierpolicy.syntax.ast.tables import Matrix, Table
from tierpolicy.syntax.ast.words import String, Word, span_field


@frozen
class PolicyHead:
    """`policy "name" version "…" effective from D until D currency USD`."""

    name: String
    version: String | None = None
    effective_from: DateLiteral | None = None
    effective_until: DateLiteral | None = None
    currency: Word | None = None
    span: Span = span_field()


@frozen
class Organization:
    kind: Word
    span: Span = span_field()


@frozen
class Use:
    """`use "file.tier"`, or `use standard` (path None)."""

    path: String | None
    span: Span = span_field()


@frozen
class Block:
    """`customer {…}`, `request {…}`, `service {…}`; one declaration a line (one may span lines)."""

    kind: Literal["customer", "request", "service"]
    declarations: tuple[Declaration, ...]
    span: Span = span_field()


@frozen
class Parameter:
    name: Word
    type: TypeExpr
    value: Expr
    modifiers: tuple[Modifier, ...] = ()
    description: String | None = None
    span: Span = span_field()
    because: String | None = None
    source: String | None = None


@frozen
class Define:
    name: Word
    expression: Expr
    span: Span = span_field()
    because: String | None = None
    source: String | None = None


@frozen
class Allow:
    """`allow T305 because "…"` above a statement: accepts that finding there."""

    codes: tuple[Word, ...]
    because: String | None
    span: Span = span_field()


Statement = (
    PolicyHead
    | Organization
    | Use
    | Block
    | Parameter
    | Define
    | Effect
    | Tiers
    | Tier
    | Table
    | Matrix
    | Property
    | Assume
    | Reminder
    | Cost
    | Example
    | Cases
    | Allow
)


@frozen
class Comment:
    """`# …` to the end of its line; `own_line` where nothing stands before it. `text`: from `#` on."""

    text: str
    own_line: bool
    span: Span = span_field()


@frozen
class Module:
    """One file: the statements that parsed, in order, and the comments."""

    path: str
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
