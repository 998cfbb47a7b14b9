"""From a policy and a record to a decision, exactly as language.md §2 and §3 word it.

Attribute by attribute, each after the decided attributes that it reads. Nothing is optimised here: every faster
evaluator is compared with this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.model.words import expression_text
from tierpolicy.semantics.counting import Deliberation, parts_of
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.formula import decided_value
from tierpolicy.semantics.index import Index, index_of
from tierpolicy.semantics.outcome import Outcome, Problem
from tierpolicy.semantics.read import Reading, read, typed_reading
from tierpolicy.semantics.undetermined import undetermined


def decide(policy: Policy, record: Mapping[str, object], request: Mapping[str, object], as_of: date) -> Outcome:
    """The decision for a raw customer record and request on a day. Never raises for what they contain."""
    return decide_reading(policy, read(policy, record, request), as_of)


def decide_typed(policy: Policy, given: Mapping[str, Value], as_of: date) -> Outcome:
    """The decision for typed values of fields, such as an example's; the other fields have their defaults."""
    return decide_reading(policy, typed_reading(policy, given), as_of)


def decide_reading(policy: Policy, reading: Reading, as_of: date) -> Outcome:
    """The decision for a record that has been read."""
    return outcome_of(deliberate(policy, reading, as_of), reading)


def deliberate(policy: Policy, reading: Reading, as_of: date, index: Index | None = None) -> Deliberation:
    """Decides every attribute, in the policy's order, and keeps all that the decision was made of.

    Whoever decides for many records makes the policy's `index` once.
    """
    situation = Situation(policy, reading.values, as_of)
    deliberation = Deliberation(situation, index or index_of(policy))
    for name in policy.order:
        attribute = policy.attributes[name]
        parts = parts_of(attribute, deliberation)
        deliberation.parts[name] = parts
        situation.decided[name] = decided_value(attribute, parts, deliberation.problems)
    return deliberation


def outcome_of(deliberation: Deliberation, reading: Reading) -> Outcome:
    """The values in the order of declaration, with what was wrong and what remained open."""
    policy, decided = deliberation.policy, deliberation.situation.decided
    values = MappingProxyType({name: decided[name] for name in policy.attributes})
    problems = (*reading.problems, *deliberation.problems, *_broken_assumptions(deliberation.situation))
    return Outcome(values, undetermined(deliberation), problems)


def _broken_assumptions(situation: Situation) -> Iterator[Problem]:
    for assumption in situation.policy.assumptions:
        if value_of(assumption.condition, situation) is False:
            text = expression_text(assumption.condition)
            message = f"the policy assumes `{text}`, which is false here"
            yield Problem(assumption.origin.name, "", text, message)
