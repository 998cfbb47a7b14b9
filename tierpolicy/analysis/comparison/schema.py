"""How the vocabularies of two policies differ: what a record may hold, what the service consists of, and the settings.

These differences are named before any customer is compared: where there are some, two policies can't be equivalent,
whatever they decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Flag, Scale, SetOf, Text, Type
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Attribute, Field, Parameter
from tierpolicy.model.words import UNITS, label_text, value_text

Part = Literal["policy", "field", "attribute", "parameter"]
How = Literal["added", "removed", "changed"]
Named = TypeVar("Named", Field, Attribute, Parameter)
Facts = list[tuple[str, str, str]]
"""What is compared of one thing: its name in words, the old text, the new one ('' where there is none)."""

MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which part, how, and in words. `name` is '' for the policy itself."""

    part: Part
    name: str
    how: How
    words: str


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference, in the order: the policy, fields, attributes, parameters."""
    return (
        *_of_policy(old, new),
        *_of_part("field", old.fields, new.fields, _field_facts),
        *_of_part("attribute", old.attributes, new.attributes, _attribute_facts),
        *_of_part("parameter", old.parameters, new.parameters, _parameter_facts),
    )


def _of_policy(old: Policy, new: Policy) -> Iterator[Change]:
    facts = [
        ("name", old.name, new.name),
        ("effective from", _day(old.effective_from), _day(new.effective_from)),
        ("effective until", _day(old.effective_until), _day(new.effective_until)),
        ("currency", old.currency, new.currency),
        ("organization", old.organization, new.organization),
    ]
    for words in _differing(facts):
        yield Change("policy", "", "changed", words)


def _day(day: object) -> str:
    return "" if day is None else str(day)


def _of_part(
    part: Part,
    old: Mapping[str, Named],
    new: Mapping[str, Named],
    facts: Callable[[Named, Named], Facts],
) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change(part, name, "removed", f"no longer there, was {type_text(old[name].type)}")
        else:
            for words in _differing(facts(old[name], new[name])):
                yield Change(part, name, "changed", words)
    for name in new:
        if name not in old:
            yield Change(part, name, "added", type_text(new[name].type))


def _differing(facts: Facts) -> Iterator[str]:
    for words, before, after in facts:
        if before == after:
            continue
        if words == "labels":
            yield after
        elif not before:
            yield f"{words} {after}, had none"
        elif not after:
            yield f"no {words}, was {before}"
        else:
            yield f"{words} {after}, was {before}"


# ---------------------------------------------------------------- what is compared


def _field_facts(old: Field, new: Field) -> Facts:
    return [
        ("of the", "request" if old.of_request else "customer", "request" if new.of_request else "customer"),
        *_type_facts(old.type, new.type),
        ("at least", _bound(old.low, old.type), _bound(new.low, new.type)),
        ("at most", _bound(old.high, old.type), _bound(new.high, new.type)),
        ("default", _default(old.default, old.type), _default(new.default, new.type)),
        ("required", _yes(old.required), _yes(new.required)),
        ("column", _column(old), _column(new)),
        ("unit", _unit(old), _unit(new)),
        ("spellings", _spellings(old), _spellings(new)),
    ]


def _attribute_facts(old: Attribute, new: Attribute) -> Facts:
    return [
        *_type_facts(old.type, new.type),
        ("direction", old.direction.value, new.direction.value),
        ("or none", _yes(old.or_none), _yes(new.or_none)),
        ("adds up", _yes(old.adds_up), _yes(new.adds_up)),
        ("at least", _bound(old.low, old.type), _bound(new.low, new.type)),
        ("at most", _bound(old.high, old.type), _bound(new.high, new.type)),
        ("default", _default(old.default, old.type), _default(new.default, new.type)),
        ("internal", _yes(old.internal), _yes(new.internal)),
    ]


def _parameter_facts(old: Parameter, new: Parameter) -> Facts:
    return [
        *_type_facts(old.type, new.type),
        ("value", value_text(old.value, old.type), value_text(new.value, new.type)),
    ]


def _type_facts(old: Type, new: Type) -> Facts:
    if type(old) is type(new) and isinstance(old, Scale | Choice | SetOf) and isinstance(new, Scale | Choice | SetOf):
        return [("labels", "", _labels_words(old.labels, new.labels, ordered=isinstance(old, Scale)))]
    return [("type", type_text(old), type_text(new))]


def _labels_words(old: tuple[str, ...], new: tuple[str, ...], *, ordered: bool) -> str:
    """`with the label vip, without press`; '' where they are the same."""
    added, removed = [label for label in new if label not in old], [label for label in old if label not in new]
    parts = [f"with the label{'' if len(added) == 1 else 's'} {_listed(added)}"] if added else []
    parts += [f"without {_listed(removed)}"] if removed else []
    if not parts and ordered and old != new:
        return "its labels in another order"
    return ", ".join(parts)


def _listed(labels: list[str]) -> str:
    texts = [label_text(label) for label in labels[:MOST_LABELS]]
    return ", ".join(texts) + (f" and {len(labels) - MOST_LABELS} more" if len(labels) > MOST_LABELS else "")


def type_text(type_: Type) -> str:
    """A type as it is declared, a long one cut."""
    match type_:
        case Scale(labels):
            return " < ".join(label_text(label) for label in labels) if len(labels) <= MOST_LABELS else "a scale"
        case Choice(labels):
            return f"one of {_listed(list(labels))}"
        case SetOf(labels):
            return f"set of {_listed(list(labels))}"
        case Flag() | Text():
            return type(type_).__name__.lower()
        case _:
            return type(type_).__name__.lower()


def _bound(bound: Known | None, type_: Type) -> str:
    return "" if bound is None else value_text(bound, type_)


def _default(default: Value, type_: Type) -> str:
    return "" if default is MISSING else value_text(default, type_)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _column(field: Field) -> str:
    return ".".join(field.path or (field.name,))


def _unit(field: Field) -> str:
    return (
        "" if field.seconds_per_unit is None else next(f"{u}s" for size, u in UNITS if size <= field.seconds_per_unit)
    )


def _spellings(field: Field) -> str:
    return ", ".join(f"{spelled} for {label}" for spelled, label in sorted(field.spellings.items())[:MOST_LABELS])
