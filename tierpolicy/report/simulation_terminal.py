"""What a policy comes to on a customer base, for a terminal: the main figures in words, then table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.types import MONEY
from tierpolicy.report.headlines import simulation_headlines, statement_name
from tierpolicy.report.shown import band_shown, bound_shown, shown
from tierpolicy.report.simulation_data import type_of
from tierpolicy.report.words import count_text, plural, policy_title, share_text
from tierpolicy.runtime.simulation.results import (
    Amounts,
    Claim,
    Costs,
    Count,
    Crossing,
    Distance,
    Elements,
    Labels,
    Part,
    Simulation,
    Statement,
)

HEADING = "bold"
QUIET = "dim"
MOST_STATEMENTS = 15
MOST_LABELS = 12
MOST_PROBLEMS = 5
MOST_LEVELS = 5
LEAST_SHARE = 200
"""Raises that help fewer than one in so many customers aren't shown."""
SIGNS = {"holds": ("✓", "green"), "missed": ("✗", "red"), "not measured": ("?", "yellow")}


def simulation_report(found: Simulation) -> RenderableType:
    """The simulation as people read it."""
    return Group(*_parts(found))


def _parts(found: Simulation) -> Iterator[RenderableType]:
    title = policy_title(found.policy.name, found.policy.version)
    yield Text(f"{title}, on {printable(found.base)} as of {found.as_of.isoformat()}", style=HEADING)
    yield from (Text(line.replace("`", "")) for line in simulation_headlines(found))
    if not found.customers:
        return
    yield ""
    yield _service(found)
    yield ""
    yield from _statements(found.statements)
    if found.costs is not None:
        yield ""
        yield from _costs(found.costs, found)
    if found.crossing is not None:
        yield ""
        yield from _crossing(found.crossing, found)
    for distance in found.distances:
        yield ""
        yield from _distance(distance, found)
    if found.claims:
        yield ""
        yield from _claims(found.claims)
    yield from _data(found)


def table_of(*heads: str, words: int = 1) -> Table:
    """A table whose first `words` columns are text; the others are numbers."""
    table = Table(box=None, pad_edge=False, header_style=HEADING, padding=(0, 2, 0, 0))
    for at, head in enumerate(heads):
        table.add_column(head, justify="left" if at < words else "right", overflow="fold", no_wrap=at >= words)
    return table


# ---------------------------------------------------------------- who gets what


def _service(found: Simulation) -> Table:
    load = [found.load_by] if found.load_by else []
    table = table_of("what they get", "customers", "share", *load)
    for part in found.parts:
        head = Text(printable(part.attribute.name), style=HEADING)
        if part.attribute.name == found.pool:
            head += Text("  who serves them", style=QUIET)
        table.add_row(head)
        for row in _rows(part, found):
            table.add_row(*row)
        for line in _said(part, found):
            table.add_row(Text(f"  {line}", style=QUIET))
    return table


def _rows(part: Part, found: Simulation) -> Iterator[tuple[str, ...]]:
    type_, currency = part.attribute.type, found.policy.currency
    match part.values:
        case Labels(counts, others):
            yield from (_count(each, shown(each.value, type_, currency), found) for each in counts[:MOST_LABELS])
            rest = counts[MOST_LABELS:]
            if rest:
                yield _plain(f"{len(rest)} more", sum(each.customers for each in rest), found)
            if others:
                yield _plain("what their own records say", others, found)
        case Elements(counts, nothing):
            yield from (_count(each, printable(str(each.value)), found) for each in counts)
            yield from [_plain("nothing", nothing, found)] if nothing else []
        case Amounts() as amounts:
            yield from (_plain(band_shown(each, type_), each.customers, found) for each in amounts.bands)
            yield from [_plain("none", amounts.none, found)] if amounts.none else []


def _count(count: Count, name: str, found: Simulation) -> tuple[str, ...]:
    row = _plain(name, count.customers, found)
    if count.load is None or not found.load_by:
        return row
    type_ = found.policy.fields[found.load_by].type
    unknown = f" ({count_text(count.load.unknown)} not known)" if count.load.unknown else ""
    return (*row, shown(count.load.total, type_, found.policy.currency) + unknown)


def _plain(name: str, customers: int, found: Simulation) -> tuple[str, ...]:
    return f"  {name}", count_text(customers), share_text(customers, found.customers)


def _said(part: Part, found: Simulation) -> Iterator[str]:
    """What rows don't say: what it adds up to, and whom baselines and limits moved."""
    values, type_, currency = part.values, part.attribute.type, found.policy.currency
    if isinstance(values, Amounts) and values.quantiles:
        middle = {each.percent: shown(each.value, type_, currency) for each in values.quantiles}
        about = "" if values.exact else "about "
        yield f"{middle[0]} to {middle[100]}, in the middle {about}{middle[50]}"
        if values.total is not None and type_ == MONEY:
            yield f"{shown(values.total, type_, currency)} in all"
    moved = [
        f"{count_text(count)} {words}"
        for count, words in ((part.raised, "raised by the baseline"), (part.lowered, "lowered by limits"))
        if count
    ]
    if moved:
        yield ", ".join(moved)


# ---------------------------------------------------------------- by which statements


def _statements(statements: Sequence[Statement]) -> Iterator[RenderableType]:
    moving = [each for each in statements if each.moved is not None]
    others = sorted((each for each in statements if each.moved is None), key=lambda each: -each.customers)
    nobody = [each for each in statements if not each.customers and not each.unknown]
    table = table_of("statement", "line", "true of", "not known", "moved")
    listed = [each for each in (*moving, *others) if each.customers or each.unknown]
    for each in listed[:MOST_STATEMENTS]:
        moved = "" if each.moved is None else count_text(each.moved)
        unknown = count_text(each.unknown) if each.unknown else ""
        name = statement_name(each).replace("`", "")
        table.add_row(name, str(each.line), count_text(each.customers), unknown, moved)
    yield table
    if len(listed) > MOST_STATEMENTS:
        yield Text(
            f"and {plural(len(listed) - MOST_STATEMENTS, 'more statement')}; `--format json` has all", style=QUIET
        )
    if nobody:
        yield Text(f"true of nobody: {_few([statement_name(each).replace('`', '') for each in nobody])}", style=QUIET)


def _few(names: Sequence[str], most: int = MOST_PROBLEMS) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


# ---------------------------------------------------------------- cost, value, distance


def _costs(costs: Costs, found: Simulation) -> Iterator[RenderableType]:
    currency = found.policy.currency
    table = table_of("what it costs", "customers", "total", "not known for")
    for each in costs.statements:
        counts = count_text(each.statement.customers), shown(each.total, MONEY, currency)
        table.add_row(printable(each.statement.name), *counts, _unless_none(each.statement.unknown))
    table.add_section()
    everybody = count_text(found.customers), shown(costs.total, MONEY, currency)
    table.add_row("all", *everybody, _unless_none(costs.unknown), style=HEADING)
    yield table
    if costs.groups:
        yield ""
        yield _cost_groups(costs, found)


def _unless_none(count: int) -> str:
    return count_text(count) if count else ""


def _cost_groups(costs: Costs, found: Simulation) -> Table:
    type_, currency = type_of(costs.by, found.policy), found.policy.currency
    table = table_of(f"cost by {printable(costs.by)}", "customers", "total", "a customer", "not known for")
    for each in costs.groups:
        known = each.customers - each.unknown
        name = "not known" if type_ is None else shown(each.value, type_)
        average = shown(round(each.total / known), MONEY, currency) if known else ""
        total = shown(each.total, MONEY, currency)
        table.add_row(name, count_text(each.customers), total, average, _unless_none(each.unknown))
    return table


def _crossing(crossing: Crossing, found: Simulation) -> Iterator[RenderableType]:
    """Tenths of the customers by what they are worth, the best first."""
    levels = crossing.levels[:MOST_LEVELS]
    type_ = found.policy.attributes[crossing.attribute].type
    heads = [shown(each, type_) for each in levels] + (["others"] if len(crossing.levels) > MOST_LEVELS else [])
    table = table_of(f"{printable(crossing.field)} in tenths", "customers", *heads)
    for band, counts in reversed(list(zip(crossing.bands, crossing.counts, strict=True))):
        table.add_row(band_shown(band, crossing.type), count_text(band.customers), *_by_level(counts))
    if any(crossing.unknown):
        table.add_row("not known", count_text(sum(crossing.unknown)), *_by_level(crossing.unknown))
    yield table


def _by_level(counts: Sequence[int]) -> Iterator[str]:
    for count in counts[:MOST_LEVELS]:
        yield count_text(count) if count else "·"
    if len(counts) > MOST_LEVELS:
        yield count_text(sum(counts[MOST_LEVELS:]))


def _distance(distance: Distance, found: Simulation) -> Iterator[RenderableType]:
    field, attribute = printable(distance.field), printable(distance.attribute)
    if distance.reason:
        reason = distance.reason.replace("`", "")
        yield Text(f"how far from a better {attribute} by {field} alone was not measured: {reason}", style=QUIET)
        return
    table = table_of(f"a better {attribute} by {field} alone", "customers", "share")
    currency = found.policy.currency
    few = [each for each in distance.reaches if each.customers * LEAST_SHARE >= found.customers]
    for reach in few or distance.reaches[-1:]:
        raised = f"raised by at most {bound_shown(reach.up_to, distance.type, currency)}"
        table.add_row(raised, count_text(reach.customers), share_text(reach.customers, found.customers))
    for count, words in (
        (distance.best, "the best already"),
        (distance.never, f"not by {field} alone"),
        (distance.unknown, f"{field} is not known"),
    ):
        if count:
            table.add_row(words, count_text(count), share_text(count, found.customers))
    yield table


# ---------------------------------------------------------------- claims and data


def _claims(claims: Iterable[Claim]) -> Iterator[RenderableType]:
    for claim in claims:
        sign, color = SIGNS[claim.verdict]
        yield Text(f"{sign} {printable(claim.message)}", style=color)
        if claim.help:
            yield Padding(Text(printable(claim.help), style=QUIET), (0, 0, 0, 2))


def _data(found: Simulation) -> Iterator[RenderableType]:
    if found.problems:
        named = [f"{printable(name)} {count_text(count)}" for name, count in found.problems.items()]
        yield ""
        yield Text(f"{plural(found.with_problems, 'customer')} had problems: {_few(named)}", style="yellow")
    if found.open:
        yield ""
        yield Text(f"missing data leaves a statement open for {plural(found.open, 'customer')}", style="yellow")
