"""Whatever an application holds of a customer, to the plain mapping that the evaluator reads.

A mapping, a dataclass, a pydantic model, a row of a database or any object with attributes. Only declared names are
looked up, each once, so what is undeclared is never touched and later changes of the original change nothing. What goes
wrong while looking becomes a problem, never an exception (language.md §3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum

from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.convert import is_nothing
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import OBSTACLE

Path = tuple[str, ...]

SINGLE = (str, bytes, bytearray, memoryview, bool, int, float, complex, Decimal, date, time, timedelta)
NOT_RECORDS = (*SINGLE, list, set, frozenset, type)
FRAMES = frozenset({"DataFrame", "LazyFrame", "Table", "RecordBatch", "RecordBatchReader", "DuckDBPyRelation"})
FRAME_LIBRARIES = frozenset({"pandas", "polars", "pyarrow", "duckdb", "_duckdb"})
KINDS: Mapping[type, str] = {
    str: "text",
    bytes: "bytes",
    list: "a list",
    tuple: "a list",
    set: "a set",
    frozenset: "a set",
    bool: "yes or no",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}


@dataclass(frozen=True, slots=True)
class RecordRead:
    """A record's declared keys, as they stood, and what went wrong while they were looked up.

    A path of keys is one key here, `account.depth`, as in a file with such a column.
    """

    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()


NOTHING_READ = RecordRead({})


class _Absent:
    """Stands for a key that a record doesn't have."""


ABSENT = _Absent()


def path_of(field: Field) -> Path:
    """Where a record holds the field."""
    return field.path or (field.name,)


def read_record(record: object, fields: Iterable[Field], subject: str = "record") -> RecordRead:
    """A snapshot of the declared keys of a record; `subject` names it in problems."""
    try:
        if _is_frame(record):
            return RecordRead({}, (_many_records(subject),))
        if not _is_record(record):
            return RecordRead({}, (_not_a_record(record, subject),))
        own_names: Mapping[str, str] = getattr(type(record), "__field_attributes__", {})
    except Exception:  # an object that fails even when asked what it is
        return RecordRead({}, (_not_a_record(object(), subject),))
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for field in fields:
        path = path_of(field)
        try:
            if own_names:
                found = _plain(getattr(record, own_names.get(field.name, field.name), ABSENT))
            else:
                found = _at(record, path)
        except Exception as error:  # whatever a property of the application's object raises
            problems.append(_unreadable(field, error))
            continue
        if not isinstance(found, _Absent):
            values[".".join(path)] = found
    return RecordRead(values, tuple(problems))


def _is_frame(record: object) -> bool:
    """True for many records at once, which have attributes too, but not those of a customer."""
    kind = type(record)
    return kind.__name__ in FRAMES and kind.__module__.partition(".")[0] in FRAME_LIBRARIES


def _is_numpy_value(record: object) -> bool:
    """True for NumPy's scalars and arrays; a row of a structured array has named values."""
    kind = type(record)
    return kind.__module__ == "numpy" and kind.__name__ not in ("record", "void")


def _is_record(record: object) -> bool:
    if record is None or isinstance(record, NOT_RECORDS) or _is_numpy_value(record):
        return False
    return not isinstance(record, tuple) or hasattr(record, "_fields")


def _at(record: object, path: Path) -> object:
    """What the path leads to; OBSTACLE, which is wrong for every field, where a single value ends the way early."""
    if len(path) > 1:
        found = _get(record, ".".join(path))
        if not isinstance(found, _Absent) and not is_nothing(found):
            return _plain(found)
    at: object = record
    for key in path:
        if not _is_record(at):
            return OBSTACLE
        at = _get(at, key)
        if isinstance(at, _Absent) or is_nothing(at):
            return at
    return _plain(at)


def _get(record: object, key: str) -> object:
    if not _is_record(record):
        return ABSENT
    if isinstance(record, Mapping):
        return record.get(key, ABSENT)
    kind = type(record)
    if hasattr(kind, "keys") and hasattr(kind, "__getitem__"):
        try:
            return record[key]  # type: ignore[index]
        except (KeyError, IndexError):
            return ABSENT
    return getattr(record, key, ABSENT)


def _plain(value: object) -> object:
    """The value itself, out of an enumeration or a NumPy scalar; lists and sets copied, lest they change. A group of
    values is no value of any field, so nothing of it is kept."""
    if isinstance(value, Enum):
        return value.value
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if type(value) in (list, set):
        return value.copy()  # type: ignore[attr-defined]
    return {} if isinstance(value, Mapping) else value


def _not_a_record(record: object, subject: str) -> Problem:
    given = KINDS.get(type(record), f"`{type(record).__name__}`")
    expected = "named values"
    return Problem(subject, given, expected, f"the {subject} is {given}, not {expected}: it was read as empty")


def _many_records(subject: str) -> Problem:
    message = (
        f"the {subject} is a data frame, not one customer: it was read as empty; `evaluate_all` decides for its rows"
    )
    return Problem(subject, "a data frame", "named values", message)


def _unreadable(field: Field, error: Exception) -> Problem:
    given = type(error).__name__
    message = f"`{field.name}` could not be read from the record ({given}), so it counts as missing"
    return Problem(field.name, given, "a value that can be read", message)
