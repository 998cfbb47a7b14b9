"""What was counted of one part of the service by two policies, as figures."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.analysis.comparison.ways import not_compared
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Flag, Scale, SetOf, Text
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.runtime.simulation.adding import Tally
from tierpolicy.runtime.simulation.figures import levels_of, stated
from tierpolicy.runtime.simulation.results import Blame, Change, Count, Move
from tierpolicy.semantics.index import statements


def change_of(name: str, old: Policy, new: Policy, tally: Tally) -> Change:
    """One part of the service that both policies offer."""
    before, after = old.attributes[name], new.attributes[name]
    why_not = not_compared(before, after)
    better, worse, different = tally["better", name], tally["worse", name], tally["different", name]
    same = 0 if why_not else tally["customers"] - better - worse - different
    totals = None
    if not why_not and not isinstance(before.type, Scale | Choice | Flag | SetOf | Text | Date):
        totals = tally.total(("total", "old", name)), tally.total(("total", "new", name))
    labels = before.type.labels if isinstance(before.type, SetOf) else ()
    more = after.type.labels if isinstance(after.type, SetOf) else ()
    return Change(
        attribute=name,
        old=before,
        new=after,
        better=better,
        worse=worse,
        same=same,
        different=different,
        matrix=() if why_not else tuple(_matrix(name, old, new, tally)),
        gained=tuple(_counts("gained", name, more, tally)),
        lost=tuple(_counts("lost", name, labels, tally)),
        totals=totals,
        gain=tally.total(("gain", name)),
        loss=tally.total(("loss", name)),
        blames=tuple(_blames(name, old, new, tally)),
        untraced=tally["untraced", name],
        not_compared=why_not,
    )


def _matrix(name: str, old: Policy, new: Policy, tally: Tally) -> Iterator[Move]:
    """Every pair of values that occurs, best first."""
    before, after = old.attributes[name], new.attributes[name]
    if not isinstance(before.type, Scale | Choice | Flag):
        return
    for one in levels_of(before):
        for other in levels_of(after):
            customers = sum(tally["move", name, *pair] for pair in _forms(one, other))
            if customers:
                yield Move(one, other, customers)


def _forms(one: Known, other: Known) -> Iterator[tuple[Known, Known]]:
    """A pair of values; `none` has two forms."""
    ones = list(NotOffered) if isinstance(one, NotOffered) else [one]
    others = list(NotOffered) if isinstance(other, NotOffered) else [other]
    return ((left, right) for left in ones for right in others)


def _counts(what: str, name: str, labels: tuple[str, ...], tally: Tally) -> Iterator[Count]:
    return (Count(label, tally[what, name, label]) for label in labels if tally[what, name, label])


def _blames(name: str, old: Policy, new: Policy, tally: Tally) -> list[Blame]:
    """The statements behind those who are worse off, the one behind most first."""
    found = []
    for side, policy in (("new", new), ("old", old)):
        sources = {source.path: source for source in policy.sources}
        for each in statements(policy):
            count = tally["blame", name, side, each.origin.name]
            if count:
                found.append(Blame("new" if side == "new" else "old", stated(each, sources, count, about=name)))
    return sorted(found, key=lambda blame: -blame.statement.customers)
