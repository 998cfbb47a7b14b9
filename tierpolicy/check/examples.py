"""From `example "…": given … expect …` to typed facts and conditions (language.md §5).

Whether an example holds is found out by deciding it, which is not done here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from tierpolicy.check.draft import Draft, origin
from tierpolicy.check.expressions import condition, constant_for
from tierpolicy.check.literals import Want
from tierpolicy.check.modifiers import report_outside
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import DefineRef, Expr, Today, walk
from tierpolicy.model.policy import ALWAYS, Baseline, Example, Limit, Rule
from tierpolicy.model.values import MISSING, Known, Value, outside
from tierpolicy.model.vocabulary import Field
from tierpolicy.source import Span
from tierpolicy.syntax import ast

ANY_DAY = date(2000, 1, 1)
"""The as-of date of examples whose policy doesn't depend on the day."""


def example_of(written: ast.Example, start: date | None, depends_on_day: bool, draft: Draft) -> Example | None:
    """The example; None after a mistake in it. `start` is the day on which the policy becomes effective."""
    given = _given(written, draft.scope)
    expected = [condition(expectation, draft.scope) for expectation in written.expects]
    about = origin(written.name.value, written.span, because=written.because, source=written.source)
    kept = tuple(expectation for expectation in expected if expectation is not None)
    as_of = day_of(written.as_of.value if written.as_of is not None else start, kept, depends_on_day, draft.scope)
    if as_of is None:
        draft.findings.report(
            codes.AS_OF_NEEDED,
            f'the example "{written.name.value}" doesn\'t say on which day',
            written.name.span,
            help="end it with `as of 2026-01-31`, or say in the head of the policy from when it is effective: "
            "what is decided depends on the day",
        )
        return None
    if given is None or len(kept) < len(expected):
        return None
    return Example(about, MappingProxyType(given), kept, as_of)


def day_of(said: date | None, expected: Iterable[Expr], depends_on_day: bool, scope: Scope) -> date | None:
    """The day on which an example is decided; None where it matters and isn't said."""
    if said is not None:
        return said
    return None if depends_on_day or any(_reads_today(each, scope) for each in expected) else ANY_DAY


def _given(written: ast.Example, scope: Scope) -> dict[str, Value] | None:
    given: dict[str, Value] = {}
    first: dict[str, Span] = {}
    complete = True
    for fact in written.given:
        field = field_given(fact.field, scope)
        if field is None:
            complete = False
            continue
        if first.setdefault(field.name, fact.span) is not fact.span:
            scope.findings.report(
                codes.GIVEN_TWICE,
                f"`{field.name}` is given twice",
                fact.span,
                help="keep one of the two; another customer is another example",
                related=(Related(first[field.name], "the first one"),),
            )
            continue
        value = MISSING if fact.value is None else value_given(fact.value, field, fact.span, scope)
        if value is None:
            complete = False
            continue
        given[field.name] = value
    return given if complete else None


def value_given(written: ast.Expr, field: Field, span: Span, scope: Scope) -> Known | None:
    """The value of a literal that is given for a field; None where it is none of the field's kind."""
    value = constant_for(written, scope, Want(field.type, subject=field.name, spellings=field.spellings))
    if value is not None and outside(value, field.low, field.high):
        report_outside(scope, f"what is given for `{field.name}`", span, field.span)
    return value


def field_given(word: ast.Word, scope: Scope, what: str = "an example") -> Field | None:
    """The field that a word names; `what` gives it, in the words of a message."""
    field = scope.fields.get(word.text)
    if field is not None or word.text in scope.broken:
        return field
    meaning = scope.meaning(word.text)
    if meaning is None:
        near = scope.findings.did_you_mean(word.text, tuple(scope.fields))
        scope.findings.report(
            name_codes.UNKNOWN_NAME,
            f"there is no field `{word.text}`",
            word.span,
            help=near or f"{what} gives fields of `customer` and `request`",
        )
    else:
        scope.findings.report(
            codes.NOT_A_FACT,
            f"`{word.text}` is no fact that could be given",
            word.span,
            help=f"{what} gives fields of `customer` and `request`; what follows from them stands after `expect`",
            related=(Related(meaning.span, f"`{word.text}` is declared here"),),
        )
    return None


# ---------------------------------------------------------------- the day


def depends_on_day(rules: Iterable[Rule], limits: Iterable[Limit], baselines: Iterable[Baseline], scope: Scope) -> bool:
    """True where a decision may differ from day to day: a statement has dates, or reads `today`."""
    if any(_reads_today(define.expression, scope) for define in scope.defines.values()):
        return True
    for rule in rules:
        if rule.in_force != ALWAYS or _today_in(rule.condition, *(grant.value for grant in rule.grants)):
            return True
    for limit in limits:
        if limit.in_force != ALWAYS or _today_in(limit.condition, *(cap.value for cap in limit.caps)):
            return True
    return any(
        baseline.in_force != ALWAYS or _today_in(baseline.condition, *(floor.value for floor in baseline.floors))
        for baseline in baselines
    )


def _reads_today(expr: Expr, scope: Scope) -> bool:
    """`today` in the expression itself, or in a define that it names."""
    if _today_in(expr):
        return True
    named = [node.name for node in walk(expr) if isinstance(node, DefineRef)]
    return any(_today_in(scope.defines[name].expression) for name in named if name in scope.defines)


def _today_in(*exprs: Expr) -> bool:
    return any(isinstance(node, Today) for expr in exprs for node in walk(expr))
