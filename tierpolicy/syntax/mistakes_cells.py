"""Mistakes in the cells of tables: forms of conditions that belong elsewhere."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.place import Explained, Place

_DOTS = re.compile(r"\s*([^\s.|]+)\s*\.\.\.?\s*([^\s.|]+)\s*")
_TESTS = ("starts", "ends", "contains")


def cell(place: Place) -> Explained | None:
    """A cell under `if` that says what cells say in another way."""
    if place.start != "if_cell":
        return None
    words = [piece.word for piece in (*place.before, *((place.here,) if place.here else ()))]
    if words in (["-"], ["*"]):
        return Explained(syntax.UNEXPECTED, f"`{words[0]}` asks nothing", "leave the cell empty, or write `any`")
    if dots := _DOTS.fullmatch(place.written):
        help = f"write `{dots[1]} to {dots[2]}`"
        return Explained(syntax.FROM_ELSEWHERE, "a range in a cell says `to`", help)
    if words[0] == "between":
        return Explained(syntax.UNEXPECTED, "a range in a cell says `to`", "write `10 to 20`", place.before[0])
    if any(word in _TESTS for word in words[:2]):
        help = f'head a column `if … {words[0]} {"with " if words[0] != "contains" else ""}"…"` and write `yes` below'
        return Explained(syntax.UNEXPECTED, "such a test stands in the head of a column", help)
    if place.here is not None and place.here.word == "or":
        return Explained(syntax.FROM_ELSEWHERE, "a cell has no `or`", "write a comma: `a, b`", replacement=",")
    if place.here is not None and place.here.word == "and":
        help = "a range is written `5 to 20` or `5 to below 20`; another condition is another column"
        return Explained(syntax.UNEXPECTED, "a cell has no `and`", help)
    return None
