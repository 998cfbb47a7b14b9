"""Lines of purchases, from wherever they are, to columns that can be summed: who, when, how many, how much.

A line is a purchase (a day, an amount), or sums up several (a number of orders, their first and last day). What a
cell says that is no value of its kind counts as missing, as in every record, and is counted; a line that names no
customer, or can't be read, is set apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from tierpolicy.model.types import DATE, INTEGER, MONEY, TEXT, Type
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases import Base, Batch
from tierpolicy.runtime.bases.one_field import found_in, missing_in, units_of
from tierpolicy.runtime.valuation.terms import Unworkable
from tierpolicy.source import Span

NOWHERE = Span("", 0, 0)
MOST_NAMED_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column says what; None where none does. `profit` is the profit of a line, in the unit of amounts.

    `orders`, `first` and `last` are those of lines that sum up several purchases.
    """

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    profit: str | None = None
    orders: str | None = None
    first: str | None = None
    last: str | None = None

    @property
    def of_totals(self) -> bool:
        return self.orders is not None or self.first is not None or self.last is not None


TYPES: Mapping[str, Type] = {
    "date": DATE, "amount": MONEY, "profit": MONEY, "orders": INTEGER, "first": DATE, "last": DATE,
}  # fmt: skip
USUAL: Mapping[str, Sequence[str]] = {
    "customer": ("customer_id", "customer", "customerid", "client_id", "user_id"),
    "date": ("date", "day", "purchase_date", "order_date", "invoicedate", "order_day"),
    "amount": ("amount", "total", "revenue", "sales", "total_spend", "spend", "amount_usd", "amount_eur", "amount_gbp"),
    "profit": ("margin", "profit"),
    "orders": ("orders", "purchases", "order_count"),
    "first": ("first_purchase", "first_order"),
    "last": ("last_purchase", "last_order"),
}
"""Names that say what a column holds. Others are said by the caller."""


def columns_in(base: Base, said: Columns) -> Columns:
    """The columns that are said, the others by their usual names; Unworkable where one isn't there, or none says who
    the customer is."""
    chosen: dict[str, str | None] = {}
    for part in fields(Columns):
        name = getattr(said, part.name)
        if name is not None and base.columns.count(name) != 1:
            raise Unworkable(f"`{base.name}` {_which(base, name)}; its columns are {_named(base)}")
        chosen[part.name] = name or _usual(base, part.name, taken={each for each in chosen.values() if each})
    if chosen["customer"] is None:
        raise Unworkable(
            f"`{base.name}` has no column that is known to name the customer: say `--customer COLUMN`; "
            f"its columns are {_named(base)}"
        )
    if chosen["date"] is not None:
        for part_name in ("orders", "first", "last"):  # a line with a day of its own is one purchase
            if getattr(said, part_name) is None:
                chosen[part_name] = None
    return Columns(**chosen)


def _usual(base: Base, part: str, taken: set[str]) -> str | None:
    folded = {name.lower(): name for name in reversed(base.columns)}
    for usual in USUAL[part]:
        name = folded.get(usual)
        if name is not None and name not in taken and base.columns.count(name) == 1:
            return name
    return None


def _which(base: Base, name: str) -> str:
    return f"has two columns `{name}`" if name in base.columns else f"has no column `{name}`"


def _named(base: Base) -> str:
    shown = ", ".join(f"`{name}`" for name in base.columns[:MOST_NAMED_COLUMNS])
    more = len(base.columns) - MOST_NAMED_COLUMNS
    return f"{shown} and {more} more" if more > 0 else shown or "none"


@dataclass(frozen=True, slots=True)
class Apart:
    """A line that is counted for nobody: its number, from 1, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Cells of a column that are no value of its kind: how many, and the first of them as it stands."""

    cells: int
    first: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a batch that name a customer, as Arrow columns: `customer` (text) and, of those that the columns
    have, days since 1970, hundredths of an amount and counts, as 64-bit integers with nulls. `read` lines were read;
    `apart` are those that aren't here; `wrong` has, by column, the cells that are no value of their kind; `numbered`
    says that customers are named by whole numbers."""

    table: Any
    read: int
    apart: tuple[Apart, ...]
    wrong: Mapping[str, Unread]
    numbered: bool


def lines_of(base: Base, columns: Columns) -> Iterator[Lines]:
    """The lines of a base of purchases, batch by batch."""
    for batch in base.batches():
        yield _read(batch, columns, base.from_text)


def _read(batch: Batch, columns: Columns, from_text: bool) -> Lines:
    import pyarrow

    rows = batch.rows.num_rows
    names, nameless, numbered = _customers(batch, str(columns.customer), from_text)
    whole = np.ones(rows, np.bool_)
    whole[nameless] = False
    broken = {
        at: problems for at, problems in batch.problems.items() if any(each.subject == "row" for each in problems)
    }
    whole[list(broken)] = False
    apart = tuple(
        Apart(batch.first + at, broken[at][0].message if at in broken else "no customer is named")
        for at in np.flatnonzero(~whole).tolist()
    )
    arrays, wrong = [names], dict[str, Unread]()
    parts = [part for part in TYPES if getattr(columns, part) is not None]
    for part in parts:
        name = getattr(columns, part)
        found = found_in(
            batch, name, Field(part, TYPES[part], NOWHERE, low=0 if part == "orders" else None), from_text=from_text
        )
        bad = np.zeros(rows, np.bool_) if found.wrong is None else found.wrong
        places = np.flatnonzero(bad & whole)
        if len(places):
            wrong[name] = Unread(len(places), str(batch.python(name)[int(places[0])]))
        values = np.asarray(units_of(found.column), np.int64)
        arrays.append(pyarrow.array(values, mask=missing_in(found.column, rows)))
    table = pyarrow.Table.from_arrays(arrays, names=["customer", *parts])
    return Lines(table if whole.all() else table.filter(pyarrow.array(whole)), rows, apart, wrong, numbered)


def _customers(batch: Batch, name: str, from_text: bool) -> tuple[Any, Any, bool]:
    """Who each line is of, as text, and the rows that say nobody. Whole numbers are names too."""
    import pyarrow
    import pyarrow.types as is_

    array = batch.rows.column(batch.rows.schema.get_field_index(name))
    if is_.is_integer(array.type) and name not in batch.raw:
        return array.cast(pyarrow.string()), np.flatnonzero(np.asarray(array.is_null())), True
    found = found_in(batch, name, Field("customer", TEXT, NOWHERE), from_text=from_text)
    missing = missing_in(found.column, batch.rows.num_rows)
    texts = pyarrow.array(found.column.texts or ("",), pyarrow.string())
    codes = pyarrow.array(np.where(missing, 0, found.column.values).astype(np.int64), mask=missing)
    return texts.take(codes), np.flatnonzero(missing), False
