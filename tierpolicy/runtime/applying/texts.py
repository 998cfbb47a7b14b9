"""Columns of answers to columns of text, as CSV cells and as JSON: each distinct value is spelled once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Amounts, Bools, Coded
from tierpolicy.model.types import Date, Integer, Money, Number
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.columns.results import storable
from tierpolicy.runtime.values import cell_text, json_value

EPOCH = date(1970, 1, 1)
Spell = Callable[[Known], str]


def typed_amounts(attribute: Attribute, answer: Amounts, rows: Bools | None = None) -> list[Known]:
    """The typed values of an attribute with calculated ones."""
    values = answer.values if rows is None else answer.values[rows]
    nothing = answer.none if rows is None or answer.none is None else answer.none[rows]
    if isinstance(attribute.type, Number):
        found: list[Known] = values.tolist()
    else:
        whole = _whole(values, nothing).tolist()
        found = [EPOCH + timedelta(days=day) for day in whole] if isinstance(attribute.type, Date) else whole
    if nothing is not None:
        for row in np.flatnonzero(nothing).tolist():
            found[row] = NotOffered.BELOW
    return found


def _whole(values: Any, nothing: Bools | None) -> Any:
    if values.dtype.kind != "f":
        return values
    return np.rint(values if nothing is None else np.where(nothing, 0.0, values)).astype(np.int64)


def answer_texts(attribute: Attribute, answer: Coded | Amounts, spell: Spell, plain: bool) -> Any:
    """An attribute's answers as an array of text. With `plain` a number is spelled as it stands; else in quotes."""
    import pyarrow

    if isinstance(answer, Coded):
        return pyarrow.array([spell(value) for value in answer.values], pyarrow.string()).take(
            pyarrow.array(answer.codes)
        )
    quick = _quick(attribute, answer, plain)
    if quick is not None:
        return quick
    values = _whole(answer.values, answer.none) if not isinstance(attribute.type, Number) else answer.values
    distinct, places = np.unique(values, return_inverse=True)
    typed = typed_amounts(attribute, Amounts(distinct))
    texts = [spell(value) for value in typed]
    if answer.none is not None:
        texts.append(spell(NotOffered.BELOW))
        places = np.where(answer.none, len(typed), places)
    return pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(places))


def _quick(attribute: Attribute, answer: Amounts, plain: bool) -> Any:
    """Whole numbers and money where each row has some, by Arrow's own spelling, which is ours."""
    import pyarrow

    from tierpolicy.runtime.columns.arrow_results import arrow_array
    from tierpolicy.runtime.columns.results import result_of

    if not isinstance(attribute.type, Integer | Money):
        return None
    if answer.none is not None and answer.none.any():
        return None
    found = arrow_array(attribute, result_of(attribute, answer)).cast(pyarrow.string())
    if plain or isinstance(attribute.type, Integer):
        return found
    return pyarrow.compute.binary_join_element_wise('"', found, '"', "")


# ---------------------------------------------------------------- cells of CSV


def csv_spelling(attribute: Attribute, delimiter: str) -> Spell:
    """How a value stands in a CSV file."""
    return lambda value: csv_cell(cell_text(value, attribute.type), delimiter)


def csv_cell(text: str, delimiter: str) -> str:
    """A text as a cell, in quotes where it needs them."""
    text = storable(text)
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_copied(column: Any, delimiter: str) -> Any:
    """What is copied of the source, as cells."""
    import pyarrow
    import pyarrow.compute

    if not isinstance(column, list) and pyarrow.types.is_string(column.type):
        marks = f'[{delimiter}"\n\r]'
        column = pyarrow.compute.fill_null(column, "")
        if not pyarrow.compute.any(pyarrow.compute.match_substring_regex(column, marks)).as_py():
            return column
    elif not isinstance(column, list) and pyarrow.types.is_integer(column.type):
        return pyarrow.compute.fill_null(column.cast(pyarrow.string()), "")
    cells = ["" if cell is None else csv_cell(str(cell), delimiter) for cell in python_cells_of(column)]
    return pyarrow.array(cells, pyarrow.string())


# ---------------------------------------------------------------- JSON


def json_spelling(attribute: Attribute) -> Spell:
    """How a value stands in a JSON document."""
    return lambda value: json_text(json_value(value, attribute.type))


def json_text(plain: object) -> str:
    return storable(json.dumps(plain, ensure_ascii=False, allow_nan=False))


def json_copied(column: Any) -> Any:
    """What is copied of the source, as JSON values."""
    import pyarrow
    import pyarrow.compute

    if not isinstance(column, list) and pyarrow.types.is_string(column.type):
        plain = pyarrow.compute.match_substring_regex(column, r'^[^"\\\x00-\x1f\x7f]*$')
        if pyarrow.compute.all(plain, skip_nulls=True).as_py() is not False:
            quoted = pyarrow.compute.binary_join_element_wise('"', column, '"', "")
            return pyarrow.compute.fill_null(quoted, "null")
    elif not isinstance(column, list) and pyarrow.types.is_integer(column.type):
        return pyarrow.compute.fill_null(column.cast(pyarrow.string()), "null")
    cells = [json_text(_in_json(cell)) for cell in python_cells_of(column)]
    return pyarrow.array(cells, pyarrow.string())


def _in_json(cell: object) -> object:
    if isinstance(cell, float):
        return cell if np.isfinite(cell) else None
    return cell if cell is None or isinstance(cell, str | bool | int) else str(cell)


# ---------------------------------------------------------------- both


def python_cells_of(column: Any) -> Sequence[object]:
    """A column's values in Python's types."""
    from tierpolicy.runtime.columns.arrow_cells import python_cells

    return column if isinstance(column, list) else python_cells(column)


def said_texts(said: Mapping[int, str], rows: int, spell: Callable[[str], str], nothing: str) -> Any:
    """A column of text that few rows have."""
    import pyarrow

    texts: list[str] = [nothing] * rows
    for row, text in said.items():
        texts[row] = spell(text)
    return pyarrow.array(texts, pyarrow.string())
