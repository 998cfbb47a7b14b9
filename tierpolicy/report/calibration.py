"""Thresholds before and after they were measured anew, as a table for a terminal and sentences beside it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.values import MISSING
from tierpolicy.model.words import value_text
from tierpolicy.report.words import count_text, plural, share_text
from tierpolicy.runtime.calibrating import Calibrated, Calibration
from tierpolicy.syntax.calibration import share_text as asked_text

MUCH_MORE = 1.25
"""Times as many customers as were asked for: from here on ties are worth a sentence."""


def calibration_report(found: Calibration) -> RenderableType:
    """Each share that the policy asks for: what it took, what it takes now, and whom."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column("share", overflow="fold")
    for head in ("old", "new", "customers", "of known"):
        table.add_column(head, justify="right")
    for each in found.thresholds:
        old = "-" if each.old.value is MISSING else value_text(each.old.value, each.field.type)
        new = value_text(each.new.value, each.field.type)
        known = each.new.known
        table.add_row(printable(name_of(each)), old, new, count_text(each.within), share_text(each.within, known))
    return table


def name_of(each: Calibrated) -> str:
    """`lifetime_value in top 10%`, as the policy says it."""
    return f"{each.field.name} in {asked_text(each.new.side, each.new.share)}"


def calibration_notes(found: Calibration) -> list[str]:
    """What was met on the way, and shares that many equal values make larger."""
    said = list(found.notes)
    for name, count in found.wrong.items():
        said.append(
            f"{plural(count, 'value')} of `{name}` can't be read and {'counts' if count == 1 else 'count'} as missing"
        )
    for name, known in {each.field.name: each.new.known for each in found.thresholds}.items():
        if known < found.customers:
            of = f"the {count_text(known)} of {plural(found.customers, 'customer')} who have one"
            said.append(f"shares of `{name}` are of {of}")
    for each in found.thresholds:
        if each.within > MUCH_MORE * each.asked_for:
            value = value_text(each.new.value, each.field.type)
            said.append(
                f"`{name_of(each)}` takes {count_text(each.within)} customers instead of {count_text(each.asked_for)}: "
                f"{count_text(each.ties)} more {'has' if each.ties == 1 else 'have'} the same value, {value}"
            )
    return said


def off_text(each: Calibrated) -> str:
    """Why a threshold should be measured anew: what it takes here, and what it should."""
    share = f"`{name_of(each)}`"
    if each.within_old is None:
        return f"{share} was never measured"
    value = value_text(each.old.value, each.field.type)
    return (
        f"{share} is {value} in the file, which takes {plural(each.within_old, 'customer')} here; "
        f"measured here it takes {count_text(each.within)}"
    )
