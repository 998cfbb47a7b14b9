"""One attribute in SQL: `(start ⊔ grants) ⊓ limits ⊔ baselines` (language.md §2) from the truths of its statements.

Where all that is said is constant, an attribute is a `CASE` of what is given, best first; limits and baselines with
conditions are two more, joined by the places of the values on a ladder. What is calculated is joined one after the
other: `CASE WHEN rule AND value > so far THEN value ELSE so far END`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from tierpolicy.compile.normal import Clause, Stage
from tierpolicy.compile.sql.comparing import all_of, compared
from tierpolicy.compile.sql.directionless import agreed
from tierpolicy.compile.sql.labelled import decided_set
from tierpolicy.compile.sql.said import Speaking
from tierpolicy.compile.sql.statements import Statements
from tierpolicy.compile.sql.sums import added_up
from tierpolicy.compile.sql.term import Labels, Sql, Term, call, case, number
from tierpolicy.model.expressions import CompareOp
from tierpolicy.model.types import INTEGER, SetOf
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.lattice import better, goodness, worse


def decide(stage: Stage, statements: Statements) -> None:
    """The attributes of a stage, each as a column (a set: a column for each label)."""
    statements.prepare(stage)
    for decided in stage.attributes:
        name = decided.attribute.name
        with statements.refusals.of(name, decided.attribute.span):
            statements.lowering.decided[name] = _decided(Speaking(decided, stage, statements))


def _decided(said: Speaking) -> Term | Labels:
    attribute = said.attribute
    if isinstance(attribute.type, SetOf):
        return decided_set(said)
    if attribute.direction is Direction.NONE:
        return said.named(agreed(said))
    if attribute.adds_up:
        return said.named(_after_grants(said, added_up(said)))
    if said.decided.ladder is not None:
        return said.named(_on_ladder(said, said.decided.ladder))
    return said.named(_after_grants(said, _granted(said)))


# ---------------------------------------------------------------- constants alone


@dataclass(frozen=True, slots=True)
class Fold:
    """Constants by their truth: what counts always, and the others, the strongest first."""

    always: Known | None
    whens: tuple[tuple[Term, Known, str], ...]


def _folded(said: Speaking, clauses: Iterable[Clause], *, best_first: bool) -> Fold:
    """The constant clauses that may count, joined where they always do; weaker ones than that say nothing."""
    attribute = said.attribute
    join = better if best_first else worse
    always: Known | None = None
    whens: list[tuple[Term, Known, str]] = []
    for clause in clauses:
        truth = said.truth(clause)
        if clause.value is None or truth.value is False or (truth.value is not None and truth.value is not True):
            continue
        if truth.value is True:
            always = clause.value if always is None else join(attribute, always, clause.value)
        else:
            whens.append((truth, clause.value, said.comment(clause)))
    if always is not None:
        whens = [each for each in whens if join(attribute, each[1], always) != always]
    whens.sort(key=lambda each: goodness(attribute, each[1]), reverse=best_first)
    return Fold(always, tuple(whens))


def _on_ladder(said: Speaking, ladder: tuple[Known, ...]) -> Term:
    attribute, start = said.attribute, said.decided.start
    grants = _folded(said, said.decided.grants, best_first=True)
    caps = _folded(said, said.decided.caps, best_first=False)
    floors = _folded(said, said.decided.floors, best_first=True)
    given = start if grants.always is None else better(attribute, start, grants.always)
    if not caps.whens and not floors.whens:

        def final(value: Known) -> Known:
            value = better(attribute, value, given)
            value = value if caps.always is None else worse(attribute, value, caps.always)
            return value if floors.always is None else better(attribute, value, floors.always)

        rest = final(given)
        moving = [(truth, final(value), note) for truth, value, note in grants.whens]
        while moving and moving[-1][1] == rest:
            moving.pop()
        return said.chosen(moving, rest)
    return _by_places(said, ladder, given, grants, caps, floors)


def _by_places(said: Speaking, ladder: tuple[Known, ...], given: Known, grants: Fold, caps: Fold, floors: Fold) -> Term:
    """By the places of values on the ladder: `GREATEST(LEAST(given, limit), baseline)`."""
    places = {goodness(said.attribute, value): place for place, value in enumerate(ladder)}
    draft = said.draft

    def at(value: Known) -> int:
        return places[goodness(said.attribute, value)]

    def chosen(fold: Fold, rest: Known) -> tuple[Sql, int]:
        moving = [(truth.sql.copy(), said.noted(number(at(value)), note)) for truth, value, note in fold.whens]
        return case(moving, number(at(rest))), max((truth.level for truth, _, _ in fold.whens), default=0)

    sql, level = chosen(grants, given)
    if caps.whens or caps.always is not None:
        limit, reads = chosen(caps, ladder[-1] if caps.always is None else caps.always)
        sql, level = call("LEAST", sql, limit), max(level, reads)
    if floors.whens or floors.always is not None:
        floor, reads = chosen(floors, ladder[0] if floors.always is None else floors.always)
        sql, level = call("GREATEST", sql, floor), max(level, reads)
    place = draft.column(f"{said.attribute.name}_place", Term(sql, INTEGER, level, depth=3), kind="attribute")
    ifs = [exp.If(this=number(number_), true=said.value_sql(value)) for number_, value in enumerate(ladder)]
    found = Term(exp.Case(this=place.sql, ifs=ifs), said.attribute.type, place.level, False, said.side, depth=2)
    return replace(found, most=said.most)


# ---------------------------------------------------------------- with calculations


def _granted(said: Speaking) -> Term:
    """The best of the worst value and all that is given."""
    fold = _folded(said, said.decided.grants, best_first=True)
    attribute = said.attribute
    given = said.decided.start if fold.always is None else better(attribute, said.decided.start, fold.always)
    whens = [each for each in fold.whens if better(attribute, each[1], given) != given]
    found = said.chosen(whens, given)
    for clause in said.decided.grants:
        if clause.value is None:
            found = _joined(
                said, found, said.calculated(clause), said.truth(clause), best=True, note=said.comment(clause)
            )
    return found


def _after_grants(said: Speaking, found: Term) -> Term:
    """What limits and baselines leave of what is given."""
    for clauses, best in ((said.decided.caps, False), (said.decided.floors, True)):
        fold = _folded(said, clauses, best_first=best)
        values = [(said.truth_always(), fold.always, "")] if fold.always is not None else []
        if fold.whens and said.side is None:
            held = said.chosen_or_nothing([*fold.whens, *values])
            found = _joined(
                said, found, held, said.truth_always(), best=best, note="limits" if not best else "baselines"
            )
        else:
            for truth, constant, note in (*fold.whens, *values):
                found = _joined(said, found, said.constant(constant), truth, best=best, note=note)
        for clause in clauses:
            if clause.value is None:
                value = said.calculated(clause)
                found = _joined(said, found, value, said.truth(clause), best=best, note=said.comment(clause))
    return found


def _joined(said: Speaking, so_far: Term, value: Term, truth: Term, *, best: bool, note: str) -> Term:
    """`value` where the statement counts and it is better (worse) than what there is so far."""
    draft = said.draft
    if truth.value is False or (truth.value is not None and truth.value is not True):
        return so_far
    so_far = draft.once(so_far, f"{said.attribute.name}_so_far")
    value = draft.once(value, f"{said.attribute.name}_said")
    better_is_more = said.attribute.direction is Direction.MORE
    op: CompareOp = ">" if better_is_more == best else "<"
    test = all_of([truth, compared(op, value, so_far, draft)], draft)
    if test.value is not None:
        return value if test.value is True else so_far
    level = max(test.level, value.level, so_far.level)
    one, other = (said.noted(said.stored(each), note if each is value else "") for each in (value, so_far))
    none = said.side
    return Term(case([(test.sql, one)], other), so_far.type, level, False, none, most=said.most, depth=test.depth + 1)
