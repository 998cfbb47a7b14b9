"""What a person should know of a base's columns, beside the fields of a policy."""

from __future__ import annotations

from collections.abc import Sequence

from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import quoted
from tierpolicy.runtime.applying.output import column_of
from tierpolicy.runtime.records import path_of

MOST_NOTED_COLUMNS = 8


def notes_on_columns(policy: Policy, columns: Sequence[str] | None) -> tuple[str, ...]:
    """Fields that there is no column for, with the column that may have been meant; nothing where each row has its own
    names (None)."""
    if columns is None:
        return ()
    tops = {path_of(each)[0] for each in policy.fields.values()}
    spare = [name for name in columns if name and name not in tops]
    absent = without_column(policy, columns)
    notes, others = [], []
    for name in map(column_of, absent):
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
    twice = sorted({name for name in columns if name in tops and list(columns).count(name) > 1})
    notes += [f"two columns are called `{name}`" for name in twice]
    return tuple(notes)


def without_column(policy: Policy, columns: Sequence[str] | None) -> tuple[Field, ...]:
    """The customer's fields that there is no column for; none where each row has its own names (None)."""
    if columns is None:
        return ()
    return tuple(
        each
        for each in policy.fields.values()
        if each.declared and not each.of_request and path_of(each)[0] not in columns and column_of(each) not in columns
    )
