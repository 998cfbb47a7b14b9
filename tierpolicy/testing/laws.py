"""The laws of the language as one call in somebody's tests: nothing happens, or an AssertionError in an author's words.

They hold for every policy, by construction. The call guards what a policy is run with: functions of plugins, an
installation, the backends.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.witness.examples import example_text, facts
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import Known
from tierpolicy.model.words import value_text
from tierpolicy.runtime.deciding import any_reading
from tierpolicy.runtime.engine import Policy
from tierpolicy.semantics.index import statements
from tierpolicy.testing import laws_of_meaning as meaning
from tierpolicy.testing.as_records import junk_for, put, record_of
from tierpolicy.testing.laws_of_deciding import (
    Customer,
    Trusting,
    compiled_alike,
    explained_as_decided,
    in_columns_alike,
    trusted_alike,
)
from tierpolicy.testing.laws_of_meaning import TOTAL, Breach, Less
from tierpolicy.testing.sampling import sampled
from tierpolicy.testing.versions import AnyPolicy, versions_of

BROKEN = 0.2
"""Of the customers: some of their values are of a wrong type, out of bounds, unknown."""

MOST_LESS = 60
MOST_LOOKS = 20_000
"""Statements in all the policies with one statement less: of those of a large policy, few are made."""

LESS_EACH = 2
"""Statements left out for one customer."""

MOST_SHOWN = 8


def assert_lawful(policy: AnyPolicy, *, customers: int = 100, seed: int | None = None) -> None:
    """Decides drawn customers in every way there is, and holds the laws of the language against what comes out.

    So many `customers` are drawn for each version; the same `seed` (0 where there is none) draws the same ones.
    AssertionError says which law doesn't hold, the customer as an `example` to paste, and the decisions that can't both
    be. ValueError for less than one customer.
    """
    if customers < 1:
        raise ValueError(f"the laws are held against at least one customer, not {customers}")
    held = policy if isinstance(policy, Policy) else Policy(versions_of(policy)).compiled()
    trusting = held.evaluator(trusted=True)
    for version in held.versions:
        chance = random.Random(seed or 0)
        drawn = [each for each in _drawn(held, version, customers, chance) if each.policy is version]
        less = _less(version, chance)
        for customer in drawn:
            _hold(customer, partial(_meant, customer, less, chance))
        for customer in drawn:  # after all that is said by meaning: that says more of what is wrong
            _hold(customer, partial(_decided, held, trusting, customer))
        _hold_together(held, drawn)


def _drawn(held: Policy, version: TypedPolicy, count: int, chance: random.Random) -> Iterator[Customer]:
    """Customers of a version, some of them broken, as the version reads them that decides on their day."""
    fields = list(version.fields.values())
    for case in sampled(version, count, chance.randrange(2**32)):
        record = record_of(version, case.values)
        if fields and chance.random() < BROKEN:
            for field in chance.sample(fields, min(len(fields), chance.randint(1, 3))):
                put(record, field, chance.choice(junk_for(field)))
        decides = held.version_on(case.as_of)
        yield Customer(record, any_reading(record, None, decides, case.as_of), case.as_of, decides)


def _less(policy: TypedPolicy, chance: random.Random) -> list[Less]:
    """Policies with one statement less, drawn where there are many."""
    every = sum(1 for _ in statements(policy))
    most = max(4, min(MOST_LESS, MOST_LOOKS // max(1, every)))
    wanted = sorted(chance.sample(range(every), most)) if every > most else range(every)
    return meaning.one_less(policy, frozenset(wanted))


# ---------------------------------------------------------------- every law for one customer


def _meant(customer: Customer, less: list[Less], chance: random.Random) -> Breach | None:
    """The first law of the meaning that doesn't hold for the customer."""
    policy, reading, as_of = customer.policy, customer.reading, customer.as_of
    for law in (meaning.total, meaning.the_same_again, meaning.nothing_below_the_baseline):
        if (found := law(policy, reading, as_of)) is not None:
            return found
    for each in chance.sample(less, min(len(less), LESS_EACH)):
        if (found := meaning.one_less_is_lawful(policy, each, reading, as_of)) is not None:
            return found
    return meaning.order_does_not_matter(policy, reading, as_of, chance) or meaning.repetition_does_not_matter(
        policy, reading, as_of
    )


def _decided(held: Policy, trusting: Trusting, customer: Customer) -> Breach | None:
    """The first way to decide that gives the customer something else."""
    return compiled_alike(held, customer) or trusted_alike(trusting, customer) or explained_as_decided(customer)


def _hold_together(held: Policy, drawn: list[Customer]) -> None:
    """Those of one day as columns."""
    by_day: dict[date, list[Customer]] = defaultdict(list)
    for customer in drawn:
        by_day[customer.as_of].append(customer)
    for together in by_day.values():
        found = in_columns_alike(held, together)
        if found is not None:
            raise AssertionError(_said(*found))


def _hold(customer: Customer, law: Callable[[], Breach | None]) -> None:
    try:
        found = law()
    except Exception as error:  # of a plugin's function, mostly: nothing that a record holds may stop a decision
        stopped = Breach(TOTAL, f"deciding stopped with {type(error).__name__}: {error}", {})
        raise AssertionError(_said(customer, stopped)) from error
    if found is not None:
        raise AssertionError(_said(customer, found))


# ---------------------------------------------------------------- in words


def _said(customer: Customer, breach: Breach) -> str:
    policy = customer.policy
    case = Case(customer.reading.values, customer.as_of)
    names = breach.attributes or tuple(each.name for each in policy.attributes.values() if not each.internal)
    shown = [name for name in names if name in breach.decided][:MOST_SHOWN]
    name = f"`{policy.name}`" if policy.name else "the policy"
    lines = [f"{name} breaks a law of the language: {breach.law}", f"here {breach.what}", ""]
    example = example_text(policy, case, breach.decided, shown, facts(policy, case)) if shown else ""
    lines += [example or f"the customer: {facts(policy, case)}", ""]
    lines += [f"the record: {problem.message}" for problem in customer.reading.problems[:MOST_SHOWN]]
    lines.append(f"on {customer.as_of.isoformat()}")
    if shown:
        lines.append(f"decided:   {_values(policy, breach.decided, shown)}")
    if shown and breach.otherwise is not None:
        lines.append(f"otherwise: {_values(policy, breach.otherwise, shown)}")
    return "\n".join(lines)


def _values(policy: TypedPolicy, values: Mapping[str, Known], names: list[str]) -> str:
    said = (f"{name} = {value_text(values[name], policy.attributes[name].type)}" for name in names if name in values)
    return ", ".join(said)
