"""`tier.lark` → `tierpolicy/syntax/automaton.json`: the tables by which the package reads policies, made by Lark.

    python grammar/automaton.py

Run it after each change of the grammar; a test says when it was forgotten.
"""

from __future__ import annotations

import json

from tierpolicy.syntax.automaton import FILE
from tierpolicy.syntax.grammar import tables_made


def written() -> str:
    """The automaton as its file holds it: a line for each terminal, rule and state."""
    parts = []
    for name, value in tables_made().items():
        several = isinstance(value, list)
        lines = ",\n".join(json.dumps(line, separators=(",", ":")) for line in (value if several else [value]))
        parts.append(f'"{name}": ' + (f"[\n{lines}\n]" if several else lines))
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
