"""Boxes: conditions on every cell as the evaluator reads them, covers as brute force finds them."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.policies import elaborated
from tests.strategies.small import small_policies
from tierpolicy.analysis.boxes import cover
from tierpolicy.analysis.boxes.chart import chart, less
from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.masks import Masks, mask_of
from tierpolicy.analysis.boxes.real import boxed, case_of
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.session import Session
from tierpolicy.cells.atoms import atoms_in
from tierpolicy.cells.axes import axes_of
from tierpolicy.cells.cells import line, places, runs
from tierpolicy.cells.regions import Box, Regions, Wanted
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import INTEGER, NUMBER
from tierpolicy.model.values import MISSING
from tierpolicy.semantics.counting import condition_of
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import statements

ACCEPTED = {
    Wanted.TRUE: (True,),
    Wanted.FALSE: (False,),
    Wanted.NOT_TRUE: (False, MISSING),
    Wanted.NOT_FALSE: (True, MISSING),
}
DAY = date(2026, 1, 1)


# ---------------------------------------------------------------- cells


@given(st.sets(st.integers(0, 30)), st.integers(0, 30), st.integers(0, 30))
def test_a_line_of_cells_holds_every_value_once_and_every_cut_alone(cuts: set[int], one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    cells = line(cuts, low, high, INTEGER)
    held = [list(range(int(a), int(b) + 1)) for a, b in zip(cells.starts, cells.ends, strict=True)]
    assert [value for each in held for value in each] == list(range(low, high + 1))
    assert all([cut] in held for cut in cuts if low <= cut <= high)
    for key in range(-1, 32):
        below = [value for cell in places(cells.below(key)) for value in held[cell]]
        above = [value for cell in places(cells.above(key)) for value in held[cell]]
        if key in cuts:
            assert below == [value for value in range(low, high + 1) if value < key]
            assert above == [value for value in range(low, high + 1) if value > key]


def test_between_two_numbers_lies_every_neighbour() -> None:
    cells = line([0.1, 0.3], 0.0, 1.0, NUMBER)
    assert len(cells.starts) == 5
    assert [start == end for start, end in zip(cells.starts, cells.ends, strict=True)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert cells.ends[0] < 0.1 < cells.starts[2]


@given(st.integers(0, 2**20))
def test_runs_are_the_stretches_of_a_set(cells: int) -> None:
    assert [at for first, last in runs(cells) for at in range(first, last + 1)] == places(cells)


# ---------------------------------------------------------------- covers, by brute force

SIZES = [(4, 0b11111), (3, 0b111), (70, (1 << 71) - 1)]
CELLS = [range(5), range(3), [0, 1, 2, 34, 35, 68, 69, 70]]


def any_box(chance: random.Random) -> Box:
    box: dict[int, int] = {}
    for axis, (cells, (_, everything)) in enumerate(zip(CELLS, SIZES, strict=True)):
        if chance.random() < 0.6:
            if chance.random() < 0.5:
                first, last = sorted(chance.choices(list(cells), k=2))
                box[axis] = ((2 << last) - 1) & ~((1 << first) - 1)
            else:
                box[axis] = sum(1 << cell for cell in cells if chance.random() < 0.5)
            if not box[axis] or box[axis] == everything:
                del box[axis]
    return box


def holds(box: Box, point: tuple[int, ...]) -> bool:
    return all(cells >> point[axis] & 1 for axis, cells in box.items())


@settings(max_examples=100)
@given(st.randoms(use_true_random=False), st.integers(0, 14))
def test_what_is_uncovered_is_what_brute_force_finds(chance: random.Random, count: int) -> None:
    boxes = [any_box(chance) for _ in range(count)]
    masks = Masks(boxes, SIZES, frozenset({0, 2}))
    for _ in range(3):  # the second begins where the first came out
        covers = masks.everyone & ~(1 << chance.randrange(count + 1))
        uncovered_as_by_brute_force(masks, any_box(chance), covers)


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(0, 14))
def test_and_so_where_a_search_begins_where_another_came_out(chance: random.Random, count: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "MANY_AXES", 1)
        test_what_is_uncovered_is_what_brute_force_finds.hypothesis.inner_test(chance, count)  # type: ignore[attr-defined]


def uncovered_as_by_brute_force(masks: Masks, target: Box, covers: int) -> None:
    search = Search()
    found = uncovered(masks, target, covers, search)
    free = [
        point
        for point in product(*CELLS)
        if holds(target, point) and not any(holds(masks.boxes[each], point) for each in places(covers))
    ]
    assert not search.gave_up
    if found is None:
        assert not free
        again = uncovered(masks, target, mask_of(sorted(search.used)), Search())
        assert again is None, "those that were used cover it by themselves"
    else:
        point = tuple(places(found.get(axis, everything))[0] for axis, (_, everything) in enumerate(SIZES))
        assert holds(target, point)
        assert not any(holds(masks.boxes[each], point) for each in places(covers))


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_less_leaves_what_none_of_the_others_holds(chance: random.Random, count: int) -> None:
    boxes = [any_box(chance) for _ in range(count)]
    region = (any_box(chance),)
    left = less(region, Masks(boxes, SIZES), (1 << count) - 1)
    if left is None:
        return
    for point in product(*CELLS):
        expected = holds(region[0], point) and not any(holds(box, point) for box in boxes)
        assert sum(holds(box, point) for box in left) == expected, "each point once"


def test_a_search_without_time_gives_up_rather_than_prove() -> None:
    masks = Masks([{0: 0b1}, {0: 0b11110}], SIZES)
    assert uncovered(masks, {}, masks.everyone, Search(left=0)) is None
    search = Search(left=0)
    uncovered(masks, {}, masks.everyone, search)
    assert search.gave_up


# ---------------------------------------------------------------- regions, by the evaluator


def region_agrees(policy: Policy) -> int:
    """Compares every condition that reads nothing but fields one by one with its region, on every cell."""
    compared = 0
    conditions = [each.condition for each in statements(policy)]
    seen: set[str] = set()
    axes = axes_of(policy, (atom for each in conditions for atom in atoms_in(each, policy, seen)), [])
    regions = Regions(axes)
    for condition in conditions:
        asked = sorted({axes.numbers[atom.axis] for atom in atoms_in(condition, policy, set())})
        if not all(isinstance(axes.axes[number].subject, FieldRef) for number in asked):
            continue
        if any(axes.axes[number].label is not None for number in asked) or len(asked) > 3:
            continue
        for cells in product(*(range(axes.axes[number].all.bit_length()) for number in asked)):
            point = dict(zip(asked, cells, strict=True))
            fields = dict.fromkeys(policy.fields, MISSING) | {
                axes.axes[number].subject.name: axes.axes[number].value(cell)  # type: ignore[union-attr]
                for number, cell in point.items()
            }
            truth = value_of(condition, Situation(policy, fields, DAY))
            for wanted, accepted in ACCEPTED.items():
                region = regions.of(condition, wanted)
                inside = any(all(allowed >> point[axis] & 1 for axis, allowed in box.items()) for box in region)
                assert inside == (truth in accepted), (condition, fields, wanted)
                compared += 1
    return compared


@settings(max_examples=60, deadline=None)
@given(small_policies())
def test_a_region_is_where_the_evaluator_says_so(text: str) -> None:
    region_agrees(elaborated(text))


def test_regions_of_every_kind_of_comparison() -> None:
    policy = elaborated(
        """
customer {
    orders : integer at least 0 at most 100
    spend  : money
    share  : number
    since  : date
    stage  : cold < warm < hot
    kind   : one of consumer, small, enterprise
    name   : text
    vip    : flag
}
service { priority : low < high }
define busy = orders between 3 and 5 or not vip
rule a: if orders > 2.5 and stage != warm then priority = high
rule b: if busy and (spend < 0.01 or spend is missing) then priority = high
rule c: if share <= 0.1 or share in (0.2, 0.3) then priority = high
rule d: if since between 2025-01-01 and 2025-12-31 and not (kind in (small, enterprise)) then priority = high
rule e: if name = "a" or name in ("b", "c") or (vip is missing and name is known) then priority = high
rule f: if (orders > 5 and vip) is missing then priority = high
rule g: if stage >= hot and stage < hot then priority = high
"""
    )
    assert region_agrees(policy) > 500


@settings(max_examples=60, deadline=None)
@given(small_policies())
def test_a_record_made_of_a_box_of_facts_lies_in_it(text: str) -> None:
    policy = elaborated(text)
    held = boxed(Session(policy))
    for name, place in held.chart.places.items():
        for number in places(place.own)[:3]:
            box = held.chart.masks.boxes[number]
            if all(held.chart.axes.axes[axis].real for axis in box):
                case = case_of(held, box)
                assert condition_of(held.session.statements[name], decided(policy, case).situation) is True


def test_a_condition_of_too_many_boxes_is_taken_as_a_whole() -> None:
    fields = "\n".join(f"    f{each} : integer" for each in range(20))
    clauses = " and ".join(f"(f{each} > 1 or f{each + 1} < 7)" for each in range(0, 20, 2))
    policy = elaborated(f"customer {{\n{fields}\n}}\nservice {{ p : a < b }}\nif {clauses} then p = b\n")
    made = chart(policy)
    (place,) = made.places.values()
    (number,) = places(place.own)
    (axis,) = made.masks.boxes[number]
    assert not made.axes.axes[axis].real


def test_the_same_calculation_is_one_axis() -> None:
    policy = elaborated(
        "customer {\n    a : money\n    b : money\n}\nservice { p : x < y }\n"
        "define both = a + b\nrule one: if both > 3 then p = y\nrule two: if a + b > 5 then p = y\n"
    )
    made = chart(policy)
    assert [type(axis.subject).__name__ for axis in made.axes.axes] == ["Arithmetic"]
    assert made.axes.axes[0].known == 5
