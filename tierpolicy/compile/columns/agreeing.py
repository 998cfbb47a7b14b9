"""Attributes without direction: the one value that the true rules give, their default where there is none or more.

Constant values are numbered. Of the rules that count and aren't overridden the least and the greatest number are found;
where they differ there is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.comparing import equal
from tierpolicy.compile.columns.data import Array, Bools, Coded
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.saying import Said, held, of_clause
from tierpolicy.compile.columns.values import Vec, chosen, constant, encoded, taken, union
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.values import equal as equal_values


@dataclass(frozen=True, slots=True)
class Class:
    """Grants that are overridden together: by rules that name `group` ('': never). `least` codes a value as `count + 1
    - number`, so that 0 is none at all; `greatest` by its number."""

    group: str
    least: Ranked
    greatest: Ranked
    calculated: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """`values` are the default and the constant values by number; `overriding` says by group where one of its
    overriding constant grants counts; `calculated` grants stand beside what their rules override."""

    decided: Decided
    values: tuple[Known, ...]
    classes: tuple[Class, ...]
    overriding: tuple[tuple[str, Ranked], ...]
    calculated: tuple[tuple[Clause, Ranked], ...]

    def settle(self, answered: Answered, facts: Facts) -> Held:
        attribute = self.decided.attribute
        said = [of_clause(clause, truth, attribute, answered, facts) for clause, truth in self.calculated]
        out = self._left_out(answered, said, facts)
        least = greatest = np.zeros(facts.rows, dtype=np.uint8)
        for each in self.classes:
            lost = out.get(each.group)
            least = np.maximum(least, _standing(each.least, lost, answered, facts.rows))
            greatest = np.maximum(greatest, _standing(each.greatest, lost, answered, facts.rows))
        conflict = (greatest != 0) & (least.astype(np.int64) + greatest != len(self.values))
        if not self.calculated:
            facts.tell(conflict)
            return self._constant(np.where(conflict, np.zeros((), dtype=greatest.dtype), greatest))
        return self._with_calculated(greatest, conflict, said, out, facts)

    def _constant(self, numbers: Array) -> Held:
        """The answer where every value is a constant; the default, which rules may give too, has one code."""
        type_, values = self.decided.attribute.type, self.values
        at = next((number for number, value in enumerate(values) if number and equal_values(value, values[0])), None)
        if at is not None:
            table = np.array([0 if n == at else n - (n > at) for n in range(len(values))], dtype=numbers.dtype)
            numbers, values = np.take(table, numbers), (*values[:at], *values[at + 1 :])
        return Held(Coded(numbers, values), lambda: taken(encoded(values, type_), numbers.astype(np.intp)))

    def _left_out(self, answered: Answered, said: list[Said | None], facts: Facts) -> dict[str, Bools]:
        """By group where a rule that counts overrides it."""
        found: dict[str, Bools] = {}
        for group, ranked in self.overriding:
            parts = [ranked.holds(answered, facts.rows)]
            for (clause, _), each in zip(self.calculated, said, strict=True):
                if each is not None and group in clause.overrides:
                    parts.append(each.where)
            lost = union(*parts)
            if lost is not None:
                found[group] = lost
        return found

    def _with_calculated(
        self, codes: Array, conflict: Bools, said: list[Said | None], out: dict[str, Bools], facts: Facts
    ) -> Held:
        attribute = self.decided.attribute
        given = codes != 0
        value = taken(encoded(self.values, attribute.type), codes.astype(np.intp))
        for each in self.classes:
            lost = out.get(each.group)
            for at in each.calculated:
                one = said[at]
                if one is None:
                    continue
                where = one.where if lost is None else one.where & ~lost
                conflict = conflict | (where & given & ~equal(value, one.what))
                value = chosen(where & ~given, one.what, value)
                given = given | where
        facts.tell(conflict)
        default = constant(self.decided.start, attribute.type, facts.rows)
        return held(attribute, _plain(chosen(given & ~conflict, value, default)))


def _plain(vec: Vec) -> Vec:
    return Vec(vec.type, vec.values, None, vec.none, vec.texts)


def _standing(ranked: Ranked, lost: Bools | None, answered: Answered, rows: int) -> Array:
    codes = ranked.codes(answered, rows)
    return codes if lost is None else np.where(lost, np.zeros((), dtype=codes.dtype), codes)


def agreed(decided: Decided, asking: Asking) -> Agreed:
    """The plan of an attribute without direction."""
    numbers: dict[Known, int] = {}
    for clause in decided.grants:
        if clause.value is not None:
            numbers.setdefault(_key(clause.value), len(numbers) + 1)
    overridden = {group for clause in decided.grants for group in clause.overrides}
    calculated = [clause for clause in decided.grants if clause.value is None]
    groups = sorted({_group(clause, overridden) for clause in decided.grants})
    classes = tuple(_class(group, decided, overridden, numbers, calculated, asking) for group in groups)
    overriding = tuple(
        (
            group,
            asking.ranked(
                [(c.condition, 1) for c in decided.grants if c.value is not None and group in c.overrides], 0
            ),
        )
        for group in groups
        if group
    )
    truths = tuple((clause, asking.truth(clause.condition)) for clause in calculated)
    values: dict[int, Known] = {}
    for clause in decided.grants:
        if clause.value is not None:
            values.setdefault(numbers[_key(clause.value)], clause.value)
    return Agreed(decided, (decided.start, *values.values()), classes, overriding, truths)


def _class(
    group: str,
    decided: Decided,
    overridden: set[str],
    numbers: dict[Known, int],
    calculated: list[Clause],
    asking: Asking,
) -> Class:
    inside = [clause for clause in decided.grants if _group(clause, overridden) == group]
    pairs = [(clause.condition, numbers[_key(clause.value)]) for clause in inside if clause.value is not None]
    count = len(numbers) + 1
    return Class(
        group,
        asking.ranked([(at, count - number) for at, number in pairs], 0),
        asking.ranked(pairs, 0),
        tuple(at for at, clause in enumerate(calculated) if _group(clause, overridden) == group),
    )


def _group(clause: Clause, overridden: set[str]) -> str:
    return clause.group if clause.group in overridden else ""


def _key(value: Known) -> Known:
    return NotOffered.BELOW if isinstance(value, NotOffered) else value
