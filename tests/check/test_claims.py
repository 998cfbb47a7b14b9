"""Properties, assumptions, examples; heads and versions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.check.reading import errors, policy
from tierpolicy.check.versions import version_findings, version_for, version_order
from tierpolicy.model import policy as claims
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING

DECLARED = """
customer {
    orders : integer
    spend  : money
    age    : integer protected
}
service {
    priority : low < high
    note     : text default ""
    score    : integer adds up internal
}
if orders > 3 then priority = high, score = 1
"""


def claim(text: str) -> claims.Claim:
    return policy(DECLARED + f"property p: {text}\n").properties[0].claim


def test_service_is_what_the_question_asks_of() -> None:
    assert claim("more spend never lowers service") == claims.NeverLowers("more", "spend", ("priority",))
    assert claim("service never depends on age") == claims.NeverDependsOn(("priority", "note"), "age")
    assert claim("less orders never lowers score") == claims.NeverLowers("less", "orders", ("score",))


def test_other_claims() -> None:
    assert claim("customers with equal orders, score get equal priority") == claims.EqualTreatment(
        ("orders", "score"), ("priority",)
    )
    assert isinstance(claim("always orders > 3 implies priority = high"), claims.Always)
    assert isinstance(claim("never priority = high and orders < 2"), claims.Never)
    share = claim("at most 5% of customers have priority = high")
    assert isinstance(share, claims.Share)
    assert share.share == 500
    total = claim("total spend * 2 at most 1_000")
    assert isinstance(total, claims.Total)
    assert policy(DECLARED + "property p where orders > 3: never priority = low\n").properties[0].where is not None
    assert policy(DECLARED + "assume orders >= 0\n").assumptions[0].origin.name == "assume line 13"


# ---------------------------------------------------------------- examples


def test_an_example_holds_typed_facts() -> None:
    example = policy(
        DECLARED + 'example "e":\n    given spend = 12.50, age is missing\n    expect priority = low\n'
    ).examples[0]
    assert example.given == {"spend": 1250, "age": MISSING}
    assert len(example.expects) == 1


@pytest.mark.parametrize(
    ("head", "statement", "as_of", "day"),
    [
        ("", 'if today > 2026-01-01 then note = "x"', "    as of 2026-05-01\n", date(2026, 5, 1)),
        ('policy "P" effective from 2026-02-01\n', 'if today > 2026-01-01 then note = "x"', "", date(2026, 2, 1)),
        ("", 'if today > 2026-01-01 then note = "x"', "", None),
        ("", 'define late = today > 2026-01-01\nif late then note = "x"', "", None),
        ("", "baseline b from 2026-01-01: priority at least high", "", None),
        ("", "limit l: if days_between(today, today) > 1 then priority at most low", "", None),
    ],
)
def test_the_day_of_an_example(head: str, statement: str, as_of: str, day: date | None) -> None:
    text = head + DECLARED + statement + '\nexample "e":\n    given orders = 1\n    expect priority = low\n' + as_of
    if day is None:
        assert [error[:4] for error in errors(text)] == ["T406"]
    else:
        assert policy(text).examples[0].as_of == day


# ---------------------------------------------------------------- heads and versions


def test_the_head() -> None:
    found = policy(
        'policy "Name" version "2" effective from 2026-01-01 until 2026-12-31 currency USD\norganization charity\n'
        + DECLARED
    )
    assert (found.name, found.version, found.currency, found.organization) == ("Name", "2", "USD", "charity")
    assert (found.effective_from, found.effective_until) == (date(2026, 1, 1), date(2026, 12, 31))
    plain = policy(DECLARED)
    assert (plain.name, plain.version, plain.currency, plain.organization) == ("policy", "", "", "business")


def version(name: str, start: str = "", end: str = "") -> Policy:
    dates = " effective" + (f" from {start}" if start else "") + (f" until {end}" if end else "")
    return policy(f'policy "P" version "{name}"{dates if start or end else ""}\n{DECLARED}')


OLD = version("old", "1999-01-01", "2025-12-31")
MIDDLE = version("middle", "2026-01-01", "2026-06-30")
LATE = version("late", "2026-06-01")
FAR = version("far", "2026-07-11", "2026-12-31")


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ([OLD], []),
        ([MIDDLE, OLD], []),
        ([OLD, MIDDLE, LATE], ["T314"]),
        ([OLD, FAR, MIDDLE], ["T313"]),
        ([OLD, LATE, MIDDLE, FAR], ["T314", "T314"]),
        ([version("a"), version("b")], ["T314"]),
    ],
)
def test_gaps_and_overlaps(versions: list[Policy], found: list[str]) -> None:
    assert [finding.code.code for finding in version_findings(versions)] == found
    assert version_findings(versions) == version_findings(version_order(versions[::-1]))


@pytest.mark.parametrize(
    ("versions", "help"),
    [
        ([OLD, MIDDLE, LATE], "let version `middle` end on 2026-05-31, the day before version `late` begins"),
        ([OLD, FAR, MIDDLE], "let version `middle` end on 2026-07-10, or version `far` begin on 2026-07-01"),
        (
            [version("x", "2026-01-01"), version("x", "2026-02-01")],
            "let `policy.tier` end on 2026-01-31, the day before",
        ),
        (
            [version("a"), version("b")],
            "let version `a` and version `b` begin on different days, or remove one of them",
        ),
    ],
)
def test_what_to_do_about_gaps_and_overlaps(versions: list[Policy], help: str) -> None:
    (found,) = version_findings(versions)
    assert (found.help or "").startswith(help)


@pytest.mark.parametrize(
    ("day", "name", "outside"),
    [
        ("1990-01-01", "old", True),
        ("2020-01-01", "old", False),
        ("2026-06-15", "middle", False),
        ("2026-07-01", "middle", True),
        ("2026-07-05", "middle", True),
        ("2026-07-06", "far", True),
        ("2026-07-11", "far", False),
        ("2027-01-01", "far", True),
    ],
)
def test_the_version_of_a_day(day: str, name: str, outside: bool) -> None:
    for versions in ([OLD, MIDDLE, FAR], [FAR, MIDDLE, OLD]):
        found, is_outside = version_for(versions, date.fromisoformat(day))
        assert (found.version, is_outside) == (name, outside)


def test_of_two_the_later_start_decides() -> None:
    assert version_for([LATE, MIDDLE], date(2026, 6, 15))[0].version == "late"
    assert version_for([MIDDLE, LATE], date(2026, 6, 15))[0].version == "late"
