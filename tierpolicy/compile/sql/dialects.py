"""What the databases differ in, one record a dialect: the rest is sqlglot's to write.

`floats_raise`: a result beyond binary64, or too near to 0 for it, is an error there instead of an infinity or a 0, so
it has to be seen before it is calculated. `bits`: no expression is a truth value; flags are 0 and 1, conditions stand
only where a condition is asked for. `rint` names the function that rounds a binary64 to the even neighbour of a half;
without one it is worked out. `nfc` brings text into Unicode's composed form; without it texts count as they are stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from tierpolicy.frozen import frozen

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
SetForm = Literal["array", "text"]


@frozen
class Dialect:
    """A dialect, by the name that people and sqlglot call it."""

    name: str
    title: str
    arrays: str = ""  # how labels that hold become an array: see `answering`
    floats_raise: bool = True
    bits: bool = False
    rint: str = ""
    rint_takes_places: bool = False
    exact_rint: str = ""  # the same for decimals and floats alike
    nfc: str = ""
    collation: str = ""  # by which two texts are equal only where all their letters are
    plain_floats: bool = True  # `1.5E0` is binary64
    large_whole: bool = True  # whole numbers beyond 64 bits may be written
    upper: bool = False  # plain names are kept in capitals
    most_columns: int = 1_500

    @property
    def sets(self) -> SetForm:
        """The form of sets where nothing else is asked for."""
        return "array" if self.arrays else "text"

    def kept(self, name: str) -> str:
        """A column's name as a table keeps it that was made without quotes."""
        return name.upper() if self.upper and PLAIN.fullmatch(name) else name


DIALECTS: Mapping[str, Dialect] = {
    each.name: each
    for each in (
        Dialect(
            "duckdb", "DuckDB", arrays="filter", floats_raise=False, rint="ROUND_EVEN", rint_takes_places=True,
            nfc="NFC_NORMALIZE",
        ),
        Dialect("postgres", "PostgreSQL", arrays="remove", rint="ROUND", nfc="NORMALIZE", plain_floats=False),
        Dialect("spark", "Apache Spark", arrays="compact", floats_raise=False, rint="RINT", exact_rint="BROUND"),
        Dialect("databricks", "Databricks", arrays="compact", floats_raise=False, rint="RINT", exact_rint="BROUND"),
        Dialect("bigquery", "BigQuery", arrays="select", nfc="NORMALIZE", large_whole=False),
        Dialect("snowflake", "Snowflake", arrays="compact", plain_floats=False, upper=True),
        Dialect("redshift", "Amazon Redshift"),
        Dialect("mysql", "MySQL", collation="utf8mb4_0900_bin", most_columns=1_000),
        Dialect("tsql", "SQL Server", bits=True, collation="Latin1_General_100_BIN2", most_columns=1_000),
    )
}  # fmt: skip
