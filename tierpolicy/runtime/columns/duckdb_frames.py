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
    import pyarrow

    task = work.task(relation.columns)
    types = dict(zip(relation.columns, relation.types, strict=True))
    names = [_asked(name, types[name]) for name in task.layout.columns] or ["1"]
    asked = relation.project(", ".join(names))
    stream = getattr(asked, "to_arrow_reader", asked.fetch_arrow_reader)(ROWS_IN_A_PIECE)  # its older name
    attributes = work.attributes
    schema = arrow_schema(attributes, work.notes)

    def written(part: Part) -> Any:
        return arrow_batch(part, attributes, schema)

    parts = work.parts(task, pieces_of_batches(stream, task.layout.columns), written)
    return _on_the_connection_of(relation, pyarrow.Table.from_batches(parts, schema))


def _on_the_connection_of(relation: Any, _tierpolicy_answers: Any) -> Any:
    """A table as a relation of the same connection, which DuckDB finds by the name of the variable. The names are such
    that no table of an application has them."""
    import duckdb

    try:
        return relation.query("_tierpolicy_customers", "SELECT * FROM _tierpolicy_answers")
    except duckdb.CatalogException:  # a connection that doesn't look for Python's variables
        return duckdb.from_arrow(_tierpolicy_answers)


def _asked(name: str, type_: Any) -> str:
    """A column as it is asked for: an older pyarrow holds no decimals of 32 and 64 bits."""
    import pyarrow

    quoted = '"' + name.replace('"', '""') + '"'
    if type_.id == "decimal" and not hasattr(pyarrow, "decimal32"):
        return f"{quoted}::DECIMAL(38, {dict(type_.children)['scale']}) AS {quoted}"
    return quoted
