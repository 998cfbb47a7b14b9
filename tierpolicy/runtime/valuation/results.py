"""Values to columns, and to a file: a row a customer, or the rows of a customer base with the values beside."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.runtime.bases import Base
from tierpolicy.runtime.files import CSV_ENDINGS, JSONL_ENDINGS, check_writable, reason
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation.plain import PREDICTORS, Expected
from tierpolicy.runtime.valuation.present_value import Floats
from tierpolicy.runtime.valuation.summary import HUNDREDTHS, Summary
from tierpolicy.runtime.valuation.terms import Unworkable

MOST_HUNDREDTHS = 2.0**53
VALUE, PREDICTED_BY = "lifetime_value", "predictors"
MONEY_DIGITS, RATE_DIGITS = 2, 6


def values_table(summary: Summary, expected: Expected, customer: str, numbered: bool) -> Any:
    """A `pyarrow.Table` with a row a customer, in the order of their names. `customer` is what the column that names
    them is called; `numbered` names are whole numbers again."""
    import pyarrow

    names = summary.customers.cast(pyarrow.int64()) if numbered else summary.customers
    return pyarrow.table(
        {
            customer: names,
            VALUE: money(expected.value),
            PREDICTED_BY: pyarrow.array(np.array(PREDICTORS, object).take(expected.used), pyarrow.string()),
            "alive": rounded(expected.alive),
            "expected_purchases": rounded(expected.purchases),
            "profit_per_purchase": money(expected.profit),
            "orders": whole(summary.orders),
            "first_purchase": days(summary.first),
            "last_purchase": days(summary.last),
            "spent": money(summary.spent),
        }
    )


def money(amounts: Floats) -> Any:
    """Hundredths, half to even; null where an amount isn't known. What is beyond the largest amount is that one."""
    import pyarrow

    unknown = np.isnan(amounts)
    hundredths = np.rint(np.clip(np.nan_to_num(amounts * HUNDREDTHS), -MOST_HUNDREDTHS, MOST_HUNDREDTHS))
    words = np.empty((len(amounts), 2), np.int64)  # a decimal of Arrow's: 128 bits, the low ones first
    words[:, 0] = hundredths
    words[:, 1] = words[:, 0] >> 63
    known = pyarrow.array(~unknown).buffers()[1]
    buffers = [known, pyarrow.py_buffer(words.tobytes())]
    return pyarrow.Array.from_buffers(pyarrow.decimal128(18, MONEY_DIGITS), len(amounts), buffers)


def rounded(rates: Floats) -> Any:
    import pyarrow

    return pyarrow.array(np.round(rates, RATE_DIGITS), mask=np.isnan(rates))


def whole(counts: Floats) -> Any:
    import pyarrow

    return pyarrow.array(np.nan_to_num(counts).astype(np.int64), mask=np.isnan(counts))


def days(since: Floats) -> Any:
    import pyarrow

    return pyarrow.array(np.nan_to_num(since).astype(np.int32), mask=np.isnan(since)).cast(pyarrow.date32())


# ---------------------------------------------------------------- beside a customer base


def check_addable(base: Base, customer: str) -> None:
    """Refuses a customer base that doesn't name its customers by a column of its own."""
    if base.columns.count(customer) != 1:
        raise Unworkable(
            f"`{base.name}` has no column `{customer}` of its own, as the purchases have: rename one of the two"
        )


def added_to(base: Base, values: Any, customer: str, met: NDArray[np.bool_]) -> Iterator[Any]:
    """The rows of a customer base, batch by batch, each with the value of its customer; null for whoever has none.
    Values that are there already give way. `met` is told, by place in `values`, who is in the base."""
    import pyarrow
    import pyarrow.compute as compute

    names = values.column(customer).cast(pyarrow.string()).combine_chunks()
    for batch in base.batches():
        kept = [name for name in batch.rows.schema.names if name not in (VALUE, PREDICTED_BY)]
        table = pyarrow.Table.from_batches([batch.rows]).select(kept)
        places = compute.index_in(table.column(customer).cast(pyarrow.string()), value_set=names)
        met[np.asarray(places.combine_chunks().drop_null(), np.int64)] = True
        for name in (VALUE, PREDICTED_BY):
            table = table.append_column(name, values.column(name).combine_chunks().take(places.combine_chunks()))
        yield table


# ---------------------------------------------------------------- files


def check_target(target: Path, read: Collection[Path], ending: str, text: bool) -> None:
    check_writable(target, tuple(read), ending)
    if text and (ending or target.suffix.lower()) not in CSV_ENDINGS:
        raise UnusableFile(f"customers of a CSV file are text: write them to a `.csv` file, not to `{target}`")


def write_tables(tables: Iterable[Any], target: Path, ending: str) -> int:
    """Writes tables of the same columns, one after the other, and says how many rows they had. The file is there whole
    or not at all."""
    kind = ending or target.suffix.lower()
    rows = 0
    with written_whole(target) as new:
        if kind in CSV_ENDINGS:
            rows = _write_csv(tables, new, "\t" if kind == ".tsv" else ",")
        elif kind in JSONL_ENDINGS:
            rows = _write_jsonl(tables, new)
        else:
            rows = _write_parquet(tables, new)
    return rows


def _write_csv(tables: Iterable[Any], path: Path, delimiter: str) -> int:
    rows = 0
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        for at, table in enumerate(tables):
            if not at:
                writer.writerow(table.schema.names)
            columns = [column.to_pylist() for column in table.columns]
            writer.writerows(["" if cell is None else cell for cell in row] for row in zip(*columns, strict=True))
            rows += table.num_rows
    return rows


def _write_jsonl(tables: Iterable[Any], path: Path) -> int:
    rows = 0
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for table in tables:
            for record in table.to_pylist():
                file.write(json.dumps(record, ensure_ascii=False, default=_jsonable, allow_nan=False) + "\n")
            rows += table.num_rows
    return rows


def _jsonable(cell: object) -> object:
    return float(cell) if isinstance(cell, Decimal) else str(cell)


def _write_parquet(tables: Iterable[Any], path: Path) -> int:
    import pyarrow.parquet  # type: ignore[import-untyped, unused-ignore]

    rows, writer = 0, None
    try:
        for table in tables:
            if writer is None:
                writer = pyarrow.parquet.ParquetWriter(path, table.schema)
            writer.write_table(table.cast(writer.schema))
            rows += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to, moved onto it at the end; removed where something goes wrong."""
    new = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    new.unlink(missing_ok=True)
    try:
        yield new
        new.replace(target)
    except OSError as error:
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from error
    finally:
        new.unlink(missing_ok=True)
