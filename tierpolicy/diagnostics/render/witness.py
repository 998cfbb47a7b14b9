"""From the witness of a finding to words: each customer in one sentence, and the example to paste.

The witness is data (see docs/reference/json.md): customers with what is given of them, what is expected to be decided
for them, and the fields that don't matter; an example statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tierpolicy.diagnostics.render.cells import cells
from tierpolicy.frozen import frozen

MISSING = "missing"
MOST_NAMED = 6
"""Fields that are missing, or that don't matter, said by name; the rest are counted."""

MOST_GIVEN = 30
CONTINUED = 8
"""Columns by which a line of an example goes on."""


@frozen
class Shown:
    """One customer in words: who, what is known of them, and what is decided for them ('' where nothing is said)."""

    name: str
    facts: str
    decision: str

    @property
    def sentence(self) -> str:
        return f"{self.facts} → {self.decision}" if self.decision else self.facts


def customers_shown(witness: Mapping[str, Any]) -> Iterator[Shown]:
    """Every customer of a witness."""
    for customer in witness.get("customers", ()):
        decision = ", ".join(f"{name} = {text}" for name, text in customer.get("expect", {}).items())
        yield Shown(str(customer.get("name", "customer")), facts_shown(customer), decision)


def facts_shown(customer: Mapping[str, Any], more: Sequence[str] = ()) -> str:
    """What is known of one: `lifetime_value = 100_001, as of 2026-01-01 (missing: segment; any: orders, stage)`.

    `more` are facts that are known besides. The day is said where it matters.
    """
    given: Mapping[str, str] = customer.get("given", {})
    known = [*(f"{name} = {text}" for name, text in given.items() if text != MISSING), *more]
    asides = [("missing", [name for name, text in given.items() if text == MISSING])]
    asides += [("any", list(customer.get("any", ())))]
    facts = ", ".join(known[:MOST_GIVEN]) or "nothing is known"
    if len(known) > MOST_GIVEN:
        facts += f" and {len(known) - MOST_GIVEN} more"
    if customer.get("any_day") is False:
        facts += f", as of {customer.get('as_of')}"
    said = [f"{word}: {_counted(names)}" for word, names in asides if names]
    return f"{facts} ({'; '.join(said)})" if said else facts


def _counted(names: list[str]) -> str:
    if len(names) <= MOST_NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def example_lines(witness: Mapping[str, Any], room: int | None = None) -> list[str]:
    """The example to paste; lines longer than `room` end after a comma, which is still the same example."""
    text = str(witness.get("example") or "")
    lines = text.split("\n") if text else []
    return [part for line in lines for part in (_fitted(line, room) if room is not None else [line])]


def _fitted(line: str, room: int) -> list[str]:
    found = [""]
    for piece in _pieces(line):
        first = not found[-1].strip()
        if first or _width(found[-1] + piece.rstrip()) <= room:
            found[-1] += piece
        else:
            found[-1] = found[-1].rstrip()
            found.append(" " * CONTINUED + piece)
    return found


def _pieces(line: str) -> Iterator[str]:
    """The line cut behind each comma that stands outside of quotes and braces."""
    start, quoted, depth, escaped = 0, False, 0, False
    for at, character in enumerate(line):
        if quoted:
            quoted = character != '"' or escaped
            escaped = character == "\\" and not escaped
            continue
        if character == '"':
            quoted = True
        elif character in "{(":
            depth += 1
        elif character in "})":
            depth -= 1
        elif character == "," and depth == 0 and line[at + 1 : at + 2] == " ":
            yield line[start : at + 2]
            start = at + 2
    yield line[start:]


def _width(text: str) -> int:
    return sum(cell.width for cell in cells(text))
