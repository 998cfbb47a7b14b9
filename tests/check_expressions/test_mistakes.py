"""What an author hears: one finding a cause, in the words of the policy, with what to do next."""

from __future__ import annotations

import pytest

from tests.check_expressions.vocabulary import a_scope, codes_of, only_finding, written
from tierpolicy.check.expressions import condition, value_for
from tierpolicy.check.scope import Reading
from tierpolicy.diagnostics.codes import names as codes

CONDITIONS = [
    # what the author wrote, the code, a piece of the message, a piece of the help
    ("ordrs > 5", "T101", "`ordrs`", "did you mean `orders`?"),
    ("stge = gold", "T101", "`stge`", "did you mean `stage`?"),
    ("gold = teir", "T101", "`teir`", "did you mean `tier`?"),
    ("gold", "T101", "`gold`", "say `tier >= gold`"),
    ("press", "T101", "`press`", "say `tags has press`"),
    ("service.orders > 5", "T101", "`service` has no `orders`", "write `customer.orders`"),
    ("customer.severity = urgent", "T101", "`customer` has no `severity`", "`request.severity`"),
    (
        "tier = silver",
        "T102",
        "`silver` is both a label of `tier` and a field",
        '`"silver"` for the label, `customer.silver`',
    ),
    ("silver = tier", "T102", "`silver` is both", '`"silver"`'),
    ("tier in (gold, silver)", "T102", "`silver` is both", '`"silver"`'),
    ("coalesce(orders, 0) > 1", "T103", "no function `coalesce`", "say `first_known`"),
    ("rond(fraud_score) > 1", "T103", "no function `rond`", "did you mean `round`?"),
    ("annual_spend > 5%", "T105", "cannot be compared", "write an amount, such as `10`; a share of one is `5% * …`"),
    ("stage >= purchse", "T104", "`purchse` is not a label of `stage`", "did you mean `purchase`?"),
    ('segment = "SMB"', "T104", "`SMB`", "write `small_business`"),
    ("tags has pres", "T104", "`pres`", "did you mean `press`?"),
    ("tags = {vip, pres}", "T104", "`pres`", "did you mean `press`?"),
    ("annual_spend > 10 minutes", "T105", "an amount of money, `10 minutes` is a duration", ""),
    ("vip = 1", "T105", "a flag", "say `yes` or `no`"),
    ('vip = "yes"', "T105", "a text", "without quotes"),
    ('customer_since > "2026-01-01"', "T105", "a date", "without quotes: `2026-01-01`"),
    ('waited > "10 minutes"', "T105", "a duration", "without quotes"),
    ('orders > "5"', "T105", "a whole number", "without quotes"),
    ("stage = level", "T105", "cannot be compared", "the same labels in the same order"),
    ("tags = press", "T105", "`press` is one label", "`{press}`"),
    ("tier = {gold}", "T105", "a set stands", "write `gold` without braces"),
    ("tier = customer.silver", "T105", "cannot be compared", ""),
    ("annual_spend + 10% > 5", "T106", "cannot be added", "fee * 10%"),
    ("waited * 50% > 1 minute", "T106", "cannot be multiplied", "`0.5`"),
    ("customer_since + 30 < today", "T106", "cannot be added", "say `30 days`"),
    ("annual_spend * annual_spend > 5", "T106", "cannot be multiplied", ""),
    ("orders / annual_spend > 5", "T106", "cannot be divided by", ""),
    ("email + email = email", "T106", "cannot be added", "compared, but not calculated with"),
    ("waited <= 2", "T108", "`2` needs its unit", "say `2 minutes`"),
    ("rate > 10", "T108", "`10` needs its unit", "say `10%`"),
    ("rate > 0.1", "T108", "`0.1` needs its unit", "is it `0.1%` or `10%`?"),
    ("today - customer_since > 30", "T108", "`30` needs its unit", "`30 days`"),
    ("annual_spend > 100.555", "T109", "finer", "rounded"),
    ("rate > 0.125%", "T109", "hundredths of a percent", "rounded"),
    ("waited > 0.3 seconds", "T109", "whole seconds", "rounded"),
    ("annual_spend > 99_999_999_999_999", "T110", "can hold", ""),
    ("segment < consumer", "T111", "no order", "`in (…)`"),
    ("vip > no", "T111", "no order", "`if not callback`"),
    ("tags < {press}", "T111", "no order", "`has`"),
    ('email between "a" and "b"', "T111", "no order", ""),
    ("annual_spend = none", "T112", "`annual_spend` is never `none`", "is missing"),
    ("discount + none > 5%", "T112", "`none`", "`or none`"),
    ("orders", "T113", "`orders` is a whole number", "`orders > …`"),
    ("stage", "T113", "a scale", "`stage >= loyalty`"),
    ("today - customer_since > 6 months", "T114", "`6 months`", "today - 1 month"),
    ("annual_spend + 1 month > 5", "T114", "`1 month`", "dates"),
    ("days_between(customer_since) > 3", "T115", "takes 2 values, and 1 stands here", "days_between(from, to)"),
    ("min() > 3", "T115", "takes at least 1 value, and none stand here", "min(a, b, …)"),
    ("min(annual_spend, 10 minutes) > 3", "T115", "values of one kind", ""),
    ('days_between("2026-01-01", today) > 3', "T115", "takes a date there", "`2026-01-01`"),
    ("round(annual_spend) > 1", "T115", "what to round to", "round(value, step)"),
    ("max(segment, consumer) = consumer", "T115", "no order", ""),
    ("{press} = {vip}", "T116", "braces", "is a set"),
    ("stage has loyalty", "T118", "`has` asks of sets", "`in (…)`"),
    ('segment starts with "a"', "T118", "compares texts", "`in (…)`"),
    ("tags has {press}", "T118", "one label", "has a and … has b"),
    ("orders between 5 and 1", "T119", "between `5` and `1`", "lower end"),
    ("stage between loyalty and aware", "T119", "between `loyalty` and `aware`", "lower end"),
]


@pytest.mark.parametrize(("text", "code", "message", "help"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_a_mistake_in_a_condition_has_one_finding(text: str, code: str, message: str, help: str) -> None:
    scope = a_scope()
    assert condition(written(text), scope) is None
    found = only_finding(scope)
    assert (found.code.code, found.span is not None) == (code, True)
    assert message in found.message
    assert help in (found.help or "")


VALUES = [
    ("max_wait", "2 * orders", "T108", "`max_wait` is a duration"),
    ("max_wait", "none", "T112", "`max_wait` is never `none`"),
    ("discount", "orders * 2", "T108", "`2%`"),
    ("fee", "orders + 5", "T105", "`fee` is an amount of money"),
    ("points", "orders / 2", "T105", "round(…)"),
    ("points", "2.5", "T105", "round(…)"),
    ("perks", "lounge", "T105", "`{lounge}`"),
    ("perks", "{loung}", "T104", "did you mean `lounge`?"),
    ("tier", "glod", "T104", "did you mean `gold`?"),
    ("tier", "silver", "T102", "`customer.silver`"),
    ("callback", "5", "T105", "say `yes` or `no`"),
    ("greeting", "hello", "T101", 'in quotes: `"hello"`'),
]


@pytest.mark.parametrize(("attribute", "text", "code", "words"), VALUES, ids=[f"{v[0]} = {v[1]}" for v in VALUES])
def test_a_mistake_in_a_value_has_one_finding(attribute: str, text: str, code: str, words: str) -> None:
    scope = a_scope()
    assert value_for(written(text), scope, scope.attributes[attribute]) is None
    found = only_finding(scope)
    assert found.code.code == code
    assert words in found.message + (found.help or "")


def test_five_independent_mistakes_are_five_findings() -> None:
    scope = a_scope()
    text = "ordrs > 5 and stage = purchse and waited <= 2 and min(annual_spend, 1 day) > 3 and not (segment < consumer)"
    assert condition(written(text), scope) is None
    assert codes_of(scope) == ["T101", "T104", "T108", "T115", "T111"]


def test_each_wrong_option_is_found() -> None:
    scope = a_scope()
    condition(written('stage in (aware, tral, "x", 5)'), scope)
    assert codes_of(scope) == ["T104", "T104", "T105"]


def test_mistakes_inside_an_unknown_function_are_found_too() -> None:
    scope = a_scope()
    condition(written("foo(ordrs + orders, stage = purchse) > 1"), scope)
    assert codes_of(scope) == ["T103", "T101", "T104"]


def test_a_name_whose_declaration_is_broken_is_not_reported_again() -> None:
    scope = a_scope()
    assert condition(written("broken_field > 4 and (gold = broken_field)"), scope) is None
    assert codes_of(scope) == []


def test_a_baseline_reads_no_decision_and_no_parameter_not_even_through_a_define() -> None:
    reading = Reading("a baseline", False, False, "so that nothing can move it", codes.MISMATCH)
    scope = a_scope(reading)
    for text in ("tier = gold", "is_gold", "annual_spend > base_fee", "unhappy and orders > 5"):
        condition(written(text), scope)
    messages = [found.message for found in scope.findings.diagnostics]
    assert messages == [
        "a baseline reads `tier`",
        "a baseline reads `tier` through `is_gold`",
        "a baseline reads `base_fee`",
    ]
