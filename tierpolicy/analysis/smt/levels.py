"""A decided value as a thermometer: one literal for each level, "at least as good as v", and a number that they bound.

Where every clause about an attribute says a constant, only these constants and the worst value can come out. "At least
v" then is a plain joining of statements' truths (one literal a level, each built on the next), which the solver
compares without arithmetic. Levels are `lattice.goodness` keys, the worst first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import z3

from tierpolicy.analysis.smt.logic import all_of, any_of, negation, no, yes
from tierpolicy.analysis.smt.said import Said
from tierpolicy.analysis.smt.syms import blank, sort_of, term_of
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.types import Flag
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.lattice import goodness

Level = tuple[int, int | float]


@dataclass(frozen=True, slots=True)
class Levels:
    """`values[0]` always holds; `at_least[i]` is where the value is at least as good as `values[i + 1]`."""

    keys: tuple[Level, ...]
    values: tuple[Known, ...]
    at_least: tuple[z3.BoolRef, ...]

    def reaches(self, workspace: Workspace) -> list[tuple[Level, z3.BoolRef]]:
        """Every level with its literal, the best first."""
        return list(zip(reversed(self.keys), (*reversed(self.at_least), yes(workspace)), strict=True))


def levels_of(
    attribute: Attribute,
    worst: Known,
    grants: Sequence[Said],
    caps: Sequence[Said],
    floors: Sequence[Said],
    workspace: Workspace,
) -> Levels:
    """The thermometer of an attribute with a direction (no set, no sum) about which all is constant."""
    said = (each.known for each in (*grants, *caps, *floors) if each.known is not None)
    values = {goodness(attribute, value): value for value in (worst, *said)}
    keys = sorted(values)
    granted = _granted(attribute, worst, grants, keys, workspace)
    promised = _from_above(attribute, floors, keys, workspace)
    capped = _capped_below(attribute, caps, keys, workspace)
    named = workspace.named
    final = [
        named(any_of((all_of((granted[place], negation(capped[place])), workspace), promised[place]), workspace))
        for place in range(1, len(keys))
    ]
    return Levels(tuple(keys), tuple(values[key] for key in keys), tuple(final))


def _granted(
    attribute: Attribute, worst: Known, grants: Sequence[Said], keys: Sequence[Level], workspace: Workspace
) -> list[z3.BoolRef]:
    """For each level where what is granted reaches it. Where nothing is granted the worst value stands."""
    reached = _from_above(attribute, grants, keys, workspace)
    start = goodness(attribute, worst)
    least = min((goodness(attribute, said.known) for said in grants), default=start)  # type: ignore[arg-type]
    nothing = negation(workspace.named(any_of((said.present for said in grants), workspace)))
    for place, key in enumerate(keys):
        if key <= start:
            reached[place] = any_of((reached[place], nothing), workspace) if least < key else yes(workspace)
    return reached


def _by_level(attribute: Attribute, clauses: Iterable[Said]) -> dict[Level, list[z3.BoolRef]]:
    found: dict[Level, list[z3.BoolRef]] = defaultdict(list)
    for said in clauses:
        assert said.known is not None
        found[goodness(attribute, said.known)].append(said.present)
    return found


def _from_above(
    attribute: Attribute, clauses: Sequence[Said], keys: Sequence[Level], workspace: Workspace
) -> list[z3.BoolRef]:
    """For each level where one of the clauses says at least that."""
    said = _by_level(attribute, clauses)
    reached = no(workspace)
    found = []
    for key in reversed(keys):
        if key in said:
            reached = workspace.named(any_of((reached, *said[key]), workspace))
        found.append(reached)
    return found[::-1]


def _capped_below(
    attribute: Attribute, caps: Sequence[Said], keys: Sequence[Level], workspace: Workspace
) -> list[z3.BoolRef]:
    """For each level where a cap is worse than it."""
    said = _by_level(attribute, caps)
    capped = no(workspace)
    found = []
    for key in keys:
        found.append(capped)
        if key in said:
            capped = workspace.named(any_of((capped, *said[key]), workspace))
    return found


# ---------------------------------------------------------------- as a value


def sym_of(attribute: Attribute, levels: Levels, workspace: Workspace) -> Sym:
    """The value that the literals say; one and the same for the same literals."""
    key = ("levels", attribute.type, attribute.direction, levels.values, tuple(x.get_id() for x in levels.at_least))
    if key not in workspace.memory:
        workspace.memory[key] = (_sym(attribute, levels, workspace), levels)
    return workspace.memory[key][0]  # type: ignore[no-any-return]


def _sym(attribute: Attribute, levels: Levels, workspace: Workspace) -> Sym:
    values, literals = list(levels.values), list(levels.at_least)
    none, never = no(workspace), no(workspace)
    if isinstance(values[0], NotOffered):
        if not literals:
            return Sym(attribute.type, blank(attribute.type, workspace), never, yes(workspace))
        none = negation(literals[0])
        values, literals = values[1:], literals[1:]
    if not literals:
        return Sym(attribute.type, term_of(values[0], attribute.type, workspace), never, none)
    if isinstance(attribute.type, Flag):
        better_is_yes = values[1] is True
        return Sym(attribute.type, literals[0] if better_is_yes else negation(literals[0]), never, none)
    value = workspace.fresh(attribute.name, sort_of(attribute.type, workspace.context))
    _tell(value, [term_of(each, attribute.type, workspace) for each in values], literals, attribute, workspace)
    return Sym(attribute.type, value, never, none)


def _tell(
    value: z3.ExprRef, ends: Sequence[object], literals: list[z3.BoolRef], attribute: Attribute, workspace: Workspace
) -> None:
    """The number is the best of the levels that are reached."""
    less = attribute.direction is Direction.LESS

    def at_least(end: object) -> z3.BoolRef:
        return value <= end if less else value >= end

    def at_most(end: object) -> z3.BoolRef:
        return value >= end if less else value <= end

    facts = workspace.facts
    facts.append(at_least(ends[0]))
    facts.append(at_most(ends[-1]))
    for literal, end, below in zip(literals, ends[1:], ends, strict=False):
        facts.append(literal == at_least(end))
        facts.append(any_of((literal, at_most(below)), workspace))


def not_as_good(levels: Levels, than: Levels, workspace: Workspace) -> z3.BoolRef:
    """Where the other reaches a level that this one doesn't."""
    return any_of(
        (all_of((other, negation(mine)), workspace) for mine, other in _aligned(levels, than, workspace)), workspace
    )


def different(levels: Levels, other: Levels, workspace: Workspace) -> z3.BoolRef:
    return any_of((not_as_good(levels, other, workspace), not_as_good(other, levels, workspace)), workspace)


def _aligned(one: Levels, other: Levels, workspace: Workspace) -> Iterable[tuple[z3.BoolRef, z3.BoolRef]]:
    """For every level of the two whether each reaches it, the best first."""
    mine, theirs = one.reaches(workspace), other.reaches(workspace)
    keys = sorted({*one.keys, *other.keys}, reverse=True)
    at = {0: no(workspace), 1: no(workspace)}
    known = (dict(mine), dict(theirs))
    for key in keys:
        for which in (0, 1):
            at[which] = known[which].get(key, at[which])
        if not at[0].eq(at[1]):
            yield at[0], at[1]
