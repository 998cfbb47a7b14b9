"""From the text of one statement, declaration or cell to a tree, or to the place where reading stuck.

The automaton that Lark makes of the grammar is written down and read once, when it is first needed; Lark itself is
loaded where a text doesn't fit, to say where, and where the grammar was changed since. Only this module knows Lark.

`python grammar/automaton.py` writes the automaton down anew.
"""

from __future__ import annotations

from collections import deque
from dataclasses import field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierpolicy.frozen import frozen
from tierpolicy.syntax import automaton
from tierpolicy.syntax.automaton import Automaton, Written
from tierpolicy.syntax.tree import Branch

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

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
    "cost",
    "reminder",
    "example",
    "cases_head",
    "allow",
    "reasons",
    "table_head",
    "matrix_head",
    "column",
    "case_column",
    "if_cell",
    "then_cell",
    "declaration",
    "expression",
)


@frozen
class Stuck:
    """Where reading could not go on: an offset into the text, its length where the text ended too soon."""

    at: int
    _parser: Any = field(default=None, repr=False, compare=False)

    def accepts(self) -> frozenset[str]:
        """The grammar's names of what could have come here."""
        return frozenset(self._parser.accepts()) if self._parser is not None else frozenset()


def tree_of(text: str, start: str) -> Branch | Stuck:
    """The tree of a text that is, as a whole, a `start`."""
    return automaton.read(_automaton(), text, start) or _stuck(text, start)


def grammar_text() -> str:
    """The grammar: beside this file in an installed package, else in the repository's `grammar/`."""
    here = Path(__file__).resolve()
    for place in (here.parent / "tier.lark", here.parents[2] / "grammar" / "tier.lark"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError("tier.lark is neither in the package nor in the repository's grammar/ folder")


@lru_cache(maxsize=1)
def _automaton() -> Automaton:
    return automaton.kept(_digest()) or automaton.from_written(tables_made())


def _digest() -> str:
    return sha256(grammar_text().encode("utf-8")).hexdigest()


# ---------------------------------------------------------------- what Lark knows


def _stuck(text: str, start: str) -> Stuck:
    """Where Lark can't go on."""
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    try:
        lark().parse(text, start=start)
    except UnexpectedInput as stuck:
        at = stuck.pos_in_stream if stuck.pos_in_stream is not None else len(text)
        if isinstance(stuck, UnexpectedToken) and stuck.token.type == "$END":
            at = len(text.rstrip())
        return Stuck(min(at, len(text)), getattr(stuck, "interactive_parser", None))
    raise AssertionError(f"the automaton and Lark disagree about a {start}: {text[:200]!r}")


@lru_cache(maxsize=1)
def lark() -> Lark:
    """Lark's own reader of the grammar."""
    from lark import Lark

    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        keep_all_tokens=True,  # so that the first and last leaf of a tree tell its place
        maybe_placeholders=False,
    )


def tables_made() -> Written:
    """The written form of the automaton, from Lark's tables; states are numbered as they are reached, since Lark's
    own numbers differ from run to run."""
    from lark.parsers.lalr_analysis import Shift

    made = lark()
    table, lexers = made.parser.parser._parse_table, made.parser.lexer.lexers
    terminals = sorted((each.name, each.pattern.to_regexp()) for each in made.terminals)
    terminal_at = {name: at for at, (name, _) in enumerate(terminals)}
    rules = sorted({_rule(rule) for rule in made.rules})
    tried: dict[tuple[int, ...], int] = {}
    number: dict[int, int] = {table.start_states[start]: at for at, start in enumerate(STARTS)}
    waiting = deque(number)
    states = []
    while waiting:
        state = waiting.popleft()
        moves = {}
        for name, (kind, to) in sorted(table.states[state].items()):
            if kind is Shift and to not in number:
                number[to] = len(number)
                waiting.append(to)
            moves[name] = number[to] if kind is Shift else -1 - rules.index(_rule(to))
        names = (each.name for each in lexers[state].terminals)
        pattern = tuple(terminal_at[name] for name in names if name not in made.ignore_tokens)
        states.append((tried.setdefault(pattern, len(tried)), moves))
    return {
        "grammar": _digest(),
        "terminals": terminals,
        "patterns": list(tried),
        "rules": rules,
        "starts": {start: (number[table.start_states[start]], number[table.end_states[start]]) for start in STARTS},
        "states": states,
    }


def _rule(rule: Rule) -> tuple[str, int, str, bool, tuple[int, ...]]:
    opened = (at for at, part in enumerate(rule.expansion) if not part.is_term and part.name.startswith("_"))
    alone_as_is = bool(rule.options.expand1) and not rule.alias
    return str(rule.origin.name), len(rule.expansion), str(rule.alias or rule.origin.name), alone_as_is, tuple(opened)
