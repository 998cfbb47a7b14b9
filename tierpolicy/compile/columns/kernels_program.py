"""From the tables of a stage to a bit program: whole bitmaps of rows joined by and, or, and-not.

A register is a bitmap of the rows at hand, one bit a row. The inputs say for every track which rows are at a place or
one above it; steps make of these the rows that lie in each box, the rows of each code, and at last the binary digits of
the codes (or sums) themselves, bitmap by bitmap. One step answers as many rows as a register has bits, whatever the
number of rules that hold them (Y. Li and J. M. Patel, "BitWeaving: fast scans for main memory data processing", SIGMOD
2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tierpolicy.cells.cells import runs
from tierpolicy.compile.columns.kernel import First, Places, Section, Sum, Tables

AND, OR, AND_NOT = range(3)
NONE, ALL = 0, 1
"""The registers that hold no row and every row."""
BEGIN = 2

Register = int
Steps = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Result:
    """A section's answer: `digits` are the registers of its binary digits, the lowest first; the array's type."""

    digits: tuple[Register, ...]
    dtype: np.dtype[np.generic]


@dataclass(frozen=True, slots=True)
class Program:
    """`inputs[t]` is the first of track t's registers: register `inputs[t] + p` is to hold the rows at place p or above
    (for p = 0: all). `steps` are rows (operation, to, one, other), carried out in order."""

    inputs: tuple[Register, ...]
    counts: tuple[int, ...]
    registers: int
    steps: Steps
    results: tuple[Result, ...]


@dataclass(slots=True)
class _Draft:
    """Registers in use and steps so far. A register that nobody holds any more holds something else later; those that
    aren't in `holders` are held for good."""

    registers: int = BEGIN
    steps: list[tuple[int, Register, Register, Register]] = field(default_factory=list)
    free: list[Register] = field(default_factory=list)
    holders: dict[Register, int] = field(default_factory=dict)

    def several(self, count: int) -> Register:
        self.registers += count
        return self.registers - count

    def hold(self, register: Register) -> None:
        if register in self.holders:
            self.holders[register] += 1

    def let_go(self, register: Register) -> None:
        if register in self.holders:
            self.holders[register] -= 1
            if not self.holders[register]:
                del self.holders[register]
                self.free.append(register)

    def keep(self, register: Register) -> None:
        self.holders.pop(register, None)

    def step(self, operation: int, one: Register, other: Register, to: Register | None = None) -> Register:
        """What the step gives, in a register that the caller holds (or the one it names, perhaps one of those read)."""
        if to is None:
            to = self.free.pop() if self.free else self.several(1)
            self.holders[to] = 1
        self.steps.append((operation, to, one, other))
        return to

    def joined(self, known: Register, further: Register) -> Register:
        """The rows of both, where the caller holds `known`: written over it where nobody else does."""
        if known == NONE:
            self.hold(further)
            return further
        if self.holders.get(known) == 1:
            return self.step(OR, known, further, known)
        self.let_go(known)
        return self.step(OR, known, further)


def program_of(tables: Tables) -> Program:
    """The bit program of a stage; its length is linear in the boxes of the stage and what they ask."""
    draft = _Draft()
    inputs = tuple(draft.several(track.count) for track in tables.tracks)
    counts = tuple(track.count for track in tables.tracks)
    asked = _Asked(draft, inputs, counts)
    gatherings = [_gathering(section, draft) for section in tables.sections]
    for box, said in _said(tables.sections):
        held = asked.rows_in(box)
        for section, place in said:
            gatherings[section].add(place, held)
        draft.let_go(held)
    results = tuple(each.result() for each in gatherings)
    steps = np.array(draft.steps, np.int32).reshape(-1, 4)
    return Program(inputs, counts, draft.registers, steps, results)


def _said(sections: tuple[Section, ...]) -> list[tuple[Mapping[int, Places], list[tuple[int, int]]]]:
    """Every box once, with the places in the sections where it stands, those that ask alike next to one another."""
    found: dict[tuple[tuple[int, Places], ...], list[tuple[int, int]]] = {}
    for number, section in enumerate(sections):
        for place, box in enumerate(section.boxes):
            found.setdefault(tuple(sorted(box.items())), []).append((number, place))
    return [(dict(key), found[key]) for key in sorted(found)]


@dataclass(slots=True)
class _Asked:
    """What boxes ask of single tracks, each once; and the rows that lie in a box."""

    draft: _Draft
    inputs: tuple[Register, ...]
    counts: tuple[int, ...]
    known: dict[tuple[int, Places], Register] = field(default_factory=dict)

    def rows_in(self, box: Mapping[int, Places]) -> Register:
        """The register of a box's rows, which the caller holds."""
        parts = [self.rows_at(track, places) for track, places in box.items()]
        if not parts:
            return ALL
        held = parts[0]
        for at, part in enumerate(parts[1:]):
            held = self.draft.step(AND, held, part, None if at == 0 else held)
        return held

    def rows_at(self, track: int, places: Places) -> Register:
        """The register of the rows at one of the places of a track."""
        key = track, places & ((1 << self.counts[track]) - 1)
        if key not in self.known:
            self.known[key] = self._found(*key)
            self.draft.keep(self.known[key])
        return self.known[key]

    def _found(self, track: int, places: Places) -> Register:
        held = NONE
        for first, last in runs(places):
            at_least = ALL if first == 0 else self.inputs[track] + first
            above = NONE if last + 1 == self.counts[track] else self.inputs[track] + last + 1
            stretch = at_least if above == NONE else self.draft.step(AND_NOT, at_least, above)
            held = self.draft.joined(held, stretch)
        return held


@dataclass(slots=True)
class _Codes:
    """The codes of a `First` section: the rows of each stretch of boxes with one code, before the digits are made."""

    section: First
    draft: _Draft
    stretch: tuple[int, ...]
    codes: tuple[int, ...]
    rows: dict[int, Register] = field(default_factory=dict)

    def add(self, place: int, held: Register) -> None:
        at = self.stretch[place]
        self.rows[at] = self.draft.joined(self.rows.get(at, NONE), held)

    def result(self) -> Result:
        """The digits: of every row the first stretch that holds it."""
        draft, nothing = self.draft, self.section.nothing
        digits = [NONE] * max(nothing, *self.codes, 0).bit_length()
        rest = ALL
        there = [(code, self.rows[at]) for at, code in enumerate(self.codes) if at in self.rows]
        for at, (code, rows) in enumerate(there):
            mine = draft.step(AND, rows, rest) if rest != ALL and code else rows
            self._note(digits, code, mine)
            if mine != rows:
                draft.let_go(mine)
            if nothing or at + 1 < len(there):
                rest = draft.step(AND_NOT, rest, rows, None if rest == ALL else rest)
            draft.let_go(rows)
        self._note(digits, nothing, rest)
        return Result(tuple(digits), self.section.codes.dtype)

    def _note(self, digits: list[Register], code: int, rows: Register) -> None:
        for place in range(code.bit_length()):
            if code >> place & 1:
                digits[place] = self.draft.joined(digits[place], rows)


@dataclass(slots=True)
class _Weights:
    """The digits of a `Sum` section: bitmaps waiting at each binary place, three of them made two by a full adder."""

    section: Sum
    draft: _Draft
    waiting: list[list[Register]] = field(default_factory=list)

    def add(self, place: int, held: Register) -> None:
        weight = self.section.weights[place]
        for digit in range(weight.bit_length()):
            if weight >> digit & 1:
                self._carry(digit, self.draft.step(OR, held, NONE))

    def _carry(self, digit: int, held: Register) -> None:
        while len(self.waiting) <= digit:
            self.waiting.append([])
        here = self.waiting[digit]
        here.append(held)
        if len(here) == 3:
            self._join(digit, here)

    def _join(self, digit: int, here: list[Register]) -> None:
        """Three bitmaps (or two) as the one of their sum's last digit and the one that is carried."""
        draft = self.draft
        one, other = here.pop(), here.pop()
        carried = draft.step(AND, one, other)
        draft.step(OR, one, other, one)
        draft.step(AND_NOT, one, carried, one)
        if here:
            third = here.pop()
            draft.step(AND, one, third, other)
            draft.step(OR, one, third, one)
            draft.step(AND_NOT, one, other, one)
            draft.step(OR, carried, other, carried)
            draft.let_go(third)
        draft.let_go(other)
        here.append(one)
        self._carry(digit + 1, carried)

    def result(self) -> Result:
        digits = []
        digit = 0
        while digit < len(self.waiting):
            here = self.waiting[digit]
            if len(here) == 2:
                self._join(digit, here)
            digits.append(here[0] if here else NONE)
            digit += 1
        return Result(tuple(digits), np.dtype(np.int64))


def _gathering(section: Section, draft: _Draft) -> _Codes | _Weights:
    if isinstance(section, Sum):
        return _Weights(section, draft)
    stretch: list[int] = []
    codes: list[int] = []
    for code in section.codes[: len(section.boxes)].tolist():
        if not codes or codes[-1] != code:
            codes.append(code)
        stretch.append(len(codes) - 1)
    return _Codes(section, draft, tuple(stretch), tuple(codes))
