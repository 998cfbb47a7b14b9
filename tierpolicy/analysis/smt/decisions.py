"""What a policy decides for one attribute, as a term: the formula of language.md §2 over the statements' truths.

Meaning: `semantics.counting` (what a clause says), `semantics.formula` and `semantics.lattice` (what becomes of it).
The cost is linear in the number of clauses. Where all clauses say constants the value is a thermometer (`levels`);
otherwise clause by clause is taken in, each step by a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import z3

from tierpolicy.analysis.smt.agreeing import agreed
from tierpolicy.analysis.smt.levels import Levels, levels_of, sym_of
from tierpolicy.analysis.smt.logic import all_of, any_of, chosen, negation, no
from tierpolicy.analysis.smt.said import Said, said_by, sym_drawn
from tierpolicy.analysis.smt.syms import constant, numeral
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.policy import Cap
from tierpolicy.model.types import Flag, SetOf
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.lattice import largest_sum

if TYPE_CHECKING:
    from tierpolicy.analysis.smt.sides import SideTerms


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided for an attribute. `conflict`: standing grants of one without direction contradict each other.
    `levels`: the value as a thermometer, where it is one."""

    value: Sym
    conflict: z3.BoolRef
    levels: Levels | None = None


def decision_of(side: SideTerms, attribute: Attribute) -> Decision:
    """The decision for an attribute, when those that it reads are encoded; the same for all sides where the same is
    said of it."""
    clauses = side.index.clauses[attribute.name]
    grants = _said(side, attribute, clauses.grants)
    caps = _said(side, attribute, clauses.caps)
    floors = _said(side, attribute, clauses.floors)
    everything = (*grants, *caps, *floors)
    said = tuple((id(s.clause), s.present.get_id(), _ids(s.value)) for s in everything)
    key = ("decision", id(attribute), said)
    found = side.book.remembered.get(key)
    if found is None:
        found = (_decided(attribute, grants, caps, floors, side.workspace), attribute, everything)
        side.book.remembered[key] = found
    return found[0]  # type: ignore[return-value]


def _ids(sym: Sym) -> tuple[int, ...]:
    parts = sym.value if isinstance(sym.value, tuple) else (sym.value,)
    return tuple(part.get_id() for part in (*parts, sym.missing, sym.none))


def _said(side: SideTerms, attribute: Attribute, clauses: Iterable[tuple[object, object]]) -> list[Said]:
    said = (said_by(side, attribute, statement, clause) for statement, clause in clauses)  # type: ignore[arg-type]
    return [each for each in said if each is not None]


def _decided(
    attribute: Attribute, grants: list[Said], caps: list[Said], floors: list[Said], workspace: Workspace
) -> Decision:
    if attribute.direction is Direction.NONE:
        return Decision(*agreed(attribute, grants, workspace))
    never = no(workspace)
    if isinstance(attribute.type, SetOf):
        return Decision(_set(attribute, grants, caps, floors, workspace), never)
    assert attribute.worst is not MISSING
    if not attribute.adds_up and all(said.known is not None for said in (*grants, *caps, *floors)):
        levels = levels_of(attribute, attribute.worst, grants, caps, floors, workspace)
        return Decision(sym_of(attribute, levels, workspace), never, levels)
    value = _sum(attribute, grants, workspace) if attribute.adds_up else _best(attribute, grants, workspace)
    for cap in caps:
        value = _taken(_worse(attribute, cap.value, value, workspace), cap, value, workspace)
    for floor in floors:
        value = _taken(_better(attribute, floor.value, value, workspace), floor, value, workspace)
    return Decision(value, never)


# ---------------------------------------------------------------- clause by clause


def _best(attribute: Attribute, grants: Sequence[Said], workspace: Workspace) -> Sym:
    """The best of what is given; the worst value where nothing is."""
    value = constant(attribute.worst, attribute.type, workspace)
    given = no(workspace)
    for grant in grants:
        better = any_of((negation(given), _better(attribute, grant.value, value, workspace)), workspace)
        value = _taken(better, grant, value, workspace)
        given = workspace.named(any_of((given, grant.present), workspace))
    return value


def _taken(instead: z3.BoolRef, said: Said, value: Sym, workspace: Workspace) -> Sym:
    """What is said where it is present and comes `instead`, else the value."""
    named = workspace.named
    taken = named(all_of((said.present, instead), workspace))
    chosen_value = named(chosen(taken, said.value.value, value.value))
    none = named(chosen(taken, said.value.none, value.none))
    return Sym(value.type, chosen_value, value.missing, none)


def _better(attribute: Attribute, one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """`one` is better than the other."""
    if isinstance(attribute.type, Flag):
        good, bad = (other, one) if attribute.direction is Direction.LESS else (one, other)
        beats = all_of((good.value, negation(bad.value)), workspace)
    else:
        less = attribute.direction is Direction.LESS
        beats = one.value < other.value if less else one.value > other.value
    return all_of((negation(one.none), any_of((other.none, beats), workspace)), workspace)


def _worse(attribute: Attribute, one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    return _better(attribute, other, one, workspace)


def not_as_good(attribute: Attribute, one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """`lattice.at_least_as_good` is false: the other is better, or one lacks an element of the other."""
    if not isinstance(attribute.type, SetOf):
        return _better(attribute, other, one, workspace)
    assert isinstance(one.value, tuple)
    assert isinstance(other.value, tuple)
    lacks = [all_of((has, negation(own)), workspace) for own, has in zip(one.value, other.value, strict=True)]
    beats = any_of((one.none, *lacks), workspace)
    return all_of((negation(other.none), beats), workspace)


def _sum(attribute: Attribute, grants: Sequence[Said], workspace: Workspace) -> Sym:
    """The sum of what is given, held within the type and the bounds; the worst value where nothing is given."""
    named, zero = workspace.named, numeral(0, attribute.type, workspace)
    total = zero
    parts = [_positive(grant, zero, workspace) for grant in grants]
    parts = [part for part in parts if not part.eq(zero)]
    if parts:
        total = named(z3.Sum(parts))
        most = numeral(largest_sum(attribute), attribute.type, workspace)
        total = named(chosen(total > most, most, total))
    held = sym_drawn(attribute, Sym(attribute.type, total, no(workspace), no(workspace)), workspace)
    worst = constant(attribute.worst, attribute.type, workspace)
    given = named(any_of((grant.present for grant in grants), workspace))
    value = named(chosen(given, held.value, worst.value))
    return Sym(attribute.type, value, held.missing, named(chosen(given, held.none, worst.none)))


def _positive(grant: Said, zero: z3.ArithRef, workspace: Workspace) -> z3.ExprRef:
    """What a grant adds: nothing where it is negative, or `none`."""
    if grant.known is not None:
        adds = isinstance(grant.known, int) and grant.known > 0
        return chosen(grant.present, grant.value.value, zero) if adds else zero
    counts = all_of((grant.present, negation(grant.value.none), grant.value.value > zero), workspace)
    return chosen(counts, grant.value.value, zero)


# ---------------------------------------------------------------- sets


def _set(
    attribute: Attribute, grants: Sequence[Said], caps: Sequence[Said], floors: Sequence[Said], workspace: Workspace
) -> Sym:
    """Label by label; a set that isn't offered has none of them."""
    named = workspace.named
    worst = constant(attribute.worst, attribute.type, workspace)
    nothing = negation(named(any_of((grant.present for grant in grants), workspace)))
    offered = [all_of((grant.present, negation(grant.value.none)), workspace) for grant in grants]
    offered.append(all_of((nothing, negation(worst.none)), workspace))
    given_sets = [*(grant.value for grant in grants), worst]
    # a limit `= none` leaves nothing to have
    taken = [all_of((cap.present, cap.value.none), workspace) for cap in caps if not _takes_labels(cap)]
    promised = [all_of((floor.present, negation(floor.value.none)), workspace) for floor in floors]
    kept = all_of((any_of(offered, workspace), *map(negation, taken)), workspace)
    none = negation(named(any_of((kept, *promised), workspace)))
    labels = []
    for place in range(len(attribute.type.labels)):  # type: ignore[union-attr]
        has = [all_of((where, sym.value[place]), workspace) for where, sym in zip(offered, given_sets, strict=True)]
        lost = [all_of((cap.present, _forbids(cap, place)), workspace) for cap in caps]
        given = all_of((kept, any_of(has, workspace), *map(negation, lost)), workspace)
        floor_has = [
            all_of((where, f.value.value[place]), workspace) for where, f in zip(promised, floors, strict=True)
        ]
        labels.append(named(any_of((given, *floor_has), workspace)))
    return Sym(attribute.type, tuple(labels), no(workspace), none)


def _takes_labels(cap: Said) -> bool:
    assert isinstance(cap.clause, Cap)
    return cap.clause.kind == "without"


def _forbids(cap: Said, place: int) -> z3.BoolRef:
    """The cap leaves no room for the label: `without` has it, or `within` hasn't."""
    assert isinstance(cap.value.value, tuple)
    label = cap.value.value[place]
    return label if _takes_labels(cap) else negation(label)
