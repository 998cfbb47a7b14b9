"""Batches are decided as the plain evaluator decides each row: in blocks of any size, by any kernel, in any thread."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.conformance.answers import exact
from tests.conformance.backends import Backend
from tests.conformance.batches import column_of, in_batches, rows_of
from tests.conformance.judging import disagreements, smallest
from tests.conformance.sources import cases_of, plugin_installed, written
from tests.strategies.policies import elaborated
from tierpolicy.compile.columns import Prepared, deciding, looks, prepared
from tierpolicy.compile.columns.data import Column
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Value
from tierpolicy.semantics.decide import decide_typed

DAY = date(2026, 11, 21)


def ready(text: str, form: str = "") -> tuple[Policy, Prepared]:
    policy = elaborated(text)
    return policy, prepared(normal_form(policy), form)


def columns(policy: Policy, rows: Sequence[Mapping[str, Value]]) -> dict[str, Column]:
    chance = random.Random(1)
    return {
        name: column_of(field, [row.get(name, MISSING) for row in rows], chance)
        for name, field in policy.fields.items()
    }


def decided(text: str, rows: Sequence[Mapping[str, Value]], form: str = "") -> list[Any]:
    """The rows' answers, which are checked: values as the plain evaluator's, open where it has something to tell."""
    policy, batch = ready(text, form)
    answers = rows_of(policy, batch.decide(columns(policy, rows), len(rows), DAY), len(rows))
    for row, answer in zip(rows, answers, strict=True):
        right = decide_typed(policy, row, DAY)
        assert answer.values == tuple((name, exact(value)) for name, value in right.values.items()), row
        assert answer.open or not (right.problems or right.undetermined), row
    return answers


# ---------------------------------------------------------------- any policy


def found_wrong(form: str, seeds: range) -> str | None:
    """What the first policy shows of which a row is decided wrongly."""

    def decide(policy: Policy) -> Any:
        return prepared(normal_form(policy), form).decide

    backend = Backend(form, partial(in_batches, decide))
    with plugin_installed():
        for seed in seeds:
            policy = written(seed)
            found = next(disagreements(policy, cases_of(policy, random.Random(seed), 24), [backend]), None)
            if found is not None:
                return str(smallest(found))
    return None


@pytest.mark.parametrize("form", ["boxes", "bits"])
def test_in_small_blocks(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "BLOCK", 5)
    assert (wrong := found_wrong(form, range(24))) is None, wrong


def test_cuts_off_by_one_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = looks.raw_cuts
    monkeypatch.setattr(looks, "raw_cuts", lambda *given: right(*given) + 1)
    assert found_wrong("boxes", range(12)) is not None


def test_from_several_threads() -> None:
    policy = written(6).versions[0]
    batch = prepared(normal_form(policy))
    case = [dict.fromkeys(policy.fields, MISSING)] * 50
    held = columns(policy, case)
    with ThreadPoolExecutor(4) as pool:
        every = list(pool.map(lambda _: rows_of(policy, batch.decide(held, 50, DAY), 50), range(16)))
    assert all(answers == every[0] for answers in every)


# ---------------------------------------------------------------- what is told and read

SMALL = """
customer {
    orders : integer
    vip : flag
    nothing_reads_this : text
}
service {
    priority : low < high
    points : integer adds up at most 10
    desk : one of a, b default a
}
rule many: if orders > 5 then priority = high, points = 3
rule more: if orders > 7 then points = 9
rule one: if vip then desk = a
rule two: if orders = 1 then desk = b
"""


@pytest.mark.parametrize("form", ["boxes", "bits", ""])
def test_rows_are_open_where_something_is_told(form: str) -> None:
    rows: list[dict[str, Value]] = [
        {"orders": 6, "vip": False},
        {"orders": 8, "vip": False},  # twelve points, drawn to ten
        {"orders": 1, "vip": True},  # two desks
        {"vip": False},  # orders aren't known
        {"orders": 1, "vip": False},
    ]
    assert [answer.open for answer in decided(SMALL, rows, form)] == [False, True, True, True, False]


def test_columns_that_nothing_reads_may_be_absent() -> None:
    policy, batch = ready(SMALL)
    assert batch.reads == {"orders", "vip"}
    held = columns(policy, [{"orders": 6, "vip": True}])
    del held["nothing_reads_this"]
    assert batch.decide(held, 1, DAY).open is None


@pytest.mark.parametrize("form", ["boxes", "bits", ""])
def test_no_rows(form: str) -> None:
    policy, batch = ready(SMALL, form)
    answers = batch.decide(columns(policy, []), 0, DAY)
    assert answers.rows == 0
    assert rows_of(policy, answers, 0) == []


def test_every_row_is_open_where_a_condition_is_always_unknown() -> None:
    text = "service { answered : flag }\nrule never: if 1 / 0 > 1 then answered = yes\n"
    assert [answer.open for answer in decided(text, [{}, {}])] == [True, True]


# ---------------------------------------------------------------- at the edges


@pytest.mark.parametrize("form", ["boxes", "bits"])
def test_sums_stop_at_the_largest_value(form: str) -> None:
    text = """
customer {
    orders : integer
    own : integer
}
service {
    points : integer adds up
    budget : money adds up
}
rule one: if orders >= 1 then points = 922_337_203_685_477 * 10_000, budget = 90_071_992_547_409
rule two: if orders >= 2 then points = 922_337_203_685_477 * 10_000, budget = 90_071_992_547_409
rule three: if orders >= 3 then points = 12
rule own: points = own
"""
    large = 2**63 - 1
    rows: list[dict[str, Value]] = [
        {"orders": orders, "own": own} for orders in range(4) for own in (0, -5, 1, large, large - 12)
    ]
    decided(text, [*rows, {"orders": 3}], form)


def test_sets_of_many_labels() -> None:
    labels = ", ".join(f"l{n}" for n in range(130))
    text = f"""
customer {{
    held : set of {labels}
    orders : integer
}}
service {{ perks : set of {labels} }}
rule own: if orders > 1 then perks = held
rule more: if held has l129 then perks = {{l0, l64, l128}}
limit less: if orders > 5 then perks without {{l64, l3}}
baseline some: if held has l63 then perks includes {{l3}}
"""
    held = [frozenset(), {"l129"}, {"l63", "l64"}, {"l3", "l129", "l63"}, {"l0"}]
    decided(text, [{"held": frozenset(each), "orders": orders} for each in held for orders in (0, 3, 9)])


def test_answers_of_blocks_with_different_values_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "BLOCK", 2)
    labels = ", ".join(f"l{n}" for n in range(12))
    text = f"""
customer {{
    held : set of {labels}
    said : text
}}
service {{
    perks : set of {labels}
    greeting : text default "none"
}}
rule own: perks = held, greeting = said
"""
    decided(text, [{"held": frozenset({f"l{n}"}), "said": f"text {n % 5}"} for n in range(9)] + [{}])


def test_a_day_outside_of_a_rule() -> None:
    text = (
        SMALL + "rule later from 2026-11-22: priority = high\nrule now until 2026-11-21: if vip then priority = high\n"
    )
    decided(text, [{"orders": 0, "vip": True}, {"orders": 0, "vip": False}])


def test_floats_of_a_file_are_compared_as_they_are() -> None:
    text = (
        "customer { spend : money }\nservice { answered : flag }\nrule enough: if spend >= 10.01 then answered = yes\n"
    )
    policy, batch = ready(text)
    raw = np.array([10.0, 10.005, np.nextafter(10.005, 0), 10.0050001, 10.01, 1e9])
    answers = rows_of(policy, batch.decide({"spend": Column(raw, per_unit=100)}, len(raw), DAY), len(raw))
    right = [decide_typed(policy, {"spend": round(each * 100.0)}, DAY).values["answered"] for each in raw.tolist()]
    assert [answer.values[0][1] for answer in answers] == [exact(value) for value in right]
