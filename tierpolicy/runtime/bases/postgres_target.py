"""Batches of decisions to a PostgreSQL table, in one transaction: the table is there whole, or as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tierpolicy.runtime.bases.duckdb_file import identifier
from tierpolicy.runtime.bases.postgres_connection import connected, masked
from tierpolicy.runtime.rows import UnusableFile

HELD = """
SELECT c.relkind::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = to_regclass($1) ORDER BY a.attnum
"""


def table_target(url: str, table: str, parts: Iterator[Any], schema: Any) -> None:
    """Writes record batches with this schema as the rows of a table, named `decisions` or `crm.decisions`.

    A table that isn't there is made. One with just these columns gets the new rows for its old ones; others read the
    old ones until all is done. UnusableFile where it has other columns, or PostgreSQL refuses.
    """
    import pyarrow

    parts_of_name = table.split(".", 1)
    place = ".".join(map(identifier, parts_of_name))
    wanted = [(field.name, sql_type(field.type)) for field in schema]
    sent = pyarrow.schema([(field.name, sent_type(field.type)) for field in schema])
    failed: list[BaseException] = []

    def batches() -> Iterator[Any]:
        try:
            for part in parts:
                yield pyarrow.RecordBatch.from_arrays(
                    [column.cast(field.type) for column, field in zip(part.columns, sent, strict=True)], schema=sent
                )
        except BaseException as error:  # the driver would tell it as its own
            failed.append(error)
            raise

    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(HELD, (place,))
        held = list(cursor.fetchall())
        if held:
            check_same(held, wanted, url, table)
            cursor.execute(f"DELETE FROM {place}")
        else:
            columns = ", ".join(f"{identifier(name)} {type_}" for name, type_ in wanted)
            cursor.execute(f"CREATE TABLE {place} ({columns})")
        reader = pyarrow.RecordBatchReader.from_batches(sent, batches())
        in_schema = {"db_schema_name": parts_of_name[0]} if len(parts_of_name) == 2 else {}
        try:
            cursor.adbc_ingest(parts_of_name[-1], reader, mode="append", **in_schema)
        except Exception:
            if failed:
                raise failed[0] from None
            raise
        connection.commit()


def check_same(held: list[tuple[Any, ...]], wanted: list[tuple[str, str]], url: str, table: str) -> None:
    """UnusableFile where the table holds something else than decisions of this form."""
    if held[0][0] not in ("r", "p"):
        raise UnusableFile(f"`{table}` in `{masked(url)}` is no table; name another with `--into`")
    there = [(name, type_) for _, name, type_ in held]
    if there == wanted:
        return
    odd = next(
        (f"has `{old}`" if old is not None else f"lacks `{new}`" for old, new in differences(there, wanted)),
        "has its columns in another order",
    )
    raise UnusableFile(
        f"`{table}` in `{masked(url)}` is another table: it {odd}; drop it first, or name another with `--into`"
    )


def differences(there: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> Iterator[tuple[str | None, str | None]]:
    """Columns that only one of the two has, as they would be declared."""
    yield from ((f"{name} {type_}", None) for name, type_ in there if (name, type_) not in wanted)
    yield from ((None, f"{name} {type_}") for name, type_ in wanted if (name, type_) not in there)


def sql_type(type_: Any) -> str:
    """The type of a table's column that holds every value of an Arrow type, as PostgreSQL spells it."""
    import pyarrow.types as kinds

    if kinds.is_decimal(type_):
        return f"numeric({type_.precision},{type_.scale})"
    if kinds.is_list(type_):
        return "text[]"
    if kinds.is_duration(type_):
        return "interval"
    names = {"int64": "bigint", "bool": "boolean", "double": "double precision", "date32[day]": "date"}
    return names.get(str(type_), "text")


def sent_type(type_: Any) -> Any:
    """The Arrow type in which the values go to the driver: older ones misplace the point of a decimal whose digits
    after it aren't a multiple of four."""
    import pyarrow

    kinds = pyarrow.types
    if kinds.is_decimal(type_):
        return pyarrow.decimal128(38, -(-type_.scale // 4) * 4)
    if kinds.is_duration(type_):
        return pyarrow.duration("us")
    return type_.value_type if kinds.is_dictionary(type_) else type_
