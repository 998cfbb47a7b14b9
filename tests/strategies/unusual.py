"""Records as no file holds them but applications do: values of odd Python types in mappings and objects of every kind.

`UnusualWriter` writes the records of `records.RecordWriter`, most of whose values it replaces by what equals them and
is of another type: subclasses, enumerations, NumPy scalars, wrappers that lie. `in_another_form` puts a record into
another kind of mapping or an object.
"""

from __future__ import annotations

import collections
import enum
import random
import types
from collections.abc import Mapping
from dataclasses import make_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from tests.strategies.records import RecordWriter
from tierpolicy.model.vocabulary import Field


class Text(str):
    """Text that says something else of itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7

    def __len__(self) -> int:
        return 0


class PlainText(str):
    """Text of a type of the application's own."""

    __slots__ = ()


class Whole(int):
    """A whole number whose comparisons and calculations are all wrong."""

    def _wrong(self, other: object) -> Any:
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = _wrong

    def __hash__(self) -> int:
        return 7

    def __mul__(self, other: object) -> Any:
        raise RuntimeError("no")

    __rmul__ = __mul__


class PlainWhole(int):
    """A whole number of a type of the application's own."""


class Real(float):
    """A float that compares wrongly and multiplies to nothing."""

    def __lt__(self, other: object) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __mul__(self, other: object) -> Any:
        return 0.0

    __rmul__ = __mul__

    def __float__(self) -> float:
        return 1.0


class PlainReal(float):
    """A float of a type of the application's own."""


class Day(date):
    """A date of a type of the application's own."""


class Labels(list[Any]):
    """A list that seems empty when it is gone through."""

    def __iter__(self) -> Any:
        return iter(())


class RaisingKey(str):
    """A key that is found where its text is, and then raises."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")


class Unhashable(str):
    """A label that can't be looked up."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]


class NastyMapping(dict[str, Any]):
    """A dict that answers `get` by the length of the key."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, default) if len(key) % 2 else default

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return len(str(key)) % 3 == 0


class DefaultingMapping(dict[str, Any]):
    """A dict that makes up what it lacks."""

    def __missing__(self, key: str) -> Any:
        return 3


class Moody:
    """An object of which some attributes raise."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def __getattr__(self, name: str) -> Any:
        if len(name) % 5 == 0:
            raise RuntimeError("no")
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None


PLAIN = (bool, int, float, Decimal, str, date, timedelta, list, tuple, set, frozenset)


def unusual_forms(raw: Any) -> list[Any]:
    """Values that equal a raw value, or nearly, in types that no file gives."""
    if type(raw) not in PLAIN:
        return [raw]
    match raw:
        case bool():
            return [int(raw), float(raw), np.bool_(raw), str(raw), "yes" if raw else "no", Decimal(int(raw)), [raw]]
        case int() if abs(raw) > 10**300:
            return [raw, -raw, PlainWhole(raw)]
        case int():
            forms = [PlainWhole(raw), Whole(raw), float(raw), str(raw), Fraction(raw)]
            forms += [raw == 1, raw == 0, Decimal(raw), complex(min(abs(raw), 10), 0), [raw], raw + 2**53]
            if abs(raw) < 2**31:
                forms += [np.int64(raw), np.int8(raw % 100), np.float32(raw), np.float64(raw), np.uint64(abs(raw))]
                forms += [enum.IntEnum("Number", {"A": raw}).A, enum.Enum("Boxed", {"A": raw}).A, Decimal(f"{raw}.00")]  # type: ignore[attr-defined]
                forms += [np.array(raw), np.array([raw]), timedelta(seconds=raw), Decimal(raw).scaleb(2)]
            return forms
        case float():
            forms = [np.float64(raw), np.float32(0.25), np.float16(0.5), PlainReal(raw), Real(raw), repr(raw), -raw]
            return [*forms, Decimal(raw), Decimal(repr(raw)), complex(raw, 0), np.nextafter(raw, 9e99), raw * 10]
        case Decimal():
            forms = [Decimal("-0"), Decimal("0E+5"), Decimal("-0.005"), Decimal("0.00500"), str(raw), Decimal("1E+3")]
            return [*forms, *([raw.normalize(), -raw] if raw.is_finite() and abs(raw.adjusted()) < 25 else [raw])]
        case str():
            return [
                PlainText(raw), np.str_(raw), Text(raw), Unhashable(raw), raw.encode(errors="ignore"), [raw], (raw,),
                enum.Enum("Label", {"A": raw}).A, enum.StrEnum("LabelText", {"A": raw}).A, raw.upper(), raw + " ",  # type: ignore[attr-defined]
                " " + raw, raw.title(), {raw}, {raw: 1}, raw.encode("utf-16", errors="ignore"), raw + ";",
            ]  # fmt: skip
        case date():
            return [
                Day(raw.year, raw.month, raw.day), datetime(raw.year, raw.month, raw.day), np.datetime64(raw),
                raw.isoformat() + "T00:00:00", raw.toordinal(), raw.isoformat().replace("-", ""), raw.isoformat() + " ",
                np.datetime64(raw, "ns") if 1700 < raw.year < 2200 else raw, raw.strftime("%d.%m.%Y"),
            ]  # fmt: skip
        case timedelta():
            half = timedelta(microseconds=500_000)
            longer = raw + half if raw < timedelta.max - half else raw
            return [longer, np.timedelta64(1, "s"), str(raw), type("Span", (timedelta,), {})(seconds=1)]
        case list() | tuple() | set() | frozenset():
            items = list(raw)
            if not all(type(item) is str for item in items):
                return [raw, tuple(items)]
            return [
                tuple(items * 2), Labels(items), iter(items), dict.fromkeys(items, True), [PlainText(i) for i in items],
                [*items, "nobody"], [*items, 1, None, float("nan"), []], " ; ".join(items), ";;".join(items) + ";",
                np.array(items, dtype=str), [Text(i) for i in items], collections.deque(items),
                [np.str_(i) for i in items], [Unhashable(i) for i in items], ",".join(items),
            ]  # fmt: skip
    return [raw]


class UnusualWriter(RecordWriter):
    """Writes one record, most of its values in unusual types."""

    def raw(self, field: Field) -> Any:
        raw = super().raw(field)
        return self.one(unusual_forms(raw)) if self.chance.random() < 0.6 else raw


def in_another_form(record: dict[str, Any], chance: random.Random) -> Any:
    """The record (or most of it) as something else that holds named values, or that holds none."""
    names = [key for key in record if key.isidentifier()]
    plain = {name: record[name] for name in names}
    forms = [
        lambda: types.MappingProxyType(record),
        lambda: collections.OrderedDict(record),
        lambda: collections.ChainMap({}, record),
        lambda: collections.UserDict(record),
        lambda: collections.defaultdict(lambda: 3, record),
        lambda: DefaultingMapping(record),
        lambda: NastyMapping(record),
        lambda: {PlainText(key): value for key, value in record.items()},
        lambda: {Text(key): value for key, value in record.items()},
        lambda: {RaisingKey(key) if at % 3 else key: value for at, (key, value) in enumerate(record.items())},
        lambda: {**record, 1: 2, None: 3, ("a",): 4, b"spend": 5},
        lambda: types.SimpleNamespace(**record),
        lambda: Moody(record),
        lambda: collections.namedtuple("Row", names, rename=True)(*plain.values()),
        lambda: make_dataclass("Held", names)(*plain.values()),
        lambda: None,
        lambda: list(record.items()),
        lambda: "spend",
        lambda: type("Held", (), dict(plain)),
    ]
    return forms[chance.randrange(len(forms))]()
