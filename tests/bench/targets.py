"""What is asked of the package, as ratios in one run, beside what was measured: the table at the top of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.bench import batch, one_record

Row = dict[str, Any]
BySize = Mapping[int, Sequence[Row]]

EVALUATE, TRUSTED = "tierpolicy: evaluate", "tierpolicy: trusted"
CODES, ENUMS, TEXTS = "tierpolicy: codes", "tierpolicy: frame of Enum columns", "tierpolicy: frame of text columns"

ONE = ((6, EVALUATE, 4.0), (6, TRUSTED, 1.2), (100, EVALUATE, 0.4), (1_000, EVALUATE, 0.06), (10_000, EVALUATE, 0.015))
MANY = (
    (6, CODES, batch.REFERENCE, 1.5),
    (100, CODES, batch.REFERENCE, 1.3),
    (1_000, CODES, batch.REFERENCE, 6.0),
    (6, ENUMS, batch.VALUES, 1.5),
    (100, ENUMS, batch.VALUES, 1.3),
    (1_000, ENUMS, batch.VALUES, 6.0),
    (6, CODES, batch.DUCKDB, 15.0),
    (100, CODES, batch.DUCKDB, 9.0),
    (1_000, CODES, batch.DUCKDB, 40.0),
    (6, TEXTS, batch.CODED, 0.8),
)
PLAIN = ((6, 1.0), (100, 1.0), (1_000, 2.0))
LOADS = (("100 rules as text", "150 ms"), ("a CSV table of 10,000 rows", "3 s"), ("10,000 rules as text", "15 s"))


def compared(one: BySize, batches: Mapping[str, BySize], loading: str) -> list[tuple[str, str, str]]:
    """What was asked for and what was measured, line by line; nothing for sizes that weren't measured."""
    every = batches["all"]
    return [
        *single(one),
        *growth(one),
        *(line for each in MANY if (line := ratio_line(every, *each)) is not None),
        *without_numba(batches.get("without-numba", {})),
        *largest(every),
        *loads(loading),
    ]


def seconds(found: BySize, size: int, name: str) -> float | None:
    return next((row["seconds"] for row in found.get(size, ()) if row["name"] == name and "seconds" in row), None)


def single(found: BySize) -> Iterator[tuple[str, str, str]]:
    for size, name, most in ONE:
        own, on_dict = seconds(found, size, name), seconds(found, size, one_record.ON_DICT)
        variables = seconds(found, size, one_record.REFERENCE)
        if own and on_dict and variables:
            said = f"{name.partition(': ')[2]}, {size:,} rules, times hand-written `if`s on a dict"
            yield said, f"≤ {most:g}", f"{own / on_dict:.3g} (fields in variables: {own / variables:.3g})"


def growth(found: BySize) -> Iterator[tuple[str, str, str]]:
    few, many = seconds(found, 100, EVALUATE), seconds(found, 10_000, EVALUATE)
    if few and many:
        yield "evaluate, from 100 to 10,000 rules", "< 4", f"{many / few:.3g}"


def ratio_line(found: BySize, size: int, name: str, other: str, least: float) -> tuple[str, str, str] | None:
    own, theirs = seconds(found, size, name), seconds(found, size, other)
    if not own or not theirs:
        return None
    return f"{name.partition(': ')[2]}, {size:,} rules, times “{other}”", f"≥ {least:g}", f"{theirs / own:.3g}"


def without_numba(found: BySize) -> Iterator[tuple[str, str, str]]:
    for size, least in PLAIN:
        line = ratio_line(found, size, CODES.replace("tierpolicy", "tierpolicy without numba"), batch.NUMPY, least)
        if line is not None:
            yield f"without numba: {line[0]}", *line[1:]


def largest(found: BySize) -> Iterator[tuple[str, str, str]]:
    taken = seconds(found, 10_000, CODES)
    if taken:
        yield "codes, 10,000 rules, million rows a second", "≥ 1.5", f"{1e-6 / taken:.3g}"


def loads(loading: str) -> Iterator[tuple[str, str, str]]:
    imported = re.search(r"takes (\d+ m?s)", loading)
    if imported:
        yield "`from tierpolicy import load`", "≤ 150 ms", imported[1]
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in loading.splitlines() if "|" in line]
    for name, most in LOADS:
        for cells in lines:
            if cells[0] == name:
                yield f"load {name}", f"≤ {most}", cells[1]
                if "10,000 rules" in name:
                    yield f"peak of memory, {name}", "≤ 300 MiB", cells[-1]
