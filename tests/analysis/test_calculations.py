"""Calculations: the intervals that they lie in, and records for which they leave bounds or have no result."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.asking import Asked
from tests.analysis.expressions import AMOUNTS, Reading, Writer, policy, reading, value_in
from tests.check.reading import policy as policy_of
from tierpolicy.analysis.answer import Answer
from tierpolicy.analysis.calculations import CALCULATING, divisor
from tierpolicy.analysis.corners import Interval, amount
from tierpolicy.analysis.intervals import Intervals
from tierpolicy.analysis.questions import arithmetic, sums
from tierpolicy.analysis.session import Session
from tierpolicy.model.expressions import Arithmetic, AttributeRef, Call, Expr, Negative, children, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import DATE
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.decide import decide_typed
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import index_of

ANY_DAY = date(2026, 1, 1)

# ---------------------------------------------------------------- intervals


def bounded(chance: random.Random, found: Reading) -> Policy:
    """The policy of random expressions, each field bounded by its value and another one."""

    def around(field: Field) -> Field:
        value = found.fields[field.name]
        if field.type not in (*AMOUNTS, DATE) or value is MISSING or chance.random() < 0.2:
            return field
        low, high = sorted((value, value_in(field.type, chance)))  # type: ignore[type-var]
        return replace(field, low=low, high=high)

    fields = {name: around(field) for name, field in policy().fields.items()}
    return replace(policy(), fields=MappingProxyType(fields))


def outside(expr: Expr, intervals: Intervals, situation: Situation) -> str:
    """What is wrong with the interval of one expression, given what it is for a record."""
    value, interval = value_of(expr, situation), intervals.of(expr)
    if interval is None:
        return ""
    if value is MISSING:
        calculates = isinstance(expr, Arithmetic | Negative) or (
            isinstance(expr, Call) and expr.function in CALCULATING
        )
        by = divisor(expr)
        if not calculates or (by is not None and value_of(by, situation) == 0) or expr.type == DATE:
            return ""
        known = all(value_of(child, situation) is not MISSING for child in children(expr))
        return f"{expr} has no result, and {interval} holds all" if known and not interval.exceeds else ""
    found = amount(value)
    return "" if found is not None and interval.holds(found) else f"{expr} is {found}, and not in {interval}"


def wrong_intervals(seed: int) -> list[str]:
    chance = random.Random(seed)
    found = reading(chance)
    rules = bounded(chance, found)
    intervals = Intervals(rules, index_of(rules))
    situation = Situation(rules, found.fields, found.as_of, dict(found.decided))
    wrong = []
    for type_ in (*AMOUNTS, DATE):
        expr = Writer(chance).value(type_, 3)
        nodes = [node for node in walk(expr) if not any(isinstance(each, AttributeRef) for each in walk(node))]
        wrong += [said for node in nodes if (said := outside(node, intervals, situation))]
    return wrong


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_values_lie_in_their_intervals(seed: int) -> None:
    assert wrong_intervals(seed) == []


def test_a_wrong_interval_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.analysis.corners.hull", lambda values: next(iter(map(_point, values))))
    assert any(wrong_intervals(seed) for seed in range(50))


def _point(value: float) -> Interval:
    return Interval(value, value)


# ---------------------------------------------------------------- the question

SHOP = """
customer {
    orders : integer at least 0
    visits : integer at least 0 at most 1_000
    spend  : money at least 0 at most 1_000_000
    share  : percent
    since  : date
}
service {
    discount : percent more is better at least 0% at most 20%
    voucher  : money more is better at least 0 at most 100 or none
    points   : integer adds up
    call     : flag
    review   : date default 2026-01-01
}
"""


def arithmetic_of(text: str) -> Asked:
    return Asked(arithmetic.QUESTION, SHOP + text + "\n")


@pytest.mark.parametrize(
    ("rule", "verdicts"),
    [
        ("rule r: discount = visits * 0.01%", {}),
        ("rule r: discount = visits * 0.5%", {"r": "refuted T324"}),
        ("rule r: discount = min(20%, visits * 0.5%)", {}),
        ("rule r: if visits <= 40 then discount = visits * 0.5%", {"r": "proved"}),
        ("rule r: if visits <= 41 then discount = visits * 0.5%", {"r": "refuted T324"}),
        ("rule r: discount = share", {"r": "refuted T324"}),
        ("rule r: if share between 0% and 20% then discount = share", {"r": "proved"}),
        ("limit l: discount at most share", {"l": "refuted T324"}),
        ("rule r: points = visits - 10", {"r": "refuted T324"}),
        ("rule r: points = max(0, visits - 10)", {}),
        ("rule r: voucher = 40\nrule s: if voucher is known then discount = 5%", {}),
        ("rule r: discount = 25%", {}),
    ],
)
def test_values_beyond_bounds(rule: str, verdicts: dict[str, str]) -> None:
    assert arithmetic_of(rule).verdicts == verdicts


@pytest.mark.parametrize(
    ("rule", "verdicts"),
    [
        ("rule r: if spend / visits > 100 then call = yes", {"r": "refuted T325"}),
        ("rule r: if visits > 0 and spend / visits > 100 then call = yes", {"r": "proved"}),
        ("rule r: if visits = 0 or spend / visits > 100 then call = yes", {"r": "proved"}),
        ("rule r: if spend / (visits + 1) > 100 then call = yes", {}),
        ("rule r: if spend / (visits - 1) > 100 then call = yes", {"r": "refuted T325"}),
        ("rule r: if first_known(spend / visits, 0) > 100 then call = yes", {"r": "proved"}),
        ("rule r: if visits > 0 then voucher = min(100, spend / visits)", {"r": "proved"}),
        ("rule r: voucher = min(100, spend / visits)", {"r": "refuted T325"}),
        ("define per = spend / visits\nrule r: if visits > 0 and per > 100 then call = yes", {"r": "proved"}),
        ("define per = spend / visits\nrule r: if per > 100 then call = yes", {"r": "refuted T325"}),
        ("define per = spend / visits\nrule r: if visits > 0 then call = yes", {}),
        ("assume visits > 0\nrule r: if spend / visits > 100 then call = yes", {"r": "proved"}),
    ],
)
def test_divisions_by_zero(rule: str, verdicts: dict[str, str]) -> None:
    assert arithmetic_of(rule).verdicts == verdicts


@pytest.mark.parametrize(
    ("rule", "verdicts"),
    [
        ("rule r: points = visits * 10", {}),
        ("rule r: points = orders * 10", {"r": "refuted T326"}),
        ("rule r: if orders < 1_000 then points = orders * 10", {"r": "proved"}),
        ("rule r: if orders * 10 > 50 then call = yes", {"r": "refuted T326"}),
        ("rule r: if spend * 1.5 > 50 then call = yes", {}),
        ("rule r: review = since + 1 year", {}),
        ("rule r: if today >= since + 30 days then call = yes", {}),
    ],
)
def test_results_too_large(rule: str, verdicts: dict[str, str]) -> None:
    assert arithmetic_of(rule).verdicts == verdicts


def test_a_field_without_bounds_is_told_of_once() -> None:
    found = arithmetic_of("rule r: points = orders * 10\nrule s: if orders * 5 > 20 then call = yes")
    assert sorted(found.verdicts.values()) == ["refuted", "refuted T326"]
    assert found.only.help == (
        "there is no result then, and `r` says nothing: declare how large `orders` can be, such as "
        "`orders : integer at least 0 at most 1_000_000`"
    )


@pytest.mark.parametrize(
    ("field", "value", "declared"),
    [
        ("integer", "x * 10", "x : integer at least 0 at most 1_000_000"),
        ("integer at least -5", "x * x", "x : integer at least -5 at most 1_000_000"),
        ("integer at most 9", "0 - x", "x : integer at least 0 at most 9"),
        ("integer", "x * x * x * x", "x : integer at least 0 at most 10_000"),
        ("integer", "x * x * x * x * x * x * x * x", "x : integer at least 0 at most 100"),
    ],
)
def test_declarations_that_suffice_are_proposed(field: str, value: str, declared: str) -> None:
    """The mended policy has a result for everyone: nothing is left to ask."""
    service = "service { points : integer more is better at least 0 }"
    text = f"customer {{ x : {field} }}\n{service}\nrule r: points = {value}\n"
    (found,) = [each.diagnostic for each in _overflows(text)]
    assert found is not None
    assert f"such as `{declared}`" in str(found.help)
    assert _overflows(text.replace(f"x : {field}", declared)) == []


def _overflows(text: str) -> list[Answer]:
    answers = arithmetic.QUESTION.answers(Session(policy_of(text)))
    return [each for each in answers if each.diagnostic is not None and each.diagnostic.code.code == "T326"]


def test_no_declaration_is_proposed_that_would_not_suffice() -> None:
    value = " * ".join(["x"] * 12)
    text = "customer { x : integer }\nservice { points : integer more is better at least 0 }\n"
    (found,) = _overflows(f"{text}rule r: points = {value}\n")
    assert found.diagnostic is not None
    assert str(found.diagnostic.help).endswith("declare how large `x` can be, `at least … at most …`")


def test_what_is_said_of_a_division() -> None:
    found = arithmetic_of("rule r: if spend / visits > 100 then call = yes").only
    assert found.message == "`spend / visits` divides by zero where `visits` is 0"
    assert found.help == "there is no result then, and `r` does not apply: ask for `visits != 0` first"
    assert found.witness is not None
    assert found.witness["customers"][0]["record"]["visits"] == 0


def test_what_is_said_of_a_value_beyond_bounds() -> None:
    found = arithmetic_of("rule r: points = visits - 10").only
    assert found.message == "`visits - 10` is -10 where `visits` is 0, and `points` is at least 0"


# ---------------------------------------------------------------- sums

STAMPS = """
customer {
    visits : integer at least 0 at most 1_000
    months : integer at least 0 at most 10
}
service {
    points : integer adds up at most 100
    level  : low < high
}
"""


def sums_of(text: str) -> Asked:
    return Asked(sums.QUESTION, STAMPS + text + "\n")


@pytest.mark.parametrize(
    ("rules", "verdicts"),
    [
        ("rule a: points = 90\nrule b: if visits > 5 then points = 10", {}),
        ("rule a: points = 90\nrule b: if visits > 5 then points = 11", {"points": "refuted T324"}),
        ("rule a: if visits > 5 then points = 90\nrule b: if visits < 5 then points = 90", {"points": "proved"}),
        ("rule a: points = months * 10", {}),
        ("rule a: points = months * 10 - 5\nrule b: points = 5", {}),
        ("rule a: points = visits", {"points": "refuted T324"}),
        ("rule a: points = min(100, visits)", {}),
        ("rule a: points = visits\nlimit l: points at most 10", {"points": "refuted T324"}),
        ("rule a: points = 90\nbaseline b: points at least 20", {}),
        ("rule a: if visits > 9 then points = 150\nrule b: points = months", {}),
        ("rule a: if visits > 9 then points = 150\nrule b: points = visits", {"points": "refuted T324"}),
        ("rule a: if visits > 9 then level = high\nrule b: if level = high then points = 60", {}),
        (
            "rule a: if visits > 9 then level = high\nrule b: if level = high then points = 60\n"
            "rule c: if visits > 8 then points = 60",
            {"points": "refuted T324"},
        ),
        (
            "rule a: if visits > 9 then level = high\nrule b: if level = high then points = 60\n"
            "rule c: if visits < 8 then points = 60",
            {"points": "proved"},
        ),
        ("table t first match:\n    | if visits | then points |\n    | > 9 | 90 |\n    | > 5 | 80 |", {}),
        ("table t:\n    | if visits | then points |\n    | > 9 | 90 |\n    | > 5 | 80 |", {"points": "refuted T324"}),
    ],
)
def test_sums_beyond_bounds(rules: str, verdicts: dict[str, str]) -> None:
    assert sums_of(rules).verdicts == verdicts


def test_what_is_said_of_a_sum() -> None:
    found = sums_of("rule a: if visits > 3 then points = 20\nrule b: if visits > 5 then points = 90").only
    assert found.message == "`b` and `a` together give 110, and `points` is at most 100"
    assert [each.message for each in found.related] == ["`b` gives 90 here", "`a` gives 20 here"]
    assert "write `limit most: points at most 100` instead" in str(found.help)
    assert found.witness is not None
    assert found.witness["customers"][0]["record"]["visits"] > 5
    assert found.witness["customers"][0]["expect"] == {"points": "100"}


def test_what_the_help_says_of_a_sum_decides_the_same() -> None:
    rules = "rule a: if visits > 3 then points = 20\nrule b: if visits > 5 then points = 90\n"
    meant = policy_of(STAMPS.replace(" at most 100", "") + rules + "limit most: points at most 100\n")
    drawn = policy_of(STAMPS + rules)
    for visits in (0, 4, 6):
        given = {"visits": visits}
        assert decide_typed(meant, given, ANY_DAY).values == decide_typed(drawn, given, ANY_DAY).values
        assert decide_typed(meant, given, ANY_DAY).problems == ()
