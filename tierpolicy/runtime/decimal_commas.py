"""Columns of a CSV file whose numbers have decimal commas, to the same numbers with points.

Whether a column has them is settled by its first cells: `12,5` and `1.234,50` can't be read otherwise, `1,234` can, and
alone settles nothing. A person may say what commas mean (`Decimal`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from tierpolicy.runtime.rows import Row

Decimal = Literal["comma", "point"]

SAMPLE = 1_000
WITH_COMMA = r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+"
IN_THOUSANDS = r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+"
COMMA_THOUSANDS = r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?"
COMMA_NUMBER = re.compile(rf"{WITH_COMMA}|{IN_THOUSANDS}")
HAS_COMMA = re.compile(WITH_COMMA)
POINT_NUMBER = re.compile(COMMA_THOUSANDS)
EITHER = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")
WITH_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]*")


@dataclass(frozen=True, slots=True)
class Commas:
    """The columns in which commas of numbers mean something: `decimal` ones become points, others (`thousands`) go."""

    decimal: frozenset[str] = frozenset()
    thousands: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def converted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows with such numbers as they are spelled here."""
        return map(self._row, rows) if self.decimal or self.thousands else rows

    def _row(self, row: Row) -> Row:
        columns, record = self.decimal | self.thousands, dict(row.record)
        for name, cell in row.record.items():
            if isinstance(cell, str) and name in columns:
                record[name] = self._cell(name, cell)
        return replace(row, record=record)

    def _cell(self, name: str, cell: str) -> str:
        if name in self.decimal and COMMA_NUMBER.fullmatch(cell.strip()):
            return with_point(cell)
        if name in self.thousands and POINT_NUMBER.fullmatch(cell.strip()):
            return cell.replace(",", "")
        return cell

    def column(self, name: str, array: Any) -> Any:
        """A column of text, an Arrow array, with such numbers as they are spelled here."""
        import pyarrow.compute as compute

        if name in self.decimal:
            numbers = compute.match_substring_regex(array, rf"^\s*(?:{WITH_COMMA}|{IN_THOUSANDS})\s*$")
            plain = compute.replace_substring(compute.replace_substring(array, ".", ""), ",", ".")
        elif name in self.thousands:
            numbers = compute.match_substring_regex(array, rf"^\s*{COMMA_THOUSANDS}\s*$")
            plain = compute.replace_substring(array, ",", "")
        else:
            return array
        return compute.if_else(numbers, plain, array)


def with_point(cell: str) -> str:
    """A number with a decimal comma, and perhaps points between thousands, as it is spelled here."""
    return cell.replace(".", "").replace(",", ".")


def commas_in(
    rows: Iterable[Row], columns: Sequence[str], delimiter: str, numbers: Collection[str] | None, said: Decimal | None
) -> Commas:
    """What commas mean in a file with such rows. `numbers` are the columns that may have numbers (None: any); `said` is
    what a person says of all of them."""
    some = [row.record for row in islice(rows, SAMPLE)]
    asked = [name for name in dict.fromkeys(columns) if numbers is None or name in numbers]
    if said is not None:
        every = frozenset(asked)
        return Commas(every) if said == "comma" else Commas(thousands=every)
    decimal, notes = set(), []
    for name in asked if delimiter != "," else ():
        cells = [str(record[name]).strip() for record in some if record.get(name)]
        with_commas = [cell for cell in cells if "," in cell]
        if not with_commas or not all(HAS_COMMA.fullmatch(cell) for cell in with_commas):
            continue
        settled = next((cell for cell in with_commas if not EITHER.fullmatch(cell)), None)
        if settled is not None and not any(_has_decimal_point(cell) for cell in cells):
            decimal.add(name)
            notes.append(f"`{name}` is read with decimal commas: `{settled}` is {with_point(settled)}")
        else:
            notes.append(
                f"`{name}` has numbers such as `{with_commas[0]}`, which can be read in two ways, so they count as "
                "missing; `tierpolicy apply` takes `--decimal comma` or `--decimal point`"
            )
    return Commas(frozenset(decimal), notes=tuple(notes))


def _has_decimal_point(cell: str) -> bool:
    """True for `12.5`, which is no number between decimal commas; `1.234` may have a point between thousands."""
    return WITH_POINT.fullmatch(cell) is not None and COMMA_NUMBER.fullmatch(cell) is None
