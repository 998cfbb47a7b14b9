"""What applications hold: policies and decisions that never change, travel between processes and say who decided."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tierpolicy
from tierpolicy.pipeline import NotOnePolicy

DAY = date(2026, 11, 21)
TEXT = """
policy "Support"
    version "2026.1"
    effective from 2026-01-01 until 2026-12-31
    currency EUR

customer {
    id      : text key
    spend   : money at least 0
    segment : one of consumer, enterprise from ("ENT")
    secret  : text sensitive
}
request {
    severity : low < urgent
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    perks    : set of lounge, gift
    credit   : money at least 0 at most 500 more is better
    discount : percent more is better or none
    greeting : text default "Good day"
    until    : date default 2026-12-31
    points   : integer adds up
    factor   : number at least 0 more is better
    callback : flag
    score    : integer at least 0 more is better internal
}
parameter threshold : money = 100

baseline everyone "What everybody gets": priority at least normal, wait at most 10 minutes
rule valued "Who buys much":
    if spend >= threshold then priority = high, wait = 90 seconds, perks = {lounge, gift}, credit = spend * 10%
    because "You buy much"
rule enterprise: if segment = enterprise then discount = 10.5%, points = 5, factor = 0.5, score = 3
rule urgent: if severity = urgent then callback = yes
limit stopped "While we look": if secret = "stop" then priority at most low, credit at most 0
"""
POLICY = tierpolicy.loads(TEXT)


def decide(record: object = None, **options: Any) -> tierpolicy.Decision:
    return POLICY.evaluate(record or {}, as_of=DAY, **options)


def test_a_decision_is_a_mapping_of_the_service_in_pythons_types() -> None:
    decision = decide({"spend": 120, "segment": "ENT"}, request={"severity": "urgent"})
    assert dict(decision) == {
        "priority": "high",
        "wait": timedelta(seconds=90),
        "perks": frozenset({"lounge", "gift"}),
        "credit": Decimal("12.00"),
        "discount": Decimal("0.1050"),
        "greeting": "Good day",
        "until": date(2026, 12, 31),
        "points": 5,
        "factor": 0.5,
        "callback": True,
    }
    assert len(decision) == 10
    assert "score" not in decision
    assert dict(decision.internal) == {"score": 3}
    with pytest.raises(KeyError):
        decision["score"]
    with pytest.raises(KeyError, match="there is no attribute `nothing`; its attributes are `priority`, `wait`"):
        decision["nothing"]
    with pytest.raises(KeyError, match="did you mean `perks`"):
        decision["perk"]
    assert "perk" not in decision
    assert decision.get("perk") is None


def test_a_decision_as_json() -> None:
    document = json.loads(decide({"spend": "120", "segment": "ent"}).to_json())
    assert document == {
        "decision": {
            "priority": "high",
            "wait": "PT1M30S",
            "perks": ["gift", "lounge"],
            "credit": "12.00",
            "discount": None,
            "greeting": "Good day",
            "until": "2026-12-31",
            "points": 0,
            "factor": 0.0,
            "callback": False,
        },
        "internal": {"score": 0},
        "undetermined": [
            {
                "statement": statement,
                "title": title,
                "attributes": attributes,
                "fields": [field],
                "path": "policy.tier",
                "line": line,
            }
            for statement, title, attributes, field, line in [
                ("enterprise", "", ["discount", "points", "factor", "score"], "segment", 35),
                ("urgent", "", ["callback"], "severity", 36),
                ("stopped", "While we look", ["priority", "credit"], "secret", 37),
            ]
        ],
        "problems": [
            {
                "subject": "segment",
                "given": '"ent"',
                "expected": "one of consumer, enterprise",
                "message": '`segment` is "ent", which counts as missing: expected one of consumer, enterprise',
            }
        ],
        "policy": {"name": "Support", "version": "2026.1", "digest": POLICY.versions[0].digest},
        "as_of": "2026-11-21",
    }


def test_without_internal_attributes_there_is_no_such_part() -> None:
    assert "internal" not in tierpolicy.loads("if orders > 3 then priority = top").evaluate({}).to_dict()


def test_why_as_json() -> None:
    why = decide({"spend": 120}).to_dict(why=True)["why"]
    assert set(why) == {*decide(), "score"}
    assert why["credit"]["value"] == "12.00"
    assert why["credit"]["origin"] == "grant"
    assert [(c["statement"], c["line"], c["because"], c["value"]) for c in why["credit"]["decided"]] == [
        ("valued", 33, "You buy much", "12.00")
    ]


def test_nothing_of_a_policy_or_a_decision_can_be_set() -> None:
    decision = decide()
    for held, name in ((POLICY, "versions"), (POLICY, "new"), (decision, "as_of"), (decision, "outcome")):
        with pytest.raises((AttributeError, TypeError)):
            setattr(held, name, 1)
    with pytest.raises(TypeError):
        decision["priority"] = "top"  # type: ignore[index]
    with pytest.raises(TypeError):
        decision.internal["score"] = 9  # type: ignore[index]
    with pytest.raises(AttributeError):
        del POLICY.versions


def test_equal_decisions_are_equal() -> None:
    assert decide({"spend": 120}) == decide({"spend": 120.0}) != decide({"spend": 12})
    assert len({decide({"spend": 120}), decide({"spend": 120.0})}) == 1


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_policies_and_decisions_travel(protocol: int) -> None:
    policy = pickle.loads(pickle.dumps(POLICY, protocol))
    assert policy.name == "Support"
    decision = policy.evaluate({"spend": 120, "segment": "ENT"}, as_of=DAY)
    assert decision.to_json(why=True) == decide({"spend": 120, "segment": "ENT"}).to_json(why=True)
    back = pickle.loads(pickle.dumps(decision, protocol))
    assert back == decision
    assert back.to_json(why=True) == decision.to_json(why=True)
    with pytest.raises(TypeError):
        policy.versions[0].fields["new"] = 1


def test_threads_share_a_policy() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: POLICY.evaluate({"spend": n}, as_of=DAY)["credit"], range(200)))
    assert found == [Decimal(n * 10).scaleb(-2) if n >= 100 else Decimal("0.00") for n in range(200)]


def test_strict_callers_hear_of_every_problem() -> None:
    with pytest.raises(tierpolicy.RecordError, match=r"`spend` is .*; `segment` is") as caught:
        decide({"spend": "lots", "segment": "?"}, strict=True)
    assert [problem.subject for problem in caught.value.problems] == ["spend", "segment"]
    assert decide({"spend": 5}, strict=True)["priority"] == "normal"


def test_what_is_sensitive_is_not_shown() -> None:
    for record in ({"secret": "stop"}, {"secret": "hunter2"}, {"secret": 4711}):
        decision = decide(record)
        said = decision.to_json(why=True) + repr(decision) + decision.explain().to_json()
        said += decision.explain().text() + "".join(decision.explain().text(name) for name in ("stopped", "priority"))
        assert "hunter2" not in said
        assert "4711" not in said


# ---------------------------------------------------------------- days and versions


def test_the_day_is_today_where_none_is_given_and_a_times_day_where_one_is() -> None:
    assert POLICY.evaluate({}).as_of in (date.today(), date.today() - timedelta(days=1))
    assert POLICY.evaluate({}, as_of=datetime(2026, 5, 1, 23)).as_of == date(2026, 5, 1)
    with pytest.raises(TypeError, match="as_of is a date"):
        POLICY.evaluate({}, as_of="2026-05-01")  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [date.min, date(2025, 12, 31), date(2027, 1, 1), date.max])
def test_outside_of_every_version_the_nearest_decides_and_says_so(day: date) -> None:
    decision = POLICY.evaluate({}, as_of=day)
    assert decision.policy.version == "2026.1"
    assert [problem.subject for problem in decision.problems] == ["as_of"]
    assert str(day) in decision.problems[0].message


def version(name: str, number: int, dates: str, priority: str = "high") -> str:
    return f'policy "{name}"\n    version "{number}"\n    effective {dates}\nif orders > 3 then priority = {priority}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "z.tier").write_text(version("A", 1, "from 2025-01-01 until 2025-12-31"))
    (tmp_path / "a.tier").write_text(version("A", 2, "from 2026-01-01", "top"))
    (tmp_path / "b.tier").write_text(version("B", 1, "from 2026-01-01"))
    return tmp_path


def test_a_folder_holds_the_versions_of_a_policy(folder: Path) -> None:
    policy = tierpolicy.load(folder, name="A")
    assert [each.version for each in policy.versions] == ["1", "2"]
    assert policy.evaluate({"orders": 9}, as_of=date(2025, 12, 31))["priority"] == "high"
    assert policy.evaluate({"orders": 9}, as_of=date(2026, 1, 1))["priority"] == "top"
    assert policy.evaluate({}, as_of=date(2026, 1, 1)).policy.version == "2"


def test_of_several_policies_one_must_be_named(folder: Path) -> None:
    with pytest.raises(NotOnePolicy, match="several policies") as caught:
        tierpolicy.load(folder)
    assert caught.value.help == "its policies: `A`, `B`"
    with pytest.raises(NotOnePolicy, match="no policy called `b`") as caught:
        tierpolicy.load(str(folder), name="b")
    assert caught.value.help == "did you mean `B`?"


def test_mistakes_in_one_policy_of_a_folder_dont_keep_another_from_loading(folder: Path) -> None:
    (folder / "b.tier").write_text('policy "B"\nif nothing then priority = high\n')
    assert tierpolicy.load(folder, name="A").name == "A"
    with pytest.raises(tierpolicy.PolicyError):
        tierpolicy.load(folder, name="B")


# ---------------------------------------------------------------- loading


def test_parameters_are_set_at_load() -> None:
    assert decide({"spend": 50})["priority"] == "normal"
    policy = tierpolicy.loads(TEXT, parameters={"threshold": Decimal("50")})
    assert policy.evaluate({"spend": 50}, as_of=DAY)["priority"] == "high"
    assert policy.versions[0].digest != POLICY.versions[0].digest
    with pytest.raises(tierpolicy.PolicyError, match="did you mean `threshold`"):
        tierpolicy.loads(TEXT, parameters={"treshold": 50})


def test_a_policy_error_carries_all_findings_and_shows_them() -> None:
    with pytest.raises(tierpolicy.PolicyError) as caught:
        tierpolicy.loads("if orders > 3 then priority = hihg\nif odrers > 3 then priority = top\n")
    assert [each.code.code for each in caught.value.diagnostics] == ["T104", "T101"]
    shown = str(caught.value)
    assert "policy.tier:1:31" in shown
    assert "did you mean `orders`?" in shown
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == shown


def test_a_missing_file_is_a_policy_error(tmp_path: Path) -> None:
    with pytest.raises(tierpolicy.PolicyError, match="there is no file"):
        tierpolicy.load(tmp_path / "nowhere.tier")


def test_files_of_a_text_come_from_memory() -> None:
    policy = tierpolicy.loads('use "more.tier"', files={"more.tier": "if orders > 3 then priority = top\n"})
    assert policy.evaluate({"orders": 4})["priority"] == "top"


LAZY = """
import sys, tierpolicy
from datetime import date
policy = tierpolicy.loads("if orders > 3 then priority = top")
policy.evaluate({"orders": 4}, as_of=date(2026, 1, 1)).to_json()
print(",".join(sorted({"z3", "numpy", "typer", "rich", "jinja2", "pyarrow", "pydantic"} & set(sys.modules))))
"""


def test_importing_and_evaluating_loads_nothing_that_can_wait() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
