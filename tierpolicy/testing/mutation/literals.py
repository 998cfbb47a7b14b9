"""A literal one step beside what the author wrote.

A step is one in the last place that was written: 100_000 → 99_999, 0.5 → 0.4, 10% → 9%, 99.99 → 99.98. Labels step to
their neighbours on a scale, to the next label of a choice; dates by a day; durations by a step, or to another unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tierpolicy.analysis.witness.examples import literal
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Scale, SetOf, Type
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.testing.mutation.edits import Change, Kind, Page

OTHER_UNIT = {
    "second": "minute",
    "minute": "hour",
    "hour": "day",
    "day": "hour",
    "week": "day",
    "month": "year",
    "year": "month",
}
DAY = timedelta(days=1)


def stepped(written: str) -> tuple[str, ...]:
    """A number one step less and one more, written alike; never below zero."""
    number = Decimal(written.replace("_", ""))
    places = -int(number.as_tuple().exponent)
    step = Decimal(1).scaleb(-places)
    return tuple(_like(written, each, places) for each in (number - step, number + step) if each >= 0)


def _like(written: str, number: Decimal, places: int) -> str:
    return f"{number:,.{places}f}".replace(",", "_") if "_" in written else f"{number:.{places}f}"


def beside(label: str, type_: Type) -> tuple[str, ...]:
    """The labels that one may be taken for: its neighbours on a scale, else the next one."""
    if not isinstance(type_, Scale | Choice | SetOf) or label not in type_.labels or len(type_.labels) < 2:
        return ()
    at, labels = type_.labels.index(label), type_.labels
    if isinstance(type_, Scale):
        return tuple(labels[near] for near in (at - 1, at + 1) if 0 <= near < len(labels))
    return (labels[(at + 1) % len(labels)],)


def number_changes(page: Page, node: ast.Number, kind: Kind) -> Iterator[Change]:
    for new in stepped(node.text):
        yield page.instead(kind, node.span, new)


def quantity_changes(page: Page, node: ast.Quantity, kind: Kind) -> Iterator[Change]:
    """A step of the number, and the other unit."""
    whole = page.text(node.span)
    number = page.text(node.number.span)
    for new in quantities_beside(whole, number):
        yield page.instead(kind, node.span, new)
    if node.unit in OTHER_UNIT:
        yield page.instead(kind, node.span, f"{number} {_unit(OTHER_UNIT[node.unit], node.number.value)}")


def quantities_beside(whole: str, number: str) -> Iterator[str]:
    """`9 minutes` and `11 minutes` for `10 minutes`, given with its number."""
    rest = whole[len(number) :]
    unit = rest.strip().removesuffix("s")
    for new in stepped(number):
        amount = Decimal(new.replace("_", ""))
        yield new + (rest.replace(rest.strip(), _unit(unit, amount)) if unit in OTHER_UNIT else rest)


def _unit(singular: str, amount: Decimal) -> str:
    return singular if amount == 1 else f"{singular}s"


def date_changes(page: Page, node: ast.DateLiteral, kind: Kind) -> Iterator[Change]:
    """A day before and a day after."""
    if node.value > date.min:
        yield page.instead(kind, node.span, (node.value - DAY).isoformat())
    if node.value < date.max:
        yield page.instead(kind, node.span, (node.value + DAY).isoformat())


def label_changes(page: Page, node: ast.Name | ast.String, type_: Type, policy: Policy, kind: Kind) -> Iterator[Change]:
    """The labels beside this one."""
    label = node.text if isinstance(node, ast.Name) else node.value
    for new in beside(label, type_):
        yield from _written(page, node.span, new, type_, policy, kind)


def _written(page: Page, span: Span, label: str, type_: Type, policy: Policy, kind: Kind) -> Iterator[Change]:
    plain: Type = Choice(type_.labels) if isinstance(type_, SetOf) else type_
    text = literal(label, plain, policy)
    if text is not None:
        yield page.instead(kind, span, text)
