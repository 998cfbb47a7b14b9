"""The tables that Lark makes of the grammar, and the reader that follows them: text → `tree.Branch`.

Making the tables takes longer than reading a hundred rules, so they are made once (`grammar.tables_made`) and lie
beside this file. The reader is the plain LALR(1) one: a stack of states; in each state one pattern of the terminals
that may come. It says nothing of mistakes: where a text doesn't fit, `grammar` asks Lark where reading stuck.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tierpolicy.frozen import frozen
from tierpolicy.syntax.tree import Branch, Token

FILE = Path(__file__).with_name("automaton.json")
END = "$END"


class Rule(NamedTuple):
    """What a rule of the grammar does with the `length` values on top of the stack.

    They become a branch called `data`; one alone stays as it is with `alone_as_is`; the children of those at
    `opened` take the place of their branches. `origin` says which state follows. (A tuple, as it is taken apart for
    every step of reading.)
    """

    origin: str
    length: int
    data: str
    alone_as_is: bool
    opened: tuple[int, ...]


@frozen
class Automaton:
    """`moves`: state → terminal → the state that follows, or `-1 - rule`; state → rule's name → the state after it.

    `patterns`: state → what may come there. `starts`: start symbol → the states before and after it.
    """

    moves: list[dict[str, int]]
    rules: list[Rule]
    patterns: list[Pattern]
    starts: dict[str, tuple[int, int]]


class Pattern:
    """Terminals in the order in which they are tried, after blanks; compiled when a text first comes to it."""

    __slots__ = ("match", "terminals")

    def __init__(self, terminals: list[tuple[str, str]]) -> None:
        self.terminals = terminals
        self.match: Any = self._first_match

    def _first_match(self, text: str, at: int) -> re.Match[str] | None:
        alternatives = "|".join(f"(?P<{name}>{pattern})" for name, pattern in self.terminals) or "(?!)"
        self.match = re.compile(rf"\s*(?:{alternatives})").match
        found: re.Match[str] | None = self.match(text, at)
        return found


def read(automaton: Automaton, text: str, start: str) -> Branch | None:
    """The tree of a text that is, as a whole, a `start`; None where it is not."""
    moves, rules, patterns = automaton.moves, automaton.rules, automaton.patterns
    state, last = automaton.starts[start]
    states = [state]
    values: list[Branch | Token] = []
    at, end = 0, len(text.rstrip())
    while True:
        if at < end:
            found = patterns[states[-1]].match(text, at)
            if found is None:
                return None
            kind = str(found.lastgroup)
            token = Token(found[kind])
            token.type = kind
            token.end = at = found.end()
            token.start = at - len(token)
        else:
            kind = END
        while True:
            move = moves[states[-1]].get(kind)
            if move is None:
                return None
            if move >= 0:
                states.append(move)
                values.append(token)
                break
            origin, length, data, alone_as_is, opened = rules[-1 - move]
            if length == 1 and alone_as_is:  # one level of precedence up: most steps are
                states[-1] = moves[states[-2]][origin]
                continue
            parts: list[Branch | Token] = []
            if length:
                parts = values[-length:]
                del states[-length:], values[-length:]
            if opened:
                parts = _opened(parts, opened)
            value = parts[0] if alone_as_is and len(parts) == 1 else Branch(data, parts)
            state = moves[states[-1]][origin]
            if state == last and kind == END:
                return value if isinstance(value, Branch) else None
            states.append(state)
            values.append(value)


def _opened(parts: list[Branch | Token], opened: tuple[int, ...]) -> list[Branch | Token]:
    """The parts, the children of some in the place of these. The first lends its list: a long chain is not copied at
    each of its steps."""
    children: list[Branch | Token] = []
    for at, part in enumerate(parts):
        if at not in opened:
            children.append(part)
        elif children:
            children += part.children  # type: ignore[union-attr]
        else:
            children = part.children  # type: ignore[union-attr]
    return children


# ---------------------------------------------------------------- as written down

Written = dict[Literal["grammar", "terminals", "patterns", "rules", "starts", "states"], Any]


def kept(digest: str) -> Automaton | None:
    """The automaton that is written down; None where it was made of a grammar with another digest."""
    try:
        written = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fits = isinstance(written, dict) and written.get("grammar") == digest
    return from_written(written) if fits else None


def from_written(written: Written) -> Automaton:
    """The automaton of its written form (`grammar.tables_made`)."""
    terminals: list[tuple[str, str]] = [(name, pattern) for name, pattern in written["terminals"]]
    patterns = [Pattern([terminals[at] for at in each]) for each in written["patterns"]]
    return Automaton(
        [moves for _, moves in written["states"]],
        [Rule(origin, length, data, alone, tuple(opened)) for origin, length, data, alone, opened in written["rules"]],
        [patterns[at] for at, _ in written["states"]],
        {name: (before, after) for name, (before, after) in written["starts"].items()},
    )
