"""The comment at the head of a statement, and comments beside its parts: they never end before their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierpolicy.compile.sql.dialects import Dialect
from tierpolicy.model.policy import Policy

if TYPE_CHECKING:
    from tierpolicy.compile.sql.statement import Day

LONGEST = 100


def comment_of(text: str) -> str:
    """Text that can stand in a comment: one line, and nothing that ends it, opens another or is a template's."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    for mark in ("*/", "/*", "--", "{{", "}}", "{%", "%}", "{#", "#}"):
        while mark in plain:
            plain = plain.replace(mark, f"{mark[0]} {mark[1]}")
    plain = plain.strip()
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def head(policy: Policy, dialect: Dialect, on: Day) -> str:
    """Which policy this is, of which day, for which database."""
    named = " ".join(part for part in (policy.name or "policy", policy.version and f"version {policy.version}") if part)
    lines = [
        comment_of(f"{named}, by tierpolicy"),
        f"digest: {policy.digest}",
        f"as of: {on.date.isoformat()}" if on.date is not None else comment_of(f"as of: the column {on.column}"),
        f"dialect: {dialect.name}",
        "values only: what was wrong with a row, and what missing data left open, is for tierpolicy to tell",
    ]
    return "".join(f"-- {line}\n" for line in lines)
