"""From literals to constants: a plain number, a quantity, a text or a set, in the type that is asked for.

The one idea: a literal is exact. Where its type could hold it only rounded (a tenth of a cent, half a second), that is
a mistake of the text, and never a silent rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from tierpolicy.check.expressions_kinds import kind, shown, wrote
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import AttributeRef, Call, Constant, DefineRef, Expr, FieldRef
from tierpolicy.model.types import (
    DURATION,
    INTEGER,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    Choice,
    Duration,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Type,
)
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX, NotOffered
from tierpolicy.model.vocabulary import NO_SPELLINGS, Direction
from tierpolicy.source import Span
from tierpolicy.syntax import ast

SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
LONGEST_NUMBER = 40
"""Digits of a literal that are looked at. The language allows 15, which parsing sees to."""

Sign = Literal[1, -1]


@frozen
class Want:
    """What a place asks of an open expression.

    `none` is what `none` means there (None: nothing). `subject` is the field or attribute that asks, and `spellings`
    are its data's other spellings of labels.
    """

    type: Type
    none: NotOffered | None = None
    subject: str = ""
    spellings: Mapping[str, str] = field(default_factory=lambda: NO_SPELLINGS)

    def of_amount(self) -> Want | None:
        """What reaches into arithmetic: the kinds that can be calculated with, and never `none`."""
        amounts = Integer | Number | Percent | Money | Duration
        return Want(self.type, subject=self.subject) if isinstance(self.type, amounts) else None


def asked_by(node: Expr | None, scope: Scope) -> Want | None:
    """What an expression that stands by itself asks of its open neighbour."""
    match node:
        case None:
            return None
        case FieldRef(name, type_):
            declared = scope.fields.get(name)
            return Want(type_, subject=name, spellings=declared.spellings if declared else NO_SPELLINGS)
        case AttributeRef(name, type_) | DefineRef(name, type_):
            return Want(type_, none_of(node, scope), subject=name)
        case _:
            return Want(node.type, none_of(node, scope))


def none_of(node: Expr, scope: Scope) -> NotOffered | None:
    """Which `none` an expression's value can be; None where it never is. Calculations with `none` are missing."""
    seen: set[str] = set()
    stack = [node]
    while stack:
        match stack.pop():
            case AttributeRef(name) if (attribute := scope.attributes.get(name)) and attribute.or_none:
                return NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW
            case DefineRef(name) if name in scope.defines and name not in seen:
                seen.add(name)
                stack.append(scope.defines[name].expression)
            case Call("first_known", arguments):
                stack.extend(arguments)
            case Constant(NotOffered() as value):
                return value
            case _:
                pass
    return None


def number_constant(number: ast.Number, sign: Sign, want: Want | None, span: Span, scope: Scope) -> Constant | None:
    """A plain number in the type asked for; a whole or a binary64 number where none that it could have is."""
    value = _fraction(number, sign, scope, span)
    if value is None:
        return None
    match want.type if want else None:
        case Money() if len(number.text.partition(".")[2]) == 3:
            _perhaps_thousands(number, span, scope)
            return None
        case Money():
            return _exact(value * 100, MONEY, MONEY_MAX, span, number, scope)
        case Percent() | Duration() if value == 0:
            assert want is not None
            return Constant(0, want.type, span)
        case Percent():
            _needs_percent(number, value, span, scope)
            return None
        case Duration():
            s = "" if number.text == "1" else "s"
            asks = f"`{want.subject}` is a duration" if want and want.subject else "a duration belongs here"
            scope.findings.report(
                codes.UNIT_MISSING,
                f"`{number.text}` needs its unit: {asks}",
                span,
                help=f"say `{number.text} minute{s}`, `{number.text} second{s}` or `{number.text} day{s}`",
            )
            return None
        case Number():
            return Constant(float(value), NUMBER, span)
        case Integer() if value.denominator == 1:
            return _exact(value, INTEGER, INTEGER_MAX, span, number, scope)
        case _:
            if value.denominator == 1 and "." not in number.text and INTEGER_MIN <= value <= INTEGER_MAX:
                return Constant(int(value), INTEGER, span)
            return Constant(float(value), NUMBER, span)


def quantity_constant(quantity: ast.Quantity, sign: Sign, span: Span, scope: Scope) -> Constant | None:
    """A percentage or a duration. Months and years belong to dates (see expressions_arithmetic)."""
    value = _fraction(quantity.number, sign, scope, span)
    if value is None:
        return None
    if quantity.unit == "percent":
        return _exact(value * 100, PERCENT, MONEY_MAX, span, quantity, scope)
    if quantity.unit in SECONDS:
        return _exact(value * SECONDS[quantity.unit], DURATION, INTEGER_MAX, span, quantity, scope)
    days = "30 days" if quantity.unit == "month" else "365 days"
    scope.findings.report(
        codes.MONTHS_WITHOUT_DATE,
        f"{wrote(quantity)} has no fixed length by itself",
        span,
        help=f"add it to a date or take it from one, as in `today - 1 {quantity.unit}`; a duration is, say, `{days}`",
    )
    return None


def text_constant(string: ast.String, want: Want | None, scope: Scope) -> Constant | None:
    """A quoted text: a label where labels are asked for, else a text."""
    if want is not None and isinstance(want.type, Scale | Choice):
        return label_constant(string.value, want, string.span, scope)
    if want is not None and isinstance(want.type, SetOf):
        one_label_for_a_set(string.value, want, string.span, scope)
        return None
    return Constant(string.value, TEXT, string.span)


def label_constant(text: str, want: Want, span: Span, scope: Scope) -> Constant | None:
    """A label of the scale or choice asked for."""
    if text in scope.labels(want.type):
        return Constant(text, want.type, span)
    unknown_label(text, want, span, scope)
    return None


def set_constant(literal: ast.SetLiteral, want: Want | None, scope: Scope) -> Constant | None:
    """`{a, b}`: only labels stand in braces, so a name that is spelled like one doesn't matter here."""
    if want is None:
        scope.findings.report(
            codes.LABELS_OF_WHAT,
            "nothing says whose labels stand in these braces",
            literal.span,
            help="compare the set with a field or attribute that is a set",
        )
        return None
    if not isinstance(want.type, SetOf):
        only = literal.items[0] if len(literal.items) == 1 else None
        word = only.text if isinstance(only, ast.Name) else f'"{only.value}"' if only else ""
        scope.findings.report(
            codes.MISMATCH,
            f"a set stands where {kind(want.type)} belongs",
            literal.span,
            help=f"write `{word}` without braces" if only else "for one of several, say `in (a, b)`",
        )
        return None
    labels, found, wrong = scope.labels(want.type), set[str](), False
    for item in literal.items:
        text = item.text if isinstance(item, ast.Name) else item.value
        if text in labels:
            found.add(text)
        else:
            unknown_label(text, want, item.span, scope)
            wrong = True
    return None if wrong else Constant(frozenset(found), want.type, literal.span)


def unknown_label(text: str, want: Want, span: Span, scope: Scope) -> None:
    """Reports a word that is no label of what asks for one."""
    assert isinstance(want.type, Scale | Choice | SetOf)
    labels = want.type.labels
    if text in want.spellings:
        help = f"`{text}` is how the data spells it; write `{want.spellings[text]}`"
    else:
        help = scope.findings.did_you_mean(text, labels) or f"the labels are {shown(labels, ', ')}"
    whose = f" of `{want.subject}`" if want.subject else ""
    scope.findings.report(codes.UNKNOWN_LABEL, f"`{text}` is not a label{whose}", span, help=help)


def one_label_for_a_set(text: str, want: Want, span: Span, scope: Scope) -> None:
    """Reports a label that stands by itself where a set belongs."""
    if text not in scope.labels(want.type):
        unknown_label(text, want, span, scope)
        return None
    test = f"; to ask whether it is in the set, `{want.subject} has {text}`" if want.subject else ""
    scope.findings.report(
        codes.MISMATCH,
        f"`{text}` is one label, and a set belongs here",
        span,
        help=f"a set stands in braces: `{{{text}}}`{test}",
    )
    return None


def _fraction(number: ast.Number, sign: Sign, scope: Scope, span: Span) -> Fraction | None:
    text = number.text.replace("_", "")
    if len(text) <= LONGEST_NUMBER and "e" not in text.lower():
        return _read(text, sign)
    scope.findings.report(
        codes.TOO_LARGE, f"`{text[:20]}…` has too many digits", span, help="numbers have at most 15 digits"
    )
    return None


@lru_cache(maxsize=4096)
def _read(text: str, sign: Sign) -> Fraction:
    """The number of a text: a table says the same few a thousand times."""
    return Fraction(text) * sign


def _exact(
    units: Fraction, type_: Type, most: int, span: Span, literal: ast.Number | ast.Quantity, scope: Scope
) -> Constant | None:
    """The constant of so many whole units; the finding where they are not whole or too many."""
    if units.denominator != 1:
        finest = {PERCENT: "hundredths of a percent", DURATION: "whole seconds"}.get(type_, "hundredths")
        scope.findings.report(
            codes.TOO_FINE,
            f"{wrote(literal)} is finer than {kind(type_)} can be: the finest are {finest}",
            span,
            help="write the rounded value that is meant",
        )
        return None
    if not -most <= units.numerator <= most:
        scope.findings.report(codes.TOO_LARGE, f"{wrote(literal)} is more than {kind(type_)} can hold", span)
        return None
    return Constant(units.numerator, type_, span)


def _perhaps_thousands(number: ast.Number, span: Span, scope: Scope) -> None:
    """`2.500` as an amount: in half of the world that is two thousand five hundred."""
    whole, _, decimals = number.text.partition(".")
    message = f"`{number.text}` has three digits after the point, and an amount of money has two"
    small = f"`{whole}.{decimals[:2]}`"
    if decimals[2] != "0":
        message, small = f"`{number.text}` is finer than an amount of money can be", "the rounded value"
    help = f"write `{whole}_{decimals}` if the point parts thousands, {small} if decimals stand behind it"
    scope.findings.report(codes.TOO_FINE, message, span, help=help)


def _needs_percent(number: ast.Number, value: Fraction, span: Span, scope: Scope) -> None:
    """A plain number where a percentage belongs: below 1 it may be meant as a fraction, so both ways are shown."""
    as_written = f"`{number.text}%`"
    hundredfold = value * 100
    if abs(value) < 1 and hundredfold.denominator == 1:
        help = f"is it {as_written} or `{abs(int(hundredfold))}%`?"
    else:
        help = f"say {as_written}"
    scope.findings.report(
        codes.UNIT_MISSING, f"`{number.text}` needs its unit: a percentage belongs here", span, help=help
    )
