"""Expressions: three-valued truth, exact arithmetic, `none`; each case is policy text and a record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.strategies.policies import elaborated
from tierpolicy.check.expressions import typed
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.model import types as t
from tierpolicy.model.expressions import Call, Expr, FieldRef
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX, Value
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import missing_fields, value_of
from tierpolicy.semantics.read import typed_reading
from tierpolicy.source import source_from_text
from tierpolicy.syntax.parse import parse_expression

POLICY = elaborated(
    """
customer {
    t : flag
    f : flag
    u : flag
    i : integer
    j : integer
    n : number
    p : percent
    m : money
    w : duration
    d : date
    e : date
    x : text
    s : low < mid < high
    c : one of a, b
    z : set of a, b
}
service {
    given : percent more is better or none
    slow  : duration less is better or none
    kept  : percent more is better or none
}
define both = t and u
define sum = i + j
rule kept: kept = 5%
"""
)
GIVEN: dict[str, Value] = {
    "t": True, "f": False, "i": 7, "n": 0.5, "p": 1_000, "m": 1_005, "w": 90_061, "d": date(2024, 1, 31), "x": "Café",
    "s": "mid", "c": "a", "z": frozenset({"a"}),
}  # fmt: skip


def typed_text(text: str, wanted: t.Type | None) -> Expr:
    parsed, mistakes = parse_expression(source_from_text("case", text))
    assert parsed is not None, mistakes
    findings = Findings()
    scope = Scope(POLICY.fields, POLICY.attributes, POLICY.parameters, POLICY.defines, findings)
    expr = typed(parsed, scope, wanted)
    assert expr is not None, findings.diagnostics
    return expr


def value(text: str, wanted: t.Type | None = None, **fields: Value) -> Value:
    """What an expression of the language gives; the fields not named are as in GIVEN, else missing."""
    situation = deliberate(POLICY, typed_reading(POLICY, {**GIVEN, **fields}), date(2026, 11, 21)).situation
    return value_of(typed_text(text, wanted), situation)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("t and u", MISSING),
        ("u and t", MISSING),
        ("f and u", False),
        ("u and f", False),
        ("u and u", MISSING),
        ("t or u", True),
        ("u or t", True),
        ("f or u", MISSING),
        ("u or f", MISSING),
        ("not u", MISSING),
        ("not f", True),
        ("u = u", MISSING),
        ("j > 3", MISSING),
        ("j != j", MISSING),
        ("j in (1, 2)", MISSING),
        ("i in (1, 7)", True),
        ("i in (1, j)", MISSING),
        ("i in (7, j)", True),
        ("i not in (1, 2)", True),
        ("j is missing", True),
        ("j is known", False),
        ("(j > 3) is missing", True),
        ("(t or u) is known", True),
        ("sum is missing", True),
        ("both is missing", True),
        ('x contains "af"', True),
        ('x starts with "caf"', False),
        ('x ends with "é"', True),
        ("z has a", True),
        ("z has b", False),
        ("z = {a}", True),
        ("z != {a, b}", True),
        ("s < high", True),
        ("s <= mid", True),
        ("s > mid", False),
        ("s >= mid", True),
        ("s is not low", True),
        ("c = a", True),
        ("c != a", False),
        ("i between 7 and 7", True),
        ("i between 8 and 9", False),
        ("d < today", True),
        ("today = 2026-11-21", True),
        ("given = none", True),
        ("given is missing", False),
        ("given < 0%", True),
        ("given >= 0%", False),
        ("slow > 100 weeks", True),
        ("slow <= 1 minute", False),
        ("given != none", False),
        ("kept = none", False),
        ("kept > given", True),
        ("given + 1% is missing", True),
        ("given >= none", True),
        ("given > none", False),
        ("slow <= none", True),
    ],
)
def test_truth(text: str, truth: Value) -> None:
    assert value(text) is truth


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("i + 1", 8),
        ("i - 10", -3),
        ("i * i", 49),
        ("i / 2", 3.5),
        ("i * 0.5", 3.5),
        ("-i", -7),
        ("i + j", MISSING),
        ("i / 0", MISSING),
        ("n / (n - n)", MISSING),
        ("n + i", 7.5),
        ("abs(0 - i)", 7),
        ("min(i, 3)", 3),
        ("min(i, j)", MISSING),
        ("max(i, 3, 11)", 11),
        ("first_known(j, i)", 7),
        ("first_known(j, j)", MISSING),
        ("m + 0.01", 1_006),
        ("m * 0.5", 502),
        ("m * 1.5", 1_508),
        ("m * p", 100),
        ("p * m", 100),
        ("m / 2", 502),
        ("m / m", 1.0),
        ("m * i", 7_035),
        ("p * i", 7_000),
        ("i * p", 7_000),
        ("p + 0.5%", 1_050),
        ("p / 3", 333),
        ("w + 30 seconds", 90_091),
        ("w * 0.5", 45_030),
        ("w / 7", 12_866),
        ("d + 30 days", date(2024, 3, 1)),
        ("d + 1 month", date(2024, 2, 29)),
        ("d + 13 months", date(2025, 2, 28)),
        ("d - 1 month", date(2023, 12, 31)),
        ("d + 1 year", date(2025, 1, 31)),
        ("d + w", date(2024, 2, 1)),
        ("d - w", date(2024, 1, 30)),
        ("d + 36 hours", date(2024, 2, 1)),
        ("d - 36 hours", date(2024, 1, 30)),
        ("today - d", 1_025 * 86_400),
        ("d - today", -1_025 * 86_400),
        ("d + 9000 years", MISSING),
        ("d - 9999 months", date(1190, 10, 31)),
        ("e + 1 day", MISSING),
        ("years_between(d, today)", 2),
        ("months_between(e, d)", MISSING),
        ("given + 1%", MISSING),
        ("min(given, 1%)", MISSING),
        ("sum", MISSING),
    ],
)
def test_arithmetic(text: str, result: Any) -> None:
    got = value(text)
    assert got == result
    assert type(got) is type(result)


def test_overflow_is_missing() -> None:
    assert value("i + 1", i=INTEGER_MAX) is MISSING
    assert value("i - 1", i=INTEGER_MIN) is MISSING
    assert value("-i", i=INTEGER_MIN) is MISSING
    assert value("-i", i=-INTEGER_MAX) == INTEGER_MAX
    assert value("abs(i)", i=INTEGER_MIN) is MISSING
    assert value("i * i", i=2**32) is MISSING
    assert value("m + 0.01", m=MONEY_MAX) is MISSING
    assert value("m * 2", m=MONEY_MAX) is MISSING
    assert value("0 - m", m=-MONEY_MAX) == MONEY_MAX
    assert value("p + 1%", p=MONEY_MAX) is MISSING
    assert value("n * n", n=1e200) is MISSING
    assert value("n - n", n=1e308) == 0.0
    assert value("w + w", w=INTEGER_MAX) is MISSING
    assert value("w * 3", w=INTEGER_MAX) is MISSING
    assert value("d + 1 day", d=date.max) is MISSING
    assert value("d - 1 month", d=date.min) is MISSING
    assert value("d + w", w=INTEGER_MAX) is MISSING


def test_products_are_rounded_half_to_even_in_binary64() -> None:
    assert value("m * 0.5", m=1) == 0
    assert value("m * 0.5", m=3) == 2
    assert value("m * p", m=1_005, p=5_000) == 502
    assert value("m * p", m=1_015, p=5_000) == 508
    assert value("m / 8", m=100) == 12
    assert value("m / 8", m=300) == 38
    assert value("m * 0.1", m=-5) == 0


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("j > 3 and u", {"j", "u"}),
        ("j > 3 and t", {"j"}),
        ("u or j = i", {"u", "j"}),
        ("sum > 1", {"j"}),
        ("both", {"u"}),
        ("i in (1, j)", {"j"}),
        ("first_known(j, j + 1) > 2", {"j"}),
        ("not (u and t)", {"u"}),
        ("i / 0 > 1", set()),
        ("d + 1 month < e", {"e"}),
        ("(j is missing) and u", {"u"}),
        ("given + 1% > 2%", set()),
        ("min(i, j, 3) = 2 or (f and u)", {"j"}),
    ],
)
def test_the_fields_that_would_settle_it(text: str, fields: set[str]) -> None:
    situation = deliberate(POLICY, typed_reading(POLICY, GIVEN), date(2026, 11, 21)).situation
    assert missing_fields(typed_text(text, None), situation) == fields


def test_chains_of_defines_need_no_deep_recursion() -> None:
    """A chain as long as the language lets it be, and one in which every define reads the one before twice."""
    chain = "".join(f"define d{n} = d{n - 1} and d{n - 1}\n" for n in range(1, 45))
    policy = elaborated(
        f"customer {{\n    a : flag\n}}\nservice {{\n    x : flag\n}}\ndefine d0 = a\n{chain}if d44 then x = yes\n"
    )
    deliberation = deliberate(policy, typed_reading(policy, {"a": True}), date(2026, 1, 1))
    assert deliberation.situation.decided["x"] is True
    open_one = deliberate(policy, typed_reading(policy, {}), date(2026, 1, 1))
    assert missing_fields(policy.rules[0].condition, open_one.situation) == {"a"}


def test_a_function_without_arguments_known_is_missing() -> None:
    call = Call("min", (FieldRef("j", t.INTEGER), FieldRef("i", t.INTEGER)), t.INTEGER)
    situation = deliberate(POLICY, typed_reading(POLICY, GIVEN), date(2026, 11, 21)).situation
    assert value_of(call, situation) is MISSING
