"""Typed expressions and values as policy text, and explanations as sentences."""

from __future__ import annotations

import random
from datetime import date

import pytest

from tests.strategies.policies import Writer, elaborated
from tierpolicy.check.asked import thresholds_of
from tierpolicy.check.expressions import typed
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.model import types as t
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, NotOffered, Value
from tierpolicy.model.words import expression_text, label_text, name_text, value_text
from tierpolicy.semantics.explain import explain
from tierpolicy.semantics.words import explanation_lines, why_not_lines
from tierpolicy.source import source_from_text
from tierpolicy.syntax.parse import parse_expression

DAY = date(2026, 11, 21)
PERKS = t.SetOf(("lounge", "gift card", "callback"))


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (True, t.FLAG, "yes"),
        (9_999, t.INTEGER, "9999"),
        (-120_000, t.INTEGER, "-120_000"),
        (0.5, t.NUMBER, "0.5"),
        (3.0, t.NUMBER, "3"),
        (1e-7, t.NUMBER, "0.0000001"),
        (1_000, t.PERCENT, "10%"),
        (1_050, t.PERCENT, "10.5%"),
        (-1, t.PERCENT, "-0.01%"),
        (12_000_000, t.MONEY, "120_000"),
        (850, t.MONEY, "8.50"),
        (-5, t.MONEY, "-0.05"),
        (0, t.DURATION, "0 seconds"),
        (60, t.DURATION, "1 minute"),
        (5_400, t.DURATION, "90 minutes"),
        (604_800, t.DURATION, "7 days"),
        (-3_600, t.DURATION, "-1 hour"),
        (DAY, t.DATE, "2026-11-21"),
        ('say "hi"\n\u202e', t.TEXT, '"say \\"hi\\"\\n\\u{202e}"'),
        ("small business", t.Choice(("small business",)), '"small business"'),
        (frozenset({"callback", "gift card"}), PERKS, '{"gift card", callback}'),
        (frozenset(), PERKS, "{}"),
        (NotOffered.ABOVE, t.DURATION, "none"),
        (MISSING, t.MONEY, "missing"),
    ],
)
def test_value(value: Value, type_: t.Type, text: str) -> None:
    assert value_text(value, type_) == text


def test_labels_and_names_that_are_words_too() -> None:
    assert label_text("none") == '"none"'
    assert name_text("or") == "`or`"
    assert name_text("tier") == "tier"


def expressions(policy: Policy) -> list[Expr]:
    found = [s.condition for s in (*policy.rules, *policy.limits, *policy.baselines, *policy.assumptions)]
    found += [grant.value for rule in policy.rules for grant in rule.grants]
    return [*found, *(define.expression for define in policy.defines.values())]


@pytest.mark.parametrize("seed", range(40))
def test_the_text_of_an_expression_means_the_same(seed: int) -> None:
    """Read again, the text that people are shown is the same expression."""
    policy = elaborated(Writer(random.Random(seed)).policy())
    for expr in expressions(policy):
        text = expression_text(expr)
        parsed, mistakes = parse_expression(source_from_text("shown", text))
        assert parsed is not None, (text, mistakes)
        findings = Findings()
        names = (policy.fields, policy.attributes, policy.parameters, policy.defines)
        scope = Scope(*names, findings, thresholds=thresholds_of(policy))
        assert typed(parsed, scope, expr.type) == expr, (text, findings.diagnostics)


SERVICE = """
customer {
    spend   : money
    orders  : integer
    calls   : integer
    flagged : flag
    secret  : text sensitive
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    fee      : money less is better at most 20
    points   : integer adds up
    perks    : set of lounge, gift
    discount : percent more is better or none
    greeting : text default "Good day"
}
define loyal = orders >= 10 and calls > 3
baseline everyone "The floor": wait at most 10 minutes, priority at least normal
rule recover "Win unhappy customers back": if calls > 2 then priority = top, points = 5, perks = {gift}
    because "A customer who complains is still talking to us."
rule loyal "Loyal customers": if loyal then priority = high, points = 10, wait = 1 hour, perks = {gift, lounge}
rule hello: if spend > 100 then greeting = "Hello"
rule other: if orders > 1 then greeting = "Hi"
limit review "Under review": if flagged then priority at most low, perks without {lounge}, fee at least 15
if secret = "x" then fee = 0
"""


def words(**record: object) -> list[str]:
    policy = elaborated(SERVICE)
    return explanation_lines(explain(policy, record, {}, DAY), policy)


def test_where_each_value_comes_from() -> None:
    assert words(calls=4, orders=12, spend=5, flagged=False, secret="y") == [
        "priority: top",
        '  rule recover "Win unhappy customers back" (policy.tier, line 20) gives top',
        "    A customer who complains is still talking to us.",
        '  rule loyal "Loyal customers" (policy.tier, line 22) gives high; another gives better',
        "",
        "wait: 10 minutes",
        '  rule loyal "Loyal customers" (policy.tier, line 22) gives 1 hour',
        '  baseline everyone "The floor" (policy.tier, line 19) promises at most 10 minutes',
        "",
        "fee: 20",
        "  no rule gives anything here: this is the least there is",
        "",
        "points: 15",
        '  rule recover "Win unhappy customers back" (policy.tier, line 20) adds 5',
        "    A customer who complains is still talking to us.",
        '  rule loyal "Loyal customers" (policy.tier, line 22) adds 10',
        "",
        "perks: {lounge, gift}",
        '  rule recover "Win unhappy customers back" (policy.tier, line 20) gives {gift}',
        "    A customer who complains is still talking to us.",
        '  rule loyal "Loyal customers" (policy.tier, line 22) gives {lounge, gift}',
        "",
        "discount: none",
        "  no rule gives anything here: this is the least there is",
        "",
        'greeting: "Hi"',
        '  rule other (policy.tier, line 24) gives "Hi"',
    ]


def test_limits_baselines_and_contradictions() -> None:
    lines = words(calls=4, orders=12, spend=500, flagged=True, secret="y")
    at = lines.index("priority: normal")
    assert lines[at + 1 : at + 6] == [
        '  rule recover "Win unhappy customers back" (policy.tier, line 20) would give top',
        "    A customer who complains is still talking to us.",
        '  rule loyal "Loyal customers" (policy.tier, line 22) would give high',
        '  limit review "Under review" (policy.tier, line 25) allows at most low',
        '  baseline everyone "The floor" (policy.tier, line 19) promises at least normal',
    ]
    assert '  limit review "Under review" (policy.tier, line 25) takes some of it away' in lines
    assert lines[-4:] == [
        'greeting: "Good day"',
        "  rules contradict one another here: this is the default",
        '  rule hello (policy.tier, line 23) gives "Hello"',
        '  rule other (policy.tier, line 24) gives "Hi"',
    ]


def test_of_very_many_clauses_the_rest_is_counted() -> None:
    policy = elaborated(SERVICE + "".join(f"rule r{n}: if orders > {n} then priority = high\n" for n in range(50)))
    lines = explanation_lines(explain(policy, {"orders": 100}, {}, DAY), policy)
    assert lines[20] == "  rule r19 (policy.tier, line 46) gives high"
    assert lines[21] == "  … and 30 more"


def test_why_not() -> None:
    policy = elaborated(SERVICE)
    explanation = explain(policy, {"orders": 12, "secret": "hunter2"}, {}, DAY)
    assert why_not_lines(explanation, "loyal") == [
        'loyal "Loyal customers" may apply: what it asks isn\'t known',
        "  loyal: unknown",
        "    orders >= 10 and calls > 3: unknown",
        "      orders >= 10: true (orders is 12)",
        "      calls > 3: unknown (calls is missing)",
    ]
    assert why_not_lines(explanation, "everyone") == [
        'everyone "The floor" applies',
        "  it has no condition of its own",
    ]
    assert why_not_lines(explanation, "line 26") == [
        "line 26 does not apply",
        '  secret = "x": false (secret is (hidden))',
    ]


def test_why_not_beyond_the_condition() -> None:
    policy = elaborated(
        """
customer {
    plan  : one of gold, free
    calls : integer
}
service {
    level : low < high
    word  : text default ""
}
table t first match:
    | if plan   | if calls | then level |
    | gold      | > 5      | low        |
    | gold      | any      | high       |
    | otherwise |          | low        |
rule late from 2027-01-01: level = high
rule a overrides b: if plan = gold then word = "a"
rule b: word = "b"
"""
    )
    known = explain(policy, {"plan": "gold", "calls": 9}, {}, DAY).statements
    assert known["t row 2"].note == "`t row 1` above is true, and the first that is true decides"
    assert known["t row 3"].note == "`t row 1` above is true, and the first that is true decides"
    assert known["late"].note == "not in force on 2026-11-21 (from 2027-01-01)"
    assert known["b"].note == "overridden for word by `a`"
    unknown = explain(policy, {"plan": "gold"}, {}, DAY).statements
    assert unknown["t row 2"].applied is MISSING
    assert unknown["t row 2"].note == "whether `t row 1` above is true is not known"
    assert unknown["t row 3"].note == "counts because no row above does; `t row 1` is not known to be false"
