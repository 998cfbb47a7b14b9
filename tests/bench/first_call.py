"""The first batch of a process, in which kernels are compiled or found on disk, and its peak of memory. Prints JSON.

python -m tests.bench.first_call 1000 [--short]
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from tests.bench.batch import ROWS
from tests.bench.columns import drawn, enum_frame
from tests.bench.ours import loaded
from tests.bench.ours_batch import compiled
from tests.bench.rules import random_rules
from tests.bench.timing import clocked


def measured(count: int, rows: int) -> dict[str, Any]:
    """Seconds for a few rows at first, and for all rows twice; MiB held at most, and by then for the frame alone."""
    rules = random_rules(count)
    policy = loaded(rules)
    frame = enum_frame(rules, drawn(rules, rows))
    before = peak()
    first = clocked(compiled) + clocked(lambda: policy.evaluate_all(frame.head(1_000)))
    whole = [clocked(lambda: policy.evaluate_all(frame)) for _ in range(2)]
    return {"first": first, "whole": whole[0], "again": whole[1], "before": before, "peak": peak()}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), 2_000 if "--short" in sys.argv else ROWS)))
