"""Who moves from where to where between two policies, for a terminal: in words, then part by part of the service."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.types import MONEY
from tierpolicy.model.values import Known
from tierpolicy.report.headlines import moves_headlines, statement_name
from tierpolicy.report.shown import shown
from tierpolicy.report.simulation_terminal import HEADING, QUIET, table_of
from tierpolicy.report.words import count_text, plural, policy_title
from tierpolicy.runtime.simulation.results import Blame, Change, Costs, Example, Move, Moves

WIDEST_MATRIX = 5
MOST_BLAMES = 6
MOST_MOVES = 12


def moves_report(found: Moves) -> RenderableType:
    """The moves as people read them."""
    return Group(*_parts(found))


def _parts(found: Moves) -> Iterator[RenderableType]:
    old, new = policy_title(found.old.name, found.old.version), policy_title(found.new.name, found.new.version)
    yield Text(f"{old} → {new}", style=HEADING)
    yield Text(f"on {printable(found.base)} as of {found.as_of.isoformat()}", style=HEADING)
    yield from (Text(line.replace("`", "")) for line in moves_headlines(found))
    if not found.customers:
        return
    yield ""
    yield _overview(found)
    for change in found.changes:
        if _is_told(change):
            yield ""
            yield from _change(change, found)
    if found.costs is not None:
        yield ""
        yield _costs(found.costs, found)
    if found.examples:
        yield ""
        yield Text("customers who are worse off, the first of the base", style=HEADING)
        yield from (line for example in found.examples for line in _example(example, found))


def _is_told(change: Change) -> bool:
    """True where more is to be said of a change than its counts."""
    return bool(change.worse or change.blames or change.not_compared) or any(
        each.old != each.new for each in change.matrix
    )


def _overview(found: Moves) -> Table:
    table = table_of("", "better", "worse", "another", "the same")
    for each in found.changes:
        counts = (each.better, each.worse, each.different, each.same)
        row = ["not compared", "", "", ""] if each.not_compared else [_unless_none(count) for count in counts]
        table.add_row(printable(each.attribute), *row)
    return table


def _unless_none(count: int) -> str:
    return count_text(count) if count else "·"


# ---------------------------------------------------------------- one part of the service


def _change(change: Change, found: Moves) -> Iterator[RenderableType]:
    yield Text(printable(change.attribute), style=HEADING)
    if change.not_compared:
        yield Text(f"  not compared: {printable(change.not_compared)}")
    if any(each.old != each.new for each in change.matrix):
        yield Padding(_matrix(change), (0, 0, 0, 2))
    for words, counts in (("lose", change.lost), ("gain", change.gained)):
        for each in counts:
            yield Text(f"  {count_text(each.customers)} {words} {printable(str(each.value))}")
    if change.totals is not None and change.new.type == MONEY:
        before, after = (shown(each, MONEY, found.new.currency) for each in change.totals)
        gain, loss = (shown(each, MONEY, found.new.currency) for each in (change.gain, change.loss))
        yield Text(f"  {after} in all, was {before}: {gain} gained, {loss} lost")
    yield from _blames(change)


def _matrix(change: Change) -> Table:
    """From the old value, down the side, to the new one, along the head; a long list of moves where they are many."""
    before: list[Known] = list(dict.fromkeys(each.old for each in change.matrix))
    after: list[Known] = list(dict.fromkeys(each.new for each in change.matrix))
    ordered = [each for each in _order(change) if each in after]
    after = ordered if len(ordered) == len(after) else after
    if len(after) > WIDEST_MATRIX:
        return _listed(change)
    heads = [shown(each, change.new.type) for each in after]
    table = table_of("old ↓  new →", *heads)
    counts = {(each.old, each.new): each.customers for each in change.matrix}
    for one in before:
        cells = [_unless_none(counts.get((one, other), 0)) for other in after]
        table.add_row(shown(one, change.old.type), *cells)
    return table


def _order(change: Change) -> list[Known]:
    labels = getattr(change.new.type, "labels", None)
    return [*reversed(labels)] if labels is not None else [True, False]


def _listed(change: Change) -> Table:
    moved = sorted((each for each in change.matrix if each.old != each.new), key=lambda each: -each.customers)
    table = table_of("from", "to", "customers", words=2)
    for each in moved[:MOST_MOVES]:
        table.add_row(*_move(each, change))
    if len(moved) > MOST_MOVES:
        rest = sum(each.customers for each in moved[MOST_MOVES:])
        table.add_row(f"{len(moved) - MOST_MOVES} more", "", count_text(rest))
    return table


def _move(move: Move, change: Change) -> tuple[str, str, str]:
    return shown(move.old, change.old.type), shown(move.new, change.new.type), count_text(move.customers)


def _blames(change: Change) -> Iterator[RenderableType]:
    if not change.worse:
        return
    yield Text(f"  {plural(change.worse, 'customer')} worse off:", style="red")
    for blame in change.blames[:MOST_BLAMES]:
        yield Padding(Text(_blame(blame)), (0, 0, 0, 4))
    rest = change.blames[MOST_BLAMES:]
    if rest:
        yield Text(f"    {plural(len(rest), 'more statement')}; `--format json` has all", style=QUIET)
    if change.untraced:
        yield Text(f"    {count_text(change.untraced)} by no statement alone: labels or fields differ", style=QUIET)


def _blame(blame: Blame) -> str:
    statement = blame.statement
    name = statement_name(statement).replace("`", "")
    place = f"{printable(statement.path.rpartition('/')[2])}, line {statement.line}"
    said = "takes it from" if blame.side == "new" else "gave more to"
    return f"{blame.side}: {name} ({place}) {said} {count_text(statement.customers)}"


# ---------------------------------------------------------------- cost and examples


def _costs(costs: tuple[Costs, Costs], found: Moves) -> Table:
    old, new = costs
    table = table_of("what it costs", "old", "new")
    before = {each.statement.name: each.total for each in old.statements}
    after = {each.statement.name: each.total for each in new.statements}
    for name in dict.fromkeys((*before, *after)):
        table.add_row(
            printable(name), _sum(before.get(name), found.old.currency), _sum(after.get(name), found.new.currency)
        )
    table.add_section()
    table.add_row("all", _sum(old.total, found.old.currency), _sum(new.total, found.new.currency), style=HEADING)
    if old.unknown or new.unknown:
        table.add_row("customers whose cost is not known", count_text(old.unknown), count_text(new.unknown))
    return table


def _sum(total: int | None, currency: str) -> str:
    return "·" if total is None else shown(total, MONEY, currency)


def _example(example: Example, found: Moves) -> Iterator[RenderableType]:
    changes = {change.attribute: change for change in found.changes}
    keys = ", ".join(f"{printable(name)} {printable(key)}" for name, key in example.keys.items())
    yield Text(f"  {keys or 'row ' + count_text(example.row)}")
    for each in example.differences:
        change = changes[each.attribute]
        old, new = shown(each.old, change.old.type), shown(each.new, change.new.type)
        by = f"  ({printable(', '.join(each.statements))})" if each.statements else ""
        yield Text(f"    {printable(each.attribute)}: {old} → {new}{by}")
