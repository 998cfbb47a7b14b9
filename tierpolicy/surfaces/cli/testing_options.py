"""The options of `tierpolicy test`, each once, with the words that `--help` says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.surfaces.settings import MOST_CUSTOMERS

Only = Annotated[
    str,
    typer.Option("-k", metavar="TEXT", help="Only items whose id has every word of TEXT in it.", show_default=False),
]
FailFast = Annotated[bool, typer.Option("-x", "--fail-fast", help="Stop after the first item that fails.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="A line for every item, not only for those that fail.")]
On = Annotated[
    Path | None,
    typer.Option("--on", metavar="FILE", help="Customers to measure on: a .csv, .jsonl or .parquet file."),
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day to measure for (default: today).")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="How long the search for one answer may take.")
]
Quick = Annotated[bool, typer.Option("--quick/--no-quick", help="Prove nothing; properties are only tried.")]
Customers = Annotated[
    int,
    typer.Option(
        "--customers", metavar="N", min=0, max=MOST_CUSTOMERS, help="At least how many are drawn for each property."
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="What they are drawn from.")]
Junit = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML.")]
Coverage = Annotated[bool, typer.Option("--coverage/--no-coverage", help="Show what examples and cases reach.")]
FailUnder = Annotated[
    float | None,
    typer.Option("--fail-under", metavar="PERCENT", help="Exit with 1 where less is covered."),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the coverage as a page of HTML.")]
Cobertura = Annotated[
    Path | None, typer.Option("--cobertura", metavar="FILE", help="Write the coverage as Cobertura XML.")
]
