"""From files to suites and from items to results: what is an item, under which id, and what comes out of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.testing.shop import CLAIMS, FAILING, GOOD, KNOWN, RULES, SHOP
from tierpolicy.model.policy import Policy
from tierpolicy.runtime.population import Customers
from tierpolicy.semantics.read import Reading
from tierpolicy.syntax.gather import gather_text
from tierpolicy.syntax.gather_cases import with_cases_text
from tierpolicy.testing.collecting import suite_of, suites_in
from tierpolicy.testing.running import result_of
from tierpolicy.testing.suite import How, Result, Suite

QUICK = How(customers=5)


def suite(text: str, sidecar: str | None = None, **parameters: object) -> Suite:
    gathered = gather_text(text, "shop.tier")
    return suite_of(gathered if sidecar is None else with_cases_text(gathered, sidecar), parameters)


def ids(found: Suite) -> list[str]:
    return [item.id for item in found.items]


def result(found: Suite, id: str, how: How = QUICK) -> Result:
    return result_of(found, next(item for item in found.items if item.id == id), how)


def outcomes(found: Suite, how: How = QUICK) -> dict[str, str]:
    return {item.id: result_of(found, item, how).outcome for item in found.items}


# ---------------------------------------------------------------- items


def test_every_claim_is_an_item() -> None:
    assert ids(suite(GOOD)) == [
        "check::proofs",
        "example::Acme",
        "case::nothing",
        "case::steps row 2",
        "property::age_blind",
        "property::ordering_pays",
        "property::few",
    ]


def test_items_stand_where_they_are_written() -> None:
    found = suite(GOOD, "case,orders,expect priority\nfive,5,normal\n")
    texts = {source.path: source for source in found.sources}
    places = {
        item.id: f"{item.span.path}:{texts[item.span.path].position(item.span.start).line}"
        for item in found.items
        if item.span is not None
    }
    assert places["check::proofs"] == "shop.tier:1"
    assert places["example::Acme"] == "shop.tier:11"
    assert places["case::steps row 2"] == "shop.tier:18"
    assert places["case::five"] == "shop.cases.csv:2"


def test_parameters_are_set() -> None:
    text = SHOP + "parameter many : integer = 30\nrule loyal: if orders > many then priority = top\n"
    text += 'example "Acme": given orders = 10 expect priority = top\n'
    assert outcomes(suite(text))["example::Acme"] == "failed"
    assert outcomes(suite(text, many=9))["example::Acme"] == "passed"
    assert ids(suite(text, meny=9)) == ["error::T164"]


# ---------------------------------------------------------------- mistakes


def test_a_mistake_in_a_rule_leaves_nothing_to_decide_with() -> None:
    found = suite(SHOP + "rule x: if ordres > 3 then priority = top\nrule y: if then\n" + CLAIMS)
    assert found.policy is None
    assert ids(found) == ["error::T001 line 10", "error::T101 line 9"]


MISTAKEN = [
    ('example "Wrong": given ordres = 3 expect priority = top\n', ["T101 line 19"]),
    ('example "Wrong": given orders = 3 expct priority = top\n', ["T001 line 19"]),
    ('example "Wrong": given orders = 3, orders = 4\n    expect priority = tip\n', ["T405 line 19", "T104 line 20"]),
    ('example "Wrong": given ordres = 3, oders = 4 expect priority = top\n', ["T101 line 19", "T101 line 19 (2)"]),
    ('example "Acme": given orders = 40 expect priority = top\n', ["T151 line 19"]),
    ("property wrong: more agee never lowers service\n", ["T101 line 19"]),
    ("property wrong: more age nver lowers service\n", ["T001 line 19"]),
    ("property wrong: at most 500% of customers have priority = top\n", ["T407 line 19"]),
    ('allow T999 because "?"\nproperty fine: service never depends on age\n', ["T169 line 19"]),
    ("cases wrong:\n    | orders | expect colour |\n    | 3 | red |\n", None),
    ("cases wrong:\n    | ordres | expect priority |\n    | 3 | low |\n", None),
]


@pytest.mark.parametrize(("mistaken", "errors"), MISTAKEN)
def test_a_mistake_in_a_claim_stops_no_other(mistaken: str, errors: list[str] | None) -> None:
    found = suite(GOOD + mistaken)
    told = [item.name for item in found.items if item.kind == "error"]
    assert told == errors if errors is not None else len(told) == 1
    assert [id for id in ids(found) if not id.startswith("error") and id != "property::fine"] == ids(suite(GOOD))
    assert {outcome for id, outcome in outcomes(found).items() if id.startswith("error")} == {"failed"}


def test_a_row_with_a_mistake_stops_no_other_row() -> None:
    rows = "    | odd     | yes | low |\n    | no such | 5 | lowest |\n    | five    | 5 | normal |\n"
    found = suite(GOOD + rows, "case,orders,expect priority\nsix,6,normal\n,7,norml\n\n,8\n,9,normal\n")
    cases = [item.name for item in found.items if item.kind == "case"]
    assert cases == ["nothing", "steps row 2", "five", "six", "cases row 4"]
    assert sum(item.kind == "error" for item in found.items) == 4
    assert {outcomes(found)[f"case::{name}"] for name in cases} == {"passed"}


@pytest.mark.parametrize("sidecar", ["case,colour,expect priority\nx,red,low\n", "", "\0", "a,b\n1,2\n"])
def test_a_sidecar_that_is_no_use_stops_nothing(sidecar: str) -> None:
    found = suite(GOOD, sidecar)
    assert [id for id in ids(found) if not id.startswith("error")] == ids(suite(GOOD))


def test_without_its_assumption_nothing_is_refuted() -> None:
    text = GOOD + "assume ordres > 100\n" + FAILING
    found = outcomes(suite(text))
    assert found["property::everyone"] == "skipped"
    assert found["property::age_blind"] == "passed"
    assert found["error::T101 line 19"] == "failed"


def test_names_become_ids_that_can_be_typed() -> None:
    names = ["a::b", "a:b", "two  words ", "é [1] ü", "new\\nline", "x" * 200, "x" * 201]
    text = "".join(f'example "{name}": given orders = 40 expect priority = top\n' for name in names)
    found = suite(SHOP + RULES + text)
    assert ids(found)[1:6] == [f"example::{name}" for name in ("a:b", "a:b (2)", "two words", "é (1) ü", "new line")]
    assert all(len(item.name) < 130 and "\n" not in item.name for item in found.items)
    assert len(set(ids(found))) == len(found.items)


# ---------------------------------------------------------------- results


def test_what_holds_passes_and_says_how_far_it_was_tested() -> None:
    found = suite(GOOD)
    assert outcomes(found) == {id: "skipped" if id == "property::few" else "passed" for id in ids(found)}
    proved = result(found, "property::ordering_pays")
    assert proved.note.startswith("proved; ")
    assert proved.note.endswith(" tried")
    assert proved.seconds > 0


def test_what_fails_says_why() -> None:
    found = suite(GOOD + FAILING)
    example, stated = result(found, "example::Four are many"), result(found, "property::everyone")
    assert [finding.code.code for finding in example.findings] == ["T460"]
    assert [finding.code.code for finding in stated.findings] == ["T410"]
    assert (example.outcome, stated.outcome) == ("failed", "failed")


def test_a_property_is_tried_where_it_is_not_proved() -> None:
    found = suite(GOOD + FAILING)
    tried = result(found, "property::everyone", How(prove=False))
    assert tried.outcome == "failed"
    assert [finding.code.code for finding in tried.findings] == ["T410"]
    assert result(found, "property::everyone", How(prove=False, customers=0)).outcome == "skipped"
    assert result(found, "property::age_blind", How(customers=0)).note == "proved"
    assert result(found, "check::proofs", How(prove=False)).outcome == "skipped"


def test_proofs_of_the_whole_policy_leave_properties_to_their_items() -> None:
    conflict = "service { colour : one of red, blue default red }\n"
    conflict += "rule a: if orders > 5 then colour = red\nrule b: if orders > 6 then colour = blue\n"
    text = SHOP.replace("service { ", conflict.splitlines()[0][:-2] + "\n    ", 1)
    text += "\n".join(conflict.splitlines()[1:]) + "\n" + FAILING
    found = result(suite(text), "check::proofs")
    assert [finding.code.code for finding in found.findings] == ["T320"]


def test_warnings_are_counted_and_fail_nothing() -> None:
    text = GOOD + "rule never: if orders > 30 and orders < 3 then priority = top\n"
    assert (result(suite(text), "check::proofs").outcome, result(suite(text), "check::proofs").note) == (
        "passed",
        "1 warning, which `tierpolicy check` shows",
    )
    accepted = text.replace("rule never", 'allow T321 because "soon"\nrule never')
    assert result(suite(accepted), "check::proofs").note == ""


def test_an_example_that_is_known_to_fail_is_accepted() -> None:
    found = result(suite(GOOD + KNOWN), "example::Five are many")
    assert (found.outcome, found.note) == ("accepted", "from spring on")
    assert [finding.code.code for finding in found.findings] == ["T460"]


def test_claims_about_populations_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("orders,age\n" + "1,30\n" * 30 + "31,30\n")
    on = How(customers=0, on=Customers(file, date(2026, 1, 1)))
    assert result(suite(GOOD), "property::few", on).outcome == "passed"
    assert "3.2%" in result(suite(GOOD), "property::few", on).note
    file.write_text("orders,age\n1,30\n31,30\n")
    missed = result(suite(GOOD), "property::few", on)
    assert (missed.outcome, missed.findings[0].code.code) == ("failed", "T440")
    file.write_text("age\n30\n")
    assert result(suite(GOOD), "property::few", on).outcome == "skipped"
    assert result(suite(GOOD), "property::few").note == "it is measured on a file of customers, and none is named"


def test_everybody_who_is_decided_is_seen() -> None:
    found, seen = suite(GOOD, "case,orders,expect priority\nfive,5,normal\n"), []

    def watch(policy: Policy, reading: Reading, as_of: date, by: str) -> None:
        assert policy is found.policy
        seen.append((by, reading.values["orders"]))

    for item in found.items:
        result_of(found, item, QUICK, watch)
    assert [each for each in seen if each[0] != "properties"] == [
        ("examples", 40),
        ("cases", 3),
        ("cases", 4),
        ("cases", 5),
    ]
    assert any(by == "properties" for by, _ in seen)


# ---------------------------------------------------------------- folders


def written(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".tier").write_text(text)
    return folder


def test_a_folder_gives_a_suite_for_each_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    headless = SHOP.partition("\n")[2]
    written(
        tmp_path,
        shop=GOOD,
        broken='policy "b\n',
        parts="rule x: if then\n",
        used='policy "Used"\nuse "inside/words.tier"\nrule x: if orders > 3 then priority = top\n',
        inside__words=headless,
        inside__alone=headless.replace("orders", "others"),
        versions__one='policy "V" version "1" effective until 2025-12-31\n' + headless + RULES,
        versions__two='policy "V" version "2" effective from 2026-01-01\n' + headless + RULES,
        **{".hidden__shop": GOOD},
    )
    (tmp_path / "shop.cases.csv").write_text("orders,expect priority\n5,normal\n")
    found = {found.path: found for found in suites_in(".")}
    assert list(found) == [
        "broken.tier",
        "parts.tier",
        "shop.tier",
        "used.tier",
        "inside/alone.tier",
        "versions/one.tier",
        "versions/two.tier",
    ]
    assert ids(found["parts.tier"]) == ["error::T001 line 1"]
    assert "case::cases row 1" in ids(found["shop.tier"])
    assert ids(found["used.tier"]) == ["check::proofs"]
    assert [each.path for each in suites_in("inside/words.tier")] == ["inside/words.tier"]


@pytest.mark.parametrize("path", ["nothing.tier", "empty", "folder.tier"])
def test_where_nothing_can_be_read_that_is_what_fails(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.tier").mkdir()
    (only,) = suites_in(path)
    assert (only.policy, [item.kind for item in only.items]) == (None, ["error"])
    assert result_of(only, only.items[0], QUICK).outcome == "failed"
