"""From expressions to pieces: as few parentheses as precedence allows, the tree never changed.

Loosest first: `or`, `and`, `not`, comparisons (which don't chain), sums, products, the minus sign, atoms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import assert_never

from tierpolicy.source import Span
from tierpolicy.syntax.ast import (
    NOWHERE,
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    DateLiteral,
    Expr,
    Has,
    In,
    InShare,
    Is,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Period,
    Qualified,
    Quantity,
    SetLiteral,
    String,
    TextTest,
    Today,
    Word,
)
from tierpolicy.syntax.format_layout import CLOSE, OPEN, Break, Ends, Piece, Text

STEP = 4

# Every word that the grammar knows somewhere, or knows as brought from elsewhere; a name spelled like one keeps the
# backticks that its author gave it.
_WORDS = """
    adds allow always and any as assume at baseline because below better between bottom by case cases column
    complete contains cost currency customer customers d date day days default define depends direction duration
    earnable effective ends equal example expect first flag from get given h has have hour hours hrs hr if implies
    in includes integer internal is keep key known least less limit lowers match matrix merge min mins minute
    minutes missing money month months more most need never no none not number of on one or organisation
    organization otherwise overrides parameter percent policy property protected reminder request required rule s
    sec second seconds secs sensitive service set source standard starts table text then tier tiers to today top
    total until up use version w week weeks when where while with within without year years yes else elif elsif
    empty false nan nil null true undefined unknown
"""
KEYWORDS = frozenset(_WORDS.split())

# Words that stand for something else at the start of a table cell, or after `is`.
CELL_WORDS = frozenset({"any", "otherwise", "known", "missing", "not", "has", "if", "then"})

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Binding(IntEnum):
    """How tightly an expression holds together; a place asks for at least one of these."""

    OR = 0
    AND = 1
    NOT = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    SIGNED = 6
    ATOM = 7


def start_of(span: Span) -> int:
    """The offset in the original, -1 for a node that has none."""
    return -1 if span is NOWHERE or span == NOWHERE else span.start


# ---------------------------------------------------------------- words and literals


def name_text(name: Word | Name) -> str:
    """A name, in backticks where its author needed them."""
    plain = PLAIN_NAME.fullmatch(name.text) is not None
    needs = not plain or (name.quoted and name.text.lower() in KEYWORDS)
    return f"`{name.text}`" if needs else name.text


def label_text(label: Word) -> str:
    """A label where it is declared: in quotes if its author wrote them, or if it couldn't stand without."""
    plain = PLAIN_NAME.fullmatch(label.text) is not None
    return label.text if plain and not label.quoted else string_text(label.text)


def string_text(value: str) -> str:
    """A text in quotes; what can't be seen or would turn the line around is written as an escape."""
    return '"' + "".join(_escaped(c) for c in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    hidden = character in BIDI_CONTROLS or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return f"\\u{{{ord(character):x}}}" if hidden else character


def unit_text(quantity: Quantity) -> str:
    """`10%`, `10 minutes`, `1 minute`."""
    if quantity.unit == "percent":
        return f"{quantity.number.text}%"
    ending = "" if quantity.number.value == 1 else "s"
    return f"{quantity.number.text} {quantity.unit}{ending}"


def word(name: Word) -> Text:
    return Text(name_text(name), start_of(name.span))


def string(text: String) -> Text:
    return Text(string_text(text.value), start_of(text.span))


def date_literal(literal: DateLiteral) -> Text:
    return Text(literal.value.isoformat(), start_of(literal.span))


def period(of: Period) -> Iterator[Piece]:
    """` from D until D`, what there is of it."""
    for kind, day in (("from", of.start), ("until", of.end)):
        if day is not None:
            yield Text(f" {kind} ")
            yield date_literal(day)


# ---------------------------------------------------------------- expressions


def expression(expr: Expr, indent: int, least: Binding = Binding.OR) -> Iterator[Piece]:
    """The pieces of an expression where one that binds as tightly as `least` is wanted; lines go on at `indent`."""
    if binding_of(expr) >= least:
        yield from _bare(expr, indent)
    else:
        yield Text("(")
        yield from _bare(expr, indent + STEP)
        yield Text(")")


def binding_of(expr: Expr) -> Binding:
    match expr:
        case Or():
            return Binding.OR
        case And():
            return Binding.AND
        case Not():
            return Binding.NOT
        case Compare() | In() | InShare() | Between() | Is() | Has() | TextTest():
            return Binding.COMPARISON
        case Arithmetic(op):
            return Binding.SUM if op in "+-" else Binding.PRODUCT
        case Negative():
            return Binding.SIGNED
        case _:
            return Binding.ATOM


def _bare(expr: Expr, indent: int) -> Iterator[Piece]:
    match expr:
        case Or(parts):
            yield from _joined(parts, "or", Binding.AND, indent)
        case And(parts):
            yield from _joined(parts, "and", Binding.NOT, indent)
        case Not(operand):
            yield Text("not ", start_of(expr.span))
            yield from expression(operand, indent, Binding.NOT)
        case Compare() | In() | InShare() | Between() | Is() | Has() | TextTest():
            yield from _comparison(expr, indent)
        case Arithmetic():
            yield from _arithmetic(expr, indent)
        case Negative(operand):
            yield Text("-", start_of(expr.span))
            # `--x` would read like a comment in other languages
            yield from expression(operand, indent, Binding.ATOM)
        case Call(function, arguments):
            yield word(function)
            yield from listed(Text("("), [expression(a, indent + STEP) for a in arguments], ")", indent + STEP)
        case SetLiteral(items):
            yield from listed(Text("{", start_of(expr.span)), [_atom(item) for item in items], "}", indent + STEP)
        case _:
            yield from _atom(expr)


def _atom(
    atom: Number | Quantity | String | DateLiteral | Today | Name | Qualified,
) -> Iterator[Piece]:
    match atom:
        case Number(text):
            yield Text(text, start_of(atom.span))
        case Quantity():
            yield Text(unit_text(atom), start_of(atom.span))
        case String():
            yield string(atom)
        case DateLiteral():
            yield date_literal(atom)
        case Today():
            yield Text("today", start_of(atom.span))
        case Name():
            yield Text(name_text(atom), start_of(atom.span))
        case Qualified(scope, name):
            yield Text(f"{scope}.{name_text(name)}", start_of(atom.span))
        case _:
            assert_never(atom)


def listed(opening: Text, items: Sequence[Iterator[Piece]], closing: str, indent: int) -> Iterator[Piece]:
    """Items with commas between, as many on a line as fit."""
    yield OPEN
    yield opening
    for number, item in enumerate(items):
        if number:
            yield Text(",")
            yield Break(indent, Ends.FILL)
        yield from item
    yield Text(closing)
    yield CLOSE


def _joined(parts: Sequence[Expr], operator: str, least: Binding, indent: int) -> Iterator[Piece]:
    yield OPEN
    for number, part in enumerate(parts):
        if number:
            yield Break(indent)
            yield Text(f"{operator} ")
        yield from expression(part, indent + STEP if number else indent, least)
    yield CLOSE


def _comparison(expr: Compare | In | InShare | Between | Is | Has | TextTest, indent: int) -> Iterator[Piece]:
    left = expr.left if isinstance(expr, Compare) else expr.operand
    yield from expression(left, indent, Binding.SUM)
    match expr:
        case Compare(op, _, right):
            yield Text(f" {op} ")
            yield from expression(right, indent, Binding.SUM)
        case In(_, options, negated):
            yield Text(" not in " if negated else " in ")
            yield from listed(
                Text("("), [expression(o, indent + STEP, Binding.SUM) for o in options], ")", indent + STEP
            )
        case InShare(_, side, share, negated):
            yield Text(f" {'not ' if negated else ''}in {side} ")
            yield from expression(share, indent, Binding.SUM)
        case Between(_, low, high):
            yield Text(" between ")
            yield from expression(low, indent, Binding.SUM)
            yield Text(" and ")
            yield from expression(high, indent, Binding.SUM)
        case Is(_, what, negated):
            yield Text(" is not " if negated else " is ")
            yield from [Text(what)] if isinstance(what, str) else guarded(what, indent)
        case Has(_, label):
            yield Text(" has ")
            yield from expression(label, indent, Binding.SUM)
        case TextTest(op, _, text):
            yield Text(f" {op} ")
            yield from expression(text, indent, Binding.SUM)
        case _:
            assert_never(expr)


def _arithmetic(expr: Arithmetic, indent: int) -> Iterator[Piece]:
    """A chain such as `a + b - c` leans to the left and may be long, so its spine is walked, not recursed into."""
    level = binding_of(expr)
    chain: list[tuple[str, Expr]] = []
    first: Expr = expr
    while isinstance(first, Arithmetic) and binding_of(first) is level:
        chain.append((first.op, first.right))
        first = first.left
    yield OPEN
    yield from expression(first, indent, level)
    for op, right in reversed(chain):
        yield Break(indent + STEP, Ends.FILL)
        yield Text(f"{op} ")
        yield from expression(right, indent + STEP, Binding(level + 1))
    yield CLOSE


def guarded(expr: Expr, indent: int) -> Iterator[Piece]:
    """An operand where a word such as `missing` would be read as more than a name: such a name gets parentheses."""
    first = expr
    while isinstance(first, Arithmetic):
        first = first.left
    if isinstance(first, Name) and not first.quoted and first.text.lower() in CELL_WORDS:
        yield Text("(")
        yield from expression(expr, indent, Binding.SUM)
        yield Text(")")
    else:
        yield from expression(expr, indent, Binding.SUM)
