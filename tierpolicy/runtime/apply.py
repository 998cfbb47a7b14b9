"""A customer base to decisions for all of it: in a file, a folder of Parquet, or a table. No row is dropped.

The result is made beside its place and moved there when it is whole, so that nobody ever reads half of it.
"""

from __future__ import annotations

import importlib.util
import stat
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tierpolicy.runtime.applying.by_rows import apply_rows
from tierpolicy.runtime.applying.notes import notes_on_columns
from tierpolicy.runtime.applying.output import Layout
from tierpolicy.runtime.applying.same_table import check_other_duckdb_table, check_other_postgres_table
from tierpolicy.runtime.applying.tally import Tally, attribute_to_count, most_common
from tierpolicy.runtime.applying.targets import Wanted
from tierpolicy.runtime.applying.work import Applied, LostRows, Progress, Work
from tierpolicy.runtime.decimal_commas import Decimal
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.files import (
    CSV_ENDINGS,
    JSONL_ENDINGS,
    PARQUET_ENDINGS,
    check_readable,
    check_writable,
    is_folder,
    reason,
)
from tierpolicy.runtime.rows import UnusableFile

__all__ = [
    "Applied",
    "Layout",
    "LostRows",
    "Progress",
    "Tally",
    "Work",
    "applied",
    "apply",
    "attribute_to_count",
    "most_common",
    "notes_on_columns",
    "work_for",
]

SMALL = 1 << 18
"""Bytes of a text file that is decided, row by row, before the libraries for columns are loaded."""

URLS = ("postgresql://", "postgres://")
DUCKDB_ENDINGS = (".duckdb", ".ddb", ".db")
FORMS = {
    **dict.fromkeys(CSV_ENDINGS, "csv"),
    ".tsv": "tsv",
    **dict.fromkeys(JSONL_ENDINGS, "jsonl"),
    **dict.fromkeys(PARQUET_ENDINGS, "parquet"),
    **dict.fromkeys(DUCKDB_ENDINGS, "duckdb"),
}


def apply(policy: Policy, source: Path, target: Path, as_of: date, progress: Progress, ending: str = "") -> Applied:
    """Decides every customer of `source` and writes `target`; `ending` names another form than the target's name does.

    `progress` is called with how much of the source is done and how much there is, now and then. UnusableFile says why
    a file can't be read or written at all.
    """
    return applied(work_for(policy, str(source), str(target), as_of, progress, form=ending.removeprefix(".")))


def work_for(
    policy: Policy,
    source: str,
    target: str,
    as_of: date,
    progress: Progress,
    *,
    form: str = "",
    table: str | None = None,
    into: str | None = None,
    resume: bool = False,
    rejects: Path | None = None,
    reasons: bool = False,
    carry: Sequence[str] = (),
    decimal: Decimal | None = None,
) -> Work:
    """What a run is to do, refused where it can't be done. `form` names another one than the target's name does;
    `table` is the source's, `into` the target's."""
    try:
        wanted = _wanted(target, form, into)
    except (OSError, ValueError) as error:  # a name too long, a folder that may not be looked into
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from None
    read = (*_read(source), *(Path(each.path) for version in policy.versions for each in version.sources))
    if wanted.form not in ("postgres", "duckdb", "folder"):
        check_writable(wanted.path, read, f".{wanted.form}")
    _check_other_table(source, table, wanted)
    if rejects is not None:
        if rejects.suffix.lower() != ".csv":
            raise UnusableFile(f"`{rejects.name}` should end in `.csv`: rejects are written as CSV")
        check_writable(rejects, (*read, wanted.path))
        if rejects.absolute() == wanted.path.absolute():
            raise UnusableFile(f"`{rejects}` is where the decisions go; write the rejects to another file")
    return Work(policy, source, table, wanted, as_of, progress, resume, rejects, reasons, tuple(carry), decimal)


def applied(work: Work, road: str | None = None) -> Applied:
    """Does the work: by columns, or `rows`, where the extra `data` isn't there, or isn't worth loading."""
    road = road or _road(work)
    if road == "rows":
        return apply_rows(work)
    from tierpolicy.runtime.applying.by_columns import apply_columns

    return apply_columns(work)


def _road(work: Work) -> str:
    path = Path(work.source)
    texts = (*CSV_ENDINGS, *JSONL_ENDINGS)
    is_text = path.suffix.lower() in texts and not work.source.startswith(URLS) and not is_folder(path)
    by_rows = is_text and work.wanted.form in ("csv", "tsv", "jsonl") and not work.resume and work.table is None
    if is_text:
        check_readable(path)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not by_rows:
            raise UnusableFile(f"`{path}` can be read once only: write its rows to a file first")
        if by_rows and (not stat.S_ISREG(status.st_mode) or status.st_size < SMALL):
            return "rows"
    has_data = all(importlib.util.find_spec(name) is not None for name in ("numpy", "pyarrow"))
    if not has_data and by_rows:
        work.left.append("deciding row by row; `pip install 'tierpolicy[data]'` makes it many times faster")
        return "rows"
    if not has_data:
        asked = f"`{work.source}` to `{work.wanted.name}`"
        raise UnusableFile(f"{asked} needs pyarrow: install it with `pip install 'tierpolicy[data]'`")
    return "columns"


def _read(source: str) -> tuple[Path, ...]:
    return () if source.startswith(URLS) else (Path(source),)


def _check_other_table(source: str, table: str | None, wanted: Wanted) -> None:
    """Refuses to write the very table that is read."""
    if wanted.form == "duckdb" and not source.startswith(URLS):
        check_other_duckdb_table(Path(source), table, wanted.path, wanted.table)
    elif wanted.url is not None and source.startswith(URLS):
        check_other_postgres_table(source, table, wanted.url, wanted.table)


def _wanted(target: str, form: str, into: str | None) -> Wanted:
    """What a person asks for by the name of the target."""
    if target.startswith(URLS):
        if not into:
            raise UnusableFile("say which table to write with `--into TABLE`")
        return Wanted(Path(f"{into}.table"), "postgres", into, target)
    if not target.strip():
        raise UnusableFile("name a file, a folder or a table for the decisions")
    path = Path(target)
    found = form or FORMS.get(path.suffix.lower(), "")
    if target.endswith("/") or (path.is_dir() and not found):
        return _folder(path)
    if found == "duckdb":
        if not into:
            raise UnusableFile(f"`{path.name}` holds tables; say which one to write with `--into TABLE`")
        if not path.parent.is_dir():
            raise UnusableFile(f"there is no folder `{path.parent}` to write `{path.name}` into")
    elif into:
        raise UnusableFile(f"`{path.name}` holds no tables, so leave out `--into {into}`")
    return Wanted(path, found or "csv" if form else found, into)


def _folder(path: Path) -> Wanted:
    if path.is_dir() and any(path.iterdir()):
        raise UnusableFile(f"`{path}` is a folder with something in it; name one that isn't there yet")
    if path.exists() and not path.is_dir():
        raise UnusableFile(f"`{path}` is a file, not a folder")
    if not path.parent.is_dir():
        raise UnusableFile(f"there is no folder `{path.parent}` to make `{path.name}` in")
    return Wanted(path, "folder")
