"""`tierpolicy diff`: two policies compared, for people, for programs and for a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Run


def put(folder: Path, name: str, *swaps: tuple[str, str]) -> str:
    text = POLICY
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text)
    return name


RAISED = ("parameter threshold : money = 1_000", "parameter threshold : money = 1_200")
EXAMPLE = ("given spend = 1_500", "given spend = 2_500")


def test_equivalent_policies_are_said_to_be(folder: Path, run: Run) -> None:
    put(folder, "new.tier", ('version "3"', 'version "4"'))
    done = run("diff", "shop.tier", "new.tier", "--no-worse")
    assert done.stdout == "Garden tools 3 → Garden tools 4\n\nequivalent: every customer gets the same from both\n"
    assert done.stderr == ""
    assert done.returncode == 0


def test_who_is_worse_off_is_shown_with_both_decisions(folder: Path, run: Run) -> None:
    put(folder, "new.tier", RAISED)
    done = run("diff", "shop.tier", "new.tier")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "Garden tools 3 → Garden tools 3\n\ndeclared otherwise\n  parameter threshold: value 1200, was 1000\n"
    )
    assert (
        "priority: worse for some, better for nobody\n"
        "  worse off: spend = 1000, disputes = 0 (any: customer_id, code, severity)\n"
        "    old: high\n"
        '        rule good_year "Who bought a lot" (shop.tier, line 30) gives high\n'
    ) in done.stdout
    assert "the same for everyone: wait\n" in done.stdout
    assert done.stdout.endswith("somebody is worse off in priority, perks, credit\n")


@pytest.mark.parametrize(
    ("swap", "code"), [(RAISED, 1), (("money = 1_000", "money = 900"), 0), (("= 2\n", "= 3\n"), 0)]
)
def test_a_build_can_refuse_what_lowers_anybodys_service(
    folder: Path, run: Run, swap: tuple[str, str], code: int
) -> None:
    put(folder, "new.tier", swap)
    assert run("diff", "shop.tier", "new.tier", "--no-worse").returncode == code


def test_json_is_one_document(folder: Path, run: Run) -> None:
    put(folder, "new.tier", RAISED)
    found = json.loads(run("diff", "shop.tier", "new.tier", "--format", "json").stdout)
    assert found["equivalent"] is False
    assert found["nobody_worse"] is False
    assert found["schema"] == [
        {"part": "parameter", "name": "threshold", "how": "changed", "message": "value 1200, was 1000"}
    ]
    by_name = {each["attribute"]: each for each in found["attributes"]}
    assert by_name["wait"] == {
        "attribute": "wait", "verdict": "same", "better": None, "worse": None, "different": None, "open": [],
        "not_compared": None,
    }  # fmt: skip
    worse = by_name["credit"]["worse"]
    assert worse["old"]["value"] == "10.00"
    assert worse["new"]["value"] == "0.00"
    assert worse["old"]["because"][0]["statement"] == "good_year"
    for side, path in (("old", "shop.tier"), ("new", "new.tier")):
        record = json.dumps(worse["record"])
        again = json.loads(
            run("eval", path, "--customer", record, "--as-of", worse["as_of"], "--format", "json").stdout
        )
        assert again["decision"]["credit"] == worse[side]["value"]


SMALL = """\
policy "Small" version "1" effective from 2026-01-01
customer {
    a : integer at least 0
}
service {
    s : low < mid < high
    w : cold < warm
}
rule r1: if a > 5 then s = high
"""


@pytest.mark.parametrize(
    ("swap", "shown", "conclusion"),
    [
        (("cold < warm", "warm < cold"), "w: not compared: its labels stand in another order\n", "w is not compared"),
        (("    w : cold < warm\n", ""), "the same for everyone: s\n", "w is no longer offered"),
        (("rule r1", "limit l from 2027-01-01: s at most mid\nrule r1"), "worse off: a = 6, as of 2027-01-01\n", "s"),
        (("at least 0", "at least 3 at most 100"), "worse off: a = 101 (a wrong value for the new: missing)\n", "s"),
    ],
)
def test_what_keeps_a_build_from_passing_is_said(
    folder: Path, run: Run, swap: tuple[str, str], shown: str, conclusion: str
) -> None:
    assert swap[0] in SMALL
    (folder / "one.tier").write_text(SMALL)
    (folder / "other.tier").write_text(SMALL.replace(*swap))
    done = run("diff", "one.tier", "other.tier", "--no-worse")
    assert done.returncode == 1
    assert shown in done.stdout
    said = f"somebody is worse off in {conclusion}" if conclusion == "s" else conclusion
    assert done.stdout.endswith(f"\n{said}\n")
    found = json.loads(run("diff", "one.tier", "other.tier", "--format", "json").stdout)
    assert found["conclusion"] == said
    assert found["nobody_worse"] is False


def test_parameters_are_set_in_whichever_policy_declares_them(folder: Path, run: Run) -> None:
    put(folder, "new.tier", RAISED, EXAMPLE)
    done = run("diff", "shop.tier", "new.tier", "--set", "threshold=500", "--no-worse")
    assert done.stdout.endswith("equivalent: every customer gets the same from both\n")
    assert done.returncode == 0
    put(folder, "other.tier", ("parameter threshold : money = 1_000\n", ""), ("spend >= threshold", "spend >= 500"))
    done = run("diff", "shop.tier", "other.tier", "--set", "threshold=500")
    assert done.stdout.endswith("equivalent: every customer gets the same from both\n")
    done = run("diff", "shop.tier", "other.tier", "--set", "treshold=500")
    assert done.returncode == 2
    assert "treshold" in done.stderr


def test_folders_are_compared_by_their_latest_version_or_by_that_of_a_day(folder: Path, run: Run) -> None:
    for name in ("before", "after"):
        (folder / name).mkdir()
    first, second = (
        ('version "3"', 'version "3"\n    effective from 2025-01-01'),
        ('version "3"', 'version "4"\n    effective from 2026-01-01'),
    )
    put(folder, "before/a.tier", first)
    put(folder, "before/b.tier", second, RAISED)
    put(folder, "after/a.tier", first, RAISED)
    put(folder, "after/b.tier", second, RAISED)
    assert run("diff", "before", "after", "--no-worse").returncode == 0
    assert run("diff", "before", "after", "--no-worse", "--as-of", "2025-05-01").returncode == 1


def test_mistakes_are_said_like_everywhere(folder: Path, run: Run) -> None:
    put(folder, "broken.tier", ("spend >= threshold", "spent >= threshold"))
    done = run("diff", "shop.tier", "broken.tier")
    assert done.returncode == 1
    assert "T101" in done.stderr
    assert done.stdout == ""
    assert run("diff", "shop.tier", "gone.tier").returncode == 2
    assert run("diff", "shop.tier").returncode == 2
    assert run("diff", "shop.tier", "shop.tier", "--timeout", "0").returncode == 2
    assert run("diff", "shop.tier", "shop.tier", "--as-of", "yesterday").returncode == 2
