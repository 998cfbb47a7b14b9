"""What testing policies costs: the command on the example policies, pytest's collection of many files, mutation of a
large policy, drawn customers, watching for coverage. Prints figures as JSON.

python -m tests.bench.testing [--short]

Commands run in processes of their own; their seconds are wall time, with the processor's beside it. Bytecode lies
beside the modules, as installers leave it.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from tests.bench.coverage import CUSTOMERS, ratio
from tests.bench.coverage import policies as watched
from tests.bench.policies import random_rules
from tests.strategies.records import RecordWriter, literals
from tierpolicy.analysis.witness.examples import example_text
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.decide import decide_typed
from tierpolicy.semantics.read import read
from tierpolicy.syntax.gather import gather_folder, gather_text
from tierpolicy.testing.sampling import sampled

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"


@dataclass(frozen=True, slots=True)
class Effort:
    """How many files are collected, rules mutated with how many examples, customers drawn, and how often each runs."""

    files: int
    rules: int
    examples: int
    customers: int
    turns: int


THOROUGH = Effort(1_000, 100, 30, 2_000, 3)
SHORT = Effort(3, 2, 2, 20, 1)

FILE = """\
customer {{ spend : money at least 0 }}
service {{ priority : low < normal < high }}
baseline everyone: priority at least normal
rule good_year: if spend >= {0} then priority = high
example "just enough": given spend = {0} expect priority = high
"""


def measured(effort: Effort) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="tierpolicy-bench-") as folder:
        return {
            "files": effort.files,
            "rules": effort.rules,
            "examples": effort.examples,
            "cores": os.cpu_count(),
            "command": tested(effort),
            "collection": collected(effort, Path(folder)),
            "mutation": mutated(effort, Path(folder)),
            "drawn": [drawn(name, effort.customers) for name in ("ottp", "cdnow", "tyk-support")],
            "watching": watching() if effort is THOROUGH else [],
        }


def tested(effort: Effort) -> dict[str, Any]:
    paths = [str(POLICIES)] if effort is THOROUGH else [str(POLICIES / "marriott")]
    runs = [ran("tierpolicy", "test", *paths, "--coverage") for _ in range(effort.turns)]
    return typical(runs) | {"items": last_number(r"(\d+) passed", runs[0]["said"])}


def collected(effort: Effort, folder: Path) -> dict[str, Any]:
    (folder / "many").mkdir()
    for number in range(effort.files):
        (folder / "many" / f"p{number}.tier").write_text(FILE.format(number + 1))
    command = ("pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "many")
    runs = [ran(*command, cwd=folder) for _ in range(effort.turns)]
    return typical(runs) | {"items": runs[0]["said"].count("::")}


def mutated(effort: Effort, folder: Path) -> dict[str, Any]:
    (folder / "rules.tier").write_text(with_examples(random_rules(effort.rules).text, effort.examples))
    run = ran("tierpolicy", "mutate", str(folder / "rules.tier"), "--format", "json", cwd=folder)
    found = json.loads(run.pop("out"))
    del run["said"]
    return run | {"score": found["score"]}


def with_examples(text: str, count: int) -> str:
    """The text with so many examples that hold."""
    policy = elaborate(gather_text(text)).policy
    assert policy is not None
    examples = []
    for number, case in enumerate(sampled(policy, count)):
        decided = decide_typed(policy, case.values, case.as_of).values
        examples.append(example_text(policy, case, decided, tuple(policy.attributes), f"customer {number}"))
    return "\n\n".join([text, *examples]) + "\n"


def drawn(name: str, count: int) -> dict[str, Any]:
    """Microseconds of the processor for a customer: by a seed, and by Hypothesis."""
    from hypothesis import HealthCheck, Phase, given, settings

    from tierpolicy import load
    from tierpolicy.testing import customers

    [gathered, *_] = gather_folder(POLICIES / name)
    policy = elaborate(gathered, {}).policy
    assert policy is not None
    sampled(policy, 1)
    begun = process_time()
    sampled(policy, count)
    by_seed = (process_time() - begun) / count

    seen = 0

    @settings(
        max_examples=max(20, count // 10),
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(customers(load(POLICIES / name / "service.tier")))
    def draw(customer: object) -> None:
        nonlocal seen
        seen += 1

    begun = process_time()
    draw()
    return {"name": name, "by seed": by_seed * 1e6, "by Hypothesis": (process_time() - begun) / seen * 1e6}


def watching() -> list[dict[str, Any]]:
    found = []
    for name, policy in watched().items():
        plain, times = ratio(policy, readings(policy))
        found.append({"name": name, "plain": plain * 1e6, "times": times})
    return found


def readings(policy: Policy) -> list[Any]:
    writer = RecordWriter(policy, literals(policy), random.Random(1))
    return [read(policy, *writer.record()) for _ in range(CUSTOMERS)]


def ran(module: str, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    """Seconds of the clock and of the processor (its children's too), and what was said."""
    setting = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(ROOT), *filter(None, [setting.get("PYTHONPATH")])])
    before, begun = processor(), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd or ROOT,
        env=setting | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    seconds = perf_counter() - begun
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {
        "seconds": seconds,
        "processor": processor() - before,
        "said": done.stdout + done.stderr,
        "out": done.stdout,
    }


def processor() -> float:
    times = os.times()
    return times.children_user + times.children_system


def typical(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: median(run[name] for run in runs) for name in ("seconds", "processor")}


def last_number(pattern: str, text: str) -> int:
    return int(re.findall(pattern, text)[-1])


# ---------------------------------------------------------------- the page


def compared(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What was asked for beside what was measured."""
    said = f"{found['mutation']['seconds']:.1f} s"
    return [
        ("`tierpolicy test policies/ --coverage`", "< 10 s", f"{found['command']['seconds']:.1f} s"),
        (f"pytest collects {found['files']:,} files", "< 5 s", f"{found['collection']['seconds']:.1f} s"),
        (f"`mutate`, {found['rules']:,} rules, {found['examples']:,} examples", "< 60 s on two cores", said),
    ]


def section(found: dict[str, Any]) -> list[str]:
    rows = [
        ("`tierpolicy test policies/ --coverage`", found["command"], f"{found['command']['items']:,} items"),
        (f"pytest collects {found['files']:,} files", found["collection"], f"{found['collection']['items']:,} items"),
        (
            f"`mutate`, {found['rules']:,} rules, {found['examples']:,} examples",
            found["mutation"],
            f"{found['mutation']['score']:.1f}% noticed",
        ),
    ]
    lines = [f"| {name} | {each['seconds']:.1f} s | {each['processor']:.1f} s | {said} |" for name, each, said in rows]
    lines = [TESTING, "| | seconds | processor | |", "|---|--:|--:|--:|", *lines, "", DRAWN]
    lines += ["| policy | by a seed | by Hypothesis |", "|---|--:|--:|"]
    lines += [f"| {each['name']} | {each['by seed']:.1f} | {each['by Hypothesis']:,.0f} |" for each in found["drawn"]]
    if found["watching"]:
        lines += ["", WATCHING, "| policy | plain | watched, times |", "|---|--:|--:|"]
        lines += [f"| {each['name']} | {each['plain']:,.0f} | {each['times']:.2f} |" for each in found["watching"]]
    return [*lines, ""]


TESTING = """\
## Testing

Commands in processes of their own, with their start: seconds of the clock, and of the processor over all cores. The
policy that is mutated is one of random rules with examples of drawn customers, each of which expects all attributes.
"""
DRAWN = "Microseconds of the processor for a drawn customer:\n"
WATCHING = """\
Microseconds of the plain evaluator for a customer, and how often that time a customer takes whom coverage counts:
"""


if __name__ == "__main__":
    print(json.dumps(measured(SHORT if "--short" in sys.argv else THOROUGH)))
