"""Findings fitted to a width: words stay whole, whatever characters are in them, and nothing is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tierpolicy.diagnostics.render.cells import cells, wrapped


@settings(max_examples=100)
@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=120), st.integers(1, 40))
def test_wrapping_loses_nothing_and_breaks_between_words(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines) == text
    for line in lines:
        assert sum(cell.width for cell in cells(line)) <= width or " " not in line


def test_wide_characters_take_two_columns() -> None:
    assert wrapped("金金 金金 a b", 5) == ["金金", "金金", "a b"]
