"""What trying a property means: which customers break which claim, who isn't asked, what is said, and to whom."""

from __future__ import annotations

from datetime import date

import pytest

import tierpolicy
from tierpolicy import Policy
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import MISSING
from tierpolicy.runtime.decision import Decision
from tierpolicy.semantics.read import Reading
from tierpolicy.testing.suite import How
from tierpolicy.testing.trials import MORE_TOLD, MOST_TOLD, Trial, tried

SHOP = """\
policy "Shop" effective from 2026-01-01 until 2026-12-31
customer {
    spend : money at least 0
    age   : integer at least 0 at most 130
    plan  : one of basic, plus
    tags  : set of vip, press
    seats : integer at least 1 at most 9 default 1
}
service {
    priority : low < normal < high
    wait     : duration less is better
    perks    : set of lounge, gift
    desk     : one of north, south default north
    score    : integer more is better at least 0 internal
}
baseline everyone: priority at least low, wait at most 10 minutes
if spend > 1000 then priority = normal
if plan = plus then wait = 5 minutes
if tags has vip then perks = {lounge}
if age >= 65 then score = 2
"""


def trial(claim: str, more: str = "", how: How | None = None) -> Trial:
    """The property tried on the shop, with more statements about it."""
    policy = tierpolicy.loads(f"{SHOP}{more}\nproperty claim {claim}\n")
    return tried(policy, policy.versions[0].properties[0], how or How())


@pytest.mark.parametrize(
    ("claim", "more"),
    [
        (": always priority >= low", ""),
        (": always spend > 1000 implies priority >= normal", ""),
        (" where spend > 1000: always priority >= normal", ""),
        (": never perks has gift", ""),
        (": more spend never lowers service", ""),
        (": less spend never lowers wait", ""),
        (": more tags never lowers perks", ""),
        (": service never depends on age", ""),
        (" where age > 70: service never depends on seats", "if age < 60 and seats > 3 then desk = south"),
        (": customers with equal plan get equal wait", ""),
        (": customers with equal priority, plan get equal wait", ""),
        # who breaks an assumption is not asked
        (": never spend > 500", "assume spend <= 500"),
        (": always spend is known implies spend <= 500", "assume spend <= 500"),
        # nor are days on which the policy is not in effect
        (": always today >= 2026-01-01 implies today <= 2026-12-31", ""),
        # values lie within bounds, defaults stand in
        (": always seats >= 1 implies seats <= 9", ""),
        (": always seats is known", ""),
        # `more` speaks of what both know
        (": more age never lowers wait", "if age is missing then wait = 1 minute"),
    ],
)
def test_what_holds_is_kept(claim: str, more: str) -> None:
    assert trial(claim, more).finding is None


@pytest.mark.parametrize(
    ("claim", "more", "said"),
    [
        (": always priority >= normal", "", "`priority >= normal` is false for a customer"),
        (": always spend > 500 implies priority >= normal", "", "is false for a customer with `spend > 500`"),
        (": always spend >= 0", "", "`spend >= 0` is unknown for a customer"),
        (": always age >= 65 implies spend >= 0", "", "`spend >= 0` is unknown for a customer with `age >= 65`"),
        (" where plan = plus: always wait <= 4 minutes", "", "`wait <= 4 minutes` is false"),
        (": never perks has lounge", "", "`perks has lounge` is true for a customer"),
        (": never score = 2", "", "`score = 2` is true for a customer"),
        (": less spend never lowers service", "", "`priority` gets worse, from normal to low, where `spend` falls"),
        (": more seats never lowers wait", "limit full: if seats > 8 then wait at least 6 minutes", "from 8 to 9"),
        (": more tags never lowers perks", "limit quiet: if tags has press then perks without {lounge}", "changes"),
        (": service never depends on tags", "", "`perks`"),
        (": service never depends on age", "if age is missing then desk = south", "where `age` is missing"),
        (": service never depends on age", "if today > 2026-06-30 and age > 40 then desk = south", "where `age` is 41"),
        (": customers with equal spend get equal wait", "", "of two customers with equal `spend`"),
        (": customers with equal priority get equal perks", "", "of two customers with equal `priority`"),
        (": customers with equal age get equal score", "if seats > 4 then score = 5", "one gets"),
        # an assumption that is unknown is not broken
        (": always spend <= 500", "assume spend <= 500", "`spend <= 500` is unknown"),
    ],
)
def test_what_does_not_hold_is_broken_in_the_words_of_the_proof(claim: str, more: str, said: str) -> None:
    finding = trial(claim, more).finding
    assert finding is not None
    assert finding.message.startswith("`claim` does not hold: ")
    assert said in finding.message
    assert finding.witness is not None
    assert finding.witness["example"].startswith('example "claim')


def test_the_customer_is_plain() -> None:
    finding = trial(": always spend > 500 implies priority >= normal").finding
    assert finding is not None
    assert finding.witness is not None
    assert [each["record"] for each in finding.witness["customers"]] == [{"spend": 1000}]


def test_each_version_is_tried_by_itself() -> None:
    old = (
        'policy "P" version "1" effective from 2026-01-01 until 2026-12-31\nif orders > 3 then priority = high\n'
        "property p: always orders > 3 implies priority >= high\n"
    )
    new = old.replace('"1"', '"2"').replace("01-01", "06-01").replace("then priority = high", "then priority = normal")
    old_version, new_version = (tierpolicy.loads(each).versions[0] for each in (old, new))
    together = Policy((old_version, new_version))
    assert tried(together, old_version.properties[0], How()).finding is None
    assert tried(together, new_version.properties[0], How()).finding is not None


def test_parameters_are_what_they_are_set_to() -> None:
    text = SHOP + "parameter bar : money = 1000\nproperty p: always spend > bar implies priority >= normal\n"
    for bar, kept in ((1000, True), (2000, True), (999, False)):
        policy = tierpolicy.loads(text, parameters={"bar": bar})
        assert (tried(policy, policy.versions[0].properties[0], How()).finding is None) == kept


def test_a_property_of_another_policy_is_refused() -> None:
    one, other = (tierpolicy.loads(f"{SHOP}property p: always {claim}\n") for claim in ("age < 9", "age < 8"))
    with pytest.raises(ValueError, match="`p` is no property of this policy"):
        tried(one, other.versions[0].properties[0], How())


# ---------------------------------------------------------------- how many, and what is said


def test_notes_say_what_was_tried() -> None:
    assert trial(": always priority >= low").note == "200 customers tried"
    assert trial(": service never depends on age").note.endswith(" pairs tried")
    assert trial(": always seats > 9 implies priority = high").note == "no customer was found who meets its conditions"
    assert trial(": at most 5% of customers have priority = high").note == "measured on customers, not tried"
    assert trial(": always priority = high", how=How(customers=0)) == Trial(None, 0, "no customers asked for")


def test_the_number_asked_for_is_tried() -> None:
    for many in (1, 7, 2_500):
        assert trial(": always priority >= low", how=How(customers=many)).customers == 2 * many
        assert trial(": more seats never lowers priority", how=How(customers=many)).customers <= 2 * many


def test_a_seed_gives_one_trial_and_others_give_others() -> None:
    rule = "if age > 40 and seats > 2 and plan = basic then desk = south"
    text = f"{SHOP}{rule}\nproperty p: service never depends on age\n"

    def run(seed: int) -> tuple[Trial, list[object]]:
        policy, told = tierpolicy.loads(text), list[object]()
        found = tried(
            policy, policy.versions[0].properties[0], How(seed=seed), lambda p, reading, *_: told.append(reading.values)
        )
        return found, told

    assert run(3) == run(3)
    assert run(3)[1] != run(4)[1]


# ---------------------------------------------------------------- who looks on


def test_whoever_looks_on_is_told_of_drawn_customers_once_a_policy() -> None:
    policy = tierpolicy.loads(f"{SHOP}property a: always priority >= low\nproperty b: service never depends on age\n")
    told: list[tuple[TypedPolicy, Reading, date, str]] = []

    def seen(typed: TypedPolicy, reading: Reading, as_of: date, by: str) -> None:
        told.append((typed, reading, as_of, by))

    first, second = policy.versions[0].properties
    tried(policy, first, How(), seen)
    assert 100 < len(told) <= 100 + MORE_TOLD
    tried(policy, second, How(), seen)
    assert len(told) <= 100 + 2 * MORE_TOLD
    assert {id(each[0]) for each in told} == {id(policy.versions[0])}
    assert {each[3] for each in told} == {"properties"}
    assert all(set(each[1].values) == set(policy.versions[0].fields) for each in told)
    tried(policy, second, How(customers=1_000), seen)
    assert len(told) <= 100 + 3 * MORE_TOLD + MOST_TOLD


# ---------------------------------------------------------------- two evaluators


def test_a_wrong_decision_of_the_compiled_policy_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Decision.typed_values.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Decision, "typed_values", property(lambda self: {**right(self), "priority": "high"}))
    finding = trial(": always priority >= low").finding
    assert finding is not None
    assert finding.code is codes.EVALUATORS_DISAGREE
    assert finding.message == (
        "two evaluators disagree: `priority` is high when compiled and low by the text, for a customer with nothing "
        "known on 2026-01-01"
    )
    assert finding.help is not None
    assert "please report it" in finding.help


def test_one_that_only_breaks_a_property_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't among those that are decided twice in any case."""
    right = Decision.typed_values.fget  # type: ignore[attr-defined]

    def wrong(self: Decision) -> dict[str, object]:
        values = dict(right(self))
        return {**values, "priority": "high"} if self.reading.values["age"] is MISSING else values

    monkeypatch.setattr(Decision, "typed_values", property(wrong))
    monkeypatch.setattr("tierpolicy.testing.trials.COMPARED", 0)
    monkeypatch.setattr("tierpolicy.testing.trials.disagreement", lambda desk, served: None)
    finding = trial(": never priority = high").finding
    assert finding is not None
    assert finding.code is codes.EVALUATORS_DISAGREE


def test_one_that_raises_is_said_as_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(self: object, *of: object) -> Decision:
        raise KeyError("priority")

    monkeypatch.setattr(tierpolicy.Policy, "evaluate", raises)
    finding = trial(": always priority >= low").finding
    assert finding is not None
    assert finding.code is codes.EVALUATORS_DISAGREE
    assert finding.message.startswith("two evaluators disagree: the compiled one fails, for a customer with ")
    assert finding.message.endswith("(KeyError)")
