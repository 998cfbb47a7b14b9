"""The laws catch a broken evaluator: each bug here is planted, and the laws named with it must see it.

| planted | what it would be |
|---|---|
| baseline before limits | a limit takes away what was promised |
| unknown counts as true | missing data gives service |
| unknown counts as false | nothing is ever undetermined |
| a limit replaces | a limit can raise |
| worst grant wins | a rule added lowers |
| last one wins | of two rules in conflict the order decides |
| overriding is transitive | an overridden rule no longer overrides |
| every true row counts | `first match` collects |
| unknown rows are passed over | a row counts below an unknown one |
| otherwise waits | `otherwise` needs every row above to be false |
| bounds forgotten | values lie outside what was declared |
| sums keep negatives | a rule added takes points away |
| nothing downstream | what is undetermined stops at the first attribute |
| rows tried one way | a row of a table is never tried as stopping `otherwise` |
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from tests.properties import laws
from tests.properties.laws import Law
from tests.strategies.policies import Writer, elaborated
from tests.strategies.records import Raw, RecordWriter, literals
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import NOTHING
from tierpolicy.model.values import MISSING
from tierpolicy.semantics import counting, decide, formula, lattice, undetermined

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    name: str
    plant: Plant
    caught_by: tuple[Law, ...]


@cache
def cases() -> tuple[tuple[Policy, Raw], ...]:
    """The same policies and records for every bug."""
    found = []
    for seed in range(150):
        policy = elaborated(Writer(random.Random(seed)).policy())
        near = literals(policy)
        found += [(policy, RecordWriter(policy, near, random.Random(seed * 10 + n)).record()) for n in range(3)]
    return tuple(found)


def in_both(patch: pytest.MonkeyPatch, name: str, value: object) -> None:
    """Replaces a function of the formula or the counting wherever it was imported."""
    for module in (counting, formula, decide, undetermined, lattice):
        if hasattr(module, name):
            patch.setattr(module, name, value)


def baseline_before_limits(patch: pytest.MonkeyPatch) -> None:
    right = formula.decided_value

    def wrong(attribute, parts, problems):  # type: ignore[no-untyped-def]
        value = right(attribute, parts, problems)
        return value if attribute.worst is MISSING else formula.limited(attribute, value, parts)

    in_both(patch, "decided_value", wrong)


def unknown_counts_as(truth: bool) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        right = counting.condition_of
        in_both(
            patch, "condition_of", lambda s, situation: truth if right(s, situation) is MISSING else right(s, situation)
        )

    return plant


def a_limit_replaces(patch: pytest.MonkeyPatch) -> None:
    right = lattice.capped
    in_both(patch, "capped", lambda a, value, kind, cap: cap if kind == "value" else right(a, value, kind, cap))


def worst_grant_wins(patch: pytest.MonkeyPatch) -> None:
    right = formula.granted

    def wrong(attribute, parts, problems):  # type: ignore[no-untyped-def]
        if attribute.adds_up or not parts.grants:
            return right(attribute, parts, problems)
        value = parts.grants[0].value
        for given in parts.grants:
            value = lattice.worse(attribute, value, given.value)
        return value

    in_both(patch, "granted", wrong)


def last_one_wins(patch: pytest.MonkeyPatch) -> None:
    right = formula.standing
    in_both(patch, "standing", lambda parts: right(parts)[-1:])


def overriding_is_transitive(patch: pytest.MonkeyPatch) -> None:
    def wrong(parts):  # type: ignore[no-untyped-def]
        rules = [counting.rule_of(given) for given in parts.grants]
        out = {group for rule in rules for group in rule.overrides}
        out = {group for rule in rules if rule.group not in out for group in rule.overrides}
        return tuple(given for given in parts.grants if counting.rule_of(given).group not in out)

    in_both(patch, "standing", wrong)


def every_true_row_counts(patch: pytest.MonkeyPatch) -> None:
    def wrong(table, situation):  # type: ignore[no-untyped-def]
        for index in table.rows:
            row = situation.policy.rules[index]
            yield row.origin.name, counting.condition_of(row, situation)

    in_both(patch, "first_match_truths", wrong)


def unknown_rows_are_passed_over(patch: pytest.MonkeyPatch) -> None:
    right = counting.first_match_truths

    def wrong(table, situation):  # type: ignore[no-untyped-def]
        rules = situation.policy.rules
        known = tuple(i for i in table.rows if counting.condition_of(rules[i], situation) is not MISSING)
        yield from ((rules[i].origin.name, MISSING) for i in table.rows if i not in known)
        yield from right(replace(table, rows=known), situation)

    in_both(patch, "first_match_truths", wrong)


def otherwise_waits(patch: pytest.MonkeyPatch) -> None:
    right = counting.first_match_truths

    def wrong(table, situation):  # type: ignore[no-untyped-def]
        found = dict(right(table, situation))
        last = situation.policy.rules[table.rows[-1]]
        if last.otherwise and MISSING in found.values():
            found[last.origin.name] = MISSING
        return found.items()

    in_both(patch, "first_match_truths", wrong)


def bounds_forgotten(patch: pytest.MonkeyPatch) -> None:
    in_both(patch, "drawn", lambda attribute, value: value)


def sums_keep_negatives(patch: pytest.MonkeyPatch) -> None:
    def wrong(attribute, statement, clause, deliberation):  # type: ignore[no-untyped-def]
        value = counting.value_of(clause.value, deliberation.situation)
        held = value if attribute.adds_up else lattice.drawn(attribute, value) if value is not MISSING else value
        return None if value is MISSING else counting.Given(statement, clause, held)

    in_both(patch, "given_by", wrong)
    in_both(patch, "sum_of", lambda attribute, values: sum(values))


def nothing_downstream(patch: pytest.MonkeyPatch) -> None:
    right = undetermined.changed_by

    def wrong(adding, removing, deliberation, said, reads):  # type: ignore[no-untyped-def]
        return right(adding, removing, deliberation, said, dict.fromkeys(reads, NOTHING))

    patch.setattr(undetermined, "changed_by", wrong)


def rows_tried_one_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(undetermined, "_stoppers", lambda deliberation: iter(()))


BUGS = (
    Bug("baseline before limits", baseline_before_limits, (laws.nothing_below_the_baseline, laws.as_restated)),
    Bug("unknown counts as true", unknown_counts_as(True), (laws.as_restated,)),
    Bug("unknown counts as false", unknown_counts_as(False), (laws.undetermined_as_restated,)),
    Bug("a limit replaces", a_limit_replaces, (laws.a_limit_added_never_raises, laws.as_restated)),
    Bug("worst grant wins", worst_grant_wins, (laws.a_rule_added_never_lowers, laws.as_restated)),
    Bug("last one wins", last_one_wins, (laws.order_does_not_matter, laws.as_restated)),
    Bug("overriding is transitive", overriding_is_transitive, (laws.as_restated,)),
    Bug("every true row counts", every_true_row_counts, (laws.as_restated,)),
    Bug("unknown rows are passed over", unknown_rows_are_passed_over, (laws.as_restated,)),
    Bug("otherwise waits", otherwise_waits, (laws.as_restated,)),
    Bug("bounds forgotten", bounds_forgotten, (laws.as_restated,)),
    Bug("sums keep negatives", sums_keep_negatives, (laws.a_rule_added_never_lowers, laws.as_restated)),
    Bug("nothing downstream", nothing_downstream, (laws.undetermined_as_restated,)),
    Bug("rows tried one way", rows_tried_one_way, (laws.undetermined_as_restated,)),
)


def pairs() -> Iterator[object]:
    for bug in BUGS:
        for law in bug.caught_by:
            yield pytest.param(bug, law, id=f"{bug.name}: {law.__name__}")


@pytest.mark.parametrize(("bug", "law"), list(pairs()))
def test_caught(bug: Bug, law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = cases()
    bug.plant(monkeypatch)
    for policy, raw in drawn:
        try:
            law(policy, raw, random.Random(0))
        except AssertionError:
            return
    pytest.fail(f"{law.__name__} holds although {bug.name} is planted")
