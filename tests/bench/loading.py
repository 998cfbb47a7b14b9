"""How long importing the package and loading policies takes, and the memory: each measured in a fresh process.

    python -m tests.bench.loading            a table of medians: two minutes
    python -m tests.bench.loading --short    tiny policies, once: whether it runs

Bytecode lies beside the modules, as installers leave it. *Load* reads, types and compiles the policy. The
time is the processor's: nothing here waits or uses threads, and what else the machine does is not counted.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

ROOT = Path(__file__).resolve().parents[2]

# kind, how many rules or rows, how often
CASES = (("rules", 100, 5), ("table", 10_000, 1), ("first match", 10_000, 1), ("rules", 10_000, 1))
SHORT = (("rules", 8, 1), ("table", 10, 1), ("first match", 25, 1))
SAID = {
    "rules": "{count:,} rules as text",
    "table": "a CSV table of {count:,} rows",
    "first match": "a `first match` CSV table of {count:,} rows",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of importing the package, of loading a policy and of its first decision; the peak of memory in MiB."""

    imported: float
    loaded: float
    decided: float
    peak: float


def measured(kind: str, count: int) -> Figures:
    """In this process, into which nothing of the package was imported yet."""
    from tests.bench.policies import grid_table, random_rules, random_table

    assert not any(name.split(".")[0] == "tierpolicy" for name in sys.modules)
    made = {"rules": random_rules, "table": random_table, "first match": grid_table}[kind](count)
    begun = process_time()
    from tierpolicy import loads

    imported = process_time()
    policy = loads(made.text, files=made.files)
    loaded = process_time()
    policy.evaluate({"spend": 500.0, "orders": 3, "stage": "repeat"})
    decided = process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Figures(imported - begun, loaded - imported, decided - loaded, peak)


def table(cases: Iterable[tuple[str, int, int]] = CASES) -> str:
    """The figures as a table of Markdown, medians of each case's runs."""
    lines = ["| policy | load | first decision | peak of memory |", "|---|--:|--:|--:|"]
    imports: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tierpolicy-bytecode-") as bytecode:
        _fresh("rules", 1, bytecode)  # writes the bytecode
        for kind, count, times in cases:
            runs = [_fresh(kind, count, bytecode) for _ in range(times)]
            imports += [run.imported for run in runs]
            steps = [(run.loaded, run.decided) for run in runs]
            cells = [_seconds(median(each)) for each in zip(*steps, strict=True)]
            peak = max(run.peak for run in runs)
            lines.append(f"| {SAID[kind].format(count=count)} | {' | '.join(cells)} | {peak:.0f} MiB |")
    return "\n".join([f"`from tierpolicy import load` takes {_seconds(median(imports))}.", "", *lines]) + "\n"


def _fresh(kind: str, count: int, bytecode: str) -> Figures:
    command = [sys.executable, "-m", "tests.bench.loading", "measure", kind, str(count)]
    setting = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    setting["PYTHONPYCACHEPREFIX"] = bytecode
    done = subprocess.run(command, cwd=ROOT, env=setting, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Figures(*json.loads(done.stdout))


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["measure", kind, count]:
            found = measured(kind, int(count))
            print(json.dumps([found.imported, found.loaded, found.decided, found.peak]))
        case ["--short"]:
            print(table(SHORT), end="")
        case _:
            print(table(), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
