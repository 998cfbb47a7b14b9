"""Where a variable's value lies on an axis, as expressions: tests for cells, and look-ups of an entry by cell.

One kind of spot for each form that a variable takes: numbers (NaN where nothing is known), values that are looked up,
yes and no, and what a set holds.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tierpolicy.cells.cells import Cells, runs
from tierpolicy.compile.python.parts import Draft
from tierpolicy.compile.python.trees import (
    call,
    compare,
    either,
    every,
    is_,
    is_not,
    item,
    method,
    name,
    not_,
    some,
)

MOST_COMPARED = 2
"""Cuts that are compared one after the other; more are searched."""
MOST_LISTED = 4096
"""Whole numbers from 0 on that have an entry each, where all cuts are among them."""


@dataclass(frozen=True, slots=True)
class OnLine:
    """A number, NaN in the cell of what is missing. `starts` are the numbers at which the known cells begin; the first
    cell's is never asked. `forms` are the other cells that the variable `form` may be in: an object for each.
    `counting` says that the number is a whole one, and never below 0."""

    draft: Draft
    variable: str
    starts: tuple[int | float, ...]
    missing: int | None
    form: str = ""
    forms: tuple[tuple[int, object], ...] = ()
    counting: bool = False

    def test(self, cells: Cells) -> ast.expr:
        known = (1 << len(self.starts)) - 1
        unknown = self.missing is not None and bool(cells >> self.missing & 1)
        if self.forms:
            own = [is_(name(self.form), self.draft.constant(held)) for cell, held in self.forms if cells >> cell & 1]
            return some([*self._within(cells & known), *own])
        if unknown:
            return not_(some(self._within(known & ~cells)))
        if self.missing is None and cells & known == known:
            return ast.Constant(True)
        return some(self._within(cells & known))

    def _within(self, cells: Cells) -> Iterator[ast.expr]:
        last = len(self.starts) - 1
        value = name(self.variable)
        for first, end in runs(cells):
            start = self.draft.constant(self.starts[first])
            if first == 0 and end == last:
                yield compare(value, ast.GtE(), self.draft.constant(-math.inf))
            elif first == 0:
                yield compare(value, ast.Lt(), self.draft.constant(self.starts[end + 1]))
            elif end == last:
                yield compare(value, ast.GtE(), start)
            else:
                after = self.draft.constant(self.starts[end + 1])
                yield ast.Compare(start, [ast.LtE(), ast.Lt()], [value, after])

    def entry(self, entries: Sequence[object]) -> ast.expr:
        found = self._known(entries)
        for cell, held in self.forms:
            if cell != self.missing:
                own = is_(name(self.form), self.draft.constant(held))
                found = either(own, self.draft.constant(entries[cell]), found)
        return found

    def _known(self, entries: Sequence[object]) -> ast.expr:
        """The entry of a number, that of what is missing for NaN."""
        cuts: list[int | float] = []
        kept = [entries[0]]
        for start, entry in zip(self.starts[1:], entries[1 : len(self.starts)], strict=True):
            if not same(entry, kept[-1]):
                cuts.append(start)
                kept.append(entry)
        missing = kept[0] if self.missing is None else entries[self.missing]
        value, constant = name(self.variable), self.draft.constant
        if len(cuts) <= MOST_COMPARED:
            found = constant(missing)
            if not same(kept[0], missing):
                test = compare(value, ast.Lt(), constant(cuts[0] if cuts else math.inf))
                found = either(test, constant(kept[0]), found)
            for cut, entry in zip(cuts, kept[1:], strict=True):
                found = either(compare(value, ast.GtE(), constant(cut)), constant(entry), found)
            return found
        if self.counting and cuts[0] > 0 and cuts[-1] <= MOST_LISTED:
            bounds = zip(kept, (0, *cuts), cuts, strict=False)
            listed = tuple(entry for entry, low, high in bounds for _ in range(math.ceil(low), math.ceil(high)))
            beyond = either(compare(value, ast.GtE(), constant(cuts[-1])), constant(kept[-1]), constant(missing))
            return either(
                compare(value, ast.Lt(), constant(cuts[-1])), item(constant(listed, "entries"), value), beyond
            )
        table = constant((*kept, missing), "entries")
        return item(table, call("bisect", constant((*cuts, math.inf), "cuts"), value))


@dataclass(frozen=True, slots=True)
class Among:
    """A value that is looked up: `places` are the cells of those that are told apart, `rest` that of all others."""

    draft: Draft
    variable: str
    places: Mapping[object, int]
    rest: int | None = None

    def test(self, cells: Cells) -> ast.expr:
        inside = [value for value, cell in self.places.items() if cells >> cell & 1]
        outside = [value for value, cell in self.places.items() if not cells >> cell & 1]
        if (self.rest is not None and cells >> self.rest & 1) or (self.rest is None and not outside):
            return self._is_none_of(outside)
        if self.rest is None and len(outside) < len(inside) and len(outside) == 1:
            return self._is_none_of(outside)
        return self._is_one_of(inside)

    def _is_one_of(self, values: list[object]) -> ast.expr:
        if len(values) > 1:
            return compare(name(self.variable), ast.In(), self.draft.constant(frozenset(values), "labels"))
        return some(self._is(value, ast.Is(), ast.Eq()) for value in values)

    def _is_none_of(self, values: list[object]) -> ast.expr:
        if len(values) > 1:
            return compare(name(self.variable), ast.NotIn(), self.draft.constant(frozenset(values), "labels"))
        return every(self._is(value, ast.IsNot(), ast.NotEq()) for value in values)

    def _is(self, value: object, same_object: ast.cmpop, equal: ast.cmpop) -> ast.expr:
        return compare(name(self.variable), equal if type(value) is str else same_object, self.draft.constant(value))

    def entry(self, entries: Sequence[object]) -> ast.expr:
        table = self.draft.constant({value: entries[cell] for value, cell in self.places.items()}, "entries")
        if self.rest is None:
            return item(table, name(self.variable))
        return method(table, "get", name(self.variable), self.draft.constant(entries[self.rest]))


@dataclass(frozen=True, slots=True)
class YesOrNo:
    """One of a few objects, told apart by identity: True, False and what stands for the other cells."""

    draft: Draft
    variable: str
    objects: tuple[object, ...]

    def test(self, cells: Cells) -> ast.expr:
        inside = [held for cell, held in enumerate(self.objects) if cells >> cell & 1]
        outside = [held for cell, held in enumerate(self.objects) if not cells >> cell & 1]
        value = name(self.variable)
        if len(outside) <= 1:
            return every(is_not(value, self.draft.constant(held)) for held in outside)
        return some(is_(value, self.draft.constant(held)) for held in inside)

    def entry(self, entries: Sequence[object]) -> ast.expr:
        found = self.draft.constant(entries[len(self.objects) - 1])
        for held, entry in list(zip(self.objects, entries, strict=True))[-2::-1]:
            test = is_(name(self.variable), self.draft.constant(held))
            found = either(test, self.draft.constant(entry), found)
        return found


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a set holds a label: the cells no, yes, and missing where it may be absent. `other` are what stands for a
    set that isn't offered: it holds nothing."""

    draft: Draft
    variable: str
    label: str
    absent: object | None = None
    may_be_absent: bool = False
    other: tuple[object, ...] = ()

    def test(self, cells: Cells) -> ast.expr:
        return some(self._cell(cell) for cell in range(3) if cells >> cell & 1 and (cell < 2 or self.may_be_absent))

    def _cell(self, cell: int) -> ast.expr:
        value = name(self.variable)
        there = [is_not(value, self.draft.constant(self.absent))] if self.may_be_absent else []
        offered = [is_not(value, self.draft.constant(each)) for each in self.other]
        held = compare(self.draft.constant(self.label), ast.In(), value)
        match cell:
            case 1:
                return every([*there, *offered, held])
            case 0:
                not_held = every([*offered, held])
                return every([*there, not_(not_held)])
            case _:
                return is_(value, self.draft.constant(self.absent))

    def entry(self, entries: Sequence[object]) -> ast.expr:
        found = either(self._cell(1), self.draft.constant(entries[1]), self.draft.constant(entries[0]))
        if not self.may_be_absent:
            return found
        return either(self._cell(2), self.draft.constant(entries[2]), found)


Spot = OnLine | Among | YesOrNo | Holding


def same(one: object, other: object) -> bool:
    """True where two entries need not be told apart."""
    return one is other or (type(one) is type(other) is int and one == other)
