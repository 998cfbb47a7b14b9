"""Every road of `apply` to the same bytes and the same tally, with reasons and problems, on real policies."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import tierpolicy
from tierpolicy.runtime.apply import Applied, applied, work_for
from tierpolicy.testing import customers

POLICIES = Path(__file__).parents[3] / "policies"


def drawn(policy: tierpolicy.Policy, count: int) -> list[dict[str, Any]]:
    """Customers, some of them with a value that doesn't fit."""
    found: list[dict[str, Any]] = []
    chance = random.Random(7)

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(customers(policy))
    def collect(customer: dict[str, Any]) -> None:
        record = {name: plain(value) for name, value in customer.items()}
        for name in record:
            if chance.random() < 0.05:
                record[name] = chance.choice(["x", -1, None, 1e9, True])
        found.append(record)

    collect()
    return found


def plain(value: Any) -> Any:
    match value:
        case frozenset() | set():
            return sorted(value)
        case Decimal():
            return float(value)
        case timedelta():
            return value.total_seconds()
        case date():
            return value.isoformat()
        case _:
            return value


@pytest.mark.parametrize("name", ["cdnow", "eu261", "ottp"])
def test_rows_and_columns_say_the_same(name: str, tmp_path: Path) -> None:
    policy = tierpolicy.load(POLICIES / name)
    lines = (json.dumps(record) + "\n" for record in drawn(policy, 60))
    (tmp_path / "in.jsonl").write_text("".join(lines))
    day = policy.versions[-1].effective_from or date(2026, 11, 22)
    found: list[tuple[bytes, Applied]] = []
    for road in ("rows", "columns"):
        work = work_for(
            policy,
            str(tmp_path / "in.jsonl"),
            str(tmp_path / "out.jsonl"),
            day,
            lambda done, size: None,
            reasons=True,
        )
        found.append((applied(work, road), (tmp_path / "out.jsonl").read_bytes())[::-1])
    assert found[0][0] == found[1][0]
    assert found[0][1] == found[1][1]
    assert found[0][1].tally.with_problems > 0
