"""Text to codes: every row's code stands for its text, however the texts are spread."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from tierpolicy.runtime.columns.arrow_cells import text_cells
from tierpolicy.runtime.columns.texts import FEWEST_ROWS

ROWS = FEWEST_ROWS + 905
SHORT = ["", "a", "b", "consumer", "twelve bytes", "é", "\x00", "a\x00"]
LONG = ["thirteen byte", "small_business", "small_businesses", "small_business!"]
SPREADS = {
    "few and short": SHORT,
    "few, some long": [*SHORT, *LONG],
    "all long": LONG,
    "one": ["a"],
    "none": [None],
    "some missing": [*SHORT, *LONG, None],
    "each its own": [f"customer {number}" for number in range(ROWS)],
    "each its own, long": [f"customer number {number}" for number in range(ROWS)],
    "few, and rarely another": [*SHORT * 400, "rare", "rare and rather long", None],
}


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
@pytest.mark.parametrize("spread", SPREADS)
def test_every_row_keeps_its_text(spread: str, kind: str) -> None:
    chance = random.Random(spread)
    texts = [chance.choice(SPREADS[spread]) for _ in range(ROWS)]
    array = pa.array(texts, getattr(pa, kind)())
    assert decoded(array) == texts
    assert decoded(array.slice(3)) == texts[3:]
    assert decoded(array.slice(0, 10)) == texts[:10]


def decoded(array: Any) -> list[str | None]:
    found = text_cells(array)
    missing = [False] * len(array) if found.missing is None else found.missing.tolist()
    return [None if gone else found.raws[code] for code, gone in zip(found.codes.tolist(), missing, strict=True)]


def test_a_rare_text_that_begins_like_the_common_one() -> None:
    texts = ["abcdefgh"] * ROWS
    texts[2] = "abcdijkl"
    assert decoded(pa.array(texts)) == texts
