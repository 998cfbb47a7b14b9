"""Why a decision came out as it did: as data, as JSON values, and in words that can be read to a customer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.values import json_value
from tierpolicy.semantics.explain import explain_reading
from tierpolicy.semantics.outcome import ClauseRef, Explanation, Outcome, Trace, Why, WhyNot
from tierpolicy.semantics.read import Reading
from tierpolicy.semantics.words import explanation_lines, why_lines, why_not_lines

Part = TypeVar("Part")
MOST_NAMED = 30


@dataclass(frozen=True, slots=True, repr=False)
class Explained:
    """An explanation. `data` holds all of it; `why` and `why_not` find one part, `text` says it in words."""

    data: Explanation
    _policy: TypedPolicy

    def __repr__(self) -> str:
        return f"Explained({', '.join(f'{name}={why.origin}' for name, why in self.data.whys.items())})"

    @property
    def outcome(self) -> Outcome:
        return self.data.outcome

    @property
    def whys(self) -> Mapping[str, Why]:
        """Each attribute's value and where it comes from."""
        return self.data.whys

    @property
    def statements(self) -> Mapping[str, WhyNot]:
        """Whether each statement applied, and how its condition came out."""
        return self.data.statements

    def why(self, attribute: str) -> Why:
        """Where one attribute's value comes from; KeyError where there is no such attribute."""
        return _found(self.data.whys, attribute)

    def why_not(self, statement: str) -> WhyNot:
        """Whether one statement applied, and why not; KeyError where there is no such statement."""
        return _found(self.data.statements, statement)

    def text(self, name: str | None = None) -> str:
        """The explanation in words: of every attribute, or of one attribute or statement."""
        if name is None:
            return "\n".join(explanation_lines(self.data, self._policy))
        if name in self.data.whys:
            return "\n".join(why_lines(self.data.whys[name], self._policy))
        return "\n".join(why_not_lines(self.data, _found(self.data.statements, name, self.data.whys).statement))

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON values: `attributes` and `statements`, by name."""
        return {
            "attributes": {name: self._why_object(why) for name, why in self.data.whys.items()},
            "statements": {name: _statement_object(each) for name, each in self.data.statements.items()},
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as one JSON document, in ASCII."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def _why_object(self, why: Why) -> dict[str, Any]:
        attribute = self._policy.attributes[why.attribute]
        return {
            "value": json_value(why.value, attribute.type),
            "origin": why.origin,
            "decided": [_clause_object(each, attribute) for each in why.decided],
            "lost": [_clause_object(each, attribute) for each in why.lost],
            "overridden": [_clause_object(each, attribute) for each in why.overridden],
            "lowered": [_clause_object(each, attribute) for each in why.lowered],
            "raised": [_clause_object(each, attribute) for each in why.raised],
        }


def explained(policy: TypedPolicy, reading: Reading, as_of: date) -> Explained:
    """The explanation of one decision, by the plain evaluator."""
    return Explained(explain_reading(policy, reading, as_of), policy)


def _found(parts: Mapping[str, Part], name: str, others: Iterable[str] = ()) -> Part:
    if name not in parts:
        names = [*others, *parts]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        known = "its names are " + ", ".join(f"`{each}`" for each in names[:MOST_NAMED]) + more
        raise KeyError(f"there is no `{name}` here; {did_you_mean(name, names) or known}")
    return parts[name]


# ---------------------------------------------------------------- JSON values


def _clause_object(clause: ClauseRef, attribute: Attribute) -> dict[str, Any]:
    return {
        "kind": clause.kind,
        "statement": clause.statement,
        "title": clause.title,
        "path": clause.path,
        "line": clause.line,
        "because": clause.because,
        "source": clause.source,
        "value": json_value(clause.value, attribute.type),
    }


def _statement_object(each: WhyNot) -> dict[str, Any]:
    return {
        "title": each.title,
        "applied": None if each.applied is MISSING else bool(each.applied),
        "note": each.note,
        "condition": _trace_object(each.trace),
    }


def _trace_object(trace: Trace) -> dict[str, Any]:
    return {
        "text": trace.text,
        "truth": None if trace.truth is MISSING else bool(trace.truth),
        "seen": dict(trace.seen),
        "parts": [_trace_object(part) for part in trace.parts],
    }
