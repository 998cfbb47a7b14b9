"""What must be true of every witness: it was run, its record reads back, its example can be pasted and holds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.analysis.grid import constants_of, values_of
from tierpolicy.analysis import replay
from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.people import Customer, simplified, witness_of
from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.semantics.read import read
from tierpolicy.syntax.gather import gather_text

MOST_TRIED = 40


def broken_laws(text: str, policy: Policy, goal: Goal, cases: tuple[Case, ...]) -> Iterator[str]:
    """What is wrong with the witness that people are shown for records of a goal; `text` is the policy's."""
    session = Session(policy, 5.0)
    simple = simplified(goal, cases, session)
    if not replay.holds(goal, simple):
        yield f"the goal does not hold for the simplified records {simple}"
        return
    witness = witness_of(goal, simple, session)
    for record, (customer, case) in enumerate(zip(witness.customers, simple, strict=True)):
        yield from _not_read_back(policy, customer, case)
        if record == 0:
            yield from _matters_after_all(policy, goal, simple, customer)
    if witness.example:
        yield from _not_holding(text, witness.example)


def _not_read_back(policy: Policy, customer: Customer, case: Case) -> Iterator[str]:
    reading = read(policy, customer.record, customer.request)
    required = {field.name for field in policy.fields.values() if field.required}
    problems = [problem for problem in reading.problems if problem.subject not in required]
    if problems or dict(reading.values) != dict(case.values):
        yield f"{customer.record} reads back as {dict(reading.values)} ({problems}), not as {dict(case.values)}"
    if customer.as_of != case.as_of:
        yield "another day"


def _matters_after_all(policy: Policy, goal: Goal, cases: tuple[Case, ...], customer: Customer) -> Iterator[str]:
    """Where a field is said not to matter, the goal holds with any other value of it, in all records together."""
    constants = constants_of(policy)
    free = [name for name in customer.any_fields if name in policy.fields]
    grids = [values_of(policy.fields[name], constants) for name in free]
    chance = random.Random(0)
    for _ in range(MOST_TRIED if free else 0):
        others = _with(cases, {name: chance.choice(grid) for name, grid in zip(free, grids, strict=True)})
        if not replay.holds(goal, others):
            yield f"{free} are said not to matter, but the goal does not hold for {others}"
            return


def _with(cases: tuple[Case, ...], values: Mapping[str, Value]) -> tuple[Case, ...]:
    return tuple(replace(case, values={**case.values, **values}) for case in cases)


def _not_holding(text: str, example: str) -> Iterator[str]:
    checked = elaborate(gather_text(f"{text}\n{example}\n"))
    if checked.policy is None or has_errors(checked.diagnostics):
        yield f"pasted, it is no policy: {[d.message for d in checked.diagnostics][:3]}\n{example}"
    elif failing := failing_examples(checked.policy):
        yield f"pasted, it fails: {[each.message for each in failing]}\n{example}"
