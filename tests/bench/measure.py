"""One policy measured in a process of its own, so that its peak of memory is its own: prints figures as JSON.

python -m tests.bench.measure rules 1000
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any

from tests.bench.policies import Measured, grid_table, random_rules, random_table
from tierpolicy.analysis.answer import Settled
from tierpolicy.analysis.goal import Goal
from tierpolicy.analysis.prove import QUESTIONS
from tierpolicy.analysis.session import Session
from tierpolicy.check.elaborate import elaborate
from tierpolicy.syntax.gather import gather_text

KINDS: dict[str, Callable[[int], Measured]] = {
    "rules": random_rules,
    "table": random_table,
    "first match": grid_table,
}


def measured(kind: str, count: int, timeout: float = 10.0) -> dict[str, Any]:
    """Seconds for elaborating a policy and for each question, how the answers came out, the peak of memory in MiB."""
    policy_text = KINDS[kind](count)
    begun = perf_counter()
    checked = elaborate(gather_text(policy_text.text, files=policy_text.files))
    elaborating = perf_counter() - begun
    assert checked.policy is not None
    searched: Counter[str] = Counter()
    session = Session(checked.policy, timeout, engine=counting(searched))
    questions = []
    for question in QUESTIONS:
        searched.clear()
        begun = perf_counter()
        verdicts = Counter(answer.verdict for answer in question.answers(session))
        seconds = perf_counter() - begun
        questions.append(
            {"name": question.name, "seconds": seconds, "verdicts": dict(verdicts), "searches": dict(searched)}
        )
    return {
        "kind": kind,
        "count": count,
        "elaborating": elaborating,
        "questions": questions,
        "total": sum(each["seconds"] for each in questions),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def counting(searched: Counter[str]) -> Callable[[Goal, float], Settled]:
    """The engine of every session, with a count of what comes out of it."""
    engine: list[Callable[[Goal, float], Settled]] = []

    def settle(goal: Goal, timeout: float) -> Settled:
        if not engine:
            from tierpolicy.analysis.smt.solve import Solver  # loaded where a question needs it, as in a session

            engine.append(Solver().settle)
        settled = engine[0](goal, timeout)
        searched[type(settled).__name__] += 1
        return settled

    return settle


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
