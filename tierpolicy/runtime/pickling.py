"""Typed policies for the way to worker processes: their read-only mappings, which can't be pickled, as plain ones.

Only the form changes. Nothing is read here that this process or its parent did not write itself.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tierpolicy.model.policy import Policy


def thawed(policy: Policy) -> Policy:
    """The policy with plain dictionaries."""
    return _with_mappings(policy, dict)


def frozen(policy: Policy) -> Policy:
    """The policy with read-only mappings again."""
    return _with_mappings(policy, MappingProxyType)


def _with_mappings(policy: Policy, kind: Any) -> Policy:
    fields = {name: replace(field, spellings=kind(dict(field.spellings))) for name, field in policy.fields.items()}
    examples = tuple(replace(example, given=kind(dict(example.given))) for example in policy.examples)
    return replace(
        policy,
        fields=kind(fields),
        attributes=kind(dict(policy.attributes)),
        parameters=kind(dict(policy.parameters)),
        defines=kind(dict(policy.defines)),
        examples=examples,
    )
