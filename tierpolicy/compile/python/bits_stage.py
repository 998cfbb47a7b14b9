"""Which statements of a stage count for a record: one whole number of boxes, and for each `first match` table a row.

Boxes are numbered so that the highest bit decides: the rows of `first match` tables lie lowest, first rows above later
ones, then all other statements, above them those that give to one attribute (the `foremost`), the best value highest.
So that attribute's best grant, like a table's row, is the length of the number.

A row of a table counts where it is the first that isn't false, if it is true. Its boxes are those where it isn't false;
where something is missing, the row found is asked whether it is true.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tierpolicy.cells.axes import Axes
from tierpolicy.cells.regions import Region
from tierpolicy.compile.normal import Clause, Normal, Selection, Stage
from tierpolicy.compile.python.bits_chain import Found, bit_length, found, within
from tierpolicy.compile.python.parts import NOTES, UNDETERMINED, Draft, Places
from tierpolicy.compile.python.trees import assign, call, combined, either, every, name, some, tuple_of, when
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import FieldRef


@frozen
class Chosen:
    """The row of a `first match` table that counts: `row` is an index into tables with `size` entries, one for each box
    of its rows, entry 0 for no row, and the last for no row where `otherwise` isn't in force."""

    row: ast.expr
    size: int


@frozen
class Counting:
    """Where the statements of a stage count, by the numbers of their conditions: `always`; where `boxes` has a bit of
    `masks`; where the row of one of the tables (`chosen`) is among `rows`. One that is in none of them never counts."""

    boxes: ast.expr
    count: int
    masks: Mapping[int, int]
    shares: Mapping[int, float]
    always: frozenset[int]
    rows: Mapping[int, tuple[int, range]]
    chosen: tuple[Chosen, ...]
    foremost: str

    def entries(self, clauses: Sequence[Clause], table: int) -> list[tuple[range, Clause]]:
        """The clauses of one table's rows, with their places among its entries."""
        return [(self.rows[c.condition][1], c) for c in clauses if self.rows.get(c.condition, (-1,))[0] == table]

    def boxed(self, clauses: Sequence[Clause]) -> list[tuple[int, Clause]]:
        """The clauses that count in some boxes, with these."""
        return [(self.masks[c.condition], c) for c in clauses if c.condition in self.masks]

    def unconditional(self, clauses: Sequence[Clause]) -> list[Clause]:
        return [clause for clause in clauses if clause.condition in self.always]


def counting(
    normal: Normal, number: int, stage: Stage, foremost: tuple[str, list[int]], draft: Draft, places: Places
) -> Counting:
    """Writes what finds out which statements of a stage count. `foremost` names an attribute, with the conditions of
    what is given to it, the worst first."""
    speaking = {clause.condition for decided in stage.attributes for clause in decided.clauses}
    always = frozenset(
        at for at in speaking if stage.conditions[at].selection is None and _is_everywhere(stage.conditions[at].region)
    )
    plain = [at for at in sorted(speaking) if stage.conditions[at].selection is None and at not in always]
    among = set(plain)
    last = [at for at in foremost[1] if at in among]
    among = set(last)
    order = [*(at for at in plain if at not in among), *last]
    tables = [_backwards(normal, number, selection) for selection in stage.selections]
    regions = [region for rows in tables for _, region in rows] + [stage.conditions[at].region for at in order]
    asked = {axis for region in regions for box in region for axis in box} | set(stage.axes)
    places.prepare(sorted(asked))
    held = found(regions, normal.axes, draft, places)
    masks = held.of[len(regions) - len(order) :]
    writing = _Choosing(normal, number, stage, draft, places, held)
    chosen = []
    rows: dict[int, tuple[int, range]] = {}
    start = taken = 0
    for at, (selection, own) in enumerate(zip(stage.selections, tables, strict=True)):
        size = sum(len(region) for _, region in own)
        mask = ((1 << size) - 1) << start
        chosen.append(writing.chosen(selection, own, mask, start, size))
        first = 1
        for row, region in own:
            rows[row] = at, range(first, first + len(region))
            first += len(region)
        if selection.otherwise is not None:
            rows[selection.otherwise] = at, range(1)
        start += size
        taken += len(own)
    return Counting(
        held.boxes,
        held.count,
        {at: mask for at, mask in zip(order, masks, strict=True) if mask},
        {at: share_of(stage.conditions[at].region, normal.axes) for at in order},
        always,
        rows,
        tuple(chosen),
        foremost[0] if last else "",
    )


def _is_everywhere(region: Region) -> bool:
    return any(not box for box in region)


def _backwards(normal: Normal, number: int, selection: Selection) -> list[tuple[int, Region]]:
    """The rows of a table, the last first, with where they aren't false."""
    return [(row, normal.possible(number, row)) for row in reversed(selection.rows)]


def share_of(region: Region, axes: Axes) -> float:
    """About which share of records lies in a region, were all cells alike."""
    share = 0.0
    for box in region:
        own = 1.0
        for axis, cells in box.items():
            held = axes.axes[axis]
            own *= cells.bit_count() / (held.known + len(held.others))
        share += own
    return min(share, 1.0)


# ---------------------------------------------------------------- rows of tables


@frozen
class _Choosing:
    normal: Normal
    number: int
    stage: Stage
    draft: Draft
    places: Places
    held: Found

    def chosen(self, selection: Selection, rows: list[tuple[int, Region]], mask: int, start: int, size: int) -> Chosen:
        draft = self.draft
        alone = mask.bit_count() == self.held.count
        own = self.held.boxes if alone else draft.assign("own", within(self.held.boxes, mask, draft))
        row = draft.assign("row", bit_length(own))
        if start:
            moved = combined(row, ast.Sub(), ast.Constant(start))
            draft.add(assign(row.id, either(row, moved, ast.Constant(0))))
        self._confirm(row, rows)
        otherwise = None if selection.otherwise is None else self.stage.conditions[selection.otherwise].region
        if otherwise is not None and not _is_everywhere(otherwise):
            standing = some(every(self.places.test(axis, cells) for axis, cells in box.items()) for box in otherwise)
            draft.add(assign(row.id, either(row, row, either(standing, ast.Constant(0), ast.Constant(size + 1)))))
        return Chosen(row, size + 2)

    def _confirm(self, row: ast.Name, rows: list[tuple[int, Region]]) -> None:
        """Where something is missing, a row that isn't false need not be true: then none counts."""
        regions = [self.stage.conditions[at].region for at, _ in rows]
        if all(region == possible for region, (_, possible) in zip(regions, rows, strict=True)):
            return
        axes = sorted({axis for region in regions for box in region for axis in box})
        by_box = [(), *(region for region, (_, possible) in zip(regions, rows, strict=True) for _ in possible)]
        held = [self.normal.axes.axes[axis] for axis in axes]
        numbers = [
            self.places.entry(axis, range(each.known + len(each.others))) for axis, each in zip(axes, held, strict=True)
        ]
        at = {axis: place for place, axis in enumerate(axes)}
        confirmed = self.draft.constant(Confirmed(by_box, at), "confirmed")
        asked = call(ast.Attribute(confirmed, "row", ast.Load()), row, tuple_of(numbers))
        possibles = {axis for _, possible in rows for box in possible for axis in box}
        lacking = [
            self.places.test(axis, self.normal.axes.axes[axis].missing)
            for axis in sorted(possibles)
            if not isinstance(self.normal.axes.axes[axis].subject, FieldRef) and self.normal.axes.axes[axis].missing
        ]
        noted = combined(name(NOTES), ast.BitAnd(), ast.Constant(UNDETERMINED))
        self.draft.add(when(some([noted, *lacking]), [assign(row.id, asked)]))


@frozen
class Confirmed:
    """Whether rows of a table are true: `regions` of where they are, by their boxes, and of every axis the place of its
    cell among those given."""

    regions: Sequence[Region]
    places: Mapping[int, int]

    def row(self, row: int, cells: tuple[int, ...]) -> int:
        """The row, or 0 where it isn't true; `cells` are the numbers of the record's cells."""
        places = self.places
        for box in self.regions[row]:
            if all(allowed >> cells[places[axis]] & 1 for axis, allowed in box.items()):
                return row
        return 0
