"""From the changes that survive to the examples that would notice them: as few and as plain as they get.

An example says what the policy decides today for a customer for whom a change decides otherwise. The changes that
are hardest to notice come first: a customer exactly at a threshold mostly shows the coarser mistakes too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierpolicy.analysis.witness.examples import example_text, facts
from tierpolicy.model.policy import Policy
from tierpolicy.model.words import value_text
from tierpolicy.testing.mutation.comparing import differing, plainest
from tierpolicy.testing.mutation.crowd import Customer
from tierpolicy.testing.mutation.differing import Difference
from tierpolicy.testing.mutation.edits import Change, Kind

HARDEST: Sequence[Kind] = ("comparison", "threshold", "date", "label", "value", "and, or", "not", "calculation", "cell")
MOST_EXPECTED = 6

NAME = "…"
"""The name in the text of an example, before all examples of a policy have theirs."""


Says = tuple[str, str, str]
"""An attribute, what is decided, and what a change would decide."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test notices, and somebody for whom it decides otherwise."""

    place: int
    change: Change
    difference: Difference
    customer: Customer


@dataclass(frozen=True, slots=True)
class Telling:
    """An example that notices changes. `body` is its text after the first line, '' where it can't be written; `title` a
    name for it. `says` tells by attribute what is decided, and what each of the changes would decide instead; nothing
    where they don't agree."""

    title: str
    body: str
    says: tuple[tuple[str, str, str], ...]


def told(survivors: Sequence[Survivor]) -> tuple[tuple[Telling, ...], Mapping[int, int]]:
    """The examples, and by each survivor's place which of them notices it."""
    customers: list[tuple[Difference, Customer]] = []
    says: list[dict[Says, None]] = []
    expected: list[dict[str, None]] = []
    by_change: dict[int, int] = {}
    for survivor in sorted(survivors, key=lambda each: (_hardness(each.change.kind), each.place)):
        for at, (_, customer) in enumerate(customers):
            names = _expected(survivor.difference, customer)
            if names and (not expected[at].keys().isdisjoint(names) or len(expected[at]) < MOST_EXPECTED):
                break
        else:
            at, customer = len(customers), plainest(survivor.difference, survivor.customer)
            names = _expected(survivor.difference, customer)
            customers.append((survivor.difference, customer))
            expected.append(dict.fromkeys(names))
            says.append(dict.fromkeys(_says(survivor.difference, customer, names)))
        if expected[at].keys().isdisjoint(names):
            expected[at][names[0]] = None
        said = _says(survivor.difference, customer, names)
        says[at] = {each: None for each in says[at] if each in said}
        by_change[survivor.place] = at
    found = zip(customers, expected, says, strict=True)
    return tuple(
        _telling(first.old, customer, tuple(names), tuple(said)) for (first, customer), names, said in found
    ), by_change


def _hardness(kind: Kind) -> int:
    return HARDEST.index(kind) if kind in HARDEST else len(HARDEST)


def _expected(difference: Difference, customer: Customer) -> tuple[str, ...]:
    """The parts of the service that differ; internal ones where only these do."""
    names = differing(difference, customer)
    offered = [name for name in names if not difference.old.attributes[name].internal]
    return tuple((offered or list(names))[:MOST_EXPECTED])


def _says(difference: Difference, customer: Customer, names: Sequence[str]) -> tuple[Says, ...]:
    """What is decided, and what a change decides instead."""
    after, attributes = differing(difference, customer), difference.old.attributes
    return tuple(
        (
            name,
            value_text(customer.decided[name], attributes[name].type),
            value_text(after[name], attributes[name].type),
        )
        for name in names
    )


def _telling(policy: Policy, customer: Customer, expected: tuple[str, ...], says: tuple[Says, ...]) -> Telling:
    text = example_text(policy, customer.case, customer.decided, expected, NAME)
    return Telling(facts(policy, customer.case), text.partition("\n")[2], says)
