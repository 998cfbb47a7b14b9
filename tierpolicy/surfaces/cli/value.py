"""`tierpolicy value`: purchases to the lifetime value of each customer."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tierpolicy.report.words import plural
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation.terms import DAYS_IN, DAYS_IN_A_YEAR, Horizon, Terms, Unit, Unworkable
from tierpolicy.surfaces.cli.inputs import AsOf, day
from tierpolicy.surfaces.cli.speaking import FINDINGS, remark, say_fitted, stop
from tierpolicy.surfaces.cli.waiting import progress_shown, stopped_in_order

RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(%?)")
AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,6})?")
SPAN = re.compile(r"([0-9]{1,5})\s*(week|month|quarter|year)s?", re.IGNORECASE)
UNLIMITED = ("unlimited", "forever", "infinite")
LONGEST_YEARS = 100

if TYPE_CHECKING:
    from tierpolicy.runtime.valuation.valuing import Request, Valued


def _text(name: str, metavar: str, help: str) -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=help)


Purchases = Annotated[
    str,
    typer.Argument(
        metavar="PURCHASES",
        help="A .csv, .jsonl, .parquet or DuckDB file, a folder of Parquet, or postgresql://…",
        show_default=False,
    ),
]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the values go.")]
Margin = Annotated[str | None, _text("margin", "PERCENT", "The part of an amount that is profit.")]
Retention = Annotated[
    str | None,
    _text(
        "retention",
        "PERCENT",
        "The part of the customers who are still customers a year later (default: estimated from the dates).",
    ),
]
Discount = Annotated[str, _text("discount", "PERCENT", "What money is worth less a year later.")]
Ahead = Annotated[str, _text("horizon", "TIME", "How far ahead business counts: `39 weeks`, `unlimited`.")]
Step = Annotated[Unit, typer.Option("--period", help="One step of the sum.")]
Model = Annotated[
    Literal["plain", "bg-nbd"],
    typer.Option("--model", help="`bg-nbd` needs the extra: pip install 'tierpolicy[clv]'."),
]
AddTo = Annotated[str | None, _text("add-to", "CUSTOMERS", "Write the rows of this customer base, with their values.")]
Customer = Annotated[str | None, _text("customer", "COLUMN", "Who bought.")]
When = Annotated[str | None, _text("date", "COLUMN", "When.")]
Amount = Annotated[str | None, _text("amount", "COLUMN", "For how much.")]
Profit = Annotated[str | None, _text("profit", "COLUMN", "With what profit.")]
Orders = Annotated[str | None, _text("orders", "COLUMN", "How many purchases a line sums up.")]
First = Annotated[str | None, _text("first", "COLUMN", "The day of the first of them.")]
Last = Annotated[str | None, _text("last", "COLUMN", "The day of the last of them.")]
Average = Annotated[str | None, _text("average", "AMOUNT", "Of a purchase, where no amount is known.")]
Observed = Annotated[str | None, _text("observed", "TIME", "In what time purchases without a date were made.")]
TableName = Annotated[str | None, _text("table", "TABLE", "Which table, where PURCHASES holds several.")]
Rejects = Annotated[
    Path | None, typer.Option("--rejects", metavar="FILE", help="Where lines go that can't be counted for anybody.")
]
Ids = Annotated[
    str | None,
    _text("ids", "FILE", "Whose other ids the purchases may name: what `tierpolicy consolidate --ids` wrote."),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Exit with 1 where cells or lines couldn't be read; the result is written anyway."),
]
Kind = Annotated[
    Literal["csv", "jsonl", "parquet"] | None,
    typer.Option("--format", help="The form of the output, where its name doesn't say it."),
]


def value_command(
    purchases: Purchases,
    output: Output,
    margin: Margin = None,
    retention: Retention = None,
    discount: Discount = "10%",
    horizon: Ahead = "3 years",
    period: Step = "month",
    model: Model = "plain",
    as_of: AsOf = None,
    add_to: AddTo = None,
    customer: Customer = None,
    date: When = None,
    amount: Amount = None,
    profit: Profit = None,
    orders: Orders = None,
    first: First = None,
    last: Last = None,
    average: Average = None,
    observed: Observed = None,
    table: TableName = None,
    rejects: Rejects = None,
    ids: Ids = None,
    strict: Strict = False,
    format: Kind = None,
) -> None:
    """Value each customer: the net present value of the profit expected from their future purchases."""
    columns = customer, date, amount, profit, orders, first, last
    terms = Terms(
        margin=None if margin is None else _rate("--margin", margin),
        retention=None if retention is None else _rate("--retention", retention),
        discount=_rate("--discount", discount, most=10.0),
        horizon=_horizon(horizon),
        period=period,
        average=None if average is None else _amount("--average", average),
        observed=None if observed is None else _years("--observed", observed),
    )
    on, ending = day_of(day(as_of)), f".{format}" if format else ""
    _check_extra()
    from tierpolicy.runtime.valuation.lines import Columns
    from tierpolicy.runtime.valuation.valuing import Request

    request = Request(purchases, output, on, terms, Columns(*columns), model, table, add_to, rejects, ending, ids)
    if not _value(request).is_whole and strict:
        raise typer.Exit(FINDINGS)


def _check_extra() -> None:
    if any(find_spec(name) is None for name in ("numpy", "pyarrow", "duckdb")):
        stop("working out values needs more: install it with `pip install 'tierpolicy[data]'`")


def _value(request: Request) -> Valued:
    from tierpolicy.runtime.valuation.valuing import value_customers

    try:
        with stopped_in_order(), progress_shown() as told:
            valued = value_customers(request, lambda done, size: told("reading purchases", done, size))
    except (UnusableFile, Unworkable) as error:
        stop(str(error))
    for note in valued.notes:
        remark(f"note: {note}")
    for line in said(request, valued):
        say_fitted(line)
    return valued


def said(request: Request, valued: Valued) -> list[str]:
    """What came of it, in words."""
    terms, values = request.terms, valued.values
    of = "a margin said by the purchases" if terms.margin is None else f"a margin of {terms.margin:.1%}"
    retention = (
        "" if terms.retention is None or request.model != "plain" else f", {terms.retention:.1%} retained a year"
    )
    total = sum(values)
    tenth = sum(values[: -(-len(values) // 10)])
    share = f"; the best tenth of them holds {tenth / total:.0%}" if total > 0 and len(values) >= 10 else ""
    return [
        f"{plural(valued.rows, 'row')} in {request.target}",
        f"profit expected {_when(terms)} from {request.as_of.isoformat()} on, worth on that day: "
        f"{total:,.2f} from {plural(len(values), 'customer')}, {total / max(1, len(values)):,.2f} on average{share}",
        f"assumed: {of}{retention}, a discount of {terms.discount:.1%} a year",
        *(
            f"worked out from {what}: {plural(count, 'customer')}" if what != "none" else
            f"nothing known: {plural(count, 'customer')}"
            for what, count in valued.predictors.items()
        ),
    ]  # fmt: skip


def _when(terms: Terms) -> str:
    return "without an end" if terms.horizon.count is None else f"in {terms.horizon.text}"


def _rate(option: str, text: str, most: float = 1.0) -> float:
    found = RATE.fullmatch(text.strip())
    rate = -1.0 if found is None else float(found[1]) / (100.0 if found[2] else 1.0)
    if not 0.0 <= rate <= most:
        stop(f"`{option} {text}` should be a percentage such as `{option} 30%`, from 0% to {most:.0%}")
    return rate


def _amount(option: str, text: str) -> float:
    if not AMOUNT.fullmatch(text.strip()):
        stop(f"`{option} {text}` should be an amount such as `{option} 35.50`")
    return float(text)


def _horizon(text: str) -> Horizon:
    if text.strip().lower() in UNLIMITED:
        return Horizon(None, "year")
    return Horizon(*_span("--horizon", text, " or `--horizon unlimited`"))


def _years(option: str, text: str) -> float:
    count, unit = _span(option, text)
    return count * DAYS_IN[unit] / DAYS_IN_A_YEAR


def _span(option: str, text: str, other: str = "") -> tuple[int, Unit]:
    found = SPAN.fullmatch(text.strip())
    if found is not None:
        count, unit = int(found[1]), found[2].lower()
        if count > 0 and count * DAYS_IN[unit] <= LONGEST_YEARS * DAYS_IN_A_YEAR:  # type: ignore[index]
            return count, unit  # type: ignore[return-value]
    stop(
        f"`{option} {text}` should be a number of weeks, months, quarters or years, at most {LONGEST_YEARS} years, "
        f"such as `{option} '18 months'`{other}"
    )
