"""From types, modifiers and the declarations of a block to pieces, names and descriptions one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from tierpolicy.syntax.ast import (
    Block,
    Choice,
    Declaration,
    LabelDeclaration,
    Modifier,
    Parameter,
    Scale,
    SetOf,
    SimpleType,
    String,
    TypeExpr,
    Word,
)
from tierpolicy.syntax.format_expressions import (
    STEP,
    Binding,
    expression,
    label_text,
    listed,
    name_text,
    start_of,
    string,
    string_text,
    word,
)
from tierpolicy.syntax.format_layout import CLOSE, OPEN, WIDEST_LINE, Break, Ends, Piece, Text, flat_text, shown_width

# A declaration longer than this before its description doesn't push the others' descriptions to the right.
WIDEST_ALIGNED = 44


def block(statement: Block) -> Iterator[Piece]:
    """`customer { … }`, a declaration a line."""
    end = statement.span.end - 1 if start_of(statement.span) >= 0 else -1
    yield OPEN
    yield Text(f"{statement.kind} {{", start_of(statement.span))
    names = max((shown_width(name_text(d.name)) for d in statement.declarations), default=0)
    bodies = [list(_body(d)) for d in statement.declarations]
    widths = [shown_width(flat_text(body)) for body in bodies]
    column = _description_column(statement.declarations, widths, STEP + names + len(" : "))
    for number, (declaration, body, width) in enumerate(zip(statement.declarations, bodies, widths, strict=True)):
        yield Break(STEP, Ends.ALWAYS, keeps_blank=True, opens=number == 0)
        yield from _declaration(declaration, body, names, max(1, column - width + 1))
    if statement.declarations:
        yield Break(0, Ends.ALWAYS, comments_at=STEP, keeps_blank=True, closes=True)
    else:
        yield Break(0, flat="", comments_at=STEP)
    yield Text("}", end)
    yield CLOSE


def _description_column(declarations: Sequence[Declaration], widths: Sequence[int], before: int) -> int:
    """Where the descriptions of a block begin, counted from its types; 0 where not all lines have room for that."""
    described = [
        (width, shown_width(string_text(d.description.value)) + 1)
        for width, d in zip(widths, declarations, strict=True)
        if d.description is not None
    ]
    lines = [(width, rest) for width, rest in described if width <= WIDEST_ALIGNED]
    column = max((width for width, _ in lines), default=0)
    room = WIDEST_LINE - before
    return column if all(column + rest <= room for width, rest in lines if width + rest <= room) else 0


def _declaration(declaration: Declaration, body: Sequence[Piece], names: int, gap: int) -> Iterator[Piece]:
    name = name_text(declaration.name)
    yield OPEN
    yield Text(name + " " * (names - shown_width(name)) + " : ", start_of(declaration.name.span))
    yield from body
    if declaration.description is not None:
        yield Break(2 * STEP, Ends.FILL, flat=" " * gap)
        yield string(declaration.description)
    yield CLOSE


def _body(declaration: Declaration) -> Iterator[Piece]:
    yield from type_expression(declaration.type, 2 * STEP)
    yield from modifiers(declaration.modifiers, 2 * STEP)


def parameter(statement: Parameter) -> Iterator[Piece]:
    """`parameter fee : money at least 0 = 8 "what it is"`, without its reasons."""
    yield OPEN
    yield Text("parameter ", start_of(statement.span))
    yield word(statement.name)
    yield Text(" : ")
    yield from type_expression(statement.type, STEP)
    yield from modifiers(statement.modifiers, STEP)
    yield Text(" = ")
    yield from expression(statement.value, STEP, Binding.SUM)
    if statement.description is not None:
        yield Break(STEP, Ends.FILL)
        yield string(statement.description)
    yield CLOSE


def type_expression(of: TypeExpr, indent: int) -> Iterator[Piece]:
    match of:
        case SimpleType(name):
            yield Text(name, start_of(of.span))
        case Scale(labels):
            yield from scale(labels, indent)
        case Choice(labels):
            yield Text("one of ", start_of(of.span))
            yield from listed(Text(""), [_label(label, indent) for label in labels], "", indent)
        case SetOf(labels):
            yield Text("set of ", start_of(of.span))
            yield from listed(Text(""), [_label(label, indent) for label in labels], "", indent)
        case _:
            assert_never(of)


def scale(labels: Sequence[LabelDeclaration], indent: int) -> Iterator[Piece]:
    """`a < b < c`."""
    yield OPEN
    for number, label in enumerate(labels):
        if number:
            yield Break(indent, Ends.FILL)
            yield Text("< ")
        yield from _label(label, indent)
    yield CLOSE


def _label(declaration: LabelDeclaration, indent: int) -> Iterator[Piece]:
    yield Text(label_text(declaration.label), start_of(declaration.label.span))
    if declaration.spellings:
        spellings = [iter([string(spelling)]) for spelling in declaration.spellings]
        yield Text(" from ")
        yield from listed(Text("("), spellings, ")", indent + STEP)


def modifiers(those: Sequence[Modifier], indent: int) -> Iterator[Piece]:
    """The modifiers in their order, each behind a break."""
    for modifier in those:
        yield Break(indent, Ends.FILL)
        yield from _modifier(modifier, indent)


def _modifier(modifier: Modifier, indent: int) -> Iterator[Piece]:
    start = start_of(modifier.span)
    match modifier.value:
        case None:
            yield Text(modifier.kind, start)
        case Word() as way if modifier.kind == "merge":
            yield Text(f"merge {name_text(way)}", start)
            if modifier.by is not None:
                yield Text(" by ")
                yield word(modifier.by)
        case Word(text):
            yield Text(f"{modifier.kind} {text}s", start)
        case String() as text:
            yield Text(f"{modifier.kind} ", start)
            yield string(text)
        case value:
            yield Text(f"{modifier.kind} ", start)
            yield from expression(value, indent, Binding.SUM)
