"""What an author wrote, as data: one node per construct of the grammar, nothing resolved.

Names are not looked up and types are not known here: `gold` is a `Name` whether it turns out to be a label or
a field, `yes`, `no` and `none` are `Name`s too. Spans take no part in equality, so that a formatted file can be
compared with the original. Past `check` nobody sees these nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tierpolicy.source import Span

NOWHERE = Span("", 0, 0)


def _span() -> Span:
    return field(compare=False, default=NOWHERE, repr=False)


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Word:
    """A name or a bare label where one is declared or pointed at; `quoted` by backticks (a name) or quotes (a label).

    `text` is without the quotes.
    """

    text: str
    quoted: bool = field(default=False, compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text, escapes resolved, NFC."""

    value: str
    span: Span = _span()


# ---------------------------------------------------------------- expressions

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year", "percent"]
CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
TextOp = Literal["starts with", "ends with", "contains"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal such as `100_000` or `0.5`; `text` as written."""

    text: str
    span: Span = _span()

    @property
    def value(self) -> Decimal:
        return Decimal(self.text.replace("_", ""))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A literal with a unit: `10 minutes`, `10%`, `1 month`."""

    number: Number
    unit: Unit
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DateLiteral:
    value: date
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Today:
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: a name, a label, `yes`, `no` or `none`; with `quoted`, a name in backticks."""

    text: str
    quoted: bool = field(default=False, compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Qualified:
    """`customer.gold`, `request.severity`, `service.tier`: surely a name, never a label."""

    scope: Literal["customer", "request", "service"]
    name: Word
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """`{lounge, gift}`; items are `Name` or `String`."""

    items: tuple[Name | String, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Call:
    function: Word
    arguments: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    op: ArithmeticOp
    left: Expr
    right: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Compare:
    op: CompareOp
    left: Expr
    right: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class In:
    """`x in (a, b)`, `x not in (a, b)`; may have 100,000 options."""

    operand: Expr
    options: tuple[Expr, ...]
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends included."""

    operand: Expr
    low: Expr
    high: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Is:
    """`x is missing`, `x is known`, `x is gold`, each with `not`. `what` is an expression or one of the two words."""

    operand: Expr
    what: Expr | Literal["missing", "known"]
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Has:
    """`tags has press`."""

    operand: Expr
    label: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class TextTest:
    op: TextOp
    operand: Expr
    text: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts, flat: `a and b and c` is one node (a parenthesised `and` inside stays a part)."""

    parts: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expr, ...]
    span: Span = _span()


Expr = (
    Number
    | Quantity
    | String
    | DateLiteral
    | Today
    | Name
    | Qualified
    | SetLiteral
    | Call
    | Negative
    | Arithmetic
    | Compare
    | In
    | Between
    | Is
    | Has
    | TextTest
    | Not
    | And
    | Or
)

# ---------------------------------------------------------------- declarations

SimpleTypeName = Literal["flag", "integer", "number", "percent", "money", "duration", "date", "text"]


@dataclass(frozen=True, slots=True)
class SimpleType:
    name: SimpleTypeName
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class LabelDeclaration:
    """A label with the other spellings found in data: `small_business from ("SMB", "Small Business")`."""

    label: Word
    spellings: tuple[String, ...] = ()
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Scale:
    """`a < b < c`, worst first."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Choice:
    """`one of a, b`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class SetOf:
    """`set of a, b`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = _span()


TypeExpr = SimpleType | Scale | Choice | SetOf

ModifierKind = Literal[
    # fields
    "at least",
    "at most",
    "default",
    "required",
    "key",
    "column",  # value: String
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


@dataclass(frozen=True, slots=True)
class Modifier:
    """What follows a type. Any modifier parses anywhere; `check` says which fit a field, an attribute, a parameter."""

    kind: ModifierKind
    value: Expr | Word | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field (in `customer`, `request`) or a service attribute (in `service`): name, type, modifiers, description."""

    name: Word
    type: TypeExpr
    modifiers: tuple[Modifier, ...] = ()
    description: String | None = None
    span: Span = _span()


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class PolicyHead:
    """`policy "name" version "…" effective from D until D currency USD`."""

    name: String
    version: String | None = None
    effective_from: DateLiteral | None = None
    effective_until: DateLiteral | None = None
    currency: Word | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Organization:
    kind: Word
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Use:
    """`use "file.tier"`, or `use standard` (path None)."""

    path: String | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Block:
    """`customer {…}`, `request {…}`, `service {…}`; one declaration a line (one may span lines)."""

    kind: Literal["customer", "request", "service"]
    declarations: tuple[Declaration, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: Word
    type: TypeExpr
    value: Expr
    modifiers: tuple[Modifier, ...] = ()
    description: String | None = None
    span: Span = _span()
    because: String | None = None
    source: String | None = None


@dataclass(frozen=True, slots=True)
class Define:
    name: Word
    expression: Expr
    span: Span = _span()
    because: String | None = None
    source: String | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """`from D`, `until D`, both ends included."""

    start: DateLiteral | None = None
    end: DateLiteral | None = None


ALWAYS_IN_FORCE = Period()

ClauseOp = Literal["=", "at least", "at most", "includes", "within", "without"]


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule gives, a limit caps or a baseline promises. Any operator parses; `check` judges it."""

    attribute: Word
    op: ClauseOp
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class OverrideTarget:
    """`a` or `tier gold` after `overrides`."""

    name: Word
    is_tier: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
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
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Tiers:
    """`tiers a < b < c`."""

    labels: tuple[LabelDeclaration, ...]
    span: Span = _span()
    because: String | None = None
    source: String | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """`tier gold if C [keep while K] [then …]`."""

    label: Word
    condition: Expr
    keep: Expr | None = None
    clauses: tuple[Clause, ...] = ()
    title: String | None = None
    because: String | None = None
    source: String | None = None
    span: Span = _span()


# tables


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: `if X` (value: expression), `then A` (value: the attribute's `Word`), `because`, `source`."""

    kind: Literal["if", "then", "because", "source"]
    value: Expr | Word | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class AnyCell:
    """`any` or an empty if-cell."""

    span: Span = _span()


@dataclass(frozen=True, slots=True)
class OtherwiseCell:
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class KnownCell:
    """`known`, or `missing` with `known=False`."""

    known: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class TestCell:
    """`>= 5`, `!= gold`."""

    op: CompareOp
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class RangeCell:
    """`10 to 20`; with `below`, `10 to below 20`."""

    low: Expr
    high: Expr
    below: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ListCell:
    """A literal, or several: `a, b` (any of them)."""

    items: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class HasCell:
    """`has vip`; with several, any of them."""

    items: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NotCell:
    """`not …`, the whole cell."""

    cell: IfCell
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NothingCell:
    """`-` or an empty then-cell."""

    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ValueCell:
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class WordsCell:
    """A cell of a `because` or `source` column, with or without quotes; '' where empty."""

    text: str
    span: Span = _span()


IfCell = AnyCell | OtherwiseCell | KnownCell | TestCell | RangeCell | ListCell | HasCell | NotCell
ThenCell = NothingCell | ValueCell
Cell = IfCell | ThenCell | WordsCell


@dataclass(frozen=True, slots=True)
class Row:
    """As many cells as the table has columns, each of its column's kind."""

    cells: tuple[Cell, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Table:
    """`table n "…" [first match] [complete]:`; with `file`, the columns and rows come from a CSV file beside it.

    `gather` fills `columns` and `rows` of such a table from the file and leaves `file` set.
    """

    name: Word
    title: String | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    first_match: bool = False
    complete: bool = False
    file: String | None = None
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The cell for `down`, then one then-cell for each cell of the head."""

    head: IfCell
    cells: tuple[ThenCell, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Matrix:
    """`matrix n "…": A by F, G`: F's cells down the first column, G's along the head, A's values inside."""

    name: Word
    title: String | None
    attribute: Word
    down: Expr
    along: Expr
    head: tuple[IfCell, ...]
    rows: tuple[MatrixRow, ...]
    complete: bool = False
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = _span()


# properties


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
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Assume:
    condition: Expr
    because: String | None = None
    source: String | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Given:
    """`lifetime_value = 120_000`; with value None, `stage is missing`."""

    field: Word
    value: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Example:
    """`example "…": given … expect … [as of D]`; each of `expects` is a condition."""

    name: String
    given: tuple[Given, ...]
    expects: tuple[Expr, ...]
    as_of: DateLiteral | None = None
    because: String | None = None
    source: String | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Allow:
    """`allow T305 because "…"` above a statement: accepts that finding there."""

    codes: tuple[Word, ...]
    because: String | None
    span: Span = _span()


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
    | Example
    | Allow
)


@dataclass(frozen=True, slots=True)
class Comment:
    """`# …` to the end of its line; `own_line` where nothing stands before it. `text`: from `#` on."""

    text: str
    own_line: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Module:
    """One file: the statements that parsed, in order, and the comments."""

    path: str
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
