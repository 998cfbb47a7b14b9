"""What differs between two policies, for a terminal and as JSON: what is declared, then who is better or worse off.

Every customer shown was decided by both policies; beside each value stands the statement that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from tierpolicy.analysis.comparison.schema import Change
from tierpolicy.analysis.comparison.side_by_side import days_compared
from tierpolicy.analysis.comparison.ways import Way
from tierpolicy.analysis.questions.two_policies import AttributeChange, Comparison, Moved, ReadApart
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.witness import facts_shown
from tierpolicy.model.plain import json_value
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.report.words import policy_title
from tierpolicy.semantics.outcome import ClauseRef, Why
from tierpolicy.semantics.words import why_lines

HEADING = "bold"
QUIET = "dim"
WORSE = "red"
BETTER = "green"
OPEN = "yellow"

SENTENCES = {
    "same": "the same for everyone",
    "better": "better for some, worse for nobody",
    "worse": "worse for some, better for nobody",
    "better and worse": "better for some, worse for others",
    "different": "not the same for everyone",
    "unknown": "not settled",
    "not compared": "not compared",
}
COLORS = {
    "same": "",
    "better": BETTER,
    "worse": WORSE,
    "better and worse": WORSE,
    "different": OPEN,
    "unknown": OPEN,
    "not compared": OPEN,
}
WAYS: Mapping[Way, tuple[str, str]] = {
    "better": ("better off", BETTER),
    "worse": ("worse off", WORSE),
    "different": ("another value", OPEN),
}


def difference_report(found: Comparison) -> RenderableType:
    """The comparison as people read it."""
    return Group(*_parts(found))


def _parts(found: Comparison) -> Iterator[RenderableType]:
    old, new = found.pair.old, found.pair.new
    yield Text(f"{_title(old)} → {_title(new)}", style=HEADING)
    if words := _days_words(found):
        yield Text(words, style=QUIET)
    yield ""
    if found.schema:
        yield Text("declared otherwise", style=HEADING)
        yield from (_line(_change_words(each), 2) for each in found.schema)
        yield ""
    for each in found.attributes:
        if each.verdict != "same" or each.open:
            yield from _attribute(each, found)
            yield ""
    same = [each.attribute for each in found.attributes if each.verdict == "same" and not each.open]
    if same and (len(same) < len(found.attributes) or not found.nobody_worse):
        yield _line(f"the same for everyone: {', '.join(same)}", 0)
    yield Text(conclusion(found), style=HEADING)


def conclusion(found: Comparison) -> str:
    """The comparison in one sentence."""
    if found.equivalent:
        return "equivalent: every customer gets the same from both"
    if found.nobody_worse:
        same = all(each.verdict == "same" for each in found.attributes)
        return "every customer gets the same of what both offer" if same else "nobody is worse off"
    return "; ".join(_not_proved(found))


def _not_proved(found: Comparison) -> Iterator[str]:
    """All that keeps "nobody is worse off" from being proved."""
    offered = [each for each in found.attributes if not found.pair.old.attributes[each.attribute].internal]
    worse = [each.attribute for each in offered if "worse" in each.found]
    other = [each.attribute for each in offered if "different" in each.found]
    left_open = [
        each.attribute for each in offered if each.open.keys() - {"better"} and not each.found.keys() - {"better"}
    ]
    incomparable = [each.attribute for each in offered if each.not_compared]
    if worse:
        yield f"somebody is worse off in {', '.join(worse)}"
    if other:
        yield f"somebody gets another {', '.join(other)}"
    if found.no_longer_offered:
        yield f"{_are(found.no_longer_offered)} no longer offered"
    if incomparable:
        yield f"{_are(incomparable)} not compared"
    if left_open:
        yield f"whether anybody is worse off in {', '.join(left_open)} is not settled"


def _are(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _title(policy: Policy) -> str:
    return policy_title(policy.name, policy.version)


def _days_words(found: Comparison) -> str:
    days = days_compared(found.pair)
    if days is None:
        return "The two are never in effect on one day; they are compared as if both always were."
    start, end = days
    if start is None and end is None:
        return ""
    since, until = ("" if start is None else f" from {start}"), ("" if end is None else f" until {end}")
    return f"Compared on the days on which both are in effect:{since}{until}."


def _change_words(change: Change) -> str:
    subject = f"{change.part} {change.name}" if change.name else change.part
    if change.how == "added":
        return f"{subject} is new: {change.words}"
    return f"{subject}: {change.words}"


# ---------------------------------------------------------------- one attribute


def _attribute(change: AttributeChange, found: Comparison) -> Iterator[RenderableType]:
    sentence = SENTENCES[change.verdict] + (f": {change.not_compared}" if change.not_compared else "")
    yield Text.assemble((printable(change.attribute), HEADING), ": ", (sentence, COLORS[change.verdict]))
    for way, moved in change.found.items():
        word, color = WAYS[way]
        yield Padding(Text.assemble((f"{word}: ", color), printable(facts_of(moved))), (0, 0, 0, 2))
        yield from _side("old", moved.was, found.pair.old)
        yield from _side("new", moved.now, found.pair.new)
    for way, reason in change.open.items():
        yield _line(f"whether anybody {_open_words(way)} is not settled: {reason}", 2)


def _open_words(way: Way) -> str:
    return "gets another value" if way == "different" else f"is {WAYS[way][0]}"


def facts_of(moved: Moved) -> str:
    """The customer in policy text; what the two policies read differently is said for each."""
    apart = {each.field for each in moved.apart}
    given = {name: text for name, text in {**moved.old.given, **moved.new.given}.items() if name not in apart}
    customer = moved.old.as_data() | {"given": given}
    return facts_shown(customer, [_apart_words(each) for each in moved.apart])


def _apart_words(read: ReadApart) -> str:
    match read.taken_by:
        case "old":
            return f"{read.field} = {read.old} (a wrong value for the new: {read.new})"
        case "new":
            return f"{read.field} = {read.new} (a wrong value for the old: {read.old})"
        case _:
            return f"{read.field} = {read.old} for the old and {read.new} for the new"


def _side(name: str, why: Why, policy: Policy) -> Iterator[RenderableType]:
    value, *clauses = why_lines(replace(why, lost=(), overridden=()), policy)
    yield _line(f"{name}: {value.removeprefix(f'{why.attribute}: ')}", 4)
    yield from (_line(clause.strip(), 8, QUIET) for clause in clauses)


def _line(text: str, indent: int, style: str = "") -> RenderableType:
    return Padding(Text(printable(text), style=style), (0, 0, 0, indent))


# ---------------------------------------------------------------- JSON


def difference_data(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON values."""
    days = days_compared(found.pair)
    return {
        "equivalent": found.equivalent,
        "nobody_worse": found.nobody_worse,
        "conclusion": conclusion(found),
        "old": _identity(found.pair.old),
        "new": _identity(found.pair.new),
        "days": None if days is None else {"from": _iso(days[0]), "until": _iso(days[1])},
        "schema": [
            {"part": each.part, "name": each.name, "how": each.how, "message": each.words} for each in found.schema
        ],
        "attributes": [_attribute_data(each, found) for each in found.attributes],
    }


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _identity(policy: Policy) -> dict[str, str]:
    return {"name": policy.name, "version": policy.version, "digest": policy.digest}


def _attribute_data(change: AttributeChange, found: Comparison) -> dict[str, Any]:
    ways = {way: _moved_data(moved, change.attribute, found) for way, moved in change.found.items()}
    return {
        "attribute": change.attribute,
        "verdict": change.verdict,
        **{way: ways.get(way) for way in ("better", "worse", "different")},
        "open": [{"way": way, "reason": reason} for way, reason in change.open.items()],
        "not_compared": change.not_compared or None,
    }


def _moved_data(moved: Moved, attribute: str, found: Comparison) -> dict[str, Any]:
    return {
        "record": {**moved.old.record, **moved.new.record},
        "request": {**moved.old.request, **moved.new.request},
        "as_of": moved.old.as_of.isoformat(),
        "any": list(moved.old.any_fields),
        "any_day": moved.old.any_day,
        "old": _side_data(moved.was, found.pair.old.attributes[attribute].type),
        "new": _side_data(moved.now, found.pair.new.attributes[attribute].type),
    }


def _side_data(why: Why, type_: Type) -> dict[str, Any]:
    decided = dict.fromkeys((*why.decided, *why.lowered, *why.raised))
    return {
        "value": json_value(why.value, type_),
        "origin": why.origin,
        "because": [_clause_data(clause, type_) for clause in decided],
    }


def _clause_data(clause: ClauseRef, type_: Type) -> dict[str, Any]:
    return {
        "kind": clause.kind,
        "statement": clause.statement,
        "title": clause.title,
        "path": clause.path,
        "line": clause.line,
        "value": json_value(clause.value, type_),
    }
