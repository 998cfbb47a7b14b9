"""Properties tried with drawn customers, who are decided by the compiled policy: a witness beside the proof.

draw ──▶ serve (compiled) ──▶ judge the claim ──▶ shrink and decide again (plain evaluator) ──▶ a finding

Customers are drawn once for a policy and shared by its properties, so that twenty cost little more than one. The same
seed gives the same trial.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Always, Never, Property, Share, Total
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.engine import Policy
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.read import Reading
from tierpolicy.testing.suite import How, Seen, unseen
from tierpolicy.testing.trials_drawing import drawn
from tierpolicy.testing.trials_found import disagreement, failure, finding
from tierpolicy.testing.trials_looking import Look, first_breaking
from tierpolicy.testing.trials_serving import Desk, Served, Unserved, desk_for

MOST_AT_ONCE = 1_000
"""Customers that are held at a time; more are drawn when these have been tried."""

COMPARED = 40
"""Customers of each policy whom the plain evaluator decides too."""

MOST_STATEMENTS = 200_000
"""Statements looked at in comparing, and in telling, so that a policy of thousands costs no seconds."""

MOST_TOLD = 200
"""Drawn customers of each policy that whoever looks on is told of: each costs them a plain decision. Fewer of a policy
of more than MOST_STATEMENTS / MOST_TOLD statements (20 of one with 10,000), at least one."""

MORE_TOLD = 20
"""Customers of each property that are told beside these."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a property. `customers` is how many it promised something (pairs, for those about two);
    `note` says that in a few words, or why nothing was tried."""

    finding: Diagnostic | None
    customers: int
    note: str


@dataclass(slots=True)
class _Crowd:
    """The customers of one policy, and who was told of them."""

    customers: tuple[Served, ...]
    disagreement: Diagnostic | None
    told: Seen | None = None


def tried(policy: Policy, stated: Property, how: How, seen: Seen = unseen) -> Trial:
    """One property of the policy, tried with `how.customers` drawn customers and as many near those that it is about.

    `seen` is told some of them: see MOST_TOLD and MORE_TOLD. ValueError for a property of another policy.
    """
    if isinstance(stated.claim, Share | Total):
        return Trial(None, 0, "measured on customers, not tried")
    if how.customers <= 0:
        return Trial(None, 0, "no customers asked for")
    desk = desk_for(policy, _version_of(policy, stated))
    try:
        return _tried(desk, stated, how, seen)
    except Unserved as unserved:
        return Trial(failure(desk, unserved, stated), 0, "two evaluators disagree")


def _tried(desk: Desk, stated: Property, how: How, seen: Seen) -> Trial:
    counted = 0
    for at, crowd in enumerate(_crowds(desk, how)):
        if crowd.disagreement is not None:
            return Trial(crowd.disagreement, counted, "two evaluators disagree")
        look = Look(desk, stated, random.Random(f"{how.seed}/{at}/{stated.origin.name}"))
        breaking = first_breaking(look, crowd.customers)
        counted += look.counted
        if at == 0:
            _tell(desk, crowd, look, seen)
        if breaking is not None:
            return Trial(finding(desk, stated, breaking), counted, f"broken by one of the {counted} tried")
    return Trial(None, counted, _said(stated, counted))


def _said(stated: Property, counted: int) -> str:
    if not counted:
        return "no customer was found who meets its conditions"
    what = "customer" if is_about_one(stated) else "pair"
    return f"{counted} {what}{'s' if counted > 1 else ''} tried"


def is_about_one(stated: Property) -> bool:
    """True of a claim about each customer by itself; others are about pairs."""
    return isinstance(stated.claim, Always | Never)


def _version_of(policy: Policy, stated: Property) -> TypedPolicy:
    for version in policy.versions:
        if any(each is stated for each in version.properties):
            return version
    for version in policy.versions:
        if stated in version.properties:
            return version
    raise ValueError(f"`{stated.origin.name}` is no property of this policy")


# ---------------------------------------------------------------- who is drawn


def _crowds(desk: Desk, how: How) -> Iterator[_Crowd]:
    """The customers to try, some at a time; the first of them are kept with the policy."""
    key = ("drawn for trials", how.customers, how.seed)
    kept = desk.typed.looked_up
    first = min(how.customers, MOST_AT_ONCE)
    if key not in kept:
        kept[key] = _drawn(desk, first, how.seed)
    yield kept[key]
    for start in range(first, how.customers, MOST_AT_ONCE):
        chunk_seed = random.Random(f"{how.seed}/{start}").getrandbits(64)
        yield _drawn(desk, min(MOST_AT_ONCE, how.customers - start), chunk_seed)


def _drawn(desk: Desk, count: int, seed: int) -> _Crowd:
    """So many customers whom properties speak of, fewer where assumptions leave hardly any."""
    served = [found for case in drawn(desk.typed, count, seed) if (found := desk.served(case)) is not None]
    return _Crowd(tuple(served), _first_disagreement(desk, served))


def _first_disagreement(desk: Desk, served: list[Served]) -> Diagnostic | None:
    """What the plain evaluator decides otherwise for one of the first."""
    asked = served[: _affordable(desk, COMPARED)]
    return next((found for each in asked if (found := disagreement(desk, each)) is not None), None)


def _affordable(desk: Desk, most: int) -> int:
    """How many customers may be decided by the plain evaluator, which looks at every statement for each."""
    many = sum(1 for _ in statements(desk.typed))
    return max(1, min(most, MOST_STATEMENTS // max(1, many)))


def _tell(desk: Desk, crowd: _Crowd, look: Look, seen: Seen) -> None:
    """Tells of the customers that were tried: of those drawn once, whichever property comes first."""
    if seen is unseen:
        return
    served = look.served[: _affordable(desk, MORE_TOLD)]
    if crowd.told != seen:
        crowd.told = seen
        served = [*crowd.customers[: _affordable(desk, MOST_TOLD)], *served]
    for each in served:
        seen(desk.typed, Reading(each.case.values, ()), each.case.as_of, "properties")
