"""Trials and proofs agree on generated policies: what is proved is never broken by a customer, and hardly anything that
is refuted is kept by all of them.

A longer run, over so many policies, which also prints how many of the refuted properties trials find:

    TRIALS=2000 python -m pytest tests/testing/test_trials_agree.py -s
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.strategies.policies import elaborated
from tests.strategies.small import small_policy
from tierpolicy.analysis.answer import Answer
from tierpolicy.analysis.questions import always, equal_treatment, influence, monotone
from tierpolicy.analysis.session import Session
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.model.policy import Property
from tierpolicy.runtime.engine import Policy
from tierpolicy.testing.suite import How
from tierpolicy.testing.trials import Trial, tried

MORE = int(os.environ.get("TRIALS", "0"))
POLICIES = 24 + MORE
CHUNK = 8
SECONDS = 20.0
HOW = How(customers=200)

Row = tuple[Property, Answer, Trial]


def both(seed: int) -> Iterator[Row]:
    """What the proof and the trial say of each property of a policy."""
    policy = elaborated(small_policy(seed, plain=seed % 2 == 1))
    session, engine = Session(policy, SECONDS), Policy((policy,))
    asked = (always.QUESTION, monotone.QUESTION, influence.QUESTION, equal_treatment.QUESTION)
    answers = {each.subject: each for question in asked for each in question.answers(session)}
    for stated in policy.properties:
        if stated.origin.name in answers:
            yield stated, answers[stated.origin.name], tried(engine, stated, HOW)


def wrong(row: Row) -> str | None:
    """What doesn't agree, in words."""
    stated, answer, trial = row
    if trial.finding is None:
        return None
    if trial.finding.code is codes.EVALUATORS_DISAGREE:
        return trial.finding.message
    return f"`{stated.origin.name}` is proved, yet {trial.finding.message}" if answer.verdict == "proved" else None


@pytest.mark.parametrize("start", range(0, POLICIES, CHUNK))
def test_what_is_proved_is_not_broken(start: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(start, start + CHUNK):
        for row in both(seed):
            said = wrong(row)
            assert said is None, f"seed {seed}: {said}\n{small_policy(seed, plain=seed % 2 == 1)}"
            seen[f"{row[1].verdict}, {'kept' if row[2].finding is None else 'broken'}"] += 1
    if MORE:
        print(dict(seen))
    assert seen["proved, kept"]
    assert seen["refuted, broken"]
