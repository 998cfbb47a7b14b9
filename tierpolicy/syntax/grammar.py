"""From the text of one statement, declaration or cell to a Lark tree, or to the place where reading stuck.

The grammar is read once, when it is first needed. This module and the `from_tree` modules are the
only ones that know Lark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

STARTS = (
    "policy_head",
    "organization",
    "use",
    "parameter",
    "define",
    "effect",
    "tiers",
    "tier",
    "property",
    "assume",
    "reminder",
    "example",
    "allow",
    "reasons",
    "table_head",
    "matrix_head",
    "column",
    "if_cell",
    "then_cell",
    "declaration",
    "expression",
)

Branch = Tree[Token]


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where reading could not go on: an offset into the text, its length where the text ended too soon."""

    at: int
    _parser: Any = field(default=None, repr=False, compare=False)

    def accepts(self) -> frozenset[str]:
        """The grammar's names of what could have come here."""
        return frozenset(self._parser.accepts()) if self._parser is not None else frozenset()


def tree_of(text: str, start: str) -> Branch | Stuck:
    """The tree of a text that is, as a whole, a `start`."""
    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as stuck:
        at = stuck.pos_in_stream if stuck.pos_in_stream is not None else len(text)
        if isinstance(stuck, UnexpectedToken) and stuck.token.type == "$END":
            at = len(text.rstrip())
        return Stuck(min(at, len(text)), getattr(stuck, "interactive_parser", None))


def grammar_text() -> str:
    """The grammar: beside this file in an installed package, else in the repository's `grammar/`."""
    here = Path(__file__).resolve()
    for place in (here.parent / "tier.lark", here.parents[2] / "grammar" / "tier.lark"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError("tier.lark is neither in the package nor in the repository's grammar/ folder")


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        # so that the first and last leaf of a tree tell its place; `propagate_positions` costs twice the time
        keep_all_tokens=True,
        maybe_placeholders=False,
    )
