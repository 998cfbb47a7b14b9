"""The heads of statements: what may stand between a name and its colon, in any order, each piece at most once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Fix
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_declarations import said_twice
from tierpolicy.syntax.from_tree_words import date_node, text_node, word
from tierpolicy.syntax.reading import Reading, branch, branches, tokens
from tierpolicy.syntax.tree import Branch


@frozen
class Head:
    """What may stand between a statement's name and its colon, in any order."""

    title: ast.String | None = None
    overrides: tuple[ast.OverrideTarget, ...] = ()
    period: ast.Period = ast.ALWAYS_IN_FORCE
    file: ast.String | None = None
    first_match: bool = False
    complete: bool = False


def head(tree: Branch, reading: Reading) -> Head:
    """The pieces of a head, each at most once."""
    found: dict[str, Branch] = {}
    for part in branches(tree):
        kind = part.data
        if kind not in ("title", "overrides", "start", "end", "file", "first_match", "complete"):
            continue
        if kind in found:
            said_twice(PIECES[kind], part, reading.span(found[kind]), reading)
        else:
            found[kind] = part
    targets = branches(found["overrides"]) if "overrides" in found else []
    return Head(
        piece(found.get("title"), text_node, reading),
        tuple(_target(part, reading) for part in targets),
        ast.Period(piece(found.get("start"), date_node, reading), piece(found.get("end"), date_node, reading)),
        piece(found.get("file"), text_node, reading),
        "first_match" in found,
        "complete" in found,
    )


PIECES = {
    "title": "a title",
    "overrides": "`overrides`",
    "start": "`from`",
    "end": "`until`",
    "file": "a file",
    "first_match": "`first match`",
    "complete": "`complete`",
    "version": "`version`",
    "effective": "`effective`",
    "currency": "`currency`",
}

Read = TypeVar("Read")


def piece(part: Branch | None, read: Callable[[Branch, Reading], Read], reading: Reading) -> Read | None:
    return None if part is None else read(branches(part)[0], reading)


def colon(tree: Branch, at: Span, after: str, reading: Reading) -> None:
    """Reports a head without its colon; `at` is the end of the head."""
    if branch(tree, "colon") is None:
        place = Span(at.path, max(at.start, at.end - 1), at.end)
        reading.report(
            syntax.MISSING_COLON,
            f"a `:` is missing after {after}",
            place,
            "the colon parts the head from what it says: `rule name: if … then …`",
            Fix(Span(at.path, at.end, at.end), ":", "put the `:`"),
        )


def _target(tree: Branch, reading: Reading) -> ast.OverrideTarget:
    is_tier = any(token.type == "TIER" for token in tokens(tree))
    return ast.OverrideTarget(word(branches(tree)[0], reading), is_tier, reading.span(tree))
