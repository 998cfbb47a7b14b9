"""Customer bases of any size: where they are, to batches of rows, to decisions for every row.

    CSV, JSON lines, Parquet, DuckDB, PostgreSQL ── opening ──▶ Base ── batches ──▶ Batch ── deciding ──▶ Decided

Nothing here holds more than a few batches in memory.
"""

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.deciding import Decided, decided
from tierpolicy.runtime.bases.opening import opened
from tierpolicy.runtime.bases.reading import Fields, fields_of

__all__ = ["Base", "Batch", "Decided", "Fields", "decided", "fields_of", "opened"]
