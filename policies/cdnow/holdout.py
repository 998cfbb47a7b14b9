"""What the models of `tierpolicy value` expect of 39 weeks of CDNOW, beside what came. Needs `tierpolicy[data]`.

    python holdout.py            works out the plain model again and draws holdout.svg
    python holdout.py --bg-nbd   BG/NBD with Gamma-Gamma too (needs `tierpolicy[clv]`)

Both models see the purchases until 30 September 1997, 39 weeks, and say what each customer will spend in the 39 weeks
after: revenue (a margin of 100%), undiscounted. Customers are put into tenths by what the plain model expects of them,
best first. The figures, whole dollars, are in holdout.csv; running this again writes the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tierpolicy.report.pictures import Series, Words, beside

HERE = Path(__file__).parent
UNTIL = "1997-09-30"
IN_39_WEEKS = ("--margin", "100%", "--discount", "0%", "--horizon", "39 weeks", "--period", "week")
CAME, PLAIN, BG_NBD = "came", "plain", "bg_nbd"
COLUMNS = ("tenth", "customers", CAME, PLAIN, BG_NBD)


@dataclass(frozen=True, slots=True)
class Customer:
    """Dollars: spent until `UNTIL`, and after, when it `came`."""

    spent: Decimal
    came: Decimal


def customers() -> dict[str, Customer]:
    """Everybody who bought until `UNTIL`, in the order of their numbers."""
    spent: dict[str, Decimal] = {}
    came: dict[str, Decimal] = {}
    with (HERE / "purchases.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            who, side = line["customer_id"], spent if line["date"] <= UNTIL else came
            side[who] = side.get(who, Decimal(0)) + Decimal(line["amount_usd"])
    return {who: Customer(spent[who], came.get(who, Decimal(0))) for who in sorted(spent)}


def expected(model: str) -> dict[str, Decimal]:
    """What a model expects of each customer, by the command that anybody would use."""
    with tempfile.TemporaryDirectory() as folder:
        values = Path(folder) / "values.csv"
        command = [sys.executable, "-m", "tierpolicy", "value", str(HERE / "purchases.csv"), "-o", str(values)]
        subprocess.run(
            [*command, "--as-of", UNTIL, "--model", model, *IN_39_WEEKS], check=True, stdout=subprocess.DEVNULL
        )
        with values.open(encoding="utf-8", newline="") as file:
            return {row["customer_id"]: Decimal(row["lifetime_value"]) for row in csv.DictReader(file)}


def tenths(values: Mapping[str, Decimal]) -> list[list[str]]:
    """The customers in ten groups, best first; of equal value, in the order of their numbers."""
    ordered = sorted(values, key=lambda who: (-values[who], who))
    size, rest = divmod(len(ordered), 10)
    groups, start = [], 0
    for number in range(10):
        end = start + size + (number < rest)
        groups.append(ordered[start:end])
        start = end
    return groups


def best_tenth(values: Mapping[str, Decimal], people: Mapping[str, Customer]) -> str:
    """What part of the revenue that came is that of the tenth with the highest values."""
    came = sum(people[who].came for who in tenths(values)[0])
    return f"{came / sum(person.came for person in people.values()):.1%}"


def whole(amounts: Sequence[Decimal]) -> str:
    return str(sum(amounts).quantize(Decimal(1)))


def measured(people: Mapping[str, Customer], by_model: Mapping[str, Mapping[str, Decimal]]) -> list[dict[str, str]]:
    """A row a tenth, of those models that were asked."""
    return [
        {
            "tenth": str(number),
            "customers": str(len(group)),
            CAME: whole([people[who].came for who in group]),
            **{model: whole([values[who] for who in group]) for model, values in by_model.items()},
        }
        for number, group in enumerate(tenths(by_model[PLAIN]), 1)
    ]


def read() -> list[dict[str, str]]:
    with (HERE / "holdout.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(rows: Sequence[Mapping[str, str]]) -> None:
    with (HERE / "holdout.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def picture(rows: Sequence[Mapping[str, str]]) -> str:
    """An SVG: what came as columns, what was expected as lines."""

    def series(name: str, column: str) -> Series:
        return Series(name, tuple(int(row[column]) for row in rows))

    words = Words(
        "holdout",
        "Revenue of 39 weeks by tenths of customers: what came, and what two models had expected",
        "Both models put the customers into the right order; both expect less than came, the plain model by more.",
    )
    models = [series("plain model", PLAIN), series("BG/NBD", BG_NBD)]
    across = "tenths of customers by what the plain model expects, best first"
    labels = [row["tenth"] for row in rows]
    return beside(
        words, labels, series("what came", CAME), models, across=across, number=lambda value: f"${value:,.0f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description="What the models expect of 39 weeks, beside what came.")
    options.add_argument("--bg-nbd", action="store_true", help="work out BG/NBD with Gamma-Gamma too")
    asked = options.parse_args()
    people = customers()
    by_model = {PLAIN: expected("plain")} | ({BG_NBD: expected("bg-nbd")} if asked.bg_nbd else {})
    rows = measured(people, by_model)
    if not asked.bg_nbd:
        rows = [row | {BG_NBD: known[BG_NBD]} for row, known in zip(rows, read(), strict=True)]
    write(rows)
    (HERE / "holdout.svg").write_text(picture(rows), encoding="utf-8", newline="\n")
    for column in (CAME, PLAIN, BG_NBD):
        print(f"{column:8}{sum(int(row[column]) for row in rows):>9} dollars in 39 weeks")
    print("Of what came, the best tenth by")
    print(f"  what they had spent  {best_tenth({who: each.spent for who, each in people.items()}, people)}")
    for model, values in by_model.items():
        print(f"  {model:20} {best_tenth(values, people)}")
    print(f"  what came            {best_tenth({who: each.came for who, each in people.items()}, people)}")


if __name__ == "__main__":
    main()
