"""Parquet in and out, a batch of rows at a time, through pyarrow (the `data` extra), which is imported here alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Any, assert_never

from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import Value
from tierpolicy.runtime.rows import OutputColumn, Reader, Row, UnusableFile, Writer
from tierpolicy.runtime.values import python_value
from tierpolicy.semantics.outcome import Problem

ROWS_IN_A_BATCH = 4_000
MOMENTS = frozenset(f"timestamp[{unit}]" for unit in ("s", "ms", "us", "ns"))


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # type: ignore[import-untyped, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise UnusableFile(
            "reading and writing Parquet needs pyarrow: install it with `pip install 'tierpolicy[data]'`"
        ) from None
    return pyarrow, pyarrow.parquet


@contextmanager
def read_parquet(path: Path, wanted: frozenset[str]) -> Iterator[Reader]:
    """The columns of a Parquet file that the policy can read, typed as they are there."""
    arrow, parquet = _arrow()
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError, ValueError):
        raise UnusableFile(f"`{path}` can't be read as a Parquet file") from None
    with file:
        names = tuple(file.schema_arrow.names)
        columns = [name for name in dict.fromkeys(names) if name in wanted]
        done = 0

        def rows() -> Iterator[Row]:
            nonlocal done
            try:
                for batch in file.iter_batches(batch_size=ROWS_IN_A_BATCH, columns=columns):
                    yield from _batch_rows(batch, done)
                    done += batch.num_rows
            except (arrow.ArrowException, OSError) as error:
                raise UnusableFile(f"`{path}` is damaged after {done} rows ({type(error).__name__})") from None

        yield Reader(rows=rows(), columns=names, from_text=False, size=file.metadata.num_rows, at=lambda: done)


def _batch_rows(batch: Any, before: int) -> Iterator[Row]:
    names = batch.schema.names
    cells = [_column(batch.column(at)) for at in range(batch.num_columns)]
    for at in range(batch.num_rows):
        record: dict[str, object] = {}
        problems: list[Problem] = []
        for name, column in zip(names, cells, strict=True):
            cell = column[at]
            if name in record:
                message = f"two columns are called `{name}`, so it counts as missing"
                problems.append(Problem(name, "two values", "one column of that name", message))
                record[name] = None
            else:
                record[name] = cell
        yield Row(before + at + 1, record, tuple(problems))


def _column(column: Any) -> list[object]:
    """The cells in Python's types; one that has none there (nanoseconds, a day beyond the calendar) as its text.

    A day is often stored as its first moment: a timestamp without a zone that is exactly midnight is that day.
    """
    try:
        cells = list(column.to_pylist())
    except (ValueError, OverflowError):
        cells = [_cell(cell) for cell in column]
    if str(column.type) in MOMENTS:
        return [cell.date() if isinstance(cell, datetime) and cell.time() == time.min else cell for cell in cells]
    return cells


def _cell(cell: Any) -> object:
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return f"{cell.type} {getattr(cell, 'value', '')}"


@contextmanager
def write_parquet(path: Path, columns: tuple[OutputColumn, ...]) -> Iterator[Writer]:
    """Decisions in typed columns; what was copied from the input is text, a count is a whole number."""
    arrow, parquet = _arrow()
    schema = arrow.schema([(column.name, _arrow_type(arrow, column)) for column in columns])
    with parquet.ParquetWriter(path, schema) as file:
        waiting: list[tuple[Value | object, ...]] = []

        def flush() -> None:
            by_column = list(zip(*waiting, strict=True)) or [() for _ in columns]
            arrays = [
                arrow.array([_stored(cell, column) for cell in cells], type=schema.field(column.name).type)
                for cells, column in zip(by_column, columns, strict=True)
            ]
            file.write_batch(arrow.record_batch(arrays, schema=schema))
            waiting.clear()

        def write(cells: tuple[Value | object, ...]) -> None:
            waiting.append(cells)
            if len(waiting) >= ROWS_IN_A_BATCH:
                flush()

        yield write
        flush()


def _stored(cell: Value | object, column: OutputColumn) -> object:
    if column.type is None:
        return cell if cell is None or column.counts else _storable(str(cell))
    value = python_value(cell, column.type)  # type: ignore[arg-type]
    if isinstance(value, frozenset):
        return sorted(value)
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    """The text with what UTF-8 can't hold (lone surrogates) written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _arrow_type(arrow: Any, column: OutputColumn) -> Any:
    if column.type is None:
        return arrow.int64() if column.counts else arrow.string()
    return arrow_type(arrow, column.type)


def arrow_type(arrow: Any, type_: Type) -> Any:
    """The Arrow type that holds every value of a type; `arrow` is pyarrow."""
    match type_:
        case Flag():
            return arrow.bool_()
        case Integer():
            return arrow.int64()
        case Number():
            return arrow.float64()
        case Percent():
            return arrow.decimal128(24, 4)
        case Money():
            return arrow.decimal128(18, 2)
        case Duration():
            return arrow.duration("s")
        case Date():
            return arrow.date32()
        case SetOf():
            return arrow.list_(arrow.string())
        case Text() | Scale() | Choice():
            return arrow.string()
        case _:
            assert_never(type_)
