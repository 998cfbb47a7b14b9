"""One stretch of text → the node it is, or the one finding that says why not."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Generic, TypeVar

from tierpolicy.diagnostics.codes import size
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.frozen import frozen
from tierpolicy.syntax.grammar import Stuck, tree_of
from tierpolicy.syntax.layout import Stretch
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reading import Reading
from tierpolicy.syntax.tree import Branch

Node = TypeVar("Node")
DEEPEST = 100

_TOO_DEEP = f"this is nested more than {DEEPEST} deep"
_DEPTH_HELP = f"give parts of it names with `define`; of `+ - * /`, at most {DEEPEST} may follow one another"
_PREFIXES = re.compile(rf"(?:\bnot\b\s*|-\s*|!\s*){{{DEEPEST + 1}}}", re.IGNORECASE)
_NESTING_WORDS = (
    "or and not negative call parenthesis set_literal compare in not_in between is is_not has starts_with ends_with "
    "contains not_cell"
)
_NESTING = frozenset(_NESTING_WORDS.split())
_BRACKETS = re.compile(r"[(){}]")
_PIECE = re.compile(r"\w+|[^\w\s]")
"""At most one level of nesting each."""


@frozen
class Found(Generic[Node]):
    """What was read, and what was wrong."""

    node: Node | None
    findings: tuple[Diagnostic, ...]


def read(text: Marked, piece: Stretch, start: str, build: Callable[[Branch, Reading], Node]) -> Found[Node]:
    """The node of a stretch of a marked text; where a mistake of quotes or letters broke it, that finding is enough."""
    reading = Reading(text.source.path, piece.start)
    written = text.clean[piece.start : piece.end]
    found = read_text(written, start, build, reading)
    at = bisect_left(text.blocking, piece.start)
    if found.node is None and at < len(text.blocking) and text.blocking[at] < piece.end:
        return Found(None, ())
    return found


def read_text(written: str, start: str, build: Callable[[Branch, Reading], Node], reading: Reading) -> Found[Node]:
    """The node of a text; spans and findings by `reading`."""
    tree = bounded_tree(written, start, reading)
    if tree is None:
        return Found(None, tuple(reading.findings))
    return Found(build(tree, reading), tuple(reading.findings))


def bounded_tree(written: str, start: str, reading: Reading) -> Branch | None:
    """The tree of a text that is nested no deeper than the language allows; None where a finding says why not."""
    deep = _too_deep_to_try(written)
    if deep is not None:
        reading.report(size.NESTED_TOO_DEEP, _TOO_DEEP, reading.stretch(deep, min(deep + 1, len(written))), _DEPTH_HELP)
        return None
    tree = tree_of(written, start)
    if isinstance(tree, Stuck):
        from tierpolicy.syntax.mistakes import mistake, readable_start  # most texts have none

        reading.findings.append(mistake(written, tree, start, reading))
        begun = readable_start(written, tree)
        return _again(begun, start) if begun is not None else None
    if len(written) > DEEPEST and len(_PIECE.findall(written)) > DEEPEST:
        node = too_deep(tree)
        if node is not None:
            reading.report(size.NESTED_TOO_DEEP, _TOO_DEEP, reading.span(node), _DEPTH_HELP)
            return None
    return tree


def _again(begun: str, start: str) -> Branch | None:
    tree = tree_of(begun, start)
    return None if isinstance(tree, Stuck) or too_deep(tree) is not None else tree


def _too_deep_to_try(written: str) -> int | None:
    """Where brackets or signs before an operand go deeper than can be right; a quick look before the parser's."""
    if len(written) <= DEEPEST:
        return None
    prefixes = _PREFIXES.search(written)
    if prefixes is not None:
        return prefixes.start()
    if written.count("(") + written.count("{") <= DEEPEST:
        return None
    depth = 0
    for bracket in _BRACKETS.finditer(re.sub(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"', lambda m: "x" * len(m.group()), written)):
        depth += 1 if bracket.group() in "({" else -1
        if depth > DEEPEST:
            return bracket.start()
    return None


def too_deep(tree: Branch) -> Branch | None:
    """A tree below that is nested deeper than allowed. Each of a chain of `+ - * /` counts: it is read as nested."""
    level: list[tuple[Branch, int]] = [(tree, 0)]
    while level:
        below: list[tuple[Branch, int]] = []
        for node, depth in level:
            within = depth + _steps(node)
            if within > DEEPEST + 1:  # the comparison inside 100 brackets
                return node
            below += [(child, within) for child in node.children if isinstance(child, Branch)]
        level = below
    return None


def _steps(node: Branch) -> int:
    if node.data == "arithmetic":
        return len(node.children) // 2
    return 1 if node.data in _NESTING else 0
