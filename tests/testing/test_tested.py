"""Suites run one item after another, and how a terminal of any width tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierpolicy.diagnostics.render.cells import cells
from tierpolicy.report.testing import closing_sentence, policy_lines
from tierpolicy.report.testing_page import MOST_ROWS, policies_table
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.collecting import suite_of
from tierpolicy.testing.suite import How, Suite
from tierpolicy.testing.tested import SuiteResult, named_by, run_all, suites_at

POLICY = """\
policy "Shop"
customer { spend : money at least 0 }
service { priority : low < normal < high }
if spend >= 1_000 then priority = high

property a_rather_long_name_of_a_property_that_is_measured: at most 25% of customers have priority = high
example "one": given spend = 2_000 expect priority = high
example "two of whom there is a good deal to say, more than fits into a line": given spend = 5 expect priority = high
"""
QUICK = How(customers=0, prove=False)


def suite(text: str = POLICY, path: str = "shop.tier") -> Suite:
    return suite_of(gather_text(text, path, {}))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("path", ["shop.tier", "a/rather/long/path/to/a/policy/of/some/shop/in/the/north/service.tier"])
def test_no_line_is_wider_than_the_terminal(width: int, path: str) -> None:
    done = run_all([suite(path=path), suite("if lifetime_value > 3 then priority = top\n", "b.tier")], QUICK)
    for line in policy_lines(done, width, every=True):
        longest_word = max(len(word) for word in line.split())
        assert sum(cell.width for cell in cells(line)) <= max(width, longest_word + 13)


def test_colour_is_only_added() -> None:
    done = run_all([suite()], QUICK)
    plain, coloured = (policy_lines(done, 80, every=True, color=color) for color in (False, True))
    assert "\x1b[1;31mfailed  \x1b[0m" in "\n".join(coloured)
    assert [line.replace("\x1b[0m", "").split("\x1b")[0] for line in coloured[:1]] == plain[:1]


def test_names_of_items_cant_reach_the_terminal() -> None:
    done = run_all([suite(POLICY.replace("two", "two \x1b[31m"), "a\x1bb.tier")], QUICK)
    assert "\x1b" not in "\n".join(policy_lines(done, 80, every=True))


def test_progress_is_told_item_by_item() -> None:
    told: list[tuple[str, int, int]] = []
    run_all([suite(), suite(path="b.tier")], QUICK, progress=lambda *each: told.append(each), chosen=named_by("two"))
    assert told == [("testing shop.tier", 0, 2), ("testing b.tier", 1, 2)]


def test_a_recorder_is_told_of_customers() -> None:
    seen: list[str] = []
    run_all([suite()], QUICK, lambda policy, reading, as_of, by: seen.append(by))
    assert seen == ["examples", "examples"]


def test_a_policy_is_tested_once_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.tier").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    assert [each.path for each in suites_at([Path("shop.tier"), tmp_path, Path()])] == ["shop.tier"]


def test_the_closing_sentence_of_nothing() -> None:
    assert closing_sentence([SuiteResult(suite(), ())]) == "nothing to test"


def test_the_page_names_failing_policies_first_and_not_too_many() -> None:
    failing = run_all([suite(path="z.tier")], QUICK)
    passing = [SuiteResult(suite("", f"p{n}_|_.tier"), ()) for n in range(MOST_ROWS)]
    lines = policies_table([*passing, *failing]).split("\n")
    assert lines[2] == "| z.tier | 1 | 1 |  | 2 |"
    assert lines[3] == "| p0&#95;&#124;&#95;.tier |  |  |  |  |"
    assert lines[-1] == "… and 1 more"
