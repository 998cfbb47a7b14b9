"""From an item to its result: an example is decided, a property proved and tried, everything else proved.

What a policy holds never raises. What items of one suite share (what was proved so far, the compiled policy, the
measured customers) is kept for the suites that were run last.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import assert_never

from tierpolicy.analysis.prove import answer_about, answers_in
from tierpolicy.analysis.session import Session
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.model.policy import Example, Policy, Property
from tierpolicy.runtime.engine import Policy as Engine
from tierpolicy.runtime.examples import failing
from tierpolicy.runtime.measures import measures
from tierpolicy.runtime.population import Population, measured
from tierpolicy.semantics.read import typed_reading
from tierpolicy.testing.accepting import reason_given, unaccepted
from tierpolicy.testing.apart import Opened
from tierpolicy.testing.suite import UNMEASURED, How, Item, Outcome, Result, Seen, Suite, is_measured, unseen
from tierpolicy.testing.trials import tried

KEPT = 2
"""Of so many suites is kept what their items share."""

LOST = "what refutes it may be ruled out by an assumption that has a mistake"

Found = tuple[Outcome, tuple[Diagnostic, ...], str]
"""The outcome, what says why, and the note."""


def result_of(suite: Suite, item: Item, how: How, seen: Seen = unseen) -> Result:
    """What comes out of one item of the suite; `seen` is told every customer that is decided."""
    start = perf_counter()
    outcome, findings, note = _run(suite, item, how, seen)
    if outcome == "failed" and (reason := reason_given(suite, findings)) is not None:
        outcome, note = "accepted", reason
    on_customers = _shared(suite, how).population.notes if how.on is not None and is_measured(item) else ()
    return Result(item, outcome, findings, note, perf_counter() - start, on_customers)


def _run(suite: Suite, item: Item, how: How, seen: Seen) -> Found:
    match item.subject:
        case Diagnostic() as found:
            return "failed", (found,), ""
        case Example() as example:
            return _example(_policy(suite), example, seen)
        case Property() as stated:
            shared = _shared(suite, how)
            return _measured(shared, stated) if is_measured(item) else _property(shared, stated, how, seen)
        case None:
            return _check(_shared(suite, how), how)
        case _:
            assert_never(item.subject)


def _policy(suite: Suite) -> Policy:
    assert suite.policy is not None, "only errors are items of a suite without a policy"
    return suite.policy


def _outcome(findings: tuple[Diagnostic, ...], note: str = "") -> Found:
    return ("failed" if findings else "passed"), findings, note


def _example(policy: Policy, example: Example, seen: Seen) -> Found:
    seen(policy, typed_reading(policy, example.given), example.as_of, "cases" if example.kind == "case" else "examples")
    return _outcome(tuple(failing(policy, example)))


# ---------------------------------------------------------------- properties


def _property(shared: _Shared, stated: Property, how: How, seen: Seen) -> Found:
    if not how.prove and not how.customers:
        return "skipped", (), "neither proved nor tried"
    refuted, said = _proved(shared, stated, how)
    against, told = (refuted, "") if refuted is not None else _tried(shared, stated, how, seen)
    if against is None:
        return _outcome((), "; ".join(part for part in (said, told) if part))
    if shared.lost_assumption:
        return "skipped", (), LOST
    return _outcome((against,))


def _proved(shared: _Shared, stated: Property, how: How) -> tuple[Diagnostic | None, str]:
    """The refutation, where there is one, and what else to say of the proof."""
    if not how.prove:
        return None, ""
    answer = answer_about(shared.session, stated)
    assert answer is not None, "claims about populations are measured"
    found = answer.diagnostic
    match answer.verdict:
        case "proved":
            return None, "proved" if found is None else f"proved, but {found.message}"
        case "refuted":
            return found, ""
        case "unknown":
            return None, f"not proved: {answer.reason}"
        case _:
            assert_never(answer.verdict)


def _tried(shared: _Shared, stated: Property, how: How, seen: Seen) -> tuple[Diagnostic | None, str]:
    """A customer for whom the property fails, where one was drawn, and what to say of the trial."""
    if not how.customers:
        return None, ""
    trial = tried(shared.engine, stated, how, seen)
    return trial.finding, trial.note


def _measured(shared: _Shared, stated: Property) -> Found:
    """A claim about a population, on the customers at hand."""
    if shared.how.on is None:
        return "skipped", (), UNMEASURED
    name = f"`{stated.origin.name}` "
    for found in shared.measures:
        if found.span == stated.origin.span and found.code is not codes.PERCENT_AS_WHOLE:
            if found.code is codes.MEASURE_MISSED:
                return _outcome((found,))
            return ("passed" if found.code is codes.MEASURED else "skipped"), (), found.message.removeprefix(name)
    raise AssertionError("each claim about a population is measured")


# ---------------------------------------------------------------- all that is proved beside the properties


def _check(shared: _Shared, how: How) -> Found:
    if not how.prove:
        return "skipped", (), "proofs are left out"
    shared.session.only = frozenset()
    try:
        found = answers_in(shared.session).diagnostics
    finally:
        shared.session.only = None
    errors = tuple(each for each in found if each.severity is Severity.ERROR)
    if shared.lost_assumption:
        return ("skipped", (), LOST) if errors else _outcome(())
    rest = [each.severity for each in unaccepted(shared.suite, found)]
    return _outcome(errors, _counted(rest.count(Severity.WARNING), rest.count(Severity.NOTE)))


def _counted(warnings: int, notes: int) -> str:
    counts = (("warning", warnings), ("note", notes))
    said = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count)
    return f"{said}, which `tierpolicy check` shows" if said else ""


# ---------------------------------------------------------------- what items of one suite share


@dataclass
class _Shared:
    """One suite, run in one way."""

    suite: Suite
    how: How

    @cached_property
    def session(self) -> Session:
        return Session(_policy(self.suite), self.how.timeout)

    @cached_property
    def engine(self) -> Engine:
        return Engine((_policy(self.suite),))

    @cached_property
    def population(self) -> Population:
        """The customers, counted; UnusableFile where they can't be read."""
        assert self.how.on is not None
        return measured(_policy(self.suite), self.how.on, lambda done, size: None)

    @cached_property
    def measures(self) -> tuple[Diagnostic, ...]:
        """What the claims about populations come to."""
        return measures(self.population)

    @cached_property
    def lost_assumption(self) -> bool:
        """True where an assumption was taken out for a mistake: what is refuted without it may hold with it."""
        texts = {source.path: Opened(source) for source in self.suite.sources}
        spans = [item.span for item in self.suite.items if item.kind == "error" and item.span is not None]
        return any(texts[span.path].word_at(span.start) == "assume" for span in spans if span.path in texts)


_kept: OrderedDict[tuple[int, How], _Shared] = OrderedDict()


def _shared(suite: Suite, how: How) -> _Shared:
    """What is shared; it holds the suite, so that no other has its identity meanwhile."""
    key = id(suite), how
    if key not in _kept:
        _kept[key] = _Shared(suite, how)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]
