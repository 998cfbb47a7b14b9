"""The examples of a policy are decided, and each expectation that isn't true is a finding."""

from __future__ import annotations

from tierpolicy.pipeline import check_text

RULES = """
customer {
    spend : money
    gone  : flag
}
service {
    priority : low < normal < high
    perks    : set of gift, lounge
}
if spend > 100 then priority = high, perks = {gift}
"""


def failing(example: str, rules: str = RULES) -> list[tuple[str, str | None]]:
    return [(d.message, d.help) for d in check_text(rules + example).diagnostics if d.code.code == "T460"]


def test_an_example_that_holds_is_no_finding() -> None:
    assert failing('example "a": given spend = 101 expect priority = high, perks has gift, perks = {gift}\n') == []


def test_each_expectation_that_fails_says_what_came_out() -> None:
    found = failing('example "a": given spend = 100 expect priority = high, perks = {}, spend > 500\n')
    assert found == [
        ("the example `a` expects `priority = high`, which does not hold", "`priority` is decided as low"),
        ("the example `a` expects `spend > 500`, which does not hold", "`spend` is 100"),
    ]


def test_what_is_not_known_does_not_hold() -> None:
    found = failing('example "a": given spend = 500 expect not gone\n')
    assert found == [("the example `a` expects `not gone`, which is not known", "not given: `gone`")]


def test_the_finding_points_at_the_expectation() -> None:
    text = RULES + 'example "a":\n    given spend = 1\n    expect priority = low,\n        perks = {lounge}\n'
    (finding,) = (each for each in check_text(text).diagnostics if each.code.code == "T460")
    assert finding.span is not None
    assert text[finding.span.start : finding.span.end] == "perks = {lounge}"
