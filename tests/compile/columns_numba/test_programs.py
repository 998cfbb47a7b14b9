"""A stage's bit program answers what its boxes say of every row: taken by its word, and as compiled code does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compile.columns_numba.drawn import Drawn, drawn, places_of, plainly
from tierpolicy.compile.columns.kernel import First, Tables, Track
from tierpolicy.compile.columns.kernels_program import ALL, AND, AND_NOT, OR, Program, program_of

patient = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
Answers = Callable[[Drawn], list[list[int]]]


def taken_by_its_word(given: Drawn) -> list[list[int]]:
    return carried_out(program_of(given.tables), given)


def compiled(given: Drawn) -> list[list[int]]:
    pytest.importorskip("numba")
    from tierpolicy.compile.columns.numba_kernel import bits_kernel

    arrays = given.answers(bits_kernel(given.tables))
    for section, array in zip(given.tables.sections, arrays, strict=True):
        assert array.dtype == (section.codes.dtype if isinstance(section, First) else np.int64)
    return [array.tolist() for array in arrays]


def carried_out(program: Program, given: Drawn) -> list[list[int]]:
    """A program with whole numbers as registers, bit n for row n."""
    every = (1 << given.rows) - 1
    registers = [0] * program.registers
    registers[ALL] = every
    for first, count, places in zip(program.inputs, program.counts, places_of(given), strict=True):
        for at in range(count):
            registers[first + at] = sum(1 << row for row, place in enumerate(places) if place >= at)
    for operation, to, one, other in program.steps.tolist():
        left, right = registers[one], registers[other]
        registers[to] = {AND: left & right, OR: left | right, AND_NOT: left & ~right}[operation]
    return [
        [
            sum((registers[held] >> row & 1) << digit for digit, held in enumerate(result.digits))
            for row in range(given.rows)
        ]
        for result in program.results
    ]


WAYS = pytest.mark.parametrize("way", [taken_by_its_word, compiled])


@WAYS
@patient
@given(chance=st.randoms(use_true_random=False))
def test_any_tables(way: Answers, chance: Random) -> None:
    given_ = drawn(chance)
    assert way(given_) == plainly(given_)


@WAYS
def test_no_rows(way: Answers) -> None:
    for seed in range(20):
        given_ = drawn(Random(seed), rows=0)
        assert way(given_) == [[] for _ in given_.tables.sections]


def test_what_stands_in_memory_beside_a_column_is_not_read() -> None:
    """Blocks are of 512 rows; the last one is filled up with rows of its own."""
    pytest.importorskip("numba")
    from tierpolicy.compile.columns.numba_kernel import bits_kernel

    for rows in (1, 511, 512, 513):
        given_ = drawn(Random(rows), rows=2048)
        fewer = replace(given_, rows=rows, looks=tuple(look and _first(look, rows) for look in given_.looks))
        arrays = fewer.answers(bits_kernel(fewer.tables))
        assert [array.tolist() for array in arrays] == [answer[:rows] for answer in plainly(given_)]


def _first(look: object, rows: int) -> object:
    missing = None if look.missing is None else look.missing[:rows]
    return replace(look, values=look.values[:rows], missing=missing)


@pytest.mark.parametrize("steps", ["of the program", "of compiled code"])
def test_a_step_that_is_another_is_found_out(steps: str) -> None:
    """The planted mistake: boxes joined by `or`."""
    caught = 0
    for seed in range(40):
        given_ = drawn(Random(seed), rows=65)
        program = program_of(given_.tables)
        program.steps[program.steps[:, 0] == AND, 0] = OR
        caught += _wrongly(program, given_, steps) != plainly(given_)
    assert caught > 10


def _wrongly(program: Program, given: Drawn, steps: str) -> list[list[int]]:
    if steps == "of the program":
        return carried_out(program, given)
    pytest.importorskip("numba")
    from tierpolicy.compile.columns.numba_kernel import BitsKernel, digits_of, steps_of

    return [array.tolist() for array in given.answers(BitsKernel(program, steps_of(program), digits_of(program)))]


def test_a_box_of_several_sections_is_joined_once() -> None:
    """A rule that gives three attributes asks its comparisons once."""
    tracks = tuple(Track(at, 2, np.zeros(0, np.intp), None) for at in range(3))
    box = {0: 2, 1: 2, 2: 2}
    section = First(np.array([1], np.uint8), 0, (box,))

    def joins(sections: int) -> int:
        return int((program_of(Tables(tracks, (section,) * sections)).steps[:, 0] == AND).sum())

    assert joins(3) == joins(1) == 2


def test_registers_are_used_again() -> None:
    """A program of many boxes needs registers for what is asked of tracks and for answers, not for boxes."""
    tracks = tuple(Track(at, 40, np.zeros(0, np.intp), None) for at in range(2))
    boxes = tuple({0: 1 << a, 1: 1 << b} for a in range(40) for b in range(40))
    section = First(np.ones(1600, np.uint8), 0, boxes)
    assert program_of(Tables(tracks, (section,))).registers < 200
