"""CSV as Spark reads it: every cell is text, and rows with other cells than the head line are told apart."""

from __future__ import annotations

import csv
import re
from typing import Any

from tierpolicy.runtime.rows import UnusableFile

BROKEN = "broken row"


def csv_frame(session: Any, place: str, source: str) -> tuple[Any, list[str]]:
    """The frame, and its columns' names as the head line has them. A column more, the last, holds the text of rows
    that have other cells than the head line, and nothing for others."""
    from pyspark.sql.types import StringType, StructField, StructType

    first = session.read.text(place).first()
    if first is None:
        raise UnusableFile(f"`{source}` is empty; its first line should name the columns")
    delimiter, names = head_of(first.value)
    fields = [StructField(f"c{at}", StringType()) for at in range(len(names))]
    frame = session.read.csv(
        place,
        schema=StructType([*fields, StructField(BROKEN, StringType())]),
        sep=delimiter,
        header=True,
        quote='"',
        escape='"',
        multiLine=True,
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=BROKEN,
        encoding="UTF-8",
    )
    return frame, names


def head_of(line: str) -> tuple[str, list[str]]:
    """What parts the cells of a head line, and the names in it."""
    line = line.removeprefix("\ufeff")
    delimiter = max(",;\t", key=re.sub(r'"[^"]*"', "", line).count)
    return delimiter, [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
