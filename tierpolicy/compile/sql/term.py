"""An expression in SQL, with what is known of its value, and the steps of a statement that give values a name.

A `Draft` is the statement while it grows: columns, each worked out in the first step (a common table expression) in
which all that it reads is there. What would be written twice becomes a column, so no expression grows beyond what its
author wrote.

NULL stands for what is missing or, in a term with `none`, for *not offered*; a term has one or the other, never both:
only constants and decided attributes can be `none`, and neither is ever missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.dialects import Dialect
from tierpolicy.model.types import FLAG, Flag, Type
from tierpolicy.model.values import NotOffered, Value

Sql = exp.Expression

MOST_STEPS = 120
"""Queries inside queries: databases take some hundreds at most."""
DEEPEST = 12
"""Of an expression, before a part of it becomes a column: sqlglot and databases walk expressions recursively."""
LARGEST_FLOAT = 1.7976931348623157e308
SMALLEST_FLOAT = 5e-324


@dataclass(frozen=True, slots=True)
class Term:
    """A value in SQL. Of a flag `sql` is a condition and `stored` the value that a column holds, where there is one.

    `level` is the first step that can read it. `maybe` is true where it may be missing. `most` and `least` bound the
    size of an amount and that of one that isn't 0. `value` is that of a constant, None elsewhere.
    """

    sql: Sql
    type: Type
    level: int = 0
    maybe: bool = False
    none: NotOffered | None = None
    most: float = LARGEST_FLOAT
    least: float = SMALLEST_FLOAT
    stored: Sql | None = None
    value: Value | None = None
    depth: int = 0

    @property
    def may_be_null(self) -> bool:
        return self.maybe or self.none is not None


@dataclass(frozen=True, slots=True)
class Labels:
    """A set in SQL: a condition for each label, and whether the set is known (None: always); `offered` where it may be
    `none`. Conditions are NULL where the set is missing, false where it isn't offered."""

    labels: dict[str, Term]
    known: Term | None = None
    offered: Term | None = None
    side: NotOffered | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a step, and what a comment beside it says."""

    name: str
    level: int
    sql: Sql
    comment: str = ""
    kind: str = "worked out"


@dataclass(slots=True)
class Draft:
    """The columns of a statement so far. Names are told apart as databases do that don't know capitals."""

    dialect: Dialect
    columns: list[Column] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def named(self, wanted: str) -> str:
        """A name like the wanted one that no column has yet."""
        base = re.sub(r"\W+", "_", wanted, flags=re.ASCII).strip("_")[:48] or "value"
        name, number = base, 1
        while name.lower() in self.names:
            number += 1
            name = f"{base}_{number}"
        self.names.add(name.lower())
        return name

    def column(self, wanted: str, term: Term, comment: str = "", kind: str = "worked out") -> Term:
        """The term as a column, for later steps to read."""
        if term.level >= MOST_STEPS:
            raise Unsupported(f"would take more than {MOST_STEPS} queries inside one another")
        name = self.named(wanted)
        worked_out = self.stored(term) if isinstance(term.type, Flag) else term.sql
        self.columns.append(Column(name, term.level, worked_out, comment, kind))
        return self.reference(name, term)

    def reference(self, name: str, term: Term) -> Term:
        """A term that reads the column of another."""
        at = column(name)
        found = replace(term, sql=at, level=term.level + 1, value=None, depth=0, stored=None)
        return self.as_flag(found) if isinstance(term.type, Flag) else found

    def once(self, term: Term, wanted: str = "part") -> Term:
        """The term in a form that can be written several times: a column, or what is as short."""
        plain = exp.Column | exp.Literal | exp.Null | exp.Boolean
        at = term.sql if term.stored is None else term.stored
        return term if isinstance(at, plain) or term.value is not None else self.column(wanted, term)

    # ------------------------------------------------------------ flags

    def as_flag(self, term: Term) -> Term:
        """A term of a flag's value as a condition."""
        held = term.sql
        test = exp.EQ(this=held.copy(), expression=number(1)) if self.dialect.bits else held
        return replace(term, sql=test, stored=held, type=FLAG)

    def stored(self, term: Term) -> Sql:
        """A condition as a value."""
        if term.stored is not None:
            return term.stored.copy()
        if not self.dialect.bits:
            return term.sql
        if term.value is not None:
            return self.flag(term.value is True) if isinstance(term.value, bool) else null("BOOLEAN")
        yes = exp.If(this=term.sql.copy(), true=number(1))
        no = exp.If(this=exp.Not(this=exp.Paren(this=term.sql.copy())), true=number(0))
        return exp.cast(
            exp.Case(ifs=[yes, no] if term.maybe else [yes], default=None if term.maybe else number(0)), "BOOLEAN"
        )

    def flag(self, value: bool) -> Sql:
        """`yes` or `no` as a value."""
        return exp.cast(number(int(value)), "BOOLEAN") if self.dialect.bits else exp.Boolean(this=value)

    def is_null(self, term: Term) -> Sql:
        """Whether a term is NULL."""
        if isinstance(term.type, Flag):
            at = self.stored(term)
            return exp.Is(this=closed(at), expression=exp.Null())
        return exp.Is(this=closed(term.sql.copy()), expression=exp.Null())

    def is_known(self, term: Term) -> Sql:
        return exp.Not(this=self.is_null(term))


def column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def number(value: int) -> Sql:
    """A whole number."""
    return exp.Neg(this=exp.Literal.number(-value)) if value < 0 else exp.Literal.number(value)


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def null(type_name: str) -> Sql:
    return exp.cast(exp.Null(), type_name)


def closed(sql: Sql) -> Sql:
    """An operand in parentheses, where it isn't a single thing by itself."""
    single = exp.Column | exp.Literal | exp.Func | exp.Paren | exp.Null | exp.Boolean | exp.Cast | exp.Anonymous
    if isinstance(sql, exp.Connector | exp.Case):  # functions too, for sqlglot
        return exp.Paren(this=sql)
    return sql if isinstance(sql, single) else exp.Paren(this=sql)


def case(whens: list[tuple[Sql, Sql]], default: Sql | None = None) -> Sql:
    """`CASE WHEN … THEN … ELSE … END`; what can't be without a WHEN is its default."""
    if not whens:
        return default if default is not None else exp.Null()
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in whens], default=default)


IN_A_ROW = 40


def joined(kind: type[exp.And] | type[exp.Or] | type[exp.Add], parts: list[Sql]) -> Sql:
    """Parts joined by one operator: in a row, many of them in nested halves, for no parser to nest them deeper."""
    if len(parts) > IN_A_ROW:
        half = len(parts) // 2
        return kind(
            this=exp.Paren(this=joined(kind, parts[:half])), expression=exp.Paren(this=joined(kind, parts[half:]))
        )
    found = parts[0]
    for part in parts[1:]:
        found = kind(this=found, expression=part)
    return found


def call(name: str, *arguments: Sql) -> Sql:
    """A function that sqlglot needn't know."""
    return exp.Anonymous(this=name, expressions=list(arguments))
