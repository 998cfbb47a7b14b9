"""What survives of the changes to policies, for a terminal and as JSON: the changed lines, and the example to paste.

Changes that one example would notice stand together, under the lines that they change: `-` as the policy is, `+` as
it would be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.words import count_text, plural, policy_title
from tierpolicy.testing.mutation.edits import ChangedLine, changed_lines
from tierpolicy.testing.mutation.judging import Judged, JudgedStatement, Verdict
from tierpolicy.testing.mutation.measuring import Example, Measured, score_of

HEADING = "bold"
QUIET = "dim"
BEFORE = "red"
AFTER = "green"
OPEN = "yellow"
MOST_LINES = 3
"""Of one change, shown; the rest is `…`."""

MOST_SAYS = 3


def mutation_report(measured: Measured, width: int | None) -> RenderableType:
    """What survives in one policy, and the scores. Long lines are cut to what lies around a change."""
    return Group(*_parts(measured, width))


def _parts(measured: Measured, width: int | None) -> Iterator[RenderableType]:
    policy = measured.policy
    title = f"{policy.sources[0].path}: {policy_title(policy.name, policy.version)}"
    yield Text(printable(title), style=HEADING)
    yield from _said_first(measured)
    for statement in measured.statements:
        if statement.examples:
            yield ""
            yield from _statement(statement, measured, width)
    unsettled = [each for each in measured.changes if each.verdict == "not settled"]
    if unsettled:
        yield ""
        yield Text("not settled, and so not counted", style=HEADING)
        yield from (_line(f"{_place(each)}: {each.change.says}: {each.reason}", 2, OPEN) for each in unsettled)
    if measured.score is not None:
        yield ""
        yield _scores(measured)
    yield ""
    yield Text(closing_line(measured), style=HEADING)


def _said_first(measured: Measured) -> Iterator[RenderableType]:
    """What can't notice anything, and whether all changes were tried."""
    for left in measured.left_out:
        yield _line(f"left out: {left.id}: {left.why}", 0, OPEN)
    tried = sum(1 for _ in measured.changes)
    if tried < measured.possible:
        words = f"{count_text(tried)} of {plural(measured.possible, 'possible change')} were tried, some of every"
        yield _line(f"{words} statement; `--most` tries more", 0, OPEN)


def _statement(statement: JudgedStatement, measured: Measured, width: int | None) -> Iterator[RenderableType]:
    survived = [each for each in statement.changes if each.verdict == "survived"]
    of = sum(each.verdict in ("survived", "noticed") for each in statement.changes)
    words = f"{count_text(len(survived))} of {plural(of, 'change')} noticed by nothing"
    yield Text.assemble((printable(statement.name), HEADING), f"  {_file_of(statement)}: {words}")
    for at in range(len(statement.examples)):
        example = measured.examples[statement.place, at]
        together = [each for each in survived if each.example == at]
        if at:
            yield ""
        yield from _changed(statement, together, measured, width)
        yield from _example(example, len(together))


def _file_of(statement: JudgedStatement) -> str:
    return printable(f"{statement.path}:{statement.line}")


def _place(judged: Judged) -> str:
    return f"{judged.change.edit.span.path}:{judged.line}"


def _changed(
    statement: JudgedStatement, together: Sequence[Judged], measured: Measured, width: int | None
) -> Iterator[RenderableType]:
    """The changes by the lines that they change."""
    by_lines = [(tuple(_lines(each, measured)), each) for each in together]
    by_lines.sort(key=lambda pair: [(line.number, line.before or "") for line in pair[0]])
    for before, some in groupby(by_lines, key=lambda pair: tuple((line.number, line.before) for line in pair[0])):
        changes = list(some)
        path = changes[0][1].change.edit.span.path
        if path != statement.path:
            yield _line(path, 2)
        yield from (_code("-", text or "", BEFORE, number) for number, text in before[:MOST_LINES])
        for lines, each in changes:
            if all(line.after is None for line in lines):
                yield _line(f"+ ({each.change.says})", 6, AFTER)
            else:
                shown = [line for line in lines if line.after is not None][:MOST_LINES]
                yield from (_code("+", _within(line, width), AFTER) for line in shown)


def first_difference(line: ChangedLine) -> int:
    """The first column in which a line differs."""
    before, after = line.before or "", line.after or ""
    return next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))


def _lines(judged: Judged, measured: Measured) -> Iterator[ChangedLine]:
    return changed_lines(measured.sources[judged.change.edit.span.path], judged.change.edit)


def _code(sign: str, text: str, style: str, number: int | None = None) -> RenderableType:
    """A line of policy text; one that is longer than the terminal goes on in the next line of it."""
    place = f"{number:>5}" if number is not None else " " * 5
    return Text(f"{place} {sign} {printable(text)}".rstrip(), style=style, no_wrap=True, overflow="ignore")


def _within(line: ChangedLine, width: int | None) -> str:
    """As much of a changed line as fits, with the place that changes in the middle."""
    text, room = line.after or "", (width or 0) - 8
    if width is None or len(text) <= room:
        return text
    start = max(0, min(first_difference(line) - room // 2, len(text) - room + 1))
    cut = text[start : start + room - (2 if start else 1)]
    return f"{'…' if start else ''}{cut}{'…' if start + room - 1 < len(text) else ''}"


def _example(example: Example, changes: int) -> Iterator[RenderableType]:
    says = [f"`{name}` is {now}, and would be {then}" for name, now, then in example.says[:MOST_SAYS]]
    if not says:
        says = [f"for one customer each of these {changes} changes decides otherwise"]
    yield _line("; ".join(says), 2, QUIET)
    if not example.text:
        yield _line(f"no example can say it in policy text: {example.name}", 2, OPEN)
        return
    yield _line("if that is what you mean, paste:", 2, QUIET)
    # What is to be pasted is never broken.
    yield Text(_printable_lines(example.text), no_wrap=True, overflow="ignore")


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _line(text: str, indent: int, style: str = "") -> RenderableType:
    return Padding(Text(printable(text), style=style), (0, 0, 0, indent))


# ---------------------------------------------------------------- scores


def _scores(measured: Measured) -> RenderableType:
    """Two tables in one: by kind of change, and the statements of which something survives."""
    table = Table(box=None, pad_edge=False, header_style=HEADING, padding=(0, 3, 0, 0))
    table.add_column("what is changed")
    for head in ("noticed", "survived", "score"):
        table.add_column(head, justify="right")
    for name, counts in by_kind(measured):
        table.add_row(name, *_counts(counts))
    survived = [(each.name, counts_of(each.changes)) for each in measured.statements]
    if any(counts["survived"] for _, counts in survived):
        table.add_row()
        table.add_row(Text("where", style=HEADING))
    for name, counts in survived:
        if counts["survived"]:
            table.add_row(Text(printable(name)), *_counts(counts))
    table.add_row()
    table.add_row("all", *_counts(measured.counts), style=HEADING)
    return table


def _counts(counts: Counter[Verdict]) -> tuple[str, str, str]:
    return count_text(counts["noticed"]), count_text(counts["survived"]), percent_text(score_of(counts))


def counts_of(changes: Iterable[Judged]) -> Counter[Verdict]:
    return Counter(each.verdict for each in changes)


def by_kind(measured: Measured) -> list[tuple[str, Counter[Verdict]]]:
    """The counts of each kind of change that matters to anybody, the least noticed first."""
    found: dict[str, Counter[Verdict]] = {}
    for each in measured.changes:
        found.setdefault(each.change.kind, Counter())[each.verdict] += 1
    scored = [(name, counts, score_of(counts)) for name, counts in found.items()]
    told = [(name, counts, score) for name, counts, score in scored if score is not None]
    return [(name, counts) for name, counts, _ in sorted(told, key=lambda each: (each[2], each[0]))]


def percent_text(score: float | None) -> str:
    """Rounded down, so that 100% is all of them."""
    return "-" if score is None else f"{int(score * 10) / 10:.1f}%"


def closing_line(measured: Measured) -> str:
    """The score in one sentence, with what it leaves out."""
    counts = measured.counts
    matter = counts["noticed"] + counts["survived"]
    if not matter:
        said = "nothing here can be changed so that somebody's decision differs"
    else:
        said = f"{count_text(counts['noticed'])} of {plural(matter, 'change')} noticed: {percent_text(measured.score)}"
    left = [
        f"{count_text(counts[verdict])} {words}" for verdict, words in LEFT_OUT_OF_THE_SCORE.items() if counts[verdict]
    ]
    return f"{said} (not counted: {', '.join(left)})" if left else said


LEFT_OUT_OF_THE_SCORE: dict[Verdict, str] = {
    "equivalent": "proved to matter to nobody",
    "not settled": "not settled",
    "unreadable": "that leave no policy",
}


def overall(found: Sequence[Measured]) -> float | None:
    """The score of several policies together."""
    return score_of(sum((each.counts for each in found), Counter[Verdict]()))


# ---------------------------------------------------------------- JSON


def mutation_data(found: Sequence[Measured]) -> dict[str, Any]:
    """The measures of policies as JSON values."""
    return {"score": overall(found), "policies": [_policy_data(each) for each in found]}


def _policy_data(measured: Measured) -> dict[str, Any]:
    policy = measured.policy
    return {
        "path": policy.sources[0].path,
        "name": policy.name,
        "version": policy.version,
        "digest": policy.digest,
        "possible": measured.possible,
        **_counts_data(measured.counts),
        "left_out": [{"id": each.id, "reason": each.why} for each in measured.left_out],
        "kinds": {name: _counts_data(counts) for name, counts in by_kind(measured)},
        "statements": [
            {"name": each.name, "path": each.path, "line": each.line, **_counts_data(counts_of(each.changes))}
            for each in measured.statements
        ],
        "survivors": [data for each in measured.statements for data in _survivors(each, measured)],
        "examples": [_example_data(each) for each in measured.examples.values()],
        "without_effect": [
            _change_data(each, statement, measured)
            for statement in measured.statements
            for each in statement.changes
            if each.verdict == "equivalent"
        ],
        "not_settled": [
            {**_change_data(each, statement, measured), "reason": each.reason}
            for statement in measured.statements
            for each in statement.changes
            if each.verdict == "not settled"
        ],
    }


def _counts_data(counts: Counter[Verdict]) -> dict[str, Any]:
    return {
        "score": score_of(counts),
        "noticed": counts["noticed"],
        "survived": counts["survived"],
        "equivalent": counts["equivalent"],
        "open": counts["not settled"],
        "unreadable": counts["unreadable"],
    }


def _survivors(statement: JudgedStatement, measured: Measured) -> Iterator[dict[str, Any]]:
    for each in statement.changes:
        if each.verdict == "survived" and each.example is not None:
            example = measured.examples[statement.place, each.example]
            yield {**_change_data(each, statement, measured), "example": example.name}


def _change_data(each: Judged, statement: JudgedStatement, measured: Measured) -> dict[str, Any]:
    lines = list(_lines(each, measured))
    return {
        "statement": statement.name,
        "path": each.change.edit.span.path,
        "line": each.line,
        "kind": each.change.kind,
        "change": each.change.says,
        "before": [line.before for line in lines],
        "after": [line.after for line in lines],
    }


def _example_data(example: Example) -> dict[str, Any]:
    says = [{"attribute": name, "decided": now, "changed": then} for name, now, then in example.says]
    return {"name": example.name, "text": example.text, "expects": says}
