"""Lines of purchases to one row a customer: recency, frequency, monetary. DuckDB gathers them, beyond memory on disk.

All lines of a customer on one day are one purchase, as in the literature. A negative amount is a return: no purchase,
and taken from what its customer spent. A line without a day is a purchase of its own. Sums are of whole hundredths, so
the order of the lines can't matter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tierpolicy.runtime.bases import Base
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation.ids import Ids, Renamed, renamed
from tierpolicy.runtime.valuation.lines import TYPES, Apart, Columns, Unread, lines_of
from tierpolicy.runtime.valuation.present_value import Floats
from tierpolicy.runtime.valuation.terms import DAYS_IN_A_YEAR, Unworkable

EPOCH = date(1970, 1, 1)
HUNDREDTHS = 100.0
MEMORY = "1GB"
"""Of the database; what is more goes to disk."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Early:
    """How customers looked on an earlier day, and how many purchases they made from then on: what a retention is
    estimated from. Arrays as in `Summary`, of the customers who were there by then."""

    day: date
    repeats: Floats
    recency: Floats
    age: Floats
    later_purchases: float
    years: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A row a customer, in the order of their names; arrays of shape (customers,), NaN where something isn't known.

    `orders`: purchases. `first`, `last`: days since 1970. `age`, `recency`: years from the first purchase to the as-of
    day, and to the last purchase. `known`: purchases whose worth is known, and `worth` what all of these brought
    (returns taken off), in the currency: profit where `of_profit`, else the amount times the margin. `repeat_known`
    and `repeat_worth`: the same without the first purchase. `spent`: the amounts.
    """

    as_of: date
    customers: Any
    orders: Floats
    first: Floats
    last: Floats
    known: Floats
    worth: Floats
    repeat_known: Floats
    repeat_worth: Floats
    spent: Floats
    early: Early | None

    @property
    def age(self) -> Floats:
        return ((self.as_of - EPOCH).days - self.first) / DAYS_IN_A_YEAR

    @property
    def recency(self) -> Floats:
        return (self.last - self.first) / DAYS_IN_A_YEAR


@dataclass(slots=True)
class Counts:
    """What became of the lines: `read` = counted + `later` + those set apart."""

    read: int = 0
    counted: int = 0
    later: int = 0
    apart: int = 0
    repeated: int = 0
    returns: int = 0
    latest: date | None = None
    renamed: Renamed = field(default_factory=Renamed)


def summed_up(
    base: Base,
    columns: Columns,
    as_of: date,
    margin: float | None,
    *,
    estimating: bool,
    set_apart: Callable[[Apart], None],
    wrong: dict[str, Unread],
    progress: Progress,
    ids: Ids | None = None,
) -> tuple[Summary, Counts, bool]:
    """The customers of a base of purchases until `as_of`, that day included.

    `margin` as in `Terms`. With `estimating` the day that a retention is estimated from is looked at too. Lines that
    can't be counted for anybody are handed to `set_apart`; `wrong` is told the cells of each column that are no value.
    `ids` say whose ids those of the purchases are. The last of what is returned says that all customers are named by
    whole numbers.
    """
    counts, numbered = Counts(), True
    with _database() as connection:
        _create(connection)
        for lines in lines_of(base, columns):
            counts.read += lines.read
            counts.apart += len(lines.apart)
            numbered &= lines.numbered
            for each in lines.apart:
                set_apart(each)
            for name, unread in lines.wrong.items():
                before = wrong.get(name)
                wrong[name] = Unread(before.cells + unread.cells, before.first) if before else unread
            _insert(connection, lines.table)
            progress(base.at(), base.size)
        if ids is not None:
            counts.renamed, numbered = renamed(connection, ids), False
        _count(connection, counts, as_of)
        if counts.counted + counts.later + counts.apart != counts.read:
            raise AssertionError("lines were lost")
        return _summary(connection, columns, as_of, margin, estimating), counts, numbered and counts.read > 0


# ---------------------------------------------------------------- the database

DAY = {"date", "first", "last"}
PARTS = tuple(TYPES)


@contextmanager
def _database() -> Iterator[Any]:
    """A database of its own in a temporary folder, which reaches nothing else."""
    try:
        import duckdb
    except ImportError:
        raise UnusableFile(
            "working out values needs DuckDB: install it with `pip install 'tierpolicy[data]'`"
        ) from None
    with tempfile.TemporaryDirectory(prefix="tierpolicy-") as folder:
        limits: dict[str, Any] = {
            "memory_limit": MEMORY,
            "enable_external_access": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(str(Path(folder) / "lines.duckdb"), config=limits)
        try:
            yield connection
        except duckdb.OutOfMemoryException:
            raise UnusableFile("there is too little memory or room on disk to sum up so many purchases") from None
        except duckdb.IOException as error:
            raise UnusableFile(
                f"summing up the purchases failed on disk: {str(error).splitlines()[0].lower()}"
            ) from None
        finally:
            connection.close()


def _create(connection: Any) -> None:
    columns = ", ".join(f'"{part}" BIGINT' for part in PARTS)
    connection.execute(f"CREATE TABLE lines (customer VARCHAR, {columns})")


def _insert(connection: Any, table: Any) -> None:
    if not table.num_rows:
        return
    columns = ", ".join(f'"{name}"' for name in table.schema.names)
    connection.register("batch", table)
    connection.execute(f"INSERT INTO lines ({columns}) SELECT {columns} FROM batch")
    connection.unregister("batch")


def _count(connection: Any, counts: Counts, as_of: date) -> None:
    """Splits off the lines after the as-of day."""
    day = (as_of - EPOCH).days
    reached = 'greatest("date", "first", "last")'  # nulls are passed over
    ((counts.later, latest),) = connection.sql(
        f"SELECT count(*) FILTER ({reached} > {day:d}), max({reached}) FILTER ({reached} <= {day:d}) FROM lines"
    ).fetchall()
    connection.execute(f"DELETE FROM lines WHERE {reached} > {day:d}")
    ((counts.counted, counts.returns, distinct),) = connection.sql(
        'SELECT count(*), count(*) FILTER (amount < 0), count(DISTINCT (customer, "date", amount, profit)) '
        'FILTER ("date" IS NOT NULL) FROM lines'
    ).fetchall()
    ((dated,),) = connection.sql('SELECT count(*) FROM lines WHERE "date" IS NOT NULL').fetchall()
    counts.repeated = dated - distinct
    counts.latest = None if latest is None else EPOCH + timedelta(days=latest)


# ---------------------------------------------------------------- from lines to customers

PURCHASES = """
WITH worths AS (
    SELECT customer, "date" AS day, amount, profit, {bare} AS bare,
        coalesce(profit, {bare}) IS NOT NULL AS known, coalesce(amount >= 0, TRUE) AS bought
    FROM lines
), days AS (
    SELECT customer, day, sum(amount) AS amount, sum(profit) AS profit, sum(bare) AS bare,
        bool_or(bought) AS bought, bool_or(bought AND known) AS known
    FROM worths WHERE day IS NOT NULL GROUP BY customer, day
    UNION ALL BY NAME
    SELECT customer, day, amount, profit, bare, bought, bought AND known AS known FROM worths WHERE day IS NULL
)
SELECT customer,
    count(*) FILTER (bought)::DOUBLE AS orders,
    min(day) FILTER (bought)::DOUBLE AS "first", max(day) FILTER (bought)::DOUBLE AS "last",
    count(*) FILTER (known)::DOUBLE AS known,
    sum(profit)::DOUBLE AS profit, sum(bare)::DOUBLE AS bare, sum(amount)::DOUBLE AS spent,
    arg_min(known::INTEGER, day) FILTER (bought)::DOUBLE AS first_known,
    arg_min(coalesce(profit, 0), day) FILTER (bought)::DOUBLE AS first_profit,
    arg_min(coalesce(bare, 0), day) FILTER (bought)::DOUBLE AS first_bare,
    count(*) FILTER (bought AND day <= {split})::DOUBLE AS early_orders,
    max(day) FILTER (bought AND day <= {split})::DOUBLE AS early_last,
    count(*) FILTER (bought AND day > {split})::DOUBLE AS later_orders
FROM days GROUP BY customer ORDER BY customer
"""
TOTALS = """
SELECT customer, sum(orders)::DOUBLE AS orders,
    min("first")::DOUBLE AS "first", max("last")::DOUBLE AS "last",
    sum(orders) FILTER (coalesce(profit, {bare}) IS NOT NULL)::DOUBLE AS known,
    sum(profit)::DOUBLE AS profit, sum({bare}) FILTER (profit IS NULL)::DOUBLE AS bare, sum(amount)::DOUBLE AS spent,
    0.0 AS first_known, 0.0 AS first_profit, 0.0 AS first_bare
FROM lines GROUP BY customer ORDER BY customer
"""
BARE = "CASE WHEN profit IS NULL THEN amount END"
"""Amounts whose profit isn't said, to be taken times the margin; sums of both stay whole numbers until then."""


def _summary(connection: Any, columns: Columns, as_of: date, margin: float | None, estimating: bool) -> Summary:
    split = _split(connection, as_of) if estimating and not columns.of_totals else None
    query = TOTALS if columns.of_totals else PURCHASES
    day = "NULL::BIGINT" if split is None else f"{(split - EPOCH).days:d}"
    found = connection.sql(query.format(bare="NULL::BIGINT" if margin is None else BARE, split=day)).to_arrow_table()
    if not found.num_rows:
        raise Unworkable(f"there are no purchases until {as_of.isoformat()}, the as-of day, to value anybody by")
    held = {name: _floats(found.column(name)) for name in found.schema.names if name != "customer"}
    known = np.nan_to_num(held["known"])
    worth = _worth(held["profit"], held["bare"], margin)
    first_worth = _worth(held["first_profit"], held["first_bare"], margin)
    return Summary(
        as_of=as_of,
        customers=found.column("customer").combine_chunks(),
        orders=held["orders"],
        first=held["first"],
        last=held["last"],
        known=known,
        worth=worth,
        repeat_known=known - np.nan_to_num(held["first_known"]),
        repeat_worth=worth - np.nan_to_num(first_worth),
        spent=held["spent"] / HUNDREDTHS,
        early=None if split is None else _early(split, as_of, held),
    )


def _worth(profit: Floats, bare: Floats, margin: float | None) -> Floats:
    """Profit in the currency, of hundredths of profits said and of amounts; NaN where neither is known."""
    nothing = np.isnan(profit) & np.isnan(bare)
    both = np.nan_to_num(profit) + np.nan_to_num(bare) * (margin or 0.0)
    return np.where(nothing, np.nan, both / HUNDREDTHS)


def _floats(column: Any) -> Floats:
    return np.asarray(column.combine_chunks().to_numpy(zero_copy_only=False), np.float64)


def _split(connection: Any, as_of: date) -> date | None:
    """The day when two thirds of the time of the purchases were over; None where that time is too short to part."""
    ((first,),) = connection.sql('SELECT min("date") FROM lines WHERE coalesce(amount >= 0, TRUE)').fetchall()
    span = 0 if first is None else (as_of - EPOCH).days - first
    return None if span < 3 else as_of - timedelta(days=span // 3)


def _early(split: date, as_of: date, held: dict[str, Floats]) -> Early | None:
    there = held["first"] <= (split - EPOCH).days
    if not there.any():
        return None
    first = held["first"][there]
    return Early(
        day=split,
        repeats=held["early_orders"][there] - 1,
        recency=(held["early_last"][there] - first) / DAYS_IN_A_YEAR,
        age=((split - EPOCH).days - first) / DAYS_IN_A_YEAR,
        later_purchases=float(held["later_orders"][there].sum()),
        years=(as_of - split).days / DAYS_IN_A_YEAR,
    )
