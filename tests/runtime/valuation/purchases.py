"""Purchases for tests: as lines of a CSV file, valued by the very function that the command calls."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tierpolicy.runtime.valuation.lines import Columns
from tierpolicy.runtime.valuation.terms import Horizon, Terms
from tierpolicy.runtime.valuation.valuing import Request, Valued, value_customers

AS_OF = date(2026, 1, 1)
HEAD = "customer_id,date,amount"
SEVERAL = (
    "ann,2024-02-01,20.00",
    "ann,2024-09-01,25.50",
    "ann,2025-11-20,19.99",
    "bob,2024-03-05,100.00",
    "cid,2024-03-05,5.00",
    "cid,2025-01-07,7.00",
    "dee,2025-12-30,60.00",
)
THREE_YEARS = Terms(margin=0.3, retention=0.8)


@dataclass(frozen=True, slots=True)
class Result:
    """What was written, by customer, and what was said of it."""

    rows: list[dict[str, str]]
    valued: Valued

    @property
    def of(self) -> dict[str, dict[str, str]]:
        return {row["customer_id"]: row for row in self.rows}

    @property
    def values(self) -> dict[str, float]:
        return {name: float(row["lifetime_value"]) for name, row in self.of.items()}

    def predictors(self, customer: str) -> str:
        return self.of[customer]["predictors"]


def valued(
    folder: Path,
    lines: Iterable[str] = SEVERAL,
    terms: Terms = THREE_YEARS,
    *,
    head: str = HEAD,
    as_of: date = AS_OF,
    columns: Columns | None = None,
    rejects: Path | None = None,
) -> Result:
    source, target = folder / "purchases.csv", folder / "values.csv"
    source.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    request = Request(str(source), target, as_of, terms, columns or Columns(), rejects=rejects)
    found = value_customers(request, lambda done, size: None)
    with target.open(encoding="utf-8", newline="") as file:
        return Result(list(csv.DictReader(file)), found)


def undiscounted(terms: Terms) -> Terms:
    return Terms(terms.margin, terms.retention, 0.0, terms.horizon, terms.period)


def years(count: int) -> Horizon:
    return Horizon(count, "year")
