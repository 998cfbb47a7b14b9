"""`tierpolicy apply … --spark MASTER`: files that Spark reads to a folder of files that its workers write.

The workers do with each batch what `apply` does with one on a single machine, so columns and spellings are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from tierpolicy.runtime.applying.notes import notes_on_columns
from tierpolicy.runtime.applying.output import layout_of
from tierpolicy.runtime.applying.tally import Tally, attribute_to_count, tally_of
from tierpolicy.runtime.applying.work import Applied, check_counts
from tierpolicy.runtime.applying.workplace import workplace
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.files import CSV_ENDINGS, JSONL_ENDINGS, reason
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.spark.counting import Counts, nothing_counted
from tierpolicy.runtime.spark.frames import mapped
from tierpolicy.runtime.spark.lines import csv_frame
from tierpolicy.runtime.spark.session import session_on
from tierpolicy.runtime.spark.writing import Writing

DATABASES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Places:
    """What is read and written: `source` and `target` as a person says them; `form` is the output's."""

    source: str
    target: str
    form: str


def apply_on_spark(
    policy: Policy, source: str, target: str, form: str | None, as_of: date, master: str, left: list[str]
) -> Applied:
    """Decides for every row of the files at `source`, on a master of Spark, and writes a folder `target`.

    UnusableFile says in a sentence what can't be read or written, and what Spark fails at. `left` takes what a person
    should know of the run itself.
    """
    places = Places(source, target, form_of(target, form))
    here = master.startswith("local")
    check_places(source, target, here)
    with session_on(master) as session:
        if not here or "://" in target:
            return _written(session, policy, places, as_of, target, master)
        path = Path(target)
        with workplace(path, {}, resume=False, left=left) as place:
            inside = place.folder / "written"
            applied = _written(session, policy, places, as_of, f"file:{inside.resolve()}", master)
            for part in inside.glob("part-*.txt"):
                part.rename(part.with_suffix(f".{places.form}"))
            inside.rename(path)
            return applied


def check_places(source: str, target: str, here: bool) -> None:
    """Refuses what can be seen to be wrong before Spark, which takes seconds, is started."""
    if Path(source.rstrip("/")).suffix.lower() in JSONL_ENDINGS:
        raise UnusableFile(f"`{source}`: on Spark, `apply` reads CSV and Parquet; turn JSON lines into Parquet first")
    if source.startswith(DATABASES) or target.startswith(DATABASES):
        raise UnusableFile("on Spark, `apply` reads and writes files: leave out `--spark` to work with a database")
    try:
        if here and "://" not in source and not Path(source).exists():
            raise UnusableFile(f"there is no file `{source}`")
        if here and "://" not in target:
            path = Path(target)
            if path.exists():
                raise UnusableFile(f"`{target}` exists already; Spark writes a new folder: remove it, or name another")
            if not path.parent.is_dir():
                raise UnusableFile(f"there is no folder `{path.parent}` to write `{path.name}` into")
    except (OSError, ValueError) as error:  # a name too long, a folder that may not be looked into
        raise UnusableFile(f"`{target}` can't be written from `{source}`: {reason(error)}") from None


def form_of(target: str, form: str | None) -> str:
    """The form of the output: what is asked for, else what its name ends in; a folder holds Parquet."""
    if form is not None:
        return form
    ending = Path(target.rstrip("/")).suffix.lower()
    return {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}.get(ending, "parquet")


def _written(session: Any, policy: Policy, places: Places, as_of: date, out: str, master: str) -> Applied:
    typed = policy.version_on(as_of)
    frame, names, from_text, size = _read(session, places.source, master)
    layout = layout_of(typed, names)
    if not layout.keys:
        declared = [each.name for each in typed.fields.values() if each.key]
        said = f"`{declared[0]}` is no column of `{places.source}`" if declared else "the policy declares no `key`"
        raise UnusableFile(f"Spark keeps no order of rows, so each decision needs the customer's key, and {said}")
    read = {path_of(each)[0] for each in typed.fields.values()} | {
        ".".join(path_of(each)) for each in typed.fields.values()
    }
    inside = [f"c{at}" for at in range(len(names))]
    needed = [place for place, name in zip(inside, names, strict=True) if name in read]
    broken = frame.columns[len(names) :]
    counts = session.sparkContext.accumulator(nothing_counted(), Counts())
    called = {place: name for place, name in zip(inside, names, strict=True) if place in needed}
    writing = Writing(uuid4().hex, policy, as_of, called, tuple(names), from_text, places.form, counts, tuple(broken))
    rows = mapped(frame.toDF(*inside, *broken).select(*needed, *broken), writing, writing.spark_schema())
    if places.form == "parquet":
        rows.write.parquet(out)
    else:
        rows.write.text(out)
    found = counts.value
    tally = tally_of(attribute_to_count(typed), found["tally"]) if found["tally"] else Tally(attribute_to_count(typed))
    stored = session.read.parquet(out).count() if places.form == "parquet" else found["written"]
    check_counts(found["read"], size, stored, 0)
    return Applied(tally, tuple(notes_on_columns(typed, names)), found["read"])


def _read(session: Any, source: str, master: str) -> tuple[Any, list[str], bool, int | None]:
    """The frame, its columns' names, whether all cells are text, and its rows (None: counting reads all)."""
    ending = Path(source.rstrip("/")).suffix.lower()
    place = source
    if master.startswith("local") and "://" not in source:
        place = "file:" + re.sub(r"([\[\]{}*?\\])", r"\\\1", str(Path(source).resolve()))
    if ending in CSV_ENDINGS:
        frame, names = csv_frame(session, place, source)
        return frame, names, True, None
    frame = session.read.parquet(place)
    return frame, list(frame.columns), False, frame.count()
