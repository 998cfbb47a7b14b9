"""What is seen to go wrong before Spark starts: columns of text that fields don't read, workers without a library."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

from tierpolicy.model.types import Flag, Integer, Number, Percent
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.records import path_of

CASTS = {Flag: "boolean", Integer: "bigint", Number: "double", Percent: "double"}
"""The types that take no text in a record, and what Spark calls such a column."""

TOLD_OF_ONE = "a column of text, whose field takes none, so it counts"
MOST_NAMED = 5
NEEDED = ("pyarrow", "pandas", "tierpolicy")
ASKED = f"from importlib.util import find_spec; print(*[name for name in {NEEDED} if find_spec(name) is None])"
SECONDS = 20


def warn_of_text(frame: Any, names: Iterable[str], fields: Iterable[Field], stacklevel: int) -> None:
    """Warns of columns of text whose fields take none: `frame`'s columns are called `names`, in order."""
    types = dict(zip(names, (each.dataType for each in frame.schema), strict=True))
    found = [(name, CASTS[type(field.type)]) for field in fields if (name := text_column(field, types))]
    if not found:
        return
    named = ", ".join(f"`{name}`" for name, _ in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    name, type_ = found[0]
    told = "columns of text, whose fields take none, so they count" if len(found) > 1 else TOLD_OF_ONE
    warnings.warn(
        f"{named}{more}: {told} as missing: read CSV with `inferSchema=True`, or cast: `{name}` to `{type_}`",
        UserWarning,
        stacklevel=stacklevel + 1,
    )


def text_column(field: Field, types: dict[str, Any]) -> str:
    """The name of the column of text that the field would be read from, where it takes no text; else nothing."""
    from pyspark.sql.types import StringType

    path = path_of(field)
    joined = ".".join(path)
    if type(field.type) not in CASTS:
        return ""
    type_: Any = types.get(joined)
    if type_ is None:
        type_ = types.get(path[0])
        for part in path[1:]:
            type_ = type_[part].dataType if part in getattr(type_, "names", ()) else None
    return joined if isinstance(type_, StringType) else ""


def check_workers(session: Any) -> None:
    """ImportError where a session on this machine has workers whose Python lacks what they need to decide.

    On other masters the workers' Python is elsewhere, and can't be asked.
    """
    from pyspark.errors import PySparkException

    try:
        context = session.sparkContext
        master, python = str(context.master), str(context.pythonExec)
    except (AttributeError, NotImplementedError, PySparkException):  # a session of Spark Connect
        return
    if not master.startswith("local"):
        return
    lacking = lacking_in(python)
    if lacking:
        raise ImportError(
            f"the workers of this Spark run `{python}`, which lacks {lacking}; this program runs `{sys.executable}`: "
            'set `os.environ["PYSPARK_PYTHON"] = sys.executable` before the session is made'
        )


@cache
def lacking_in(python: str) -> str:
    """Names of the libraries that a Python of this machine lacks, in backticks; none where it can't be asked."""
    found = which(python)
    if found is None or Path(found).absolute() == Path(sys.executable).absolute():
        return ""
    try:
        asked = subprocess.run([found, "-c", ASKED], capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return " and ".join(f"`{name}`" for name in asked.stdout.split())
