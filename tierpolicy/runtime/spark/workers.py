"""What a worker of Spark does: batches of Arrow in, the same rows with their service out.

An instance travels to the workers with the policy in it. Spark unpacks it for every task; what deciding prepares from a
policy, which takes longer, stays in the worker's process for the tasks that follow.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy.runtime.engine import Policy

ROWS_AT_ONCE = 1 << 16
"""So many rows are decided together: Spark hands them over in batches of 10,000, which are small for columns."""

BYTES_AT_ONCE = 1 << 26
MOST_KEPT = 16
LONGEST = 9_000_000_000_000
"""Seconds that an interval of Spark holds (about 285,000 years)."""

_policies: OrderedDict[str, Policy] = OrderedDict()


def policy_called(token: str, policy: Policy) -> Policy:
    """The policy that this process has prepared under the name, which is `policy` where it sees it first."""
    found = _policies.setdefault(token, policy)
    _policies.move_to_end(token)
    if len(_policies) > MOST_KEPT:
        _policies.popitem(last=False)
    return found


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decides for the rows of a partition.

    Columns come in called by their place (`c0`, `c1`, …), since names may be there twice: `names` has what they are
    called, by place. The columns `kept`, by place, go out first, then those of the answers.
    """

    token: str
    policy: Policy
    request: object
    as_of: date
    notes: bool
    names: Mapping[str, str]
    kept: tuple[str, ...]
    answers: tuple[str, ...]

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow

        policy = policy_called(self.token, self.policy)
        for together in gathered(batches):
            table = pyarrow.Table.from_batches(together)
            called = table.rename_columns([self.names[name] for name in table.column_names])
            decided = policy.evaluate_all(called, request=self.request, as_of=self.as_of, notes=self.notes, threads=1)
            columns = [table.column(name) for name in self.kept]
            columns += [written(column) for column in decided.columns]
            yield from pyarrow.table(columns, names=[*self.kept, *self.answers]).combine_chunks().to_batches()


def gathered(batches: Iterable[Any]) -> Iterator[list[Any]]:
    """Batches that follow one another, together about as many rows as are best decided at once."""
    waiting: list[Any] = []
    rows = size = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        waiting.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield waiting
            waiting, rows, size = [], 0, 0
    if waiting:
        yield waiting


def written(column: Any) -> Any:
    """A column of answers in the types that Spark has: labels as text, durations in microseconds."""
    import pyarrow.types
    from pyarrow import compute

    if pyarrow.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    if pyarrow.types.is_duration(column.type):
        seconds = column.cast(pyarrow.int64())
        within = compute.max_element_wise(
            compute.min_element_wise(seconds, LONGEST, skip_nulls=False), -LONGEST, skip_nulls=False
        )
        return within.cast(pyarrow.duration("s")).cast(pyarrow.duration("us"))
    return column
