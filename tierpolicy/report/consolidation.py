"""What became of the records of several channels, as a table for a terminal and sentences beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.words import quoted
from tierpolicy.report.words import count_text, plural
from tierpolicy.runtime.identity.consolidating import Consolidated

MOST_SHOWN = 5
MOST_PLACEHOLDERS = 3
LONGEST_VALUE = 60


def consolidation_report(found: Consolidated, conflicts_in: str | None) -> RenderableType:
    """Records by channel, what linked them, how many customers they are, and what these disagree on."""
    return Group(*_parts(found, conflicts_in))


def _parts(found: Consolidated, conflicts_in: str | None) -> Iterator[RenderableType]:
    records = _table("channel", "records")
    for name, count in found.seen.records.items():
        records.add_row(printable(name), count_text(count))
    records.add_row("all", count_text(found.seen.total), style="bold")
    yield records
    yield ""
    links = _table("linked by", "values", "records")
    for each in found.linked.by:
        links.add_row(printable(each.name), count_text(each.values), count_text(each.records))
    yield links
    yield ""
    yield Text(_customers(found))
    if found.disagreements.conflicts.total():
        counts = {name: count for name, count in found.disagreements.conflicts.items() if count}
        where = f"all are in {conflicts_in}" if conflicts_in else "`--conflicts FILE` lists them"
        yield Text(f"customers whose records disagree: {_listed(counts)}; {where}", style="yellow")
    else:
        yield Text("no records of one customer disagree")


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column(heads[0])
    for head in heads[1:]:
        table.add_column(head, justify="right")
    return table


def _customers(found: Consolidated) -> str:
    said = f"{plural(found.seen.total, 'record')} {'is' if found.seen.total == 1 else 'are'} "
    said += plural(found.customers, "customer")
    if found.largest is not None and found.largest.records > 1:
        said += (
            f"; most records, {count_text(found.largest.records)}, has the one of `{printable(found.largest.first)}`"
        )
    return said


def _listed(counts: Mapping[str, int]) -> str:
    """`region` 12, `email` 3 and 2 more: the most first."""
    most = sorted(counts.items(), key=lambda each: -each[1])
    more = f" and {len(most) - MOST_SHOWN} more" if len(most) > MOST_SHOWN else ""
    return ", ".join(f"`{name}` {count_text(count)}" for name, count in most[:MOST_SHOWN]) + more


def consolidation_findings(found: Consolidated, hidden: frozenset[str]) -> list[str]:
    """What a person should look at: keys that too many records share, clusters of records that aren't there.

    Values of keys in `hidden` aren't shown.
    """
    said = []
    for each in found.linked.too_many:
        name = each.name.strip("`")
        value = "a value" if name in hidden else quoted(each.value[:LONGEST_VALUE])
        said.append(
            f"{value} of {each.name} stands in {count_text(each.records)} records, more than {count_text(each.most)}, "
            f"so it links none of them; if it is nobody's, add it to `never`, else raise `--most-linked`"
        )
    if found.linked.more_too_many:
        said.append(
            f"{plural(found.linked.more_too_many, 'value')} more, shared by too many records, link none of them"
        )
    if found.unmatched is not None:
        verb = "names" if found.unmatched.count == 1 else "name"
        said.append(
            f"{plural(found.unmatched.count, 'line')} of the clusters {verb} no record, such as "
            f"`{printable(found.unmatched.first)}`: records are named by the channel's `id`, else by row"
        )
    return said


def consolidation_notes(found: Consolidated, hidden: frozenset[str]) -> list[str]:
    """What was met on the way: every value that took no part, counted."""
    seen = found.seen
    said = [*found.notes]
    for channel, count in seen.broken.items():
        if count:
            said.append(
                f"{plural(count, 'row')} of `{channel}` couldn't be read whole: what could be read is in the result"
            )
    for (channel, name), unread in seen.unread.items():
        values = f"{count_text(unread.count)} of {plural(seen.given[channel, name], 'value')}"
        counted = "counts" if unread.count == 1 else "count"
        said.append(f"{values} of `{name}` in `{channel}` can't be read and {counted} as missing; {unread.first}")
    for name, placeholders in seen.placeholders.items():
        said.append(_placeholders(name, placeholders, name in hidden))
    for (channel, name), count in seen.unverified.items():
        if count:
            said.append(
                f"{plural(count, 'value')} of `{name}` in `{channel}` {_is(count)} not verified and {_links(count)}"
            )
    for (channel, column), count in seen.doubtful_flags.items():
        said.append(
            f"{plural(count, 'cell')} of `{column}` in `{channel}` {_is(count)} neither yes nor no: not verified"
        )
    for name, count in found.disagreements.out_of_bounds.items():
        if count:
            said.append(f"the sum of `{name}` of {plural(count, 'customer')} is more than the policy admits: missing")
    return said


def _placeholders(name: str, counts: Counter[str], is_hidden: bool) -> str:
    total = counts.total()
    counted = "counts" if total == 1 else "count"
    said = f"{plural(total, 'value')} of `{name}` {_is(total)} nobody's and {counted} as missing"
    if is_hidden:
        return said
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(
        f"{quoted(value[:LONGEST_VALUE])} {count_text(count)}" for value, count in most[:MOST_PLACEHOLDERS]
    )
    more = f" and {len(most) - MOST_PLACEHOLDERS} more" if len(most) > MOST_PLACEHOLDERS else ""
    return f"{said}: {shown}{more}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _links(count: int) -> str:
    return "links nothing" if count == 1 else "link nothing"
