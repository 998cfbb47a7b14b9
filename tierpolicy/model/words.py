"""Values and typed expressions as policy text, the way an author writes them: for people to read.

What `check` turned into typed nodes is shown as it would be written: `x is known` rather than `not (x is missing)`,
`10 minutes` rather than 600. The text parses back to the same meaning where its names and labels do.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import assert_never

from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Negative,
    Not,
    Or,
    ParameterRef,
    ShiftMonths,
    TextTest,
    Today,
    ToNumber,
)
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
    Type,
)
from tierpolicy.model.values import MISSING, NotOffered, Value

PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = """
    and any because between contains ends false has if in is known missing nil no none not null or otherwise starts
    then today true undefined yes
"""
WORDS_OF_THE_LANGUAGE = frozenset(_WORDS.split())
"""Words of conditions and cells: quoted as a label, in backticks as a name, lest they be read as something else."""

UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
GROUPED_FROM = 10_000

LOOSEST, OR, AND, NOT, COMPARISON, SUM, PRODUCT, TIGHTEST = range(8)
"""How tightly a kind of expression binds; looser ones stand in parentheses inside tighter ones."""


# ---------------------------------------------------------------- values


def value_text(value: Value, type_: Type) -> str:
    """A value as policy text: `120_000`, `10%`, `90 minutes`, `{gift, lounge}`, `none`; `missing` where not known."""
    if value is MISSING:
        return "missing"
    if isinstance(value, NotOffered):
        return "none"
    match type_:
        case Flag():
            return "yes" if value else "no"
        case Integer():
            return _grouped(value) if isinstance(value, int) else str(value)
        case Number():
            return _number_text(value) if isinstance(value, float) else str(value)
        case Percent():
            return f"{_hundredths_text(value, '')}%" if isinstance(value, int) else str(value)
        case Money():
            return _hundredths_text(value, "00") if isinstance(value, int) else str(value)
        case Duration():
            return _duration_text(value) if isinstance(value, int) else str(value)
        case Date():
            return value.isoformat() if isinstance(value, date) else str(value)
        case Text():
            return quoted(str(value))
        case Scale() | Choice():
            return label_text(str(value))
        case SetOf(labels):
            held = value if isinstance(value, frozenset) else frozenset()
            return "{" + ", ".join(label_text(label) for label in labels if label in held) + "}"
        case _:
            assert_never(type_)


def label_text(label: str) -> str:
    """A label, in quotes where it isn't a plain word."""
    return label if _is_plain(label) else quoted(label)


def name_text(name: str) -> str:
    """A name, in backticks where it is also a word of the language."""
    return name if _is_plain(name) else f"`{name}`"


def quoted(text: str) -> str:
    """A text in quotes, with what can't be seen or would end it escaped."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in text) + '"'


def _is_plain(word: str) -> bool:
    return PLAIN_WORD.fullmatch(word) is not None and word.lower() not in WORDS_OF_THE_LANGUAGE


def _grouped(value: int) -> str:
    return f"{value:_}" if abs(value) >= GROUPED_FROM else str(value)


def _hundredths_text(value: int, whole_part: str) -> str:
    """`12345` → `123.45`; whole ones without a fraction. With `whole_part` a fraction keeps both digits."""
    whole, part = divmod(abs(value), 100)
    digits = f"{part:02}" if whole_part else f"{part:02}".rstrip("0")
    return f"{'-' if value < 0 else ''}{_grouped(whole)}{'.' + digits if part else ''}"


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return _grouped(int(value))
    shortest = repr(value)
    return f"{Decimal(shortest):f}" if "e-" in shortest and abs(value) > 1e-15 else shortest


def _duration_text(seconds: int) -> str:
    for size, unit in UNITS:
        if seconds % size == 0 and (seconds or size == 1):
            count = seconds // size
            return f"{_grouped(count)} {unit}{'' if abs(count) == 1 else 's'}"
    raise AssertionError("every duration is a whole number of seconds")


# ---------------------------------------------------------------- expressions


def expression_text(expr: Expr) -> str:
    """A typed expression as policy text, with the parentheses that it needs."""
    return _text(expr, LOOSEST)


def _text(expr: Expr, around: int) -> str:
    text, tightness = _bare(expr)
    return f"({text})" if tightness < around else text


def _bare(expr: Expr) -> tuple[str, int]:
    """The text of an expression and how tightly it binds."""
    match expr:
        case Constant(value, type_):
            text = value_text(value, type_)
            return text, SUM if text.startswith("-") else TIGHTEST
        case FieldRef(name) | AttributeRef(name) | ParameterRef(name) | DefineRef(name):
            return name_text(name), TIGHTEST
        case Today():
            return "today", TIGHTEST
        case ToNumber(operand):
            return _bare(operand)
        case Negative(operand):
            return f"-{_text(operand, TIGHTEST)}", PRODUCT
        case Arithmetic(op, left, right):
            own = SUM if op in ("+", "-") else PRODUCT
            return f"{_text(left, own)} {op} {_text(right, own + 1)}", own
        case ShiftMonths(operand, months):
            sign = "+" if months >= 0 else "-"
            return f"{_text(operand, SUM)} {sign} {_months_text(abs(months))}", SUM
        case Call(function, arguments):
            return f"{function}({', '.join(map(expression_text, arguments))})", TIGHTEST
        case Compare(">=" | "<=", left, Constant(share=share)) if share:
            return f"{_text(left, SUM)} in {share}", COMPARISON
        case Compare(op, left, right):
            return f"{_text(left, SUM)} {op} {_text(right, SUM)}", COMPARISON
        case In() | IsMissing() | Has() | TextTest() | Not() | And() | Or():
            return _condition(expr)
        case _:
            assert_never(expr)


def _condition(expr: In | IsMissing | Has | TextTest | Not | And | Or) -> tuple[str, int]:
    match expr:
        case In(operand, options):
            return f"{_text(operand, SUM)} in ({_listed(options)})", COMPARISON
        case Not(In(operand, options)):
            return f"{_text(operand, SUM)} not in ({_listed(options)})", COMPARISON
        case Not(Compare(">=" | "<=", left, Constant(share=share))) if share:
            return f"{_text(left, SUM)} not in {share}", COMPARISON
        case IsMissing(operand):
            return f"{_text(operand, SUM)} is missing", COMPARISON
        case Not(IsMissing(operand)):
            return f"{_text(operand, SUM)} is known", COMPARISON
        case Has(operand, label):
            return f"{_text(operand, SUM)} has {label_text(label)}", COMPARISON
        case TextTest(op, operand, text):
            return f"{_text(operand, SUM)} {op} {_text(text, SUM)}", COMPARISON
        case Not(operand):
            return f"not {_text(operand, COMPARISON)}", NOT
        case And(parts):
            return " and ".join(_text(part, NOT) for part in parts), AND
        case Or(parts):
            return " or ".join(_text(part, AND) for part in parts), OR
        case _:
            assert_never(expr)


def _listed(options: tuple[Expr, ...]) -> str:
    return ", ".join(map(expression_text, options))


def _months_text(months: int) -> str:
    count, unit = (months // 12, "year") if months and months % 12 == 0 else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"
