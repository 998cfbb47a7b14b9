"""A stage's bit program, carried out by numpy and by compiled code, answers what its boxes say of every row."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compile.columns_numba.drawn import Drawn, drawn, plainly
from tierpolicy.compile.columns.kernel import First, Kernel, Tables, Track
from tierpolicy.compile.columns.kernels_numpy import SlicedKernel, sliced_kernel
from tierpolicy.compile.columns.kernels_program import AND, OR, program_of


def compiled(tables: Tables) -> Kernel:
    pytest.importorskip("numba")
    from tierpolicy.compile.columns.numba_kernel import bits_kernel

    return bits_kernel(tables)


KERNELS = pytest.mark.parametrize("kernel_of", [sliced_kernel, compiled])
patient = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))


def differs(given: Drawn, kernel: Kernel) -> bool:
    answers = given.answers(kernel)
    return any(array.tolist() != plain for array, plain in zip(answers, plainly(given), strict=True))


@KERNELS
@patient
@given(chance=st.randoms(use_true_random=False))
def test_any_tables(kernel_of: Callable[[Tables], Kernel], chance: Random) -> None:
    drawn_ = drawn(chance)
    answers = drawn_.answers(kernel_of(drawn_.tables))
    for section, array, plain in zip(drawn_.tables.sections, answers, plainly(drawn_), strict=True):
        assert array.dtype == (section.codes.dtype if isinstance(section, First) else np.int64)
        assert array.tolist() == plain


@KERNELS
def test_no_rows(kernel_of: Callable[[Tables], Kernel]) -> None:
    for seed in range(20):
        given_ = drawn(Random(seed), rows=0)
        assert all(len(array) == 0 for array in given_.answers(kernel_of(given_.tables)))


def test_rows_beyond_what_registers_hold_are_answered_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.compile.columns.kernels_numpy.LEAST_ROWS", 128)
    monkeypatch.setattr("tierpolicy.compile.columns.kernels_numpy.MOST_BITS", 1)
    for seed in range(5):
        given_ = drawn(Random(seed), rows=1000)
        assert not differs(given_, sliced_kernel(given_.tables))


def test_a_step_that_is_another_is_found_out() -> None:
    """The planted mistake: boxes joined by `or`."""
    caught = 0
    for seed in range(40):
        given_ = drawn(Random(seed), rows=65)
        program = program_of(given_.tables)
        program.steps[program.steps[:, 0] == AND, 0] = OR
        caught += differs(given_, SlicedKernel(program))
    assert caught > 10


def test_a_box_of_several_sections_is_joined_once() -> None:
    """A rule that gives three attributes asks its comparisons once."""
    tracks = tuple(Track(at, 2, np.zeros(0, np.intp), None) for at in range(3))
    box = {0: 2, 1: 2, 2: 2}
    codes = np.array([1], np.uint8)

    def steps(sections: int) -> int:
        each = tuple(First(codes, 0, (box,)) for _ in range(sections))
        program = program_of(Tables(tracks, each))
        return int((program.steps[:, 0] == AND).sum())

    assert steps(3) == steps(1) == 2


def test_registers_are_used_again() -> None:
    """A program of many boxes needs registers for what is asked of tracks and for answers, not for boxes."""
    track = Track(0, 40, np.zeros(0, np.intp), None), Track(1, 40, np.zeros(0, np.intp), None)
    boxes = tuple({0: 1 << a, 1: 1 << b} for a in range(40) for b in range(40))
    section = First(np.ones(1600, np.uint8), 0, boxes)
    assert program_of(Tables(track, (section,))).registers < 200
