"""Attributes with something calculated, or that add up: gathered in variables that hold typed values.

The statements for a clause go into the body of the `if` of its condition. Numbers, amounts and days that are always
offered are compared as they are; for the rest the functions of `semantics.lattice` are called.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tierpolicy.cells.atoms import may_be_none
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.compile.python.parts import PROBLEMS, UNDETERMINED, Draft
from tierpolicy.compile.python.places import RecordPlaces
from tierpolicy.compile.python.trees import (
    NONE,
    assign,
    call,
    compare,
    either,
    is_,
    item,
    name,
    some,
    tuple_of,
    updated,
    when,
)
from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.lattice import better, capped, drawn, sum_of

COMPARED = Integer | Number | Percent | Money | Duration | Date
Given = list[tuple[Known, str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """One attribute while a function is written: `best`, `cap` and `floor` are its variables."""

    decided: Decided
    best: str
    cap: str
    floor: str

    @property
    def attribute(self) -> Attribute:
        return self.decided.attribute

    @property
    def agreeing(self) -> bool:
        return self.attribute.direction is Direction.NONE

    def begun(self, draft: Draft) -> Iterator[ast.stmt]:
        """What the variables hold before anything is given."""
        if self.agreeing:
            yield assign(self.best, ast.List([], ast.Load()))
        elif self.attribute.adds_up:
            yield assign(self.best, NONE)
        else:
            yield assign(self.best, draft.constant(self.decided.start))
        if self.decided.caps:
            yield assign(self.cap, tuple_of(()))
        if self.decided.floors:
            yield assign(self.floor, NONE)

    def said(self, clause: Clause, draft: Draft, places: RecordPlaces) -> list[ast.stmt]:
        """What a clause does where its condition counts."""
        if clause.value is not None:
            noted = [draft.note(PROBLEMS)] if clause.noted else []
            return [*noted, *self._gathered(clause, draft.constant(clause.value), draft)]
        with places.within() as body:
            value = draft.assign("said", places.value(clause.expr))
            silent = [MISSING, *(() if self.attribute.or_none else (NotOffered.BELOW, NotOffered.ABOVE))]
            if not may_be_none(clause.expr, places.normal.policy):
                silent = [MISSING]
            nothing = some(is_(value, draft.constant(each, "nothing")) for each in silent)
            given = [*self._drawn(value, clause, draft), *self._gathered(clause, value, draft)]
            draft.add(when(nothing, [draft.note(UNDETERMINED)], given))
        return body

    def _drawn(self, value: ast.Name, clause: Clause, draft: Draft) -> Iterator[ast.stmt]:
        """Draws the variable to the attribute's bounds; what adds up counts from 0, and is drawn as a sum."""
        adds = self.attribute.adds_up and clause.kind == "grant"
        if adds or (isinstance(self.attribute.type, COMPARED) and not self.attribute.or_none):
            low, high = (0, None) if adds else (self.attribute.low, self.attribute.high)
            for op, bound in ((ast.Lt(), low), (ast.Gt(), high)):
                if bound is not None:
                    beyond = compare(value, op, draft.constant(bound))
                    yield when(beyond, [assign(value.id, draft.constant(bound)), draft.note(PROBLEMS)])
            return
        kept = draft.fresh("kept")
        yield assign(kept, value)
        yield assign(value.id, call(draft.constant(_held_by(self.attribute), "held"), value))
        yield when(compare(value, ast.NotEq(), name(kept)), [draft.note(PROBLEMS)])

    def _gathered(self, clause: Clause, value: ast.expr, draft: Draft) -> Iterator[ast.stmt]:
        match clause.kind:
            case "grant" if self.agreeing:
                what = tuple_of([value, draft.constant(clause.group), draft.constant(clause.overrides, "overrides")])
                appended = call(ast.Attribute(name(self.best), "append", ast.Load()), what)
                yield ast.Expr(appended)
            case "grant" if self.attribute.adds_up:
                total = ast.BinOp(name(self.best), ast.Add(), value)
                yield assign(self.best, either(is_(name(self.best), NONE), value, total))
            case "grant":
                yield self._better(self.best, value, draft)
            case "floor":
                first = assign(self.floor, value)
                yield when(is_(name(self.floor), NONE), [first], [self._better(self.floor, value, draft)])
            case "value" | "within" | "without":
                cap = ast.Tuple([tuple_of([draft.constant(clause.kind), value])], ast.Load())
                yield updated(self.cap, ast.Add(), cap)

    def _better(self, variable: str, value: ast.expr, draft: Draft) -> ast.stmt:
        if isinstance(self.attribute.type, COMPARED) and not self.attribute.or_none:
            less = self.attribute.direction is Direction.LESS
            return when(compare(value, ast.Lt() if less else ast.Gt(), name(variable)), [assign(variable, value)])
        join = draft.constant(_joining(self.attribute), "better")
        return assign(variable, call(join, name(variable), value))

    def finished(self, draft: Draft) -> ast.expr:
        """The attribute's value, a variable."""
        if self.agreeing:
            found = draft.assign("agreed", call(draft.constant(_agreement(self.decided), "agreement"), name(self.best)))
            draft.add(updated("notes", ast.BitOr(), item(found, ast.Constant(1))))
            return draft.assign("value", item(found, ast.Constant(0)))
        if self.attribute.adds_up:
            found = draft.assign("total", call(draft.constant(_total(self.attribute), "total"), name(self.best)))
            draft.add(updated("notes", ast.BitOr(), item(found, ast.Constant(1))))
            value = draft.assign("value", item(found, ast.Constant(0)))
        else:
            value = name(self.best)
        if not self.decided.caps and not self.decided.floors:
            return value
        cap = name(self.cap) if self.decided.caps else tuple_of(())
        floor = name(self.floor) if self.decided.floors else NONE
        return draft.assign("value", call(draft.constant(_ending(self.attribute), "ending"), value, cap, floor))


# ---------------------------------------------------------------- what the generated function calls


def _held_by(attribute: Attribute) -> object:
    """A calculated value, drawn to bounds."""
    return lambda value: drawn(attribute, value)


def _joining(attribute: Attribute) -> object:
    return lambda one, other: better(attribute, one, other)


def _total(attribute: Attribute) -> object:
    """The sum, drawn to bounds, with what is to be noted; the worst value where nothing was given."""

    def total(given: int | None) -> tuple[object, int]:
        if given is None:
            return attribute.worst, 0
        found = sum_of(attribute, (given,))
        held = drawn(attribute, found)
        return held, 0 if held == found else PROBLEMS

    return total


def _ending(attribute: Attribute) -> object:
    """Limits, then baselines."""

    def ending(value: Known, caps: tuple[tuple[str, Known], ...], floor: Known | None) -> Known:
        for kind, cap in caps:
            value = capped(attribute, value, kind, cap)  # type: ignore[arg-type]
        return value if floor is None else better(attribute, value, floor)

    return ending


def _agreement(decided: Decided) -> object:
    """The one value that the rules give which no other leaves out, with what is to be noted."""

    def agreement(given: Given) -> tuple[Known, int]:
        left_out = {group for _, _, overrides in given for group in overrides}
        standing = [value for value, group, _ in given if group not in left_out]
        if not standing:
            return decided.start, 0
        if all(equal(value, standing[0]) for value in standing):
            return standing[0], 0
        return decided.start, PROBLEMS

    return agreement
