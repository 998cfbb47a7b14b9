"""Attributes with something calculated, or that add up, decided from the boxes of a record: see `gathering`.

Constant clauses are told at once; a calculated one is worked out only where its condition counts, found by tests that
halve what is left to look at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from math import gcd

from tierpolicy.cells.atoms import key_of
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.compile.python.bits_chain import within
from tierpolicy.compile.python.bits_stage import Chosen, Counting
from tierpolicy.compile.python.gathering import Gathered
from tierpolicy.compile.python.parts import Draft
from tierpolicy.compile.python.places import RecordPlaces
from tierpolicy.compile.python.trees import NONE, assign, call, compare, either, is_, is_not, item, name, when
from tierpolicy.frozen import frozen
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.lattice import better

BRANCHES = 4


def gathered_value(decided: Decided, counting: Counting, draft: Draft, places: RecordPlaces) -> ast.expr:
    """Writes what decides an attribute of which something is calculated or added up; gives its value."""
    gathered = Gathered(decided, *(draft.fresh(hint) for hint in ("best", "cap", "floor")))
    draft.add(*gathered.begun(draft))
    for clause in counting.unconditional(decided.clauses):
        draft.add(*gathered.said(clause, draft, places))
    constants = [clause for clause in decided.clauses if clause.value is not None]
    calculated = [clause for clause in decided.clauses if clause.value is None]
    _boxed_constants(gathered, counting.boxed(constants), counting.boxes, draft)
    draft.add(*_branched(_alike(decided, counting.boxed(calculated)), gathered, counting.boxes, draft, places))
    for at, chosen in enumerate(counting.chosen):
        _row_constants(gathered, counting.entries(constants, at), chosen, draft)
        entries = [(each.start, each.stop - 1, clause) for each, clause in counting.entries(calculated, at) if each]
        draft.add(*_halved(sorted(entries, key=lambda entry: entry[:2]), chosen.row, gathered, draft, places))
    return gathered.finished(draft)


# ---------------------------------------------------------------- what is calculated


def _alike(decided: Decided, clauses: list[tuple[int, Clause]]) -> list[tuple[int, Clause]]:
    """Clauses that say the same are one, but where they add up."""
    if decided.attribute.adds_up:
        return clauses
    masks: dict[object, int] = {}
    first: dict[object, Clause] = {}
    for mask, clause in clauses:
        key = clause.kind, key_of(clause.expr), clause.group, clause.overrides
        masks[key] = masks.get(key, 0) | mask
        first.setdefault(key, clause)
    return [(masks[key], clause) for key, clause in first.items()]


def _branched(
    clauses: Sequence[tuple[int, Clause]], gathered: Gathered, boxes: ast.expr, draft: Draft, places: RecordPlaces
) -> Iterator[ast.stmt]:
    """Each clause in an `if` of its own, these in common ones."""
    if len(clauses) <= BRANCHES:
        for mask, clause in clauses:
            yield when(within(boxes, mask, draft), gathered.said(clause, draft, places))
        return
    size = -(-len(clauses) // BRANCHES)
    for start in range(0, len(clauses), size):
        some = clauses[start : start + size]
        mask = 0
        for each, _ in some:
            mask |= each
        yield when(within(boxes, mask, draft), list(_branched(some, gathered, boxes, draft, places)))


def _halved(
    entries: Sequence[tuple[int, int, Clause]], row: ast.expr, gathered: Gathered, draft: Draft, places: RecordPlaces
) -> list[ast.stmt]:
    """What the row of a table says, found by halves."""
    if not entries:
        return []
    first, last = entries[0][0], entries[-1][1]
    if first == entries[-1][0]:
        said = [statement for *_, clause in entries for statement in gathered.said(clause, draft, places)]
        return [when(ast.Compare(ast.Constant(first), [ast.LtE(), ast.LtE()], [row, ast.Constant(last)]), said)]
    middle = entries[len(entries) // 2][0]
    middle = middle if middle > first else next(start for start, *_ in entries if start > first)
    below = [entry for entry in entries if entry[0] < middle]
    above = [entry for entry in entries if entry[0] >= middle]
    test = compare(row, ast.Lt(), ast.Constant(middle))
    return [when(test, _halved(below, row, gathered, draft, places), _halved(above, row, gathered, draft, places))]


# ---------------------------------------------------------------- what is constant


def _boxed_constants(gathered: Gathered, boxed: list[tuple[int, Clause]], boxes: ast.expr, draft: Draft) -> None:
    """What constant clauses say where they count in boxes."""
    grants = [(mask, clause) for mask, clause in boxed if clause.kind == "grant"]
    caps = [(mask, clause) for mask, clause in boxed if clause.kind not in ("grant", "floor")]
    floors = [(mask, clause) for mask, clause in boxed if clause.kind == "floor"]

    def asked(what: object) -> ast.expr:
        return call(draft.constant(what, "constants"), boxes)

    if grants and gathered.agreeing:
        _added_in(gathered.best, asked(_Given(tuple(_givens(grants)))), draft)
    elif grants and gathered.attribute.adds_up:
        _summed_in(gathered.best, asked(_sum(grants)), draft)
    elif grants:
        _joined_in(gathered.best, asked(_Best(gathered.attribute, _by_value(grants))), gathered.attribute, draft)
    if caps:
        said = tuple((mask, clause.kind, _value(clause)) for mask, clause in _merged(caps))
        _added_in(gathered.cap, asked(_Caps(said)), draft)
    if floors:
        _joined_in(gathered.floor, asked(_Best(gathered.attribute, _by_value(floors))), gathered.attribute, draft)


def _row_constants(gathered: Gathered, rows: list[tuple[range, Clause]], chosen: Chosen, draft: Draft) -> None:
    """What the constant grants of a table's rows give."""
    layers: list[list[object]] = []
    for places, clause in rows:
        given: object = _value(clause)
        if gathered.agreeing:
            given = ((given, clause.group, clause.overrides),)
        layer = next((each for each in layers if all(each[place] is None for place in places)), None)
        if layer is None:  # a row that gives the attribute twice
            layer = [None] * chosen.size
            layers.append(layer)
        for place in places:
            layer[place] = given
    for layer in layers:
        found = item(draft.constant(tuple(layer), "entries"), chosen.row)
        if gathered.agreeing:
            nothing = draft.constant((), "nothing")
            _added_in(gathered.best, ast.BoolOp(ast.Or(), [found, nothing]), draft)
        elif gathered.attribute.adds_up:
            _summed_in(gathered.best, found, draft)
        else:
            _joined_in(gathered.best, found, gathered.attribute, draft)


def _added_in(variable: str, more: ast.expr, draft: Draft) -> None:
    draft.add(ast.AugAssign(ast.Name(variable, ast.Store()), ast.Add(), more))


def _summed_in(variable: str, found: ast.expr, draft: Draft) -> None:
    """The sum of a variable and what was found, each None where nothing was given."""
    given, so_far = draft.assign("given", found), name(variable)
    total = either(is_(so_far, NONE), given, ast.BinOp(so_far, ast.Add(), given))
    draft.add(when(is_not(given, NONE), [assign(variable, total)]))


def _joined_in(variable: str, found: ast.expr, attribute: Attribute, draft: Draft) -> None:
    """The better of a variable and what was found, each None where nothing was given."""
    given = draft.assign("given", found)
    join = call(draft.constant(_Joining(attribute), "better"), name(variable), given)
    draft.add(when(is_not(given, NONE), [assign(variable, join)]))


def _value(clause: Clause) -> Known:
    assert clause.value is not None
    return clause.value


def _merged(clauses: list[tuple[int, Clause]]) -> list[tuple[int, Clause]]:
    masks: dict[tuple[str, Known], int] = {}
    first: dict[tuple[str, Known], Clause] = {}
    for mask, clause in clauses:
        key = clause.kind, _value(clause)
        masks[key] = masks.get(key, 0) | mask
        first.setdefault(key, clause)
    return [(masks[key], clause) for key, clause in first.items()]


def _by_value(clauses: list[tuple[int, Clause]]) -> tuple[tuple[int, Known], ...]:
    return tuple((mask, _value(clause)) for mask, clause in _merged(clauses))


def _givens(clauses: list[tuple[int, Clause]]) -> Iterator[tuple[int, tuple[Known, str, tuple[str, ...]]]]:
    masks: dict[tuple[Known, str, tuple[str, ...]], int] = {}
    for mask, clause in clauses:
        key = _value(clause), clause.group, clause.overrides
        masks[key] = masks.get(key, 0) | mask
    for key, mask in masks.items():
        yield mask, key


@frozen
class _Joining:
    attribute: Attribute

    def __call__(self, one: Known | None, other: Known) -> Known:
        return other if one is None else better(self.attribute, one, other)


@frozen
class _Given:
    said: tuple[tuple[int, tuple[Known, str, tuple[str, ...]]], ...]

    def __call__(self, boxes: int) -> list[tuple[Known, str, tuple[str, ...]]]:
        return [given for mask, given in self.said if boxes & mask]


@frozen
class _Caps:
    said: tuple[tuple[int, str, Known], ...]

    def __call__(self, boxes: int) -> tuple[tuple[str, Known], ...]:
        return tuple((kind, value) for mask, kind, value in self.said if boxes & mask)


@frozen
class _Best:
    attribute: Attribute
    said: tuple[tuple[int, Known], ...]

    def __call__(self, boxes: int) -> Known | None:
        best: Known | None = None
        for mask, value in self.said:
            if boxes & mask:
                best = value if best is None else better(self.attribute, best, value)
        return best


def _sum(grants: list[tuple[int, Clause]]) -> Callable[[int], int | None]:
    """The sum of what boxes give: of values, or of the binary digits of values, whichever are fewer."""
    every = 0
    by_value: dict[int, int] = {}
    for mask, clause in grants:
        value = _value(clause)
        assert isinstance(value, int)
        every |= mask
        by_value[value] = by_value.get(value, 0) | mask
    by_value.pop(0, None)
    step = gcd(*by_value) or 1
    by_digit: dict[int, int] = {}
    for value, mask in by_value.items():
        digits = value // step
        for place in range(digits.bit_length()):
            if digits >> place & 1:
                by_digit[step << place] = by_digit.get(step << place, 0) | mask
    return _Sum(every, tuple(min(by_value, by_digit, key=len).items()))


@frozen
class _Sum:
    """`every` are the boxes that give something, of which no two of one condition hold the same record."""

    every: int
    said: tuple[tuple[int, int], ...]

    def __call__(self, boxes: int) -> int | None:
        if not boxes & self.every:
            return None
        return sum(value * (boxes & mask).bit_count() for value, mask in self.said)
