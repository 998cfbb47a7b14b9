"""What `tierpolicy apply` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

FileKind = Literal["csv", "jsonl", "parquet"]

Customers = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMERS",
        help="A .csv, .jsonl or .parquet file, a folder of Parquet, a .duckdb file, or postgresql://…",
        show_default=False,
    ),
]
Target = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="OUT", help="Where the decisions go: the same kinds; a new folder ends in /."
    ),
]
Table = Annotated[str | None, typer.Option("--table", metavar="NAME", help="Which table has the customers.")]
Into = Annotated[str | None, typer.Option("--into", metavar="NAME", help="Which table gets the decisions.")]
Form = Annotated[
    FileKind | None, typer.Option("--format", help="The form of the output, where its name doesn't say it.")
]
Carry = Annotated[
    list[str] | None,
    typer.Option("--carry", metavar="COLUMN", help="Copy a column to the output; may be repeated."),
]
Decimal = Annotated[
    Literal["comma", "point"] | None,
    typer.Option("--decimal", help="What stands before the decimals of numbers in CSV (default: what is seen)."),
]
Reasons = Annotated[
    bool, typer.Option("--reasons", help="Add a column that says which statements are behind each decision.")
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects", metavar="FILE", help="Set rows that can't be read apart, in this .csv file.", show_default=False
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Keep finished parts, and go on where a run was stopped.")]
Spark = Annotated[
    str | None,
    typer.Option("--spark", metavar="MASTER", help="Decide on Spark: local[*], spark://host:7077, yarn, k8s://…"),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict/--no-strict", help="Exit with 1 where a customer had problems; the result is written anyway."
    ),
]
