"""A file of purchases to the summary that models are fitted to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.valuation.lines import Columns, columns_in
from tierpolicy.runtime.valuation.summary import Summary, summed_up


def summary_of(file: Path, as_of: date, margin: float = 1.0) -> Summary:
    with opened(str(file)) as base:
        found, _, _ = summed_up(
            base,
            columns_in(base, Columns()),
            as_of,
            margin,
            estimating=False,
            set_apart=lambda each: None,
            wrong={},
            progress=lambda done, size: None,
        )
    return found
