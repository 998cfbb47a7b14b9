"""What the attributes of a stage ask of its conditions, as sections of boxes that a kernel answers.

Most of what a decision needs is of one form: of the clauses that count, the best (for limits the strictest) code. A
row of a `first match` table counts by the table's own section, which says which row it is; a small table then says what
that row gives.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tierpolicy.cells.regions import Box
from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.compile.columns.packing import Asked, FirstAsked, SumAsked
from tierpolicy.compile.normal import Normal, Selection, Stage

Answered = Sequence[Array]
"""What a kernel found, by section."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The highest (or lowest) code of several sections, each perhaps read through a table; `nothing` without any."""

    reads: tuple[tuple[int, Array | None], ...]
    nothing: int
    lowest: bool = False

    @property
    def settled(self) -> bool:
        """True where it is `nothing` for every record."""
        return not self.reads

    def codes(self, answered: Answered, rows: int) -> Array:
        """The code of every row, unsigned."""
        found: Array | None = None
        for section, table in self.reads:
            codes = answered[section] if table is None else np.take(table, answered[section])
            join = np.minimum if self.lowest else np.maximum
            found = codes if found is None else join(found, codes)
        return np.full(rows, self.nothing, dtype=fitting(self.nothing)) if found is None else found

    def holds(self, answered: Answered, rows: int) -> Bools | None:
        """Where the code isn't 0; None where that is nowhere."""
        if self.settled and not self.nothing:
            return None
        found: Bools = self.codes(answered, rows) != 0
        return found


NEVER: Final = Ranked((), 0)


def fitting(largest: int) -> type[np.unsignedinteger]:
    """The smallest type of codes."""
    return np.uint8 if largest <= 0xFF else np.uint16 if largest <= 0xFFFF else np.uint32


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum of weights: sections as they are, those of tables through what each row gives, each times a factor."""

    reads: tuple[tuple[int, Array | None, int], ...]


@dataclass(slots=True)
class Asking:
    """The sections of a stage while they are gathered; the same is asked once."""

    normal: Normal
    number: int
    sections: list[Asked] = field(default_factory=list)
    known: dict[Hashable, Ranked] = field(default_factory=dict)
    selected: dict[int, int] = field(default_factory=dict)
    rows: dict[int, tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = {}
        for at, selection in enumerate(self.stage.selections):
            for row, condition in enumerate(selection.rows):
                self.rows[condition] = at, row
            if selection.otherwise is not None:
                self.rows[selection.otherwise] = at, len(selection.rows)

    @property
    def stage(self) -> Stage:
        return self.normal.stages[self.number]

    def truth(self, condition: int) -> Ranked:
        """1 where a condition counts."""
        return self.ranked([(condition, 1)], 0)

    def ranked(self, pairs: Iterable[tuple[int, int]], nothing: int, lowest: bool = False) -> Ranked:
        """The highest (lowest) of the codes whose conditions count, and of `nothing`."""
        sign = -1 if lowest else 1
        plain: list[tuple[int, int]] = []
        by_table: dict[int, dict[int, int]] = {}
        for condition, code in pairs:
            if condition not in self.rows:
                plain.append((condition, code))
                continue
            at, row = self.rows[condition]
            rows = by_table.setdefault(at, {})
            rows[row] = max(rows.get(row, nothing), code, key=lambda each: sign * each)
        key = tuple(sorted(set(plain))), tuple((at, tuple(rows.items())) for at, rows in by_table.items()), nothing
        if (key, lowest) not in self.known:
            self.known[key, lowest] = self._ranked(key[0], by_table, nothing, sign)
        return self.known[key, lowest]

    def _ranked(
        self, plain: Iterable[tuple[int, int]], by_table: dict[int, dict[int, int]], nothing: int, sign: int
    ) -> Ranked:
        conditions = self.stage.conditions
        for condition, code in plain:
            if any(not box for box in conditions[condition].region):  # whatever the record is
                nothing = max(nothing, code, key=lambda each: sign * each)
        boxes: list[Box] = []
        codes: list[int] = []
        for condition, code in sorted(plain, key=lambda pair: -sign * pair[1]):
            if sign * code > sign * nothing:
                boxes += conditions[condition].region
                codes += [code] * len(conditions[condition].region)
        reads: list[tuple[int, Array | None]] = []
        if boxes:
            reads.append((self._section(FirstAsked(boxes, codes, nothing)), None))
        for at, rows in by_table.items():
            if any(sign * code > sign * nothing for code in rows.values()):
                reads.append((self._selection(at), self._by_row(at, rows, nothing, sign)))
        return Ranked(tuple(reads), nothing, lowest=sign < 0)

    def _by_row(self, at: int, rows: dict[int, int], nothing: int, sign: int) -> Array:
        found = [nothing] * (len(self.stage.selections[at].rows) + 2)
        for row, code in rows.items():
            found[row] = max(nothing, code, key=lambda each: sign * each)
        return np.array(found, dtype=fitting(max(found)))

    def summed(self, pairs: Iterable[tuple[int, int]]) -> Summed:
        """The sum of the weights (none is negative) whose conditions count, in parts that don't overflow."""
        plain: list[tuple[Box, int]] = []
        by_table: dict[int, list[int]] = {}
        for condition, weight in pairs:
            if condition in self.rows:
                at, row = self.rows[condition]
                given = by_table.setdefault(at, [0] * (len(self.stage.selections[at].rows) + 2))
                given[row] = min(given[row] + weight, 2**63 - 1)
            else:
                plain += [(box, weight) for box in self.stage.conditions[condition].region]
        reads: list[tuple[int, Array | None, int]] = []
        for factor, part in _parts_of(sorted((pair for pair in plain if pair[1]), key=lambda pair: pair[1])):
            section = self._section(SumAsked([box for box, _ in part], [weight for _, weight in part]))
            reads.append((section, None, factor))
        for at, weights in by_table.items():
            reads.append((self._selection(at), np.array(weights, dtype=np.int64), 1))
        return Summed(tuple(reads))

    def _selection(self, at: int) -> int:
        """The section that says which row of a table counts: its number, that of `otherwise` after them, or one more.

        Rows stand in order, the boxes of one in which it is true before those in which it isn't false: where the
        latter come first, the row is unknown, and none of the others counts.
        """
        if at not in self.selected:
            selection = self.stage.selections[at]
            last = len(selection.rows)
            boxes: list[Box] = []
            codes: list[int] = []
            for row, condition in enumerate(selection.rows):
                true = self.stage.conditions[condition].region
                possible = self.normal.possible(self.number, condition)
                unknown = () if possible == true else possible
                boxes += [*true, *unknown]
                codes += [row] * len(true) + [last if selection.otherwise is not None else last + 1] * len(unknown)
            boxes, codes = self._with_otherwise(selection, boxes, codes)
            self.selected[at] = self._section(FirstAsked(boxes, codes, last + 1))
        return self.selected[at]

    def _with_otherwise(self, selection: Selection, boxes: list[Box], codes: list[int]) -> tuple[list[Box], list[int]]:
        if selection.otherwise is None:
            return boxes, codes
        days = self.stage.conditions[selection.otherwise].region
        return [*boxes, *days], codes + [len(selection.rows)] * len(days)

    def _section(self, asked: Asked) -> int:
        self.sections.append(asked)
        return len(self.sections) - 1


def _parts_of(plain: list[tuple[Box, int]]) -> list[tuple[int, list[tuple[Box, int]]]]:
    """The weights, where their sum might not fit in halves of their digits: with a factor each."""
    if sum(weight for _, weight in plain) < 2**62:
        return [(1, plain)] if plain else []
    low = sorted(((box, weight % 2**31) for box, weight in plain), key=lambda pair: pair[1])
    return [(2**31, [(box, weight >> 31) for box, weight in plain]), (1, low)]
