"""All that may be decided while some facts lie within ranges: the formula of language.md §2, from both sides.

Of an attribute with a direction the worst and the best that may come out are worked out, since every step of the
formula keeps that order; of a set, what it surely and what it perhaps holds. An attribute without direction has the
one value that the formula gives where all that is said of it is settled, else any value that is perhaps given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tierpolicy.analysis.reach.expressions import View, possible
from tierpolicy.analysis.reach.possible import (
    Between,
    Possible,
    Sets,
    Words,
    both,
    either,
    exactly,
    negation,
    one_of_both,
    only_value,
    truth,
)
from tierpolicy.cells.line import coordinate, ends_of, value_of_coordinate
from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Rule, Table
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.counting import Given, Parts
from tierpolicy.semantics.counting import truth_of as truth_at_hand
from tierpolicy.semantics.formula import decided_value
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import better, drawn, sum_of, worse

Written = Iterable[tuple[Statement, Grant | Cap | Floor]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause may say of an attribute: nothing at all unless `surely`; a value from `worst` to `best`."""

    clause: Grant | Cap | Floor
    surely: bool
    worst: Known
    best: Known


def decide_within(view: View, attributes: frozenset[str]) -> None:
    """Notes in the view what may be decided of those of the attributes that the raised facts move."""
    policy = view.ground.base.policy
    for name in policy.order:
        if name in attributes and name in view.ground.moved:
            view.decided[name] = _attribute(policy.attributes[name], view)


def _attribute(attribute: Attribute, view: View) -> Possible:
    clauses = view.ground.base.index.clauses[attribute.name]
    if attribute.direction is Direction.NONE:
        return _agreed(attribute, list(_met(clauses.grants, view)), view)
    grants = list(_said(attribute, clauses.grants, view))
    worst, best = _granted(attribute, grants)
    worst, best = _limited(attribute, worst, best, _said(attribute, clauses.caps, view))
    for floor in _said(attribute, clauses.floors, view):
        best = better(attribute, best, floor.best)
        if floor.surely:
            worst = better(attribute, worst, floor.worst)
    return _from_worst_to_best(attribute, worst, best)


# ---------------------------------------------------------------- with a direction


def _granted(attribute: Attribute, grants: list[Said]) -> tuple[Known, Known]:
    assert attribute.worst is not MISSING
    sure = [grant for grant in grants if grant.surely]
    if attribute.adds_up:
        worst: Known = drawn(attribute, sum_of(attribute, (grant.worst for grant in sure)))
        best: Known = drawn(attribute, sum_of(attribute, (grant.best for grant in grants)))
    elif sure:
        worst, best = sure[0].worst, sure[0].best
        for grant in grants:
            best = better(attribute, best, grant.best)
            worst = better(attribute, worst, grant.worst) if grant.surely else worst
        return worst, best
    else:
        worst = best = attribute.worst
        for grant in grants:
            worst, best = worse(attribute, worst, grant.worst), better(attribute, best, grant.best)
    if sure:
        return worst, best
    return worse(attribute, worst, attribute.worst), better(attribute, best, attribute.worst)


def _limited(attribute: Attribute, worst: Known, best: Known, caps: Iterable[Said]) -> tuple[Known, Known]:
    for cap in caps:
        assert isinstance(cap.clause, Cap)
        if cap.clause.kind == "without" and isinstance(worst, frozenset) and isinstance(best, frozenset):
            least, most = cap.worst, cap.best
            assert isinstance(least, frozenset)
            assert isinstance(most, frozenset)
            worst = worst - most
            best = best - least if cap.surely else best
        else:
            worst = worse(attribute, worst, cap.worst)
            best = worse(attribute, best, cap.best) if cap.surely else best
    return worst, best


def _from_worst_to_best(attribute: Attribute, worst: Known, best: Known) -> Possible:
    """Every value between the two."""
    if isinstance(worst, frozenset) and isinstance(best, frozenset):
        return Possible(Sets(worst & best, worst | best))
    if isinstance(best, NotOffered) or equal(worst, best):
        return exactly(drawn(attribute, best) if isinstance(best, NotOffered) else best, attribute.type)
    none = None
    if isinstance(worst, NotOffered):
        none = worst
        worst = _worst_offered(attribute)
    ends = (coordinate(worst, attribute.type), coordinate(best, attribute.type))
    return Possible(Between(min(ends), max(ends)), none=none)


def _worst_offered(attribute: Attribute) -> Known:
    """The worst value that isn't `none`."""
    low, high = ends_of(attribute.type)
    return value_of_coordinate(high if attribute.direction is Direction.LESS else low, attribute.type)


def _said(attribute: Attribute, clauses: Written, view: View) -> Iterator[Said]:
    """What clauses perhaps say, drawn to bounds."""
    for clause, counts, value in _met(clauses, view):
        if value.shape is None and (value.none is None or not attribute.or_none):
            continue
        silent = value.missing or (value.none is not None and not attribute.or_none)
        worst, best = _ends(attribute, value)
        if not (attribute.adds_up and isinstance(clause, Grant)):
            worst, best = drawn(attribute, worst), drawn(attribute, best)
        yield Said(clause, counts.surely_true and not silent, worst, best)


def _ends(attribute: Attribute, value: Possible) -> tuple[Known, Known]:
    """The worst and the best that a value may be, for the attribute."""
    none = value.none if attribute.or_none else None
    match value.shape:
        case Sets(surely, perhaps):
            return surely, perhaps
        case Between(low, high):
            ends = value_of_coordinate(low, attribute.type), value_of_coordinate(high, attribute.type)
            worst, best = (ends[1], ends[0]) if attribute.direction is Direction.LESS else ends
            return (worst if none is None else none), best
        case _:
            assert none is not None
            return none, none


# ---------------------------------------------------------------- without direction


def _agreed(attribute: Attribute, grants: list[tuple[Grant | Cap | Floor, Possible, Possible]], view: View) -> Possible:
    assert attribute.default is not MISSING
    settled = _settled_parts(attribute, grants, view)
    if settled is not None:
        return exactly(decided_value(attribute, settled, []), attribute.type)
    found = exactly(attribute.default, attribute.type)
    for _, _, value in grants:
        none = value.none if attribute.or_none else None
        found = either(found, Possible(_within_bounds(attribute, value), none=none))
    return found


def _settled_parts(
    attribute: Attribute, grants: list[tuple[Grant | Cap | Floor, Possible, Possible]], view: View
) -> Parts | None:
    """What is said of the attribute where all of that is known; None where it isn't."""
    givens: list[Given] = []
    statements = {id(clause): statement for statement, clause in view.ground.base.index.clauses[attribute.name].grants}
    for clause, counts, value in grants:
        single = only_value(value, attribute.type)
        if single is None or not counts.surely_true:
            return None
        if single is MISSING or (isinstance(single, NotOffered) and not attribute.or_none):
            continue
        givens.append(Given(statements[id(clause)], clause, drawn(attribute, single)))
    return Parts(tuple(givens))


def _within_bounds(attribute: Attribute, value: Possible) -> Between | Sets | Words | None:
    if not isinstance(value.shape, Between):
        return value.shape
    ends = (value_of_coordinate(value.shape.low, attribute.type), value_of_coordinate(value.shape.high, attribute.type))
    low, high = (coordinate(drawn(attribute, end), attribute.type) for end in ends)
    return Between(low, high)


# ---------------------------------------------------------------- which statements count


def _met(clauses: Written, view: View) -> Iterator[tuple[Grant | Cap | Floor, Possible, Possible]]:
    """The clauses of statements that perhaps count, with that and with what they may say."""
    for statement, clause in clauses:
        counts = counting(statement, view)
        if counts.may_be_true:
            yield clause, counts, possible(clause.value, view)


def counting(statement: Statement, view: View) -> Possible:
    """Whether a statement counts."""
    name = statement.origin.name
    found = view.truths.get(name)
    if found is None:
        ground = view.ground
        table = ground.base.index.first_match.get(name)
        if table is not None:
            view.truths.update(_first_match(table, view))
        elif not ground.depends(statement.condition):
            view.truths[name] = exactly(truth_at_hand(statement, ground.base), statement.condition.type)
        else:
            view.truths[name] = _own(statement, view)
        found = view.truths[name]
    return found


def _own(statement: Rule | Limit | Baseline, view: View) -> Possible:
    if not statement.in_force.covers(view.ground.base.situation.as_of):
        return truth(true=False, false=True)
    return possible(statement.condition, view)


def _first_match(table: Table, view: View) -> Iterator[tuple[str, Possible]]:
    """Which row counts (semantics.counting.first_match_truths)."""
    rules = view.ground.base.policy.rules
    above = truth(true=False, false=True)
    may_count = surely_counts = False
    for index in table.rows:
        row = rules[index]
        if row.otherwise:
            covers = row.in_force.covers(view.ground.base.situation.as_of)
            counts = truth(true=covers and not surely_counts, false=not covers or may_count)
        else:
            own = _own(row, view)
            counts = both(own, negation(above))
            above = one_of_both(above, own)
        may_count |= counts.may_be_true
        surely_counts |= counts.surely_true
        yield row.origin.name, counts
