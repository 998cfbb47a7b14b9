"""Trees of fields, attributes and parameters → `ast.Declaration`, `ast.Parameter`: types, labels, modifiers."""

from __future__ import annotations

from typing import cast

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_expressions import expression, unit
from tierpolicy.syntax.from_tree_words import text_node, word
from tierpolicy.syntax.reading import Reading, branch, branches, tokens
from tierpolicy.syntax.tree import Branch

_SPOKEN: dict[str, ast.ModifierKind] = {
    "at_least": "at least",
    "at_most": "at most",
    "in_unit": "in",
    "less_is_better": "less is better",
    "more_is_better": "more is better",
    "no_is_better": "no is better",
    "yes_is_better": "yes is better",
    "no_direction": "no direction",
    "or_none": "or none",
    "adds_up": "adds up",
}


def declaration(tree: Branch, reading: Reading) -> ast.Declaration:
    """A field or an attribute."""
    name, kind, *rest = branches(tree)
    return ast.Declaration(
        word(name, reading),
        type_expression(kind, reading),
        tuple(modifier(part, reading) for part in rest if part.data != "string"),
        description(tree, reading),
        reading.span(tree),
    )


def parameter(tree: Branch, reading: Reading) -> ast.Parameter:
    """`parameter fee : money at least 0 = 8`; modifiers may stand on either side of the value."""
    name, kind, *rest = branches(tree)
    value = next(part for part in rest if part.data == "value")
    modifiers = [part for part in rest if part.data not in ("value", "string", "because", "source")]
    because, source = reasons(tree, reading)
    return ast.Parameter(
        word(name, reading),
        type_expression(kind, reading),
        expression(branches(value)[0], reading),
        tuple(modifier(part, reading) for part in modifiers),
        description(tree, reading),
        reading.span(tree),
        because,
        source,
    )


def description(tree: Branch, reading: Reading) -> ast.String | None:
    """The description: the last text among a declaration's own children."""
    found = [part for part in branches(tree) if part.data == "string"]
    return text_node(found[-1], reading) if found else None


def reasons(tree: Branch, reading: Reading) -> tuple[ast.String | None, ast.String | None]:
    """What a statement says by `because` and by `source`; saying either twice is reported."""
    said: dict[str, ast.String] = {}
    for part in branches(tree):
        if part.data in ("because", "source"):
            kind = part.data
            if kind in said:
                said_twice(f"`{kind}`", part, said[kind].span, reading)
            else:
                said[kind] = text_node(branches(part)[0], reading)
    return said.get("because"), said.get("source")


def said_twice(what: str, part: Branch, first: Span, reading: Reading) -> None:
    """Reports a piece that may stand in a statement once."""
    reading.report(
        syntax.SAID_TWICE,
        f"{what} stands twice in this statement",
        reading.span(part),
        "keep one of the two",
        related=(Related(first, "the first is here"),),
    )


def type_expression(tree: Branch, reading: Reading) -> ast.TypeExpr:
    """The type of a declaration."""
    span = reading.span(tree)
    match tree.data:
        case "simple":
            return ast.SimpleType(cast(ast.SimpleTypeName, str(tree.children[0]).lower()), span)
        case "scale":
            return ast.Scale(labels(tree, reading), span)
        case "choice":
            return ast.Choice(labels(tree, reading), span)
        case "set_of":
            return ast.SetOf(labels(tree, reading), span)
    raise AssertionError(f"the grammar has a type that no reader knows: {tree.data}")


def labels(tree: Branch, reading: Reading) -> tuple[ast.LabelDeclaration, ...]:
    """The labels declared under a tree, in order."""
    return tuple(_label(part, reading) for part in branches(tree) if part.data == "label_declaration")


def _label(tree: Branch, reading: Reading) -> ast.LabelDeclaration:
    label = branch(tree, "label")
    assert label is not None
    spellings = tuple(text_node(part, reading) for part in branches(tree) if part.data == "string")
    return ast.LabelDeclaration(word(label, reading), spellings, reading.span(tree))


def modifier(tree: Branch, reading: Reading) -> ast.Modifier:
    """What follows a type."""
    written = tree.data
    kind = _SPOKEN.get(written, cast(ast.ModifierKind, written))
    span = reading.span(tree)
    match kind:
        case "at least" | "at most" | "default":
            return ast.Modifier(kind, expression(branches(tree)[0], reading), span=span)
        case "column":
            return ast.Modifier(kind, text_node(branches(tree)[0], reading), span=span)
        case "merge":
            way, *by = branches(tree)
            return ast.Modifier(kind, word(way, reading), word(by[0], reading) if by else None, span)
        case "in":
            token = tokens(tree)[-1]
            return ast.Modifier(kind, ast.Word(unit(token), False, reading.span(token)), span=span)
    return ast.Modifier(kind, span=span)
