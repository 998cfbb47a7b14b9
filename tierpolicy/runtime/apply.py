"""A file of customers to a file of decisions, row by row, with a tally at the end. No row is dropped.

The result is written beside its place and moved there when it is whole, so that nobody ever reads half of it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Flag, Scale
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.model.words import quoted
from tierpolicy.runtime.decision import Decision
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.files import check_writable, open_reader, open_writer, reason
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import OutputColumn, Reader, Row, UnusableFile

ROWS_BETWEEN_REPORTS = 100
MOST_NOTED_COLUMNS = 8

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Tally:
    """What was decided, counted. `by_value` counts the values of `attribute`, of which there may be none."""

    attribute: Attribute | None
    customers: int = 0
    by_value: Counter[Known] = field(default_factory=Counter)
    raised_by_value: Counter[Known] = field(default_factory=Counter)
    raised: int = 0
    raised_attributes: Counter[str] = field(default_factory=Counter)
    with_problems: int = 0
    problems: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Applied:
    """The tally, and what a person should know of the file as a whole."""

    tally: Tally
    notes: tuple[str, ...]


def apply(policy: Policy, source: Path, target: Path, as_of: date, progress: Progress, ending: str = "") -> Applied:
    """Decides every customer of `source` and writes `target`; `ending` names another form than the target's name does.

    `progress` is called with how much of the file is done and how much there is, now and then. UnusableFile says why
    a file can't be read or written at all.
    """
    typed = policy.version_on(as_of)
    texts = tuple(Path(each.path) for version in policy.versions for each in version.sources)
    check_writable(target, (source, *texts), ending)
    wanted = frozenset(path_of(each)[0] for each in typed.fields.values()) | frozenset(
        ".".join(path_of(each)) for each in typed.fields.values()
    )
    with open_reader(source, wanted) as reader:
        layout = _layout(typed, reader)
        tally = Tally(attribute_to_count(typed))
        with _written_whole(target) as new, open_writer(new, ending or target.suffix.lower(), layout.columns) as write:
            for row in reader.rows:
                decision, raised = policy.evaluate_row(
                    row.record, None, as_of, from_text=reader.from_text, problems=row.problems
                )
                write(layout.cells(row, decision))
                _count(tally, decision, raised)
                if row.number % ROWS_BETWEEN_REPORTS == 0:
                    progress(reader.at(), reader.size)
            progress(reader.size, reader.size)
        return Applied(tally, notes_on_columns(typed, reader))


# ---------------------------------------------------------------- the result's columns


@dataclass(frozen=True, slots=True)
class _Layout:
    """Key columns (or the row's number where the file has no key), the service attributes, the problems."""

    keys: tuple[Field, ...]
    attributes: tuple[Attribute, ...]
    columns: tuple[OutputColumn, ...]

    def cells(self, row: Row, decision: Decision) -> tuple[object, ...]:
        keys: tuple[object, ...] = tuple(_key(row.record, each) for each in self.keys) or (row.number,)
        values = decision.outcome.values
        problems = decision.problems
        said = "; ".join(problem.message for problem in problems) or None
        return (*keys, *(values[attribute.name] for attribute in self.attributes), len(problems), said)


def _layout(policy: TypedPolicy, reader: Reader) -> _Layout:
    fields = [each for each in policy.fields.values() if each.key]
    keys = tuple(each for each in fields if reader.columns is None or _column_of(each) in reader.columns)
    attributes = tuple(each for each in policy.attributes.values() if not each.internal)
    key_columns = [OutputColumn(_column_of(each), None) for each in keys] or [OutputColumn("row", None, counts=True)]
    columns = [
        *key_columns,
        *(OutputColumn(each.name, each.type) for each in attributes),
        OutputColumn("problems", None, counts=True),
        OutputColumn("problem_text", None),
    ]
    return _Layout(keys, attributes, _distinct(columns))


def _distinct(columns: Iterable[OutputColumn]) -> tuple[OutputColumn, ...]:
    """The columns, a name that is taken already with `_2` (`_3`, …) after it."""
    taken: set[str] = set()
    found = []
    for column in columns:
        name, number = column.name, 2
        while name in taken:
            name, number = f"{column.name}_{number}", number + 1
        taken.add(name)
        found.append(OutputColumn(name, column.type, column.counts))
    return tuple(found)


def _column_of(field_: Field) -> str:
    return ".".join(path_of(field_))


def _key(record: Mapping[str, object], field_: Field) -> object:
    """What the row holds as its key, as it stands; nothing where that is no name or number."""
    found: object = record.get(_column_of(field_))
    if found is None:
        found = record
        for part in path_of(field_):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, str | int | float | date) else None


# ---------------------------------------------------------------- counting


def attribute_to_count(policy: TypedPolicy) -> Attribute | None:
    """The attribute that a summary counts: tier, else priority, else the first scale, else the first flag."""
    attributes = policy.attributes
    for name in ("tier", "priority"):
        if name in attributes:
            return attributes[name]
    service = [each for each in attributes.values() if not each.internal]
    scales = [each for each in service if isinstance(each.type, Scale)]
    flags = [each for each in service if isinstance(each.type, Flag)]
    return next(iter([*scales, *flags]), None)


def _count(tally: Tally, decision: Decision, raised: tuple[str, ...]) -> None:
    tally.customers += 1
    tally.raised += bool(raised)
    tally.raised_attributes.update(raised)
    if tally.attribute is not None:
        value = decision.outcome.values[tally.attribute.name]
        tally.by_value[value] += 1
        tally.raised_by_value[value] += bool(raised)
    if decision.problems:
        tally.with_problems += 1
        tally.problems.update({problem.subject for problem in decision.problems})


def most_common(counts: Counter[str], policy: TypedPolicy) -> list[tuple[str, int]]:
    """Names and how often each was counted: the most common first, then as they stand in the policy, then by name."""
    place = {name: at for at, name in enumerate((*policy.fields, *policy.attributes))}
    return sorted(counts.items(), key=lambda each: (-each[1], place.get(each[0], len(place)), each[0]))


def notes_on_columns(policy: TypedPolicy, reader: Reader) -> tuple[str, ...]:
    """Fields that the file has no column for, with the column that may have been meant."""
    if reader.columns is None:
        return ()
    tops = {path_of(each)[0] for each in policy.fields.values()}
    spare = [name for name in reader.columns if name and name not in tops]
    absent = [
        each
        for each in policy.fields.values()
        if each.declared
        and not each.of_request
        and path_of(each)[0] not in reader.columns
        and _column_of(each) not in reader.columns
    ]
    notes, others = [], []
    for name in map(_column_of, absent):
        meant = nearest(name, spare)
        if meant is not None:
            column = f"column {quoted(meant)}"
            notes.append(
                f"there is no column `{name}`; did you mean `{meant}`? Then say `{column}` where it is declared"
            )
        else:
            others.append(f"`{name}`")
    if others:
        more = f" and {len(others) - MOST_NOTED_COLUMNS} more" if len(others) > MOST_NOTED_COLUMNS else ""
        names = ", ".join(others[:MOST_NOTED_COLUMNS])
        notes.append(f"no column for {names}{more}: missing for every customer")
    twice = sorted({name for name in reader.columns if name in tops and reader.columns.count(name) > 1})
    notes += [f"two columns are called `{name}`" for name in twice]
    return tuple(notes)


# ---------------------------------------------------------------- writing


@contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to, moved onto it at the end; removed where something goes wrong."""
    new = target.with_name(f".tierpolicy.{os.getpid()}.part")
    try:
        yield new
        new.replace(target)
    except OSError as error:
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from error
    finally:
        new.unlink(missing_ok=True)
