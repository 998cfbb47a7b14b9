"""What stands beside a policy that asks `in top 10%`: read where it is asked for, said plainly where it is wrong."""

from __future__ import annotations

import os
import pickle
import re
from datetime import date
from pathlib import Path

import pytest

import tierpolicy
from tierpolicy.analysis.answer import NoneSuch
from tierpolicy.analysis.goal import TRUE_ONLY, Goal, Side, Truth
from tierpolicy.analysis.session import Session
from tierpolicy.check.elaborate import elaborate
from tierpolicy.check.stale import shares_off, too_old
from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.model.expressions import And, Compare, Not
from tierpolicy.model.values import MISSING
from tierpolicy.pipeline import check_path, check_text
from tierpolicy.runtime.errors import PolicyError, TargetError
from tierpolicy.runtime.loading import load_to_calibrate
from tierpolicy.source import source_from_text
from tierpolicy.syntax.calibration import LARGEST_FILE, name_beside, read_calibration, share_text
from tierpolicy.syntax.gather import Gathered, gather_text

POLICY = """policy "Desk"
customer { worth : money at least 0 earnable }
service { priority : low < high }
if worth in top 10% then priority = high
"""
ENTRY = """[[threshold]]
field = "worth"
share = "top 10%"
value = "241.30"
date = 2026-11-21
customers = 23570
known = 23570
data = "customers.csv"
digest = "sha256:5f1e"
"""
FILE = f'# Measured.\npolicy = "Desk"\n\n{ENTRY}'


def findings(calibration: str, policy: str = POLICY) -> tuple[Diagnostic, ...]:
    return elaborate(gather(policy, calibration)).diagnostics


def gather(policy: str, calibration: str) -> Gathered:
    return gather_text(policy, files={"policy.calibration.toml": calibration})


def test_a_file_as_it_is_written_is_read() -> None:
    loaded = tierpolicy.loads(POLICY, calibration=FILE)
    (threshold,) = loaded.versions[0].thresholds
    assert (threshold.field, threshold.side, threshold.share, threshold.value) == ("worth", "top", 1000, 24130)
    assert (threshold.as_of, threshold.customers, threshold.known) == (date(2026, 11, 21), 23570, 23570)
    assert (threshold.data, threshold.digest) == ("customers.csv", "sha256:5f1e")
    assert [loaded.evaluate({"worth": worth})["priority"] for worth in (241.29, 241.30)] == ["low", "high"]
    assert pickle.loads(pickle.dumps(loaded)).evaluate({"worth": 241.30})["priority"] == "high"


LAST = "sha256:5f1e"
"""But for its quote, the end of the last line."""


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("field =", "feild =", 5, "a threshold has no `feild`"),
        ("known = 23570\n", "", 4, "this threshold doesn't say its `known`"),
        ("23570", '"many"', 9, "this `customers` can't be read"),
        ("23570", "-1", 9, "this `customers` can't be read"),
        ("23570", "true", 9, "this `customers` can't be read"),
        ("23570", "9" * 5000, 9, "this line is none of a calibration file"),
        ("23570", "9" * 30, 9, "this `customers` can't be read"),
        ("2026-11-21", "2026-11-31", 8, "this `date` can't be read"),
        ("2026-11-21", "2026-11-21T10:00:00", 8, "this `date` can't be read"),
        ("top 10%", "top 0%", 6, "this `share` can't be read"),
        ("top 10%", "top 100%", 6, "this `share` can't be read"),
        ("top 10%", "best 10%", 6, "this `share` can't be read"),
        ('"241.30"', "241.30", 7, "this `value` can't be read"),
        ('"241.30"', '"241.30', 7, "this `value` can't be read"),
        ('"241.30"', '"241.30"\nvalue = "3"', 8, "`value` stands here twice"),
        ('policy = "Desk"', "policy = 3", 2, "`policy` isn't a text"),
        ('policy = "Desk"', 'policy = "Desk"\npolicy = "Desk"', 3, "`policy` stands here twice"),
        ('policy = "Desk"', 'field = "worth"', 2, "`field` means nothing here"),
        ("[[threshold]]", "[threshold]", 4, "this line is none of a calibration file"),
        (LAST, f'{LAST}"\n[[thresholds]]\n#', 13, "`[[thresholds]]` means nothing here"),
        (LAST, f'{LAST}"\n{ENTRY}#', 13, "the top 10% of `worth` stands here twice"),
        (LAST, f'{LAST}"\na.b.c = 3\n#', 13, "this line is none of a calibration file"),
        (LAST, f'{LAST}"\nx = [[[[\n#', 13, "this line is none of a calibration file"),
        (LAST, f'{LAST}"\ndata = """x\n#', 13, "`data` stands here twice"),
        (LAST, f'{LAST}"\n; drop table customers\n#', 13, "this line is none of a calibration file"),
        (LAST, f'{LAST}"\n\0\n#', 13, "this line is none of a calibration file"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, message: str) -> None:
    text = FILE.replace(old, new, 1)
    found = [each for each in findings(text) if each.severity is Severity.ERROR]
    assert found[0].message == message
    assert {each.code.code for each in found} == {"T704"}, "what it takes isn't also said to be unmeasured"
    source = source_from_text("policy.calibration.toml", text)
    assert found[0].span is not None
    assert (found[0].span.path, source.position(found[0].span.start).line) == (source.path, line)


NOISE = [".".join("a" * 20_000), "[" * 50_000, '"' * 50_000, "a = " + "[" * 3_000, "=" * 50_000]


@pytest.mark.parametrize("noise", NOISE)
def test_a_hostile_file_is_read_at_once(noise: str) -> None:
    found = read_calibration(source_from_text("x", (noise + "\n") * 3 + FILE))
    assert len(found.diagnostics) == 3
    assert len(found.measured) == 1


def test_a_file_that_is_too_large_is_not_read() -> None:
    (found,) = findings("#" * (LARGEST_FILE + 1))
    assert (found.code.code, found.message) == ("T704", "`policy.calibration.toml` holds more than 1 MiB")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2 days", "`worth` is an amount of money, and `2 days` is none"),
        ("0.001", "`worth` is an amount of money, and `0.001` is none"),
        ("1,000", "`worth` is an amount of money, and `1,000` is none"),
        ("worth", "`worth` is an amount of money, and `worth` is none"),
        ("241.30 + 1", "`worth` is an amount of money, and `241.30 + 1` is none"),
        ("(" * 3000, f"`worth` is an amount of money, and `{'(' * 39}…` is none"),
        ("-1", "`-1` is outside the bounds that are declared for `worth`"),
    ],
)
def test_a_value_that_the_field_cannot_have(value: str, message: str) -> None:
    (found,) = findings(FILE.replace("241.30", value))
    assert (found.code.code, found.message) == ("T705", message)


# ---------------------------------------------------------------- on disk


def laid_out(folder: Path, *, calibration: str | None = FILE) -> Path:
    (folder / "service.tier").write_text(POLICY, encoding="utf-8")
    if calibration is not None:
        (folder / "service.calibration.toml").write_text(calibration, encoding="utf-8")
    return folder / "service.tier"


def codes(path: Path) -> list[str]:
    return [each.code.code for each in check_path(path, prove=False).diagnostics]


def test_the_file_beside_the_policy_is_read_and_part_of_its_digest(tmp_path: Path) -> None:
    path = laid_out(tmp_path)
    before = tierpolicy.load(path)
    assert before.evaluate({"worth": 241.30})["priority"] == "high"
    laid_out(tmp_path, calibration=FILE.replace("241.30", "300"))
    after = tierpolicy.load(path)
    assert after.evaluate({"worth": 241.30})["priority"] == "low"
    assert before.versions[0].digest != after.versions[0].digest
    assert codes(path) == []


def test_without_the_file_the_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as raised:
        tierpolicy.load(laid_out(tmp_path, calibration=None))
    (found,) = raised.value.diagnostics
    assert found.code.code == "T703"
    command = f"tierpolicy calibrate {(tmp_path / 'service.tier').as_posix()} customers.parquet"
    assert found.help == f"run `{command}`, with the customers that it is to be measured on"


def test_a_copied_policy_may_take_the_thresholds_of_the_one_it_was_copied_from(tmp_path: Path) -> None:
    laid_out(tmp_path)
    copied = tmp_path / "new.tier"

    def help_with(text: str) -> str:
        copied.write_text(text)
        (found,) = check_path(copied, prove=False).diagnostics
        assert found.code.code == "T703"
        return found.help or ""

    offered = "or, for the thresholds of `service.tier`, copy `service.calibration.toml` to `new.calibration.toml`"
    assert help_with(POLICY).endswith(offered)
    assert "copy" not in help_with(POLICY.replace("top 10%", "top 20%"))
    (tmp_path / "other.tier").write_text(POLICY)
    (tmp_path / "other.calibration.toml").write_text(FILE)
    assert "copy" not in help_with(POLICY)
    (tmp_path / "other.calibration.toml").unlink()
    (tmp_path / "new.calibration.toml").write_text((tmp_path / "service.calibration.toml").read_text())
    assert codes(copied) == []


def test_a_policy_that_asks_nothing_reads_nothing(tmp_path: Path) -> None:
    path = laid_out(tmp_path, calibration="not TOML")
    path.write_text(POLICY.replace("in top 10%", "> 100"))
    assert codes(path) == []
    assert [source.path for source in tierpolicy.load(path).versions[0].sources] == [path.as_posix()]


def test_comments_between_the_words_hide_no_question(tmp_path: Path) -> None:
    path = laid_out(tmp_path)
    path.write_text(POLICY.replace("in top", "in # of all\n    # who buy\n    top"))
    assert codes(path) == []


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = laid_out(tmp_path, calibration=None)
    beside = tmp_path / "service.calibration.toml"
    beside.write_bytes(b"\xff\xfe\x00")
    assert codes(path) == ["T084"]
    beside.unlink()
    beside.mkdir()
    assert codes(path) == ["T083"]
    beside.rmdir()
    outside = tmp_path.parent / f"{tmp_path.name}.toml"
    outside.write_text(FILE)
    os.symlink(outside, beside)
    assert codes(path) == ["T081"]


def test_each_version_has_its_own_file(tmp_path: Path) -> None:
    for year, value in ((2025, "100"), (2026, "200")):
        head = f'policy "Desk" version "{year}" effective from {year}-01-01 until {year}-12-31\n'
        (tmp_path / f"{year}.tier").write_text(POLICY.replace('policy "Desk"\n', head))
        (tmp_path / f"{year}.calibration.toml").write_text(FILE.replace("241.30", value))
    policy = tierpolicy.load(tmp_path)
    days = (date(2025, 6, 1), date(2026, 6, 1))
    assert [policy.evaluate({"worth": 150}, as_of=day)["priority"] for day in days] == ["high", "low"]


def test_what_a_used_file_asks_is_measured_for_the_policy_that_uses_it(tmp_path: Path) -> None:
    (tmp_path / "shared.tier").write_text(POLICY.replace('policy "Desk"\n', ""))
    (tmp_path / "service.tier").write_text('policy "Desk"\nuse "shared.tier"\n')
    assert codes(tmp_path / "service.tier") == ["T703"]
    (tmp_path / "shared.calibration.toml").write_text(FILE)
    assert codes(tmp_path / "service.tier") == ["T703"]
    (tmp_path / "service.calibration.toml").write_text(FILE)
    assert codes(tmp_path / "service.tier") == []


# ---------------------------------------------------------------- to calibrate


def test_a_policy_is_read_to_be_calibrated_whatever_the_file_says(tmp_path: Path) -> None:
    path = laid_out(tmp_path, calibration=None)
    path.write_text(POLICY + "if worth in bottom 0.5% then priority = low\n")
    for text in ("not TOML", FILE.replace("241.30", "2 days"), FILE + "[[threshold]]\n"):
        (tmp_path / "service.calibration.toml").write_text(text)
        (policy,) = load_to_calibrate(path)
        assert [(each.side, each.share) for each in policy.thresholds] == [("top", 1000), ("bottom", 50)]
        assert policy.thresholds[1].value is MISSING
    assert policy.thresholds[0].value == 24130, "what the file says well is known"


def test_other_mistakes_are_still_mistakes(tmp_path: Path) -> None:
    path = laid_out(tmp_path, calibration=None)
    path.write_text(POLICY.replace("priority = high", "priority = hihg"))
    with pytest.raises(PolicyError):
        load_to_calibrate(path)


def test_names_and_shares_in_words() -> None:
    assert name_beside("a/b/service.tier") == "service.calibration.toml"
    assert name_beside("policy") == "policy.calibration.toml"
    assert [share_text("top", share) for share in (1000, 50, 5, 1025)] == [
        "top 10%",
        "top 0.5%",
        "top 0.05%",
        "top 10.25%",
    ]


# ---------------------------------------------------------------- what reads it


def test_proofs_see_a_comparison_with_a_constant() -> None:
    policy = tierpolicy.loads(POLICY, calibration=FILE).versions[0]
    inside = policy.rules[0].condition
    above = elaborate(gather(POLICY.replace("in top 10%", ">= 241.30"), FILE)).policy
    assert above is not None
    assert inside == above.rules[0].condition
    both = And((inside, Not(inside)))
    assert isinstance(Session(policy).settle(Goal((Side("c", policy),), Truth("c", both, TRUE_ONLY))), NoneSuch)
    assert isinstance(inside, Compare)


def test_a_target_may_say_what_the_policy_asks() -> None:
    policy = tierpolicy.loads(POLICY, calibration=FILE)
    assert [line.strip() for line in policy.next_steps({"worth": 200}, "worth in top 10%").lines()][1:] == [
        "worth: 41.30 more (200 to 241.30)"
    ]
    with pytest.raises(TargetError) as raised:
        policy.next_steps({"worth": 200}, "worth in top 20%")
    (found,) = raised.value.diagnostics
    assert found.help == "it asks for `worth in top 10%`"


def test_two_calibrations_of_one_policy_differ() -> None:
    old, new = (tierpolicy.loads(POLICY, calibration=FILE.replace("241.30", value)) for value in ("100", "200"))
    assert old.versions[0].rules[0].condition != new.versions[0].rules[0].condition
    same = tierpolicy.loads(POLICY, calibration=FILE.replace("23570", "24000"))
    assert same.versions[0].rules == tierpolicy.loads(POLICY, calibration=FILE).versions[0].rules


# ---------------------------------------------------------------- stale


def test_old_thresholds_are_said_once() -> None:
    policy = tierpolicy.loads(POLICY, calibration=FILE).versions[0]
    assert too_old(policy, date(2027, 12, 26)) == ()
    (found,) = too_old(policy, date(2027, 12, 27))
    assert (found.code.code, found.message) == (
        "T707",
        "the top 10% of `worth` was measured on 2026-11-21, 401 days before 2027-12-27",
    )
    assert too_old(policy, date(2026, 12, 21), max_age=29)
    assert too_old(policy, date(2020, 1, 1)) == (), "a calibration from later is no old one"


NEAR, OFF = [(1000, 125), (1000, 75), (5, 1), (0, 0)], [(1000, 126), (1000, 74), (3, 0)]


@pytest.mark.parametrize(("known", "within"), [*NEAR, *OFF])
def test_a_share_is_off_by_more_than_a_quarter(known: int, within: int) -> None:
    policy = tierpolicy.loads(POLICY, calibration=FILE).versions[0]
    found = list(shares_off({policy.thresholds[0]: (known, within)}, "customers.csv"))
    assert [each.code.code for each in found] == ["T708"] * ((known, within) in OFF)
    if (known, within) == (1000, 126):
        assert found[0].message == "126 of 1,000 customers of customers.csv are in the top 10% of `worth`: 12.6%"


def test_fmt_leaves_calibrations_alone_and_check_counts_them(tmp_path: Path) -> None:
    report = check_path(laid_out(tmp_path), prove=False)
    assert [Path(name).name for name in report.files] == ["service.tier", "service.calibration.toml"]
    assert re.search("T703", str(check_text(POLICY, prove=False).diagnostics))
