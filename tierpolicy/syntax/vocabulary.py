"""The words of the language by the part they play: what begins a statement, what continues one."""

from __future__ import annotations

# What begins a statement → the start symbol of the grammar that reads it ('' where layout does)
STATEMENTS: dict[str, str] = {
    "policy": "policy_head",
    "organization": "organization",
    "organisation": "organization",
    "use": "use",
    "customer": "",
    "request": "",
    "service": "",
    "parameter": "parameter",
    "define": "define",
    "rule": "effect",
    "limit": "effect",
    "baseline": "effect",
    "if": "effect",
    "when": "effect",
    "tiers": "tiers",
    "tier": "tier",
    "table": "table_head",
    "matrix": "matrix_head",
    "property": "property",
    "assume": "assume",
    "cost": "cost",
    "reminder": "reminder",
    "example": "example",
    "cases": "cases_head",
    "allow": "allow",
}

BLOCKS = ("customer", "request", "service")

# Words that continue a statement and begin none: in the first column they get "indent this"
_CONTINUING = (
    "then because source and or not keep while given expect as overrides from until version effective currency implies "
    "where at in is has between starts ends contains includes within without always never total of by to get "
    "first complete customers more less"
)
CONTINUING = frozenset(_CONTINUING.split())
