"""The policies that backends are judged on, and the cases that each is asked.

Written ones come by seed, so that a finding can be repeated: `written(seed)`. The others are the example policies, and
every policy of the case files.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import tierpolicy
from tests.conformance.answers import Case
from tests.strategies.boundaries import EdgeWriter, boundary_days, one_at_a_time, two_at_a_time
from tests.strategies.policies import Writer, elaborated
from tests.strategies.records import OrdinaryWriter, RecordWriter, literals
from tests.strategies.small import small_policy
from tests.strategies.unusual import UnusualWriter, in_another_form
from tests.strategies.wide import WideWriter, many_labels, with_plugin
from tierpolicy import Policy
from tierpolicy.check.versions import version_order

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 21)


@contextmanager
def plugin_installed() -> Iterator[None]:
    """While it lasts, the functions of a plugin may be called in policies."""
    found = with_plugin()
    with (
        patch("tierpolicy.check.expressions_calls.installed", lambda: found),
        patch("tierpolicy.model.builtins.plugins.installed", lambda: found),
    ):
        yield


def text_of(seed: int) -> str:
    """The policy text of a seed: small ones in which all collides, others with everything, large ones, wide ones."""
    chance = random.Random(seed)
    match seed % 8:
        case 0 | 1:
            return small_policy(seed, plain=seed % 16 < 8)
        case 2 | 3:
            return Writer(chance).policy().text
        case 4 | 5:
            return WideWriter(chance, statements_more=6, plugin=True).policy().text
        case 6:
            more, constant, alone = chance.choice([20, 60]), seed % 16 == 6, seed % 32 == 6
            return _wide(chance, more, 12, constant, alone)
        case _ if seed % 64 == 7:
            return many_labels(chance.choice([63, 64, 65, 130]))
        case _:
            more, rows = chance.choice([2, 10]), chance.choice([30, 90])
            return _wide(chance, more, rows, seed % 16 == 7, seed % 32 == 7)


def _wide(chance: random.Random, more: int, rows: int, constant: bool, alone: bool) -> str:
    return WideWriter(chance, statements_more=more, rows=rows, constant=constant, alone=alone).policy().text


def written(seed: int) -> Policy:
    """The policy of a seed; now and then one of two versions, or three."""
    if seed % 16 != 13:
        return Policy((elaborated(text_of(seed)),))
    periods = ("from 2026-01-01 until 2026-06-30", "from 2026-06-01 until 2026-11-20", "from 2026-11-22")
    texts = [text_of(seed * 8 + number) for number in range(2 + seed % 2)]
    heads = [f'policy "Versions" version "{number}" effective {periods[number]}\n' for number in range(len(texts))]
    headless = ["\n".join(line for line in text.splitlines() if not line.startswith("policy ")) for text in texts]
    return Policy(version_order([elaborated(head + text) for head, text in zip(heads, headless, strict=True)]))


def cases_of(policy: Policy, chance: random.Random, count: int) -> list[Case]:
    """Records of each sort for a policy, about as many as asked for: usual ones, unusual ones, ones at boundaries."""
    typed = chance.choice(policy.versions)
    near = literals(typed)
    at_boundaries = [day for version in policy.versions for day in boundary_days(version)]
    days = [DAY, *(chance.choice(at_boundaries) for _ in range(3))]  # few, so that batches share one

    def day() -> date:
        return chance.choice(days)

    writers = [OrdinaryWriter, EdgeWriter, EdgeWriter, RecordWriter]
    usual = [chance.choice(writers)(typed, near, chance).record() for _ in range(count // 2)]
    found = [Case(record, _contact(request, chance), day()) for record, request in usual]
    for _ in range(count // 6):
        record, request = UnusualWriter(typed, near, chance).record()
        found.append(Case(record, _contact(request, chance), day()))
    for record, request in (_good(typed, near, chance), ({}, {}), _good(typed, near, chance)):
        at = [*one_at_a_time(typed, (record, request), chance, 3), *two_at_a_time(typed, (record, request), chance, 9)]
        today = day()
        found += [Case(r, q, today) for r, q in chance.sample(at, min(len(at), count // 8))]
    for _ in range(count // 12):
        record, request = UnusualWriter(typed, near, chance).record()
        found.append(Case(in_another_form(record, chance), in_another_form(request, chance), day()))
    return found


def _contact(request: dict[str, Any], chance: random.Random) -> Any:
    return None if not request and chance.random() < 0.5 else request


def _good(typed: Any, near: Any, chance: random.Random) -> Any:
    """A record without anything missing or broken."""
    writer = OrdinaryWriter(typed, near, chance)
    writer.broken_share = writer.missing_share = 0.0
    return writer.record()


# ---------------------------------------------------------------- policies of others


EXAMPLES = tuple(sorted(path.name for path in (ROOT / "policies").iterdir() if path.is_dir()))


@cache
def example_policy(name: str) -> Policy:
    """The policy of a folder under policies/."""
    return tierpolicy.load(ROOT / "policies" / name / "service.tier")


def example_cases(name: str, chance: random.Random, count: int) -> list[Case]:
    """A sample of the policy's own data and of its published cases, its examples, and records at its boundaries."""
    policy, folder = example_policy(name), ROOT / "policies" / name
    found = cases_of(policy, chance, count)
    rows: list[dict[str, Any]] = []
    if (folder / "customers.csv").exists():
        with (folder / "customers.csv").open(encoding="utf-8") as file:
            rows += chance.sample(list(csv.DictReader(file)), count)
    if (folder / "published.json").exists():
        rows += json.loads((folder / "published.json").read_text(encoding="utf-8")).get("rows", [])[:count]
    days = [DAY, date(1998, 7, 1), *boundary_days(policy.versions[-1])]
    for row in rows:
        as_numbers = {
            key: float(v) if isinstance(v, str) and v.replace(".", "").isdigit() else v for key, v in row.items()
        }
        found += [Case(row, row, chance.choice(days)), Case(as_numbers, None, chance.choice(days))]
    return found


@cache
def case_files() -> dict[str, tuple[Policy, tuple[Case, ...]]]:
    """Every policy of the case files that loads, with the customers that stand under it."""
    from tests.cases.test_cases import collect

    found: dict[str, tuple[Policy, tuple[Case, ...]]] = {}
    for each in collect("json case"):
        text, files, body = each.values
        case = json.loads(body)
        day = date.fromisoformat(case.get("as_of", "2026-11-21"))
        key = json.dumps([text, files, case.get("parameters")])
        name, policy, cases = found.get(key, (each.id, None, ()))  # type: ignore[misc]
        policy = policy or tierpolicy.loads(text, files=files, parameters=case.get("parameters"))
        found[key] = (name, policy, (*cases, Case(case["customer"], case.get("request"), day)))  # type: ignore[assignment]
    return {name: (policy, cases) for name, policy, cases in found.values()}  # type: ignore[misc]
