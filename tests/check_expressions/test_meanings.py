"""What right expressions become: labels found, literals in their type, conversions explicit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.check_expressions.vocabulary import STAGE, TAGS, TIER, a_scope, codes_of, written
from tierpolicy.check.expressions import condition, constant, typed, value_for, words_in
from tierpolicy.model import types as t
from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Not,
    Or,
    ShiftMonths,
    TextTest,
    Today,
    ToNumber,
)
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.syntax import ast

SPEND = FieldRef("annual_spend", t.MONEY)
ORDERS = FieldRef("orders", t.INTEGER)
ORDERS_AS_NUMBER = ToNumber(ORDERS, t.NUMBER)
SINCE = FieldRef("customer_since", t.DATE)
WAITED = FieldRef("waited", t.DURATION)
RATE = FieldRef("rate", t.PERCENT)
STAGE_FIELD = FieldRef("stage", STAGE)
TIER_NOW = AttributeRef("tier", TIER)
DISCOUNT = AttributeRef("discount", t.PERCENT)
FEE = AttributeRef("fee", t.MONEY)
VIP = FieldRef("vip", t.FLAG)
TAGS_FIELD = FieldRef("tags", TAGS)


def c(value: Known, type_: t.Type) -> Constant:
    return Constant(value, type_)


CONDITIONS: list[tuple[str, Expr]] = [
    ("annual_spend > 100.5", Compare(">", SPEND, c(10_050, t.MONEY))),
    ("100_000 < annual_spend", Compare("<", c(10_000_000, t.MONEY), SPEND)),
    ("orders >= 2", Compare(">=", ORDERS, c(2, t.INTEGER))),
    ("orders = 2.0", Compare("=", ORDERS, c(2, t.INTEGER))),
    ("orders > 2.5", Compare(">", ORDERS_AS_NUMBER, c(2.5, t.NUMBER))),
    ("rate >= 2.5%", Compare(">=", RATE, c(250, t.PERCENT))),
    ("waited > 1 week", Compare(">", WAITED, c(604_800, t.DURATION))),
    ("waited > 0.5 minutes", Compare(">", WAITED, c(30, t.DURATION))),
    ("waited > 0", Compare(">", WAITED, c(0, t.DURATION))),
    ("stage >= purchase", Compare(">=", STAGE_FIELD, c("purchase", STAGE))),
    ('"purchase" <= stage', Compare("<=", c("purchase", STAGE), STAGE_FIELD)),
    ('tier = "silver"', Compare("=", TIER_NOW, c("silver", TIER))),
    ("`tier` is not gold", Compare("!=", TIER_NOW, c("gold", TIER))),
    ("stage = old_stage", Compare("=", STAGE_FIELD, FieldRef("old_stage", STAGE))),
    ("vip", VIP),
    ("vip = yes", Compare("=", VIP, c(True, t.FLAG))),
    ("not callback", Not(AttributeRef("callback", t.FLAG))),
    ("specialist", Compare("=", AttributeRef("specialist", t.FLAG), c(True, t.FLAG))),
    ("contact = none", Compare("=", FieldRef("contact", t.Choice(("phone", "email", "none"))), c("none", t.Choice(("phone", "email", "none"))))),  # noqa: E501
    ("discount = none", Compare("=", DISCOUNT, c(NotOffered.BELOW, t.PERCENT))),
    ("none < discount", Compare("<", c(NotOffered.BELOW, t.PERCENT), DISCOUNT)),
    ("fee = none", Compare("=", FEE, c(NotOffered.ABOVE, t.MONEY))),
    ("orders is missing", IsMissing(ORDERS)),
    ("orders is not missing", Not(IsMissing(ORDERS))),
    ("annual_spend + 1 is known", Not(IsMissing(Arithmetic("+", SPEND, c(100, t.MONEY), t.MONEY)))),
    ("orders between 1 and 5", And((Compare(">=", ORDERS, c(1, t.INTEGER)), Compare("<=", ORDERS, c(5, t.INTEGER))))),
    ("stage in (trial, \"loyalty\")", In(STAGE_FIELD, (c("trial", STAGE), c("loyalty", STAGE)))),
    ("stage not in (trial)", Not(In(STAGE_FIELD, (c("trial", STAGE),)))),
    ("orders in (1, 2.5)", In(ORDERS_AS_NUMBER, (c(1.0, t.NUMBER), c(2.5, t.NUMBER)))),
    ("tags has callback", Has(TAGS_FIELD, "callback")),
    ("tags = {vip, press}", Compare("=", TAGS_FIELD, c(frozenset({"vip", "press"}), TAGS))),
    ("tags = {}", Compare("=", TAGS_FIELD, c(frozenset(), TAGS))),
    ('email starts with "a"', TextTest("starts with", FieldRef("email", t.TEXT), c("a", t.TEXT))),
    ("customer_since + 1 month < today", Compare("<", ShiftMonths(SINCE, 1), Today())),
    ("customer_since - 2 years = 2026-11-21", Compare("=", ShiftMonths(SINCE, -24), c(date(2026, 11, 21), t.DATE))),
    ("today - customer_since > 30 days", Compare(">", Arithmetic("-", Today(), SINCE, t.DURATION), c(2_592_000, t.DURATION))),  # noqa: E501
    ("waited / 1 minute > 2", Compare(">", Arithmetic("/", WAITED, c(60, t.DURATION), t.NUMBER), c(2.0, t.NUMBER))),
    ("vip or orders > 5 and not vip", Or((VIP, And((Compare(">", ORDERS, c(5, t.INTEGER)), Not(VIP)))))),
    ("max(tier, gold) = platinum", Compare("=", Call("max", (TIER_NOW, c("gold", TIER)), TIER), c("platinum", TIER))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), CONDITIONS, ids=[x[0] for x in CONDITIONS])
def test_a_condition_means(text: str, meaning: Expr) -> None:
    scope = a_scope()
    assert condition(written(text), scope) == meaning
    assert codes_of(scope) == []


VALUES: list[tuple[str, str, Expr]] = [
    ("fee", "5", c(500, t.MONEY)),
    ("fee", "-5", c(-500, t.MONEY)),
    ("fee", "none", c(NotOffered.ABOVE, t.MONEY)),
    ("discount", "none", c(NotOffered.BELOW, t.PERCENT)),
    # the wanted type reaches into sums, min and max, and the one literal of a product
    ("fee", "2 * orders", Arithmetic("*", c(200, t.MONEY), ORDERS_AS_NUMBER, t.MONEY)),
    ("fee", "100 / orders", Arithmetic("/", c(10_000, t.MONEY), ORDERS_AS_NUMBER, t.MONEY)),
    ("fee", "100 * rate", Arithmetic("*", c(10_000, t.MONEY), RATE, t.MONEY)),
    ("fee", "5 + orders * 2", Arithmetic("+", c(500, t.MONEY), Arithmetic("*", ORDERS_AS_NUMBER, c(200, t.MONEY), t.MONEY), t.MONEY)),  # noqa: E501
    ("fee", "max(0, annual_spend - 5)", Call("max", (c(0, t.MONEY), Arithmetic("-", SPEND, c(500, t.MONEY), t.MONEY)), t.MONEY)),  # noqa: E501
    ("fee", "orders / 2 * 3", Arithmetic("*", Arithmetic("/", ORDERS_AS_NUMBER, c(2.0, t.NUMBER), t.NUMBER), c(300, t.MONEY), t.MONEY)),  # noqa: E501
    # where another factor is of the kind already, a literal is a plain number
    ("fee", "2 * annual_spend", Arithmetic("*", c(2.0, t.NUMBER), SPEND, t.MONEY)),
    ("fee", "annual_spend / 12", Arithmetic("/", SPEND, c(12.0, t.NUMBER), t.MONEY)),
    ("fee", "annual_spend * 10%", Arithmetic("*", SPEND, c(1_000, t.PERCENT), t.MONEY)),
    ("discount", "min(10%, orders * 0.5%)", Call("min", (c(1_000, t.PERCENT), Arithmetic("*", ORDERS_AS_NUMBER, c(50, t.PERCENT), t.PERCENT)), t.PERCENT)),  # noqa: E501
    ("ratio", "orders", ORDERS_AS_NUMBER),
    ("ratio", "annual_spend / lifetime_value", Arithmetic("/", SPEND, FieldRef("lifetime_value", t.MONEY), t.NUMBER)),
    ("points", "orders * 2 + 1", Arithmetic("+", Arithmetic("*", ORDERS, c(2, t.INTEGER), t.INTEGER), c(1, t.INTEGER), t.INTEGER)),  # noqa: E501
    ("points", "round(orders / 2)", Call("round", (Arithmetic("/", ORDERS_AS_NUMBER, c(2.0, t.NUMBER), t.NUMBER),), t.INTEGER)),  # noqa: E501
    ("callback", "orders > 5", Compare(">", ORDERS, c(5, t.INTEGER))),
    ("greeting", '"hi"', c("hi", t.TEXT)),
]  # fmt: skip


@pytest.mark.parametrize(("attribute", "text", "meaning"), VALUES, ids=[f"{v[0]} = {v[1]}" for v in VALUES])
def test_a_value_means(attribute: str, text: str, meaning: Expr) -> None:
    scope = a_scope()
    assert value_for(written(text), scope, scope.attributes[attribute]) == meaning
    assert codes_of(scope) == []


CONSTANTS: list[tuple[str, t.Type, Known]] = [
    ("10 minutes", t.DURATION, 600),
    ("-5", t.INTEGER, -5),
    ("0.5", t.NUMBER, 0.5),
    ("silver", TIER, "silver"),  # a field is called so too, but only a label can stand here
    ("yes", t.FLAG, True),
    ("{vip}", TAGS, frozenset({"vip"})),
    ("2026-11-21", t.DATE, date(2026, 11, 21)),
]


@pytest.mark.parametrize(("text", "type_", "value"), CONSTANTS, ids=[x[0] for x in CONSTANTS])
def test_a_constant_is_a_value(text: str, type_: t.Type, value: Known) -> None:
    scope = a_scope()
    found = constant(written(text), scope, type_)
    assert (found, type(found)) == (value, type(value))
    assert codes_of(scope) == []


@pytest.mark.parametrize("text", ["orders", "1 + 1", "today", "min(1, 2)", "-orders", "customer.orders"])
def test_what_is_not_written_out_is_no_constant(text: str) -> None:
    scope = a_scope()
    assert constant(written(text), scope, t.INTEGER) is None
    assert codes_of(scope) == ["T117"]


def test_none_is_a_constant_only_where_it_is_offered() -> None:
    scope = a_scope()
    assert constant(ast.Name("none"), scope, t.MONEY, NotOffered.ABOVE) is NotOffered.ABOVE
    assert constant(ast.Name("none"), scope, t.MONEY) is None
    assert codes_of(scope) == ["T112"]


def test_without_a_wanted_type_an_expression_keeps_its_own() -> None:
    scope = a_scope()
    assert typed(written("annual_spend * 2"), scope, None) == Arithmetic("*", SPEND, c(2.0, t.NUMBER), t.MONEY)
    assert typed(written("annual_spend"), scope, t.NUMBER) is None
    assert codes_of(scope) == ["T105"]


def test_words_in_finds_each_word_once_in_order() -> None:
    assert words_in(written("b > 1 and (a in (c, 2) or customer.d is missing or min(b, e) = 3)")) == tuple("bacde")


def test_a_word_is_a_label_only_beside_what_has_labels() -> None:
    """`gold` is a label of `tier`; beside the number it is nothing."""
    scope = a_scope()
    assert condition(written("orders = gold"), scope) is None
    assert codes_of(scope) == ["T101"]


def test_numbers_at_the_edges() -> None:
    scope = a_scope()
    assert typed(ast.Number("9223372036854775807"), scope, t.INTEGER) == c(2**63 - 1, t.INTEGER)
    assert typed(ast.Negative(ast.Number("9223372036854775807")), scope, t.INTEGER) == c(-(2**63) + 1, t.INTEGER)
    assert typed(ast.Number("90071992547409.92"), scope, t.MONEY) == c(2**53, t.MONEY)
    assert codes_of(scope) == []
    assert typed(ast.Number("9223372036854775808"), scope, t.INTEGER) is None
    assert typed(ast.Number("90071992547409.93"), scope, t.MONEY) is None
    assert typed(ast.Number("9" * 400), scope, t.NUMBER) is None
    assert typed(ast.Number("1e999999999"), scope, t.MONEY) is None
    assert codes_of(scope) == ["T110"] * 4
