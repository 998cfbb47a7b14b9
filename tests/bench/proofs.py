"""All questions of `check` measured on policies of growing size: the part of docs/reference/performance.md on proofs.

Every measurement is made in a fresh process, one after the other. Seconds say something of this machine only; so each
stands beside the time that reading and typing the same policy took in the same process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

# kind, how many rules or rows, how often
CASES = (
    ("rules", 10, 3),
    ("rules", 100, 3),
    ("rules", 1_000, 3),
    ("table", 1_000, 3),
    ("table", 10_000, 1),
    ("first match", 10_000, 1),
)
SHORT = (("rules", 8, 1), ("table", 10, 1), ("first match", 25, 1))
LIMIT = 1_800
"""Seconds after which a measurement is given up."""

SAID = {
    "rules": "{count:,} rules",
    "table": "a table of {count:,} rows",
    "first match": "a `first match` table of {count:,} rows",
}


def figures(cases: Iterable[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """For each case the run with the median total."""
    found = []
    for kind, count, times in cases:
        runs = sorted((run(kind, count) for _ in range(times)), key=lambda each: each["total"])
        found.append(runs[len(runs) // 2] | {"elaborating": median(each["elaborating"] for each in runs)})
        print(f"{kind} {count}: {found[-1]['total']:.2f} s", file=sys.stderr)
    return found


def run(kind: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.measure", kind, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# ---------------------------------------------------------------- the page


def section(found: Sequence[dict[str, Any]]) -> list[str]:
    """Lines of the page; question by question only for the largest two policies."""
    return [INTRODUCTION, *totals(found), "", BY_QUESTION, *by_question(found[-2:])]


INTRODUCTION = """\
## Proofs

How long `check` takes to answer every question about a policy. The rules are random: two to four comparisons over ten
fields, values for two or three of four attributes, each rule independent of the others. Around them stand a baseline,
two limits, a protected field and six properties. The first table has independent rows of which all count; the `first
match` table crosses segments, stages and bands of spend and orders. The median of three runs, of one where there are
10,000 rows.

*Reading* is what it takes to read the same policy and give it its types, in the same process; *times* is how often
that fits into the time for all questions. *Peak* is the largest amount of memory that the process ever held.
"""

BY_QUESTION = """\
### By question

*Searches* are the goals that went to the solver; all other answers come from comparing intervals and labels.
"""


def totals(found: Sequence[dict[str, Any]]) -> list[str]:
    lines = ["| policy | reading | all questions | times | peak |", "|---|--:|--:|--:|--:|"]
    for each in found:
        times = each["total"] / each["elaborating"]
        cells = (said(each), seconds(each["elaborating"]), seconds(each["total"]), f"{times:.1f}")
        lines.append(f"| {' | '.join(cells)} | {each['peak']:.0f} MiB |")
    return lines


def by_question(found: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for each in found:
        lines += [
            f"#### {said(each)[0].upper()}{said(each)[1:]}",
            "",
            "| question | time | proved | refuted | unknown | searches |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for question in each["questions"]:
            verdicts = [f"{question['verdicts'].get(name, 0):,}" for name in ("proved", "refuted", "unknown")]
            searches = f"{sum(question['searches'].values()):,}"
            lines.append(
                f"| {question['name']} | {seconds(question['seconds'])} | {' | '.join(verdicts)} | {searches} |"
            )
        lines.append("")
    return lines[:-1]


def said(each: dict[str, Any]) -> str:
    return SAID[each["kind"]].format(count=each["count"])


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"
