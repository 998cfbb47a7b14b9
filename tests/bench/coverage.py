"""What watching costs: deciding a customer for coverage, beside deciding by the plain evaluator. Prints a row a policy.

python -m tests.bench.coverage

Processor time, the best of five turns; the comparisons that coverage makes at its end are part of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import process_time

from tests.strategies.records import RecordWriter, literals
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.read import Reading, read
from tierpolicy.syntax.gather import gather_folder, gather_text
from tierpolicy.testing.coverage import Recorder
from tierpolicy.testing.coverage.looking import looked_at

DAY = date(2026, 6, 1)
CUSTOMERS = 200
TURNS = 5


def policies() -> dict[str, Policy]:
    """The example policies, and tables of a thousand rows."""
    found = {}
    for folder in sorted(Path("policies").iterdir()):
        for gathered in gather_folder(folder):
            found[folder.name] = elaborate(gathered, {}).policy
    rows = "".join(f"    | {at * 10} to below {at * 10 + 10} | {'abc'[at % 3]} | {at % 7} |\n" for at in range(1000))
    for words in ("", " first match"):
        text = f"table t{words}:\n    | if spend | if kind | then points |\n{rows}"
        found[f"1,000 rows{words}"] = elaborate(gather_text(VOCABULARY + text, "t.tier", {}), {}).policy
    return {name: policy for name, policy in found.items() if policy is not None}


VOCABULARY = """\
customer {
    spend : money at least 0
    kind  : one of a, b, c
}
service {
    points : integer more is better at least 0
}
"""


def ratio(policy: Policy, readings: Sequence[Reading]) -> tuple[float, float]:
    """Seconds for a customer by the plain evaluator, and how many times as long one takes that is counted."""
    index = looked_at(policy).index

    def decided() -> None:
        for reading in readings:
            deliberate(policy, reading, DAY, index)

    def counted() -> None:
        recorder.look_at(policy)
        for reading in readings:
            recorder(policy, reading, DAY, "cases")
        recorder.coverage()

    plain, watched = [], []
    for _ in range(TURNS):
        recorder = Recorder()
        recorder.look_at(policy)  # once a policy, however many customers are decided
        plain.append(seconds(decided))
        watched.append(seconds(counted))
    return min(plain) / len(readings), min(watched) / min(plain)


def seconds(work: Callable[[], None]) -> float:
    start = process_time()
    work()
    return process_time() - start


def main() -> None:
    for name, policy in policies().items():
        writer = RecordWriter(policy, literals(policy), random.Random(1))
        readings = [read(policy, *writer.record()) for _ in range(CUSTOMERS)]
        plain, times = ratio(policy, readings)
        print(f"{name:24} {plain * 1e6:9.1f} µs plain, counted {times:.2f} times as long")


if __name__ == "__main__":
    main()
