"""Columns of text to codes and distinct texts.

Arrow's *view* of a text is two 64-bit words: up to twelve bytes of text are in the words themselves, a longer text's
words say where its bytes are. So equal words are equal texts. Where a look at some rows shows that few texts come again
and again, a hash of the words that no two of them share says which one a row may hold, and comparing the words says
whether it does: a few passes over numbers, instead of a hash table of bytes. The rows that hold something else, and
columns of many texts, are encoded by Arrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.runtime.columns.cells import Values

SAMPLE = 1_024
FEWEST_ROWS = 4_096
MOST_TEXTS = 48
MOST_INSIDE = 12
BITS = 12
BLOCK = 1 << 15
"""Rows at a time: what is worked out of them stays near."""

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by their words, shape (texts,) each, and the place of a text by the hash of its words, which is
    `(first * by[0] + second * by[1]) >> (64 - BITS)`."""

    first: Values
    second: Values
    by: tuple[np.uint64, np.uint64]
    places: Values


def words_of(array: Any) -> Values:
    """The words of an array of views; shape (rows, 2)."""
    held = array.buffers()[1]
    if held is None or not len(array):
        return np.zeros((0, 2), np.uint64)
    return np.frombuffer(held, np.uint64, 2 * len(array), 16 * array.offset).reshape(-1, 2)


def with_words(array: Any, words: Values, missing: Bools | None = None) -> Any:
    """An array of views of the same texts, by other words of theirs."""
    import pyarrow

    nulls = None if missing is None else pyarrow.py_buffer(np.packbits(~missing, bitorder="little"))
    buffers = [nulls, pyarrow.py_buffer(np.ascontiguousarray(words)), *array.buffers()[2:]]
    return pyarrow.Array.from_buffers(array.type, len(words), buffers)


def as_views(array: Any) -> Any:
    """An array of text as views; None where this version of Arrow can't make them, or none of words alone."""
    import pyarrow

    try:
        views = array if str(array.type) == "string_view" else array.cast(pyarrow.string_view())
        with_words(views, words_of(views)[:1])
    except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid, ValueError):
        return None
    return views


def few_texts(words: Values, missing: Bools | None) -> Words | None:
    """The texts of some rows, where they are few."""
    rows = np.linspace(0, len(words) - 1, min(SAMPLE, len(words))).astype(np.intp)
    if missing is not None:
        rows = rows[~missing[rows]]
    found = np.unique(words[rows], axis=0)
    if len(found) > MOST_TEXTS:  # longer texts each have words of their own, unless they stand in one place
        found = found[(found[:, 0] & np.uint64(0xFFFFFFFF)) <= MOST_INSIDE]
    if not 0 < len(found) <= MOST_TEXTS:
        return None
    first, second = found[:, 0].copy(), found[:, 1].copy()
    for at in range(len(MULTIPLIERS) - 1):
        by = (np.uint64(MULTIPLIERS[at]), np.uint64(MULTIPLIERS[at + 1]))
        hashes = _hash(first, second, by)
        if len(np.unique(hashes)) == len(found):
            places = np.zeros(1 << BITS, np.uint8)
            places[hashes] = np.arange(len(found))
            return Words(first, second, by, places)
    return None


def coded(words: Values, few: Words) -> tuple[Values, Bools]:
    """The place among the few texts of each row's text, and the rows that hold none of them (no matter their place)."""
    codes = np.empty(len(words), np.uint8)
    others = np.empty(len(words), np.bool_)
    for start in range(0, len(words), BLOCK):
        rows = slice(start, start + BLOCK)
        first, second = words[rows, 0], words[rows, 1]
        places = few.places.take(_hash(first, second, few.by), mode="clip")
        codes[rows] = places
        others[rows] = (few.first.take(places) != first) | (few.second.take(places) != second)
    return codes, others


def _hash(first: Values, second: Values, by: tuple[np.uint64, np.uint64]) -> Values:
    """Which of 2**BITS places the words of a text lead to (multiplication wraps around)."""
    mixed = first * by[0]
    mixed += second * by[1]
    mixed >>= np.uint64(64 - BITS)
    return mixed.view(np.int64)
