"""Attributes on a ladder of constant values, decided from the boxes of a record: best grant, limits, baselines.

A few ranks are told apart by a tree of tests, each whether any box is among the boxes of the better ranks; the tree is
shallow where records are expected to fall. Many ranks are searched by halves. The foremost attribute's boxes stand in
the order of what they give, so its rank is looked up by the highest bit.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from operator import or_

from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.compile.python.bits_chain import bit_length, within
from tierpolicy.compile.python.bits_stage import Counting
from tierpolicy.compile.python.parts import Draft
from tierpolicy.compile.python.trees import call, compare, either, item
from tierpolicy.frozen import frozen
from tierpolicy.model.values import Known
from tierpolicy.semantics.lattice import goodness

MOST_IN_A_TREE = 48
CERTAIN = 0.97

Leaf = Callable[[int], ast.expr]


@frozen
class Choice:
    """One of several outcomes: it comes about in `boxes`, of about a `share` of records, unless an earlier one does."""

    outcome: int
    boxes: int
    share: float


def ladder_value(decided: Decided, ladder: Sequence[Known], counting: Counting, draft: Draft) -> ast.expr:
    """Writes what decides an attribute on a ladder, worst first; gives its value."""
    ranks = {goodness(decided.attribute, value): rank for rank, value in enumerate(ladder)}

    def rank_of(clause: Clause) -> int:
        assert clause.value is not None
        return ranks[goodness(decided.attribute, clause.value)]

    start = ranks[goodness(decided.attribute, decided.start)]
    low = max([start, *map(rank_of, counting.unconditional(decided.grants))])
    high = min([len(ladder) - 1, *map(rank_of, counting.unconditional(decided.caps))])
    floor = max([0, *map(rank_of, counting.unconditional(decided.floors))])
    caps = [c for c in choices(decided.caps, rank_of, counting, best=False) if c.outcome < high]
    floors = [f for f in choices(decided.floors, rank_of, counting, best=True) if f.outcome > floor]
    simple = not caps and not floors
    values = tuple(ladder[max(min(rank, high), floor)] if simple else ladder[rank] for rank in range(len(ladder)))
    granted = _granted(decided, rank_of, low, counting, draft)
    if simple and len(granted) == 1:
        return granted[0](lambda rank: draft.constant(values[rank], "value"))
    rank = _ranked([part(ast.Constant) for part in granted], ast.Gt(), draft)
    if caps or high < len(ladder) - 1:
        highest = first_of(caps, high, counting, draft)(ast.Constant)
        rank = _ranked([rank, highest], ast.Lt(), draft)
    if floors or floor:
        rank = _ranked([rank, first_of(floors, floor, counting, draft)(ast.Constant)], ast.Gt(), draft)
    return draft.assign("value", item(draft.constant(values, "values"), rank))


def _ranked(ranks: list[ast.expr], better: ast.cmpop, draft: Draft) -> ast.expr:
    """The greatest (or least) of several ranks."""
    found = ranks[0]
    for rank in ranks[1:]:
        found = found if isinstance(found, ast.Name | ast.Constant) else draft.assign("rank", found)
        rank = rank if isinstance(rank, ast.Name | ast.Constant) else draft.assign("rank", rank)
        found = either(compare(found, better, rank), found, rank)
    return found


def _granted(
    decided: Decided, rank_of: Callable[[Clause], int], low: int, counting: Counting, draft: Draft
) -> list[Callable[[Leaf], ast.expr]]:
    """What looks up the best rank that is given, of boxes and of each table, `low` where none is better."""
    found: list[Callable[[Leaf], ast.expr]] = []
    boxed = [c for c in choices(decided.grants, rank_of, counting, best=True) if c.outcome > low]
    if boxed and counting.foremost == decided.attribute.name:
        found.append(_foremost(boxed, low, counting, draft))
    elif boxed:
        found.append(first_of(boxed, low, counting, draft))
    for at, chosen in enumerate(counting.chosen):
        given = counting.entries(decided.grants, at)
        if given:
            entries = [low] * chosen.size
            for places, clause in given:
                for place in places:
                    entries[place] = max(entries[place], rank_of(clause))
            found.append(_looked_up(entries, chosen.row, draft))
    return found or [lambda leaf: leaf(low)]


def _foremost(boxed: list[Choice], low: int, counting: Counting, draft: Draft) -> Callable[[Leaf], ast.expr]:
    """By the highest bit: above the boxes of a rank are only those of better ones."""
    entries = [low] * (counting.count + 1)
    for choice in reversed(boxed):
        first = (choice.boxes & -choice.boxes).bit_length()
        entries[first : choice.boxes.bit_length() + 1] = [choice.outcome] * (choice.boxes.bit_length() + 1 - first)
    return _looked_up(entries, bit_length(counting.boxes), draft)


def _looked_up(entries: list[int], at: ast.expr, draft: Draft) -> Callable[[Leaf], ast.expr]:
    def looked_up(leaf: Leaf) -> ast.expr:
        table = tuple(_told(leaf(entry), draft) for entry in entries)
        return draft.assign("value", item(draft.constant(table, "entries"), at))

    return looked_up


def _told(leaf: ast.expr, draft: Draft) -> object:
    """The value that a constant stands for."""
    if isinstance(leaf, ast.Constant):
        return leaf.value
    assert isinstance(leaf, ast.Name)
    return draft.constants[leaf.id]


# ---------------------------------------------------------------- the first of several outcomes


def choices(
    clauses: Sequence[Clause], outcome_of: Callable[[Clause], int], counting: Counting, best: bool
) -> list[Choice]:
    """What clauses say where they count in boxes: the greatest outcome first, or the least."""
    boxes: dict[int, int] = {}
    none: dict[int, float] = {}
    for mask, clause in counting.boxed(clauses):
        outcome = outcome_of(clause)
        boxes[outcome] = boxes.get(outcome, 0) | mask
        none[outcome] = none.get(outcome, 1.0) * (1.0 - min(CERTAIN, counting.shares[clause.condition]))
    return [Choice(each, boxes[each], 1.0 - none[each]) for each in sorted(boxes, reverse=best)]


def first_of(choices: list[Choice], otherwise: int, counting: Counting, draft: Draft) -> Callable[[Leaf], ast.expr]:
    """What finds the first outcome that comes about."""
    if len(choices) > MOST_IN_A_TREE:
        return _searched(choices, otherwise, counting, draft)
    left, shares = 1.0, []
    for choice in choices:
        shares.append(left * choice.share)
        left *= 1.0 - choice.share
    tree = _Tree(choices, otherwise, [*shares, left], counting, draft)
    return lambda leaf: draft.assign("value", tree.written(0, len(choices), leaf)) if choices else leaf(otherwise)


@frozen
class _Tree:
    choices: list[Choice]
    otherwise: int
    shares: list[float]
    counting: Counting
    draft: Draft

    def written(self, first: int, last: int, leaf: Leaf) -> ast.expr:
        """For the choices from `first` on; the one at `last`, or what is left where there is none, is sure."""
        if first == last:
            return leaf(self.otherwise if first == len(self.choices) else self.choices[first].outcome)
        half = sum(self.shares[first : last + 1]) / 2
        sums = list(accumulate(self.shares[first:last]))
        middle = first + min(range(last - first), key=lambda at: abs(sums[at] - half))
        boxes = 0
        for choice in self.choices[first : middle + 1]:
            boxes |= choice.boxes
        test = within(self.counting.boxes, boxes, self.draft)
        return either(test, self.written(first, middle, leaf), self.written(middle + 1, last, leaf))


def _searched(choices: list[Choice], otherwise: int, counting: Counting, draft: Draft) -> Callable[[Leaf], ast.expr]:
    so_far = tuple(accumulate((choice.boxes for choice in choices), or_))
    first = call(draft.constant(first_reached, "first_reached"), counting.boxes, draft.constant(so_far, "so_far"))
    return _looked_up([*(choice.outcome for choice in choices), otherwise], first, draft)


def first_reached(boxes: int, so_far: Sequence[int]) -> int:
    """The place of the first mask, each holding those before it, that shares a bit with the boxes; how many masks there
    are where none does."""
    low, high = 0, len(so_far)
    while low < high:
        middle = (low + high) >> 1
        if boxes & so_far[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def foremost_of(decided: Sequence[Decided]) -> tuple[str, list[int]]:
    """The attribute whose best grant is found by the highest bit, the one with the most ranks; with the conditions of
    its grants, the worst first."""
    ranked: Mapping[str, dict[tuple[int, int | float], list[int]]] = {
        each.attribute.name: _by_goodness(each) for each in decided if each.ladder is not None
    }
    name = max(ranked, key=lambda each: len(ranked[each]), default="")
    if not name or len(ranked[name]) < 2:
        return "", []
    return name, [condition for key in sorted(ranked[name]) for condition in ranked[name][key]]


def _by_goodness(decided: Decided) -> dict[tuple[int, int | float], list[int]]:
    found: dict[tuple[int, int | float], list[int]] = {}
    for clause in decided.grants:
        assert clause.value is not None
        found.setdefault(goodness(decided.attribute, clause.value), []).append(clause.condition)
    return found
