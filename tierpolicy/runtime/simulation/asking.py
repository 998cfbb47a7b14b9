"""What is asked of a simulation, in names of the policy: which field to add up, by what to split the cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.runtime.apply import attribute_to_count
from tierpolicy.runtime.simulation.serving import is_labelled

CONTACTS = "contacts_per_year"
POOL = "agent_pool"
VALUES = ("lifetime_value", "annual_spend", "total_spend")


class NotAsked(ValueError):
    """A name that can't be asked for; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`load_by`: a field that is added up for each label of the service. `by`: the attribute or field that splits cost.
    `value`: the field that is laid against what customers get. '' each: what the policy suggests, if anything."""

    load_by: str = ""
    by: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The same for one policy, with the attribute that is counted in summaries and the one that says who serves."""

    load_by: str
    by: str
    value: str
    counted: str
    pool: str


def settled(asked: Asked, policy: Policy) -> Settled:
    """What is asked, of a policy. NotAsked where a name isn't there, or of no type that can be asked for."""
    counted = attribute_to_count(policy)
    names = tuple(policy.attributes)
    pools = [name for name in (POOL, *names) if name in names and is_labelled(policy.attributes[name].type)]
    pool = next((name for name in pools if name == POOL or name.endswith("_pool")), "")
    has_contacts = CONTACTS in policy.fields and isinstance(policy.fields[CONTACTS].type, Integer | Number)
    held = replace(asked, load_by=asked.load_by or (CONTACTS if has_contacts else ""))
    if held.load_by:
        _checked(held.load_by, policy.fields, "field", _is_amount, "a field with amounts")
    name = counted.name if counted is not None and is_labelled(counted.type) else ""
    return Settled(held.load_by, _by(held.by, policy, name), _value(held.value, policy), name, pool)


def _by(asked: str, policy: Policy, counted: str) -> str:
    if not asked:
        return "segment" if not counted and "segment" in policy.fields else counted
    both: dict[str, Field | Attribute] = {**policy.fields, **policy.attributes}
    return _checked(
        asked, both, "field or attribute", lambda each: is_labelled(each.type), "a scale, a choice or a flag"
    )


def _value(asked: str, policy: Policy) -> str:
    if asked:
        name = _checked(asked, policy.fields, "field", _is_amount, "a field with amounts")
        if policy.fields[name].sensitive:
            raise NotAsked(f"`{name}` is sensitive, and its tenths would show values of single customers")
        return name
    money = [name for name, each in policy.fields.items() if isinstance(each.type, Money) and not each.sensitive]
    return next((name for name in (*VALUES, *money) if name in money), "")


def _is_amount(each: Field | Attribute) -> bool:
    return isinstance(each.type, Integer | Number | Money | Percent | Duration)


def _checked(
    name: str,
    known: Mapping[str, Field | Attribute],
    what: str,
    fits: Callable[[Field | Attribute], bool],
    wanted: str,
) -> str:
    if name not in known:
        raise NotAsked(f"the policy has no {what} `{name}`; {did_you_mean(name, known) or f'name {wanted}'}")
    if not fits(known[name]):
        raise NotAsked(f"`{name}` is not {wanted}")
    return name
