"""`stage = trial or loyalty`: a value alone after `or` or `and`, meant to be compared as the one before it was."""

from __future__ import annotations

from tierpolicy.check.expressions_kinds import wrote
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.syntax import ast

NOT_ALONE = ("yes", "no", "none", "true", "false")


def values_alone(expr: ast.And | ast.Or, scope: Scope) -> frozenset[int]:
    """The places of the parts that are values alone; each run of them is reported once, with what was meant."""
    alone: list[int] = []
    run: list[ast.Expr] = []
    before: ast.Expr | None = None
    for index, part in enumerate(expr.parts):
        if before is not None and _is_value(part, scope):
            alone.append(index)
            run.append(part)
            continue
        _report(expr, before, run, scope)
        before, run = (part if _compares(part) else None), []
    _report(expr, before, run, scope)
    return frozenset(alone)


def _compares(part: ast.Expr) -> bool:
    """True for a comparison of a name with one value."""
    match part:
        case ast.Compare("=" | "!=", ast.Name(), value) | ast.Is(ast.Name(), value):
            return _is_literal(value)
        case ast.Has(ast.Name()):
            return True
        case _:
            return False


def _is_value(part: ast.Expr, scope: Scope) -> bool:
    if isinstance(part, ast.Name):
        return not scope.is_name(part.text) and part.text.lower() not in NOT_ALONE
    return _is_literal(part)


def _is_literal(value: object) -> bool:
    return isinstance(value, ast.Name | ast.String | ast.Number | ast.Quantity | ast.DateLiteral)


def _report(expr: ast.And | ast.Or, before: ast.Expr | None, run: list[ast.Expr], scope: Scope) -> None:
    if before is None or not run:
        return
    joined = "and" if isinstance(expr, ast.And) else "or"
    meant = _meant(before, [wrote(value).strip("`") for value in run], joined)
    scope.findings.report(
        codes.NOT_A_CONDITION,
        f"{wrote(run[0])} stands alone after `{joined}`, and a condition belongs there",
        run[0].span.to(run[-1].span),
        help=f"say `{meant}`",
    )


def _meant(before: ast.Expr, values: list[str], joined: str) -> str:
    match before:
        case ast.Has(operand, label):
            whose = wrote(operand).strip("`")
            return f" {joined} ".join(f"{whose} has {each}" for each in (wrote(label).strip("`"), *values))
        case ast.Compare(op, operand, value):
            kind = "in" if op == "=" else "not in"
        case ast.Is(operand, value, negated):
            kind = "not in" if negated else "in"
        case _:
            raise AssertionError("only comparisons stand before a value alone")
    first = value if isinstance(value, str) else wrote(value).strip("`")
    return f"{wrote(operand).strip('`')} {kind} ({', '.join((first, *values))})"
