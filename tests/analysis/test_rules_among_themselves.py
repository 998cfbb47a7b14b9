"""Conflicts, statements that are never true or never change anything, gaps in tables: one small policy a lesson.

Each is answered twice: with the solver, and by boxes alone (an engine that always gives up), where boxes must do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tests.strategies.policies import elaborated
from tierpolicy.analysis.answer import Answer, GaveUp, NoneSuch, Question
from tierpolicy.analysis.goal import Goal
from tierpolicy.analysis.questions import conflicts, never_changes, never_true, table_gaps
from tierpolicy.analysis.session import Session

HEAD = """
customer {
    orders : integer at least 0 at most 1000
    spend  : money at least 0
    stage  : cold < warm < hot
    tags   : set of press, family
    vip    : flag default no
    age    : integer at least 0
}
service {
    priority : low < normal < high < top
    max_wait : duration less is better at most 1 hour
    perks    : set of lounge, gift
    points   : integer adds up
    fee      : money less is better at most 20
    greeting : text default "Good day"
}
"""


def gives_up(goal: Goal, timeout: float) -> GaveUp:
    return GaveUp("nobody was asked")


def asked(question: Question, statements: str, head: str = HEAD, engine: object = gives_up) -> dict[str, Answer]:
    session = Session(elaborated(head + statements), 10.0, engine=engine)  # type: ignore[arg-type]
    if question is never_changes.QUESTION:
        list(never_true.QUESTION.answers(session))
    return {answer.subject: answer for answer in question.answers(session)}


def verdicts(question: Question, statements: str, head: str = HEAD, engine: object = gives_up) -> dict[str, str]:
    return {name: answer.verdict for name, answer in asked(question, statements, head, engine).items()}


def said(question: Question, statements: str, head: str = HEAD, engine: object = gives_up) -> dict[str, str]:
    """The messages of what was refuted, by subject."""
    found = asked(question, statements, head, engine).items()
    return {name: each.diagnostic.message for name, each in found if each.verdict == "refuted" and each.diagnostic}


def related(question: Question, statements: str, subject: str) -> set[str]:
    finding = asked(question, statements)[subject].diagnostic
    assert finding is not None
    return {each.message for each in finding.related}


# ---------------------------------------------------------------- never true

NEVER_TRUE: Mapping[str, tuple[str, str]] = {
    "two comparisons exclude one another": (
        "rule a: if orders > 5 and vip and orders < 3 then priority = top\n",
        "`a` is never true: `orders > 5` and `orders < 3` exclude one another",
    ),
    "the bounds of a field": (
        "rule a: if orders > 1000 then priority = top\n",
        "`a` is never true: `orders > 1000` can't be",
    ),
    "between two whole numbers there is none": (
        "rule a: if orders > 5 and orders < 6 then priority = top\n",
        "`a` is never true: `orders > 5` and `orders < 6` exclude one another",
    ),
    "a field with a default is never missing": (
        "rule a: if vip is missing then priority = top\n",
        "`a` is never true: `vip is missing` can't be",
    ),
    "a missing value makes no comparison true": (
        "rule a: if stage is missing and stage >= warm then priority = top\n",
        "`a` is never true: `stage is missing` and `stage >= warm` exclude one another",
    ),
    "three together": (
        "rule a: if (orders > 5 or vip) and not vip and orders < 3 then priority = top\n",
        "`a` is never true: its parts exclude one another",
    ),
    "what the policy assumes": (
        "assume orders < 10\nrule a: if orders > 20 then priority = top\n",
        "`a` is never true under what the policy assumes",
    ),
    "a tier that no statement gives": (
        "tiers member < silver\nrule a: if tier = silver then priority = top\n",
        "`a` is never true: `tier = silver` can't be",
    ),
}


@pytest.mark.parametrize("lesson", NEVER_TRUE)
def test_never_true(lesson: str) -> None:
    statements, message = NEVER_TRUE[lesson]
    engine = gives_up if "tier" not in lesson else lambda goal, timeout: NoneSuch()
    assert said(never_true.QUESTION, statements, engine=engine) == {"a": message}


def test_days_outside_those_of_the_policy() -> None:
    head = 'policy "P" version "1" effective from 2026-01-01\n' + HEAD
    statements = "rule a until 2025-06-30: if vip then priority = top\nrule b until 2026-06-30: priority = high\n"
    assert said(never_true.QUESTION, statements, head) == {
        "a": "`a` is never true: no day on which it stands is one on which the policy is in effect"
    }


def test_rows_above_that_take_everybody() -> None:
    statements = """
table t first match:
    | if orders | if vip | then priority |
    | missing   | any    | normal        |
    | >= 10     | any    | high          |
    | < 10      | yes    | top           |
    | any       | yes    | top           |
    | otherwise |        | low           |
"""
    assert said(never_true.QUESTION, statements) == {"t row 4": "`t row 4` is never true: the rows above it come first"}
    assert related(never_true.QUESTION, statements, "t row 4") == {"`t row 2`", "`t row 3`"}


def test_an_unknown_row_above_leaves_nothing_below() -> None:
    """Where `orders` is missing row 1 is unknown, so that row 2 doesn't count there either: never."""
    statements = """
table t first match:
    | if orders | then priority |
    | any       | high          |
    | missing   | top           |
"""
    assert verdicts(never_true.QUESTION, statements)["t row 2"] == "refuted"
    statements = statements.replace("any ", ">= 0").replace("| missing ", "| < 5     ")
    assert verdicts(never_true.QUESTION, statements)["t row 2"] == "refuted"


def test_data_missing_above_and_below() -> None:
    table = "table t first match:\n    | if orders | then priority |\n    | >= 10 | high |\n    | missing | top |\n"
    finding = asked(never_true.QUESTION, table)["t row 2"].diagnostic
    assert finding is not None
    assert finding.message == "`t row 2` is never true: where it is true the rows above are unknown and come first"
    assert finding.help == "move it above them"


DECLARED: Mapping[str, tuple[str, str]] = {
    "bounds": ("orders > 1000", "`orders` is at least 0 and at most 1000"),
    "a default": ("vip is missing", "`vip` is never missing: it has a default"),
    "a set": ("tags is missing", "`tags` is never missing: it is {} then"),
}


@pytest.mark.parametrize("lesson", DECLARED)
def test_the_declaration_that_forbids_a_condition_is_shown(lesson: str) -> None:
    condition, shown = DECLARED[lesson]
    assert related(never_true.QUESTION, f"rule a: if {condition} then priority = top\n", "a") == {shown}


def test_parts_that_only_a_search_sees_exclude_one_another_are_shown() -> None:
    text = 'customer { t : text }\nservice { s : a < b }\nrule a: if t = "aq" and t starts with "q" then s = b\n'
    assert said(never_true.QUESTION, text, head="", engine=None) == {
        "a": '`a` is never true: `t = "aq"` and `t starts with "q"` exclude one another'
    }


def test_a_tier_is_one_statement() -> None:
    statements = "tiers member < silver\ntier silver if orders > 5 and orders < 5 then priority = top\n"
    assert list(said(never_true.QUESTION, statements, engine=lambda goal, timeout: NoneSuch())) == ["tier silver"]


def test_baselines_for_everybody_and_otherwise_are_exempt() -> None:
    statements = "baseline b: priority at least low\ntable t first match:\n    | if vip    | then fee |\n"
    statements += "    | yes       | 1        |\n    | no        | 2        |\n    | otherwise | 3        |\n"
    assert set(asked(never_true.QUESTION, statements)) == {"t row 1", "t row 2"}


# ---------------------------------------------------------------- never changes a decision

UNCHANGED: Mapping[str, tuple[str, set[str]]] = {
    "a wider rule gives as much": (
        "rule a: if orders > 5 then priority = high\nrule b: if orders > 3 then priority = high\n",
        {"a"},
    ),
    "two others together": (
        "rule a: if orders is known then priority = high\nrule b: if orders > 3 then priority = top\n"
        "rule c: if orders < 9 then priority = high\n",
        {"a", "c"},  # each alone
    ),
    "not where the field is missing": (
        "rule a: if vip then priority = high\nrule b: if orders > 3 then priority = top\n"
        "rule c: if orders < 9 then priority = high\n",
        set(),
    ),
    "the worst value": ("rule a: if vip then priority = low\n", {"a"}),
    "a baseline promises as much": (
        "baseline b: priority at least high\nrule a: if vip then priority = normal\n",
        {"a"},
    ),
    "a limit takes all of it": (
        "limit l: if orders > 3 then priority at most low\nrule a: if orders > 5 then priority = top\n"
        "rule c: if orders < 2 then priority = high\n",
        {"a"},
    ),
    "a limit takes some of it": (
        "limit l: if orders > 3 then priority at most normal\nrule a: if orders > 5 then priority = top\n",
        set(),
    ),
    "a limit leaves no more than another gives": (
        "limit l: if orders > 3 then priority at most normal\nrule a: if orders > 5 then priority = top\n"
        "rule b: if orders > 4 then priority = normal\n",
        {"a"},
    ),
    "sets label by label": (
        "rule a: if orders > 5 then perks = {lounge, gift}\nrule b: if orders > 3 then perks = {lounge}\n"
        "rule c: if orders > 4 then perks = {gift}\n",
        {"a"},
    ),
    "a label of a set that nobody else gives": (
        "rule a: if orders > 5 then perks = {lounge, gift}\nrule b: if orders > 3 then perks = {lounge}\n",
        set(),
    ),
    "a limit that never bites": (
        "limit l: if vip then priority at most high\nrule a: if orders > 5 then priority = high\n",
        {"l"},
    ),
    "a limit that bites only whom it doesn't meet": (
        "limit l: if orders < 5 then priority at most normal\nrule a: if orders > 5 then priority = high\n",
        {"l"},
    ),
    "a limit below the baseline": (
        "limit l: if vip then priority at most low\nbaseline b: priority at least normal\n"
        "rule a: if orders > 5 then priority = normal\n",
        {"l", "a"},
    ),
    "a stricter limit": (
        "limit l: if vip then fee at least 5\nlimit m: fee at least 7\nrule a: fee = 1\n",
        {"l"},
    ),
    "a baseline that everybody has": (
        "rule a: priority = high\nbaseline b: if vip then priority at least normal\n",
        {"b"},
    ),
    "a baseline that a limit calls for": (
        "rule a: priority = high\nbaseline b: if vip then priority at least normal\n"
        "limit l: if orders > 5 then priority at most low\n",
        set(),
    ),
    "a baseline below a limit": (
        "rule a: if orders > 1 then max_wait = 5 minutes\nbaseline b: if vip then max_wait at most 30 minutes\n"
        "baseline c: if vip then max_wait at most 20 minutes\n",
        {"b"},
    ),
    "days": (
        "rule a from 2026-02-01 until 2026-03-31: if vip then priority = high\n"
        "rule b from 2026-01-01: if vip then priority = high\n",
        {"a"},
    ),
    "days that stick out": (
        "rule a from 2026-02-01 until 2026-03-31: if vip then priority = high\n"
        "rule b from 2026-02-02: if vip then priority = high\n",
        set(),
    ),
    "one of two values": (
        "rule a: if orders > 5 then priority = high, fee = 10\nrule b: if orders > 3 then priority = high\n",
        set(),
    ),
    "points add up": ("rule a: if vip then points = 5\nrule b: if vip then points = 5\n", set()),
    "no points": ("rule a: if vip then points = 0\n", {"a"}),
    "a greeting that is overridden": (
        'rule a: if orders > 5 then greeting = "Hello"\nrule b overrides a: if orders > 3 then greeting = "Hi"\n',
        {"a"},
    ),
    "a greeting that says the default": ('rule a: if vip then greeting = "Good day"\n', {"a"}),
    "a greeting that keeps another away": (
        'rule a overrides b: if vip then greeting = "Good day"\nrule b: if orders > 3 then greeting = "Hi"\n',
        set(),
    ),
    "the same greeting": (
        'rule a: if orders > 5 then greeting = "Hi"\nrule b: if orders > 3 then greeting = "Hi"\n',
        {"a"},
    ),
    "a tier that is never seen decides the tier": (
        "tiers member < silver\ntier silver if orders > 5\n",
        set(),
    ),
    "a tier below one as easy to reach": (
        "tiers member < silver < gold\ntier silver if orders > 5\ntier gold if orders > 4\n",
        {"tier silver"},
    ),
    "what lower tiers get": (
        "tiers member < silver < gold\ntier silver if orders > 5 then priority = high\n"
        "tier gold if orders > 8 then priority = normal\nrule a: if tier = gold then priority = high\n",
        {"a"},
    ),
}


@pytest.mark.parametrize("lesson", UNCHANGED)
def test_never_changes(lesson: str) -> None:
    statements, unchanged = UNCHANGED[lesson]
    found = verdicts(never_changes.QUESTION, statements)
    assert {name for name, verdict in found.items() if verdict == "refuted"} == unchanged
    assert "unknown" not in found.values()


def test_what_beats_a_statement_is_named() -> None:
    statements = UNCHANGED["two others together"][0] + "rule d: if vip then priority = high\n"
    assert related(never_changes.QUESTION, statements, "a") == {"`b`", "`c`"}


HOW: Mapping[str, tuple[str, str, set[str]]] = {
    "limits": (
        "limit l: if points > 5 then priority at most low\nrule p: points = orders\n"
        "rule a: if orders > 7 then priority = high\nrule m: priority = normal\n",
        "limits take away what it gives",
        {"`l`"},
    ),
    "the same calculation": (
        "rule b: if orders > 3 then fee = spend * 10%\nrule a: if orders > 3 and vip then fee = spend * 10%\n",
        "others give as much wherever it is true",
        {"`b`"},
    ),
    "a baseline": (
        "baseline b: priority at least high\nrule a: if vip then priority = high\n",
        "as much is promised wherever it is true",
        {"`b`"},
    ),
    "overridden": (
        'rule a: if orders > 5 then greeting = "Hello"\nrule b overrides a: if orders > 3 then greeting = "Hi"\n',
        "it is overridden wherever it is true",
        {"`b`"},
    ),
    "nothing": ("rule a: if vip then priority = low\n", "what it gives everyone has anyway", set()),
    "another limit": (
        "limit b: fee at least 7\nlimit a: if vip then fee at least 5\nrule r: fee = 1\n",
        "other limits allow no more wherever it would matter",
        {"`b`"},
    ),
}


@pytest.mark.parametrize("lesson", HOW)
def test_how_a_statement_is_beaten_is_said(lesson: str) -> None:
    statements, how, by = HOW[lesson]
    finding = asked(never_changes.QUESTION, statements, engine=None)["a"].diagnostic
    assert finding is not None
    assert finding.message == f"`a` never changes a decision: {how}"
    assert {each.message for each in finding.related} == by


def test_a_statement_that_is_never_true_is_not_said_twice() -> None:
    assert verdicts(never_changes.QUESTION, "rule a: if orders > 5 and orders < 5 then priority = top\n") == {}


ROWS: Mapping[str, tuple[str, set[str]]] = {
    "the row below gives the same": ("| >= 10 | high |\n    | >= 5 | high |\n    | any | normal |", {"t row 1"}),
    "a row that only holds back": ("| >= 10 | - |\n    | >= 5 | high |", set()),
    "a row that holds back nobody": ("| >= 10 | high |\n    | < 3 | - |\n    | 3 to 9 | top |", {"t row 2"}),
    "a row that holds back unknown data": ("| >= 10 | - |\n    | missing | high |", set()),
    "less than below": ("| >= 10 | normal |\n    | any | high |", set()),
    "each its own": ("| >= 10 | top |\n    | >= 5 | high |\n    | otherwise | normal |", set()),
    "as much as otherwise": ("| >= 10 | top |\n    | >= 5 | high |\n    | otherwise | high |", {"t row 2"}),
}


@pytest.mark.parametrize("lesson", ROWS)
def test_rows_that_never_change_a_decision(lesson: str) -> None:
    """Without a row of a `first match` table those below get their turn."""
    rows, unchanged = ROWS[lesson]
    found = verdicts(never_changes.QUESTION, f"table t first match:\n    | if orders | then priority |\n    {rows}\n")
    assert {name for name, verdict in found.items() if verdict == "refuted"} == unchanged
    assert "unknown" not in found.values()


def test_a_row_below_an_unknown_one_holds_back_nobody() -> None:
    """Where `orders` is missing row 1 is unknown: it is row 1 that row 3 waits for there, not row 2."""
    table = """
table t first match:
    | if orders | if vip | then priority |
    | >= 10     | any    | high          |
    | any       | yes    | low           |
    | missing   | yes    | top           |
"""
    assert verdicts(never_changes.QUESTION, table) == {"t row 1": "proved", "t row 2": "refuted"}


def test_a_row_that_completes_its_table_is_there_for_that() -> None:
    rows = "    | if vip | then priority |\n    | yes    | high          |\n    | no     | low           |\n"
    assert verdicts(never_changes.QUESTION, "table t complete:\n" + rows)["t row 2"] == "proved"
    assert verdicts(never_changes.QUESTION, "table t:\n" + rows)["t row 2"] == "refuted"


def test_calculations_are_left_to_the_solver() -> None:
    statements = "rule a: if orders * 2 > 10 then priority = high\nrule b: if orders >= 3 then priority = high\n"
    assert verdicts(never_changes.QUESTION, statements)["a"] == "unknown"
    assert verdicts(never_changes.QUESTION, statements, engine=None)["a"] == "refuted"


# ---------------------------------------------------------------- conflicts

CONFLICTS: Mapping[str, tuple[str, str]] = {
    "both may be true": (
        'rule a: if vip then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n',
        "refuted",
    ),
    "they exclude each other": (
        'rule a: if orders < 3 then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n',
        "proved",
    ),
    "missing is neither": (
        'rule a: if orders is missing then greeting = "A"\nrule b: if orders >= 0 then greeting = "B"\n',
        "proved",
    ),
    "one overrides the other": (
        'rule a overrides b: if vip then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n',
        "proved",
    ),
    "a third one overrides wherever they meet": (
        'rule a: if orders < 5 then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n'
        'rule c overrides a: if orders = 4 then greeting = "B"\n',
        "proved",
    ),
    "a third one overrides not everywhere": (
        'rule a: if orders < 6 then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n'
        'rule c overrides a: if orders = 4 then greeting = "B"\n',
        "refuted",
    ),
    "the same value": (
        'rule a: if vip then greeting = "A"\nrule b: if orders > 3 then greeting = "A"\n',
        "proved",
    ),
    "other days": (
        'rule a until 2026-01-31: if vip then greeting = "A"\nrule b from 2026-02-01: greeting = "B"\n',
        "proved",
    ),
    "a day in common": (
        'rule a until 2026-02-01: if vip then greeting = "A"\nrule b from 2026-02-01: greeting = "B"\n',
        "refuted",
    ),
    "rows of a first match table": (
        'table t first match:\n    | if orders | then greeting |\n    | > 5 | "A" |\n    | > 3 | "B" |\n',
        "proved",
    ),
    "rows of a table where all count": (
        'table t:\n    | if orders | then greeting |\n    | > 5 | "A" |\n    | > 3 | "B" |\n',
        "refuted",
    ),
    "what the policy assumes": (
        "assume not (vip and orders > 3)\n"
        'rule a: if vip then greeting = "A"\nrule b: if orders > 3 then greeting = "B"\n',
        "proved",
    ),
    "sets": (
        'rule a: if tags has press then greeting = "A"\nrule b: if tags has family then greeting = "B"\n',
        "refuted",
    ),
    "a higher tier's overrides a lower one's": (
        'tiers member < silver < gold\ntier silver if orders > 3 then greeting = "A"\n'
        'tier gold if orders > 5 then greeting = "B"\n',
        "proved",
    ),
    "a tier and a rule": (
        'tiers member < silver\ntier silver if orders > 3 then greeting = "A"\nrule b: if vip then greeting = "B"\n',
        "refuted",
    ),
}


@pytest.mark.parametrize("lesson", CONFLICTS)
def test_conflicts(lesson: str) -> None:
    statements, verdict = CONFLICTS[lesson]
    found = asked(conflicts.QUESTION, statements)
    assert {name: each.verdict for name, each in found.items()} == {"greeting": verdict}
    if verdict == "refuted":
        finding = found["greeting"].diagnostic
        assert finding is not None
        assert finding.witness
        assert finding.witness["customers"]


def test_each_pair_of_rules_has_its_finding_up_to_a_number() -> None:
    rules = "".join(f'rule r{each}: if orders > {each} then greeting = "{each}"\n' for each in range(10))
    session = Session(elaborated(HEAD + rules), engine=gives_up)
    found = list(conflicts.QUESTION.answers(session))
    assert len(found) == conflicts.MOST_PAIRS
    assert len({answer.diagnostic.message for answer in found if answer.diagnostic}) == len(found)


# ---------------------------------------------------------------- gaps in tables

GAPS: Mapping[str, tuple[str, str]] = {
    "missing data": ("| < 10 | high |\n    | >= 10 | top |", "refuted"),
    "every case": ("| < 10 | high |\n    | >= 10 | top |\n    | missing | low |", "proved"),
    "between two rows": ("| < 10 | high |\n    | > 10 | top |\n    | missing | low |", "refuted"),
    "any": ("| < 10 | high |\n    | any | top |", "proved"),
}


@pytest.mark.parametrize("lesson", GAPS)
def test_table_gaps(lesson: str) -> None:
    rows, verdict = GAPS[lesson]
    table = f"complete:\n    | if orders | then priority |\n    {rows}\n"
    assert verdicts(table_gaps.QUESTION, f"table t {table}") == {"t": verdict}
    assert verdicts(table_gaps.QUESTION, f"table t {table}".replace("complete", "")) == {}


def test_a_first_match_table_is_complete_with_otherwise() -> None:
    rows = "    | if orders | then priority |\n    | < 10      | high          |\n    | any       | top           |\n"
    table = "table t first match complete:\n"
    assert verdicts(table_gaps.QUESTION, table + rows) == {"t": "refuted"}  # unknown where `orders` is missing
    assert verdicts(table_gaps.QUESTION, table + rows.replace("| any      ", "| otherwise")) == {"t": "proved"}


def test_only_the_missing_data_that_matters_is_named() -> None:
    table = (
        "table t complete:\n    | if orders | if stage | then priority |\n"
        "    | >= 0 | any | high |\n    | missing | >= warm | top |\n    | any | cold | top |\n"
    )
    messages = said(table_gaps.QUESTION, table)
    assert messages["t"].endswith("where `orders` and `stage` are missing")
    messages = said(table_gaps.QUESTION, table.replace("| any | cold", "| >= 5 | cold"))
    assert "`orders`" in messages["t"]


def test_a_gap_lies_within_the_days_of_the_table() -> None:
    table = "table t from 2026-03-01 complete:\n    | if orders | then priority |\n    | >= 0      | high          |\n"
    finding = asked(table_gaps.QUESTION, table)["t"].diagnostic
    assert finding is not None
    assert finding.witness is not None
    (customer,) = finding.witness["customers"]
    assert date.fromisoformat(customer["as_of"]) >= date(2026, 3, 1)
    assert customer["record"].get("orders") is None


def test_rows_that_give_nothing_hold_nothing_back_outside_first_match_tables() -> None:
    """A `-` in a matrix says so by itself."""
    crossed = """
matrix m: max_wait by stage, vip
    |      | yes       | no        |
    | cold | 5 minutes | 9 minutes |
    | warm | -         | -         |
"""
    assert said(never_changes.QUESTION, crossed) == {}
    rows = "table t:\n    | if stage | then max_wait |\n    | cold | 5 minutes |\n    | warm | - |\n"
    assert said(never_changes.QUESTION, rows) == {
        "t row 2": "`t row 2` never changes a decision: it gives nothing, and only in a `first match` table would it "
        "hold back others"
    }
