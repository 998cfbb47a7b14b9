"""What missing data leaves undecided where it matters, and what `otherwise` gives then; whether assumptions are met."""

from __future__ import annotations

import pytest

from tests.analysis.asking import Asked
from tierpolicy.analysis.questions import assumptions, otherwise, undecided

DECLARED = """
customer {
    orders : integer at least 0
    spend  : money
    sure   : integer required
    usual  : integer default 3
    tags   : set of press, vip
}
request {
    urgent : flag
}
service {
    call : flag
    note : text default ""
}
define many = orders > 3
rule all: if spend > 5 then call = yes
"""


def undecided_of(text: str) -> dict[str, str]:
    return Asked(undecided.QUESTION, DECLARED + text).verdicts


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("orders > 3", "refuted T506"),
        ("many", "refuted T506"),
        ("not orders > 3 or spend is missing", "refuted T506"),
        ("orders > 3 and spend > 5", "refuted T506"),
        ("orders > 3 or orders is missing", None),
        ("orders > 3 and orders is known", None),
        ("first_known(orders, 0) > 3", None),
        ("tags has vip", None),
        ("urgent", None),
        ("sure > 3", None),
        ("usual > 3", None),
        ("usual > 3 and urgent", None),
        ("orders > 3 or orders <= 3 or sure is missing", "refuted T506"),
        ("orders > 3 and sure > 3 and sure < 2", "proved"),
    ],
)
def test_a_limit_says_what_missing_data_means(condition: str, verdict: str | None) -> None:
    expected = {} if verdict is None else {"l": verdict}
    assert undecided_of(f"limit l: if {condition} then call = no\n") == expected
    assert undecided_of(f"rule r: if {condition} then call = yes\n") == {}


def test_a_limit_that_would_change_nothing_is_not_noted() -> None:
    assert undecided_of("limit l: if orders > 3 and spend <= 5 then call = no\n") == {"l": "proved"}
    assert undecided_of("baseline b: if spend > 5 then call = yes\n") == {"b": "refuted T506"}
    assert undecided_of("rule more: call = yes\nbaseline b: if spend > 5 then call = yes\n") == {"b": "proved"}


def test_what_is_said_of_a_limit() -> None:
    found = Asked(undecided.QUESTION, DECLARED + "limit l: if orders > 3 then call = no\n").only
    assert found.message == "the limit `l` may not hold where `orders` is missing"
    assert found.help == "if it should hold then too, add `or orders is missing`; if not, `and orders is known` says so"
    assert found.witness is not None
    assert "orders" not in found.witness["customers"][0]["record"]


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [
        ("property p: always orders > 3 implies call", "refuted T506"),
        ('property p: always orders > 3 implies note = ""', "proved"),
        ("property p: always orders > 3 and orders is known implies call", None),
        ("property p: never orders > 3 and call", "refuted T506"),
        ("property p: never spend > 5 and not call", "refuted T506"),
        ("property p: never spend < 0 and call", "proved"),
        ("property p where spend > 5: always call", "refuted T506"),
        ("property p where spend > 5: service never depends on orders", "refuted T506"),
        ("property p: service never depends on orders", None),
    ],
)
def test_a_property_says_what_missing_data_means(stated: str, verdict: str | None) -> None:
    assert undecided_of(stated + "\n") == ({} if verdict is None else {"p": verdict})


# ---------------------------------------------------------------- otherwise

CROSSED = """
customer {
    a : integer at least 0
    b : one of x, y, z
    sure : integer required
    tags : set of press, vip
}
request {
    urgent : flag
}
service {
    level : low < mid < high
}
define many = a > 10
table t first match:
    | if a | if b | then level |
"""

WITHOUT_A, WITHOUT_B = "`otherwise` also counts where `a` is missing", "`otherwise` also counts where `b` is missing"


def otherwise_of(*rows: str) -> str | None:
    """What is said of a table with these rows; None where nothing is."""
    text = CROSSED + "".join(f"    | {row} |\n" for row in rows)
    answers = Asked(otherwise.QUESTION, text).answers
    assert set(answers) <= {"t"}
    diagnostic = answers["t"].diagnostic if answers else None
    return diagnostic.message if diagnostic is not None else None


@pytest.mark.parametrize("by_boxes", [True, False])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("> 10 | any | high", "<= 10 | any | mid", "missing | x, y, z | mid", "otherwise | | low"), WITHOUT_A),
        (("missing | any | low", "> 10 | any | high", "<= 10 | any | mid", "otherwise | | low"), None),
        (("missing | any | low", "> 10 | any | high", "<= 10 | x | mid", "otherwise | | low"), WITHOUT_B),
        (("> 10 | any | high", "missing | any | low", "otherwise | | low"), WITHOUT_A),
        (("> 10 | y | high", "<= 10 | x | mid", "otherwise | | low"), WITHOUT_A.replace("`a`", "`a` or `b`")),
        (("> 10 | y | high", "<= 10 | x | mid", "otherwise | | -"), None),
        (("known | any | high", "any | x | mid", "any | y, z | mid", "otherwise | | low"), "together"),
        (("known | any | high", "any | known | mid", "otherwise | | low"), None),
    ],
)
def test_what_otherwise_waits_for(
    rows: tuple[str, ...], said: str | None, by_boxes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_boxes:
        monkeypatch.setattr(otherwise, "_by_boxes", lambda *asked: None)
    together = "`otherwise` also counts where `a` and `b` are missing"
    assert otherwise_of(*rows) == (together if said == "together" else said)


@pytest.mark.parametrize(
    ("column", "cell", "is_said"),
    [
        ("a", "> 3", True),
        ("many", "yes", True),
        ("sure", "> 3", False),
        ("tags", "has vip", False),
        ("urgent", "yes", False),
    ],
)
def test_otherwise_waits_for_what_a_record_may_lack(column: str, cell: str, is_said: bool) -> None:
    head = CROSSED.rsplit("table", 1)[0]
    rows = f"    | if {column} | then level |\n    | {cell} | high |\n    | otherwise | mid |\n"
    assert bool(Asked(otherwise.QUESTION, f"{head}table t first match:\n{rows}").verdicts) is is_said


def test_what_is_said_of_otherwise() -> None:
    text = CROSSED + "    | > 10 | any | high |\n    | missing | any | mid |\n    | otherwise | | low |\n"
    found = Asked(otherwise.QUESTION, text).only
    assert found.help.endswith("put a row for it, with `missing` in the cell of `a`, above all that ask for it")
    assert found.witness is not None
    assert "a" not in found.witness["customers"][0]["record"]
    assert found.witness["customers"][0]["expect"] == {"level": "low"}


# ---------------------------------------------------------------- assumptions


@pytest.mark.parametrize(
    ("assumed", "verdict"),
    [
        ("", None),
        ("assume orders > 3", "proved"),
        ("assume orders > 3\nassume spend > 5", "proved"),
        ("assume orders > 3\nassume orders < 2", "refuted T327"),
        ("assume orders < 0", "refuted T327"),
        ("assume usual > 3 and usual < 2", "refuted T327"),
        ("assume orders is missing\nassume orders is known", "refuted T327"),
        ("assume tags has press\nassume not (tags has press and tags has vip)", "proved"),
    ],
)
def test_whether_anybody_meets_the_assumptions(assumed: str, verdict: str | None) -> None:
    found = Asked(assumptions.QUESTION, DECLARED + assumed + "\n").verdicts
    assert list(found.values()) == ([] if verdict is None else [verdict])


def test_only_those_that_contradict_one_another_are_told() -> None:
    text = "assume spend > 1\nassume orders > 3\nassume usual > 1\nassume orders < 2\n"
    found = Asked(assumptions.QUESTION, DECLARED + text).only
    assert found.message == "no customer meets the assumption `orders < 2` together with another one"
    assert [related.message for related in found.related] == ["`orders > 3` is assumed here"]
    assert str(found.help).startswith("proofs are only about customers of whom `orders` is missing then")


@pytest.mark.parametrize(
    "assumed", ["assume usual > 3 and usual < 2", "assume orders is missing\nassume orders is known"]
)
def test_proofs_may_be_about_nobody(assumed: str) -> None:
    found = Asked(assumptions.QUESTION, f"{DECLARED}{assumed}\n").only
    assert str(found.help).startswith("proofs are about nobody then")
