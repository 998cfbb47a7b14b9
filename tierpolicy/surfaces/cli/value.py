"""`tierpolicy value`: purchases to the lifetime value of each customer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tierpolicy.report.words import plural
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation.terms import DAYS_IN, DAYS_IN_A_YEAR, Horizon, Terms, Unit, Unworkable
from tierpolicy.surfaces.cli.inputs import AsOf, day
from tierpolicy.surfaces.cli.speaking import remark, say_fitted, stop
from tierpolicy.surfaces.cli.waiting import progress_shown

RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(%?)")
AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,6})?")
SPAN = re.compile(r"([0-9]{1,5})\s*(week|month|quarter|year)s?", re.IGNORECASE)
UNLIMITED = ("unlimited", "forever", "infinite")
LONGEST_YEARS = 100

if TYPE_CHECKING:
    from tierpolicy.runtime.valuation.valuing import Request, Valued


def value_command(
    purchases: Annotated[
        str,
        typer.Argument(
            metavar="PURCHASES",
            help="A .csv, .jsonl, .parquet or DuckDB file, or a folder of Parquet.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the values go.")],
    margin: Annotated[
        str | None, typer.Option("--margin", metavar="PERCENT", help="The part of an amount that is profit.")
    ] = None,
    retention: Annotated[
        str | None,
        typer.Option(
            "--retention",
            metavar="PERCENT",
            help="The part of the customers who are still customers a year later (default: estimated from the dates).",
        ),
    ] = None,
    discount: Annotated[
        str, typer.Option("--discount", metavar="PERCENT", help="What money is worth less a year later.")
    ] = "10%",
    horizon: Annotated[
        str,
        typer.Option("--horizon", metavar="TIME", help="How far ahead business counts: `39 weeks`, `unlimited`."),
    ] = "3 years",
    period: Annotated[
        Literal["week", "month", "quarter", "year"], typer.Option("--period", help="One step of the sum.")
    ] = "month",
    model: Annotated[
        Literal["plain", "bg-nbd"],
        typer.Option("--model", help="`bg-nbd` needs the extra: pip install 'tierpolicy[clv]'."),
    ] = "plain",
    as_of: AsOf = None,
    add_to: Annotated[
        str | None,
        typer.Option("--add-to", metavar="CUSTOMERS", help="Write the rows of this customer base, with their values."),
    ] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="COLUMN", help="Who bought.")] = None,
    date: Annotated[str | None, typer.Option("--date", metavar="COLUMN", help="When.")] = None,
    amount: Annotated[str | None, typer.Option("--amount", metavar="COLUMN", help="For how much.")] = None,
    profit: Annotated[str | None, typer.Option("--profit", metavar="COLUMN", help="With what profit.")] = None,
    orders: Annotated[
        str | None, typer.Option("--orders", metavar="COLUMN", help="How many purchases a line sums up.")
    ] = None,
    first: Annotated[str | None, typer.Option("--first", metavar="COLUMN", help="The first of them.")] = None,
    last: Annotated[str | None, typer.Option("--last", metavar="COLUMN", help="The last of them.")] = None,
    average: Annotated[
        str | None, typer.Option("--average", metavar="AMOUNT", help="Of a purchase, where no amount is known.")
    ] = None,
    observed: Annotated[
        str | None,
        typer.Option("--observed", metavar="TIME", help="In what time purchases without a date were made."),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="TABLE", help="Which table, where PURCHASES holds several.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Where lines go that can't be counted for anybody.")
    ] = None,
    format: Annotated[
        Literal["csv", "jsonl", "parquet"] | None,
        typer.Option("--format", help="The form of the output, where its name doesn't say it."),
    ] = None,
) -> None:
    """Value each customer: the net present value of the profit expected from their future purchases."""
    try:
        from tierpolicy.runtime.valuation.lines import Columns
        from tierpolicy.runtime.valuation.valuing import Request, value_customers
    except ModuleNotFoundError:
        stop("working out values needs NumPy, pyarrow and DuckDB: install them with `pip install 'tierpolicy[data]'`")
    terms = Terms(
        margin=None if margin is None else _rate("--margin", margin),
        retention=None if retention is None else _rate("--retention", retention),
        discount=_rate("--discount", discount, most=10.0),
        horizon=_horizon(horizon),
        period=period,
        average=None if average is None else _amount("--average", average),
        observed=None if observed is None else _years("--observed", observed),
    )
    request = Request(
        source=purchases,
        target=output,
        as_of=day_of(day(as_of)),
        terms=terms,
        columns=Columns(customer, date, amount, profit, orders, first, last),
        model=model,
        table=table,
        add_to=add_to,
        rejects=rejects,
        ending=f".{format}" if format else "",
    )
    try:
        with progress_shown() as told:
            valued = value_customers(request, lambda done, size: told("reading purchases", done, size))
    except (UnusableFile, Unworkable) as error:
        stop(str(error))
    for note in valued.notes:
        remark(f"note: {note}")
    for line in said(request, valued):
        say_fitted(line)


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
