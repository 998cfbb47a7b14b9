"""Why a decision came out as it did: as data, as JSON values, and in words that can be read to a customer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, assert_never

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Money, SetOf
from tierpolicy.model.values import MISSING, Known
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.model.words import value_text
from tierpolicy.runtime.values import json_value
from tierpolicy.semantics.explain import explain_reading
from tierpolicy.semantics.lattice import better
from tierpolicy.semantics.outcome import ClauseRef, Explanation, Outcome, Trace, Why, WhyNot
from tierpolicy.semantics.read import Reading

Part = TypeVar("Part")

KINDS = {"rule": "rule", "tier": "", "row": "", "limit": "limit", "baseline": "baseline"}


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation. `data` holds all of it; `why` and `why_not` find one part, `text` says it in words."""

    data: Explanation
    _policy: TypedPolicy

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
            return "\n\n".join(self._why_text(why) for why in self.data.whys.values())
        if name in self.data.whys:
            return self._why_text(self.data.whys[name])
        return "\n".join(_statement_lines(self.why_not(name)))

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON values: `attributes` and `statements`, by name."""
        return {
            "attributes": {name: self._why_object(why) for name, why in self.data.whys.items()},
            "statements": {name: _statement_object(each) for name, each in self.data.statements.items()},
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as one JSON document, in ASCII."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def _why_text(self, why: Why) -> str:
        return "\n".join(_why_lines(why, self._policy.attributes[why.attribute], self._policy.currency))

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


def _found(parts: Mapping[str, Part], name: str) -> Part:
    if name not in parts:
        raise KeyError(f"there is no `{name}` here; {did_you_mean(name, parts) or 'look at `data` for the names'}")
    return parts[name]


# ---------------------------------------------------------------- words


def amount_text(value: Known, attribute: Attribute, currency: str) -> str:
    """A value in words, money with its currency."""
    text = value_text(value, attribute.type)
    return f"{text} {currency}" if currency and isinstance(attribute.type, Money) and text != "none" else text


def _why_lines(why: Why, attribute: Attribute, currency: str) -> Iterator[str]:
    yield f"{why.attribute}: {amount_text(why.value, attribute, currency)}"

    def lines(clauses: tuple[ClauseRef, ...], verb: str) -> Iterator[str]:
        for clause in clauses:
            yield from _clause_lines(clause, verb.format(value=amount_text(clause.value, attribute, currency)))

    grants = tuple(each for each in why.decided if each.kind in ("rule", "tier", "row"))
    match why.origin:
        case "worst":
            yield "  no rule gives anything here: this is the least there is"
        case "default":
            yield "  no rule gives anything here: this is the default"
        case "conflict":
            yield "  rules contradict one another here: this is the default"
        case "grant" | "limit" | "baseline":
            pass
        case _:
            assert_never(why.origin)
    yield from lines(grants, "adds {value}" if attribute.adds_up else "gives {value}")
    for clause in why.lost:
        yield from lines((clause,), _lost_words(clause, why, attribute))
    yield from lines(why.overridden, "would give {value}, but is overridden")
    yield from lines(why.lowered, _cap_words(attribute))
    yield from lines(why.raised, _floor_words(attribute))


def _lost_words(clause: ClauseRef, why: Why, attribute: Attribute) -> str:
    """A grant without a part in the value: another gave better, or a limit took it back."""
    if attribute.adds_up:
        return "adds {value}"
    if isinstance(attribute.type, SetOf) or better(attribute, clause.value, why.value) == clause.value:
        return "would give {value}"
    return "gives {value}; another gives better"


def _cap_words(attribute: Attribute) -> str:
    if isinstance(attribute.type, SetOf):
        return "takes some of it away"
    return f"allows at {'least' if attribute.direction is Direction.LESS else 'most'} {{value}}"


def _floor_words(attribute: Attribute) -> str:
    if isinstance(attribute.type, SetOf):
        return "promises {value}"
    return f"promises at {'most' if attribute.direction is Direction.LESS else 'least'} {{value}}"


def _clause_lines(clause: ClauseRef, says: str) -> Iterator[str]:
    kind = KINDS[clause.kind]
    title = f' "{clause.title}"' if clause.title else ""
    name = f"{kind} {clause.statement}".strip() if not clause.statement.startswith("line ") else "the rule"
    yield f"  {name}{title} ({clause.path}, line {clause.line}) {says}"
    if clause.because:
        yield f"    {clause.because}"
    if clause.source:
        yield f"    source: {clause.source}"


def _statement_lines(each: WhyNot) -> Iterator[str]:
    title = f' "{each.title}"' if each.title else ""
    yield f"{each.statement}{title} {_applied_words(each.applied)}"
    if each.note:
        yield f"  {each.note}"
    yield from _trace_lines(each.trace, 1)


def _applied_words(applied: object) -> str:
    if applied is MISSING:
        return "may apply: what it asks isn't known"
    return "applies" if applied else "does not apply"


def _trace_lines(trace: Trace, depth: int) -> Iterator[str]:
    seen = f" ({', '.join(f'{name} is {value}' for name, value in trace.seen)})" if trace.seen else ""
    yield f"{'  ' * depth}{trace.text}: {_truth_word(trace.truth)}{seen}"
    for part in trace.parts:
        yield from _trace_lines(part, depth + 1)


def _truth_word(truth: object) -> str:
    return "unknown" if truth is MISSING else "true" if truth else "false"


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
