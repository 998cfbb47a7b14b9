"""Results to a pandas frame: labels as categories, exact decimals and lists as Arrow columns, the others as NumPy's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
)
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.columns.arrow_results import arrow_array, note_arrays, result_type
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.columns.results import PROBLEMS, UNDETERMINED, Part, Picked, Result, labels_of, result_of
from tierpolicy.runtime.columns.typed import stored_type


def pandas_frame(parts: Sequence[Part], attributes: Sequence[Attribute], index: Any, notes: bool) -> Any:
    """All parts as one frame with the given index."""
    import pandas

    columns = {attribute.name: _column(attribute, parts) for attribute in attributes}
    if notes:
        said = [note_arrays(part.notes) for part in parts if part.notes is not None]
        for at, name in enumerate((PROBLEMS, UNDETERMINED)):
            columns[name] = _of_arrow([arrays[at] for arrays in said], None)
    return pandas.DataFrame(columns, index=index, copy=False)


def _column(attribute: Attribute, parts: Sequence[Part]) -> Any:
    """One attribute of all rows as what a pandas column is made of."""
    import pandas

    results = [result_of(attribute, part.answers[attribute.name]) for part in parts]
    match attribute.type:
        case Text():
            return _texts(results)
        case Money() | Percent() | SetOf():
            return _of_arrow([arrow_array(attribute, result) for result in results], result_type(attribute))
    values, none = _together(attribute, results)
    match attribute.type:
        case Scale() | Choice():
            codes = values.astype(np.min_scalar_type(-len(attribute.type.labels)), copy=False)
            dtype = pandas.CategoricalDtype(labels_of(attribute.type), ordered=isinstance(attribute.type, Scale))
            return pandas.Categorical.from_codes(codes if none is None else np.where(none, -1, codes), dtype=dtype)
        case Flag():
            return pandas.arrays.BooleanArray(values, _mask(none, values)) if attribute.or_none else values
        case Integer():
            return pandas.arrays.IntegerArray(values, _mask(none, values)) if attribute.or_none else values
        case Number():
            return values if none is None else np.where(none, np.nan, values)
        case Duration():
            return _times(values, none, "timedelta64[s]")
        case Date():
            return _times(values.astype(np.int64) * 86_400, none, "datetime64[s]")
        case _:
            raise TypeError(attribute.type)


def _together(attribute: Attribute, results: Sequence[Result | Picked]) -> tuple[Values, Bools | None]:
    """The results of all parts, one after the other."""
    plain = [result for result in results if isinstance(result, Result)]
    if not plain:
        return np.zeros(0, stored_type(attribute.type)), None
    values = np.concatenate([result.values for result in plain])
    if all(result.none is None for result in plain):
        return values, None
    return values, np.concatenate([_mask(result.none, result.values) for result in plain])


def _mask(none: Bools | None, values: Values) -> Bools:
    return np.zeros(len(values), np.bool_) if none is None else none


def _times(values: Values, none: Bools | None, kind: str) -> Values:
    times = values.astype(kind)
    if none is not None:
        times[none] = np.array("NaT", kind)
    return times


def _texts(results: Sequence[Result | Picked]) -> Any:
    """Text in the dtype that pandas itself takes for text."""
    import pandas

    picked = [np.array([*each.values, None], object).take(each.codes) for each in results if isinstance(each, Picked)]
    cells = np.concatenate(picked) if picked else np.zeros(0, object)
    return pandas.array(cells, dtype=pandas.Series(["text"]).dtype)


def _of_arrow(arrays: Sequence[Any], type_: Any) -> Any:
    import pandas
    import pyarrow

    type_ = pyarrow.list_(pyarrow.string()) if type_ is None else type_
    return pandas.arrays.ArrowExtensionArray(pyarrow.chunked_array(list(arrays), type_))
