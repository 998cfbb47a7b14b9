"""What was decided for a file of customers, as a table for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Flag, Scale
from tierpolicy.model.values import Known
from tierpolicy.report.words import count_text, offered_text, plural, share_text
from tierpolicy.runtime.apply import Tally, most_common

MOST_SHOWN = 5


def tally_report(tally: Tally, policy: TypedPolicy) -> RenderableType:
    """Customers per value of the counted attribute, how many the baseline raised, how many had problems."""
    return Group(*_parts(tally, policy))


def _parts(tally: Tally, policy: TypedPolicy) -> Iterator[RenderableType]:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column(tally.attribute.name if tally.attribute else "")
    for head in ("customers", "share", "raised by the baseline"):
        table.add_column(head, justify="right")
    if tally.attribute is not None:
        for value in _from_best(tally):
            count = tally.by_value[value]
            name = Text(offered_text(value, tally.attribute, policy))
            table.add_row(name, *_counts(count, tally.customers, tally.raised_by_value[value]))
        table.add_section()
    table.add_row("all", *_counts(tally.customers, tally.customers, tally.raised), style="bold")
    yield table
    yield ""
    if tally.raised:
        yield Text(f"raised by the baseline: {_most_common(tally.raised_attributes, policy)}")
    yield _problems(tally, policy)


def _counts(count: int, of: int, raised: int) -> tuple[str, str, str]:
    return count_text(count), share_text(count, of), count_text(raised)


def _from_best(tally: Tally) -> list[Known]:
    """The values to show: of a scale every label, the best first."""
    assert tally.attribute is not None
    match tally.attribute.type:
        case Scale(labels):
            return [*reversed(labels), *(value for value in tally.by_value if value not in labels)]
        case Flag():
            return [True, False]
        case _:
            return sorted(tally.by_value, key=lambda value: -tally.by_value[value])


def _problems(tally: Tally, policy: TypedPolicy) -> Text:
    if not tally.with_problems:
        return Text("no customer had problems")
    return Text(
        f"{plural(tally.with_problems, 'customer')} had problems: {_most_common(tally.problems, policy)}",
        style="yellow",
    )


def _most_common(counts: Counter[str], policy: TypedPolicy) -> str:
    """The names counted, the most common first: `priority` 21,484, `support` 17,336 and 2 more."""
    shown = [f"`{printable(name)}` {count_text(n)}" for name, n in most_common(counts, policy)[:MOST_SHOWN]]
    more = f" and {len(counts) - MOST_SHOWN} more" if len(counts) > MOST_SHOWN else ""
    return ", ".join(shown) + more
