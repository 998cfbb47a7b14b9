"""The agreement with brute force catches broken proofs: each bug here is planted, and must be seen on few policies.

| planted in the solver's encoding | what it would be |
|---|---|
| missing compares as false | `not (x > 5)` is true of who has no x |
| unknown counts as true | a statement counts where its facts are missing |
| more, where as much was said | `>=` is read as `>` |
| rows above ignored | every true row of a `first match` table counts |
| overridden all the same | `overrides` is not looked at |
| baseline before limits | a limit takes away what was promised |
| sums without end | what adds up grows beyond its bounds |
| bounds of values ignored | a value lies outside its attribute's bounds |
| bounds of fields ignored | records that no field allows |
| assumptions ignored | records that the policy assumes away |
| dates ignored | a statement stands on every day |
| the first is known | `first_known(x, 0)` is missing where x is |
| one record | two customers share the field that sets them apart |
| sets by their first label | two sets with one label in common are equal |

| planted in the short cuts | what it would be |
|---|---|
| boxes without missing | what is unknown is false |
| boxes on every day | dates don't cut |
| one overrides the other | no two rules ever conflict |
| nothing is ever in vain | a statement that changes nothing isn't found |
| all is always seen | a statement that is never true isn't found |
| reading at first hand | a field that moves an attribute through another is not seen |
| more is always more | whatever rises, nothing falls |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from types import ModuleType

import pytest

from tests.analysis.agreement import goals_of, of_questions
from tests.analysis.brute import TooLarge, brute, is_complete
from tests.strategies.policies import elaborated
from tests.strategies.small import small_policy
from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.boxes import exposed
from tierpolicy.analysis.boxes.exposed import Seen
from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.polarity import Move, Polarity
from tierpolicy.analysis.questions import conflicts, influence, never_changes
from tierpolicy.analysis.smt import agreeing, conditions, counts, decisions, functions, levels, said, solve, world
from tierpolicy.analysis.smt.logic import negation, yes
from tierpolicy.analysis.smt.terms import Rail
from tierpolicy.cells.reads import indexed
from tierpolicy.cells.regions import Regions, Wanted
from tierpolicy.model.policy import ALWAYS, Policy

Plant = Callable[[pytest.MonkeyPatch], None]

SETTLED = range(3_000_000, 3_000_020)
RARE = ("assume ", "first_known(")
MORE_OF_THE_RARE = 8
ASKED = range(4_000_000, 4_000_080)


@dataclass(frozen=True)
class Bug:
    """`asked_first` is a policy on which it was seen, where finding one takes long."""

    name: str
    plant: Plant
    asked_first: int = 0


def replaced(module: ModuleType | type, name: str, wrong: Callable[[Callable[..., object]], object]) -> Plant:
    """Puts in place of a function what `wrong` makes of it."""
    return lambda patch: patch.setattr(module, name, wrong(getattr(module, name)))


# ---------------------------------------------------------------- in the solver's encoding


def without_missing(right: Callable[..., Rail]) -> Callable[..., Rail]:
    def wrong(*given: object) -> Rail:
        found = right(*given)
        return Rail(found.true, negation(found.true))

    return wrong


def missing_is_true(right: Callable[..., Rail]) -> Callable[..., Rail]:
    def wrong(*given: object) -> Rail:
        found = right(*given)
        return Rail(negation(found.false), found.false)

    return wrong


def strict(right: Callable[..., Rail]) -> Callable[..., Rail]:
    return lambda op, *sides: right({">=": ">"}.get(op, op), *sides)


def every_row(_: object) -> object:
    def wrong(side, table):  # type: ignore[no-untyped-def]
        for row in (side.policy.rules[index] for index in table.rows):
            side.rails[row.origin.name] = counts.condition_of(side, row)

    return wrong


def floors_first(right: Callable[..., object]) -> object:
    def wrong(attribute, worst, grants, caps, floors, workspace):  # type: ignore[no-untyped-def]
        return right(attribute, worst, [*grants, *floors], caps, [], workspace)

    return wrong


def unbounded(patch: pytest.MonkeyPatch) -> None:
    for module in (said, levels, decisions):
        for name in ("drawn", "sym_drawn"):
            if hasattr(module, name):
                patch.setattr(module, name, lambda attribute, value, *_: value)


def any_field(right: Callable[..., object]) -> object:
    return lambda workspace, declared, range_: right(workspace, replace(declared, low=None, high=None), range_)


def nothing_assumed(right: Callable[..., object]) -> object:
    def wrong(goal, sides, workspace):  # type: ignore[no-untyped-def]
        left = {name: _Assuming(terms) for name, terms in sides.items()}
        return right(goal, left, workspace)

    return wrong


class _Assuming:
    """A side whose policy assumes nothing."""

    def __init__(self, terms: object) -> None:
        self.terms = terms

    def __getattr__(self, name: str) -> object:
        found = getattr(self.terms, name)
        return replace(found, assumptions=()) if name == "policy" else found


def first_only(right: Callable[..., object]) -> object:
    def wrong(arguments, workspace):  # type: ignore[no-untyped-def]
        return replace(right(arguments, workspace), missing=arguments[0].missing)

    return wrong


def first_label(right: Callable[..., object]) -> object:
    def wrong(one, other, workspace):  # type: ignore[no-untyped-def]
        if isinstance(one.value, tuple):
            one, other = replace(one, value=one.value[:1]), replace(other, value=other.value[:1])
        return right(one, other, workspace)

    return wrong


def not_overridden(_: object) -> object:
    return lambda grants, workspace: [(grant.present, grant) for grant in grants]


IN_THE_ENCODING = (
    Bug("missing compares as false", replaced(conditions, "_compared", without_missing)),
    Bug("unknown counts as true", replaced(counts, "condition_of", missing_is_true)),
    Bug("more, where as much was said", replaced(conditions, "_compared", strict)),
    Bug("rows above ignored", replaced(counts, "_encode_rows", every_row)),
    Bug("overridden all the same", replaced(agreeing, "_standing", not_overridden)),
    Bug("baseline before limits", replaced(decisions, "levels_of", floors_first)),
    Bug("sums without end", replaced(decisions, "sym_drawn", lambda _: lambda attribute, value, *rest: value)),
    Bug("bounds of values ignored", unbounded),
    Bug("bounds of fields ignored", replaced(world, "_held", any_field)),
    Bug("assumptions ignored", replaced(solve, "range_term", nothing_assumed)),
    Bug("dates ignored", replaced(counts, "in_force", lambda _: lambda side, days: yes(side.workspace))),
    Bug("the first is known", replaced(functions, "_first_known", first_only)),
    Bug("one record", replaced(world.World, "field", lambda right: lambda self, declared, _: right(self, declared, 0))),
    Bug("sets by their first label", replaced(world, "same_known", first_label)),
)


Tried = tuple[Goal, tuple[Case, ...] | None, bool]
"""A goal, what brute force found, and whether it tried all values."""


@cache
def settled_by_brute_force() -> tuple[tuple[Policy, bool, tuple[Tried, ...]], ...]:
    """The same policies for every bug: each with whether it is plain, and its goals."""
    found = []
    for seed in [*SETTLED, *seeds_with_the_rare()]:
        policy = elaborated(small_policy(seed, plain=seed % 3 > 0))
        tried = []
        for goal in goals_of(policy):
            try:
                tried.append((goal, brute(goal, most=300), is_complete(goal)))
            except TooLarge:
                continue
        found.append((policy, seed % 3 > 0, tuple(tried)))
    return tuple(found)


def seeds_with_the_rare() -> Iterator[int]:
    """Policies that have what few have."""
    for word in RARE:
        after = range(SETTLED.stop, SETTLED.stop + 1_000)
        yield from islice((seed for seed in after if word in small_policy(seed, plain=seed % 3 > 0)), MORE_OF_THE_RARE)


def wrongly_settled() -> Iterator[Goal]:
    """Goals that the solver proves though brute force found records, or gives up without a reason."""
    for _, plain, tried in settled_by_brute_force():
        solver = solve.Solver()
        for goal, records, complete in tried:
            settled = solver.settle(goal, 10.0)
            missed = isinstance(settled, NoneSuch) and records is not None
            invented = isinstance(settled, Found) and records is None and complete
            gave_up = isinstance(settled, GaveUp) and (plain or settled.reason == solve.DID_NOT_HOLD)
            if missed or invented or gave_up:
                yield goal


@pytest.mark.parametrize("bug", IN_THE_ENCODING, ids=lambda bug: bug.name)
def test_a_broken_encoding_is_caught(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    settled_by_brute_force()
    bug.plant(monkeypatch)
    assert next(wrongly_settled(), None) is not None, f"everything agrees although {bug.name} is planted"


def test_without_a_bug_everything_agrees() -> None:
    assert next(wrongly_settled(), None) is None


# ---------------------------------------------------------------- in the short cuts


def null_blind(right: Callable[..., object]) -> object:
    simpler = {Wanted.NOT_TRUE: Wanted.FALSE, Wanted.NOT_FALSE: Wanted.TRUE}
    return lambda self, atom, wanted: right(self, atom, simpler.get(wanted, wanted))


def always_in_force(right: Callable[..., object]) -> object:
    return lambda self, condition, wanted, force: right(self, condition, wanted, ALWAYS)


def at_first_hand(_: object) -> object:
    return lambda policy, attribute: indexed(policy).reads[attribute].fields


IN_THE_SHORT_CUTS = (
    Bug("boxes without missing", replaced(Regions, "_of_atom", null_blind), 4_000_014),
    Bug(
        "boxes on every day",
        replaced(Regions, "where", lambda right: lambda s, c, wanted, _: right(s, c, wanted, ALWAYS)),
    ),
    Bug("one overrides the other", replaced(conflicts, "_overrides", lambda _: lambda one, other: True), 4_000_010),
    Bug("nothing is ever in vain", replaced(never_changes, "is_seen", lambda _: lambda *given: Seen.YES)),
    Bug("all is always seen", replaced(exposed.Look, "at", lambda _: lambda *given: Seen.YES)),
    Bug("reading at first hand", replaced(influence, "fields_behind", at_first_hand), 4_000_043),
    Bug("more is always more", replaced(Polarity, "decision", lambda _: lambda self, attribute: Move.CONSTANT)),
)


@pytest.mark.parametrize("bug", IN_THE_SHORT_CUTS, ids=lambda bug: bug.name)
def test_a_broken_short_cut_is_caught(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    for seed in sorted(ASKED, key=lambda seed: seed != bug.asked_first):
        try:
            wrong = of_questions(elaborated(small_policy(seed, plain=seed % 3 > 0)), plain=seed % 3 > 0)
        except AssertionError:
            return  # the question itself saw that something is wrong
        if wrong:
            return
    pytest.fail(f"all answers agree although {bug.name} is planted")
