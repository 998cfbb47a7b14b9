"""The prologue: statements that read the declared fields of a plain dictionary, check them and hold what is missing.

For each field a value of the ordinary Python type within bounds is one test. What is missing takes another branch, and
anything else leaves the function: `unusual` reads the record again, by the plain evaluator's own reading.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter

from tierpolicy.compile.python.parts import NOTES, PROBLEMS, UNDETERMINED, Draft
from tierpolicy.compile.python.places import NAN, FieldForm
from tierpolicy.compile.python.raw import bounds_of, raw_of
from tierpolicy.compile.python.trees import (
    NONE,
    assign,
    between,
    call,
    combined,
    compare,
    either,
    every,
    is_,
    is_not,
    is_type,
    item,
    method,
    name,
    not_,
    some,
    tuple_of,
    unpacked,
    updated,
    when,
)
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.values import MISSING, Value
from tierpolicy.semantics.convert import ISO_DATE, is_nothing, plain_text

RECORD, REQUEST, AS_OF, UNUSUAL = "record", "request", "as_of", "unusual"
FROM_RECORD, FROM_REQUEST, GIVEN = "get", "ask", "given"
MANY = 3
"""Fields that are taken from a record by one call."""
COMPARED_FAST = 2**30 - 1
"""Whole numbers of one digit, as CPython keeps them, are compared in half the time."""


def prologue(
    forms: Mapping[str, FieldForm], read: frozenset[str], defaults: Mapping[str, Value], draft: Draft
) -> tuple[list[ast.stmt], ast.expr]:
    """The statements, and the fields as they stood in the record (or as they were checked): nothing changes them later.

    `read` are the fields that decide, `defaults` what a missing field holds.
    """
    of_request = any(form.field.of_request for form in forms.values())
    odd_request = every([is_not(name(REQUEST), NONE), not_(is_type(name(REQUEST), "dict"))])
    statements: list[ast.stmt] = [
        when(some([not_(is_type(name(RECORD), "dict")), odd_request]), [leave()]),
        assign(NOTES, ast.Constant(0)),
        assign(FROM_RECORD, ast.Attribute(name(RECORD), "get", ast.Load())),
    ]
    if of_request:
        asked = ast.Attribute(name(REQUEST), "get", ast.Load())
        statements.append(assign(FROM_REQUEST, either(is_(name(REQUEST), NONE), name(FROM_RECORD), asked)))
    together = [form for form in forms.values() if stands_alone(form)]
    if len(together) >= MANY:
        statements += _taken_together(together, draft)
    for form in forms.values():
        if not stands_alone(form) or len(together) < MANY:
            statements += _looked_up(form)
    for form in forms.values():
        statements += _checked(
            form, where_missing(form, form.field.name in read, defaults[form.field.name], draft), draft
        )
        if form.ordinal:
            ordinal = method(name(form.variable), "toordinal")
            absent = is_(name(form.variable), NONE)
            statements.append(assign(form.ordinal, either(absent, draft.constant(NAN), ordinal)))
    changing = any(isinstance(form.field.type, SetOf) for form in forms.values())
    if len(together) == len(forms) >= MANY and not changing:
        return statements, name(GIVEN)
    return statements, tuple_of(name(form.variable) for form in forms.values())


def stands_alone(form: FieldForm) -> bool:
    """True for a field that stands at one key of the record, and nowhere else."""
    return not form.field.of_request and len(form.field.path) <= 1


def key_of(form: FieldForm) -> str:
    """The first key on the way to a field."""
    return form.field.path[0] if form.field.path else form.field.name


def _taken_together(forms: list[FieldForm], draft: Draft) -> Iterator[ast.stmt]:
    """All at once where none lacks: an absent key would take long to be told by an exception."""
    keys = [key_of(form) for form in forms]
    one_by_one = assign(GIVEN, tuple_of(call(FROM_RECORD, ast.Constant(key)) for key in keys))
    at_once = assign(GIVEN, call(draft.constant(itemgetter(*keys), "taken"), name(RECORD)))
    lacking = ast.ExceptHandler(name("KeyError"), None, [one_by_one])
    enough = compare(call("len", name(RECORD)), ast.GtE(), ast.Constant(len(set(keys))))
    yield when(enough, [ast.Try([at_once], [lacking], [], [])], [one_by_one])
    yield unpacked([form.variable for form in forms], name(GIVEN))


def leave() -> ast.stmt:
    """Hands the record on."""
    return ast.Return(call(UNUSUAL, name(RECORD), name(REQUEST), name(AS_OF)))


# ---------------------------------------------------------------- looking up


def _looked_up(form: FieldForm) -> Iterator[ast.stmt]:
    """What stands at the field's place. A request's field stands in the record where the request lacks it."""
    path = form.field.path or (form.field.name,)
    if not form.field.of_request:
        yield from taken_from(form.variable, FROM_RECORD, path)
        return
    yield from taken_from(form.variable, FROM_REQUEST, path)
    lacking = every([is_(name(form.variable), NONE), is_not(name(REQUEST), NONE)])
    yield when(lacking, list(taken_from(form.variable, FROM_RECORD, path)))


def taken_from(variable: str, get: str, path: tuple[str, ...]) -> Iterator[ast.stmt]:
    """One key, `account.depth`, or key by key; a way that isn't one of plain dictionaries is unusual."""
    yield assign(variable, call(get, ast.Constant(".".join(path))))
    if len(path) == 1:
        return
    steps: list[ast.stmt] = [assign(variable, call(get, ast.Constant(path[0])))]
    for key in path[1:]:
        further = method(name(variable), "get", ast.Constant(key))
        steps.append(
            when(
                is_type(name(variable), "dict"),
                [assign(variable, further)],
                [when(is_not(name(variable), NONE), [leave()])],
            )
        )
    yield when(is_(name(variable), NONE), steps)


# ---------------------------------------------------------------- checking


def _checked(form: FieldForm, missing: list[ast.stmt], draft: Draft) -> list[ast.stmt]:
    """Statements after which the variable holds what `places` says of its type."""
    value = name(form.variable)
    absent: ast.stmt = when(call(draft.constant(is_nothing, "is_nothing"), value), missing, [leave()])
    if form.field.of_request:  # an empty value in the request: the record would be asked
        absent = when(is_not(name(REQUEST), NONE), [leave()], [absent])
    if len(form.field.path) > 1:  # an empty value at the path as one key: the keys would be gone through
        absent = leave()
    absent = when(is_(value, NONE), missing, [absent])
    match form.field.type:
        case Money() | Percent() | Duration() | Number() | Integer():
            return _number_checked(form, absent, draft)
        case Flag():
            return [when(every([is_not(value, ast.Constant(True)), is_not(value, ast.Constant(False))]), [absent])]
        case Scale() | Choice():
            return list(_label_checked(form, missing, absent, draft))
        case Text():
            return [_text_checked(form, absent, draft)]
        case Date():
            return _date_checked(form, absent, draft)
        case SetOf():
            labels = call(
                draft.constant(labels_held, "labels_held"), value, draft.constant(form.spellings, "spellings")
            )
            odd = when(is_(value, NONE), [leave()])
            given = every([is_not(value, NONE), not_(every([is_type(value, "str"), not_(value)]))])
            return [when(given, [assign(form.variable, labels), odd], [absent])]


def _label_checked(form: FieldForm, missing: list[ast.stmt], absent: ast.stmt, draft: Draft) -> Iterator[ast.stmt]:
    """A label is checked by being looked up, where entries of tables are wanted: None has one, no other wrong value."""
    value = name(form.variable)
    if not form.tables:
        known = draft.constant(frozenset(form.spellings), "known")
        yield when(not_(every([is_type(value, "str"), compare(value, ast.In(), known)])), [absent])
        return
    for variable, table in form.tables:
        yield assign(variable, item(draft.constant(table, "entries"), value))
    yield when(not_(is_type(value, "str")), [when(is_(value, NONE), missing, [leave()])])


def _number_checked(form: FieldForm, absent: ast.stmt, draft: Draft) -> list[ast.stmt]:
    value, (low, high) = name(form.variable), bounds_of(form.field)
    inside = between(draft.constant(low), value, draft.constant(high))
    if not isinstance(form.field.type, Integer):
        whole = every([is_type(value, "int"), inside])
        otherwise = when(whole, [assign(form.variable, combined(value, ast.Add(), ast.Constant(0.0)))], [absent])
        return [when(not_(every([is_type(value, "float"), inside])), [otherwise])]
    whole = every([is_type(value, "float"), inside, method(value, "is_integer")])
    otherwise = when(whole, [assign(form.variable, call("int", value))], [absent])
    if low < -COMPARED_FAST or high > COMPARED_FAST:
        otherwise = when(not_(every([is_type(value, "int"), inside])), [otherwise])
        fast = draft.constant(max(low, -COMPARED_FAST)), draft.constant(min(high, COMPARED_FAST))
        inside = between(fast[0], value, fast[1])
    return [when(not_(every([is_type(value, "int"), inside])), [otherwise])]


def _text_checked(form: FieldForm, absent: ast.stmt, draft: Draft) -> ast.stmt:
    value = name(form.variable)
    composed = assign(form.variable, call(draft.constant(plain_text, "plain_text"), value))
    wrong = when(is_not(call("type", value), name("str")), [leave()])
    other = when(every([is_type(value, "str"), value]), [composed, wrong], [absent])
    return when(not_(every([is_type(value, "str"), value, method(value, "isascii")])), [other])


def _date_checked(form: FieldForm, absent: ast.stmt, draft: Draft) -> list[ast.stmt]:
    value, field = name(form.variable), form.field
    low, high = field.low or date.min, field.high or date.max
    bounded = field.low is not None or field.high is not None
    inside = [between(draft.constant(low), value, draft.constant(high))] if bounded else []
    spelled = assign(form.variable, call(draft.constant(day_spelled, "day_spelled"), value))
    odd = when(not_(every([is_not(value, NONE), *inside])), [leave()])
    text = when(every([is_type(value, "str"), value]), [spelled, odd], [absent])
    return [when(not_(every([is_type(value, "date"), *inside])), [text])]


def where_missing(form: FieldForm, read: bool, default: Value, draft: Draft) -> list[ast.stmt]:
    """What holds where the field is missing."""
    field = form.field
    if default is MISSING:
        numeric = isinstance(field.type, Money | Percent | Duration | Number | Integer)
        held = draft.constant(NAN) if numeric else NONE
        noted = (UNDETERMINED if read else 0) | (PROBLEMS if field.required else 0)
        return [assign(form.variable, held), *([updated(NOTES, ast.BitOr(), ast.Constant(noted))] if noted else [])]
    assert not isinstance(default, type(MISSING))
    raw = raw_of(default, field)
    if field.required or raw is None:
        return [leave()]
    return [assign(form.variable, draft.constant(raw, "default"))]


def day_spelled(text: str) -> date | None:
    """The day that ISO text spells; None where it spells none."""
    if not ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def labels_held(raw: object, spellings: Mapping[str, str]) -> frozenset[str] | None:
    """The labels in a list, a set or text parted by `;`; None where one of them is no label, or it is none of these."""
    if type(raw) is str:
        items: object = [piece.strip() for piece in raw.split(";")]
    elif type(raw) in (list, tuple, set, frozenset):
        items = raw
    else:
        return None
    held = set()
    for each in items:  # type: ignore[attr-defined]
        label = spellings.get(each) if type(each) is str else None
        if label is None:
            if each is None or (type(each) is str and not each):
                continue
            return None
        held.add(label)
    return frozenset(held)
