"""Kinds of values in the author's words: what a type is called, what was written, what to say of two that differ."""

from __future__ import annotations

from datetime import date
from typing import assert_never

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
    compatible,
)
from tierpolicy.syntax import ast

MOST_LABELS_SHOWN = 6


def kind(type_: Type) -> str:
    """A type as people say it, with its article: "an amount of money", "one of a, b"."""
    match type_:
        case Flag():
            return "a flag (yes or no)"
        case Integer():
            return "a whole number"
        case Number():
            return "a number"
        case Percent():
            return "a percentage"
        case Money():
            return "an amount of money"
        case Duration():
            return "a duration"
        case Date():
            return "a date"
        case Text():
            return "a text"
        case Scale(labels):
            return f"a scale ({shown(labels, ' < ')})"
        case Choice(labels):
            return f"one of {shown(labels, ', ')}"
        case SetOf(labels):
            return f"a set of {shown(labels, ', ')}"
        case _:
            assert_never(type_)


def shown(labels: tuple[str, ...], between: str) -> str:
    """The first labels, so that a message stays a sentence."""
    some = between.join(labels[:MOST_LABELS_SHOWN])
    return f"{some}{between}…" if len(labels) > MOST_LABELS_SHOWN else some


def wrote(expr: ast.Expr) -> str:
    """What the author wrote: short things word for word in backticks, long ones by what they are."""
    match expr:
        case ast.Number(text):
            return f"`{text}`"
        case ast.Quantity(number, "percent"):
            return f"`{number.text}%`"
        case ast.Quantity(number, unit):
            return f"`{number.text} {unit}{'' if number.text == '1' else 's'}`"
        case ast.String(value):
            return f'`"{value if len(value) <= 40 else value[:39] + "…"}"`'
        case ast.DateLiteral(value):
            return f"`{value.isoformat()}`"
        case ast.Today():
            return "`today`"
        case ast.Name(text):
            return f"`{text}`"
        case ast.Qualified(scope, name):
            return f"`{scope}.{name.text}`"
        case ast.SetLiteral():
            return "the set in braces"
        case ast.Call(function):
            return f"`{function.text}(…)`"
        case ast.Negative() | ast.Arithmetic():
            return "the calculation"
        case (
            ast.Compare()
            | ast.In()
            | ast.InShare()
            | ast.Between()
            | ast.Is()
            | ast.Has()
            | ast.TextTest()
            | ast.Not()
            | ast.And()
            | ast.Or()
        ):
            return "the condition"
        case _:
            assert_never(expr)


def same(left: Type, right: Type) -> bool:
    """True where values of the two types may stand beside each other. Quick where a wide type is one and the same."""
    return left is right or left == right or compatible(left, right)


def way_out(expr: ast.Expr | None, have: Type, asked: Type) -> str | None:
    """What to do where `have` stands and `asked` belongs; `expr` is what the author wrote."""
    if isinstance(expr, ast.String):
        return _text_for(expr.value, asked)
    match have, asked:
        case Percent(), Money() if isinstance(expr, ast.Quantity):
            return f"write an amount, such as `10`; a share of one is `{expr.number.text}% * …`"
        case Number(), Integer():
            return "round it to a whole number: `round(…)`"
        case ((Integer() | Number()), Flag()):
            return "say `yes` or `no`"
        case Flag(), (Integer() | Number() | Percent() | Money() | Duration()) if isinstance(expr, ast.Compare):
            return "a value between two others is written `x between 1 and 5`"
        case Duration(), (Integer() | Number()):
            return "a duration divided by a duration is a number: `… / 1 minute`"
        case Percent(), (Integer() | Number()):
            return "a percentage divided by `100%` is a number"
        case Money(), (Integer() | Number()):
            return "money divided by money is a number"
        case ((Integer() | Number()), Percent()) if not isinstance(expr, ast.Number):
            return "a number times a percentage is a percentage, as in `orders * 1%`"
        case ((Integer() | Number()), Money()) if not isinstance(expr, ast.Number):
            return "a number times an amount is an amount, as in `orders * 5`"
        case ((Integer() | Number()), (Scale(labels) | Choice(labels))) if (
            isinstance(expr, ast.Number) and expr.text in labels
        ):
            return f'write the label in quotes: `"{expr.text}"`'
        case (Scale(), Scale()) | (Choice(), Choice()) | (SetOf(), SetOf()):
            order = " in the same order" if isinstance(have, Scale) else ""
            return f"two of these can stand beside each other where they have the same labels{order}"
        case SetOf(), (Scale() | Choice()):
            return "for one of several labels, say `in (a, b)`"
        case ((Scale() | Choice()), SetOf()):
            return "a set stands in braces: `{a, b}`"
        case _:
            return None


def _text_for(text: str, asked: Type) -> str | None:
    match asked:
        case Date():
            try:
                return f"write the date without quotes: `{date.fromisoformat(text.strip()).isoformat()}`"
            except ValueError:
                return "a date is written like `2026-11-21`, without quotes"
        case Duration():
            return "a duration is written like `10 minutes`, without quotes"
        case Percent():
            return "a percentage is written like `10%`, without quotes"
        case Integer() | Number() | Money():
            return "a number is written like `1_000`, without quotes"
        case Flag():
            return "say `yes` or `no`, without quotes"
        case Text() | Scale() | Choice() | SetOf():
            return None
        case _:
            assert_never(asked)
