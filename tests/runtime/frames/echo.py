"""A policy that gives every field back as it was read, so that frames show what each column was read as."""

from __future__ import annotations

from typing import Any

import tierpolicy

FIELDS = {
    "flagged": "flag",
    "flagged_else": "flag default yes",
    "count": "integer",
    "count_some": "integer at least 0 at most 100",
    "count_else": "integer default 7",
    "count_asked": "integer at most 200 required",
    "ratio": "number",
    "ratio_some": "number at least 0.5 at most 1.5",
    "ratio_else": "number at least 0 default 0.25",
    "share": "percent",
    "share_some": "percent at least 0% at most 100%",
    "share_else": "percent at least 0% default 12.34%",
    "spend": "money",
    "spend_some": "money at least 0 at most 100",
    "spend_else": "money at least 0 default 12.34",
    "spend_asked": "money at most 90_000_000_000_000 required",
    "waited": "duration",
    "waited_some": "duration at least 0 seconds at most 1 day",
    "waited_hours": "duration in hours",
    "waited_else": "duration at least 0 seconds default 90 seconds in hours",
    "since": "date",
    "since_some": "date at least 2020-01-01 at most 2030-12-31",
    "since_else": "date at least 2020-01-01 default 2026-11-21",
    "name": "text",
    "name_else": 'text default "nobody"',
    "stage": 'cold < warm from ("lukewarm", "é") < hot',
    "stage_else": "cold < warm < hot default warm",
    "segment": 'one of consumer, "small business" from ("SMB"), enterprise',
    "segment_asked": "one of consumer, cold, b required",
    "tags": 'set of a from ("A"), b, "é"',
    "tags_else": "set of a, b default {b}",
    "tags_asked": "set of a, b required",
}
DEFAULTS = {
    "flag": "no",
    "integer": "0",
    "number": "0",
    "percent": "0%",
    "money": "0",
    "duration": "0 seconds",
    "date": "2000-01-01",
    "text": '""',
}


def _type(declared: str) -> str:
    word = declared.split()[0]
    if word in DEFAULTS:
        return word
    return declared.split(" default ")[0].replace(" required", "")


def _attribute(name: str, declared: str) -> str:
    type_ = _type(declared)
    if type_.startswith("set"):
        return f"    its_{name} : {type_}"
    default = DEFAULTS.get(type_) or type_.removeprefix("one of ").split()[0].strip(",")
    direction = "" if type_ in ("text", "date") or type_.startswith("one of") else " no direction"
    return f"    its_{name} : {type_}{direction} default {default}"


def policy() -> Any:
    """The policy. `its_x` is what field `x` was read as, where it isn't missing, and `has_x` whether it isn't."""
    lines = ["customer {", *(f"    {name} : {declared}" for name, declared in FIELDS.items()), "}", "service {"]
    for name, declared in FIELDS.items():
        lines += [_attribute(name, declared), f"    has_{name} : flag"]
    lines.append("}")
    for name in FIELDS:
        lines.append(f"rule echo_{name}: if {name} is known then its_{name} = {name}, has_{name} = yes")
    return tierpolicy.loads("\n".join(lines) + "\n")
