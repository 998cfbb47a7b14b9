"""The last step: the keys, and each part of the service in the form that a table holds it in."""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from tierpolicy.compile.sql.constants import double
from tierpolicy.compile.sql.dialects import SetForm
from tierpolicy.compile.sql.lowering import Said
from tierpolicy.compile.sql.term import Draft, Labels, Sql, call, case, closed, number, text
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
)
from tierpolicy.model.vocabulary import Attribute


def answer(attribute: Attribute, said: Said, draft: Draft, form: SetForm) -> Sql:
    """An attribute as it is shown: money and percentages (as fractions) exact decimals, durations whole seconds, sets
    arrays or `;`-separated text, `none` NULL."""
    if isinstance(said, Labels):
        return _set(said, draft, form)
    held = said.sql.copy()
    match attribute.type:
        case Money():
            return _decimal(held, "0.01", "DECIMAL(18, 2)")
        case Percent():
            return _decimal(held, "0.0001", "DECIMAL(18, 4)")
        case Number():
            nought = exp.EQ(this=closed(held.copy()), expression=number(0))
            return held if said.value is not None else case([(nought, double(0.0, draft.dialect))], held)
        case Flag():
            return draft.stored(said)
        case Integer() | Duration() | Date() | Text() | Scale() | Choice():
            return held
        case SetOf():
            raise AssertionError("a set comes as labels")
        case _:
            assert_never(attribute.type)


def _decimal(held: Sql, unit: str, type_name: str) -> Sql:
    whole = exp.cast(held, "DECIMAL(18, 0)")
    return exp.cast(exp.Mul(this=whole, expression=exp.cast(text(unit), type_name.replace("18", "5"))), type_name)


def _set(said: Labels, draft: Draft, form: SetForm) -> Sql:
    """The labels that hold, in the order of the alphabet."""
    ordered = [(label, said.labels[label]) for label in sorted(said.labels)]
    if form == "array":
        found = _array(
            [case([(term.sql.copy(), text(label))]) for label, term in ordered if term.value is not False], draft
        )
    else:
        parts = [
            case([(term.sql.copy(), text(f";{label}"))], text("")) for label, term in ordered if term.value is not False
        ]
        found = _from_second(_concatenated(parts)) if parts else text("")
    if said.offered is None or said.offered.value is True:
        return found
    return case([(said.offered.sql.copy(), found)])


def _concatenated(parts: list[Sql]) -> Sql:
    if len(parts) == 1:
        return parts[0]
    return exp.Concat(expressions=parts, safe=False, coalesce=False)


def _from_second(sql: Sql) -> Sql:
    return exp.Substring(this=sql, start=number(2), length=number(100_000))


def _array(parts: list[Sql], draft: Draft) -> Sql:
    """An array without its NULLs, as each database makes one."""
    match draft.dialect.arrays:
        case "filter":
            held = exp.Identifier(this="label", quoted=False)
            known = exp.Not(this=exp.Is(this=exp.Column(this=held.copy()), expression=exp.Null()))
            made: Sql = exp.Array(expressions=parts or [exp.cast(exp.Null(), "TEXT")])
            return call("LIST_FILTER", made, exp.Lambda(this=known, expressions=[held], colon=True))
        case "remove":
            made = exp.Array(expressions=parts or [exp.cast(exp.Null(), "TEXT")])
            return call("ARRAY_REMOVE", made, exp.Null())
        case "compact":
            made = exp.Array(expressions=parts or [exp.cast(exp.Null(), "TEXT")])
            return call("ARRAY_COMPACT", made)
        case _:
            held_column = exp.column("label", quoted=True)
            unnest = exp.Unnest(
                expressions=[exp.Array(expressions=parts or [exp.cast(exp.Null(), "TEXT")])],
                alias=exp.TableAlias(columns=[exp.to_identifier("label", quoted=True)]),
            )
            known = exp.Not(this=exp.Is(this=held_column.copy(), expression=exp.Null()))
            return exp.Array(expressions=[exp.select(held_column).from_(unnest).where(known)])
