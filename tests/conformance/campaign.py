"""Asks backends about as many policies as there is time for, and prints what they get wrong, made small.

python -m tests.conformance.campaign --from 0 --count 3000 --cases 60 --backends flat bits
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.conformance.backends import BACKENDS
from tests.conformance.judging import disagreements, smallest
from tests.conformance.sources import cases_of, plugin_installed, written


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--from", dest="start", type=int, default=0)
    asked.add_argument("--count", type=int, default=1000)
    asked.add_argument("--cases", type=int, default=60)
    asked.add_argument("--most", type=int, default=5, help="findings of one backend before it is asked no more")
    asked.add_argument("--backends", nargs="*", default=[])
    given = asked.parse_args()
    backends = [b for b in BACKENDS if not given.backends or any(name in b.name for name in given.backends)]
    met: Counter[str] = Counter()
    began = time.process_time()
    for seed in range(given.start, given.start + given.count):
        policy = written(seed)
        cases = cases_of(policy, random.Random(seed), given.cases)
        for backend in [b for b in backends if met[b.name] < given.most]:
            found = next(disagreements(policy, cases, [backend]), None)
            if found is not None:
                met[backend.name] += 1
                print(f"---- seed {seed}: {smallest(found)}", flush=True)
        if seed % 100 == 99:
            print(f"seed {seed}, {time.process_time() - began:.0f} s, {dict(met)}", file=sys.stderr, flush=True)
    print(dict(met) or "they agree")
    return 1 if met else 0


if __name__ == "__main__":
    with plugin_installed():
        sys.exit(main())
