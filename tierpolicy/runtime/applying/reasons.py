"""Why each customer gets what they get, in short words for a column: of each attribute the statements behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.applying.alike import readings_of
from tierpolicy.runtime.applying.patterns import Patterns, pattern_numbers, pattern_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.explain import why_decided
from tierpolicy.semantics.index import Index, index_of
from tierpolicy.semantics.outcome import ClauseRef, Why
from tierpolicy.semantics.read import Reading

if TYPE_CHECKING:
    from tierpolicy.compile.columns.data import Amounts, Coded
    from tierpolicy.runtime.bases import Base, Batch
    from tierpolicy.runtime.engine import Policy

MOST_KNOWN = 200_000


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


class Reasons:
    """Gives the reasons of every row of a batch; several threads may ask. Each pattern of what reasons depend on is
    explained once; without patterns, customers who are alike in all that the policy reads are."""

    def __init__(self, policy: Policy, as_of: date, base: Base, patterns: Patterns | None) -> None:
        self._typed, self._as_of, self._base = policy.version_on(as_of), as_of, base
        self._patterns = patterns
        self._index = index_of(self._typed)
        self._known: dict[object, str] = {}

    def of(self, batch: Batch, answers: Mapping[str, Coded | Amounts]) -> Any:
        """A column of text."""
        if self._patterns is None:
            readings = readings_of(self._typed, self._as_of, self._base, batch, range(batch.rows.num_rows))
            return [self._text(signature, reading) for signature, reading in readings]
        import numpy as np
        import pyarrow

        numbers, rows = pattern_numbers(self._patterns, answers, batch.rows.num_rows)
        readings = readings_of(self._typed, self._as_of, self._base, batch, rows)
        texts = [
            self._text(pattern_of(self._patterns, answers, row), reading)
            for row, (_, reading) in zip(rows, readings, strict=True)
        ]
        _, places = np.unique(numbers, return_inverse=True)
        return pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(places))

    def _text(self, signature: object, reading: Callable[[], Reading]) -> str:
        text = self._known.get(signature)
        if text is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            text = self._known[signature] = reason_text(self._typed, reading(), self._as_of, self._index)
        return text
