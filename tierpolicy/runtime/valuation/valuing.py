"""Purchases to the lifetime value of each customer, written to a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from tierpolicy.runtime.bases import Base, opened
from tierpolicy.runtime.files import check_writable
from tierpolicy.runtime.valuation.beside import write_values
from tierpolicy.runtime.valuation.bg_nbd import bg_nbd_values, check_extra
from tierpolicy.runtime.valuation.ids import Ids, read_ids
from tierpolicy.runtime.valuation.lines import Apart, Columns, Unread, columns_in
from tierpolicy.runtime.valuation.plain import Expected, plain_values
from tierpolicy.runtime.valuation.results import check_target, values_table, written_whole
from tierpolicy.runtime.valuation.summary import Counts, Progress, Summary, summed_up
from tierpolicy.runtime.valuation.terms import Terms, Unworkable
from tierpolicy.runtime.valuation.unread import check_read, unread_text

Model = Literal["plain", "bg-nbd"]
LONG_AGO = 366


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be valued, and how.

    `source` and `table` are purchases as `tierpolicy.runtime.bases.opened` takes them; `target` the file to write, in
    the form that `ending` names where its own name doesn't. `add_to` is a customer base whose rows get their values.
    `rejects` is a file for the lines that name no customer, `ids` one that says whose other ids they name.
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
    ids: str | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """What came of it: how many rows were written, what the lines were, how many customers rest on which predictors,
    and the values themselves, in the currency, largest first; both of the rows that were written. `notes` are what a
    person should know; `unread` counts the cells that are no value of their kind."""

    rows: int
    counts: Counts
    predictors: dict[str, int]
    values: tuple[float, ...]
    notes: tuple[str, ...]
    unread: int = 0

    @property
    def is_whole(self) -> bool:
        """True where all that the lines hold was counted."""
        return not self.unread and not self.counts.apart


def value_customers(request: Request, progress: Progress) -> Valued:
    """Works out values and writes them. Unworkable or UnusableFile say in a sentence why that can't be done."""
    sources = (request.source, request.add_to, request.ids)
    read = [Path(each) for each in sources if each is not None and "://" not in each]
    check_target(request.target, read, request.ending, text=False)
    if request.rejects is not None:
        check_writable(request.rejects, (*read, request.target), ".csv")
    request.terms.periods  # noqa: B018  a horizon that can't be said in periods is known before the work
    if request.model == "bg-nbd":
        check_extra()
    with opened(request.source, table=request.table) as whole_base:
        columns = columns_in(whole_base, request.columns)
    _check_margin(request.terms, columns)
    ids = None if request.ids is None else read_ids(request.ids)
    wanted = {name for name in _names(columns) if name is not None}
    numbers = wanted & {columns.amount, columns.profit, columns.orders}
    with opened(request.source, table=request.table, wanted=wanted, numbers=numbers) as base:
        wrong: dict[str, Unread] = {}
        with _set_apart(request.rejects) as set_apart:
            summary, counts, numbered = _summed_up(base, columns, request, set_apart, wrong, progress, ids)
    check_read(columns, summary, wrong, request.terms)
    expected = _expected(summary, request)
    customer = str(columns.customer) if ids is None else ids.customer
    table = values_table(summary, expected, customer, numbered)
    written = write_values(table, request.target, request.ending, customer, request.add_to)
    notes = (*base.notes, *_notes(columns, counts, wrong, request), *expected.notes, *written.notes)
    unread = sum(each.cells for each in wrong.values())
    return Valued(written.rows, counts, written.predictors, written.values, notes, unread)


def _summed_up(
    base: Base,
    columns: Columns,
    request: Request,
    set_apart: Callable[[Apart], None],
    wrong: dict[str, Unread],
    progress: Progress,
    ids: Ids | None,
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
        ids=ids,
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


# ---------------------------------------------------------------- what is said


def _notes(columns: Columns, counts: Counts, wrong: Mapping[str, Unread], request: Request) -> Iterator[str]:
    said = (
        (part, getattr(columns, part)) for part in ("customer", "date", "amount", "profit", "orders", "first", "last")
    )
    yield "read " + ", ".join(f"{part} from `{name}`" for part, name in said if name is not None)
    if counts.later:
        yield f"{_lines(counts.later, 'is', 'are')} later than {request.as_of.isoformat()}, the as-of day, not counted"
    if counts.apart:
        where = f"; they are in `{request.rejects}`" if request.rejects else "; `--rejects FILE` lists them"
        yield f"{_lines(counts.apart)} can't be counted for anybody{where}"
    for name, unread in wrong.items():
        yield f"{unread_text(name, unread)}, and count{'s' if unread.cells == 1 else ''} as missing"
    yield from _renamed(counts, request)
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


def _renamed(counts: Counts, request: Request) -> Iterator[str]:
    if request.ids is not None:
        said = _lines(counts.renamed.lines, "counts", "count")
        yield f"{said} for the customer whose other id is named, as `{request.ids}` says"
    if counts.renamed.ambiguous:
        said = _lines(counts.renamed.ambiguous, "has an id", "have ids")
        yield f"{said} of several customers in `{request.ids}`, left as it stands: write `channel:id` in the purchases"


def _lines(count: int, one: str = "", several: str = "") -> str:
    return f"{count:,} line{'' if count == 1 else 's'} {one if count == 1 else several}".rstrip()


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
