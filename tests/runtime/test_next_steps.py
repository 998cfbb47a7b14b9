"""Next steps and reminders as applications hold them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest

import tierpolicy

POLICY = """policy "Club"
    version "1"
    effective from 2026-01-01
    currency EUR
customer {
    spend    : money at least 0 earnable
    share    : percent at least 0% earnable
    waited   : duration earnable
    paid_to  : date earnable
    stage    : new < known < loyal earnable
    letters  : flag default no earnable
    proofs   : set of id, address, income earnable
    score    : number earnable
    secret   : money at least 0 earnable sensitive
}
request { urgent : flag }
service { level : a < b < c < d < e < f < g < h < i }
rule r1: if spend >= 1_000 then level = b
rule r2: if share >= 12.5% then level = c
rule r3: if waited > 2 hours then level = d
rule r4: if paid_to >= today + 1 month then level = e
rule r5: if stage > known and letters then level = f
rule r6: if proofs has id and proofs has income then level = g
rule r7: if score > 0.5 then level = h
rule r8: if secret >= 100 or (urgent and spend >= 10) then level = i
reminder "Nearly there" within 10% of level
    because "You are dear to us"
    source "the board"
"""
CLUB = tierpolicy.loads(POLICY)
DAY = date(2026, 11, 21)


def raises(record: dict[str, object], target: str, request: object = None) -> list[list[tuple[object, ...]]]:
    found = CLUB.next_steps(record, target, request, DAY)
    return [[(each.field, each.before, each.after, each.more) for each in step.raises] for step in found.steps]


@pytest.mark.parametrize(
    ("record", "target", "expected"),
    [
        ({"spend": 950.5}, "level = b", [("spend", Decimal("950.50"), Decimal("1000.00"), Decimal("49.50"))]),
        ({"share": 0.1}, "level = c", [("share", Decimal("0.10"), Decimal("0.125"), Decimal("0.025"))]),
        ({"waited": 7000}, "level = d", [("waited", timedelta(0, 7000), timedelta(0, 7201), timedelta(0, 201))]),
        ({"paid_to": "2026-12-01"}, "level = e", [("paid_to", date(2026, 12, 1), date(2026, 12, 21), timedelta(20))]),
        ({"stage": "new", "letters": True}, "level = f", [("stage", "new", "loyal", None)]),
        ({"proofs": "address"}, "level = g", [("proofs", {"address"}, {"address", "id", "income"}, {"id", "income"})]),
        ({"score": 0.5}, "level = h", [("score", 0.5, 0.5000000000000001, 1.1102230246251565e-16)]),
    ],
)
def test_a_raise_of_every_type(record: dict[str, object], target: str, expected: list[tuple[object, ...]]) -> None:
    others = {"spend": 0, "share": 0, "waited": 0, "score": 0.0, "stage": "new", "paid_to": "2020-01-01", "secret": 0}
    assert raises({**others, **record}, target)[0] == expected


def test_what_is_not_known_has_no_before_and_no_more() -> None:
    assert raises({}, "level = b")[0] == [("spend", None, Decimal("1000.00"), None)]
    assert raises({"letters": None, "stage": "known"}, "level = f") == [
        [("stage", "known", "loyal", None), ("letters", False, True, None)]
    ]


def test_a_request_counts_and_a_record_with_mistakes_is_read_as_ever() -> None:
    assert raises({"spend": 5, "secret": 0}, "level = i", {"urgent": True})[0][0][2] == Decimal("10.00")
    assert raises({"spend": "a lot"}, "level = b")[0] == [("spend", None, Decimal("1000.00"), None)]


def test_a_decision_at_hand_has_the_same_next_steps() -> None:
    decision = CLUB.evaluate({"spend": 5}, as_of=DAY)
    assert str(CLUB.next_steps_from(decision, "level = b")) == str(
        CLUB.next_steps({"spend": 5}, "level = b", None, DAY)
    )


def test_in_words() -> None:
    customer = {"spend": 5, "stage": "new", "proofs": ["id"], "paid_to": "2026-11-21", "secret": 99}
    said = {
        "level = b": "spend: 995 EUR more (5 to 1,000)",
        "level = f": "stage: loyal rather than new and letters: yes",
        "level = g": "proofs: add income",
        "level = e": "paid_to: 30 days more (2026-11-21 to 2026-12-21)",
        "level = i": "secret: 1 EUR more",
        "level = h": "score: 0.5000000000000001 (not known so far)",
    }
    for target, words in said.items():
        assert str(CLUB.next_steps(customer, target, None, DAY)).splitlines() == [f"to reach `{target}`:", f"  {words}"]


def test_reached_and_never() -> None:
    assert CLUB.next_steps({"spend": 1000}, "level  =\n  b", None, DAY).reached
    none = CLUB.next_steps({"spend": 1000}, "level < b", None, DAY)
    assert not none.reached
    assert none.steps == none.unknown == ()
    assert str(none).endswith("reaches `level < b` (proved)")


def test_more_than_two_at_once_is_not_looked_for_and_said() -> None:
    fields = "".join(f"    {name} : integer default 0 earnable\n" for name in "abc")
    rule = "rule r: if a > 1 and b > 1 and c > 1 then level = high"
    text = f"customer {{\n{fields}}}\nservice {{ level : low < high }}\n{rule}"
    found = tierpolicy.loads(text).next_steps({}, "level = high")
    assert found.steps == ()
    assert found.more_together
    assert "raising more of them at once may" in str(found)


def test_json() -> None:
    found = CLUB.next_steps({"spend": 5, "letters": False}, "level = b", None, DAY)
    assert json.loads(found.to_json()) == {
        "target": "level = b",
        "reached": False,
        "steps": [{"raises": [{"field": "spend", "before": "5.00", "after": "1000.00", "more": "995.00"}]}],
        "others": False,
        "fields": ["spend", "share", "waited", "paid_to", "stage", "letters", "proofs", "score", "secret"],
        "more_together": False,
        "unknown": [],
    }


@pytest.mark.parametrize(
    "target", ["", "level = z", "levle = b", "level =", "spend", "level = b then", "5 > 'x'", "\0"]
)
def test_what_is_no_target_is_refused_with_findings(target: str) -> None:
    with pytest.raises(tierpolicy.TargetError) as refused:
        CLUB.next_steps({}, target)
    assert isinstance(refused.value, ValueError)
    assert refused.value.diagnostics
    assert "target" in str(refused.value)


def test_an_unknown_name_in_a_target_is_not_to_be_declared() -> None:
    with pytest.raises(tierpolicy.TargetError) as refused:
        CLUB.next_steps({}, "zzzzzz")
    assert "a target names attributes" in (refused.value.diagnostics[0].help or "")


# ---------------------------------------------------------------- reminders


def test_a_decision_carries_reminders() -> None:
    decision = CLUB.evaluate({"spend": 950}, as_of=DAY)
    (reminder,) = decision.reminders
    assert (reminder.field, reminder.amount, reminder.attribute, reminder.value) == (
        "spend",
        Decimal("50.00"),
        "level",
        "b",
    )
    assert str(reminder) == reminder.text == "Nearly there: 50 EUR more spend brings level b"
    assert (reminder.because, reminder.source) == ("You are dear to us", "the board")
    assert decision.to_dict(reminders=True)["reminders"] == [reminder.to_dict()]
    assert "reminders" not in decision.to_dict()
    assert json.loads(decision.to_json(reminders=True))["reminders"][0]["more"] == "50.00"
    assert pickle.loads(pickle.dumps(decision)).reminders == decision.reminders


def test_policy_text_is_never_filled_in() -> None:
    title = "{field} %s $amount {{ 7 * 7 }} {0.__class__}"
    text = (
        f'customer {{ n : integer earnable }}\nservice {{ p : a < b }}\nrule r: if n > 9 then p = b\nreminder "{title}"'
    )
    policy = tierpolicy.loads(text + " within 20% of p")
    assert policy.evaluate({"n": 9}).reminders[0].text == f"{title}: 1 more n brings p b"


def test_the_share_is_exact() -> None:
    text = "customer { n : KIND earnable }\nservice { p : a < b }\nrule r: if n >= LIMIT then p = b\n"
    for kind, limit, near, far in (
        ("integer", "1_000", 900, 899),
        ("number", "0.3", 0.27, 0.2699999999999999),
        ("percent", "10%", 0.09, 0.0899),
        ("duration", "1 hour", 3240, 3239),
    ):
        policy = tierpolicy.loads(text.replace("KIND", kind).replace("LIMIT", limit) + 'reminder "" within 10% of p')
        assert len(policy.evaluate({"n": near}).reminders) == 1, kind
        assert policy.evaluate({"n": far}).reminders == (), kind


def test_at_a_whole_everyone_is_near_who_owes_nothing() -> None:
    text = "customer { n : integer earnable }\nservice { p : a < b }\nrule r: if n >= 100 then p = b\n"
    policy = tierpolicy.loads(text + 'reminder "x" within 100% of p')
    assert [len(policy.evaluate({"n": n}).reminders) for n in (0, 1, 99, 100, -1)] == [1, 1, 1, 0, 0]


def test_neither_evaluating_nor_next_steps_load_the_solver() -> None:
    code = (
        "import sys, tierpolicy\n"
        f"policy = tierpolicy.loads({POLICY!r})\n"
        "decision = policy.evaluate({'spend': 950})\n"
        "assert 'tierpolicy.analysis.next_steps' not in sys.modules\n"
        "assert decision.reminders and policy.next_steps({'spend': 1}, 'level = b').steps\n"
        "sys.exit(1 if {'z3', 'numpy'} & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
