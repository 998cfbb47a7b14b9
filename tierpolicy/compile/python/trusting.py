"""The prologue for records that are known to be well typed: it reads the fields that decide, and checks nothing.

Numbers, dates and sets that are None raise where they are used, and what raises leaves the function; so only what
wouldn't raise, or is likely to be missing, is looked after.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from operator import itemgetter

from tierpolicy.compile.python.parts import NOTES, UNDETERMINED, Draft
from tierpolicy.compile.python.places import NAN, FieldForm
from tierpolicy.compile.python.reading import (
    FROM_RECORD,
    MANY,
    RECORD,
    REQUEST,
    key_of,
    leave,
    stands_alone,
    taken_from,
    where_missing,
)
from tierpolicy.compile.python.trees import (
    NONE,
    assign,
    call,
    either,
    is_,
    is_not,
    item,
    method,
    name,
    some,
    unpacked,
    when,
)
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent, SetOf
from tierpolicy.model.values import MISSING, Value


def trusting_prologue(
    forms: Mapping[str, FieldForm], used: Set[str], defaults: Mapping[str, Value], draft: Draft
) -> list[ast.stmt]:
    """The statements for the fields whose variables are `used`. Notes, if used, say whether one is missing."""
    wanted = [form for form in forms.values() if used & {form.variable, form.ordinal, *(at for at, _ in form.tables)}]
    statements: list[ast.stmt] = [when(is_not(name(REQUEST), NONE), [leave()]), *_read(wanted, draft)]
    if NOTES in used:
        missing = some(is_(name(form.variable), NONE) for form in wanted)
        statements.append(assign(NOTES, either(missing, ast.Constant(UNDETERMINED), ast.Constant(0))))
    for form in wanted:
        statements += _held(form, defaults[form.field.name], draft)
    return statements


def _read(forms: list[FieldForm], draft: Draft) -> Iterator[ast.stmt]:
    together = [form for form in forms if stands_alone(form)]
    others = [form for form in forms if not stands_alone(form)]
    if len(together) >= MANY:
        taken = call(draft.constant(itemgetter(*map(key_of, together)), "taken"), name(RECORD))
        yield unpacked([form.variable for form in together], taken)
    else:
        for form in together:
            yield assign(form.variable, item(name(RECORD), ast.Constant(key_of(form))))
    if others:
        yield assign(FROM_RECORD, ast.Attribute(name(RECORD), "get", ast.Load()))
    for form in others:
        yield from taken_from(form.variable, FROM_RECORD, form.field.path or (form.field.name,))


def _held(form: FieldForm, default: Value, draft: Draft) -> Iterator[ast.stmt]:
    """Brings the variable into the form that `places` says of its type, as far as it matters."""
    field, value = form.field, name(form.variable)
    numeric = isinstance(field.type, Money | Percent | Duration | Number | Integer)
    if default is not MISSING or (numeric and (form.typed or not stands_alone(form))):
        yield when(is_(value, NONE), where_missing(form, False, default, draft))
    if isinstance(field.type, SetOf) and form.typed:
        yield when(is_not(value, NONE), [assign(form.variable, call("frozenset", value))])
    if form.ordinal:
        ordinal = method(value, "toordinal")
        yield assign(form.ordinal, either(is_(value, NONE), draft.constant(NAN), ordinal))
    for variable, table in form.tables:
        yield assign(variable, item(draft.constant(table, "entries"), value))
