"""Trees of what a `property` claims → `ast.Claim`."""

from __future__ import annotations

from typing import Literal, cast

from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_expressions import expression
from tierpolicy.syntax.from_tree_words import word
from tierpolicy.syntax.reading import Reading, branches, tokens
from tierpolicy.syntax.tree import Branch


def claim(tree: Branch, reading: Reading) -> ast.Claim:
    """The claim of a property."""
    parts = branches(tree)
    match tree.data:
        case "always":
            return ast.Always(expression(parts[0], reading))
        case "always_implies":
            return ast.Always(expression(parts[0], reading), expression(parts[1], reading))
        case "never":
            return ast.Never(expression(parts[0], reading))
        case "never_lowers":
            direction = cast(Literal["more", "less"], str(tokens(tree)[0]).lower())
            return ast.NeverLowers(direction, word(parts[0], reading), _attributes(parts[1], reading))
        case "never_depends_on":
            return ast.NeverDependsOn(_attributes(parts[0], reading), word(parts[1], reading))
        case "equal_treatment":
            return ast.EqualTreatment(_names(parts[0], reading), _attributes(parts[1], reading))
        case "share":
            return ast.Share(_side(tree), expression(parts[0], reading), expression(parts[1], reading))
        case "total":
            return ast.Total(expression(parts[0], reading), _side(tree), expression(parts[1], reading))
    raise AssertionError(f"the grammar has a claim that no reader knows: {tree.data}")


def _side(tree: Branch) -> Literal["at most", "at least"]:
    return "at most" if any(token.type == "MOST" for token in tokens(tree)) else "at least"


def _attributes(tree: Branch, reading: Reading) -> tuple[ast.Word, ...] | None:
    found = branches(tree)
    return _names(found[0], reading) if found else None


def _names(tree: Branch, reading: Reading) -> tuple[ast.Word, ...]:
    return tuple(word(part, reading) for part in branches(tree))
