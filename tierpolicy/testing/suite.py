"""What is tested of one policy, as data: a suite of items, and what came out of each.

`collecting` makes suites from files, `running` turns an item into a result. Whoever shows them (the pytest plugin, the
command `test`) knows nothing of policies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Example, Policy, Property, Share, Total
from tierpolicy.runtime.population import Customers
from tierpolicy.semantics.read import Reading
from tierpolicy.source import Source, Span
from tierpolicy.syntax.gather import Gathered

Kind = Literal["error", "check", "example", "case", "property"]
"""`error`: something found by reading the files, which fails as it is. `check`: what is proved of the policy as a
whole. The others are what the author wrote."""

Outcome = Literal["passed", "failed", "accepted", "skipped"]
"""`accepted`: it failed, and the policy says `allow … because` of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is tested. `name` is unique among those of its kind in a suite; `span` is where it is written."""

    kind: Kind
    name: str
    span: Span | None
    subject: Diagnostic | Example | Property | None = None

    @property
    def id(self) -> str:
        """The item's name in its suite: `example::Acme`."""
        return f"{self.kind}::{self.name}"


def is_measured(item: Item) -> bool:
    """True of a claim about a population: it is measured on customers, neither proved nor tried."""
    return isinstance(item.subject, Property) and isinstance(item.subject.claim, Share | Total)


@dataclass(frozen=True, slots=True)
class Suite:
    """All that is tested of one policy. `path` is its main file as messages show it. `policy` is None where mistakes
    leave nothing to decide with; mistakes in examples, cases and properties alone don't."""

    path: str
    policy: Policy | None
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    gathered: Gathered


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of an item. `findings` say why it failed; `note` is one short sentence about one that didn't, such
    as "proved; 100 customers tried" or why it was skipped. `seconds` is wall time. `on_customers` are notes about the
    file that it was measured on."""

    item: Item
    outcome: Outcome
    findings: tuple[Diagnostic, ...] = ()
    note: str = ""
    seconds: float = 0.0
    on_customers: tuple[str, ...] = ()


UNMEASURED = "it is measured on a file of customers, and none is named"
"""The note of a claim about a population where there is none."""

By = Literal["examples", "cases", "properties"]
"""What a customer was decided for. Coverage by properties is told apart."""

Seen = Callable[[Policy, Reading, date, By], None]
"""Is told every customer that is decided while testing."""


def unseen(policy: Policy, reading: Reading, as_of: date, by: By) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class How:
    """How far testing goes. `customers` are drawn for each property, from `seed`; with `prove` questions are settled
    too, `timeout` seconds for each search; claims about populations are measured `on` a file of customers."""

    customers: int = 100
    seed: int = 0
    prove: bool = True
    timeout: float = DEFAULT_TIMEOUT
    on: Customers | None = None
