"""Merged customers to a new customer base: CSV, JSON lines or Parquet, spelled so that a policy reads each back."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tierpolicy.runtime.files import CSV_ENDINGS, JSONL_ENDINGS, reason
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.values import duration_text

Write = Callable[[Any], None]
ROWS_IN_A_GROUP = 1 << 17


@contextmanager
def base_writer(path: Path, ending: str, schema: Any) -> Iterator[Write]:
    """Takes `pyarrow` tables of this schema and writes them to the new file `path`, one after the other."""
    if ending in CSV_ENDINGS:
        writer = _csv(path, "\t" if ending == ".tsv" else ",", schema)
    elif ending in JSONL_ENDINGS:
        writer = _jsonl(path)
    else:
        writer = _parquet(path, schema)
    with writer as write:
        yield write


@contextmanager
def _parquet(path: Path, schema: Any) -> Iterator[Write]:
    from pyarrow.parquet import ParquetWriter

    with ParquetWriter(path, schema) as file:
        yield lambda table: file.write_table(table, ROWS_IN_A_GROUP)


@contextmanager
def _csv(path: Path, delimiter: str, schema: Any) -> Iterator[Write]:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(schema.names)

        def write(table: Any) -> None:
            columns = [_text_column(column.combine_chunks()).to_pylist() for column in table.columns]
            writer.writerows(zip(*columns, strict=True))

        yield write


def _text_column(column: Any) -> Any:
    """A column as text: numbers, amounts and dates as Arrow spells them, `yes` and `no`, sets with `;` between."""
    import pyarrow
    import pyarrow.compute as compute

    if pyarrow.types.is_boolean(column.type):
        return compute.if_else(column, "yes", "no")
    if pyarrow.types.is_list(column.type):
        return compute.binary_join(column, ";")
    if pyarrow.types.is_duration(column.type):
        spelled = [None if each is None else _duration(each) for each in column.to_pylist()]
        return pyarrow.array(spelled, pyarrow.string())
    return column.cast(pyarrow.string())


@contextmanager
def _jsonl(path: Path) -> Iterator[Write]:
    with path.open("x", encoding="utf-8", newline="\n") as file:

        def write(table: Any) -> None:
            for row in table.to_pylist():
                file.write(json.dumps(_json_row(row), ensure_ascii=False, allow_nan=False) + "\n")

        yield write


def _json_row(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _json(value) for name, value in row.items()}


def _json(value: object) -> object:
    """Money as exact text, a percentage as the number that is read back as the same."""
    match value:
        case Decimal():
            return str(value) if value.as_tuple().exponent == -2 else float(value)
        case timedelta():
            return _duration(value)
        case None | bool() | int() | float() | str() | list():
            return value
        case _:
            return str(value)


def _duration(value: timedelta) -> str:
    return duration_text(value.days * 86_400 + value.seconds)


@contextmanager
def whole_file(target: Path, what: str) -> Iterator[Path]:
    """A path beside `target` to write to, moved onto it once all is written; gone where something goes wrong."""
    new = target.with_name(f".tierpolicy.{os.getpid()}.{what}.part")
    try:
        yield new
        new.replace(target)
    except OSError as error:
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from error
    finally:
        new.unlink(missing_ok=True)
