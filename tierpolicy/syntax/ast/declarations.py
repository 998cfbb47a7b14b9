"""Types, and what is declared with one."""

from __future__ import annotations

from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.expressions import Expr
from tierpolicy.syntax.ast.words import String, Word, span_field

SimpleTypeName = Literal["flag", "integer", "number", "percent", "money", "duration", "date", "text"]


@frozen
class SimpleType:
    name: SimpleTypeName
    span: Span = span_field()


@frozen
class LabelDeclaration:
    """A label with the other spellings found in data: `small_business from ("SMB", "Small Business")`."""

    label: Word
    spellings: tuple[String, ...] = ()
    span: Span = span_field()


@frozen
class Scale:
    """`a < b < c`, worst first."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = span_field()


@frozen
class Choice:
    """`one of a, b`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = span_field()


@frozen
class SetOf:
    """`set of a, b`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = span_field()


TypeExpr = SimpleType | Scale | Choice | SetOf

ModifierKind = Literal[
    # fields
    "at least",
    "at most",
    "default",
    "required",
    "key",
    "column",  # value: String
    "merge",  # value: Word with the way; `by` with `latest`
    "in",  # `in hours`; value: Word with the unit's singular name
    "earnable",
    "need",
    "protected",
    "sensitive",
    # attributes
    "less is better",
    "more is better",
    "no is better",
    "yes is better",
    "no direction",
    "or none",
    "adds up",
    "internal",
]


@frozen
class Modifier:
    """What follows a type. Any modifier parses anywhere; `check` says which fit a field, an attribute, a parameter."""

    kind: ModifierKind
    value: Expr | Word | None = None
    by: Word | None = None
    span: Span = span_field()


@frozen
class Declaration:
    """A field (in `customer`, `request`) or a service attribute (in `service`): name, type, modifiers, description."""

    name: Word
    type: TypeExpr
    modifiers: tuple[Modifier, ...] = ()
    description: String | None = None
    span: Span = span_field()
