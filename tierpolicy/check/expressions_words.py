"""From bare words to what they mean: a field, an attribute, a parameter, a define, a label, `yes`, `no` or `none`.

A word that is a name of the policy is that name; where labels are asked for it may be a label; a word that could be
both is a mistake, because either reading would be a guess (language.md §4).
"""

from __future__ import annotations

from itertools import islice
from typing import assert_never

from tierpolicy.check.expressions_kinds import kind
from tierpolicy.check.literals import Want, label_constant, one_label_for_a_set, unknown_label
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Fix
from tierpolicy.model.expressions import AttributeRef, Constant, DefineRef, Expr, FieldRef, ParameterRef
from tierpolicy.model.types import FLAG, Choice, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Attribute, Define, Field, Parameter
from tierpolicy.source import Span
from tierpolicy.syntax import ast

FLAGS = {"yes": True, "no": False}
FOREIGN = {
    "true": "yes",
    "false": "no",
    "null": "is missing",
    "nil": "is missing",
    "undefined": "is missing",
    "nan": "is missing",
    "na": "is missing",
    "missing": "is missing",
    "known": "is known",
    "now": "today",
    "current_date": "today",
}
"""How words from elsewhere are said here."""


def word(name: ast.Name, want: Want | None, scope: Scope) -> Expr | None:
    """What a bare word means at a place that asks for `want`."""
    text = name.text
    is_label = want is not None and isinstance(want.type, Scale | Choice) and text in scope.labels(want.type)
    if scope.is_name(text):
        if is_label and want is not None and not name.quoted:
            name_or_label(text, want, name.span, scope)
            return None
        return reference(text, name.span, scope)
    literal = "" if name.quoted else text.lower()
    if is_label and want is not None:
        if literal == "none" and want.none is not None:
            _none_or_label(name.span, scope)
            return None
        return label_constant(text, want, name.span, scope)
    if literal in FLAGS:
        return Constant(FLAGS[literal], FLAG, name.span)
    if literal == "none":
        return _none(want, name.span, scope)
    if want is not None and text.lower() not in FOREIGN:
        if isinstance(want.type, Scale | Choice):
            unknown_label(text, want, name.span, scope)
            return None
        if isinstance(want.type, SetOf):
            one_label_for_a_set(text, want, name.span, scope)
            return None
    unknown_name(text, name.span, scope, is_text=want is not None and isinstance(want.type, Text))
    return None


def qualified(expr: ast.Qualified, scope: Scope) -> Expr | None:
    """`customer.gold`: surely a name, of that block."""
    text = expr.name.text
    if text in scope.broken:
        return None
    meaning = scope.meaning(text)
    match expr.scope, meaning:
        case ("customer", Field(of_request=False)) | ("request", Field(of_request=True)) | ("service", Attribute()):
            return reference(text, expr.span, scope)
        case _ if meaning is not None:
            scope.findings.report(
                codes.UNKNOWN_NAME,
                f"`{expr.scope}` has no `{text}`",
                expr.span,
                help=f"`{text}` is {_whose(meaning)}: write `{_block(meaning)}{text}`",
            )
            return None
        case _:
            unknown_name(text, expr.span, scope)
            return None


def reference(text: str, span: Span, scope: Scope) -> Expr | None:
    """The typed reference to a name, where the place may read it."""
    meaning = scope.meaning(text)
    node: Expr
    match meaning:
        case None:  # broken: reported where it is declared
            return None
        case Field(name, type_):
            return FieldRef(name, type_, span)
        case Attribute(name, type_):
            node = AttributeRef(name, type_, span)
        case Parameter(name, type_):
            node = ParameterRef(name, type_, span)
        case Define(name, type_):
            node = DefineRef(name, type_, span)
        case _:
            assert_never(meaning)
    return node if _may_be_read(node, text, span, scope) else None


def name_or_label(text: str, want: Want, span: Span, scope: Scope) -> None:
    """Reports a word that is a name of the policy and a label of what it stands beside."""
    meaning = scope.meaning(text)
    whose = f" of `{want.subject}`" if want.subject else ""
    name = f"`{_block(meaning)}{text}`" if _block(meaning) else f"`` `{text}` `` in backticks"
    what = _whose(meaning).split(" ", 1)[1] if meaning is not None else "name"
    scope.findings.report(
        codes.NAME_OR_LABEL,
        f"`{text}` is both a label{whose} and {_whose(meaning)}",
        span,
        help=f'write `"{text}"` for the label, {name} for the {what}',
    )


def unknown_name(text: str, span: Span, scope: Scope, is_text: bool = False) -> None:
    """Reports a word that is nothing in this policy; `is_text` where a text belongs: its quotes may be missing."""
    fix = None
    foreign = FOREIGN.get(text.lower())
    if foreign is not None and scope.findings.met_in_text(span):
        return
    holder = next(islice(scope.holders_of(text), 1), None)
    if foreign == "is missing":
        help: str | None = "what data lacks is asked for with `is missing`, as in `orders is missing`"
    elif foreign == "is known":
        help = "what data has is asked for with `is known`, as in `orders is known`"
    elif foreign is not None:
        help, fix = f"say `{foreign}`", Fix(span, foreign, f"say `{foreign}`")
    elif holder is not None:
        name, type_ = holder
        test = "has" if isinstance(type_, SetOf) else ">=" if isinstance(type_, Scale) else "="
        help = f"`{text}` is a label of `{name}`: say `{name} {test} {text}`"
    else:
        help = scope.findings.did_you_mean(text, tuple(scope.names()))
        help = help or (f'a text stands in quotes: `"{text}"`' if is_text else None)
        help = help or scope.elsewise
    scope.findings.report(codes.UNKNOWN_NAME, f"nothing here is called `{text}`", span, help=help, fix=fix)


def _may_be_read(node: Expr, text: str, span: Span, scope: Scope) -> bool:
    reading = scope.reading
    if reading.attributes and reading.parameters:
        return True
    for read in scope.reads_through(node):
        is_attribute = isinstance(read, AttributeRef)
        allowed = reading.attributes if is_attribute else reading.parameters or isinstance(read, FieldRef)
        if allowed:
            continue
        if isinstance(read, Constant):
            report_threshold(read.share, span, scope, f" through `{text}`")
            return False
        what = "decided attributes" if is_attribute else "parameters"
        through = "" if read.name == text else f" through `{text}`"
        because = f", {reading.reason}" if reading.reason else ""
        assert reading.code is not None
        scope.findings.report(
            reading.code,
            f"{reading.where} reads `{read.name}`{through}",
            span,
            help=f"{reading.where} may not read {what}{because}; write a value, or read fields",
        )
        return False
    return True


def report_threshold(share: str, span: Span, scope: Scope, through: str = "") -> None:
    """Reports `in top 10%` at a place that reads no parameters: who else is a customer moves a threshold as an
    application moves these."""
    reading = scope.reading
    assert reading.code is not None
    scope.findings.report(
        reading.code,
        f"{reading.where} asks who is in the {share}{through}",
        span,
        help=f"{reading.where} may not depend on who else is a customer, {reading.reason}; compare with a value",
    )


def _none(want: Want | None, span: Span, scope: Scope) -> Constant | None:
    if want is not None and want.none is not None:
        return Constant(want.none, want.type, span)
    if want is not None and want.subject:
        message = f"`{want.subject}` is never `none`"
    elif want is not None:
        message = f"`none` stands where {kind(want.type)} belongs that is never `none`"
    else:
        message = "nothing says what is `none` here"
    scope.findings.report(
        codes.NONE_NOT_OFFERED,
        message,
        span,
        help="`none` is a value of attributes that say `or none`; what data lacks is asked for with `is missing`",
    )
    return None


def _none_or_label(span: Span, scope: Scope) -> None:
    scope.findings.report(
        codes.NAME_OR_LABEL,
        "`none` is a label here, and also what `or none` adds",
        span,
        help='write `"none"` in quotes for the label; another label is clearer',
    )
    return None


def _whose(meaning: Field | Attribute | Parameter | Define | None) -> str:
    match meaning:
        case Field(of_request=True):
            return "a request field"
        case Field():
            return "a field"
        case Attribute():
            return "a service attribute"
        case Parameter():
            return "a parameter"
        case Define():
            return "a define"
        case None:
            return "a name"
        case _:
            assert_never(meaning)


def _block(meaning: Field | Attribute | Parameter | Define | None) -> str:
    match meaning:
        case Field(of_request=True):
            return "request."
        case Field():
            return "customer."
        case Attribute():
            return "service."
        case _:
            return ""
