"""Two policies compared: what is said of them holds for raw records that each reads and decides by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.analysis.brute import brute_engine
from tests.strategies.policies import elaborated
from tests.strategies.records import RecordWriter, literals
from tests.strategies.small import small_policies
from tierpolicy.analysis.answer import GaveUp, Settled
from tierpolicy.analysis.comparison.alike import alike
from tierpolicy.analysis.comparison.schema import changes
from tierpolicy.analysis.comparison.side_by_side import side_by_side
from tierpolicy.analysis.goal import Goal
from tierpolicy.analysis.questions.two_policies import Comparison, compared
from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known, equal
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.decide import decide
from tierpolicy.semantics.lattice import at_least_as_good
from tierpolicy.syntax.gather import gather_text

# What fails is a seed: making it smaller takes minutes and shows no smaller policy.
LAWS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.large_base_example],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
DAYS = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31)]

SHOP = """\
policy "Shop" version "1"
customer {
    value   : money at least 0
    orders  : integer at least 0 default 0
    segment : one of consumer, enterprise
    stage   : cold < warm < hot
    tags    : set of vip, press
    note    : text
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    perks    : set of gift, lounge
    greeting : text default "Hello"
    points   : integer adds up internal
}
parameter great : money = 1_000
define regular = orders >= 5
baseline everyone: priority at least normal, wait at most 10 minutes
rule valued: if value > great then priority = top, wait = 2 minutes
rule loyal: if regular then perks = {gift}, points = 2
rule warmth: if stage >= warm then priority = high
rule big: if segment = enterprise then greeting = "Welcome"
limit dispute: if tags has press then priority at most high
"""

ORDERS = "orders  : integer at least 0 default 0"
WAIT = "wait     : duration less is better"


def changed(*swaps: tuple[str, str]) -> str:
    text = SHOP
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text


def comparison(old: str, new: str) -> Comparison:
    return compared(elaborated(old), elaborated(new))


def verdicts(old: str, new: str) -> dict[str, str]:
    return {each.attribute: each.verdict for each in comparison(old, new).attributes if each.verdict != "same"}


# ---------------------------------------------------------------- who is better and who is worse off


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        (("stage >= warm", "stage >= hot"), {"priority": "worse"}),
        (("stage >= warm", "stage >= cold"), {"priority": "better"}),
        (("stage >= warm", "stage = warm or stage is missing"), {"priority": "better and worse"}),
        (("2 minutes", "3 minutes"), {"wait": "worse"}),
        (("2 minutes", "1 minute"), {"wait": "better"}),
        (("perks = {gift}", "perks = {lounge}"), {"perks": "better and worse"}),
        (("perks = {gift}", "perks = {gift, lounge}"), {"perks": "better"}),
        (('"Welcome"', '"Good day"'), {"greeting": "different"}),
        (("points = 2", "points = 3"), {"points": "better"}),
        (("orders >= 5", "orders > 4"), {}),
        (("great : money = 1_000", "great : money = 2_000"), {"priority": "worse", "wait": "worse"}),
        (("rule valued: ", "rule renamed: "), {}),
        (
            ("limit dispute: if tags has press", "limit dispute: if tags has press or tags has vip"),
            {"priority": "worse"},
        ),
    ],
)
def test_verdicts(swap: tuple[str, str], expected: dict[str, str]) -> None:
    assert verdicts(SHOP, changed(swap)) == expected


def test_the_same_policy_is_equivalent() -> None:
    found = comparison(SHOP, SHOP)
    assert found.equivalent
    assert found.nobody_worse
    assert found.schema == ()


def test_a_policy_said_in_another_way_is_equivalent() -> None:
    """Not word for word, so that it takes a proof."""
    other = changed(
        ("define regular = orders >= 5\n", ""),
        ("if regular then", "if not orders < 5 then"),
        ("stage >= warm", "stage = warm or stage = hot"),
    )
    assert comparison(SHOP, other).equivalent


def test_who_is_moved_comes_with_both_values_and_the_statements_behind_them() -> None:
    [change] = [e for e in comparison(SHOP, changed(("2 minutes", "3 minutes"))).attributes if e.verdict != "same"]
    moved = change.found["worse"]
    assert moved.old.record == moved.new.record == {"value": 1_001}
    assert moved.old.expect == {"wait": "2 minutes"}
    assert moved.new.expect == {"wait": "3 minutes"}
    assert moved.old.any_fields == ("orders", "segment", "stage", "tags", "note")
    assert [clause.statement for clause in moved.was.decided] == ["valued"]


def test_what_cannot_be_settled_is_said_with_its_reason() -> None:
    def tired(goal: Goal, timeout: float) -> Settled:
        return GaveUp("it took longer than 10 seconds")

    found = compared(elaborated(SHOP), elaborated(changed(("2 minutes", "1 minute"))), engine=tired)
    wait = next(each for each in found.attributes if each.attribute == "wait")
    assert wait.verdict == "unknown"
    assert wait.open == dict.fromkeys(("better", "worse"), "it took longer than 10 seconds")
    assert not found.nobody_worse
    assert not found.equivalent


# ---------------------------------------------------------------- what is declared otherwise


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        (("    note    : text\n", ""), "field note: no longer there, was text"),
        (("    note    : text\n", "    note    : text\n    age : integer\n"), "field age: integer"),
        ((ORDERS, "orders  : integer at least 1 default 1"), "field orders: at least 1, was 0"),
        (("of vip, press", "of vip, press, staff"), "field tags: with the label staff"),
        (("consumer, enterprise", "consumer, enterprise, state"), "field segment: with the label state"),
        (("set of gift, lounge", "set of gift, lounge, taxi"), "attribute perks: with the label taxi"),
        ((WAIT, WAIT + " or none"), "attribute wait: or none yes, was no"),
        (("great : money = 1_000", "great : money = 1_001"), "parameter great: value 1001, was 1000"),
        (('version "1"', 'version "1" effective from 2026-01-01'), "policy : effective from 2026-01-01, had none"),
    ],
)  # fmt: skip
def test_changes_of_the_vocabulary_are_named(swap: tuple[str, str], said: str) -> None:
    found = changes(elaborated(SHOP), elaborated(changed(swap)))
    assert said in [f"{each.part} {each.name}: {each.words}" for each in found]


def test_a_changed_vocabulary_is_never_equivalent() -> None:
    assert not comparison(SHOP, changed(("    note    : text\n", ""))).equivalent
    assert comparison(SHOP, changed(("    note    : text\n", ""))).nobody_worse


def test_an_attribute_that_is_gone_is_worse_than_proved() -> None:
    gone = changed(
        ('    greeting : text default "Hello"\n', ""),
        ('rule big: if segment = enterprise then greeting = "Welcome"\n', ""),
    )
    assert not comparison(SHOP, gone).nobody_worse
    assert comparison(gone, SHOP).nobody_worse


@pytest.mark.parametrize(
    ("swap", "attribute", "verdict", "record"),
    [
        # a default that reaches a rule; bounds beyond which a value counts as missing; labels that only one knows
        ((ORDERS, "orders  : integer at least 0 default 7"), "perks", "better", {}),
        ((ORDERS, "orders  : integer at least 0 default 0 at most 50"), "perks", "worse", {"orders": 51}),
        ((ORDERS, "orders  : integer at least 0 default 4"), "perks", "same", None),
        (("cold < warm < hot", "cold < hot"), "priority", "worse", {"stage": "warm"}),
        (("set of vip, press", "set of vip"), "priority", "better", None),
        (("one of consumer, enterprise", "one of enterprise"), "greeting", "same", None),
    ],
)  # fmt: skip
def test_a_record_may_be_read_differently(
    swap: tuple[str, str], attribute: str, verdict: str, record: dict[str, object] | None
) -> None:
    swaps = [swap]
    if "cold < hot" in swap[1]:
        swaps.append(("stage >= warm", "stage >= hot"))
    if swap[1] == "set of vip":
        swaps.append(("if tags has press", "if tags has vip and orders < 0"))
    found = comparison(SHOP, changed(*swaps))
    change = next(each for each in found.attributes if each.attribute == attribute)
    assert change.verdict == verdict
    if record is not None:
        [moved] = change.found.values()
        assert {**moved.old.record, **moved.new.record} == record


LABELS = """\
customer {
    a : integer at least 0
}
service {
    s : low < mid < high
    p : set of x, y
    c : one of red, blue default red
    k : low < mid < high no direction default mid
    o : low < high or none
}
rule r: if a > 5 then s = high, p = {x}, c = blue, k = high, o = high
"""


@pytest.mark.parametrize(
    ("swaps", "attribute", "expected"),
    [
        ([("s : low < mid < high", "s : low < mid < high < top")], "s", {}),
        ([("s : low < mid < high", "s : low < mid < high < top"), ("a > 5", "a > 8")], "s", {"worse": ("high", "low")}),
        ([("s : low < mid < high", "s : low < high"), ("a > 5", "a > 3")], "s", {"better": ("low", "high")}),
        ([("s : low < mid < high", "s : low < mid < high < top"), ("s = high", "s = top")], "s",
         {"better": ("high", "top")}),
        ([("s : low < mid < high", "s : low < mid < top"), ("s = high", "s = top")], "s",
         {"different": ("high", "top")}),
        ([("s : low < mid < high", "s : poor < low < mid < high")], "s", {"worse": ("low", "poor")}),
        ([("s : low < mid < high", "s : high < mid < low")], "s", "its labels stand in another order"),
        ([("s : low < mid < high", "s : one of low, mid, high default low")], "s",
         "it was more is better and is no direction"),
        ([("p : set of x, y", "p : set of x, y, z")], "p", {}),
        ([("p : set of x, y", "p : set of x, y, z"), ("p = {x}", "p = {x, z}")], "p", {"better": ("{x}", "{x, z}")}),
        ([("p : set of x, y", "p : set of y, z"), ("p = {x}", "p = {y}")], "p",
         {"better": ("{x}", "{y}"), "worse": ("{x}", "{y}")}),
        ([("red, blue", "red, blue, green")], "c", {}),
        ([("red, blue", "red, green"), ("c = blue", "c = green")], "c", {"different": ("blue", "green")}),
        ([("k : low < mid < high", "k : high < mid < low")], "k", {}),
        ([("k : low < mid < high", "k : high < mid < top"), ("k = high", "k = top")], "k",
         {"different": ("high", "top")}),
        ([("low < high or none", "low < high < top or none"), ("a > 5", "a > 8")], "o", {"worse": ("high", "none")}),
        ([("low < high or none", "poor < low < high")], "o", {"better": ("none", "poor")}),
    ],
)  # fmt: skip
def test_labels_are_compared_by_name(
    swaps: list[tuple[str, str]], attribute: str, expected: dict[str, tuple[str, str]] | str
) -> None:
    """What can't be compared is said to be so, and never called the same."""
    other = LABELS
    for one, instead in swaps:
        assert one in other
        other = other.replace(one, instead)
    found = comparison(LABELS, other)
    change = next(each for each in found.attributes if each.attribute == attribute)
    if isinstance(expected, str):
        assert (change.verdict, change.not_compared) == ("not compared", expected)
        assert not found.nobody_worse
    else:
        said = {way: (e.old.expect[attribute], e.new.expect[attribute]) for way, e in change.found.items()}
        assert (said, change.open) == (expected, {})


def test_a_field_of_another_type_leaves_open_what_reads_it() -> None:
    other = changed((ORDERS, "orders  : text"), ("orders >= 5", 'orders = "many"'))
    found = comparison(SHOP, other)
    verdict = {each.attribute: each.verdict for each in found.attributes}
    assert verdict["perks"] == "unknown"
    assert verdict["priority"] == "same"
    assert not found.nobody_worse


def test_versions_are_compared_on_common_days_else_as_if_always_in_effect() -> None:
    head, rule = 'version "1"', "rule late from 2027-01-01: if value > 5 then wait = 1 minute\n"
    old = changed((head, 'version "1" effective from 2025-01-01 until 2026-12-31')) + rule
    new = changed((head, 'version "2" effective from 2026-06-01')) + "rule other: if value < 0 then wait = 9 minutes\n"
    found = comparison(old, new)
    assert {each.attribute: each.verdict for each in found.attributes}["wait"] == "same"
    later = changed((head, 'version "3" effective from 2027-01-01'))
    found = comparison(old, later)
    assert found.pair.always
    assert {each.attribute: each.verdict for each in found.attributes}["wait"] == "worse"


# ---------------------------------------------------------------- laws on random policies


def mutated(text: str, chance: random.Random, *, vocabulary: bool = True) -> str:
    """The text with some statements gone, doubled, or with another constant; sometimes another vocabulary."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        line = lines[at]
        match chance.randrange(4):
            case 0 if line.startswith(("rule", "limit", "baseline base", "assume")):
                lines[at] = ""
            case 1 if line.startswith(("rule", "limit", "baseline", "    |")):
                lines[at] = re.sub(
                    r"(?<![\w-])\d+(?![\w-])", lambda m: str(int(m[0]) + chance.choice([-1, 1, 3])), line, count=1
                )
            case 2:
                lines[at] = line.replace(" and ", " or ") if chance.random() < 0.5 else line.replace("if not ", "if ")
            case _ if vocabulary and " : " in line:
                lines[at] = chance.choice(
                    [
                        line.replace(" at least 0", ""),
                        line.replace("default 1", "default 2"),
                        line.replace("press, family", "press, family, staff"),
                        line.replace("cold < warm < hot", "cold < warm < hot < burning"),
                        line.replace(" at most 5", " at most 3"),
                    ]
                )
            case _:
                pass
    return "\n".join(lines)


def valid(text: str) -> Policy | None:
    checked = elaborate(gather_text(text))
    return None if has_errors(checked.diagnostics) else checked.policy


def raw_records(policies: tuple[Policy, ...], chance: random.Random, many: int) -> Iterator[tuple[dict, dict, date]]:  # type: ignore[type-arg]
    for number in range(many):
        policy = policies[number % len(policies)]
        writer = RecordWriter(policy, literals(policy), chance)
        writer.broken_share = 0.0
        yield *writer.record(), chance.choice(DAYS)


def in_range(policy: Policy, record: dict[str, object], request: dict[str, object], day: date) -> bool:
    start, end = policy.effective_from or date.min, policy.effective_until or date.max
    broken = any("assumes" in problem.message for problem in decide(policy, record, request, day).problems)
    return start <= day <= end and not broken


@LAWS
@given(small_policies(), st.randoms(use_true_random=False))
def test_every_verdict_holds_for_raw_records(text: str, chance: random.Random) -> None:
    old, new = elaborated(text), valid(mutated(text, chance))
    if new is None:
        return
    found = compared(old, new, timeout=5)
    for change in found.attributes:
        for way, moved in change.found.items():
            record, request = {**moved.old.record, **moved.new.record}, {**moved.old.request, **moved.new.request}
            was = decide(old, record, request, moved.old.as_of).values[change.attribute]
            now = decide(new, record, request, moved.old.as_of).values[change.attribute]
            assert moves(way, old, change.attribute, was, now), (way, record, was, now)
    for record, request, day in raw_records((old, new), chance, 60):
        if in_range(old, record, request, day) and in_range(new, record, request, day):
            before, after = decide(old, record, request, day).values, decide(new, record, request, day).values
            for change in found.attributes:
                for way in ("better", "worse", "different"):
                    if way not in change.found and way not in change.open:
                        judged = moves(way, old, change.attribute, before[change.attribute], after[change.attribute])
                        assert not judged, (change.attribute, way, record, request, day)


def moves(way: str, policy: Policy, name: str, was: Known, now: Known) -> bool:
    attribute = policy.attributes[name]
    if attribute.direction is Direction.NONE:
        return way == "different" and not equal(was, now)
    match way:
        case "better":
            return not at_least_as_good(attribute, was, now)
        case "worse":
            return not at_least_as_good(attribute, now, was)
        case _:
            return False


@LAWS
@given(small_policies(plain=True), st.randoms(use_true_random=False))
def test_what_is_alike_word_for_word_is_the_same_to_brute_force(text: str, chance: random.Random) -> None:
    old, new = elaborated(text), valid(mutated(text, chance, vocabulary=False))
    if new is None:
        return
    pair = side_by_side(old, new)
    same = alike(pair.old, pair.new, pair.differing)
    found = compared(old, new, engine=lambda goal, timeout: brute_engine(goal, timeout))
    assert all(each.verdict == "same" for each in found.attributes if each.attribute in same)
    for record, request, day in raw_records((old, new), chance, 40):
        before, after = decide(old, record, request, day).values, decide(new, record, request, day).values
        assert all(equal(before[name], after[name]) for name in same)


def test_names_that_mean_something_else_are_not_alike() -> None:
    def same(swap: tuple[str, str]) -> frozenset[str]:
        pair = side_by_side(elaborated(SHOP), elaborated(changed(swap)))
        return alike(pair.old, pair.new, pair.differing)

    every = {"priority", "wait", "perks", "greeting", "points"}
    assert same(("rule valued: ", "rule other: ")) == every
    assert same(("great : money = 1_000", "great : money = 1_001")) == every - {"priority", "wait"}
    assert same(("orders >= 5", "orders >= 6")) == every - {"perks", "points"}
    assert same(("integer at least 0 default 0", "integer at least 0 default 1")) == every - {"perks", "points"}
    assert same(("rule big: if segment", "rule big from 2026-01-01: if segment")) == every - {"greeting"}
