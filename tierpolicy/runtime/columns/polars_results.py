"""Answers to a Polars frame: labels as an Enum, the others by way of Arrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Amounts, Coded
from tierpolicy.model.types import Choice, Flag, Scale
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.columns.arrow_results import arrow_array, note_arrays
from tierpolicy.runtime.columns.results import PROBLEMS, UNDETERMINED, Part, labels_of, result_of, storable

MOST_KEPT = 1_024


def polars_schema(attributes: Sequence[Attribute], notes: bool) -> Any:
    """The columns that come back, with their types."""
    return polars_frame([], attributes, notes).schema


def polars_writer(attributes: Sequence[Attribute]) -> Callable[[Part], Any]:
    """Writes parts of the answers as data frames; the values that rows have in common are made once."""
    import polars

    made: dict[tuple[str, tuple[Known, ...]], Any] = {}

    def column(attribute: Attribute, answer: Coded | Amounts) -> Any:
        if isinstance(answer, Amounts) or isinstance(attribute.type, Flag):
            return polars.Series(attribute.name, arrow_array(attribute, result_of(attribute, answer)))
        key = (attribute.name, answer.values)
        values = made.get(key)
        if values is None:
            values = _series(attribute, answer.values)
            if len(values) <= MOST_KEPT:
                made[key] = values
        return values[polars.Series(answer.codes)]

    def written(part: Part) -> Any:
        series = [column(attribute, part.answers[attribute.name]) for attribute in attributes]
        if part.notes is not None:
            arrays = zip((PROBLEMS, UNDETERMINED), note_arrays(part.notes), strict=True)
            series += [polars.Series(name, array) for name, array in arrays]
        return polars.DataFrame(series)

    return written


def _series(attribute: Attribute, values: tuple[Known, ...]) -> Any:
    """Some values of an attribute, each by itself."""
    import polars

    if isinstance(attribute.type, Scale | Choice):
        labels = [storable(value) if isinstance(value, str) else None for value in values]
        return polars.Series(attribute.name, labels, polars.Enum(labels_of(attribute.type)))
    each = Coded(np.arange(len(values)), values)
    return polars.Series(attribute.name, arrow_array(attribute, result_of(attribute, each)))


def polars_frame(parts: Sequence[Any], attributes: Sequence[Attribute], notes: bool) -> Any:
    """All parts as one data frame; without any, an empty one of the same columns."""
    import polars

    if parts:
        return polars.concat(parts, rechunk=False)
    series = [_series(attribute, ()) for attribute in attributes]
    if notes:
        series += [polars.Series(name, [], polars.List(polars.String)) for name in (PROBLEMS, UNDETERMINED)]
    return polars.DataFrame(series)
