"""The typed reading of a row: from the table's columns to a value for each field that a decision reads.

What `semantics.read` counts as missing is NULL here: a value beyond its bounds, an unknown label, NaN, an infinity.
Amounts may be whole numbers, decimals or floats: the database's own type decides how `x * 100` is worked out, exactly
or in binary64, and the rounding after it is the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import assert_never

from sqlglot import exp

from tierpolicy.compile.sql.arithmetic import rint
from tierpolicy.compile.sql.constants import constant, double, largest, literal
from tierpolicy.compile.sql.dialects import SetForm
from tierpolicy.compile.sql.term import (
    LARGEST_FLOAT,
    Draft,
    Labels,
    Sql,
    Term,
    call,
    case,
    closed,
    column,
    joined,
    number,
    text,
)
from tierpolicy.model.builtins.record import within
from tierpolicy.model.types import (
    FLAG,
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
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.read import CURRENT_TIER

UNITS = {Money: 100, Percent: 10_000}


def default_of(field: Field) -> Value:
    """What a missing field holds."""
    if field.default is not MISSING:
        return field.default
    if isinstance(field.type, SetOf) and not field.required:
        return frozenset()
    if not field.declared and field.name == CURRENT_TIER and isinstance(field.type, Scale):
        return field.type.labels[0]
    return MISSING


def column_of(field: Field) -> str:
    """The column that holds a field: of a path (`account.tier`) the one that is called by all of it."""
    return ".".join(field.path) if field.path else field.name


def is_amount(field: Field) -> bool:
    """True where a value is scaled to whole units first, and rounded in the next step."""
    return isinstance(field.type, Money | Percent | Duration)


def read_field(field: Field, draft: Draft, level: int) -> Term:
    """A field that is no set, as a column that step `level` can read."""
    raw = column(draft.dialect.kept(column_of(field)))
    found = _given(field, raw, draft) if is_amount(field) else _read(field, raw, draft)
    default = default_of(field)
    if default is not MISSING:
        held = constant(default, field.type, draft.dialect)
        other = draft.stored(held) if isinstance(field.type, Flag) else held.sql
        found = replace(found, sql=exp.Coalesce(this=found.sql, expressions=[other]), maybe=False)
    if isinstance(field.type, Flag):
        found = replace(draft.as_flag(found), stored=found.sql)
    return replace(draft.column(field.name, found, kind="field"), level=level)


def _read(field: Field, raw: Sql, draft: Draft) -> Term:
    match field.type:
        case Flag():
            return Term(raw, FLAG, 0, True)
        case Integer():
            return _integer(field, raw, draft)
        case Number():
            low = field.low if isinstance(field.low, float) else -LARGEST_FLOAT
            high = field.high if isinstance(field.high, float) else LARGEST_FLOAT
            held = exp.Between(this=raw.copy(), low=double(low, draft.dialect), high=double(high, draft.dialect))
            return Term(case([(held, exp.cast(raw, "DOUBLE"))]), field.type, 0, True, most=max(abs(low), abs(high)))
        case Date():
            low_day = field.low if isinstance(field.low, date) else date.min
            high_day = field.high if isinstance(field.high, date) else date.max
            held = exp.Between(
                this=raw.copy(), low=literal(low_day, draft.dialect), high=literal(high_day, draft.dialect)
            )
            return Term(case([(held, raw)]), field.type, 0, True)
        case Text():
            return Term(exp.Nullif(this=_letters(raw, draft), expression=text("")), field.type, 0, True)
        case Scale() | Choice():
            return Term(_label(field, _letters(raw, draft, spelled(field))), field.type, 0, True)
        case Money() | Percent() | Duration() | SetOf():
            raise AssertionError("read otherwise")
        case _:
            assert_never(field.type)


# ---------------------------------------------------------------- amounts


def _integer(field: Field, raw: Sql, draft: Draft) -> Term:
    """A whole number, or a decimal or float without a fraction."""
    low, high = _bounds(field)
    held = _between(raw, low, high, draft)
    whole = exp.EQ(this=raw.copy(), expression=exp.Floor(this=raw.copy()))
    most = float(max(abs(low), abs(high)))
    return Term(
        case([(exp.And(this=held, expression=whole), exp.cast(raw, "BIGINT"))]), field.type, 0, True, most=most, least=1
    )


def _between(raw: Sql, low: int, high: int, draft: Draft) -> Sql:
    """Within two bounds; at the upper end of 64 bits a float of 2**63 is beyond."""
    if high < INTEGER_MAX:
        return exp.Between(this=raw.copy(), low=number(low), high=number(high))
    beyond: Sql = number(2**63)
    if not draft.dialect.large_whole:
        beyond = exp.cast(text(str(2**63)), "DECIMAL(38, 0)")
    above = exp.GTE(this=raw.copy(), expression=number(low))
    return exp.And(this=above, expression=exp.LT(this=raw.copy(), expression=beyond))


def _bounds(field: Field) -> tuple[int, int]:
    least, most = (-MONEY_MAX, MONEY_MAX) if isinstance(field.type, Money | Percent) else (INTEGER_MIN, INTEGER_MAX)
    low = field.low if isinstance(field.low, int) else least
    high = field.high if isinstance(field.high, int) else most
    return low, high


def _given(field: Field, raw: Sql, draft: Draft) -> Term:
    """Money, percentages and durations: scaled to whole units here, rounded half to even in the next step."""
    units = field.seconds_per_unit or 1 if isinstance(field.type, Duration) else UNITS[type(field.type)]
    low, high = _bounds(field)
    scaled = raw.copy()
    if units > 1:
        by = exp.cast(number(units), "DECIMAL(20, 0)") if draft.dialect.name == "duckdb" else number(units)
        scaled = exp.Mul(this=raw.copy(), expression=by)
    reach = largest(field.type)
    if isinstance(field.type, Duration):
        held = _between(
            raw, INTEGER_MIN // units + (units > 1), INTEGER_MAX // units if units > 1 else INTEGER_MAX, draft
        )
    else:
        edge = int(reach) // units + 1
        held = exp.Between(this=raw.copy(), low=number(-edge), high=number(edge))
    at = draft.column(f"given_{field.name}", Term(case([(held, scaled)]), field.type, 0, True), kind="given")
    rounded = exp.cast(rint(at.sql, draft, exact=True), "BIGINT")
    at_rounded = draft.column(f"whole_{field.name}", Term(rounded, field.type, at.level, True), kind="given")
    bounds = exp.Between(this=at_rounded.sql.copy(), low=number(low), high=number(high))
    most = float(max(abs(low), abs(high)))
    return Term(case([(bounds, at_rounded.sql.copy())]), field.type, at_rounded.level, True, most=most, least=1)


# ---------------------------------------------------------------- text and labels


def _letters(raw: Sql, draft: Draft, spellings: list[str] | None = None) -> Sql:
    """Text as it is compared: by its letters, composed where the database can do it (and what is sought needs it)."""
    plain = spellings is not None and all(spelling.isascii() for spelling in spellings)
    found = raw if not draft.dialect.nfc or plain else call(draft.dialect.nfc, raw)
    if draft.dialect.collation:
        found = exp.Collate(this=found, expression=exp.var(draft.dialect.collation))
    return found


def spelled(field: Field) -> list[str]:
    """Every spelling that a label of the field may have."""
    assert isinstance(field.type, Scale | Choice | SetOf)
    return [*field.type.labels, *field.spellings]


def _label(field: Field, raw: Sql) -> Sql:
    """A label by any of its spellings, within the bounds of its scale."""
    assert isinstance(field.type, Scale | Choice)
    fitting = [label for label in field.type.labels if within(label, field.low, field.high, field.type)]
    plain = [label for label in fitting if not _others(field, label)]
    whens: list[tuple[Sql, Sql]] = []
    if plain:
        whens.append((exp.In(this=raw.copy(), expressions=[text(label) for label in plain]), raw.copy()))
    for label in fitting:
        if others := _others(field, label):
            whens.append((exp.In(this=raw.copy(), expressions=[text(each) for each in (label, *others)]), text(label)))
    return case(whens, None if whens else exp.cast(exp.Null(), "TEXT"))


def _others(field: Field, label: str) -> list[str]:
    labels = field.type.labels if isinstance(field.type, Scale | Choice | SetOf) else ()
    return [other for other, meant in field.spellings.items() if meant == label and other not in labels]


# ---------------------------------------------------------------- sets


def read_set(field: Field, draft: Draft, level: int, form: SetForm) -> Labels:
    """A set as a column for each of its labels."""
    assert isinstance(field.type, SetOf)
    raw = column(draft.dialect.kept(column_of(field)))
    default = default_of(field)
    nothing: Sql = exp.Is(this=raw.copy(), expression=exp.Null())
    if form == "text":
        nothing = exp.Is(this=exp.Nullif(this=raw.copy(), expression=text("")), expression=exp.Null())
    known = None
    if default is MISSING:
        held = Term(exp.Not(this=nothing.copy()), FLAG)
        known = replace(draft.column(f"{field.name}_known", held, kind="field"), level=level)
    labels = {}
    for label in field.type.labels:
        found = [_holds(raw, each, draft, form) for each in (label, *_others(field, label))]
        there = exp.Coalesce(
            this=joined(exp.Or, [closed(each) for each in found]), expressions=[exp.Boolean(this=False)]
        )
        sql = _with_default(nothing, there, found, default, label, draft)
        term = draft.as_flag(Term(sql, FLAG, 0, known is not None))
        labels[label] = replace(
            draft.column(f"{field.name}_{label}", replace(term, stored=sql), kind="field"), level=level
        )
    return Labels(labels, known)


def _with_default(nothing: Sql, there: Sql, found: list[Sql], default: Value, label: str, draft: Draft) -> Sql:
    if draft.dialect.bits:
        test = joined(exp.Or, [closed(each.copy()) for each in found])
        there = case([(test, draft.flag(True))], draft.flag(False))
    if isinstance(default, frozenset):
        return case([(nothing.copy(), draft.flag(True))], there) if label in default else there
    return case([(exp.Not(this=nothing.copy()), there)])


def _holds(raw: Sql, spelling: str, draft: Draft, form: SetForm) -> Sql:
    """Whether a set in one of its forms holds a spelling."""
    name = draft.dialect.name
    if form == "array":
        if name == "postgres":
            return exp.EQ(this=text(spelling), expression=exp.Any(this=exp.Paren(this=raw.copy())))
        return exp.ArrayContains(this=raw.copy(), expression=text(spelling))
    if ";" in spelling or spelling != spelling.strip():
        return exp.Boolean(this=False) if not draft.dialect.bits else exp.EQ(this=number(0), expression=number(1))
    tidy: Sql = _letters(raw.copy(), draft, [spelling])
    for blank in (" ;", "; "):
        tidy = exp.Replace(this=tidy, expression=text(blank), replacement=text(";"))
    around = exp.Concat(expressions=[text(";"), exp.Trim(this=tidy), text(";")], safe=False, coalesce=False)
    return exp.GT(this=exp.StrPosition(this=around, substr=text(f";{spelling};")), expression=number(0))
