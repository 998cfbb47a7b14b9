"""An explanation in words that an agent can read to a customer (language.md §6).

One attribute is a line with its value, then a line for each clause that had a say in it. One statement is a line that
says whether it applied, then its condition, part by part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Flag, Money, SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.model.words import value_text
from tierpolicy.semantics.lattice import at_least_as_good
from tierpolicy.semantics.outcome import ClauseRef, Explanation, Trace, Why, WhyNot

INDENT = "  "
MOST_NAMED = 20
"""Clauses of one kind, or parts of one condition, said one by one; the rest are counted."""

EVERYONE = "yes"
"""The condition of a statement without `if`."""

BY_PLACE = re.compile(r"(.* )?line [0-9]+")
"""The name of a rule without a head: its line, which is said anyway."""

KINDS = {"rule": "rule ", "tier": "", "row": "", "limit": "limit ", "baseline": "baseline "}
GRANTS = ("rule", "tier", "row")


def explanation_lines(explanation: Explanation, policy: Policy) -> list[str]:
    """Every attribute, an empty line between them."""
    lines: list[str] = []
    for why in explanation.whys.values():
        lines += ["", *why_lines(why, policy)]
    return lines[1:]


def why_lines(why: Why, policy: Policy) -> list[str]:
    """One attribute: its value, then what gave it, what lost, what lowered it and what raised it."""
    attribute = policy.attributes[why.attribute]

    def amount(value: Known) -> str:
        return amount_text(value, attribute, policy)

    grants = [clause for clause in why.decided if clause.kind in GRANTS]
    promises = why.raised or [clause for clause in why.decided if clause.kind == "baseline"]
    gives = "adds" if attribute.adds_up else "gives"
    return [
        f"{why.attribute}: {amount(why.value)}",
        *_nothing_given(why),
        *_clauses(grants, lambda clause: f"{gives} {amount(clause.value)}"),
        *_clauses(why.lost, lambda clause: _lost_words(clause, why, attribute, amount(clause.value))),
        *_clauses(why.overridden, lambda clause: f"would give {amount(clause.value)}, but is overridden"),
        *_clauses(why.lowered, lambda clause: _cap_words(clause, attribute, amount(clause.value))),
        *_clauses(promises, lambda clause: _floor_words(attribute, amount(clause.value))),
    ]


def amount_text(value: Known, attribute: Attribute, policy: Policy) -> str:
    """A value in words, money with its currency."""
    text = value_text(value, attribute.type)
    with_currency = policy.currency and isinstance(attribute.type, Money) and not isinstance(value, NotOffered)
    return f"{text} {policy.currency}" if with_currency else text


def _nothing_given(why: Why) -> list[str]:
    match why.origin:
        case "worst":
            return [f"{INDENT}no rule gives anything here: this is the least there is"]
        case "default":
            return [f"{INDENT}no rule gives anything here: this is the default"]
        case "conflict":
            return [f"{INDENT}rules contradict one another here: this is the default"]
        case "grant" | "limit" | "baseline":
            return []
        case _:
            assert_never(why.origin)


def _lost_words(clause: ClauseRef, why: Why, attribute: Attribute, amount: str) -> str:
    """Of a grant that isn't in the value: a limit took it, another gave better, or a baseline promises more."""
    if attribute.adds_up:
        return f"adds {amount}"
    if why.limited is not None and not at_least_as_good(attribute, why.limited, clause.value):
        return f"would give {amount}"
    if why.granted is not None and not equal(clause.value, why.granted) and not isinstance(attribute.type, SetOf):
        return f"gives {amount}; another gives better"
    return f"gives {amount}"


def _cap_words(clause: ClauseRef, attribute: Attribute, amount: str) -> str:
    if isinstance(attribute.type, Flag) or isinstance(clause.value, NotOffered):
        return f"allows only {amount}"
    if isinstance(attribute.type, SetOf):
        return "takes some of it away"
    return f"allows at {'least' if attribute.direction is Direction.LESS else 'most'} {amount}"


def _floor_words(attribute: Attribute, amount: str) -> str:
    if isinstance(attribute.type, Flag | SetOf):
        return f"promises {amount}"
    return f"promises at {'most' if attribute.direction is Direction.LESS else 'least'} {amount}"


def _clauses(clauses: Iterable[ClauseRef], says: Callable[[ClauseRef], str]) -> Iterator[str]:
    named = list(clauses)
    for clause in named[:MOST_NAMED]:
        yield f"{INDENT}{_clause_name(clause)} ({clause.path}, line {clause.line}) {says(clause)}"
        if clause.because:
            yield f"{INDENT * 2}{clause.because}"
        if clause.source:
            yield f"{INDENT * 2}source: {clause.source}"
    if len(named) > MOST_NAMED:
        yield f"{INDENT}… and {len(named) - MOST_NAMED} more"


def _clause_name(clause: ClauseRef) -> str:
    """`rule recover "Win unhappy customers back"`; one without a name is `the rule`."""
    named = f"{KINDS[clause.kind]}{clause.statement}"
    return (f"the {clause.kind}" if BY_PLACE.fullmatch(clause.statement) else named) + _title(clause.title)


def _title(title: str) -> str:
    return f' "{title}"' if title else ""


# ---------------------------------------------------------------- why not


def why_not_lines(explanation: Explanation, name: str) -> list[str]:
    """Whether a statement applied, and its condition part by part, with what each comparison saw."""
    found = explanation.statements[name]
    lines = [f"{found.statement}{_title(found.title)} {_applied_words(found)}"]
    if found.note:
        lines.append(f"{INDENT}{found.note}")
    if found.trace.text == EVERYONE:
        return [*lines, f"{INDENT}it has no condition of its own"]
    return [*lines, *_trace_lines(found.trace, INDENT)]


def _applied_words(found: WhyNot) -> str:
    if found.applied is MISSING:
        return "may apply: what it asks isn't known"
    return "applies" if found.applied is True else "does not apply"


def _trace_lines(trace: Trace, indent: str) -> Iterator[str]:
    takes = [value for name, value in trace.seen if trace.text.endswith(f" in {name}")]
    text = f"{trace.text} ({takes[0]})" if takes else trace.text
    seen = ", ".join(
        f"{name} is {value}" for name, value in trace.seen if name != trace.text and not (takes and value == takes[0])
    )
    yield f"{indent}{text}: {_truth_word(trace.truth)}{f' ({seen})' if seen else ''}"
    for part in trace.parts[:MOST_NAMED]:
        yield from _trace_lines(part, indent + INDENT)
    if len(trace.parts) > MOST_NAMED:
        yield f"{indent}{INDENT}… and {len(trace.parts) - MOST_NAMED} more"


def _truth_word(truth: Value) -> str:
    return "unknown" if truth is MISSING else "true" if truth is True else "false"
