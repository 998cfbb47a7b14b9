"""Cells of purchases that can't be read, in words; and what can't be worked out where they are all there is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tierpolicy.model.words import quoted
from tierpolicy.runtime.valuation.lines import Columns, Unread
from tierpolicy.runtime.valuation.summary import Summary
from tierpolicy.runtime.valuation.terms import Terms, Unworkable

LONGEST_CELL = 60


def number_of(count: int, what: str) -> str:
    """`1 cell`, `2 cells`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def unread_text(name: str, unread: Unread) -> str:
    return f"{number_of(unread.cells, 'cell')} of `{name}` can't be read, such as {quoted(unread.first[:LONGEST_CELL])}"


def check_read(columns: Columns, summary: Summary, wrong: Mapping[str, Unread], terms: Terms) -> None:
    """Refuses purchases of which no day, or no amount and no profit, could be read, though a column has them: no other
    column or option is what is missing then."""
    if np.isnan(summary.first).all() and np.isnan(summary.last).all() and terms.observed is None:
        _refuse(wrong, (columns.date, columns.first, columns.last), "a day is written as 2026-01-03")
    if np.isnan(summary.worth).all() and terms.average is None:
        _refuse(
            wrong,
            (columns.amount, columns.profit),
            "an amount is written as 1234.50, in a file parted by `;` also as 1.234,50",
        )


def _refuse(wrong: Mapping[str, Unread], names: tuple[str | None, ...], form: str) -> None:
    for name in names:
        unread = None if name is None else wrong.get(name)
        if unread is not None:
            first = quoted(unread.first[:LONGEST_CELL])
            raise Unworkable(f"no cell of `{name}` can be read: the first of {unread.cells:,} is {first}; {form}")
