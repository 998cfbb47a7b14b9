"""From `lifetime_value in top 10%` to a comparison with the threshold that was measured for it (ADR 0016).

Past this module `in top` is `>=` and `in bottom` is `<=`, with a constant: what decides, proves and compiles needs no
customer base. The constant keeps the share for people.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from tierpolicy.check.expressions_kinds import kind, same, wrote
from tierpolicy.check.expressions_sides import Read
from tierpolicy.check.expressions_words import report_threshold
from tierpolicy.check.literals import Want
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import calibration as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import Compare, Constant, Expr, FieldRef, Not
from tierpolicy.model.policy import Threshold
from tierpolicy.model.types import PERCENT, Date, Duration, Integer, Money, Number, Percent
from tierpolicy.model.values import MISSING, Known, Value, outside
from tierpolicy.model.vocabulary import Field
from tierpolicy.source import Span, source_from_text
from tierpolicy.syntax import ast
from tierpolicy.syntax.calibration import ENDING, Measured, share_text
from tierpolicy.syntax.parse import parse_expression
from tierpolicy.syntax.reading import shortened

COUNTED = (Integer, Number, Percent, Money, Duration, Date)
"""The types whose values a customer base can be put in order by."""

MOST_NAMED = 4
MOST = 10_000
"""100% in hundredths of a percent."""


def in_share(expr: ast.InShare, scope: Scope, read: Read) -> Expr | None:
    """`x in top 10%`, with `not` before `in` or not."""
    operand = read(expr.operand, None, scope)
    if operand is None:
        return None
    found = measured_condition(operand, wrote(expr.operand), (expr.side, expr.share), expr.span, scope, read)
    return Not(found, expr.span) if found is not None and expr.negated else found


def measured_condition(
    operand: Expr, words: str, asked: tuple[ast.Side, ast.Expr], span: Span, scope: Scope, read: Read
) -> Expr | None:
    """Whether a field's value is on this side of the threshold of a share. `words` name the operand in messages."""
    side, written = asked
    share = _share_of(side, written, scope, read)
    field = _measurable(operand, words, side, span, scope)
    if share is None or field is None:
        return None
    if not scope.reading.parameters:
        report_threshold(share_text(side, share), span, scope)
        return None
    value = _threshold(field, side, share, span, scope, read)
    if value is None:
        return None
    # A value that is MISSING is only met where a policy is read to be calibrated, and nothing decides with that.
    constant = Constant(cast(Known, value), field.type, written.span, share_text(side, share))
    return Compare(">=" if side == "top" else "<=", operand, constant, span)


def _share_of(side: ast.Side, written: ast.Expr, scope: Scope, read: Read) -> int | None:
    """The share in hundredths of a percent."""
    if not isinstance(written, ast.Number | ast.Quantity | ast.Negative):
        _no_share(side, f"{wrote(written)} stands where a share must be written out", written.span, scope)
        return None
    if isinstance(written, ast.Number):
        _no_share(side, f"`{written.text}` is no share: a percentage belongs here", written.span, scope)
        return None
    before = len(scope.findings.diagnostics)
    found = read(written, Want(PERCENT), scope)
    if len(scope.findings.diagnostics) > before:
        return None
    if not isinstance(found, Constant) or found.type != PERCENT:
        _no_share(side, f"{wrote(written)} is no percentage", written.span, scope)
        return None
    if not 0 < cast(int, found.value) < MOST:
        _no_share(side, "a share of the customers lies above 0% and below 100%", written.span, scope)
        return None
    return cast(int, found.value)


def _no_share(side: ast.Side, message: str, span: Span, scope: Scope) -> None:
    scope.findings.report(codes.NOT_A_SHARE, message, span, help=f"write a percentage, as in `in {side} 10%`")


def _measurable(operand: Expr, words: str, side: ast.Side, span: Span, scope: Scope) -> Field | None:
    """The customer's field that stands before `in top`; anything else is reported."""
    if not isinstance(operand, FieldRef):
        _not_measurable(f"{words} is no fact about the customer", side, span, scope)
        return None
    field = scope.fields[operand.name]
    if field.of_request:
        _not_measurable(f"`{field.name}` is a fact about the request", side, span, scope, field)
        return None
    if not field.declared:
        _not_measurable(f"`{field.name}` comes with the tiers", side, span, scope)
        return None
    if not isinstance(field.type, COUNTED):
        message = f"`{field.name}` is {kind(field.type)}, and shares are measured of what can be counted"
        _not_measurable(message, side, span, scope, field)
        return None
    return field


def _not_measurable(message: str, side: ast.Side, span: Span, scope: Scope, field: Field | None = None) -> None:
    related = (Related(field.span, f"`{field.name}` is declared here"),) if field is not None else ()
    help = f"`in {side}` asks of a number, amount, duration or date that is declared in `customer`"
    scope.findings.report(codes.NOT_MEASURABLE, message, span, help=help, related=related)


# ---------------------------------------------------------------- what was measured


def _threshold(field: Field, side: ast.Side, share: int, span: Span, scope: Scope, read: Read) -> Value | None:
    """The value that was measured; None where there is none, which is reported once for each threshold."""
    key, thresholds = (field.name, side, share), scope.thresholds
    known = thresholds.asked.get(key)
    if known is not None:
        return known.value
    if key in thresholds.lacking:
        return None
    measured = thresholds.measured.get(key)
    value: Value | None = None
    if measured is not None:
        aside = Findings() if thresholds.to_calibrate else scope.findings
        value = _value_of(measured, field, aside, scope, read)
    elif not thresholds.to_calibrate and not thresholds.calibration.diagnostics:
        _report_lacking(field, side, share, span, scope)
    if value is None and not thresholds.to_calibrate:
        thresholds.lacking.add(key)
        return None
    value = MISSING if value is None else value
    thresholds.asked[key] = _asked(field.name, side, share, value, span, measured)
    return value


def _asked(field: str, side: ast.Side, share: int, value: Value, span: Span, measured: Measured | None) -> Threshold:
    if measured is None:
        return Threshold(field, side, share, value, span)
    return Threshold(
        field,
        side,
        share,
        value,
        span,
        measured.span,
        measured.as_of,
        measured.customers,
        measured.known,
        measured.data,
        measured.digest,
    )


def _report_lacking(field: Field, side: ast.Side, hundredths: int, span: Span, scope: Scope) -> None:
    thresholds, share = scope.thresholds, share_text(side, hundredths)
    if not thresholds.calibration.path:
        message = f"the policy doesn't ask for the {share} of `{field.name}`, so what that takes was never measured"
        known = [f"`{each.field} in {share_text(each.side, each.share)}`" for each in thresholds.asked.values()]
        asked = f"it asks for {', '.join(known[:MOST_NAMED])}" if known else f"compare `{field.name}` with a value"
        scope.findings.report(codes.NOT_CALIBRATED, message, span, help=asked)
        return
    if thresholds.calibration.there:
        message = f"`{thresholds.file}` doesn't say what it takes to be in the {share} of `{field.name}`"
    else:
        message = f"what it takes to be in the {share} of `{field.name}` was never measured"
    command = f"tierpolicy calibrate {thresholds.policy} customers.parquet"
    help = f"run `{command}`, with the customers that it is to be measured on"
    other = thresholds.calibration.other
    if other is not None and any((m.field, m.side, m.share) == (field.name, side, hundredths) for m in other.measured):
        of = other.path.removesuffix(ENDING) + ".tier"
        help += f"; or, for the thresholds of `{of}`, copy `{other.path}` to `{thresholds.file}`"
    scope.findings.report(codes.NOT_CALIBRATED, message, span, help=help)


def _value_of(measured: Measured, field: Field, findings: Findings, scope: Scope, read: Read) -> Known | None:
    """The value of a threshold as its field has it; None where the field can't have it, which is reported."""
    written, mistakes = parse_expression(source_from_text(measured.span.path, measured.value))
    value: Known | None = None
    if not mistakes and isinstance(written, ast.Number | ast.Quantity | ast.DateLiteral | ast.Negative):
        aside = Findings()
        found = read(written, Want(field.type), replace(scope.without_names(), findings=aside))
        number = isinstance(field.type, Number) and isinstance(found, Constant) and isinstance(found.type, Integer)
        if isinstance(found, Constant) and not aside.diagnostics and (number or same(found.type, field.type)):
            value = float(cast(int, found.value)) if number else found.value
    shown = shortened(measured.value)
    if value is None:
        message = f"`{field.name}` is {kind(field.type)}, and `{shown}` is none"
    elif outside(value, field.low, field.high):
        message = f"`{shown}` is outside the bounds that are declared for `{field.name}`"
    else:
        return value
    findings.report(
        codes.THRESHOLD_MISFIT,
        message,
        measured.value_span,
        help="run `tierpolicy calibrate` again: the field was declared in another way when this was measured",
        related=(Related(field.span, f"`{field.name}` is declared here"),),
    )
    return None
