"""Policies that could hurt, each decided for one record and for many. Prints rows as JSON.

python -m tests.bench.worst 1000 [--short]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from tests.bench import batch, one_record, polars_form
from tests.bench.columns import Columns, drawn, enum_frame, first, missing_frame
from tests.bench.hand_written import Style, hand_written
from tests.bench.one_record import Competitor
from tests.bench.ours import loaded, plain
from tests.bench.ours_batch import Make, Work, compiled, frames
from tests.bench.rules import Rules
from tests.bench.timing import Timed, interleaved
from tests.bench.worst_rules import CASES, Case
from tierpolicy.runtime.engine import Policy

THOROUGH = one_record.Effort(rounds=5, turn=0.02, checking=0.5), batch.Effort(rounds=3, turn=0.2, compared=100)
SHORT = one_record.SHORT, batch.SHORT
MOST_OF_POLARS = 2_000
"""Rules beyond which planning a query alone takes minutes."""
HAND, OURS, POLARS = "hand-written `if`s", "tierpolicy", "Polars, best form"


def measured(case: Case, count: int, effort: tuple[one_record.Effort, batch.Effort]) -> dict[str, Any]:
    """Seconds for one record, by hand and by the policy; for one row of many, by Polars and by the policy."""
    rules = case.rules(count)
    policy = loaded(rules)
    single = data(one(case, rules, policy, effort[0]))
    return {"case": case.said, "count": count, "one": single, "batch": data(many(case, rules, policy, effort[1]))}


def data(timed: dict[str, Timed]) -> dict[str, dict[str, Any]]:
    return {name: each.as_data() for name, each in timed.items()}


def one(case: Case, rules: Rules, policy: Policy, effort: one_record.Effort) -> dict[str, Timed]:
    by_hand = hand_written(rules, Style(missing=case.missing > 0))
    one_record.checked(by_hand, plain(policy), rules, effort.checking, case.missing)
    one_record.checked(lambda record: dict(policy.evaluate(record)), by_hand, rules, effort.checking, case.missing)
    competitors = {HAND: Competitor(by_hand, by_hand), OURS: Competitor(policy.evaluate, by_hand)}
    return one_record.contest(rules, competitors, HAND, case.missing, effort)


def many(case: Case, rules: Rules, policy: Policy, effort: batch.Effort) -> dict[str, Timed]:
    columns = drawn(rules, effort.rows)
    compiled()
    makes: dict[str, Make] = {POLARS: polars_form.best, OURS: frames(policy, enum_frame)}
    if case.missing:
        makes = {POLARS: nothing(polars_form.decided, codes=True), OURS: nothing(partial(decided, policy), codes=False)}
    if len(rules.rules) > MOST_OF_POLARS:
        del makes[POLARS]
    runs = {}
    for name, make in makes.items():
        if not case.missing:
            batch.compared(rules, columns, make, effort.compared)
        rows = batch.rows_of_a_turn(rules, columns, make, effort)
        runs[name] = batch.run_of(make(rules, first(columns, rows)), rows)
    return interleaved(runs, POLARS if POLARS in runs else OURS, effort.rounds)


def decided(policy: Policy, _: Rules, frame: pl.DataFrame) -> Work:
    return lambda: policy.evaluate_all(frame)


def nothing(work: Callable[[Rules, pl.DataFrame], Work], *, codes: bool) -> Make:
    """The same for as many rows without any value."""

    def make(rules: Rules, columns: Columns) -> Work:
        frame = missing_frame(rules, len(next(iter(columns.values()))))
        return work(rules, frame.with_columns(pl.col(pl.Enum).to_physical()) if codes else frame)

    return make


def main(arguments: list[str]) -> None:
    short, count = "--short" in arguments, int(arguments[0])
    print(json.dumps([measured(each, count, SHORT if short else THOROUGH) for each in CASES if count <= each.most]))


if __name__ == "__main__":
    main(sys.argv[1:])
