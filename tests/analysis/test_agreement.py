"""Proofs and brute force agree on generated policies: every goal that is settled, every answer to every question.

Brute force tries each combination of boundary values (both sides of every constant, every label, missing) with the
plain evaluator. In *plain* policies, where facts are only compared with constants, that is complete: a proof must be
one, a record must be found where there is one, and nothing may stay open. In the others a proof is refuted where brute
force finds a record.

Each run takes the same policies. A longer one, over as many more policies as asked for:

    AGREEMENT=3000 python -m pytest tests/analysis/test_agreement.py
"""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.analysis import oracle
from tests.analysis.agreement import Judge, compared, goals_of, of_engine, of_questions, questions
from tests.analysis.brute import TooLarge, brute
from tests.analysis.witnesses import broken_laws
from tests.strategies.policies import Writer, elaborated
from tests.strategies.small import small_policies, small_policy
from tierpolicy.analysis.answer import Found, NoneSuch, Verdict
from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.prove import QUESTIONS
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.smt.solve import Solver

MORE = int(os.environ.get("AGREEMENT", "0"))
ASKED = 60 + MORE
SETTLED = 24 + MORE // 3
LARGER = 8 + MORE // 100
CHUNK = 4
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.tier"))


def chunks(count: int) -> list[range]:
    return [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]


def first_and_last(seeds: range) -> str:
    return f"{seeds[0]}-{seeds[-1]}"


@pytest.mark.parametrize("seeds", chunks(ASKED), ids=first_and_last)
def test_answers_agree(seeds: range) -> None:
    for seed in seeds:
        plain = seed % 2 == 1
        text = small_policy(seed, plain=plain)
        wrong = of_questions(elaborated(text), plain=plain)
        assert not wrong, f"seed {seed}\n{text}\n" + "\n".join(wrong)


@pytest.mark.parametrize("seeds", chunks(SETTLED), ids=first_and_last)
def test_goals_agree(seeds: range) -> None:
    for seed in seeds:
        plain = seed % 2 == 1
        text = small_policy(seed + 1_000_000, plain=plain)
        wrong = of_engine(elaborated(text), Solver().settle, plain=plain)
        assert not wrong, f"seed {seed + 1_000_000}\n{text}\n" + "\n".join(wrong)


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(text=small_policies(), of_plain=small_policies(plain=True))
def test_answers_agree_on_any_policy(text: str, of_plain: str) -> None:
    assert of_questions(elaborated(text)) == []
    assert of_questions(elaborated(of_plain), plain=True) == []


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_policies_that_were_answered_wrongly(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = text.startswith("# plain")
    assert of_questions(elaborated(text), plain=plain) == []
    assert of_engine(elaborated(text), Solver().settle, plain=plain) == []


@pytest.mark.parametrize("seed", range(LARGER))
def test_short_cuts_and_the_solver_agree_on_larger_policies(seed: int) -> None:
    """Where there is too much to try, what boxes, polarity and reading find is what the solver finds."""
    policy = elaborated(Writer(random.Random(seed)).policy())
    solver, session = Solver(), Session(policy, 5.0)

    def judging(goal: Goal) -> Verdict:
        match solver.settle(goal, 5.0):
            case Found():
                return "refuted"
            case NoneSuch():
                return "proved"
        return "unknown"

    for name, question in questions().items():
        assert list(compared(name, policy, list(question.answers(session)), judging=judging)) == []


@pytest.mark.parametrize("seeds", chunks(12), ids=first_and_last)
def test_witnesses_can_be_used(seeds: range) -> None:
    for seed in seeds:
        text = small_policy(seed + 2_000_000)
        policy = elaborated(text)
        goals = list(goals_of(policy))
        for goal in random.Random(seed).sample(goals, min(8, len(goals))):
            found = brute_or_none(goal)
            if found is not None:
                wrong = list(broken_laws(text, policy, goal, found))
                assert not wrong, f"seed {seed + 2_000_000}\n{text}\n{goal.formula}\n" + "\n".join(wrong)


def brute_or_none(goal: Goal) -> tuple[Case, ...] | None:
    try:
        return brute(goal)
    except TooLarge:
        return None


# ---------------------------------------------------------------- the suite looks at something


def test_every_question_is_asked() -> None:
    modules = {id(question): name for name, question in questions().items()}
    asked = {modules[id(question)] for question in QUESTIONS if id(question) in modules}
    assert asked == set(oracle.EXPECTED)


def test_all_verdicts_occur() -> None:
    seen: Counter[str] = Counter()
    for seed in range(1, 16, 2):
        judge = Judge(Solver().settle, plain=True)
        assert of_questions(elaborated(small_policy(seed, plain=True)), judge=judge) == []
        seen += judge.seen
    assert seen["proved"] > 20
    assert seen["refuted"] > 20
    assert seen["found"] > 10
    assert seen["none, and all values tried"] > 5


@given(seed=st.integers(0, 10**9), plain=st.booleans())
@settings(max_examples=60, deadline=None)
def test_small_policies_are_valid(seed: int, plain: bool) -> None:
    elaborated(small_policy(seed, plain=plain))
