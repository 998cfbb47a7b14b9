"""What is noticed, what survives and what is proved to matter to nobody: planted, and against brute force."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.analysis.brute import TooLarge, brute, is_complete
from tests.strategies.small import small_policy
from tests.testing.mutation_texts import VOCABULARY, court, judged, original
from tierpolicy.analysis.comparison.side_by_side import NEW, OLD, side_by_side
from tierpolicy.analysis.goal import Any, Differs, Goal
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.witness.examples import example_text
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.policy import Policy
from tierpolicy.runtime.examples import failing, failing_examples
from tierpolicy.syntax.gather import Gathered, gather_text
from tierpolicy.syntax.gather_cases import with_cases_text
from tierpolicy.testing.collecting import policies_in
from tierpolicy.testing.mutation.changed import Original, edited
from tierpolicy.testing.mutation.judging import Court
from tierpolicy.testing.mutation.measuring import HowMuch, Measured, chosen, measured
from tierpolicy.testing.mutation.noticing import id_of
from tierpolicy.testing.sampling import sampled

POLICIES = Path(__file__).parents[2] / "policies"


def verdicts(text: str, files: dict[str, str] | None = None) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (each.change.kind, each.change.says): (each.verdict, each.by or each.reason) for each in judged(text, files)
    }


# ---------------------------------------------------------------- planted


def test_an_example_at_the_threshold_notices_what_one_above_it_does_not() -> None:
    rule = "rule r: if spend >= 50 then priority = high\n"
    far = verdicts(f'{rule}example "far": given spend = 500 expect priority = high\n')
    at = verdicts(f'{rule}example "at": given spend = 50 expect priority = high\n')
    assert far["comparison", "`>` for `>=`"] == ("survived", "")
    assert far["statement", "without this rule"] == ("noticed", "example::far")
    assert at["comparison", "`>` for `>=`"] == ("noticed", "example::at")
    assert at["threshold", "`51` for `50`"] == ("noticed", "example::at")
    assert at["threshold", "`49` for `50`"] == ("survived", "")


def test_what_matters_to_nobody_is_left_out_of_the_score() -> None:
    text = (
        "rule always: wait = 5 minutes\nrule r: if spend >= 50 then priority = high\n"
        "rule beaten: if spend >= 50 and vip then priority = normal\n"
        'example "at": given spend = 50, vip = yes expect priority = high\n'
        'example "below": given spend = 49 expect priority = low\n'
    )
    held = original(text)
    found = measured(held.gathered, held.policy, HowMuch(timeout=100))
    of_beaten = next(each for each in found.statements if each.name == "beaten")
    counts = {each.change.says: each.verdict for each in of_beaten.changes}
    assert counts["without this rule"] == "equivalent"
    assert counts["`low` for `normal`"] == "equivalent"
    assert found.score is not None
    noticed, survived = found.counts["noticed"], found.counts["survived"]
    assert found.score == 100 * noticed / (noticed + survived)


def test_a_property_notices_what_no_example_does() -> None:
    rules = "baseline everyone: wait at most 30 minutes\nrule r: if stage >= warm then wait = 5 minutes\n"
    promise = "property quick: always stage = hot implies wait <= 5 minutes\n"
    without, beside = verdicts(rules), verdicts(rules + promise)
    assert without["value", "`6 minutes` for `5 minutes`"] == ("survived", "")
    assert beside["value", "`6 minutes` for `5 minutes`"] == ("noticed", "property::quick")
    assert beside["statement", "without this rule"] == ("noticed", "property::quick")
    assert beside["comparison", "`>` for `>=`"] == ("survived", ""), "it says nothing of who is warm"
    assert beside["label", "`hot` for `warm`"] == ("survived", "")


def test_a_property_about_pairs() -> None:
    rules = "rule s: priority = high\nrule r: if orders >= 2 then priority = normal\n"
    promise = "property more_orders: more orders never lowers priority\n"
    assert verdicts(rules)["limit or rule", "`limit` for `rule`"] == ("survived", "")
    assert verdicts(rules + promise)["limit or rule", "`limit` for `rule`"] == ("noticed", "property::more_orders")


def test_tests_that_fail_or_are_not_proved_notice_nothing() -> None:
    text = (
        "rule r: if spend >= 50 then priority = high\n"
        'example "wrong": given spend = 50 expect priority = low\n'
        "property wrong: never priority = high\nproperty many: at most 5% of customers have priority = high\n"
    )
    held = court(text)
    assert [(each.id, each.why) for each in held.own.left_out] == [
        ("example::wrong", "it fails already"),
        ("property::wrong", "it fails already"),
        ("property::many", "it is measured on customers"),
    ]
    assert {each.verdict for each in judged(text)} == {"survived"}


def test_defines_parameters_tiers_and_rows_that_are_gone() -> None:
    found = verdicts(
        "parameter least : money = 50\ndefine good = spend >= least\nrule r: if good then priority = high\n"
        "tiers member < gold\ntier gold if orders >= 5\n    then wait = 1 minute\n"
        "table t first match:\n    | if segment | then discount |\n    | business | 5% |\n    | not public | 3% |\n"
        'example "good": given spend = 50, orders = 5, segment = business\n'
        "    expect priority = high, tier = gold, discount = 5%\n"
        'example "other": given segment = consumer expect discount = 3%, priority = low\n'
    )
    assert found["threshold", "`51` for `50`"] == ("noticed", "example::good")
    assert found["comparison", "`>` for `>=`"][0] == "noticed"
    assert found["row", "rows 1 and 2 swapped"] == ("noticed", "example::good")
    assert found["row", "without this row"][0] == "noticed"


def test_cases_notice_too() -> None:
    gathered = with_cases_text(
        gather_text(VOCABULARY + "rule r: if spend >= 50 then priority = high\n"),
        "case,given spend,expect priority\nAcme,50,high\n",
    )
    policy = elaborate(gathered).policy
    assert policy is not None
    held = Court(Original(gathered, policy), 5.0, 0)
    (found,) = [held.judged(place, range(len(each.changes))) for place, each in enumerate(held.statements)]
    assert {each.by for each in found.changes if each.change.says == "`>` for `>=`"} == {"case::Acme"}
    again = Original(gathered, policy).texts.gathered()
    assert again.aside == gathered.aside, "another process reads the cases too"


def test_what_takes_too_long_is_said_and_not_counted() -> None:
    held = original("rule r: if orders * orders * orders + orders = 7 * spend / spend then priority = high\n")
    found = measured(held.gathered, held.policy, HowMuch(timeout=0.01))
    assert found.counts["not settled"] + found.counts["survived"] + found.counts["equivalent"] > 0
    for each in found.changes:
        assert bool(each.reason) is (each.verdict == "not settled")


# ---------------------------------------------------------------- examples to paste


def survivors_are_noticed(gathered: Gathered, policy: Policy, found: Measured) -> int:
    """Each example holds for the policy as it is, and fails for each survivor that it belongs to."""
    texts, count = Original(gathered, policy).texts, 0
    for (place, at), example in found.examples.items():
        pasted = replace(texts, main=f"{texts.main}\n{example.text}\n")
        assert example.text
        as_it_is = pasted.gathered()
        again = elaborate(as_it_is).policy
        assert again is not None, [each.message for each in elaborate(as_it_is).diagnostics]
        mine = next(each for each in again.examples if each.origin.name == example.name)
        assert not list(failing(again, mine)), example.text
        statement = next(each for each in found.statements if each.place == place)
        for judged_ in statement.changes:
            if judged_.verdict == "survived" and judged_.example == at:
                changed = elaborate(edited(pasted, judged_.change.edit).gathered()).policy
                assert changed is not None
                failed = {each.origin.name for each in changed.examples if list(failing(changed, each))}
                assert example.name in failed, (judged_.change, example.text)
                count += 1
    return count


@pytest.mark.parametrize("folder", sorted(each.name for each in POLICIES.iterdir() if each.is_dir()))
def test_pasted_examples_notice_what_survives_in_the_example_policies(folder: str) -> None:
    (gathered,) = policies_in(POLICIES / folder)
    # without its own examples nearly everything survives
    modules = tuple(
        replace(each, statements=tuple(s for s in each.statements if type(s).__name__ not in ("Example", "Cases")))
        for each in gathered.modules
    )
    untested = replace(gathered, modules=modules)
    policy = elaborate(untested).policy
    assert policy is not None
    found = measured(untested, policy, HowMuch(most=12, timeout=100))
    assert found.counts["survived"] > 5
    assert survivors_are_noticed(untested, policy, found) == found.counts["survived"]


# ---------------------------------------------------------------- against brute force


def small_with_examples(seed: int) -> str:
    """A small policy with a few examples of customers drawn for it."""
    text = small_policy(seed, plain=True)
    policy = elaborate(gather_text(text)).policy
    assert policy is not None
    chance = random.Random(seed)
    for number, case in enumerate(sampled(policy, 3, seed)):
        names = chance.sample(list(policy.attributes), k=max(1, len(policy.attributes) // 2))
        values = decided(policy, case).situation.decided
        text += example_text(policy, case, values, names, f"drawn {number}") + "\n"
    return text


def anybody(policy: Policy, changed: Policy) -> Goal:
    """Somebody for whom any attribute is decided otherwise."""
    differs = Any(tuple(Differs(name, NEW, OLD) for name in policy.attributes))
    return side_by_side(policy, changed).goal(differs, frozenset(policy.fields))


@pytest.mark.parametrize("seed", range(6))
def test_verdicts_are_those_of_brute_force(seed: int) -> None:
    gathered = gather_text(small_with_examples(seed))
    policy = elaborate(gathered).policy
    if policy is None:
        pytest.skip("a value that no example can write")
    held = Court(Original(gathered, policy), 100.0, 0)
    tried = chosen(held.statements, range(len(held.statements)), 24, seed)
    for place, at in tried:
        (found,) = held.judged(place, [at]).changes
        changed = held.original.as_written(found.change.edit)
        assert (changed is None) is (found.verdict == "unreadable")
        if changed is None:
            continue
        failed = {id_of(each) for each in changed.examples if list(failing(changed, each))}
        match found.verdict:
            case "noticed":
                assert found.by in failed or found.by.startswith("property::")
            case "survived":
                assert not failed
            case "equivalent":
                assert not failed
                goal = anybody(policy, changed)
                try:
                    assert brute(goal) is None, found.change
                except TooLarge:
                    continue
            case "not settled":
                assert found.reason


def test_brute_force_finds_what_survives() -> None:
    """The other way round: where no customer of a whole grid differs, nothing survives."""
    same = 0
    for seed in range(20, 23):
        gathered = gather_text(small_policy(seed, plain=True))
        policy = elaborate(gathered).policy
        assert policy is not None
        held = Court(Original(gathered, policy), 100.0, 0)
        for place, at in chosen(held.statements, range(len(held.statements)), 10, seed):
            (found,) = held.judged(place, [at]).changes
            changed = held.original.as_written(found.change.edit)
            if changed is None or found.verdict == "noticed":
                continue
            goal = anybody(policy, changed)
            try:
                nobody = brute(goal) is None and is_complete(goal)
            except TooLarge:
                continue
            if nobody:
                same += 1
                assert found.verdict == "equivalent", found.change
    assert same > 3


# ---------------------------------------------------------------- all of it


def test_the_same_whatever_the_number_of_processes_and_a_sample_is_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.testing.mutation.measuring.WORTH_A_PROCESS", 10)
    text = "".join(f"rule r{n}: if spend >= {n}0 and orders > {n} then priority = high\n" for n in range(1, 7))
    held = original(text + 'example "a": given spend = 50, orders = 6 expect priority = high\n')
    one, two = (measured(held.gathered, held.policy, HowMuch(jobs=jobs, most=40, timeout=100)) for jobs in (1, 2))
    assert one.statements == two.statements
    assert one.examples == two.examples
    assert one.possible > 40
    assert sum(1 for _ in one.changes) == 40
    assert {len(each.changes) for each in one.statements} == {6, 7}


def test_a_statement_by_name() -> None:
    held = original("rule a: if vip then priority = high\nrule b: if vip then wait = 5 minutes\n")
    found = measured(held.gathered, held.policy, HowMuch(only=("b",)))
    assert [each.name for each in found.statements] == ["b"]
    assert all(not list(failing_examples(held.policy)) for _ in found.changes)
