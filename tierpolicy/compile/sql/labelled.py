"""A set in SQL: for each label, baselines give it first, limits take it else, rules give it else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tierpolicy.compile.normal import Clause
from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.comparing import all_of, flag_of, negation, within
from tierpolicy.compile.sql.constants import constant
from tierpolicy.compile.sql.directionless import agreed
from tierpolicy.compile.sql.said import Speaking
from tierpolicy.compile.sql.term import Labels, Sql, Term, case
from tierpolicy.model.types import FLAG, INTEGER, SetOf
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Direction

Holds = Callable[[Labels, str], Term | None]


def decided_set(said: Speaking) -> Labels:
    """A column for each label; `offered` one more, where the set may be `none`."""
    attribute = said.attribute
    assert isinstance(attribute.type, SetOf)
    if attribute.direction is Direction.NONE:
        return _agreed_set(said)
    sets = {id(clause): _set_of(said, clause) for clause in said.decided.clauses}
    start = said.decided.start
    offered = None
    if attribute.or_none:
        offered = _column(said, "offered", sets, _offered, shown=not isinstance(start, NotOffered))
    labels = {
        label: _column(said, label, sets, lambda held, at: held.labels.get(at), shown=_holds(start, label))
        for label in attribute.type.labels
    }
    return Labels(labels, None, offered, said.side)


def _holds(value: Known, label: str) -> bool:
    return isinstance(value, frozenset) and label in value


def _set_of(said: Speaking, clause: Clause) -> Labels | None:
    """What a clause says, as conditions; None where it says nothing."""
    lowering, type_ = said.statements.lowering, said.attribute.type
    assert isinstance(type_, SetOf)
    name = said.stage.conditions[clause.condition].name
    with said.statements.refusals.of(name, said.statements.written[name].origin.span):
        if clause.value is not None:
            return lowering.constant_labels(clause.value, type_)
        found = lowering.labels(clause.expr, type_)
        if found.offered is not None and not said.attribute.or_none:
            raise Unsupported("gives a set that may be `none` to an attribute that is always offered")
        return found
    return None


def _offered(held: Labels, _: str) -> Term | None:
    return held.offered


def _column(said: Speaking, label: str, sets: dict[int, Labels | None], holds: Holds, *, shown: bool) -> Term:
    """`CASE` in the order of their strength: baselines, limits, rules."""
    draft, attribute, decided = said.draft, said.attribute, said.decided
    whens: list[tuple[Term, bool, str]] = []
    offering = label == "offered" and holds is _offered
    for clause in decided.floors:
        whens += _when(said, clause, sets, label, holds, True, offering)
    for clause in decided.caps:
        whens += _when(said, clause, sets, label, holds, False, offering)
    for clause in decided.grants:
        whens += _when(said, clause, sets, label, holds, True, offering)
    parts: list[tuple[Sql, Sql]] = []
    rest, level = shown, 0
    for test, gives, note in whens:
        if test.value is True:
            rest = gives
            break
        level = max(level, test.level)
        parts.append((test.sql.copy(), said.noted(draft.flag(gives), note)))
    if not parts:
        return flag_of(rest, draft)
    found = case(parts, draft.flag(rest))
    term = draft.as_flag(Term(found, FLAG, level, False, depth=3))
    return draft.column(f"{attribute.name}_{label}", replace(term, stored=found), kind="attribute")


def _when(
    said: Speaking,
    clause: Clause,
    sets: dict[int, Labels | None],
    label: str,
    holds: Holds,
    gives: bool,
    offering: bool,
) -> list[tuple[Term, bool, str]]:
    """When a clause gives (or takes) a label, or the offer itself."""
    held, truth, draft = sets[id(clause)], said.truth(clause), said.draft
    if held is None or truth.value is False:
        return []
    there = _there(held, label, holds, offering, draft_true=flag_of(True, draft))
    if clause.kind == "within" or (clause.kind == "value" and not gives):
        there = negation(there, draft)
    elif clause.kind == "without" and offering:
        return []
    parts = [truth, there]
    if offering and held.known is not None:
        parts.append(held.known)
    if not gives and held.known is not None:
        parts.append(held.known)
    test = all_of(parts, draft)
    return [] if test.value is not None and test.value is not True else [(test, gives, said.comment(clause))]


def _there(held: Labels, label: str, holds: Holds, offering: bool, draft_true: Term) -> Term:
    if offering:
        return held.offered or draft_true
    found = held.labels[label]
    return replace(found, sql=found.sql.copy(), stored=found.stored.copy() if found.stored else None)


def _agreed_set(said: Speaking) -> Labels:
    """A set without direction: the different sets by number, agreed on as other values are."""
    attribute, draft = said.attribute, said.draft
    assert isinstance(attribute.type, SetOf)
    if any(clause.value is None for clause in said.decided.grants):
        raise Unsupported("has no direction and is given calculated sets")
    sets: list[Known] = []
    for value in (said.decided.start, *(clause.value for clause in said.decided.grants)):
        if value is not None and value not in sets:
            sets.append(value)
    numbered = replace(
        said.decided,
        attribute=replace(attribute, type=INTEGER, or_none=False),
        start=sets.index(said.decided.start),
        grants=tuple(
            replace(clause, value=sets.index(clause.value))
            for clause in said.decided.grants
            if clause.value is not None
        ),
    )
    chosen = draft.once(agreed(replace(said, decided=numbered)), f"{attribute.name}_chosen")

    def where(holds: Callable[[Known], bool]) -> Term:
        places = [constant(place, INTEGER, draft.dialect) for place, value in enumerate(sets) if holds(value)]
        if len(places) in (0, len(sets)):
            return flag_of(bool(places), draft)
        return within(replace(chosen, sql=chosen.sql.copy()), places, draft)

    offered = where(lambda value: not isinstance(value, NotOffered)) if attribute.or_none else None
    return Labels(
        {label: where(lambda value, at=label: _holds(value, at)) for label in attribute.type.labels},  # type: ignore[misc]
        None,
        offered,
        said.side,
    )
