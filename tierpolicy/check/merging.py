"""What `merge` says of a field: how its values from several records of one customer become one (ADR 0016).

Only `consolidate` reads it. Here the way is judged by the type, and the date of `merge latest by …` is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from tierpolicy.check.modifiers import Kept, type_words
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model import types
from tierpolicy.model.vocabulary import Field, Merge, MergeKind
from tierpolicy.source import Span
from tierpolicy.syntax import ast

WAYS: tuple[MergeKind, ...] = get_args(MergeKind)
SUMMED = (types.Integer, types.Number, types.Money, types.Duration)

ORDERED = (*SUMMED, types.Percent, types.Date, types.Scale)

FITTING: Mapping[str, tuple[tuple[type, ...], str]] = {
    "sum": (SUMMED, "integers, numbers, money and durations are summed"),
    "max": (ORDERED, "what has no order has no most"),
    "min": (ORDERED, "what has no order has no least"),
    "union": ((types.SetOf,), "only sets are united"),
}
"""The types that a way fits, and why it fits no other; ways that aren't listed fit every type."""


def merge_of(kept: Kept, declaration: ast.Declaration, type_: types.Type, findings: Findings) -> Merge | None:
    """How the field is merged; None where nothing is said of it, or nothing that fits."""
    modifier = kept.get("merge")
    if modifier is None or not isinstance(modifier.value, ast.Word):
        return None
    name, way = declaration.name.text, modifier.value
    if way.text not in WAYS:
        known = ", ".join(f"`{each}`" for each in WAYS)
        help = did_you_mean(way.text, WAYS) or f"the ways are {known}"
        _misfit(f"`merge {way.text}` is no way to merge", way.span, help, findings)
        return None
    kind = way.text
    fits = FITTING.get(kind)
    if fits is not None and not isinstance(type_, fits[0]):
        _misfit(
            f"`merge {kind}` does not fit {type_words(type_)}", modifier.span, f"{fits[1]}; {_instead(type_)}", findings
        )
        return None
    if kind == "latest":
        if modifier.by is None:
            help = "name a date of the customer: `merge latest by last_seen`"
            _misfit(f"nothing says which `{name}` is the latest", modifier.span, help, findings)
            return None
        return Merge(kind, modifier.by.text)
    if modifier.by is not None:
        help = f"write `merge {kind}`; only `merge latest` goes by a date"
        _misfit(f"`merge {kind}` goes by nothing", modifier.by.span, help, findings)
        return None
    return Merge(kind)


def _instead(type_: types.Type) -> str:
    """Ways that fit the type."""
    if isinstance(type_, types.SetOf):
        return "take `merge union`"
    if isinstance(type_, ORDERED):
        return "take `merge max` or `merge latest by …`"
    return "take `merge latest by …` or `merge first`"


def judge_latest(statements: tuple[ast.Statement, ...], fields: Mapping[str, Field], scope: Scope) -> None:
    """Reports each `merge latest by` that names no date of the customer; all fields are declared by now."""
    for statement in statements:
        if isinstance(statement, ast.Block) and statement.kind == "customer":
            for declaration in statement.declarations:
                for modifier in declaration.modifiers:
                    if modifier.kind == "merge" and modifier.by is not None:
                        _judge_date(modifier.by, declaration.name.text, fields, scope)


def _judge_date(by: ast.Word, of: str, fields: Mapping[str, Field], scope: Scope) -> None:
    merged = fields.get(of)
    if merged is None or merged.merge is None or merged.merge.by != by.text or by.text in scope.broken:
        return
    field = fields.get(by.text)
    dates = [each.name for each in fields.values() if isinstance(each.type, types.Date) and not each.of_request]
    if field is None:
        known = f"the customer's dates are {', '.join(f'`{each}`' for each in dates)}"
        help = did_you_mean(by.text, dates) or (known if dates else f"declare it in `customer`: `{by.text} : date`")
        _misfit(f"the customer has no `{by.text}`", by.span, help, scope.findings)
    elif field.of_request or not isinstance(field.type, types.Date):
        what = "a fact about the request" if field.of_request else type_words(field.type)
        related = (Related(field.span, f"`{field.name}` is declared here"),)
        help = "the latest record is told by a date of the customer"
        _misfit(f"`{by.text}` is {what}", by.span, help, scope.findings, related)


def _misfit(message: str, span: Span, help: str, findings: Findings, related: tuple[Related, ...] = ()) -> None:
    findings.report(codes.MERGE_MISFIT, message, span, help=help, related=related)
