"""The laws of language.md §2 on generated policies and generated, partly broken records.

That the laws can fail is shown in test_planted.py, which breaks the evaluator in one place after another.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierpolicy
from tests.properties.laws import LAWS, TODAY, Law, values
from tests.strategies.policies import PolicyText, Writer, elaborated, policy_texts
from tests.strategies.records import RecordWriter, literals
from tierpolicy.model.values import MISSING
from tierpolicy.semantics.costs import costs_of
from tierpolicy.semantics.decide import decide, deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.explain import explain
from tierpolicy.semantics.read import read
from tierpolicy.semantics.words import explanation_lines

CORPUS = Path(__file__).parent.parent / "cases" / "laws"
CASE = re.compile(r"^```tier\n(?P<policy>.*?)^```\n+```json\n(?P<record>.*?)^```$", re.M | re.S)
CHANCE = st.randoms(use_true_random=False)

modest = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@modest
@given(policy_texts(), CHANCE)
def test_every_law(text: PolicyText, chance: random.Random) -> None:
    policy = elaborated(text)
    near = literals(policy)
    for _ in range(2):
        raw = RecordWriter(policy, near, chance).record()
        for law in LAWS:
            law(policy, raw, chance)


@modest
@given(policy_texts(), CHANCE)
def test_the_order_of_the_text_does_not_matter(text: PolicyText, chance: random.Random) -> None:
    statements = list(text.statements)
    chance.shuffle(statements)
    policy, other = elaborated(text), elaborated(PolicyText(text.head, tuple(statements)))
    raw = RecordWriter(policy, literals(policy), chance).record()
    assert values(policy, raw) == values(other, raw)


@modest
@given(policy_texts(), CHANCE)
def test_costs_never_touch_a_decision(text: PolicyText, chance: random.Random) -> None:
    """Not in the plain evaluator, and not in the functions that are made of the text without them."""
    policy = elaborated(text)
    free = elaborated(PolicyText(text.head, tuple(each for each in text.statements if not each.startswith("cost "))))
    assert not free.costs
    raw = RecordWriter(policy, literals(policy), chance).record()
    assert decide(policy, *raw, TODAY) == decide(free, *raw, TODAY)
    with_costs, without = (tierpolicy.Policy((each,)).evaluate(raw[0], raw[1], TODAY) for each in (policy, free))
    assert (dict(with_costs), with_costs.problems) == (dict(without), without.problems)


@modest
@given(policy_texts(), CHANCE)
def test_every_cost_comes_to_an_amount_or_is_not_known(text: PolicyText, chance: random.Random) -> None:
    policy = elaborated(text)
    raw = RecordWriter(policy, literals(policy), chance).record()
    situation = deliberate(policy, read(policy, *raw), TODAY).situation
    found = costs_of(policy, situation)
    assert list(found) == [cost.origin.name for cost in policy.costs]
    for cost in policy.costs:
        amount, asked = found[cost.origin.name], value_of(cost.condition, situation)
        assert amount is MISSING or type(amount) is int
        if asked is False or not cost.in_force.covers(TODAY):
            assert amount == 0
        elif asked is MISSING:
            assert amount is MISSING
        else:
            assert amount == value_of(cost.value, situation)


def _corpus() -> list[object]:
    found = []
    for path in sorted(CORPUS.glob("*.md")):
        for number, case in enumerate(CASE.finditer(path.read_text(encoding="utf-8"))):
            found.append(pytest.param(case["policy"], case["record"], id=f"{path.stem} {number + 1}"))
    return found


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize(("policy", "record"), _corpus())
def test_corpus(policy: str, record: str, law: Law) -> None:
    """Policies and records on which something went wrong once, or easily could."""
    law(elaborated(policy), (json.loads(record), {}), random.Random(0))


def decisions_as_text() -> str:
    """The same decisions in any process: what they hold is written in an order of its own."""
    lines = []
    for seed in range(12):
        policy = elaborated(Writer(random.Random(seed)).policy())
        near = literals(policy)
        for number in range(3):
            raw = RecordWriter(policy, near, random.Random(seed * 10 + number)).record()
            lines += explanation_lines(explain(policy, *raw, TODAY), policy)
    return "\n".join(lines)


def test_the_same_in_every_process() -> None:
    """Sets are iterated in another order under another hash seed: no decision, problem or word may follow it."""
    code = "from tests.properties.test_laws import decisions_as_text; print(ascii(decisions_as_text()))"
    root = Path(__file__).parents[2]
    outputs = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def test_generated_policies_hold_everything() -> None:
    """The generator's own coverage: each kind of statement, direction and outcome turns up."""
    kinds: set[str] = set()
    for seed in range(60):
        policy = elaborated(Writer(random.Random(seed)).policy())
        kinds |= {f"table {'first match' if table.first_match else 'collect'}" for table in policy.tables}
        kinds |= {f"rule {rule.kind}" for rule in policy.rules} | {"override" for r in policy.rules if r.overrides}
        kinds |= {f"cap {cap.kind}" for limit in policy.limits for cap in limit.caps}
        kinds |= {f"attribute {a.direction.name} {type(a.type).__name__}" for a in policy.attributes.values()}
        kinds |= {"adds up" for a in policy.attributes.values() if a.adds_up}
        kinds |= {"or none" for a in policy.attributes.values() if a.or_none}
        kinds |= {"internal" for a in policy.attributes.values() if a.internal}
        kinds |= {f"field {type(f.type).__name__}" for f in policy.fields.values()}
        kinds |= {
            name
            for name in ("limits", "baselines", "defines", "parameters", "assumptions", "costs", "thresholds")
            if getattr(policy, name)
        }
        kinds |= {"otherwise" for rule in policy.rules if rule.otherwise}
        kinds |= {"dates" for rule in policy.rules if rule.in_force.start or rule.in_force.end}
        kinds |= {"conditional baseline" for b in policy.baselines if b.condition.__class__.__name__ != "Constant"}
    types = ("Flag", "Integer", "Number", "Percent", "Money", "Duration", "Date", "Text", "Scale", "Choice", "SetOf")
    wanted = {f"field {name}" for name in types} | {
        "table first match", "table collect", "rule rule", "rule row", "rule tier", "override", "otherwise", "dates",
        "cap value", "cap within", "cap without", "adds up", "or none", "internal", "conditional baseline",
        "limits", "baselines", "defines", "parameters", "assumptions", "costs", "thresholds",
        "attribute MORE Scale", "attribute MORE Flag", "attribute LESS Flag", "attribute MORE SetOf",
        "attribute LESS Duration", "attribute LESS Money", "attribute MORE Percent", "attribute MORE Number",
        "attribute NONE Text", "attribute NONE Choice", "attribute NONE Date", "attribute NONE Scale",
    }  # fmt: skip
    assert wanted <= kinds, wanted - kinds
