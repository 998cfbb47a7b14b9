"""Which facts a condition asks for that a record may lack, its author having no answer for that (language.md §3)."""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.model.expressions import Call, Expr, FieldRef, IsMissing
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Field


def fields_lacked(policy: Policy, conditions: Iterable[Expr]) -> list[str]:
    """The fields that conditions ask for and that may be absent, those left out that a condition has an answer for:
    it tests them for `missing` or `known`, or names another value with `first_known`."""
    asked: dict[str, None] = {}
    answered: set[str] = set()
    for condition in conditions:
        for node in walk_through(condition, policy.defines):
            match node:
                case IsMissing(FieldRef(name)):
                    answered.add(name)
                case Call("first_known", arguments):
                    answered.update(argument.name for argument in arguments if isinstance(argument, FieldRef))
                case FieldRef(name) if may_be_lacking(policy.fields[name]):
                    asked[name] = None
                case _:
                    pass
    return [name for name in asked if name not in answered]


def may_be_lacking(field: Field) -> bool:
    """False for what a record must hold, and where a default stands in (of a set, `{}`). And a request is empty where
    no contact is at hand, which is no lack."""
    stands_in = field.default is not MISSING or isinstance(field.type, SetOf)
    return not stands_in and not field.required and not field.of_request
