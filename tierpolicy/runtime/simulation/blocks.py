"""A customer base to blocks of rows with all that policies decide for them, counted by several threads.

Whoever counts gets a block of each policy for the same rows, and gives back what was counted; all of it is added up in
the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from tierpolicy.cells.once import once
from tierpolicy.cells.reads import indexed
from tierpolicy.compile.columns.comparing import equal
from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.deciding import Prepared, prepared
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.values import chosen, constant
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy, Property, Share, Total
from tierpolicy.model.types import Text
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.apply import notes_on_columns
from tierpolicy.runtime.applying.notes import without_column
from tierpolicy.runtime.bases import Base, Batch, Fields, fields_of
from tierpolicy.runtime.columns.arrow_frames import ArrowPiece
from tierpolicy.runtime.columns.deciding import WORKERS, in_order
from tierpolicy.runtime.columns.typed import Typed
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.simulation.unaided import Unaided, least, unaided
from tierpolicy.semantics.outcome import Problem

T = TypeVar("T")
Progress = Callable[[int, int], None]
ROWS_IN_A_BLOCK = 1 << 16
TEXTS = frozenset({"string", "large_string", "string_view"})


@dataclass(frozen=True, slots=True)
class Deciding:
    """A policy made ready for a base: `split` is what decides, `prepared` decides it."""

    split: Unaided
    prepared: Prepared
    as_of: date

    @property
    def policy(self) -> Policy:
        return self.split.asked


def deciding(policy: Policy, as_of: date) -> Deciding:
    """The policy made ready to decide, with what limits and baselines add told apart."""
    split = unaided(policy)
    return Deciding(split, prepared(normal_form(split.policy)), as_of)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a base as one policy sees them.

    `first` is the number of the first row, from 1. `facts` are their fields and all that is decided; `doubtful` marks
    by field the rows in which it is a problem. `problems` were met in reading rows, by place in the block, `of_all` are
    those of every row. `read` types the field's column once more, as another declaration would; `row` gives what the
    base itself holds in a column, for one place in the block.
    """

    deciding: Deciding
    first: int
    rows: int
    facts: Facts
    typed: Mapping[str, Typed]
    problems: Mapping[int, tuple[Problem, ...]]
    of_all: tuple[Problem, ...]
    read: Callable[[Field], Typed]
    row: Callable[[str, int], object]

    @property
    def doubtful(self) -> Iterator[tuple[str, Bools]]:
        return ((name, typed.doubtful) for name, typed in self.typed.items() if typed.doubtful is not None)


def wanted_columns(policies: Sequence[Policy]) -> frozenset[str]:
    """The columns that the policies can read."""
    paths = [path_of(each) for policy in policies for each in policy.fields.values()]
    return frozenset(path[0] for path in paths) | frozenset(".".join(path) for path in paths)


def notes_on_base(policy: Policy, base: Base) -> tuple[str, ...]:
    """What a person should know of the base as a whole."""
    return (*base.notes, *notes_on_columns(policy, base.columns if base.named else None))


def not_in(base: Base, policy: Policy) -> tuple[str, ...]:
    """The fields that something of the service rests on and that the base has no column for."""
    behind = indexed(policy).behind(tuple(policy.attributes))
    absent = without_column(policy, base.columns if base.named else None)
    return tuple(each.name for each in absent if each.name in behind)


def counted(
    base: Base,
    policies: Sequence[Deciding],
    count: Callable[[Sequence[Block]], T],
    progress: Progress,
    rows_in_a_block: int = ROWS_IN_A_BLOCK,
) -> Iterator[T]:
    """What `count` makes of each block of rows, in their order. `progress` is called with how much of the base is done
    and how much there is."""
    pairs = [(each, fields_of(each.split.policy, base)) for each in policies]

    def of_batch(batch: Batch) -> list[T]:
        pieces = [(each, fields, fields.piece_of(batch)) for each, fields in pairs]
        found = []
        for start in range(0, batch.rows.num_rows, rows_in_a_block):
            rows = min(rows_in_a_block, batch.rows.num_rows - start)
            with np.errstate(all="ignore"):
                found.append(
                    count(
                        [_block(each, fields, _cut(piece, start, rows), batch, start) for each, fields, piece in pieces]
                    )
                )
        return found

    for parts in in_order(of_batch, base.batches(), WORKERS):
        yield from parts
        progress(base.at(), base.size)
    progress(base.size, base.size)


def _cut(piece: ArrowPiece, start: int, rows: int) -> ArrowPiece:
    """Some rows of a piece."""
    if start == 0 and rows == piece.rows:
        return piece
    held = {
        name: column[start : start + rows] if isinstance(column, list) else column.slice(start, rows)
        for name, column in piece.columns.items()
    }
    return ArrowPiece(rows, held)


def _tells_nothing(name: str, piece: ArrowPiece, fields: Fields) -> bool:
    """True for text that nothing reads, such as a key: whatever it is, it is no problem."""
    field, place = fields.policy.fields[name], fields.layout.places.get(name)
    if not isinstance(field.type, Text) or field.required or name in fields_read(fields.policy) or place is None:
        return False
    columns = [piece.columns[each] for each in place.names]
    return place.names == (".".join(place.path),) and all(
        not isinstance(column, list) and str(column.type) in TEXTS for column in columns
    )


@once
def fields_read(policy: Policy) -> frozenset[str]:
    """The fields that anything in the policy reads."""
    index = indexed(policy)
    asked: list[Expr] = [each.condition for each in policy.assumptions]
    asked += [each for cost in policy.costs for each in (cost.condition, cost.value)]
    for stated in policy.properties:
        asked += [each for each in (stated.where, *_asked_by(stated)) if each is not None]
    found = {name for each in (*index.asked.values(), *index.reads.values()) for name in each.fields}
    return frozenset(found | {name for each in asked for name in index.expressions.of(each).fields})


def _asked_by(stated: Property) -> tuple[Expr, ...]:
    match stated.claim:
        case Share(_, _, condition):
            return (condition,)
        case Total(_, expression, bound):
            return (expression, bound)
        case _:
            return ()


def _take_what_is_given(split: Unaided, facts: Facts) -> None:
    """Where a rule gives an attribute anything, what it gives counts, be it worse than the worst value."""
    for name, given in split.given.items():
        attribute = split.asked.attributes[name]
        found = facts.of_attribute(given)
        anything = ~equal(found, constant(least(attribute), attribute.type, facts.rows))
        for made, worked_out in ((split.granted[name], given), (split.limited[name], split.given_limited[name])):
            facts.known["attribute", made] = chosen(anything, facts.of_attribute(worked_out), facts.of_attribute(made))


def _block(each: Deciding, fields: Fields, piece: ArrowPiece, batch: Batch, start: int) -> Block:
    typed = fields.typed(piece, [name for name in fields.policy.fields if not _tells_nothing(name, piece, fields)])
    held = {name: found.column for name, found in typed.items()}
    problems = {at - start: met for at, met in batch.problems.items() if start <= at < start + piece.rows}

    def read(field: Field) -> Typed:
        other = replace(fields.policy, fields=MappingProxyType({field.name: field}))
        return replace(fields, policy=other).typed(piece, (field.name,))[field.name]

    def row(name: str, at: int) -> object:
        if name in batch.raw:
            return batch.raw[name][start + at]
        return batch.rows.column(name)[start + at].as_py() if name in batch.rows.schema.names else None

    facts = each.prepared.facts(held, piece.rows, each.as_of)
    _take_what_is_given(each.split, facts)
    of_all = (*fields.layout.of_frame, *fields.layout.of_request)
    return Block(each, batch.first + start, piece.rows, facts, typed, problems, of_all, read, row)
