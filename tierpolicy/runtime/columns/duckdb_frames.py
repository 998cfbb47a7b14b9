"""DuckDB relations: streamed in through Arrow, the answers back as a relation of the same connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierpolicy.runtime.columns.arrow_frames import pieces_of_batches
from tierpolicy.runtime.columns.arrow_results import arrow_batch, arrow_schema
from tierpolicy.runtime.columns.deciding import ROWS_IN_A_PIECE
from tierpolicy.runtime.columns.results import Part

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.whole import Work


def of_relation(work: Work, relation: Any) -> Any:
    """The decisions for the rows of a relation, in the order in which it gives them."""
    import duckdb
    import pyarrow

    task = work.task(relation.columns)
    names = [_quoted(name) for name in task.layout.columns] or ["1"]
    asked = relation.project(", ".join(names))
    stream = getattr(asked, "to_arrow_reader", asked.fetch_arrow_reader)(ROWS_IN_A_PIECE)  # its older name
    attributes = work.attributes
    schema = arrow_schema(attributes, work.notes)

    def written(part: Part) -> Any:
        return arrow_batch(part, attributes, schema)

    parts = work.parts(task, pieces_of_batches(stream, task.layout.columns), written)
    answers = pyarrow.Table.from_batches(parts, schema)
    try:
        return relation.query("customers", "SELECT * FROM answers")
    except duckdb.CatalogException:  # a connection that doesn't look for Python's variables
        return duckdb.from_arrow(answers)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
