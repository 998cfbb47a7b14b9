"""Values, sums and bands of them as people read them in a report: `1,250.00 USD`, `2 days`, `under 20.00 USD`.

Policy text has spellings of its own (`120_000`, quoted labels), which are in model/words.
"""

from __future__ import annotations

from fractions import Fraction

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.types import Duration, Flag, Integer, Money, Number, SetOf, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.words import UNITS, value_text
from tierpolicy.runtime.simulation.results import Band


def shown(value: Value | Fraction, type_: Type, currency: str = "") -> str:
    """A value, or a sum of values, of a type; one line, escaped for a terminal."""
    if value is MISSING:
        return "not known"
    if isinstance(value, NotOffered):
        return "none"
    match type_:
        case Money() if isinstance(value, int):
            return f"{_money(value)} {printable(currency)}".rstrip()
        case Integer() if isinstance(value, int):
            return f"{value:,}"
        case Number() if isinstance(value, int | float | Fraction):
            return _number(float(value))
        case SetOf(labels) if isinstance(value, frozenset):
            return printable(", ".join(label for label in labels if label in value)) or "nothing"
        case Flag():
            return "yes" if value else "no"
        case _ if isinstance(value, str):
            return printable(value) or "(empty)"
        case _:
            return printable(value_text(value if not isinstance(value, Fraction) else float(value), type_)).replace(
                "_", ","
            )


def _money(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole:,}.{rest:02}"


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if 0.01 <= abs(value) < 1e15 else f"{value:.3g}"


def bound_shown(value: Known, type_: Type, currency: str = "") -> str:
    """A value that stands for a border: round money without its cents, `100 USD`."""
    if isinstance(type_, Money) and isinstance(value, int) and value % 100 == 0:
        return f"{value // 100:,} {printable(currency)}".rstrip()
    return shown(value, type_, currency)


def average_shown(total: int | Fraction, known: int, type_: Type, currency: str = "") -> str:
    """A sum shared out, in the type's units: to the nearest cent or hundredth of a percent, about as many days."""
    each = Fraction(total) / known
    if isinstance(type_, Integer | Number):
        return _number(float(each))
    if isinstance(type_, Duration):
        return _about(float(each))
    return shown(round(each), type_, currency)


def _about(seconds: float) -> str:
    """A duration in its largest unit: `1.7 days`."""
    size, unit = next(((size, unit) for size, unit in UNITS if abs(seconds) >= size), UNITS[-1])
    number = f"{seconds / size:,.1f}".removesuffix(".0")
    return f"{number} {unit}{'' if number == '1' else 's'}"


def band_shown(band: Band, type_: Type) -> str:
    """`under 20`, `20 to 43.38` (the upper end not in it), `from 900`, or the one value."""
    low = "" if band.low is None else bound_shown(band.low, type_)
    high = "" if band.high is None else bound_shown(band.high, type_)
    if not low and not high:
        return "any"
    if not low or not high:
        return f"under {high}" if high else f"from {low}"
    return low if low == high else f"{low} to {high}"
