"""The kernels of numpy answer what the boxes of a stage say of every row, and find places as a binary search would."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compile.columns_numba.drawn import drawn, plainly
from tierpolicy.compile.columns import choosing, finding, masks, numpy_bits
from tierpolicy.compile.columns.choosing import Tried
from tierpolicy.compile.columns.finding import cuts_reached
from tierpolicy.compile.columns.kernel import Kernel, Tables
from tierpolicy.compile.columns.numpy_bits import bits_kernel
from tierpolicy.compile.columns.numpy_boxes import boxes_kernel

patient = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
KERNELS = pytest.mark.parametrize("kernel_of", [boxes_kernel, bits_kernel])


def wrong(kernel_of: Callable[[Tables], Kernel], chance: Random, rows: int | None = None) -> str:
    tables = drawn(chance, rows)
    answers = tables.answers(kernel_of(tables.tables))
    for section, array, right in zip(tables.tables.sections, answers, plainly(tables), strict=True):
        if array.tolist() != right:
            return f"{section}: {array.tolist()} instead of {right}"
    return ""


@KERNELS
@patient
@given(chance=st.randoms(use_true_random=False))
def test_any_tables(kernel_of: Callable[[Tables], Kernel], chance: Random) -> None:
    assert not (said := wrong(kernel_of, chance)), said


def test_blocks_tiles_and_groups_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy_bits, "BLOCK", 100)
    for together in (1, 40, 1 << 15):
        monkeypatch.setattr(masks, "MOST_TOGETHER", together)
        for seed in range(30):
            assert not (said := wrong(bits_kernel, Random(seed))), said


def test_a_count_of_bits_without_the_instruction() -> None:
    numbers = np.random.default_rng(1).integers(0, 2**64 - 1, 1000, dtype=np.uint64, endpoint=True)
    bits = np.concatenate([numbers, np.array([0, 1, 2**63, 2**64 - 1], np.uint64)])
    right = [int(each).bit_count() for each in bits.tolist()]
    assert numpy_bits.counted_by_sixteen(bits).tolist() == right == numpy_bits.popcount(bits).tolist()


def test_either_way_of_numpy_is_tried_on_the_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "TRIED", 64)
    for seed in range(20):
        tables = drawn(Random(seed), 500)
        tried = Tried(tables.tables, "boxes", settled=False)
        assert [array.tolist() for array in tables.answers(tried)] == plainly(tables)
        assert tried.settled
        assert set(tried.made) == {"boxes", "bits"}


# ---------------------------------------------------------------- places

floats = st.floats(allow_nan=False) | st.floats(-100, 100) | st.sampled_from([0.0, 5e-324, -5e-324, 1e308, -1e308])
wholes = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)


@settings(deadline=None, max_examples=300)
@given(cuts=st.lists(floats, min_size=1, max_size=60, unique=True), values=st.lists(floats, min_size=1), data=st.data())
def test_places_among_floats(cuts: list[float], values: list[float], data: st.DataObject) -> None:
    near = data.draw(st.lists(st.sampled_from(cuts)))
    around = [math.nextafter(cut, side) for cut in near for side in (-math.inf, math.inf)]
    check(np.array(sorted(cuts)), np.array([*values, *near, *around]))


@settings(deadline=None, max_examples=300)
@given(
    cuts=st.lists(wholes, min_size=1, max_size=60, unique=True),
    values=st.lists(wholes, min_size=1),
    dtype=st.sampled_from([np.int8, np.int16, np.int32, np.int64]),
)
def test_places_among_whole_numbers(cuts: list[int], values: list[int], dtype: Any) -> None:
    ends = np.iinfo(dtype)
    kept = sorted({min(max(cut, int(ends.min)), int(ends.max)) for cut in cuts})
    near = [value + by for value in kept for by in (-1, 0, 1)]
    held = [value for value in (*values, *near) if ends.min <= value <= ends.max]
    check(np.array(kept, dtype), np.array(held, dtype))


def check(cuts: Any, values: Any) -> None:
    with np.errstate(all="ignore"):
        found = cuts_reached(cuts, values)
    assert found.tolist() == np.searchsorted(cuts, values, side="right").tolist()


def test_every_way_of_finding_places_is_taken() -> None:
    numbers = np.random.default_rng(3)
    even = np.linspace(0, 1, 100)
    uneven = np.array([0.0, *np.linspace(0.5, 0.5000001, 50), 1.0])
    values = numbers.random(1000)
    assert finding._by_buckets(even, values) is not None
    assert finding._by_buckets(uneven, values) is None
    for cuts in (even, uneven):
        check(cuts, np.append(values, [np.nan]) if cuts is uneven else values)


# ---------------------------------------------------------------- a mistake that the tests must see


@pytest.mark.parametrize("kernel_of", [bits_kernel])
def test_a_planted_mistake_is_found(kernel_of: Callable[[Tables], Kernel], monkeypatch: pytest.MonkeyPatch) -> None:
    first_word = numpy_bits._first_word

    def last_bit(held: Any) -> Any:
        word, bits = first_word(held)
        return word, bits & (bits - np.uint64(1)) if (bits & (bits - np.uint64(1))).any() else bits

    monkeypatch.setattr(numpy_bits, "_first_word", last_bit)
    assert any(wrong(kernel_of, Random(seed)) for seed in range(20))
