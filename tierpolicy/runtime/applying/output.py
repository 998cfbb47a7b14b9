"""What the result has: its columns, and for a batch what each of them holds, before any target spells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import OutputColumn, UnusableFile

if TYPE_CHECKING:
    from tierpolicy.compile.columns.data import Amounts, Coded

NAMES_OF_KEYS = (str, int, float, date, Decimal)


@dataclass(frozen=True, slots=True)
class Layout:
    """Key columns (or the row's number where the base has no key), columns that are carried over, the service
    attributes, the reasons where they are wanted, the problems."""

    keys: tuple[Field, ...]
    carried: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    reasons: bool
    columns: tuple[OutputColumn, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """A column of the source, or Python's values."""

    values: Any


@dataclass(frozen=True, slots=True)
class Answered:
    attribute: Attribute
    answer: Coded | Amounts


@dataclass(frozen=True, slots=True)
class Counted:
    """Whole numbers, one a row: a NumPy array."""

    numbers: Any


@dataclass(frozen=True, slots=True)
class Said:
    """Text that few rows have, by their place; the others have none."""

    texts: Mapping[int, str]
    rows: int


Cells = Copied | Answered | Counted | Said


@dataclass(frozen=True, slots=True)
class Output:
    """What is written of a batch: a list of cells for each column. `kept` marks the rows that are written (None: all
    are); it is a NumPy array."""

    rows: int
    cells: tuple[Cells, ...]
    kept: Any = None


def layout_of(
    policy: TypedPolicy, names: Sequence[str] | None, carry: Sequence[str] = (), reasons: bool = False
) -> Layout:
    """The columns of the result; `names` are those of the source, None where each row has its own."""
    fields = [each for each in policy.fields.values() if each.key]
    keys = tuple(each for each in fields if names is None or column_of(each) in names)
    attributes = tuple(each for each in policy.attributes.values() if not each.internal)
    taken = {column_of(each) for each in keys}
    carried = tuple(each for each in dict.fromkeys(carry) if each not in taken)
    for name in carried:
        if names is not None and name not in names:
            raise UnusableFile(f"there is no column `{name}` to carry over; {_known(names)}")
    key_columns = [OutputColumn(column_of(each), None) for each in keys] or [OutputColumn("row", None, counts=True)]
    columns = [
        *key_columns,
        *(OutputColumn(name, None) for name in carried),
        *(OutputColumn(each.name, each.type) for each in attributes),
        *([OutputColumn("reasons", None)] if reasons else []),
        OutputColumn("problems", None, counts=True),
        OutputColumn("problem_text", None),
    ]
    return Layout(keys, carried, attributes, reasons, _distinct(columns))


def _known(names: Sequence[str]) -> str:
    return "its columns are " + ", ".join(f"`{name}`" for name in names[:12]) + (" …" if len(names) > 12 else "")


def _distinct(columns: Iterable[OutputColumn]) -> tuple[OutputColumn, ...]:
    """The columns, a name that is taken already with `_2` (`_3`, …) after it."""
    taken: set[str] = set()
    found = []
    for column in columns:
        name, number = column.name, 2
        while name in taken:
            name, number = f"{column.name}_{number}", number + 1
        taken.add(name)
        found.append(OutputColumn(name, column.type, column.counts))
    return tuple(found)


def column_of(field: Field) -> str:
    """The column of the field, as it is called."""
    return ".".join(path_of(field))


def key_of(record: Mapping[str, object], field: Field) -> object:
    """What the row holds as its key, as it stands; nothing where that is no name or number."""
    found: object = record.get(column_of(field))
    if found is None:
        found = record
        for part in path_of(field):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, NAMES_OF_KEYS) else None


def cell_of(record: Mapping[str, object], name: str) -> object:
    """What the row holds in a column that is carried over."""
    found = record.get(name)
    return found if found is None or isinstance(found, NAMES_OF_KEYS) else str(found)
