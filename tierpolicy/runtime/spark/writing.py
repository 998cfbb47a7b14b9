"""What a worker does for `apply`: batches of customers in, batches of rows of the result out, as text or typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tierpolicy.runtime.applying.by_columns import Run, Written
from tierpolicy.runtime.applying.output import layout_of
from tierpolicy.runtime.applying.tally import Tally, attribute_to_count, count_columns, plain
from tierpolicy.runtime.applying.targets import Wanted, target_for
from tierpolicy.runtime.applying.texts import csv_cell
from tierpolicy.runtime.applying.unaided import unaided
from tierpolicy.runtime.applying.work import Work
from tierpolicy.runtime.bases import Base, Batch
from tierpolicy.runtime.bases.deciding import each_decided
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.spark.workers import gathered, policy_called, written
from tierpolicy.semantics.outcome import Problem


@dataclass(frozen=True)
class Writing:
    """Decides for the rows of a partition, and spells them as the result's form has them.

    `called` are the columns that come in, by their place, `names` all that the source has. `counts` is an accumulator.
    `broken`, if there is one, is a column with the text of rows that couldn't be split into cells.
    """

    token: str
    policy: Policy
    as_of: date
    called: Mapping[str, str]
    names: tuple[str, ...]
    from_text: bool
    form: str
    counts: Any
    broken: tuple[str, ...] = ()

    def spark_schema(self) -> Any:
        """The columns that come out: those of the result, or whole lines."""
        from pyspark.sql import types

        from tierpolicy.runtime.spark.frames import spark_type

        if self.form != "parquet":
            return types.StructType([types.StructField("value", types.StringType())])
        layout = layout_of(self.policy.version_on(self.as_of), self.names)
        of = {each.name: spark_type(each) for each in layout.attributes}
        answered = range(len(layout.keys), len(layout.keys) + len(layout.attributes))
        return types.StructType(
            [
                types.StructField(
                    column.name,
                    of[layout.attributes[at - len(layout.keys)].name]
                    if at in answered
                    else types.LongType()
                    if column.counts
                    else types.StringType(),
                )
                for at, column in enumerate(layout.columns)
            ]
        )

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        policy = policy_called(self.token, self.policy)
        typed = policy.version_on(self.as_of)
        layout = layout_of(typed, self.names)
        tally = Tally(attribute_to_count(typed))
        base = Base("a partition", self.names, self.from_text, 0, lambda: 0, lambda skipped=0: iter(()))
        rows = 0
        with TemporaryDirectory(prefix="tierpolicy-") as folder:
            wanted = Wanted(Path(folder) / "part", self.form)
            target = target_for(wanted, layout, {}, Path(folder), None, False)
            work = Work(policy, "", None, wanted, self.as_of, lambda done, size: None)
            twins = unaided(typed)
            run = Run(work, base, layout, twins, target, None)
            deriving = policy_called(f"{self.token} unaided", Policy((twins.policy,)))
            try:
                decided = each_decided(
                    deriving, base, self.as_of, run.output, batches=self._batches(batches), told_by=policy
                )
                for part in decided:
                    count_columns(
                        tally, part.decided.part.answers, part.raised, part.decided.problems, (), part.decided.rows
                    )
                    yield from self._out(part, layout.columns, first=rows == 0)
                    rows += part.decided.rows
            finally:
                target.close()
        self.counts.add({"read": rows, "written": tally.customers, "tally": plain(tally)})

    def _batches(self, batches: Iterable[Any]) -> Iterator[Batch]:
        import pyarrow

        first = 1
        for together in gathered(batches):
            table = pyarrow.Table.from_batches(together).combine_chunks()
            problems: dict[int, tuple[Problem, ...]] = {}
            for name in self.broken:
                problems |= broken_rows(table.column(name).to_pylist())
            kept = table.select([name for name in table.column_names if name in self.called])
            for batch in kept.rename_columns([self.called[name] for name in kept.column_names]).to_batches():
                yield Batch(first, batch, problems)
                first += batch.num_rows

    def _out(self, part: Written, columns: Any, *, first: bool) -> Iterator[Any]:
        import pyarrow

        if self.form == "parquet":
            batch = part.spelled
            arrays = [written(column) for column in batch.columns]
            yield pyarrow.RecordBatch.from_arrays(arrays, names=batch.schema.names)
            return
        _, lines = part.spelled
        text = bytes(lines).decode("utf-8").removesuffix("\n")
        if first and self.form != "jsonl":
            delimiter = "\t" if self.form == "tsv" else ","
            text = delimiter.join(csv_cell(each.name, delimiter) for each in columns) + "\n" + text
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array([text])], names=["value"])


def broken_rows(texts: list[str | None]) -> dict[int, tuple[Problem, ...]]:
    """The problem of each row that has other cells than the head line."""
    message = "the row has not as many cells as the head line"
    problem = Problem("row", "other cells", "as many cells as the head line", message)
    return {at: (problem,) for at, text in enumerate(texts) if text is not None}
