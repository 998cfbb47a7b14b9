"""The laws of language.md §2 as functions: from a policy, a customer and a day to how the law is broken, or None.

The policy is decided once as it is and once a little changed (its statements in another order, twice, one less) by the
plain evaluator. What is better is worked out here anew, from the order of values alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from tierpolicy.cells.once import once
from tierpolicy.cells.reads import indexed
from tierpolicy.model.builtins.record import is_value_of
from tierpolicy.model.policy import Policy, Rule, Table
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, equal, order_key
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.model.words import value_text
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.outcome import Outcome
from tierpolicy.semantics.read import Reading

Values = Mapping[str, Known]

SHUFFLES = 4


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that doesn't hold for a customer: which one, what happened, and the two decisions that can't both be; the
    second is `None` where one by itself breaks the law."""

    law: str
    what: str
    decided: Values
    otherwise: Values | None = None
    attributes: tuple[str, ...] = ()


# ---------------------------------------------------------------- order and repetition

ORDER = "the order of statements never matters"
REPETITION = "to repeat a statement changes nothing"


def order_does_not_matter(policy: Policy, reading: Reading, as_of: date, chance: random.Random) -> Breach | None:
    """Nor does it for what is undetermined."""
    other = chance.choice(_shuffles(policy))
    before, after = _outcome(policy, reading, as_of), _outcome(other, reading, as_of)
    what = "the same statements were read in another order"
    found = _apart(ORDER, what, policy, before.values, after.values)
    if found is None and _open(before) != _open(after):
        return Breach(ORDER, what + ", and other statements are undetermined", before.values, after.values)
    return found


def _open(outcome: Outcome) -> set[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return {(each.statement, each.attributes, each.fields) for each in outcome.undetermined}


def repetition_does_not_matter(policy: Policy, reading: Reading, as_of: date) -> Breach | None:
    """Once more everything, but what adds up: each statement, and each `first match` table as a whole."""
    before, after = values_of(policy, reading, as_of), values_of(doubled(policy), reading, as_of)
    return _apart(REPETITION, "every statement was read twice", policy, before, after)


def _apart(law: str, what: str, policy: Policy, before: Values, after: Values) -> Breach | None:
    differing = tuple(name for name in policy.attributes if not equal(before[name], after[name]))
    return Breach(law, what, before, after, differing) if differing else None


@once
def _shuffles(policy: Policy) -> tuple[Policy, ...]:
    return tuple(shuffled(policy, random.Random(seed)) for seed in range(SHUFFLES))


def shuffled(policy: Policy, chance: random.Random) -> Policy:
    """The same statements in another order; only the rows of one table stay in theirs, because `Table.rows` does."""
    order = list(range(len(policy.rules)))
    chance.shuffle(order)
    at = {old: new for new, old in enumerate(order)}
    tables = [replace(table, rows=tuple(at[row] for row in table.rows)) for table in policy.tables]
    limits, baselines = list(policy.limits), list(policy.baselines)
    chance.shuffle(tables)
    chance.shuffle(limits)
    chance.shuffle(baselines)
    return replace(
        policy,
        rules=tuple(policy.rules[index] for index in order),
        tables=tuple(tables),
        limits=tuple(limits),
        baselines=tuple(baselines),
    )


@once
def doubled(policy: Policy) -> Policy:
    """Every statement twice; of rules what adds up is left out the second time."""
    sums = {name for name, attribute in policy.attributes.items() if attribute.adds_up}

    def again(rule: Rule) -> Rule:
        grants = tuple(grant for grant in rule.grants if grant.attribute not in sums)
        return replace(rule, origin=replace(rule.origin, name=rule.origin.name + " again"), grants=grants)

    count = len(policy.rules)
    tables = [replace(table, rows=tuple(row + count for row in table.rows)) for table in policy.tables]
    limits = [replace(each, origin=replace(each.origin, name=each.origin.name + " again")) for each in policy.limits]
    floors = [replace(each, origin=replace(each.origin, name=each.origin.name + " again")) for each in policy.baselines]
    return replace(
        policy,
        rules=(*policy.rules, *map(again, policy.rules)),
        tables=(*policy.tables, *tables),
        limits=(*policy.limits, *limits),
        baselines=(*policy.baselines, *floors),
    )


# ---------------------------------------------------------------- up and down

RULES_IMPROVE = "a rule can only improve service"
LIMITS_LOWER = "only a limit can lower service, and it can do nothing else"
BASELINES_IMPROVE = "a baseline can only improve service"
BASELINE = "nothing goes below the baseline"


@dataclass(frozen=True, slots=True)
class Less:
    """A policy with one statement less. `less_is_more`: a limit is gone, so service may only be better."""

    name: str
    policy: Policy
    law: str
    less_is_more: bool = False


def one_less_is_lawful(policy: Policy, less: Less, reading: Reading, as_of: date) -> Breach | None:
    """Without a rule or baseline nothing is better, without a limit nothing is worse; of each attribute by itself,
    where all decided attributes that it reads are the same."""
    all_of_it, without = values_of(policy, reading, as_of), values_of(less.policy, reading, as_of)
    lower, upper = (all_of_it, without) if less.less_is_more else (without, all_of_it)
    reads = indexed(policy).reads
    for name, attribute in policy.attributes.items():
        held_fixed = all(equal(lower[other], upper[other]) for other in reads[name].attributes)
        if attribute.direction is Direction.NONE or not held_fixed:
            continue
        if not no_worse(attribute, upper[name], lower[name]):
            way = "worse" if less.less_is_more else "better"
            what = f"without `{less.name}` the customer's `{name}` is {way}"
            return Breach(less.law, what, all_of_it, without, (name,))
    return None


def one_less(policy: Policy, wanted: frozenset[int] | None = None) -> list[Less]:
    """The policy without one rule, row of a collecting table, `first match` table as a whole, limit or baseline; of
    all these only those with the `wanted` numbers, where there are any."""
    makers = list(_makers(policy))
    return [make() for number, make in enumerate(makers) if wanted is None or number in wanted]


def _makers(policy: Policy) -> Iterator[Callable[[], Less]]:
    rows = {row for table in policy.tables if table.first_match for row in table.rows}
    for index, rule in enumerate(policy.rules):
        if index not in rows:
            yield partial(_without_rules, policy, rule.origin.name, frozenset({index}))
    for table in policy.tables:
        if table.first_match:
            yield partial(_without_rules, policy, table.origin.name, frozenset(table.rows))
    yield from (partial(_without_limit, policy, at) for at in range(len(policy.limits)))
    yield from (partial(_without_baseline, policy, at) for at in range(len(policy.baselines)))


def _without_rules(policy: Policy, name: str, gone: frozenset[int]) -> Less:
    return Less(name, less_rules(policy, gone), RULES_IMPROVE)


def _without_limit(policy: Policy, at: int) -> Less:
    left = replace(policy, limits=(*policy.limits[:at], *policy.limits[at + 1 :]))
    return Less(policy.limits[at].origin.name, left, LIMITS_LOWER, less_is_more=True)


def _without_baseline(policy: Policy, at: int) -> Less:
    left = replace(policy, baselines=(*policy.baselines[:at], *policy.baselines[at + 1 :]))
    return Less(policy.baselines[at].origin.name, left, BASELINES_IMPROVE)


def less_rules(policy: Policy, gone: frozenset[int]) -> Policy:
    """The policy without some of its rules."""
    kept = [index for index in range(len(policy.rules)) if index not in gone]
    at = {old: new for new, old in enumerate(kept)}
    tables: list[Table] = []
    for table in policy.tables:
        rows = tuple(at[row] for row in table.rows if row in at)
        if rows:
            tables.append(replace(table, rows=rows))
    return replace(policy, rules=tuple(policy.rules[index] for index in kept), tables=tuple(tables))


def nothing_below_the_baseline(policy: Policy, reading: Reading, as_of: date) -> Breach | None:
    """Whatever a true baseline promises, drawn to bounds, is what the customer gets at least."""
    situation = deliberate(policy, reading, as_of, indexed(policy)).situation
    for baseline in policy.baselines:
        if baseline.in_force.covers(as_of) and value_of(baseline.condition, situation) is True:
            for floor in baseline.floors:
                promised, held = value_of(floor.value, situation), situation.decided[floor.attribute]
                attribute = policy.attributes[floor.attribute]
                if promised is not MISSING and not no_worse(attribute, held, _within_bounds(attribute, promised)):
                    said = [value_text(each, attribute.type) for each in (promised, held)]
                    what = f"`{baseline.origin.name}` promises {said[0]} for `{floor.attribute}`, which is {said[1]}"
                    return Breach(BASELINE, what, situation.decided, None, (floor.attribute,))
    return None


def no_worse(attribute: Attribute, one: Known, other: Known) -> bool:
    """True where `one` is `other` or better, of an attribute with a direction."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return other <= one
    return _rank(attribute, one) >= _rank(attribute, other)


def _rank(attribute: Attribute, value: Known) -> tuple[int, int | float]:
    """Greater is better; `none` is below everything."""
    if isinstance(value, NotOffered):
        return 0, 0
    place = order_key(value, attribute.type)[1]
    return 1, -place if attribute.direction is Direction.LESS else place


def _within_bounds(attribute: Attribute, value: Known) -> Known:
    if isinstance(attribute.type, SetOf) or isinstance(value, NotOffered):
        return value
    low, high = attribute.low, attribute.high
    place = order_key(value, attribute.type)
    if low is not None and place < order_key(low, attribute.type):
        return low
    if high is not None and place > order_key(high, attribute.type):
        return high
    return value


# ---------------------------------------------------------------- total, deterministic

TOTAL = "every customer gets a value for every part of the service"
DETERMINISTIC = "the same customer gets the same service on the same day"


def total(policy: Policy, reading: Reading, as_of: date) -> Breach | None:
    """Every attribute has a value of its type."""
    values = _outcome(policy, reading, as_of).values
    for name, attribute in policy.attributes.items():
        value: Value = values.get(name, MISSING)
        offered = is_value_of(value, attribute.type) or (attribute.or_none and isinstance(value, NotOffered))
        if not offered:
            return Breach(TOTAL, f"`{name}` has no value of its type", values, None, (name,))
    return None


def the_same_again(policy: Policy, reading: Reading, as_of: date) -> Breach | None:
    """Decided twice, it comes out the same, notes included."""
    before, after = _outcome(policy, reading, as_of), _outcome(policy, reading, as_of)
    what = "it was decided twice"
    found = _apart(DETERMINISTIC, what, policy, before.values, after.values)
    if found is None and before != after:
        return Breach(DETERMINISTIC, what + ", with other notes", before.values, after.values)
    return found


def values_of(policy: Policy, reading: Reading, as_of: date) -> Values:
    """What the plain evaluator decides."""
    return deliberate(policy, reading, as_of, indexed(policy)).situation.decided


def _outcome(policy: Policy, reading: Reading, as_of: date) -> Outcome:
    return outcome_of(deliberate(policy, reading, as_of, indexed(policy)), reading)
