"""From a customer and what is decided for it to an `example` statement, in the one canonical form.

Pasted into the policy it parses, passes `check` and holds: it says what the policy decides today. An author who wants
something else changes what stands after `expect`, and has a test.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.witness.records import is_ordinary
from tierpolicy.cells.reads import depends_on_day
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Number, SetOf, Text, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.words import PLAIN_WORD, quoted, value_text
from tierpolicy.source import Source
from tierpolicy.syntax.format import format_module
from tierpolicy.syntax.format_expressions import KEYWORDS

MOST_DIGITS = 15
"""Of a number in policy text (language.md §8)."""

LONGEST_TEXT = 10_000
LONGEST_NAME = 60

QUOTED = KEYWORDS - {"top", "bottom"}
"""Words that an example quotes; these two mean something after `in` alone, where no value stands."""


def example_text(policy: Policy, case: Case, decided: Mapping[str, Known], attributes: Sequence[str], name: str) -> str:
    """The statement, as `fmt` writes it; '' where a value can't be written in policy text."""
    given = [
        _given(policy, field, case.values[field])
        for field in policy.fields
        if not is_ordinary(policy, field, case.values[field])
    ]
    expected = [_expected(policy, attribute, decided[attribute]) for attribute in attributes]
    stated = [text for text in expected if text is not None]
    if any(text is None for text in given) or not stated:
        return ""
    lines = [f"example {quoted(name)}:"]
    if given:
        lines.append("    given " + ", ".join(text for text in given if text is not None))
    lines.append("    expect " + ", ".join(stated))
    if depends_on_day(policy):
        lines.append(f"    as of {case.as_of.isoformat()}")
    return format_module(Source("example.tier", "\n".join(lines) + "\n")).rstrip("\n")


def facts(policy: Policy, case: Case) -> str:
    """What sets the customer apart, in a few words: `lifetime_value = 100_001, segment = enterprise`."""
    said = [
        f"{name} = {value_text(case.values[name], field.type)}"
        for name, field in policy.fields.items()
        if not is_ordinary(policy, name, case.values[name])
    ]
    return ", ".join(said) or "nothing known"


def example_name(subject: str, policy: Policy, taken: Collection[str] = ()) -> str:
    """A short name that no example of the policy has, nor one that was proposed before."""
    short = subject if len(subject) <= LONGEST_NAME else subject[: LONGEST_NAME - 1].rstrip() + "…"
    used = {example.origin.name for example in policy.examples}
    found, number = short, 2
    while found in used or found in taken:
        found, number = f"{short} ({number})", number + 1
    return found


def _given(policy: Policy, field: str, value: Value) -> str | None:
    """`segment = enterprise`; `x is missing`; None where the value can't be written."""
    name = name_of(field)
    if value is MISSING:
        return f"{name} is missing"
    text = literal(value, policy.fields[field].type, policy)
    return None if text is None else f"{name} = {text}"


def _expected(policy: Policy, attribute: str, value: Known) -> str | None:
    text = literal(value, policy.attributes[attribute].type, policy)
    return None if text is None else f"{name_of(attribute)} = {text}"


def name_of(name: str) -> str:
    """A name, in backticks where it is also a word of the language; `tier` is read as a name here."""
    plain = PLAIN_WORD.fullmatch(name) is not None and (name == "tier" or name.lower() not in QUOTED)
    return name if plain else f"`{name}`"


def literal(value: Known, type_: Type, policy: Policy) -> str | None:
    """A value in policy text, labels in quotes where they are also names; None where it has too many digits."""
    if isinstance(value, NotOffered):
        return "none"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(type_, SetOf) and isinstance(value, frozenset):
        return "{" + ", ".join(_label(label, policy) for label in type_.labels if label in value) + "}"
    if isinstance(value, str):
        if isinstance(type_, Text):
            return quoted(value) if len(value) <= LONGEST_TEXT else None
        return _label(value, policy)
    text = value_text(value, type_)
    if isinstance(type_, Number) and "e" in text:
        return None
    return text if sum(map(str.isdigit, text)) <= MOST_DIGITS else None


def _label(label: str, policy: Policy) -> str:
    names = (policy.fields, policy.attributes, policy.parameters, policy.defines)
    plain = PLAIN_WORD.fullmatch(label) and label.lower() not in QUOTED
    return label if plain and not any(label in each for each in names) else quoted(label)
