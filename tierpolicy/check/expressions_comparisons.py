"""From comparisons and tests to typed ones: `= < in between is has starts with`, each with what it can be asked of."""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.check.expressions_kinds import kind, same, shown, way_out, wrote
from tierpolicy.check.expressions_sides import Read, alike, as_number, both, is_open
from tierpolicy.check.expressions_words import name_or_label
from tierpolicy.check.literals import Want, asked_by, unknown_label
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.model.expressions import And, Compare, CompareOp, Constant, Expr, Has, In, IsMissing, Not, TextTest
from tierpolicy.model.types import (
    TEXT,
    Choice,
    Flag,
    Number,
    Scale,
    SetOf,
    Text,
    Type,
    is_ordered,
)
from tierpolicy.model.values import less
from tierpolicy.source import Span
from tierpolicy.syntax import ast


def compare(op: CompareOp, left: ast.Expr, right: ast.Expr, span: Span, scope: Scope, read: Read) -> Expr | None:
    """`left op right`; either side may be the label or the plain literal."""
    one, other = both(left, right, None, scope, read)
    if one is None or other is None:
        return None
    for written, beside in ((left, other), (right, one)):
        if isinstance(written, ast.Name) and _could_be_label(written, beside, scope):
            want = asked_by(beside, scope)
            assert want is not None
            name_or_label(written.text, want, written.span, scope)
            return None
    return compared(op, one, other, (wrote(left), right), span, scope)


def compared(
    op: CompareOp, left: Expr, right: Expr, written: tuple[str, ast.Expr], span: Span, scope: Scope
) -> Expr | None:
    """The comparison of two typed values. `written`: the left one in words, the right one as it was written."""
    pair = alike(left, right)
    if pair is None:
        _no_comparison(left, right, written, span, scope)
        return None
    if op not in ("=", "!=") and not is_ordered(pair[0].type):
        _no_order(pair[0].type, span, scope)
        return None
    return Compare(op, *pair, span)


def is_test(expr: ast.Is, scope: Scope, read: Read) -> Expr | None:
    """`x is missing`, `x is known`, `x is gold`, each with `not`."""
    if isinstance(expr.what, str):
        operand = read(expr.operand, None, scope)
        if operand is None:
            return None
        missing = IsMissing(operand, expr.span)
        return missing if (expr.what == "missing") != expr.negated else Not(missing, expr.span)
    return compare("!=" if expr.negated else "=", expr.operand, expr.what, expr.span, scope, read)


def among(expr: ast.In, scope: Scope, read: Read) -> Expr | None:
    """`x in (a, b)`: the operand says the kind, or the first option that stands by itself where the operand is open."""
    if is_open(expr.operand, scope):
        leader = next((option for option in expr.options if not is_open(option, scope)), None)
        led = read(leader, None, scope) if leader is not None else None
        operand = read(expr.operand, asked_by(led, scope), scope) if led is not None or leader is None else None

        def read_once(option: ast.Expr, want: Want | None, scope: Scope) -> Expr | None:
            return led if option is leader else read(option, want, scope)

        found = in_options(operand, wrote(expr.operand), expr.options, expr.span, scope, read_once)
    else:
        operand = read(expr.operand, None, scope)
        found = in_options(operand, wrote(expr.operand), expr.options, expr.span, scope, read)
    return Not(found, expr.span) if found is not None and expr.negated else found


def in_options(
    operand: Expr | None, words: str, options: Iterable[ast.Expr], span: Span, scope: Scope, read: Read
) -> Expr | None:
    """Whether the operand is one of the options; each option is judged, though one before it was wrong."""
    want = asked_by(operand, scope)
    found: list[Expr] = []
    wrong = operand is None
    for option in options:
        if operand is None and is_open(option, scope):
            continue
        node = read(option, want, scope)
        if node is None or operand is None:
            wrong = True
        elif not same(operand.type, node.type) and alike(operand, node) is None:
            _no_comparison(operand, node, (words, option), option.span, scope)
            wrong = True
        else:
            found.append(node)
    if operand is None or wrong:
        return None
    if any(isinstance(node.type, Number) for node in (operand, *found)):
        operand, found = as_number(operand), [as_number(node) for node in found]
    return In(operand, tuple(found), span)


def between(expr: ast.Between, scope: Scope, read: Read) -> Expr | None:
    """`x between a and b`, both ends included: two comparisons."""
    if is_open(expr.operand, scope):
        low, operand = both(expr.low, expr.operand, None, scope, read)
    else:
        operand = read(expr.operand, None, scope)
        low = _end(operand, expr.low, scope, read)
    high = _end(operand, expr.high, scope, read)
    if operand is None or low is None or high is None:
        return None
    return in_range(operand, wrote(expr.operand), (low, expr.low), (high, expr.high), "<=", expr.span, scope)


def in_range(
    operand: Expr,
    words: str,
    low: tuple[Expr, ast.Expr],
    high: tuple[Expr, ast.Expr],
    last: CompareOp,
    span: Span,
    scope: Scope,
) -> Expr | None:
    """From `low` to `high`; `last` is `<` where the upper end is left out. Each end comes typed and as written."""
    above = compared(">=", operand, low[0], (words, low[1]), span, scope)
    if above is None and alike(operand, low[0]) is not None:
        return None  # has no order, which the other end needn't say again
    below = compared(last, operand, high[0], (words, high[1]), span, scope)
    if above is None or below is None:
        return None
    if _is_empty(low[0], high[0], last):
        scope.findings.report(
            codes.EMPTY_RANGE,
            f"nothing lies between {wrote(low[1])} and {wrote(high[1])}",
            span,
            help="the lower end comes first",
        )
        return None
    return And((above, below), span)


def has(expr: ast.Has, scope: Scope, read: Read) -> Expr | None:
    """`tags has press`: only a label can stand after `has`."""
    operand = read(expr.operand, None, scope)
    return None if operand is None else has_label(operand, wrote(expr.operand), expr.label, expr.span, scope)


def has_label(operand: Expr, words: str, label: ast.Expr, span: Span, scope: Scope) -> Expr | None:
    """Whether a typed set holds a label."""
    if not isinstance(operand.type, SetOf):
        is_text = isinstance(operand.type, Text)
        instead = "say `contains` for a text" if is_text else "compare it with `=` or `in (…)`"
        scope.findings.report(
            codes.WRONG_TEST, f"{words} is {kind(operand.type)}, and `has` asks of sets", span, help=instead
        )
        return None
    match label:
        case ast.Name(text) | ast.String(text):
            if text in scope.labels(operand.type):
                return Has(operand, text, span)
            want = asked_by(operand, scope)
            assert want is not None
            unknown_label(text, want, label.span, scope)
        case _:
            scope.findings.report(
                codes.WRONG_TEST,
                f"after `has` stands one label, not {wrote(label)}",
                label.span,
                help=f"the labels are {shown(operand.type.labels, ', ')}; for two, say `… has a and … has b`",
            )
    return None


def text_test(expr: ast.TextTest, scope: Scope, read: Read) -> Expr | None:
    """`name starts with "A"`."""
    found: list[Expr] = []
    for part in (expr.operand, expr.text):
        node = read(part, Want(TEXT), scope)
        if node is None:
            continue
        if isinstance(node.type, Text):
            found.append(node)
            continue
        scope.findings.report(
            codes.WRONG_TEST,
            f"{wrote(part)} is {kind(node.type)}, and `{expr.op}` compares texts",
            part.span,
            help="say `has` for a set" if isinstance(node.type, SetOf) else "compare it with `=` or `in (…)`",
        )
    return TextTest(expr.op, found[0], found[1], expr.span) if len(found) == 2 else None


def _end(operand: Expr | None, end: ast.Expr, scope: Scope, read: Read) -> Expr | None:
    if operand is None and is_open(end, scope):
        return None
    return read(end, asked_by(operand, scope), scope)


def _is_empty(low: Expr, high: Expr, last: CompareOp) -> bool:
    match low, high:
        case Constant(first, type_), Constant(second, other) if is_ordered(type_) and same(type_, other):
            return less(second, first, type_) or (last == "<" and not less(first, second, type_))
        case _:
            return False


def _could_be_label(written: ast.Name, beside: Expr, scope: Scope) -> bool:
    return (
        not written.quoted
        and isinstance(beside.type, Scale | Choice)
        and scope.is_name(written.text)
        and written.text in scope.labels(beside.type)
    )


def _no_order(type_: Type, span: Span, scope: Scope) -> None:
    help: str | None
    match type_:
        case Flag():
            help = "compare flags with `=`, or say `if callback` and `if not callback`"
        case SetOf():
            help = "ask of a set with `has`, or compare it with `=`"
        case Text() | Choice():
            help = "compare it with `=`, `!=` or `in (…)`; labels in an order are declared as `low < normal < high`"
        case _:
            help = None
    scope.findings.report(codes.NO_ORDER, f"{kind(type_)} has no order, so nothing is more or less", span, help=help)


def _no_comparison(left: Expr, right: Expr, written: tuple[str, ast.Expr], span: Span, scope: Scope) -> None:
    words, wrote_right = written
    literal_right = isinstance(right, Constant)
    help = way_out(wrote_right, right.type, left.type) if literal_right else None
    help = help or way_out(None, left.type, right.type) or way_out(wrote_right, right.type, left.type)
    scope.findings.report(
        codes.MISMATCH,
        f"{words} is {kind(left.type)}, {wrote(wrote_right)} is {kind(right.type)}: they cannot be compared",
        span,
        help=help,
    )
