"""What coverage says of a policy, read as an author would: every status, every kind of statement, once each."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.codes.rules import CHANGES_NOTHING
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.read import read
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.collecting import suites_in
from tierpolicy.testing.coverage import Coverage, Recorder, fail_under, from_data, merged, rate_of, to_data
from tierpolicy.testing.coverage.data import BYS, ComparisonSeen, Counts, FileSeen, StatementSeen, by_properties
from tierpolicy.testing.coverage.rate import Rate, gaps_of
from tierpolicy.testing.suite import By

DAY = date(2026, 6, 1)

POLICY = """\
policy "Desk" version "1"

parameter fee : money = 8

customer {
    spend      : money at least 0
    orders     : integer at least 0 default 0
    stage      : cold < warm < hot
    complaints : integer at least 0 default 0
}

service {
    priority : low < normal < high < top
    wait     : duration less is better
    greeting : text default "Hello"
}

baseline everyone: priority at least normal, wait at most 10 minutes
baseline unhappy_floor: if complaints > 5 then wait at most 5 minutes

rule ordinary "What we do": wait = 8 minutes
rule good: if spend >= 100 then priority = high
rule better: if spend >= 1_000 and stage = hot then priority = top
rule beaten: if orders > 3 then priority = normal
rule old until 2020-12-31: if orders > 0 then priority = top
rule fees: if fee > 5 and orders > 0 then wait = 7 minutes

define unhappy = complaints > 2 and stage is known
limit not_top: if unhappy then priority at most high

table desk first match:
    | if orders   | if spend    | then greeting |
    | 0 to 1      | any         | "Welcome"     |
    | >= 1        | >= 50       | "Again"       |
    | >= 10       | any         | -             |
    | otherwise   |             | "You"         |
"""


def policy_of(text: str = POLICY, **files: str) -> Policy:
    checked = elaborate(
        gather_text(text, "desk.tier", {name.replace("_", "."): said for name, said in files.items()}), {}
    )
    assert checked.policy is not None, [each.message for each in checked.diagnostics]
    return checked.policy


def seen(policy: Policy, *customers: dict[str, object], by: By = "examples", day: date = DAY) -> Coverage:
    recorder = Recorder()
    for customer in customers:
        recorder(policy, read(policy, customer, {}), day, by)
    return recorder.coverage()


def file_of(coverage: Coverage, path: str = "desk.tier") -> FileSeen:
    return next(each for each in coverage.files if each.path == path)


def statement(coverage: Coverage, name: str, path: str = "desk.tier") -> StatementSeen:
    return next(each for each in file_of(coverage, path).statements if each.name == name)


def comparison(coverage: Coverage, text: str, path: str = "desk.tier") -> ComparisonSeen:
    return next(each for each in file_of(coverage, path).comparisons if each.text == text)


def sides(coverage: Coverage, text: str, path: str = "desk.tier") -> tuple[int, int, int]:
    found = comparison(coverage, text, path)
    return found.true.tested, found.false.tested, found.unknown.tested


CUSTOMERS: tuple[dict[str, object], ...] = (
    {"spend": 100, "orders": 5, "stage": "warm"},
    {"spend": 5_000, "orders": 1, "stage": "hot", "complaints": 3},
    {"orders": 0, "complaints": 6},
)


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return seen(policy_of(), *CUSTOMERS)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ordinary", "lost"),  # `fees` is better for two customers, a baseline for the third
        ("fees", "decided"),
        ("good", "decided"),  # though `better` beats it for one customer
        ("better", "lost"),  # the limit takes away what it gives
        ("beaten", "lost"),
        ("old", "out of force"),
        ("not_top", "decided"),  # it lowered
        ("unhappy_floor", "decided"),  # it raised
        ("desk row 1", "decided"),
        ("desk row 3", "never fired"),
        ("desk row 4", "never fired"),
    ],
)
def test_statuses(coverage: Coverage, name: str, status: str) -> None:
    assert statement(coverage, name).status() == status


def test_unknown_is_a_status_of_its_own() -> None:
    found = statement(seen(policy_of(), {}), "good")
    assert (found.status(), found.unknown.examples, found.missed.examples) == ("unknown", 1, 0)


def test_rows_that_are_not_reached(coverage: Coverage) -> None:
    """Row 2 took the first customer from row 3? It has five orders, so no; rows 1 and 2 took the others."""
    second, last = statement(coverage, "desk row 2"), statement(coverage, "desk row 4")
    assert (second.fired.tested, second.unreached.tested) == (1, 2)
    assert last.unreached.tested == 3
    assert sides(coverage, "spend >= 50") == (1, 0, 0)  # not made for customers whom the first row took


def test_a_row_says_who_took_its_customers() -> None:
    found = seen(policy_of(), {"orders": 12, "spend": 60})
    row = statement(found, "desk row 3")
    assert (row.status(), row.taken_by) == ("never fired", "desk row 2")
    assert any("`desk row 2` above took its customers" in gap.what for gap in gaps_of(file_of(found)))


def test_a_row_that_gives_nothing_decides_where_it_is_true() -> None:
    found = statement(seen(policy_of(), {"orders": 12, "spend": 1}), "desk row 3")
    assert (found.status(), found.decided.tested) == ("decided", 1)


def test_comparisons_are_made_of_every_customer_whatever_stands_beside_them(coverage: Coverage) -> None:
    assert sides(coverage, "spend >= 1_000") == (1, 1, 1)
    assert sides(coverage, "stage = hot") == (1, 1, 1)
    assert sides(coverage, "complaints > 2") == (2, 1, 0)  # inside a define
    assert comparison(coverage, "complaints > 2").inside == "unhappy"
    assert sides(coverage, "stage is known") == (2, 1, 0)  # one piece, never unknown


def test_comparisons_of_statements_out_of_force_are_not_made(coverage: Coverage) -> None:
    inside_old = next(c for c in file_of(coverage).comparisons if c.inside == "old")
    assert (inside_old.true, inside_old.false, inside_old.unknown) == (Counts(), Counts(), Counts())


def test_what_is_the_same_for_everyone_is_exempt(coverage: Coverage) -> None:
    assert comparison(coverage, "fee > 5").exempt
    assert statement(coverage, "everyone").exempt
    assert not statement(coverage, "unhappy_floor").exempt


def test_places_are_where_the_author_wrote(coverage: Coverage) -> None:
    file = file_of(coverage)
    for each in file.comparisons:
        written = file.text[each.place.start : each.place.end]
        assert file.text.splitlines()[each.place.line - 1].count(written) >= 1
        assert each.inside.startswith("desk") or each.text == written  # of a cell, what it stands for


def test_fallbacks_say_which_attributes_nothing_gave(coverage: Coverage) -> None:
    taken = {each.attribute: (each.value, each.taken.tested) for each in file_of(coverage).fallbacks}
    assert taken["greeting"] == ('"Hello"', 0)
    assert seen(policy_of(POLICY.split("table")[0]), {}).files[0].fallbacks[-1].taken == Counts(examples=1)


# ---------------------------------------------------------------- rates


def test_points(coverage: Coverage) -> None:
    """Counted by hand: 14 statements without `everyone` and 18 comparisons without `fee > 5`, two points each."""
    file = file_of(coverage)
    statements = [each for each in file.statements if not each.exempt]
    comparisons = [each for each in file.comparisons if not each.exempt]
    decided = sum(each.status() == "decided" for each in statements)
    both = sum((each.true.tested > 0) + (each.false.tested > 0) for each in comparisons)
    assert rate_of(coverage) == Rate(decided + both, len(statements) + 2 * len(comparisons))
    assert rate_of(file) == rate_of(coverage)


def test_properties_are_told_apart() -> None:
    by = seen(policy_of(), *CUSTOMERS, by="properties")
    assert rate_of(by).covered == 0
    assert rate_of(by, by_properties) == rate_of(seen(policy_of(), *CUSTOMERS))
    assert statement(by, "fees").status() == "never fired"
    assert statement(by, "fees").status(by_properties) == "decided"


@pytest.mark.parametrize(
    ("covered", "points", "said"),
    [(0, 3, "0%"), (1, 3, "33.3%"), (2, 3, "66.6%"), (1999, 2000, "99.9%"), (3, 3, "100%"), (0, 0, "–")],
)
def test_rates_are_never_rounded_up(covered: int, points: int, said: str) -> None:
    assert str(Rate(covered, points)) == said


def test_fail_under(coverage: Coverage) -> None:
    rate = rate_of(coverage)
    assert fail_under(coverage, 0) is None
    assert fail_under(coverage, 100 * rate.covered / rate.points - 0.01) is None
    short = fail_under(coverage, 99.5)
    assert short is not None
    assert short.rate == rate
    assert short.sentence.startswith(f"coverage is {rate}, asked for is at least 99.5%: ")
    assert "rule `better` was true and never decided anything (desk.tier, line 23)" in short.sentence
    assert fail_under(Coverage(), 100) is None


def test_a_rate_as_asked_for_is_enough() -> None:
    policy = policy_of("if lifetime_value > 10 then priority = top\n")
    enough = seen(policy, {"lifetime_value": 11}, {"lifetime_value": 10})
    assert (str(rate_of(enough)), fail_under(enough, 100)) == ("100%", None)
    half = seen(policy, {"lifetime_value": 11})
    assert fail_under(half, 66.6) is None
    assert fail_under(half, 66.7) is not None


# ---------------------------------------------------------------- adding up, travelling


def test_parts_add_up_to_the_whole() -> None:
    policy = policy_of()
    parts = [seen(policy, customer, by=by) for customer, by in zip(CUSTOMERS, BYS, strict=True)]
    recorder = Recorder()
    for customer, by in zip(CUSTOMERS, BYS, strict=True):
        recorder(policy, read(policy, customer, {}), DAY, by)
    assert merged(*parts) == recorder.coverage()
    assert merged(*reversed(parts)).files[0].statements == recorder.coverage().files[0].statements


def test_plain_json_there_and_back(coverage: Coverage) -> None:
    assert from_data(json.loads(json.dumps(to_data(coverage)))) == coverage
    with pytest.raises(ValueError, match="version"):
        from_data({"version": 99})


def test_two_policies_share_the_lines_of_a_file() -> None:
    shared = "rule shared: if lifetime_value > 10 then priority = top\n"
    policies = [policy_of(f'policy "{name}"\nuse standard\nuse "shared.tier"\n', shared_tier=shared) for name in "ab"]
    one, two = (seen(policy, {"lifetime_value": value}) for policy, value in zip(policies, (11, 9), strict=True))
    both = merged(one, two)
    assert [each.path for each in both.files if each.path == "shared.tier"] == ["shared.tier"]
    assert sides(both, "lifetime_value > 10", "shared.tier") == (1, 1, 0)
    assert len(both.policies) == 2
    assert "tierpolicy/model/standard.tier" not in {each.path for each in both.files}


def test_another_text_at_the_same_path_is_another_file() -> None:
    one, two = (seen(policy_of(f"if lifetime_value > {n} then priority = top\n"), {}) for n in (1, 2))
    assert len(merged(one, two).files) == 2


def test_cells_of_a_csv_table_are_comparisons_in_that_file() -> None:
    rows = "if stage,if spend,then priority\nwarm,10 to 20,high\n"
    text = POLICY.split("baseline")[0] + 'baseline b: wait at most 1 hour\ntable rates from "rates.csv"\n'
    found = seen(policy_of(text, rates_csv=rows), {"stage": "warm", "spend": 15}, {"stage": "hot", "spend": 5})
    assert statement(found, "rates row 1", "rates.csv").place.line == 2
    assert sides(found, "stage = warm", "rates.csv") == (1, 1, 0)
    assert sides(found, "spend >= 10", "rates.csv") == (1, 1, 0)
    assert sides(found, "spend <= 20", "rates.csv") == (2, 0, 0)


def test_a_comparison_is_named_as_it_is_written_where_that_says_enough() -> None:
    text = POLICY + "rule r: if spend between 1_000 and 2_000 or stage in (cold,\n    hot) then priority = top\n"
    texts = {each.text for each in file_of(seen(policy_of(text), {})).comparisons if each.inside == "r"}
    assert texts == {"spend >= 1000", "spend <= 2000", "stage in (cold, hot)"}


def test_the_head_of_a_matrix_is_one_comparison() -> None:
    text = POLICY.split("baseline")[0] + (
        "baseline b: wait at most 1 hour\nmatrix m: priority by stage, orders\n"
        "    |      | 0    | >= 1 |\n    | cold | low  | high |\n    | warm | high | top  |\n"
    )
    found = seen(policy_of(text), {"stage": "cold", "orders": 0}, {"stage": "warm", "orders": 2})
    assert len(file_of(found).comparisons) == 4
    assert sides(found, "stage = cold") == (1, 1, 0)


# ---------------------------------------------------------------- whole suites


def test_what_nothing_decides_is_seen_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "alone.tier").write_text("if lifetime_value > 10 then priority = top\n", encoding="utf-8")
    recorder = Recorder()
    for suite in suites_in(tmp_path):
        recorder.watch(suite)
    assert rate_of(recorder.coverage()) == Rate(0, 3)


def test_what_the_author_accepts_is_exempt(tmp_path: Path) -> None:
    text = (
        'allow T501 because "Kept for next year"\nrule idle: if lifetime_value > 10 then priority = low\n'
        "rule busy: if lifetime_value > 10 then priority = top\n"
    )
    (tmp_path / "a.tier").write_text(text.replace("T501", CHANGES_NOTHING.code), encoding="utf-8")
    recorder = Recorder()
    for suite in suites_in(tmp_path):
        assert suite.policy is not None
        recorder.watch(suite)
    (file,) = recorder.coverage().files
    assert {each.name: bool(each.exempt) for each in file.statements} == {"idle": True, "busy": False}
    idle = replace(file.statements[0], decided=Counts(cases=1))
    assert not idle.exempt  # what decides counts


def test_what_is_accepted_of_a_table_is_accepted_of_its_rows_that_are_tried(tmp_path: Path) -> None:
    text = f'allow {CHANGES_NOTHING.code} because "As published"\ntable t first match from "t.csv"\n'
    (tmp_path / "a.tier").write_text(text, encoding="utf-8")
    rows = "if lifetime_value,then priority\n>= 9,high\n>= 10,high\n5,high\n7,low\n8,low\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    (suite,) = suites_in(tmp_path)
    assert suite.policy is not None
    recorder = Recorder()
    recorder.watch(suite)
    tried: list[tuple[int, By]] = [(7, "cases"), (12, "examples"), (8, "properties")]
    for value, by in tried:
        recorder(suite.policy, read(suite.policy, {"lifetime_value": value}, {}), DAY, by)
    found = file_of(recorder.coverage(), str(tmp_path / "t.csv")).statements
    assert [(each.name, bool(each.exempt), each.status()) for each in found] == [
        ("t row 1", False, "decided"),
        ("t row 2", True, "never fired"),  # the row above took the customer of whom it is true
        ("t row 3", False, "never fired"),
        ("t row 4", True, "lost"),
        ("t row 5", False, "never fired"),
    ]


def test_what_took_a_rows_customers_is_said_of_tests_alone() -> None:
    policy = policy_of(
        "table t first match:\n  | if orders | then max_wait |\n  | > 5 | 1 minute |\n  | > 9 | 2 minutes |\n"
    )
    for by, taken_by in (("properties", ""), ("cases", "t row 1")):
        recorder = Recorder()
        recorder(policy, read(policy, {"orders": 11}, {}), DAY, by)  # type: ignore[arg-type]
        (row,) = [each for file in recorder.coverage().files for each in file.statements if each.name == "t row 2"]
        assert row.taken_by == taken_by


def test_a_suite_without_policy_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.tier").write_text("rule rule rule\n", encoding="utf-8")
    recorder = Recorder()
    for suite in suites_in(tmp_path):
        recorder.watch(suite)
    assert recorder.coverage() == Coverage()


def test_counts_of_nobody_are_no_status(coverage: Coverage) -> None:
    found = replace(statement(coverage, "ordinary"), fired=Counts(), decided=Counts(), missed=Counts())
    assert found.status() == "never fired"
