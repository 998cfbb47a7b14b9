"""Purchases to the lifetime value of each customer, written to a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tierpolicy.runtime.bases import Base, opened
from tierpolicy.runtime.files import check_writable
from tierpolicy.runtime.valuation.bg_nbd import bg_nbd_values, check_extra
from tierpolicy.runtime.valuation.lines import Apart, Columns, columns_in
from tierpolicy.runtime.valuation.plain import PREDICTORS, Expected, plain_values
from tierpolicy.runtime.valuation.results import (
    PREDICTED_BY,
    VALUE,
    added_to,
    check_addable,
    check_target,
    values_table,
    write_tables,
    written_whole,
)
from tierpolicy.runtime.valuation.summary import Counts, Progress, Summary, summed_up
from tierpolicy.runtime.valuation.terms import Terms, Unworkable

Model = Literal["plain", "bg-nbd"]
LONG_AGO = 366


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be valued, and how.

    `source` and `table` are purchases as `tierpolicy.runtime.bases.opened` takes them; `target` the file to write, in
    the form that `ending` names where its own name doesn't. `add_to` is a customer base whose rows get their values.
    `rejects` is a file for the lines that name no customer.
    """

    source: str
    target: Path
    as_of: date
    terms: Terms
    columns: Columns = field(default_factory=Columns)
    model: Model = "plain"
    table: str | None = None
    add_to: str | None = None
    rejects: Path | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Valued:
    """What came of it: how many rows were written, what the lines were, how many customers rest on which predictors,
    and the values themselves, in the currency, largest first. `notes` are what a person should know."""

    rows: int
    counts: Counts
    predictors: dict[str, int]
    values: tuple[float, ...]
    notes: tuple[str, ...]


def value_customers(request: Request, progress: Progress) -> Valued:
    """Works out values and writes them. Unworkable or UnusableFile say in a sentence why that can't be done."""
    read = [Path(each) for each in (request.source, request.add_to) if each is not None and "://" not in each]
    check_target(request.target, read, request.ending, text=False)
    if request.rejects is not None:
        check_writable(request.rejects, (*read, request.target), ".csv")
    request.terms.periods  # noqa: B018  a horizon that can't be said in periods is known before the work
    if request.model == "bg-nbd":
        check_extra()
    with opened(request.source, table=request.table) as whole_base:
        columns = columns_in(whole_base, request.columns)
    _check_margin(request.terms, columns)
    wanted = {name for name in _names(columns) if name is not None}
    with opened(request.source, table=request.table, wanted=wanted) as base:
        wrong: dict[str, int] = {}
        with _set_apart(request.rejects) as set_apart:
            summary, counts, numbered = _summed_up(base, columns, request, set_apart, wrong, progress)
    expected = _expected(summary, request)
    table = values_table(summary, expected, str(columns.customer), numbered)
    rows, missed = _written(table, request, str(columns.customer))
    notes = (*base.notes, *_notes(base, columns, counts, wrong, request), *expected.notes, *missed)
    return Valued(rows, counts, _by_predictors(expected), _sorted(expected), notes)


def _summed_up(
    base: Base,
    columns: Columns,
    request: Request,
    set_apart: Callable[[Apart], None],
    wrong: dict[str, int],
    progress: Progress,
) -> tuple[Summary, Counts, bool]:
    return summed_up(
        base,
        columns,
        request.as_of,
        request.terms.margin,
        estimating=request.model == "plain" and request.terms.retention is None,
        set_apart=set_apart,
        wrong=wrong,
        progress=progress,
    )


def _names(columns: Columns) -> Iterator[str | None]:
    yield from (columns.customer, columns.date, columns.amount, columns.profit)
    yield from (columns.orders, columns.first, columns.last)


def _check_margin(terms: Terms, columns: Columns) -> None:
    if terms.margin is None and columns.profit is None:
        raise Unworkable(
            "value is profit, not revenue: say what part of an amount is profit with `--margin`, such as "
            "`--margin 30%`, or name a column with the profit of each line by `--profit COLUMN`"
        )


def _expected(summary: Summary, request: Request) -> Expected:
    if request.model == "plain":
        return plain_values(summary, request.terms)
    return bg_nbd_values(summary, request.terms)


def _written(table: Any, request: Request, customer: str) -> tuple[int, tuple[str, ...]]:
    if request.add_to is None:
        return write_tables([table], request.target, request.ending), ()
    with opened(request.add_to) as customers:
        check_addable(customers, customer)
        check_target(request.target, (), request.ending, text=customers.from_text)
        unvalued = 0

        def counted() -> Iterator[Any]:
            nonlocal unvalued
            for each in added_to(customers, table, customer):
                unvalued += each.column(VALUE).null_count
                yield each

        rows = write_tables(counted(), request.target, request.ending)
        renewed = [name for name in (VALUE, PREDICTED_BY) if name in customers.columns]
        return rows, (*_renewed(customers.name, renewed), *_unvalued(customers.name, unvalued, rows))


# ---------------------------------------------------------------- what is said


def _notes(base: Base, columns: Columns, counts: Counts, wrong: dict[str, int], request: Request) -> Iterator[str]:
    said = (
        (part, getattr(columns, part)) for part in ("customer", "date", "amount", "profit", "orders", "first", "last")
    )
    yield "read " + ", ".join(f"{part} from `{name}`" for part, name in said if name is not None)
    if counts.later:
        yield f"{_lines(counts.later, 'is', 'are')} later than {request.as_of.isoformat()}, the as-of day, not counted"
    if counts.apart:
        where = f"; they are in `{request.rejects}`" if request.rejects else "; `--rejects FILE` lists them"
        yield f"{_lines(counts.apart)} can't be counted for anybody{where}"
    for name, cells in wrong.items():
        if cells:
            yield f"{cells:,} {'cell' if cells == 1 else 'cells'} of `{name}` can't be read, and count as missing"
    if counts.returns:
        yield f"{_lines(counts.returns)} with an amount below 0: returns, taken from what the customer spent"
    if counts.repeated:
        yield f"{_lines(counts.repeated, 'has', 'have')} the same customer, day and amount as another; all are counted"
    if counts.latest is not None and (request.as_of - counts.latest).days > LONG_AGO:
        years = (request.as_of - counts.latest).days / 365.25
        yield (
            f"the last purchase, of {counts.latest.isoformat()}, is {years:.1f} years before the as-of day "
            f"{request.as_of.isoformat()}; `--as-of DATE` says another"
        )


def _renewed(base: str, columns: list[str]) -> Iterator[str]:
    if columns:
        yield f"{' and '.join(f'`{name}`' for name in columns)} of `{base}` is written anew"


def _unvalued(base: str, unvalued: int, rows: int) -> Iterator[str]:
    if unvalued:
        yield f"{unvalued:,} of {rows:,} customers of `{base}` have no value: no purchase of theirs is known"


def _lines(count: int, one: str = "", several: str = "") -> str:
    return f"{count:,} line{'' if count == 1 else 's'} {one if count == 1 else several}".rstrip()


def _by_predictors(expected: Expected) -> dict[str, int]:
    counts = np.bincount(expected.used, minlength=len(PREDICTORS))
    return {PREDICTORS[at]: int(counts[at]) for at in np.argsort(-counts, kind="stable") if counts[at]}


def _sorted(expected: Expected) -> tuple[float, ...]:
    known = expected.value[~np.isnan(expected.value)]
    return tuple(-np.sort(-known))


@contextmanager
def _set_apart(path: Path | None) -> Iterator[Callable[[Apart], None]]:
    """What takes the lines that are set apart, for a file of theirs where one is named."""
    if path is None:
        yield lambda each: None
        return
    with written_whole(path) as new, new.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("row", "reason"))
        yield lambda each: writer.writerow((each.number, each.reason)) and None
