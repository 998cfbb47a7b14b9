"""From the changes that survive to the examples that would notice them: as few and as plain as they get.

An example says what the policy decides today for a customer for whom a change decides otherwise. The changes that
are hardest to notice come first: a customer exactly at a threshold mostly shows the coarser mistakes too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierpolicy.analysis.witness.examples import example_text, facts
from tierpolicy.model.words import value_text
from tierpolicy.testing.mutation.comparing import differing, plainest
from tierpolicy.testing.mutation.crowd import Customer
from tierpolicy.testing.mutation.differing import Difference
from tierpolicy.testing.mutation.edits import Change, Kind

HARDEST: Sequence[Kind] = ("comparison", "threshold", "date", "label", "value", "and, or", "not", "calculation", "cell")
MOST_EXPECTED = 6

NAME = "…"
"""The name in the text of an example, before all examples of a policy have theirs."""


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
    name for it. `says` tells by attribute what is decided, and what the change would decide for the first of them."""

    title: str
    body: str
    says: tuple[tuple[str, str, str], ...]


def told(survivors: Sequence[Survivor]) -> tuple[tuple[Telling, ...], Mapping[int, int]]:
    """The examples, and by each survivor's place which of them notices it."""
    customers: list[tuple[Difference, Customer]] = []
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
        if expected[at].keys().isdisjoint(names):
            expected[at][names[0]] = None
        by_change[survivor.place] = at
    told_ = zip(customers, expected, strict=True)
    return tuple(_telling(first, customer, tuple(names)) for (first, customer), names in told_), by_change


def _hardness(kind: Kind) -> int:
    return HARDEST.index(kind) if kind in HARDEST else len(HARDEST)


def _expected(difference: Difference, customer: Customer) -> tuple[str, ...]:
    """The parts of the service that differ; internal ones where only these do."""
    names = differing(difference, customer)
    offered = [name for name in names if not difference.old.attributes[name].internal]
    return tuple((offered or list(names))[:MOST_EXPECTED])


def _telling(difference: Difference, customer: Customer, expected: tuple[str, ...]) -> Telling:
    policy = difference.old
    text = example_text(policy, customer.case, customer.decided, expected, NAME)
    after = differing(difference, customer)
    says = tuple(
        (
            name,
            value_text(customer.decided[name], policy.attributes[name].type),
            value_text(after[name], policy.attributes[name].type),
        )
        for name in expected
        if name in after
    )
    return Telling(facts(policy, customer.case), text.partition("\n")[2], says)
