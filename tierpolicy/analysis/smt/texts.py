"""Texts as terms and back, and tests on them; all of it exact.

Characters beyond those that the solver has become two of the surrogates, as in UTF-16. No text is a part of another
by that alone, so `starts with`, `ends with` and `contains` mean the same.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import assert_never

import z3

from tierpolicy.analysis.smt.logic import all_of, negation
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.expressions import TextOp

LAST_CHARACTER = 0x2FFFF
"""The last that Z3 has."""


def text_test(op: TextOp, found: Sym, text: Sym, workspace: Workspace) -> z3.BoolRef:
    """Where the test holds between two texts that are known; `none` has no letters."""
    match op:
        case "starts with":
            test = z3.PrefixOf(text.value, found.value)
        case "ends with":
            test = z3.SuffixOf(text.value, found.value)
        case "contains":
            test = z3.Contains(found.value, text.value)
        case _:
            assert_never(op)
    return all_of((negation(found.none), negation(text.none), test), workspace)


def text_term(value: str, context: z3.Context) -> z3.SeqRef:
    """A text as a constant."""
    if value.isascii() and value.isprintable() and "\\" not in value:  # the quick way, where nothing is escaped
        return z3.SeqRef(z3.Z3_mk_string(context.ref(), value), context)
    codes = [code for character in value for code in _codes(ord(character))]
    array = (ctypes.c_uint * max(len(codes), 1))(*codes)
    return z3.SeqRef(z3.Z3_mk_u32string(context.ref(), len(codes), array), context)


def _codes(code: int) -> tuple[int, ...]:
    if code <= LAST_CHARACTER:
        return (code,)
    high, low = divmod(code - 0x10000, 0x400)
    return 0xD800 + high, 0xDC00 + low


def read_text(term: z3.SeqRef) -> str:
    """The text that a constant is."""
    reference, ast = term.ctx.ref(), term.as_ast()
    length = z3.Z3_get_string_length(reference, ast)
    array = (ctypes.c_uint * max(length, 1))()
    z3.Z3_get_string_contents(reference, ast, length, array)
    return _joined_surrogates(array[place] for place in range(length))


def _joined_surrogates(codes: Iterable[int]) -> str:
    found: list[int] = []
    for code in codes:
        if found and 0xD800 <= found[-1] < 0xDC00 <= code < 0xE000:
            code = 0x10000 + (found.pop() - 0xD800) * 0x400 + (code - 0xDC00)
        found.append(code)
    return "".join(map(chr, found))
