"""This package as a competitor, and the plain evaluator, which says what is right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import tierpolicy
from tests.bench.hand_written import Decide
from tests.bench.rules import Record, Rules
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.values import python_value
from tierpolicy.semantics.decide import decide as decide_plainly

AS_OF = date(2026, 5, 1)


def loaded(rules: Rules) -> Policy:
    return tierpolicy.loads(rules.text)


def plain(policy: Policy) -> Decide:
    """The plain evaluator: slow and obvious."""
    typed = policy.versions[0]

    def decide(record: Record) -> Record:
        values = decide_plainly(typed, record, {}, AS_OF).values
        return {name: python_value(values[name], each.type) for name, each in typed.attributes.items()}

    return decide


def backend(policy: Policy) -> str:
    """What decides, in the policy's own words."""
    return str(policy.plan())


def fresh(texts: Iterable[str]) -> list[Any]:
    """Records as a service gets them: none of their values was ever seen before."""
    return [json.loads(text) for text in texts]
