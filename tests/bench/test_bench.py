"""The benchmark runs, on tiny policies, and competitors that are installed agree; how long anything takes is never
asserted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench import one_record, proofs
from tests.bench.hand_written import Style, hand_written
from tests.bench.measure import KINDS, measured
from tests.bench.ours import fresh, loaded, plain
from tests.bench.peers import PEERS, Peer
from tests.bench.rules import Rules, random_rules
from tests.bench.worst_rules import CASES, Case
from tierpolicy.analysis.prove import QUESTIONS
from tierpolicy.check.elaborate import elaborate
from tierpolicy.syntax.gather import gather_text


@pytest.mark.parametrize("kind", KINDS)
def test_policies_are_valid_and_as_large_as_asked(kind: str) -> None:
    made = KINDS[kind](100)
    policy = elaborate(gather_text(made.text, files=made.files)).policy
    assert policy is not None
    assert len(policy.rules) in (100, 101)  # with `otherwise`


def test_the_short_form_of_proofs_runs() -> None:
    found = [measured(kind, 6) for kind in KINDS]
    for each in found:
        assert [question["name"] for question in each["questions"]] == [question.name for question in QUESTIONS]
    text = "\n".join(proofs.section(found))
    assert "## By question" in text
    assert all(f"| {question.name} |" in text for question in QUESTIONS)


# ---------------------------------------------------------------- hand-written code and other engines agree


STYLES = {
    "fields in variables": Style(),
    "on a dict": Style(in_variables=False),
    "asking for missing values": Style(missing=True),
    "best value first": Style(best_first=True),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_hand_written_functions_decide_as_the_plain_evaluator_does(style: Style) -> None:
    rules = random_rules(60, seed=3)
    decide, right = hand_written(rules, style), plain(loaded(rules))
    for record in fresh(rules.records(40, missing=0.3 if style.missing else 0.0)):
        assert decide(record) == right(record)


@pytest.mark.parametrize("case", CASES, ids=[each.said for each in CASES])
def test_worst_cases_mean_the_same_in_both_forms(case: Case) -> None:
    rules = case.rules(20)
    decide, right = hand_written(rules, Style(missing=case.missing > 0)), plain(loaded(rules))
    for record in fresh(rules.records(30, missing=case.missing)):
        assert decide(record) == right(record)


def test_a_wrong_competitor_is_found() -> None:
    rules = random_rules(60, seed=3)
    with pytest.raises(AssertionError, match="instead of"):
        one_record.checked(hand_written(random_rules(60, seed=4)), hand_written(rules), rules, seconds=5.0)


@pytest.mark.parametrize("peer", PEERS, ids=[each.name for each in PEERS])
def test_installed_engines_decide_as_hand_written_functions_do(peer: Peer) -> None:
    if peer.version is None:
        pytest.skip(f"{peer.package} is not installed")
    rules = random_rules(60, seed=3)
    decide, right = peer.decide(rules), hand_written(rules)
    for record in fresh(rules.records(40)):
        assert decide(dict(record)) == right(record)


# ---------------------------------------------------------------- the short form


def test_the_short_form_of_one_record_runs_and_leaves_nobody_out() -> None:
    found = one_record.measured(random_rules(6), one_record.SHORT)
    names = [row["name"] for row in found]
    assert names[0] == "hand-written `if`s on a dict"
    assert {one_record.REFERENCE, "tierpolicy: evaluate", one_record.OPEN, *(each.name for each in PEERS)} <= set(names)
    for row in found:
        assert row.get("seconds", 0) > 0 or row["said"] == "not installed"


def test_the_short_forms_of_batches_and_worst_cases_run_and_fill_the_page() -> None:
    for package in ("numpy", "polars", "duckdb", "pandas", "pyarrow"):
        pytest.importorskip(package)
    from tests.bench import batch, first_call, kinds, testing, whole_base, worst
    from tests.bench.page import Figures, page

    rules = random_rules(6)
    batches = batch.measured(rules, "all", batch.SHORT)
    assert {batch.LIMIT, batch.REFERENCE, batch.CODED, "DuckDB, best CASE"} <= {row["name"] for row in batches}
    found = Figures(
        one={6: one_record.measured(rules, one_record.SHORT, peers=False)},
        batches={"all": {6: batches}},
        first={6: dict.fromkeys(("cold", "cached"), first_call.measured(6, 2_000))},
        kinds=kinds.measured(rules, 2_000, 1),
        worst={20: [worst.measured(each, 20, worst.SHORT) for each in CASES]},
        loading="`from tierpolicy import load` takes 100 ms.\n",
        proofs=[measured("rules", 6)],
        testing=testing.measured(testing.SHORT),
        base=whole_base.measured(2_000, 1, all_of_it=False),
    )
    text = page(found)
    assert all(f"| {row['name']} |" in text for row in batches)
    assert all(f"| {case.said} |" in text for case in CASES)
    assert "takes 100 ms" in text
    assert "| `mutate`, 2 rules, 2 examples | < 60 s on two cores |" in text
    assert "| `apply`, 2,000 customers, peak of memory | ≤ 4 GiB |" in text
    assert whole_base.put_into(text, found.base) == text


FORMS = (
    "numpy_form.levels_of",
    "polars_form.best",
    "polars_form.best_as_values",
    "polars_form.enums",
    "polars_form.plain",
    "duckdb_form.best",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rules", [random_rules(60, seed=3), CASES[5].rules(10)], ids=["random", "alternatives"])
def test_hand_written_batches_decide_as_hand_written_functions_do(form: str, rules: Rules) -> None:
    module, name = form.split(".")
    pytest.importorskip("duckdb" if module == "duckdb_form" else "polars")
    from tests.bench import batch, duckdb_form, numpy_form, polars_form
    from tests.bench.columns import drawn

    modules = {"numpy_form": numpy_form, "polars_form": polars_form, "duckdb_form": duckdb_form}
    make: Callable[..., Any] = getattr(modules[module], name)
    batch.compared(rules, drawn(rules, 200), make, 200)
