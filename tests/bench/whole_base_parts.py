"""What runs in a process of its own for `whole_base`: making data, DuckDB alone, deciding alone, the policy as SQL.

python -m tests.bench.whole_base_parts data FILE ROWS | channels FOLDER ROWS | duckdb FILE TARGET | kernel FILE |
    sql FILE TARGET
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb

from tests.bench.whole_base import AS_OF, POLICY


def data(file: str, rows: str) -> None:
    from tests.bench.base_data import written

    written(Path(file), int(rows))


def duckdb_alone(file: str, target: str) -> None:
    source, out = quoted(file), quoted(target)
    duckdb.sql(f"copy (select * from read_parquet({source})) to {out} (format parquet)")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def kernel(file: str) -> None:
    """Batches in memory to answers as arrays; prints what that took."""
    import tierpolicy
    from tierpolicy.runtime.bases import decided, opened

    policy, day = tierpolicy.load(POLICY), date.fromisoformat(AS_OF)
    with opened(file) as base:
        held = list(base.batches())
        for _ in decided(policy, base, day, batches=held[:1]):
            pass  # what is made at the first batch isn't counted
        wall, cpu = perf_counter(), process_time()
        for _ in decided(policy, base, day, batches=held):
            pass
        print(json.dumps({"wall": perf_counter() - wall, "cpu": process_time() - cpu}))


def sql(file: str, target: str) -> None:
    import tierpolicy
    from tests.bench.base_data import SCHEMA
    from tierpolicy.compile.sql import sql_of

    policy: Any = tierpolicy.load(POLICY).versions[0]
    lacking = frozenset(policy.fields) - set(SCHEMA.names)
    statement = sql_of(policy, "duckdb", "customers", date.fromisoformat(AS_OF), without=lacking)
    said = statement.text.strip().rstrip(";")
    duckdb.sql(f"create view customers as select * from read_parquet({quoted(file)})")
    duckdb.sql(f"copy ({said}\n) to {quoted(target)} (format parquet)")


PEOPLE = """\
customer {
    email      : text key
    phone      : text key
    spend      : money at least 0 merge sum
    last_seen  : date merge max
    name       : text merge latest by last_seen
}

service {
    priority : low < normal < high
}

baseline everyone: priority at least normal
"""

CHANNELS = """\
[[channel]]
name = "shop"
file = "shop.parquet"

[[channel]]
name = "desk"
file = "desk.parquet"
"""


def channels(folder: str, rows: str) -> None:
    """Two channels of so many records; nine in ten of the second are of people of the first."""
    place, count = Path(folder), int(rows)
    (place / "people.tier").write_text(PEOPLE, encoding="utf-8")
    (place / "channels.toml").write_text(CHANNELS, encoding="utf-8")
    for name, first in (("shop", 0), ("desk", count // 10)):
        records = f"""
            select 'p' || i || '@example.org' as email, '+1555' || lpad(i::varchar, 9, '0') as phone,
                (i * 37 % 100000) / 100 as spend, date '1997-01-01' + (i % 500)::integer as last_seen,
                'Person ' || i || ' of {name}' as name
            from range({first}, {first + count}) as made(i)"""
        duckdb.sql(f"copy ({records}) to {quoted(str(place / f'{name}.parquet'))} (format parquet)")


PARTS = {"data": data, "channels": channels, "duckdb": duckdb_alone, "kernel": kernel, "sql": sql}


if __name__ == "__main__":
    PARTS[sys.argv[1]](*sys.argv[2:])
