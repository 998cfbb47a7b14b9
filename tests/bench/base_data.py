"""Made-up customers of the CDNOW policy as Parquet files, in batches: the same rows for the same number, each time.

Orders, CDs and money are spread about as in the real data: most bought once, a few very often; one in a hundred buys
more than ten CDs an order.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

ROWS_A_BATCH = 500_000

SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("orders", pa.int64()),
        ("cds", pa.int64()),
        ("total_spend", pa.decimal128(12, 2)),
        ("first_purchase", pa.date32()),
        ("last_purchase", pa.date32()),
        ("lifetime_value", pa.decimal128(12, 2)),
    ]
)

BEGAN = np.datetime64("1997-01-01")
DAYS = 546


def written(path: Path, rows: int, seed: int = 7) -> Path:
    """The file, written if it isn't there."""
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with parquet.ParquetWriter(unfinished, SCHEMA, compression="zstd") as writer:
            for first in range(0, rows, ROWS_A_BATCH):
                writer.write_batch(batch(first, min(ROWS_A_BATCH, rows - first), seed))
        unfinished.rename(path)
    return path


def batch(first: int, rows: int, seed: int) -> pa.RecordBatch:
    chance = np.random.default_rng([seed, first])
    orders = np.minimum(chance.geometric(0.45, rows), 217)
    cds = orders + chance.geometric(0.5, rows) * orders - orders + np.where(chance.random(rows) < 0.01, orders * 10, 0)
    cents = (orders * chance.gamma(1.6, 2_200, rows)).astype(np.int64)
    began = chance.integers(0, 90, rows)
    last = np.minimum(began + (orders > 1) * (chance.random(rows) * (DAYS - began)).astype(np.int64), DAYS - 1)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(np.char.zfill(np.arange(first, first + rows).astype(str), 8)),
            pa.array(orders.astype(np.int64)),
            pa.array(cds.astype(np.int64)),
            decimals(cents),
            pa.array(BEGAN + began),
            pa.array(BEGAN + last),
            decimals((cents * chance.random(rows) * (last - began + 60) / 600).astype(np.int64)),
        ],
        schema=SCHEMA,
    )


def decimals(cents: np.ndarray) -> pa.Array:
    """Whole cents as money: 128 bits, of which the upper half are zeros."""
    wide = np.zeros((len(cents), 2), np.int64)
    wide[:, 0] = cents
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [None, pa.py_buffer(wide.tobytes())])
