"""Why each customer gets what they get, in short words for a column: of each attribute the statements behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.explain import why_decided
from tierpolicy.semantics.index import Index, index_of
from tierpolicy.semantics.outcome import ClauseRef, Why
from tierpolicy.semantics.read import Reading

if TYPE_CHECKING:
    from tierpolicy.runtime.bases import Base, Batch
    from tierpolicy.runtime.engine import Policy


def reason_text(policy: TypedPolicy, reading: Reading, as_of: date, index: Index | None = None) -> str:
    """The statements behind each attribute of the service: `priority: rule good_year; wait: baseline everyone`."""
    deliberation = deliberate(policy, reading, as_of, index)
    service = [each for each in policy.attributes.values() if not each.internal]
    return "; ".join(f"{each.name}: {_words(each, why_decided(each.name, deliberation))}" for each in service)


def _words(attribute: Attribute, why: Why) -> str:
    match why.origin:
        case "worst":
            return "nothing gives more" + _lowered(why)
        case "default":
            return "default"
        case "conflict":
            return "default, as rules disagree: " + ", ".join(_names(why.decided))
        case _:
            return ", ".join(_names(why.decided)) + _lowered(why)


def _lowered(why: Why) -> str:
    """The limits that took something away, where they aren't said to be behind the value already."""
    others = [name for name in _names(why.lowered) if name not in set(_names(why.decided))]
    return f" (lowered by {', '.join(others)})" if others else ""


def _names(clauses: Sequence[ClauseRef]) -> Iterator[str]:
    seen: set[str] = set()
    for clause in clauses:
        own = clause.kind in ("row", "tier") or clause.statement.startswith("line ")
        name = clause.statement if own else f"{clause.kind} {clause.statement}"
        if name not in seen:
            seen.add(name)
            yield name


def reasons_of(policy: Policy, as_of: date, base: Base, batch: Batch) -> list[object]:
    """The reasons of every row of a batch. Customers in whom the policy can see no difference are explained once."""
    from tierpolicy.runtime.applying.alike import readings_of

    typed = policy.version_on(as_of)
    index = index_of(typed)
    known: dict[object, str] = {}
    found: list[object] = []
    for signature, reading in readings_of(policy, typed, as_of, base, batch):
        text = known.get(signature)
        if text is None:
            text = known[signature] = reason_text(typed, reading(), as_of, index)
        found.append(text)
    return found
