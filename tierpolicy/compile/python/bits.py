"""A middle of bit vectors: every rule's boxes at once, so that a decision's cost hardly grows with the number of rules.

A stage finds the boxes that hold the record (`bits_chain`), with that which statements count (`bits_stage`), and each
attribute tests those boxes for what it may be given: by rank (`bits_ladders`), bit by bit (`bits_sets`), or by
gathering values (`bits_sums`).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tierpolicy.compile.normal import Normal, Stage
from tierpolicy.compile.python.bits_chain import found, within
from tierpolicy.compile.python.bits_ladders import foremost_of, ladder_value
from tierpolicy.compile.python.bits_sets import coded_value
from tierpolicy.compile.python.bits_stage import Counting, counting
from tierpolicy.compile.python.bits_sums import gathered_value
from tierpolicy.compile.python.coding import coded
from tierpolicy.compile.python.parts import PROBLEMS, Draft
from tierpolicy.compile.python.places import RecordPlaces
from tierpolicy.compile.python.trees import item, when


def bits(normal: Normal, draft: Draft, places: RecordPlaces) -> Mapping[str, ast.expr]:
    """`program.Middle` of bit vectors."""
    values: dict[str, ast.expr] = {}
    for number, stage in enumerate(normal.stages):
        for attribute, value in _decided(normal, number, stage, draft, places).items():
            places.decided(attribute, value)
            values[attribute] = value
    _alarmed(normal, draft, places)
    return values


def _decided(normal: Normal, number: int, stage: Stage, draft: Draft, places: RecordPlaces) -> Mapping[str, ast.expr]:
    count = counting(normal, number, stage, foremost_of(stage.attributes), draft, places)
    values: dict[str, ast.expr] = {}
    for decided in stage.attributes:
        in_bits = None if decided.ladder is not None else coded(decided, 0)
        if decided.ladder is not None:
            value = ladder_value(decided, decided.ladder, count, draft)
        elif in_bits is not None:
            value = coded_value(in_bits, count, draft)
        else:
            value = gathered_value(decided, count, draft, places)
        values[decided.attribute.name] = value
    _noted(stage, count, draft)
    return values


def _noted(stage: Stage, count: Counting, draft: Draft) -> None:
    """Notes that a clause counts whose constant was drawn to bounds."""
    noted = [clause for decided in stage.attributes for clause in decided.clauses if clause.noted]
    if count.unconditional(noted):
        draft.add(draft.note(PROBLEMS))
    mask = 0
    for boxes, _ in count.boxed(noted):
        mask |= boxes
    if mask:
        draft.add(when(within(count.boxes, mask, draft), [draft.note(PROBLEMS)]))
    for at, chosen in enumerate(count.chosen):
        rows = [row for row, _ in count.entries(noted, at)]
        if rows:
            entries = [False] * chosen.size
            for row in rows:
                for place in row:
                    entries[place] = True
            draft.add(when(item(draft.constant(tuple(entries), "noted"), chosen.row), [draft.note(PROBLEMS)]))


def _alarmed(normal: Normal, draft: Draft, places: RecordPlaces) -> None:
    """Notes that an assumption is false."""
    regions = [alarm.region for alarm in normal.alarms]
    places.prepare(sorted({axis for region in regions for box in region for axis in box}))
    held = found(regions, normal.axes, draft, places)
    if held.count:
        draft.add(when(held.boxes, [draft.note(PROBLEMS)]))
