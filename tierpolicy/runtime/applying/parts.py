"""Parquet from columns, in parts that are whole by themselves; they become one file, a folder, or a table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_never

from tierpolicy.runtime.applying.output import Answered, Cells, Copied, Counted, Layout, Output, Said
from tierpolicy.runtime.applying.targets import Wanted
from tierpolicy.runtime.applying.texts import python_cells_of
from tierpolicy.runtime.columns.results import storable
from tierpolicy.runtime.rows import UnusableFile


class Parts:
    """Parquet files of so many rows each, numbered; all in one where no size is given."""

    def __init__(
        self, wanted: Wanted, layout: Layout, types: dict[str, Any], folder: Path, kept: Any, size: int | None
    ) -> None:
        self._wanted, self._folder, self._size = wanted, folder / "parts", size
        self.schema = schema_of(layout, types)
        self._folder.mkdir(exist_ok=True)
        self._done = list(kept["parts"]) if kept else []
        self._writer: Any = None
        self._rows = 0
        for path in self._folder.iterdir():
            if path.name not in self._done:
                path.unlink()

    def spelled(self, output: Output) -> Any:
        """A record batch."""
        import pyarrow

        arrays = [_array(each, field.type) for each, field in zip(output.cells, self.schema, strict=True)]
        batch = pyarrow.record_batch(arrays, schema=self.schema)
        return batch if output.kept is None else batch.filter(pyarrow.array(output.kept))

    def write(self, spelled: Any) -> None:
        if self._is_full():
            self._end_part()
        if self._writer is None:
            self._writer = self._begun(self._folder / f"part-{len(self._done) + 1:05}.parquet")
        if spelled.num_rows:
            self._writer.write_batch(spelled)
        self._rows += spelled.num_rows

    def _begun(self, path: Path) -> Any:
        self._done.append(path.name)
        self._rows = 0
        return writer_of(path, self.schema)

    def kept(self) -> dict[str, Any] | None:
        if not self._is_full():
            return None
        self._end_part()
        return {"parts": list(self._done)}

    def _is_full(self) -> bool:
        return self._writer is not None and self._size is not None and self._rows >= self._size

    def _end_part(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            _lasting(self._folder / self._done[-1])

    def rows(self) -> int:
        from pyarrow.parquet import read_metadata

        if self._writer is None and not self._done:
            self._writer = self._begun(self._folder / "part-00001.parquet")
        self._end_part()
        return sum(read_metadata(path).num_rows for path in self._paths)

    @property
    def _paths(self) -> list[Path]:
        return [self._folder / name for name in self._done]

    def finish(self) -> None:
        from pyarrow.parquet import ParquetFile

        paths = self._paths
        match self._wanted.form:
            case "parquet":
                self._one_file(paths).replace(self._wanted.path)
            case "folder":
                if self._wanted.path.is_dir():
                    self._wanted.path.rmdir()  # it is empty: anything else was refused
                self._folder.replace(self._wanted.path)
            case "duckdb":
                from tierpolicy.runtime.applying.duckdb_table import write_table

                assert self._wanted.table is not None
                write_table(self._wanted.path, self._wanted.table, paths)
            case _:
                from tierpolicy.runtime.bases.postgres import table_target

                assert self._wanted.url is not None
                assert self._wanted.table is not None
                batches = (batch for path in paths for batch in _batches(ParquetFile, path))
                table_target(self._wanted.url, self._wanted.table, batches, self.schema)

    def _one_file(self, paths: list[Path]) -> Path:
        """The parts as one file. Every row group stays as it is, so the file is the same however often it was begun."""
        from pyarrow.parquet import ParquetFile

        if len(paths) == 1:
            return paths[0]
        whole = self._folder / "whole.parquet"
        writer = writer_of(whole, self.schema)
        with writer:
            for path in paths:
                with ParquetFile(path) as file:
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group).cast(self.schema))
        _lasting(whole)
        return whole

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def writer_of(path: Path, schema: Any) -> Any:
    """A writer of a new Parquet file. Dictionaries pay for columns of few values, which keys are not."""
    from pyarrow.parquet import ParquetWriter

    return ParquetWriter(path, schema, use_dictionary=_few_valued(schema))


def _few_valued(schema: Any) -> list[str]:
    import pyarrow

    plain = [field.name for field in schema if not pyarrow.types.is_string(field.type)]
    return [f"{name}.list.element" if pyarrow.types.is_list(schema.field(name).type) else name for name in plain]


def _batches(of: Any, path: Path) -> Iterator[Any]:
    with of(path) as file:
        yield from file.iter_batches()


def _lasting(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def schema_of(layout: Layout, types: dict[str, Any]) -> Any:
    """The columns with their types: text for keys, the source's type for what is carried over, whole numbers for
    counts, and for attributes those of `evaluate_all`."""
    import pyarrow

    from tierpolicy.runtime.columns.arrow_results import result_type

    fields = []
    copied = max(1, len(layout.keys))
    answered = copied + len(layout.carried)
    for at, column in enumerate(layout.columns):
        if answered <= at < answered + len(layout.attributes):
            type_ = result_type(layout.attributes[at - answered])
        elif copied <= at < answered:
            type_ = _in_parquet(types.get(layout.carried[at - copied], pyarrow.string()))
        else:
            type_ = pyarrow.int64() if column.counts else pyarrow.string()
        fields.append((column.name, type_))
    return pyarrow.schema(fields)


def _in_parquet(type_: Any) -> Any:
    """The type itself, or text where Parquet has none like it (months and days, an empty structure)."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    try:
        ParquetWriter(pyarrow.BufferOutputStream(), pyarrow.schema([("cell", type_)])).close()
    except pyarrow.ArrowException:
        return pyarrow.string()
    return type_


def _array(cells: Cells, type_: Any) -> Any:
    import pyarrow

    from tierpolicy.runtime.columns.arrow_results import arrow_array
    from tierpolicy.runtime.columns.results import result_of

    match cells:
        case Copied(values):
            return _copied(values, type_)
        case Answered(attribute, answer):
            return arrow_array(attribute, result_of(attribute, answer))
        case Counted(numbers):
            return pyarrow.array(numbers, pyarrow.int64())
        case Said(texts, rows):
            if not texts:
                return pyarrow.nulls(rows, pyarrow.string())
            found: list[str | None] = [None] * rows
            for row, text in texts.items():
                found[row] = storable(text)
            return pyarrow.array(found, pyarrow.string())
        case _:
            assert_never(cells)


def _copied(values: Any, type_: Any) -> Any:
    import pyarrow

    if not isinstance(values, list) and (values.type == type_ or pyarrow.types.is_integer(values.type)):
        return values.cast(type_)
    if not pyarrow.types.is_string(type_):
        try:
            return pyarrow.array(python_cells_of(values), type_)
        except pyarrow.ArrowException:
            raise UnusableFile("a column that is carried over has values of no one type") from None
    texts = [None if cell is None else storable(str(cell)) for cell in python_cells_of(values)]
    return pyarrow.array(texts, pyarrow.string())
