"""One function that decides for one record: prologue, middle and epilogue put together and compiled.

Code is made of syntax trees only, and becomes a function without being executed as a module: the function's code object
is taken out of the compiled module, and its constants are its globals.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import CodeType, FunctionType
from typing import Any

from tierpolicy.cells.reads import indexed
from tierpolicy.compile.normal import Normal
from tierpolicy.compile.python.coding import Table
from tierpolicy.compile.python.parts import NOTES, PROBLEMS, Draft
from tierpolicy.compile.python.places import DAY, ORDINAL, RecordPlaces, forms_of
from tierpolicy.compile.python.reading import AS_OF, RECORD, REQUEST, UNUSUAL, leave, prologue
from tierpolicy.compile.python.trees import (
    NONE,
    assign,
    between,
    call,
    either,
    is_,
    is_type,
    item,
    method,
    name,
    not_,
    tuple_of,
    when,
)
from tierpolicy.compile.python.trusting import trusting_prologue
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.semantics.read import typed_reading

Middle = Callable[[Normal, Draft, RecordPlaces], Mapping[str, ast.expr]]
"""Writes what decides, stage by stage; gives for every attribute of the policy the expression of its typed value (cheap
and final). Notes PROBLEMS where a `noted` clause counts, something calculated is drawn to bounds, an alarm is true or
rules conflict; UNDETERMINED where a calculated value is missing. What the record lacks is noted by the prologue."""
Unusual = Callable[[Any, Any, Any], Any]
InPython = Callable[[Known], object]
BUILTINS: Mapping[str, object] = {
    each.__name__: each
    for each in (type, int, float, str, dict, date, round, min, max, frozenset, len, Exception, KeyError)
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function makes of its result: an instance of `blank`, a class without arguments, whose slots are set and
    which then becomes one of `finished`. The slots are `_values` (typed values in the policy's order), `_given` (the
    fields as the function held them), `_when` (what `now` gave, or the day), `_notes` and `_source`, whatever it is.

    `now` gives the time in seconds, `today` the day, `day_of` the day that was asked for. At times within `safe` the
    policy is in effect, whatever the zone; before and after the day is looked at.
    """

    blank: type
    finished: type
    source: object
    now: Callable[[], float]
    today: Callable[[], date]
    day_of: Callable[[Any], date]
    safe: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Program:
    """Code and constants of one function."""

    code: CodeType
    constants: Mapping[str, object]

    def function(self, unusual: Unusual) -> Callable[..., Any]:
        """The function (record, request=None, as_of=None); what it can't read it hands to `unusual`."""
        names = {"__builtins__": {}, **BUILTINS, "bisect": bisect_right, **self.constants, UNUSUAL: unusual}
        return FunctionType(self.code, names, self.code.co_name, (None, None))


def program(normal: Normal, middle: Middle, answer: Answer) -> Program:
    """The function that decides for any plain record, checks it, and gives the answer."""
    policy = normal.policy
    draft, places, values = _decided(normal, middle)
    deciding = draft.statements
    defaults = typed_reading(policy, {}).values
    read = frozenset[str]().union(*(each.fields for each in indexed(policy).reads.values()))
    reading, given = prologue(places.forms, read, defaults, draft)
    day = _day(answer, places.uses_day, policy, draft)
    if places.whole is None:
        whole: ast.expr = tuple_of(values[each] for each in policy.attributes)
    else:
        code, values_of = places.whole
        whole = item(draft.constant(Table(values_of), "outcomes"), code)
    return _program([_guarded(reading), *day, *deciding, *_answered(answer, whole, given, draft)], draft)


def trusting(normal: Normal, middle: Middle, in_python: Mapping[str, InPython | None], answer: Answer) -> Program:
    """The function for records that are known to be well typed: it gives the attributes that `in_python` names in a
    dictionary, turned into Python's values. What surprises it is left to `unusual`."""
    draft, places, values = _decided(normal, middle)
    deciding = draft.statements
    used = {node.id for statement in deciding for node in ast.walk(statement) if isinstance(node, ast.Name)}
    reading = trusting_prologue(places.forms, used, typed_reading(normal.policy, {}).values, draft)
    day = _day(answer, True, normal.policy, draft) if places.uses_day else []
    answering = ast.Return(_dictionary(normal, places, values, in_python, draft))
    return _program([_guarded([*reading, *day, *deciding, answering])], draft)


def _decided(normal: Normal, middle: Middle) -> tuple[Draft, RecordPlaces, Mapping[str, ast.expr]]:
    draft = Draft()
    places = RecordPlaces(normal, draft, forms_of(normal.policy.fields))
    return draft, places, middle(normal, draft, places)


def _guarded(reading: list[ast.stmt]) -> ast.stmt:
    """Keys and values of somebody else's make may raise whatever they like while a record is read."""
    return ast.Try(reading, [ast.ExceptHandler(name("Exception"), None, [leave()])], [], [])


def _day(answer: Answer, uses_day: bool, policy: Policy, draft: Draft) -> list[ast.stmt]:
    """The day, or the time where the day makes no difference to the values; with a note outside the policy's days."""
    start, end = policy.effective_from, policy.effective_until
    outside: list[ast.stmt] = []
    if start is not None or end is not None:
        covered = between(draft.constant(start or date.min), name(DAY), draft.constant(end or date.max))
        outside = [when(not_(covered), [draft.note(PROBLEMS)])]
    asked = call(draft.constant(answer.day_of, "day_of"), name(AS_OF))
    from_caller = [assign(DAY, either(is_type(name(AS_OF), "date"), name(AS_OF), asked)), *outside]
    today: list[ast.stmt] = [assign(DAY, call(draft.constant(answer.today, "today"))), *outside]
    if uses_day:
        ordinal = assign(ORDINAL, method(name(DAY), "toordinal"))
        return [when(is_(name(AS_OF), NONE), today, from_caller), ordinal]
    current: list[ast.stmt] = [assign(DAY, call(draft.constant(answer.now, "now")))]
    if outside:
        first, last = (draft.constant(each) for each in answer.safe)
        current.append(when(not_(between(first, name(DAY), last)), today))
    return [when(is_(name(AS_OF), NONE), current, from_caller)]


def _answered(answer: Answer, values: ast.expr, given: ast.expr, draft: Draft) -> list[ast.stmt]:
    made = name("made")

    def set_(slot: str, value: ast.expr) -> ast.stmt:
        return ast.Assign([ast.Attribute(made, slot, ast.Store())], value)

    return [
        assign("made", call(draft.constant(answer.blank, "blank"))),
        set_("_values", values),
        set_("_given", given),
        set_("_when", name(DAY)),
        set_("_notes", name(NOTES)),
        set_("_source", draft.constant(answer.source, "source")),
        set_("__class__", draft.constant(answer.finished, "finished")),
        ast.Return(made),
    ]


def _dictionary(
    normal: Normal,
    places: RecordPlaces,
    values: Mapping[str, ast.expr],
    in_python: Mapping[str, InPython | None],
    draft: Draft,
) -> ast.expr:
    """A new dictionary of attributes and their values in Python."""
    if places.whole is not None:
        code, values_of = places.whole
        order = {attribute: at for at, attribute in enumerate(normal.policy.attributes)}

        def named(found: int) -> dict[str, object]:
            typed = values_of(found)
            pairs = ((attribute, turn, typed[order[attribute]]) for attribute, turn in in_python.items())
            return {attribute: value if turn is None else turn(value) for attribute, turn, value in pairs}

        return method(item(draft.constant(Table(named), "outcomes"), code), "copy")
    return ast.Dict(
        [ast.Constant(attribute) for attribute in in_python],
        [
            values[attribute] if turn is None else item(draft.constant(Table(turn), "in_python"), values[attribute])
            for attribute, turn in in_python.items()
        ],
    )


def _program(body: list[ast.stmt], draft: Draft) -> Program:
    names = [ast.arg(each) for each in (RECORD, REQUEST, AS_OF)]
    arguments = ast.arguments([], names, None, [], [], None, [NONE, NONE])
    function = ast.FunctionDef("evaluate", arguments, body, [])
    module = ast.fix_missing_locations(ast.Module([function], []))
    compiled = compile(module, "<policy>", "exec")
    code = next(each for each in compiled.co_consts if isinstance(each, CodeType))
    return Program(code, draft.constants)
