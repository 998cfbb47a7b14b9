"""Operations on 64 rows at a time for code that numba compiles: comparisons to a word of bits, bits to bytes.

Each is written in LLVM's vectors, which become the widest instructions that a processor has. An address is that of the
first of 64 values (of 8 words for `joined`), aligned to the values' type alone; whoever calls sees to it that it is
right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numba
from llvmlite import ir
from numba import extending

types: Any = numba.types
ROWS = 64
WORDS = 8
WORD = ir.IntType(64)
BYTE = ir.IntType(8)
FLOAT = ir.DoubleType()

Mask = Any
"""Callable[[int, T], int], for code that numba compiles alone."""


def intrinsic(function: Callable[..., Any]) -> Any:
    """From a function of types, which says how code is written, to one of values."""
    made: Any = extending.intrinsic(function)
    return made


def _vector(builder: Any, address: Any, kind: Any, count: int) -> Any:
    return builder.inttoptr(address, ir.VectorType(kind, count).as_pointer())


def _loaded(builder: Any, address: Any, kind: Any, count: int, size: int) -> Any:
    return builder.load(_vector(builder, address, kind, count), align=size)


def _everywhere(builder: Any, value: Any, count: int) -> Any:
    """The value in every place of a vector."""
    vector = ir.VectorType(value.type, count)
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    none = ir.Constant(ir.VectorType(ir.IntType(32), count), None)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), none)


def _word(builder: Any, truths: Any) -> Any:
    return builder.bitcast(truths, WORD)


def _comparison(kind: Any, size: int, given: Any, compare: Callable[[Any, Any, Any], Any]) -> Mask:
    """mask(address, value): the bits of those of 64 values for which the comparison with the value is true."""

    @intrinsic
    def mask(typing: Any, address: Any, value: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
            values = _loaded(builder, arguments[0], kind, ROWS, size)
            fixed = arguments[1]
            if fixed.type != kind:
                fixed = builder.trunc(fixed, kind)
            return _word(builder, compare(builder, values, _everywhere(builder, fixed, ROWS)))

        return types.uint64(types.int64, given), code

    return mask


def _at_least_float(builder: Any, values: Any, fixed: Any) -> Any:
    return builder.fcmp_ordered(">=", values, fixed)


def _at_least_whole(builder: Any, values: Any, fixed: Any) -> Any:
    return builder.icmp_signed(">=", values, fixed)


def _equal(builder: Any, values: Any, fixed: Any) -> Any:
    return builder.icmp_unsigned("==", values, fixed)


def _shares(builder: Any, values: Any, fixed: Any) -> Any:
    shared = builder.and_(values, fixed)
    return builder.icmp_unsigned("!=", shared, ir.Constant(shared.type, None))


at_least_f8 = _comparison(FLOAT, 8, types.float64, _at_least_float)
at_least_i8 = _comparison(WORD, 8, types.int64, _at_least_whole)
at_least_i4 = _comparison(ir.IntType(32), 4, types.int64, _at_least_whole)
at_least_i2 = _comparison(ir.IntType(16), 2, types.int64, _at_least_whole)
at_least_i1 = _comparison(BYTE, 1, types.int64, _at_least_whole)
equal_u1 = _comparison(BYTE, 1, types.int64, _equal)
equal_u2 = _comparison(ir.IntType(16), 2, types.int64, _equal)
equal_u4 = _comparison(ir.IntType(32), 4, types.int64, _equal)
shares_u8 = _comparison(WORD, 8, types.int64, _shares)


@intrinsic
def value_at(typing: Any, address: Any, like: Any) -> Any:
    """The value at an address, of the type of `like`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        kind = context.get_value_type(like)
        return builder.load(builder.inttoptr(arguments[0], kind.as_pointer()))

    return like(types.int64, like), code


@intrinsic
def joined(typing: Any, to: Any, one: Any, other: Any, turn_one: Any, turn_other: Any, turn: Any) -> Any:
    """8 words at `to`: ((one ^ turn_one) & (other ^ turn_other)) ^ turn, each turn 0 or -1."""

    def code(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        left, right = (_loaded(builder, address, WORD, WORDS, 8) for address in arguments[1:3])
        turns = [_everywhere(builder, each, WORDS) for each in arguments[3:]]
        both = builder.and_(builder.xor(left, turns[0]), builder.xor(right, turns[1]))
        place = _vector(builder, arguments[0], WORD, WORDS)
        builder.store(builder.xor(both, turns[2]), place, align=8)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 6), code


@intrinsic
def put(typing: Any, to: Any, word: Any) -> Any:
    """A word to an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        builder.store(arguments[1], builder.inttoptr(arguments[0], WORD.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(types.int64, types.uint64), code


def _as_bytes(count: int) -> Any:
    """as_bytes(to, words): 64 bytes at `to`, row by row the number whose `count` binary digits the words hold, the
    lowest first."""

    @intrinsic
    def as_bytes(typing: Any, to: Any, words: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
            bytes_ = ir.VectorType(BYTE, ROWS)
            none = ir.Constant(bytes_, None)
            found = none
            for place in range(count):
                truths = builder.bitcast(builder.extract_value(arguments[1], place), ir.VectorType(ir.IntType(1), ROWS))
                shown = ir.Constant(bytes_, [1 << place if place < 7 else -128] * ROWS)
                found = builder.or_(found, builder.select(truths, shown, none))
            builder.store(found, _vector(builder, arguments[0], BYTE, ROWS), align=1)
            return context.get_dummy_value()

        return types.void(types.int64, types.UniTuple(types.uint64, count)), code

    return as_bytes


as_bytes_of_2, as_bytes_of_4, as_bytes_of_8 = (_as_bytes(count) for count in (2, 4, 8))
