"""The types of language.md §4: what a field, an attribute or an expression can hold."""

from __future__ import annotations

from tierpolicy.frozen import frozen


@frozen
class Flag:
    """`yes` or `no`; also the type of every condition."""


@frozen
class Integer:
    """64-bit whole numbers."""


@frozen
class Number:
    """Finite IEEE 754 binary64."""


@frozen
class Percent:
    """Whole hundredths of a percent (basis points)."""


@frozen
class Money:
    """Whole hundredths of the currency unit, at most 2**53 of them."""


@frozen
class Duration:
    """Whole seconds."""


@frozen
class Date:
    """Calendar days."""


@frozen
class Text:
    """Unicode text in NFC."""


@frozen
class Scale:
    """Ordered labels, worst (lowest) first."""

    labels: tuple[str, ...]


@frozen
class Choice:
    """Labels without an order."""

    labels: tuple[str, ...]


@frozen
class SetOf:
    """Subsets of the labels."""

    labels: tuple[str, ...]


Type = Flag | Integer | Number | Percent | Money | Duration | Date | Text | Scale | Choice | SetOf

FLAG = Flag()
INTEGER = Integer()
NUMBER = Number()
PERCENT = Percent()
MONEY = Money()
DURATION = Duration()
DATE = Date()
TEXT = Text()


def is_ordered(type_: Type) -> bool:
    """True where `<` makes sense between two values of the type."""
    return isinstance(type_, Integer | Number | Percent | Money | Duration | Date | Scale)


def compatible(left: Type, right: Type) -> bool:
    """True where values of the two types may be compared: the same type; for choices and sets, the same labels."""
    if isinstance(left, Choice | SetOf) and type(left) is type(right):
        return set(left.labels) == set(right.labels)
    return left == right
