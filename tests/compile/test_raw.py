"""Raw cuts: what is compared with raw values has the same truth as what is compared with typed ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierpolicy.compile.python.raw import EXACT, bounds_of, raw_cut, raw_of
from tierpolicy.model.types import DURATION, INTEGER, MONEY, NUMBER, PERCENT, Type
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.convert import converted
from tierpolicy.source import Span

SCALES = [1.0, 60.0, 100.0, 3_600.0, 10_000.0]
AMOUNTS = st.one_of(st.integers(-1_000, 1_000), st.integers(-EXACT, EXACT))


def field(type_: Type, **more: object) -> Field:
    return Field("f", type_, Span("", 0, 0), **more)  # type: ignore[arg-type]


@given(AMOUNTS, st.sampled_from(SCALES))
def test_a_cut_is_the_least_raw_value_that_is_rounded_that_far(key: int, scale: float) -> None:
    cut = raw_cut(key, scale)
    assert round(cut * scale) >= key
    assert round(math.nextafter(cut, -math.inf) * scale) < key


@given(AMOUNTS, st.sampled_from(SCALES), st.one_of(st.floats(-1e15, 1e15), st.integers(-(10**12), 10**12)))
def test_raw_values_compare_with_a_cut_as_typed_ones_with_the_amount(key: int, scale: float, raw: float) -> None:
    for near in (raw, math.nextafter(key / scale, math.inf), key / scale, (key + 0.5) / scale, (key - 0.5) / scale):
        assert (near >= raw_cut(key, scale)) == (round(near * scale) >= key)


@given(st.sampled_from([MONEY, PERCENT, DURATION]), AMOUNTS)
def test_a_raw_value_is_read_as_the_typed_one_that_it_was_made_of(type_: Type, value: int) -> None:
    raw = raw_of(value, field(type_))
    assert raw is None or converted(raw, field(type_)) == value
    assert raw is not None or abs(value) > 2**45


@pytest.mark.parametrize("type_", [MONEY, PERCENT, DURATION, NUMBER, INTEGER])
def test_bounds_are_the_last_raw_values_within(type_: Type) -> None:
    low, high = bounds_of(field(type_, low=3.0 if type_ == NUMBER else 3, high=9.0 if type_ == NUMBER else 9))
    for raw in (low, high):
        assert 3 <= converted(raw, field(type_)) <= 9  # type: ignore[operator]
    if isinstance(low, float):
        for raw in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
            assert not 3 <= converted(raw, field(type_)) <= 9  # type: ignore[operator]
