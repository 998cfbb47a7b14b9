"""The suite catches broken backends: each mistake here is planted, and its own policies and records must show it.

| backend | planted | what comes of it |
|---|---|---|
| normal form | days are forgotten | a statement stands before and after its dates |
| normal form | unknown is true | missing data gives service |
| normal form | an alternative is lost | only the first of several boxes counts |
| normal form | a cut lies one too high | exactly the threshold is below it |
| normal form | values aren't drawn | what is given lies outside its attribute's bounds |
| normal form | rows have no order | every true row of a `first match` table counts |
| normal form | nothing is open | what missing data leaves undecided isn't told |
| normal form | boxes overlap | a sum counts one rule twice |
| flat | a raw cut is one float too high | the least float that is rounded to a threshold is below it |
| flat | missing is nought | a missing amount is compared as 0 |
| flat | limits after baselines | a limit takes away what was promised |
| flat | overriding is ignored | rules that one leaves out are in conflict with it |
| flat | the last row comes first | a `first match` table is read from below |
| flat | sums stop at ten | what adds up is clipped too early |
| flat | nothing is noted | problems and undetermined statements aren't told |
| flat | dates begin a day late | a statement isn't yet in force on its first day |
| flat | whole floats stay floats | an integer of 3.0 is given as 3.0 |
| bits | the neighbour's mask | one place further on an axis than the record's |
| bits | a bit too low | the best grant but one is found |
| bits | the last outcome is lost | of several limits, grants or floors the last can't come about |
| bits | limits are forgotten | grants stand as they are given |
| bits | unknown rows are passed over | a row counts below an unknown one |
| bits | conflicts aren't seen | of rules in conflict one wins |
| bits | a union is an intersection | sets lose what only one rule gives |
| bits | the last addend is lost | what adds up lacks a rule |
| typed values | a day is lost | the decision is made for the day before |
| typed values | units are lost | amounts are read in hundredths |
| typed values | problems are forgotten | what was wrong with the record isn't told |
| typed values | labels stand in | a missing label is the first |
| typed values | labels are upside down | of a scale the worst is the best |
| typed values | texts are cut | of a text only the first letter is read |
| columns | marks are lost | what is missing counts as whatever stands in its place |
| columns | the last row is the first | the tail of a batch is decided as its head |
| columns | every other row | of two neighbours the second is decided as the first |
| columns | a cut is one float too high | the least float that is rounded to a threshold is below it |
| columns | whole cuts are one too high | exactly the threshold is below it |
| columns | the day after | statements begin and end a day early |
| columns | no row is open | what missing data leaves undecided isn't told |
| columns | sums stop at ten | what adds up is clipped too early |
| columns | limits are forgotten | calculated limits cap nothing |
| columns | the wrong word | a set's labels are looked for one bit further |
| boxes | the end of a stretch | the last place of several is not among them |
| boxes | the end of the codes | the last code of several is not among them |
| boxes | a bit turned over | a label is in a set where it isn't |
| numpy bits | the first box is passed over | a row is in the second box that holds it |
| numpy bits | one bit fewer | what adds up lacks a rule |
| numpy bits | the first place's masks | every row is where the axes begin |
| numba | the last block is empty | rows behind the last whole block are decided as if nothing held |
| numba | the last step is left out | a program ends too early |
| numba | the number next to it | a label is taken for its neighbour |
| sql | half a cent is lost | amounts are rounded down |
| sql | wrong values count | a value out of bounds is taken as it is |
| sql | limits are forgotten | calculated limits cap nothing |
| sql | baselines are forgotten | what is promised isn't given |
| sql | unknown rows are passed over | a row counts below an unknown one |
| sql | overriding is ignored | rules that one leaves out are in conflict with it |
| sql | none is missing | a comparison with what isn't offered is unknown |
| sql | the day after | `today` is tomorrow |
| sql | sums stop at ten | what adds up is clipped too early |
| sql | an alternative is lost | the last part of an `or` isn't asked |
"""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial, reduce
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from sqlglot import exp

from tests.conformance.answers import Case, Truth, plain
from tests.conformance.backends import BACKENDS, FORMS_HERE, Backend
from tests.conformance.judging import Disagreement, judged
from tests.conformance.sources import cases_of, written
from tierpolicy import Policy
from tierpolicy.cells import axes, regions
from tierpolicy.cells.axes import Axes
from tierpolicy.cells.regions import Wanted
from tierpolicy.compile import normal
from tierpolicy.compile.columns import choosing, lines, looks, numpy_bits, numpy_boxes
from tierpolicy.compile.columns import deciding as columns_deciding
from tierpolicy.compile.columns.looks import Sight
from tierpolicy.compile.python import (
    bits_ladders,
    bits_sets,
    bits_sums,
    flat,
    gathering,
    parts,
    places,
    reading,
)
from tierpolicy.compile.sql import comparing, directionless, lowering, statement, sums
from tierpolicy.compile.sql import deciding as sql_deciding
from tierpolicy.compile.sql import fields as sql_fields
from tierpolicy.compile.sql.deciding import Fold
from tierpolicy.compile.sql.statements import Statements
from tierpolicy.model.types import Choice, Money, Scale, Text
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime import deciding, readings

MOST = 160
SHOWN_LATE = {
    "conflicts aren't seen": 86,
    "whole floats stay floats": 23,
    "the last addend is lost": 19,
    "wrong values count": 23,
    "none is missing": 19,
}
DAY_LONG = timedelta(days=1)
LAST = date.max - DAY_LONG
CASES = 24
Plant = Callable[[pytest.MonkeyPatch], None]


def fresh(seed: int) -> tuple[Policy, tuple[Case, ...], tuple[Truth, ...]]:
    """The same, of a policy that nobody has asked yet."""
    policy, cases, truths = question(seed)
    return Policy(policy.versions), cases, truths


@cache
def question(seed: int) -> tuple[Policy, tuple[Case, ...], tuple[Truth, ...]]:
    """A policy with its cases and what the plain evaluator says of them, the same for every mistake."""
    policy = written(seed)
    cases = tuple(cases_of(policy, random.Random(seed), CASES))
    return policy, cases, tuple(plain(policy, case) for case in cases)


@cache
def backend_named(name: str) -> Backend:
    return next(backend for backend in BACKENDS if backend.name == name)


@dataclass(frozen=True)
class Mistake:
    backend: str
    name: str
    plant: Plant


def replaced(where: object, name: str, wrong: Callable[..., Any]) -> Plant:
    """Puts `wrong` in place of a function, which it gets as its first argument."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = getattr(where, name)
        if isinstance(where, type):
            patch.setattr(where, name, lambda self, *args, **more: wrong(partial(right, self), *args, **more))
        else:
            patch.setattr(where, name, partial(wrong, right))

    return plant


def higher_cuts(right: Callable[..., Any], cuts: Any, low: Any, high: Any, type_: Any) -> Any:
    return right([cut + 1 for cut in cuts], low, high, type_)


def unknown_is_true(right: Callable[..., Any], condition: Any, wanted: Wanted, *more: Any) -> Any:
    return right(condition, Wanted.NOT_FALSE if wanted is Wanted.TRUE else wanted, *more)


def only_the_first(right: Callable[..., Any], boxes: Any) -> Any:
    return right(list(boxes)[:1])


def no_order(right: Callable[..., Any], rows: Any, force: Any) -> None:
    return None


def what_is_true(right: Any, stage: int, condition: int) -> Any:
    return right.args[0].stages[stage].conditions[condition].region


def changed(where: object, name: str, value: object) -> Plant:
    """Puts a value in place of another."""
    return lambda patch: patch.setattr(where, name, value)


def one_float_higher(right: Callable[..., Any], key: Any, scale: float | None) -> Any:
    return right(key, scale) if scale is None else math.nextafter(right(key, scale), math.inf)


def raised_before(right: Callable[..., Any], left: Any, op: ast.operator, other: Any) -> Any:
    """`granted & ~taken | raised` becomes `(granted | raised) & ~taken`."""
    if isinstance(other, ast.Name) and other.id == flat.RAISED:
        return right(right(left.left, op, other), ast.BitAnd(), left.right)
    return right(left, op, other)


def none_taken(right: Callable[..., Any], decided: Any, shift: int) -> Any:
    found = right(decided, shift)
    return replace(found, taken=lambda clause: 0) if found is not None and found.agreeing else found


def from_below(right: Callable[..., Any], selection: Any) -> Any:
    return right(replace(selection, rows=selection.rows[::-1]))


def a_day_late(
    right: Callable[..., Any], draft: Any, variable: str, starts: Any, missing: Any, *more: Any, **named: Any
) -> Any:
    late = tuple(each + 1 for each in starts) if variable == places.ORDINAL else starts
    return right(draft, variable, late, missing, *more, **named)


def unturned(right: Callable[..., Any], function: Any, *arguments: Any) -> Any:
    return arguments[0] if function == "int" else right(function, *arguments)


def a_place_further(right: Callable[..., Any], axis: int, entries: Any) -> Any:
    return right(axis, [*list(entries)[1:], list(entries)[-1]])


def without_the_last(right: Callable[..., Any], found: Any, *more: Any) -> Any:
    return right(found[:-1], *more)


def only_what_is_better(right: Callable[..., Any], clauses: Any, outcome_of: Any, counting: Any, best: bool) -> Any:
    return right(clauses, outcome_of, counting, best) if best else []


def what_all_share(right: Callable[..., Any], parts: Any) -> Any:
    return reduce(lambda one, other: ast.BinOp(one, ast.BitAnd(), other), parts) if parts else None


def the_day_before(right: Callable[..., Any], reading: Any, day: date) -> Any:
    return right(reading, date.fromordinal(max(1, day.toordinal() - 1)))


def with_raw(change: Callable[[Any, Field], Any]) -> Callable[..., Any]:
    """`raw_of` with something else than what it gives."""
    return lambda right, value, field: change(right(value, field), field)


def upside_down(raw: Any, field: Field) -> Any:
    labels = getattr(field.type, "labels", ())
    return labels[-1 - labels.index(raw)] if raw in labels else raw


def with_first_labels(right: Callable[..., Any], found: Any, policy: Any) -> Any:
    record = right(found, policy)
    for name, field in policy.fields.items():
        if record is not None and record.get(name) is None and isinstance(field.type, Scale | Choice):
            record[name] = field.type.labels[0]
    return record


FLAT: dict[str, Plant] = {
    "a raw cut is one float too high": replaced(places, "raw_cut", one_float_higher),
    "missing is nought": changed(reading, "NAN", 0.0),
    "limits after baselines": replaced(flat, "combined", raised_before),
    "overriding is ignored": replaced(flat, "coded", none_taken),
    "the last row comes first": replaced(flat._StageWriting, "_selected", from_below),
    "sums stop at ten": replaced(gathering, "sum_of", lambda right, *of: min(10, right(*of))),
    "nothing is noted": replaced(parts.Draft, "note", lambda right, bits: ast.Pass()),
    "dates begin a day late": replaced(places, "OnLine", a_day_late),
    "whole floats stay floats": replaced(reading, "call", unturned),
}
BITS: dict[str, Plant] = {
    "the neighbour's mask": replaced(places.RecordPlaces, "entry", a_place_further),
    "a bit too low": replaced(
        bits_ladders, "bit_length", lambda right, number: right(ast.BinOp(number, ast.RShift(), ast.Constant(1)))
    ),
    "the last outcome is lost": replaced(bits_ladders, "first_of", without_the_last),
    "limits are forgotten": replaced(bits_ladders, "choices", only_what_is_better),
    "unknown rows are passed over": replaced(normal.Normal, "possible", what_is_true),
    "conflicts aren't seen": replaced(bits_sets, "_conflict", lambda right, masks: 0),
    "a union is an intersection": replaced(bits_sets, "_joined", what_all_share),
    "the last addend is lost": replaced(bits_sums, "_sum", without_the_last),
}
TYPED: dict[str, Plant] = {
    "a day is lost": replaced(deciding.Deciding, "of_reading", the_day_before),
    "units are lost": replaced(
        readings, "raw_of", with_raw(lambda raw, field: raw * 100 if isinstance(field.type, Money) and raw else raw)
    ),
    "problems are forgotten": replaced(
        deciding.Deciding, "of_reading", lambda right, found, day: right(replace(found, problems=()), day)
    ),
    "labels stand in": replaced(deciding, "raw_record", with_first_labels),
    "labels are upside down": replaced(readings, "raw_of", with_raw(upside_down)),
    "texts are cut": replaced(
        readings, "raw_of", with_raw(lambda raw, field: raw[:1] if isinstance(field.type, Text) and raw else raw)
    ),
}
NORMAL: dict[str, Plant] = {
    "days are forgotten": replaced(Axes, "days", lambda right, force: None),
    "unknown is true": replaced(regions.Regions, "where", unknown_is_true),
    "an alternative is lost": replaced(regions, "_either", only_the_first),
    "a cut lies one too high": replaced(axes, "line", higher_cuts),
    "values aren't drawn": replaced(normal, "drawn", lambda right, attribute, value: value),
    "rows have no order": replaced(normal._Speaking, "select", no_order),
    "nothing is open": replaced(normal.Normal, "possible", what_is_true),
    "boxes overlap": replaced(normal, "apart", lambda right, region, axes: region),
}


def unmarked(right: Callable[..., Any], column: Any) -> Any:
    return right(replace(column, missing=None))


def last_as_first(right: Callable[..., Any], looks: Any, fixed: Any, rows: int) -> Any:
    found = [array.copy() for array in right(looks, fixed, rows)]
    for array in found:
        array[-1] = array[0]
    return found


def every_other(right: Callable[..., Any], looks: Any, fixed: Any, rows: int) -> Any:
    return [array[np.arange(rows) // 2 * 2] for array in right(looks, fixed, rows)]


def floats_above(right: Callable[..., Any], cuts: Any, per_unit: int) -> Any:
    return np.nextafter(right(cuts, per_unit), np.inf)


def wholes_above(right: Callable[..., Any], cuts: Any, axis: Any, values: Any, per_unit: int) -> Any:
    found = right(cuts, axis, values, per_unit)
    return found + found.dtype.type(1) if values.dtype.kind in "iu" else found


def without_its_last(right: Callable[..., Any], stretch: Any) -> Any:
    found = right(stretch)
    return [(first, last - 1) if last > first else (first, last) for first, last in found]


def an_empty_rest(right: Callable[..., Any], look: Any, start: int, stop: int) -> Any:
    return right(look, start, start)


def without_its_first(right: Callable[..., Any], held: Any) -> Any:
    word, bits = right(held)
    return word, bits & (bits - np.uint64(1))


def with_numba(module: str, name: str, wrong: Callable[..., Any]) -> Plant:
    """`replaced` in a module that is there only where numba is."""
    return lambda patch: replaced(import_module(f"tierpolicy.compile.columns.{module}"), name, wrong)(patch)


COLUMNS: dict[str, Plant] = {
    "marks are lost": replaced(Sight, "at_column", unmarked),
    "the last row is the first": replaced(choosing.Chosen, "__call__", last_as_first),
    "every other row": replaced(choosing.Chosen, "__call__", every_other),
    "a cut is one float too high": replaced(looks, "_float_cuts", floats_above),
    "whole cuts are one too high": replaced(looks, "raw_cuts", wholes_above),
    "the day after": replaced(
        columns_deciding.Prepared,
        "facts",
        lambda right, columns, rows, day: right(columns, rows, min(day, LAST) + DAY_LONG),
    ),
    "no row is open": replaced(columns_deciding.Prepared, "_open", lambda right, blocks, columns: None),
    "sums stop at ten": changed(lines, "largest_sum", lambda attribute: 10),
    "limits are forgotten": replaced(lines, "capped", lambda right, attribute, value, said: value),
    "the wrong word": replaced(Sight, "_at_set", lambda right, words, missing: right(words << np.uint64(1), missing)),
}
BOXES: dict[str, Plant] = {
    "the end of a stretch": replaced(numpy_boxes, "_stretches", without_its_last),
    "the end of the codes": replaced(
        numpy_boxes, "_codes_at", lambda right, *of: without_its_last(lambda places: right(of[0], places), of[1])
    ),
    "a bit turned over": replaced(
        numpy_boxes, "_either_way", lambda right, held, true, false: right(held, false, true)
    ),
}
NUMPY_BITS: dict[str, Plant] = {
    "the first box is passed over": replaced(numpy_bits, "_first_word", without_its_first),
    "one bit fewer": replaced(numpy_bits, "popcount", lambda right, bits: right(bits & (bits - np.uint64(1)))),
    "the first place's masks": replaced(numpy_bits, "_together", lambda right, *of: np.zeros_like(right(*of))),
}
NUMBA: dict[str, Plant] = {
    "the last block is empty": with_numba("numba_kernel", "filled", an_empty_rest),
    "the last step is left out": with_numba("numba_kernel", "steps_of", lambda right, program: right(program)[:-1]),
    "the number next to it": with_numba(
        "numba_laying", "by_place", lambda right, table, count: right(np.roll(table, 1), count)
    ),
}
NOTHING = Fold(None, ())
SQL: dict[str, Plant] = {
    "half a cent is lost": replaced(
        sql_fields, "rint", lambda right, sql, draft, exact=False: exp.Floor(this=sql.copy())
    ),
    "wrong values count": replaced(
        sql_fields, "_bounds", lambda right, field: right(replace(field, low=None, high=None))
    ),
    "limits are forgotten": replaced(sql_deciding, "_after_grants", lambda right, said, found: found),
    "baselines are forgotten": replaced(
        sql_deciding, "_by_places", lambda right, *of: right(*of[:-1], NOTHING) if of[-1].whens else right(*of)
    ),
    "unknown rows are passed over": replaced(
        Statements, "own_truth", lambda right, held: replace(right(held), maybe=False)
    ),
    "overriding is ignored": replaced(directionless, "_standing", lambda right, said, clause, *of: said.truth(clause)),
    "none is missing": replaced(
        comparing,
        "_with_none",
        lambda right, op, left, other, draft: comparing.compared(
            op, replace(left, none=None, value=None), replace(other, none=None, value=None), draft
        ),
    ),
    "the day after": replaced(statement, "day", lambda right, day, of: right(min(day, LAST) + DAY_LONG, of)),
    "sums stop at ten": changed(sums, "largest_sum", lambda attribute: 10),
    "an alternative is lost": replaced(
        lowering, "any_of", lambda right, parts, draft: right(parts[:-1] or parts, draft)
    ),
}
MISTAKES = tuple(
    Mistake(backend, name, plant)
    for backend, plants in {
        "normal form": NORMAL,
        "flat": FLAT,
        "bits": BITS,
        "typed values": TYPED,
        "columns": COLUMNS,
        "boxes": BOXES,
        "numpy bits": NUMPY_BITS,
        "numba": NUMBA,
        "sql": SQL,
    }.items()
    for name, plant in plants.items()
)


FORMS = tuple(f"columns, {form}" for form in FORMS_HERE)
ASKED = {
    "columns": FORMS,
    "boxes": tuple(name for name in FORMS if "boxes" in name),
    "numpy bits": tuple(name for name in FORMS if "bits" in name),
    "numba": tuple(name for name in FORMS if "numba" in name),
    "sql": ("sql on duckdb",),
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.backend}: {mistake.name}")
def test_is_caught(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ASKED.get(mistake.backend, (mistake.backend,))
    if not asked:
        pytest.skip("its form is not there without numba")
    for name in asked:
        backend = backend_named(name)
        with monkeypatch.context() as patch:
            assert agrees(name), "wrong without the mistake"
            mistake.plant(patch)
            shown = any(map(answers_otherwise, (judged(backend, *fresh(seed)) for seed in asked_of(mistake))))
        assert shown, f"{MOST} policies don't show it in {name}"


def answers_otherwise(found: Iterator[Disagreement]) -> bool:
    """True where an answer is wrong, or the backend itself finds that it is: one that raises anything else shows that
    a plant doesn't fit, not that it is caught."""
    return any("Traceback" not in each.difference or "AssertionError" in each.difference for each in found)


def asked_of(mistake: Mistake) -> Iterator[int]:
    """The seeds of all policies, from one on that is near the first to show the mistake."""
    start = SHOWN_LATE.get(mistake.name, 0)
    return (seed % MOST for seed in range(start, start + MOST))


@cache
def agrees(name: str) -> bool:
    """True where a backend is right of some policies that soon show mistakes."""
    return not any(list(judged(backend_named(name), *question(seed))) for seed in {*range(8), *SHOWN_LATE.values()})


def test_every_backend_has_its_mistakes() -> None:
    assert min(len(plants) for plants in (NORMAL, FLAT, BITS, TYPED, COLUMNS, SQL)) >= 6
    assert min(len(plants) for plants in (BOXES, NUMPY_BITS, NUMBA)) >= 3


def test_each_mistake_is_in_the_table() -> None:
    assert __doc__ is not None
    rows = {tuple(cell.strip() for cell in line.split("|")[1:3]) for line in __doc__.splitlines() if line[:1] == "|"}
    assert {(mistake.backend, mistake.name) for mistake in MISTAKES} == rows - {("backend", "planted"), ("---", "---")}
