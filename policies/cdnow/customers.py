"""From purchases.csv, a line per purchase, to customers.csv, a line per customer, with what `tierpolicy value` makes of
the purchases (which needs `tierpolicy[data]`; the tables need nothing but Python).

    python customers.py              writes customers.csv beside this file
    python customers.py --quantiles  prints the quantiles that README.md argues its thresholds from
    python customers.py --shares     prints what part of all revenue the best customers bring
    python customers.py --returns    prints how many came back, by how long they had been quiet

Money is exact (`Decimal`), dates are ISO text, customers come in the order of their number, so running the script
again writes the same bytes. Recency isn't stored: it is `last_purchase` seen from the as-of date, and the policy
works it out.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent
MARGIN = "30%"  # an assumption: nothing is known of CDNOW's costs
AS_OF = date(1998, 7, 1)  # the day after the last purchase in the data; the policy decides as of this day


@dataclass(frozen=True, slots=True)
class Customer:
    """What one person did in the time of the data. The fields are columns of customers.csv, which ends with
    `lifetime_value`."""

    customer_id: str
    orders: int
    cds: int
    total_spend: Decimal
    first_purchase: str
    last_purchase: str


def customers(purchases: Iterable[dict[str, str]]) -> list[Customer]:
    """One `Customer` for each `customer_id`, sorted by it."""
    lines_of: dict[str, list[dict[str, str]]] = {}
    for line in purchases:
        lines_of.setdefault(line["customer_id"], []).append(line)
    return [customer(number, lines_of[number]) for number in sorted(lines_of)]


def customer(number: str, lines: list[dict[str, str]]) -> Customer:
    """All purchases of one person, as one line. ISO dates sort as text."""
    amounts = [Decimal(line["amount_usd"]) for line in lines]
    days = [line["date"] for line in lines]
    return Customer(
        customer_id=number,
        orders=len(lines),
        cds=sum(int(line["cds"]) for line in lines),
        total_spend=sum(amounts, Decimal("0.00")),
        first_purchase=min(days),
        last_purchase=max(days),
    )


def write(people: list[Customer], value_of: Mapping[str, str], path: Path) -> None:
    """Write customers.csv: a header, then a line per customer, money with two digits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = list(Customer.__slots__)
        writer.writerow([*columns, "lifetime_value"])
        for person in people:
            writer.writerow([*(getattr(person, column) for column in columns), value_of[person.customer_id]])


def values() -> dict[str, str]:
    """What each customer is worth by the plain model, as README.md says it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "values.csv"
        command = [sys.executable, "-m", "tierpolicy", "value", str(HERE / "purchases.csv"), "-o", str(target)]
        subprocess.run([*command, "--margin", MARGIN, "--as-of", AS_OF.isoformat()], check=True)
        with target.open(encoding="utf-8", newline="") as file:
            return {row["customer_id"]: row["lifetime_value"] for row in csv.DictReader(file)}


QUANTILES = (25, 50, 75, 90, 95, 99)


def quantile(values: list[Decimal], percent: int) -> Decimal:
    """The least value such that at least `percent` of all values are no greater (no interpolation)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def quantile_table(people: list[Customer]) -> str:
    """Quantiles of everything that the policy compares, one line per measure."""
    repeat = [person for person in people if person.orders >= 2]
    measures = {
        "orders": [Decimal(p.orders) for p in people],
        "total_spend": [p.total_spend for p in people],
        "cds per order": [round(Decimal(p.cds) / p.orders, 1) for p in people],
        "days quiet": [Decimal(quiet_days(p)) for p in people],
        "days quiet, 2+ orders": [Decimal(quiet_days(p)) for p in repeat],
    }
    head = f"{'':24}" + "".join(f"{f'{percent}%':>9}" for percent in QUANTILES) + f"{'most':>10}"
    rows = [
        f"{name:24}" + "".join(f"{quantile(values, percent):>9}" for percent in QUANTILES) + f"{max(values):>10}"
        for name, values in measures.items()
    ]
    return "\n".join([head, *rows])


def quiet_days(person: Customer) -> int:
    """Days from the last purchase to the as-of date."""
    return (AS_OF - date.fromisoformat(person.last_purchase)).days


def share_table(people: list[Customer]) -> str:
    """What part of all revenue comes from the best 1%, 10% and 25% of customers."""
    spend = sorted((person.total_spend for person in people), reverse=True)
    total = sum(spend)
    return "\n".join(
        f"best {percent:>2}% of customers: {sum(spend[: len(spend) * percent // 100]) / total:.0%} of revenue"
        for percent in (1, 10, 25)
    )


def return_table(purchases: Iterable[dict[str, str]]) -> str:
    """Customers with two orders or more before 1998, by days quiet on 1 January 1998: how many bought again by June."""
    days_of: dict[str, list[str]] = {}
    for line in purchases:
        days_of.setdefault(line["customer_id"], []).append(line["date"])
    new_year = date(1998, 1, 1)
    came_back: dict[int, list[bool]] = {}
    for days in days_of.values():
        before = [day for day in days if day < new_year.isoformat()]
        if len(before) >= 2:
            quiet = (new_year - date.fromisoformat(max(before))).days
            came_back.setdefault((quiet - 1) // 90, []).append(len(before) < len(days))
    return "\n".join(
        f"quiet {90 * band + 1:>3} to {90 * band + 90:>3} days: "
        f"{sum(back):>4} of {len(back)} bought again, {sum(back) / len(back):.0%}"
        for band, back in sorted(came_back.items())
        if band < 4
    )


def main() -> None:
    options = argparse.ArgumentParser(description="Reduce CDNOW purchases to one line per customer.")
    options.add_argument("--quantiles", action="store_true", help="print quantiles instead of writing customers.csv")
    options.add_argument("--shares", action="store_true", help="print revenue shares instead of writing customers.csv")
    options.add_argument("--returns", action="store_true", help="print who came back instead of writing customers.csv")
    chosen = options.parse_args()
    with (HERE / "purchases.csv").open(encoding="utf-8", newline="") as file:
        purchases = list(csv.DictReader(file))
    people = customers(purchases)
    if chosen.quantiles:
        print(quantile_table(people))
    elif chosen.shares:
        print(share_table(people))
    elif chosen.returns:
        print(return_table(purchases))
    else:
        write(people, values(), HERE / "customers.csv")
        print(f"customers.csv: {len(people)} customers")


if __name__ == "__main__":
    main()
