"""Values to a file of their own, or to the rows of a customer base; and whose purchases found no customer there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.model.words import quoted
from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.valuation.plain import PREDICTORS
from tierpolicy.runtime.valuation.present_value import Floats
from tierpolicy.runtime.valuation.results import (
    PREDICTED_BY,
    VALUE,
    added_to,
    check_addable,
    check_target,
    write_tables,
)
from tierpolicy.runtime.valuation.unread import number_of

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Written:
    """What is in the file: its rows, how many of them rest on which predictors (the most first), their values (the
    largest first); `notes` say what isn't."""

    rows: int
    predictors: dict[str, int]
    values: tuple[float, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    predictors: Counter[str] = field(default_factory=Counter)
    values: list[Floats] = field(default_factory=list)
    unvalued: int = 0

    def add(self, table: Any) -> None:
        known = _floats(table.column(VALUE))
        self.values.append(known)
        self.unvalued += table.num_rows - len(known)
        for each in table.column(PREDICTED_BY).drop_null().value_counts().to_pylist():
            self.predictors[each["values"]] += each["counts"]

    def written(self, rows: int, notes: tuple[str, ...]) -> Written:
        values = -np.sort(-np.concatenate(self.values)) if self.values else np.zeros(0)
        predictors = sorted(self.predictors.items(), key=lambda each: (-each[1], PREDICTORS.index(each[0])))
        return Written(rows, dict(predictors), tuple(values.tolist()), notes)


def write_values(table: Any, target: Path, ending: str, customer: str, add_to: str | None) -> Written:
    """Writes a table of values, or the rows of the base `add_to` with theirs. `customer` names who they are of."""
    tally = _Tally()
    if add_to is None:
        tally.add(table)
        return tally.written(write_tables([table], target, ending), ())
    met = np.zeros(table.num_rows, np.bool_)
    with opened(add_to) as customers:
        check_addable(customers, customer)
        check_target(target, (), ending, text=customers.from_text)

        def counted() -> Iterator[Any]:
            for each in added_to(customers, table, customer, met):
                tally.add(each)
                yield each

        rows = write_tables(counted(), target, ending)
        renewed = [name for name in (VALUE, PREDICTED_BY) if name in customers.columns]
        notes = _renewed(customers.name, renewed), _unvalued(customers.name, tally.unvalued, rows)
        return tally.written(rows, (*filter(None, notes), *_nobodys(customers.name, table, customer, met)))


def _floats(column: Any) -> Floats:
    return np.asarray(column.drop_null().cast("float64").to_numpy(), np.float64)


def _renewed(base: str, columns: list[str]) -> str:
    return f"{' and '.join(f'`{name}`' for name in columns)} of `{base}` is written anew" if columns else ""


def _unvalued(base: str, unvalued: int, rows: int) -> str:
    if not unvalued:
        return ""
    return f"{unvalued:,} of {rows:,} customers of `{base}` have no value: no purchase of theirs is known"


def _nobodys(base: str, table: Any, customer: str, met: NDArray[np.bool_]) -> Iterator[str]:
    """What was bought by whoever isn't in the base: it is in no value of the file."""
    import pyarrow

    if met.all():
        return
    missed = table.filter(pyarrow.array(~met))
    orders, spent = int(_floats(missed.column("orders")).sum()), _floats(missed.column("spent"))
    bought = f"{number_of(orders, 'purchase')} of " if orders else ""
    amount = f", for {spent.sum():,.2f}," if len(spent) else ""
    first = quoted(str(missed.column(customer)[0].as_py())[:LONGEST_NAME])
    bought += f"{number_of(missed.num_rows, 'customer')}{amount}"
    several = max(orders, missed.num_rows) > 1
    value = _floats(missed.column(VALUE)).sum()
    yield (
        f"{bought} {'are' if several else 'is'} of nobody in `{base}`, such as {first}; "
        f"their value of {value:,.2f} isn't in the file"
    )
