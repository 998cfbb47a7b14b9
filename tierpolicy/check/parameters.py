"""Parameters: the value that the policy declares, and the one that the application sets at load (language.md §5).

Applications hand over plain values, JSON or the text of a command line; each becomes a value of the declared type,
or a finding.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from tierpolicy.check.draft import words
from tierpolicy.check.expressions import constant, constant_for
from tierpolicy.check.labels import type_of
from tierpolicy.check.literals import Want
from tierpolicy.check.modifiers import Place, bounds, fitting, type_words
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model import types
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX, Known, outside
from tierpolicy.model.vocabulary import Parameter
from tierpolicy.source import source_from_text
from tierpolicy.syntax import ast
from tierpolicy.syntax.parse import parse_expression

Given = Mapping[str, object]
"""What the application sets, by the parameter's name."""

LONGEST_GIVEN = 10_000
ISO_DURATION = re.compile(r"P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?")


def parameter_of(statement: ast.Parameter, given: Given, scope: Scope) -> Parameter:
    """The parameter with the value in force: what the application sets, where that fits."""
    name = statement.name.text
    type_ = type_of(statement.type, scope.findings)
    kept = fitting(statement.modifiers, type_, Place.PARAMETER, scope.findings)
    low, high = bounds(kept, type_, scope)
    declared = constant_for(statement.value, scope, Want(type_, subject=name))
    if declared is not None and outside(declared, low, high):
        scope.findings.report(
            codes.PARAMETER_VALUE,
            f"the value of `{name}` is outside the bounds that are declared for it",
            statement.value.span,
            help="take a value within the bounds, or widen them",
        )
    known = declared if declared is not None else False
    parameter = Parameter(name, type_, statement.span, known, known, low, high, words(statement.description))
    if name not in given:
        return parameter
    value = value_from(given[name], type_, scope)
    if value is None or outside(value, low, high):
        scope.findings.report(
            codes.PARAMETER_VALUE,
            f"`{name}` can't be set to `{shown_setting(given[name])}`",
            statement.span,
            help=f"it takes {type_words(type_)}{_within(statement, kept.keys() & {'at least', 'at most'})}",
        )
        return parameter
    return Parameter(name, type_, statement.span, value, known, low, high, words(statement.description))


def _within(statement: ast.Parameter, bounded: set[ast.ModifierKind]) -> str:
    return " within the declared bounds" if bounded else ""


def report_unknown(given: Given, declared: Mapping[str, Parameter], findings: Findings) -> None:
    """Reports what the application sets although no parameter has that name."""
    for name in given:
        if name not in declared:
            near = findings.did_you_mean(str(name), tuple(declared))
            known = ", ".join(f"`{parameter}`" for parameter in declared)
            findings.report(
                codes.PARAMETER_VALUE,
                f"`{shown_setting(name)}` is set, but the policy has no such parameter",
                None,
                help=near or (f"its parameters are {known}" if known else "it declares no `parameter`"),
                related=tuple(Related(p.span, f"`{p.name}` is declared here") for p in declared.values())[:1],
            )


def shown_setting(given: object) -> str:
    """What the application gave, as short text; never longer work than its size allows."""
    match given:
        case None:
            text = "nothing"
        case bool():
            text = "yes" if given else "no"
        case str() | float() | date() | timedelta():
            text = str(given)
        case int() if abs(given) < 10**30:
            text = str(given)
        case int():
            text = "a number this large"
        case Decimal():
            text = str(given)  # at most as long as its digits: a large exponent stays an exponent
        case _:
            text = "a list" if isinstance(given, list | tuple | set | frozenset) else "something else"
    return text if len(text) <= 60 else text[:57] + "…"


def value_from(given: object, type_: types.Type, scope: Scope) -> Known | None:
    """The value of the type that the application means, None where it is none."""
    if isinstance(given, str):
        return _from_text(given, type_, scope) if len(given) <= LONGEST_GIVEN else None
    match type_:
        case types.Flag():
            return given if isinstance(given, bool) else None
        case types.Date():
            return given if isinstance(given, date) and not isinstance(given, datetime) else None
        case types.Duration():
            return _whole(_seconds(given))
        case types.SetOf(labels):
            return _labels(given, labels)
        case types.Integer():
            return _whole(_decimal(given))
        case types.Number():
            return _float(given)
        case types.Percent():
            return _hundredths(_decimal(given), 10_000, INTEGER_MAX)
        case types.Money():
            return _hundredths(_decimal(given), 100, MONEY_MAX)
        case types.Text() | types.Scale() | types.Choice():
            return None


def _from_text(given: str, type_: types.Type, scope: Scope) -> Known | None:
    """Text stands for itself where labels or texts are asked for, for a literal of the language elsewhere."""
    text = unicodedata.normalize("NFC", given)
    match type_:
        case types.Text():
            return text
        case types.Scale(labels) | types.Choice(labels):
            return text if text in labels else None
        case types.SetOf(labels) if not text.lstrip().startswith("{"):
            return _labels([part.strip() for part in text.split(";") if part.strip()], labels)
        case types.Duration() if text.startswith("P") and (match := ISO_DURATION.fullmatch(text)):
            weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
        case _:
            pass
    expression, mistakes = parse_expression(source_from_text("(parameter)", text.strip()))
    if expression is None or mistakes:
        return None
    aside = Findings()
    value = constant(expression, Scope({}, {}, {}, {}, aside), type_)
    return None if aside.diagnostics else value


def _decimal(given: object) -> Decimal | None:
    """A finite number of sensible size; floats count by their shortest text."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        return None
    if isinstance(given, float):
        return Decimal(repr(given)) if math.isfinite(given) else None
    if isinstance(given, Decimal):
        return given if given.is_finite() and abs(given.adjusted()) < 400 else None
    return Decimal(given) if abs(given) < 10**30 else None


def _seconds(given: object) -> Decimal | None:
    if isinstance(given, timedelta):
        return Decimal(given // timedelta(seconds=1)) if given % timedelta(seconds=1) == timedelta(0) else None
    return _decimal(given)


def _whole(number: Decimal | None) -> int | None:
    if number is None or abs(number) > 10**20 or number != number.to_integral_value():
        return None
    return int(number) if INTEGER_MIN <= number <= INTEGER_MAX else None


def _float(given: object) -> float | None:
    number = _decimal(given)
    value = float(number) if number is not None and abs(number) < Decimal("1e308") else None
    return value + 0.0 if value is not None else None


def _hundredths(number: Decimal | None, scale: int, largest: int) -> int | None:
    """Money or percent; a policy's own number is never rounded, so a finer one is refused."""
    whole = _whole(number * scale if number is not None and abs(number) < 10**20 else None)
    return whole if whole is not None and abs(whole) <= largest else None


def _labels(given: object, labels: tuple[str, ...]) -> frozenset[str] | None:
    if not isinstance(given, list | tuple | set | frozenset) or not all(isinstance(item, str) for item in given):
        return None
    found = frozenset(given)
    return found if found <= set(labels) else None
