"""Why a decision came out as it did, as data (language.md §6): every attribute's value with the clauses behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from tierpolicy.model.policy import Baseline, Limit, Policy, Rule
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.counting import Deliberation, Given, Parts, without
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.formula import granted, limited, standing
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import at_least_as_good
from tierpolicy.semantics.outcome import ClauseKind, ClauseRef, Explanation, ValueOrigin, Why
from tierpolicy.semantics.read import Reading, read
from tierpolicy.semantics.trace import why_nots
from tierpolicy.source import Source

Givens = tuple[Given, ...]
Sources = Mapping[str, Source]


def explain(policy: Policy, record: Mapping[str, object], request: Mapping[str, object], as_of: date) -> Explanation:
    """The decision for a raw record with all its reasons. Never raises for what a record contains."""
    return explain_reading(policy, read(policy, record, request), as_of)


def explain_reading(policy: Policy, reading: Reading, as_of: date) -> Explanation:
    """The decision for a record that has been read, with all its reasons."""
    deliberation = deliberate(policy, reading, as_of)
    sources = {source.path: source for source in policy.sources}
    whys = {name: _why(attribute, deliberation, sources) for name, attribute in policy.attributes.items()}
    return Explanation(
        outcome_of(deliberation, reading), MappingProxyType(whys), MappingProxyType(why_nots(deliberation))
    )


def why_decided(name: str, deliberation: Deliberation) -> Why:
    """Why one attribute has its value, of a decision that was made."""
    policy = deliberation.policy
    return _why(policy.attributes[name], deliberation, {source.path: source for source in policy.sources})


def _why(attribute: Attribute, deliberation: Deliberation, sources: Sources) -> Why:
    parts, value = deliberation.parts[attribute.name], deliberation.situation.decided[attribute.name]
    found = weighed(attribute, parts, value)
    return Why(
        attribute=attribute.name,
        value=value,
        origin=found.origin,
        decided=_refs(found.decided, sources),
        lost=_refs(found.lost, sources),
        overridden=_refs(found.overridden, sources),
        lowered=_refs(found.lowered, sources),
        raised=_refs(found.raised, sources),
        granted=found.granted,
        limited=found.limited,
    )


# ---------------------------------------------------------------- which clauses are behind a value


@dataclass(frozen=True, slots=True)
class Weighed:
    """What `Why` says of one attribute, with the clauses themselves."""

    origin: ValueOrigin
    decided: Givens = ()
    lost: Givens = ()
    overridden: Givens = ()
    lowered: Givens = ()
    raised: Givens = ()
    granted: Known | None = None
    limited: Known | None = None


def weighed(attribute: Attribute, parts: Parts, value: Known) -> Weighed:
    """Which of the clauses that true statements hold are behind an attribute's final value, and which aren't."""
    if attribute.direction is Direction.NONE:
        return _weighed_agreed(parts)
    given = granted(attribute, parts, [])
    under_limits = limited(attribute, given, parts)
    lowered = tuple(c for c in parts.caps if not equal(_under(attribute, given, c), given))
    raised = tuple(f for f in parts.floors if not at_least_as_good(attribute, under_limits, f.value))
    origin: ValueOrigin
    if raised:
        origin = "baseline"
    elif lowered:
        origin = "limit"
    elif parts.grants:
        origin = "grant"
    else:  # nobody gives anything; a baseline that promises the worst value is why it stands, and raised nobody
        origin = "baseline" if any(equal(f.value, value) for f in parts.floors) else "worst"
    winners = tuple(g for g in parts.grants if _wins(attribute, g.value, value, under_limits))
    movers: Givens = ()
    if origin == "limit":
        movers = tuple(c for c in lowered if _ties(attribute, c.value, value))
    elif origin == "baseline":
        movers = tuple(f for f in raised or parts.floors if _ties(attribute, f.value, value))
    lost = without(parts.grants, winners)
    return Weighed(origin, (*winners, *movers), lost, (), lowered, raised, given, under_limits)


def _under(attribute: Attribute, value: Known, cap: Given) -> Known:
    return limited(attribute, value, Parts(caps=(cap,)))


def _ties(attribute: Attribute, clause: Known, value: Known) -> bool:
    """A limit or baseline behind the final value: it says that value; for sets, it had a part in it."""
    return isinstance(attribute.type, SetOf) or equal(clause, value)


def _wins(attribute: Attribute, given: Known, value: Known, under_limits: Known) -> bool:
    """A grant behind the final value: it is that value; for a set or a sum, some of it is in there."""
    if isinstance(given, frozenset) and isinstance(under_limits, frozenset):
        return bool(given & under_limits) or given == value
    if attribute.adds_up:
        return under_limits == value and given != 0
    return equal(given, value)


def _weighed_agreed(parts: Parts) -> Weighed:
    """Of an attribute without direction."""
    grants = standing(parts)
    agree = all(equal(g.value, grants[0].value) for g in grants)
    origin: ValueOrigin = "default" if not grants else "grant" if agree else "conflict"
    return Weighed(origin, decided=grants, overridden=without(parts.grants, grants))


# ---------------------------------------------------------------- as people are told


def _refs(givens: Givens, sources: Sources) -> tuple[ClauseRef, ...]:
    return tuple(_ref(given, sources) for given in givens)


def _ref(given: Given, sources: Sources) -> ClauseRef:
    origin, span = given.statement.origin, given.clause.span
    source = sources.get(span.path)
    line = source.position(span.start).line if source is not None else 0
    kind = _kind(given.statement)
    return ClauseRef(kind, origin.name, origin.title, span.path, line, origin.because, origin.source, value=given.value)


def _kind(statement: Statement) -> ClauseKind:
    match statement:
        case Rule():
            return statement.kind
        case Limit():
            return "limit"
        case Baseline():
            return "baseline"
