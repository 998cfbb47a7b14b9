"""Attributes in bits (`coding`), decided from the boxes of a record: sets, and what has no direction.

A bit is there where a box that adds it holds the record and none that takes it; baselines add theirs afterwards. Rows
of tables say in one look-up what they add and take.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import reduce

from tierpolicy.cells.cells import places
from tierpolicy.compile.normal import Clause
from tierpolicy.compile.python.bits_chain import bit_length, within
from tierpolicy.compile.python.bits_stage import Counting
from tierpolicy.compile.python.coding import Coded
from tierpolicy.compile.python.parts import PROBLEMS, Draft
from tierpolicy.compile.python.trees import call, combined, either, item, when

MOST_WRITTEN = 12
Bits = Callable[[Clause], int]


def coded_value(coded: Coded, counting: Counting, draft: Draft) -> ast.expr:
    """Writes what decides an attribute in bits; gives its value."""
    decided = coded.decided
    plain = [*decided.grants, *decided.caps]
    taken = _joined(_parts(plain, coded.taken, 0, counting, draft))
    if coded.agreeing and not any(clause.overrides for clause in decided.grants):
        added = _joined([*_sole(coded, counting, draft), *_chosen(plain, coded.added, counting, draft)])
    else:
        added = _joined(_parts(plain, coded.added, coded.start, counting, draft))
    raised = _joined(_parts(decided.floors, coded.added, 0, counting, draft))
    bits = added if added is not None else ast.Constant(0)
    if taken is not None:
        bits = combined(bits, ast.BitAnd(), ast.UnaryOp(ast.Invert(), taken))
    if raised is not None:
        bits = combined(bits, ast.BitOr(), raised)
    if coded.agreeing:
        bits = draft.assign("bits", bits)
        less = combined(bits, ast.Sub(), ast.Constant(1))
        draft.add(when(combined(bits, ast.BitAnd(), less), [draft.note(PROBLEMS)]))
    return draft.assign("value", item(draft.constant(coded.table, "table"), bits))


def _joined(parts: list[ast.expr]) -> ast.expr | None:
    return reduce(lambda left, right: combined(left, ast.BitOr(), right), parts) if parts else None


def _parts(clauses: Sequence[Clause], bits_of: Bits, start: int, counting: Counting, draft: Draft) -> list[ast.expr]:
    """The bits of all clauses that count: those that always do, those of boxes, those of tables."""
    for clause in counting.unconditional(clauses):
        start |= bits_of(clause)
    fixed = [ast.Constant(start)] if start else []
    return [*fixed, *_boxed(clauses, bits_of, start, counting, draft), *_chosen(clauses, bits_of, counting, draft)]


def _chosen(clauses: Sequence[Clause], bits_of: Bits, counting: Counting, draft: Draft) -> list[ast.expr]:
    found: list[ast.expr] = []
    for at, chosen in enumerate(counting.chosen):
        entries = [0] * chosen.size
        for boxes, clause in counting.entries(clauses, at):
            for box in boxes:
                entries[box] |= bits_of(clause)
        if any(entries):
            found.append(item(draft.constant(tuple(entries), "entries"), chosen.row))
    return found


def _boxed(clauses: Sequence[Clause], bits_of: Bits, known: int, counting: Counting, draft: Draft) -> list[ast.expr]:
    """Bit by bit, or what clauses say at once by once: whichever are fewer."""
    by_saying: dict[int, int] = {}
    for mask, clause in counting.boxed(clauses):
        said = bits_of(clause) & ~known
        if said:
            by_saying[said] = by_saying.get(said, 0) | mask
    by_bit: dict[int, int] = {}
    for said, mask in by_saying.items():
        for place in places(said):
            by_bit[1 << place] = by_bit.get(1 << place, 0) | mask
    shorter = min(by_bit, by_saying, key=len)
    if len(shorter) > MOST_WRITTEN:
        pairs = draft.constant(tuple((mask, bits) for bits, mask in shorter.items()), "pairs")
        return [draft.assign("bits", call(draft.constant(bits_in, "bits_in"), counting.boxes, pairs))]
    return [
        either(within(counting.boxes, mask, draft), ast.Constant(bits), ast.Constant(0))
        for bits, mask in shorter.items()
    ]


def bits_in(boxes: int, pairs: Sequence[tuple[int, int]]) -> int:
    """The bits of the masks that share some with the boxes."""
    found = 0
    for mask, bits in pairs:
        if boxes & mask:
            found |= bits
    return found


def _sole(coded: Coded, counting: Counting, draft: Draft) -> list[ast.expr]:
    """What rules give to an attribute without direction, where none overrides another: the bit of the highest box, and
    those of all boxes that give something else. More than one bit is a conflict, whichever they are."""
    grants = coded.decided.grants
    start = 0
    for clause in counting.unconditional(grants):
        start |= coded.added(clause)
    fixed: list[ast.expr] = [ast.Constant(start)] if start else []
    masks: dict[int, int] = {}
    for mask, clause in counting.boxed(grants):
        masks[coded.added(clause)] = masks.get(coded.added(clause), 0) | mask
    if len(masks) <= 2:
        return [*fixed, *_boxed(grants, coded.added, start, counting, draft)]
    every = reduce(lambda left, right: left | right, masks.values())
    own = draft.assign("own", within(counting.boxes, every, draft))
    given: list[tuple[int, int]] = [(0, 0)] * (counting.count + 1)
    for bit, mask in masks.items():
        both = bit, every & ~mask
        for place in places(mask):
            given[place + 1] = both
    first = draft.assign("first", item(draft.constant(tuple(given), "given"), bit_length(own)))
    conflict = _conflict(masks)
    others = combined(own, ast.BitAnd(), item(first, ast.Constant(1)))
    return [*fixed, item(first, ast.Constant(0)), either(others, ast.Constant(conflict), ast.Constant(0))]


def _conflict(masks: dict[int, int]) -> int:
    """Bits that no single value has: those of two."""
    first, second = list(masks)[:2]
    return first | second
