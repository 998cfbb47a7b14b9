"""An explanation in words that an agent can read to a customer (language.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Money
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import value_text
from tierpolicy.semantics.outcome import ClauseRef, Explanation, Trace, Undetermined, Why, WhyNot

INDENT = "  "
MOST_NAMED = 5
"""Clauses or parts named one by one; the rest are counted."""

MOST_PARTS = 20
EVERYONE = "yes"
"""The condition of a statement without `if`."""


def explanation_lines(explanation: Explanation, policy: Policy) -> list[str]:
    """Every attribute's value and its reasons, then what remained open and what was wrong with the record."""
    lines = [line for why in explanation.whys.values() for line in why_lines(why, policy)]
    lines += [_open_text(each) for each in explanation.outcome.undetermined]
    lines += [f"note: {problem.message}" for problem in explanation.outcome.problems]
    return lines


def why_lines(why: Why, policy: Policy) -> list[str]:
    """One attribute: a line with the value and where it comes from, then what else had a say."""
    attribute = policy.attributes[why.attribute]
    lines = [f"{why.attribute} is {_amount(why.value, attribute, policy)}: {_cause(why, attribute, policy)}"]
    lines += [f"{INDENT}because {_sentence(reason)}" for reason in _reasons(why.decided)]
    for clause in _first(why.lost):
        lines.append(
            f"{INDENT}{_clause_text(clause)} gives {_amount(clause.value, attribute, policy)}, which isn’t better"
        )
    for clause in _first(why.overridden):
        lines.append(f"{INDENT}{_clause_text(clause)} would give {_amount(clause.value, attribute, policy)}")
    for clause in why.lowered if why.origin != "limit" else ():
        lines.append(f"{INDENT}{_clause_text(clause)} takes something away")
    return lines


def _cause(why: Why, attribute: Attribute, policy: Policy) -> str:
    """Where the value comes from, after the colon."""
    match why.origin:
        case "grant":
            if attribute.adds_up:
                return _join(f"{_amount(c.value, attribute, policy)} from {_clause_text(c)}" for c in why.decided)
            return _clauses_text(why.decided)
        case "limit":
            granted = _before(why.granted, attribute, policy)
            return f"{_clauses_text(why.lowered)} lowers it{granted}"
        case "baseline":
            before = _before(why.limited, attribute, policy) if why.limited != why.value else ""
            return f"{_clauses_text(why.raised)} promises it{before and ', raised' + before}"
        case "worst":
            return "no rule gives anything here"
        case "default":
            return "the default, as no rule gives another"
        case "conflict":
            said = _join(f"{_amount(c.value, attribute, policy)} by {_clause_text(c)}" for c in why.decided)
            return f"the default, as rules contradict one another: {said}"
        case _:
            assert_never(why.origin)


def _before(value: Known | None, attribute: Attribute, policy: Policy) -> str:
    return "" if value is None else f" from {_amount(value, attribute, policy)}"


def _amount(value: Value, attribute: Attribute, policy: Policy) -> str:
    text = "not offered" if value_text(value, attribute.type) == "none" else value_text(value, attribute.type)
    return f"{text} {policy.currency}".rstrip() if isinstance(attribute.type, Money) and text[-1:].isdigit() else text


def _clause_text(clause: ClauseRef) -> str:
    """`rule “Win unhappy customers back” (service.tier:44)`."""
    place = f" ({clause.path}:{clause.line})" if clause.line else ""
    if clause.kind == "tier":
        return f"{clause.statement}{place}"
    if clause.kind == "row":
        return f"{clause.statement}{_title(clause.title)}{place}"
    if clause.title:
        return f"{clause.kind} “{clause.title}”{place}"
    by_place = clause.statement.startswith("line ") or " line " in clause.statement
    return f"the {clause.kind} on {clause.statement}{place}" if by_place else f"{clause.kind} {clause.statement}{place}"


def _title(title: str) -> str:
    return f" “{title}”" if title else ""


def _clauses_text(clauses: Iterable[ClauseRef]) -> str:
    return _join(_clause_text(clause) for clause in clauses)


def _join(texts: Iterable[str]) -> str:
    """`a, b and c`, each once; of many the first, and how many more."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) > MOST_NAMED:
        distinct = [*distinct[:MOST_NAMED], f"{len(distinct) - MOST_NAMED} more"]
    return " and ".join(part for part in (", ".join(distinct[:-1]), *distinct[-1:]) if part)


def _first(clauses: tuple[ClauseRef, ...]) -> tuple[ClauseRef, ...]:
    return clauses[:MOST_NAMED]


def _reasons(clauses: tuple[ClauseRef, ...]) -> Iterator[str]:
    return iter(dict.fromkeys(clause.because for clause in clauses if clause.because))


def _sentence(reason: str) -> str:
    return reason.rstrip(".")


def _open_text(found: Undetermined) -> str:
    subject = f"{found.statement}{_title(found.title)}"
    attributes = _join(found.attributes)
    if not found.fields:
        return f"open: {subject} could change {attributes}, but its value can't be worked out"
    verb = "is" if len(found.fields) == 1 else "are"
    return f"open: {subject} could change {attributes}; {_join(found.fields)} {verb} not known"


# ---------------------------------------------------------------- why not


def why_not_lines(explanation: Explanation, name: str) -> list[str]:
    """Whether a statement applied, and its condition part by part, with what each comparison saw."""
    found = explanation.statements[name]
    lines = [f"{found.statement}{_title(found.title)} {_applied_text(found)}"]
    if found.note:
        lines.append(f"{INDENT}{found.note}")
    if found.trace.text == EVERYONE:
        return [*lines, f"{INDENT}it is for everyone"]
    lines += [f"{INDENT}{line}" for line in _trace_lines(found.trace)]
    return lines


def _applied_text(found: WhyNot) -> str:
    if found.applied is MISSING:
        return "may apply: something it asks for is not known"
    return "applies" if found.applied is True else "does not apply"


def _trace_lines(trace: Trace) -> Iterator[str]:
    seen = ", ".join(f"{name} is {value}" for name, value in trace.seen if name != trace.text)
    yield f"{trace.text}: {_truth_text(trace.truth)}{f' ({seen})' if seen else ''}"
    for part in trace.parts[:MOST_PARTS]:
        for line in _trace_lines(part):
            yield INDENT + line
    if len(trace.parts) > MOST_PARTS:
        yield f"{INDENT}… and {len(trace.parts) - MOST_PARTS} more"


def _truth_text(truth: Value) -> str:
    return "unknown" if truth is MISSING else "true" if truth is True else "false"
