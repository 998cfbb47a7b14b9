"""What authors get wrong in a condition or a value: comparisons, connectives, literals, and parts that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.calibration import share_text
from tierpolicy.testing.mutation.edits import Change, Kind, Page
from tierpolicy.testing.mutation.literals import date_changes, label_changes, number_changes, quantity_changes

OTHER_OPERATOR: Mapping[str, str] = {">": ">=", ">=": ">", "<": "<=", "<=": "<", "=": "!=", "!=": "="}
OTHER_SIGN: Mapping[str, str] = {"+": "-", "-": "+", "*": "/", "/": "*"}
OTHER_FUNCTION: Mapping[str, str] = {"min": "max", "max": "min"}
CONNECTIVE = r"\b(?:and|or)\b"
OPERATOR = r"!=|<=|>=|[=<>]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its text, the policy with the types of all names, and what a changed literal is."""

    page: Page
    policy: Policy
    literal: Kind = "threshold"

    def type_of(self, node: ast.Expr) -> Type | None:
        """The type of a plain name; None for what isn't one."""
        match node:
            case ast.Name(text=name) | ast.Qualified(name=ast.Word(text=name)):
                pass
            case _:
                return None
        for named in (self.policy.fields, self.policy.attributes, self.policy.parameters, self.policy.defines):
            if name in named:
                found: Type = named[name].type
                return found
        return None


def expression_changes(node: ast.Expr, place: Place, wanted: Type | None = None) -> Iterator[Change]:
    """Every change inside an expression; `wanted` is the type that its labels are of, where a value is given."""
    page = place.page
    match node:
        case ast.Number():
            yield from number_changes(page, node, place.literal)
        case ast.Quantity():
            yield from quantity_changes(page, node, place.literal)
        case ast.DateLiteral():
            yield from date_changes(page, node, "date")
        case ast.Name() | ast.String():
            yield from _label(node, place, wanted)
        case ast.Today() | ast.Qualified():
            pass
        case ast.SetLiteral(items):
            for at in range(len(items)):
                yield _less_item(node, items, at, place)
        case ast.Call(function, arguments):
            if function.text in OTHER_FUNCTION:
                yield page.instead("calculation", function.span, OTHER_FUNCTION[function.text])
            for argument in arguments:
                yield from expression_changes(argument, place, wanted)
        case ast.Negative(operand):
            yield from expression_changes(operand, place, wanted)
        case ast.Arithmetic(op, left, right):
            yield from _between(left, right, rf"\{op}", OTHER_SIGN[op], "calculation", page)
            yield from expression_changes(left, place, wanted)
            yield from expression_changes(right, place, wanted)
        case ast.Compare():
            yield from _compare(node, place)
        case ast.In():
            yield from _in(node, place)
        case ast.InShare():
            yield from _in_share(node, place)
        case ast.Between(operand, low, high):
            for part in (operand, low, high):
                yield from expression_changes(part, place, place.type_of(operand))
        case ast.Is():
            yield from _is(node, place)
        case ast.Has(operand, label):
            if isinstance(label, ast.Name | ast.String):
                yield from _label(label, place, place.type_of(operand))
        case ast.TextTest(_, operand, text):
            yield from expression_changes(operand, place)
            yield from expression_changes(text, place)
        case ast.Not(operand):
            yield page.without("not", node.span.start, _start_after_not(node, page), "`not`")
            yield from expression_changes(operand, place)
        case ast.And(parts) | ast.Or(parts):
            yield from _connected(node, parts, place)
        case _:
            assert_never(node)


def _compare(node: ast.Compare, place: Place) -> Iterator[Change]:
    yield from _between(node.left, node.right, OPERATOR, OTHER_OPERATOR[node.op], "comparison", place.page)
    yield from expression_changes(node.left, place, place.type_of(node.right))
    yield from expression_changes(node.right, place, place.type_of(node.left))


def _in(node: ast.In, place: Place) -> Iterator[Change]:
    type_ = place.type_of(node.operand)
    word = place.page.found(r"\bnot\s+in\b|\bin\b", node.operand.span.end, node.options[0].span.start)
    if word is not None:
        yield place.page.instead("comparison", word, "in" if node.negated else "not in")
    yield from expression_changes(node.operand, place)
    for at, option in enumerate(node.options):
        yield from expression_changes(option, place, type_)
        if len(node.options) > 1:
            yield _less(node.options, at, "label", place.page)


def _in_share(node: ast.InShare, place: Place) -> Iterator[Change]:
    word = place.page.found(r"\bnot\s+in\b|\bin\b", node.operand.span.end, node.share.span.start)
    if word is not None:
        yield place.page.instead("comparison", word, "in" if node.negated else "not in")
    name = node.operand
    if isinstance(name, ast.Name | ast.Qualified):
        field = name.text if isinstance(name, ast.Name) else name.name.text
        yield from share_changes(field, node.side, node.share, node.operand.span.end, place)


def share_changes(field: str, side: ast.Side, share: ast.Expr, after: int, place: Place) -> Iterator[Change]:
    """The other shares of a field that were measured, so that the changed policy can still decide."""
    word = place.page.found(rf"\b{side}\b", after, share.span.start)
    for other in place.policy.thresholds:
        said = share_text(other.side, other.share)
        if word is not None and other.field == field and said != place.page.text(word.to(share.span)).lower():
            yield place.page.instead("threshold", word.to(share.span), said)


def _is(node: ast.Is, place: Place) -> Iterator[Change]:
    page, words = place.page, node.operand.span.end
    if isinstance(node.what, str):
        word = page.found(rf"\b{node.what}\b", words, node.span.end)
        if word is not None:
            yield page.instead("comparison", word, "missing" if node.what == "known" else "known")
        return
    word = page.found(r"\bis\s+not\b|\bis\b", words, node.what.span.start)
    if word is not None:
        yield page.instead("comparison", word, "is" if node.negated else "is not")
    yield from expression_changes(node.what, place, place.type_of(node.operand))


def _connected(node: ast.And | ast.Or, parts: tuple[ast.Expr, ...], place: Place) -> Iterator[Change]:
    """Each connective turned into the other, each part left out, and what is wrong inside the parts."""
    page, other = place.page, "or" if isinstance(node, ast.And) else "and"
    words = [page.found(CONNECTIVE, one.span.end, following.span.start) for one, following in pairwise(parts)]
    if all(words):
        found = [word for word in words if word is not None]
        yield from (page.instead("and, or", word, other) for word in found)
        starts = [node.span.start, *(_after_blanks(word.end, page) for word in found)]
        ends = [*(_before_blanks(word.start, page) for word in found), node.span.end]
        for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
            what = page.quoted(Span(page.source.path, start, end))
            cut = (start, starts[at + 1]) if at == 0 else (ends[at - 1], end)
            yield page.without("condition", *cut, what)
    for part in parts:
        yield from expression_changes(part, place)


def _label(node: ast.Name | ast.String, place: Place, type_: Type | None) -> Iterator[Change]:
    """A label, where the word is one: `yes` and `no` turn into one another."""
    if isinstance(node, ast.Name) and (node.quoted or place.type_of(node) is not None):
        return
    if isinstance(node, ast.Name) and node.text.lower() in ("yes", "no"):
        yield place.page.instead("label", node.span, "no" if node.text.lower() == "yes" else "yes")
    elif type_ is not None:
        yield from label_changes(place.page, node, type_, place.policy, "label")


# ---------------------------------------------------------------- what stands between


def _between(left: ast.Expr, right: ast.Expr, sign: str, new: str, kind: Kind, page: Page) -> Iterator[Change]:
    word = page.found(sign, left.span.end, right.span.start)
    if word is not None:
        yield page.instead(kind, word, new)


def less_of(spans: tuple[Span, ...], at: int, kind: Kind, page: Page, *, first: int | None = None) -> Change:
    """One of several left out, with the comma beside it."""
    cut = (spans[0].start, spans[1].start) if at == 0 else (spans[at - 1].end, spans[at].end)
    if first is not None and at == 0:
        cut = (first, cut[1])
    return page.without(kind, *cut, page.quoted(spans[at]))


def _less(nodes: tuple[ast.Expr, ...], at: int, kind: Kind, page: Page) -> Change:
    return less_of(tuple(node.span for node in nodes), at, kind, page)


def _less_item(node: ast.SetLiteral, items: tuple[ast.Name | ast.String, ...], at: int, place: Place) -> Change:
    if len(items) > 1:
        return _less(items, at, place.literal, place.page)
    return place.page.without(place.literal, items[0].span.start, items[0].span.end, place.page.quoted(items[0].span))


def _start_after_not(node: ast.Not, page: Page) -> int:
    """Where what is denied begins, its brackets included."""
    sign = page.found(r"\bnot\b", node.span.start, node.span.end)
    return _after_blanks(sign.end, page) if sign is not None else node.operand.span.start


def _after_blanks(at: int, page: Page) -> int:
    bones = page.bones
    while at < len(bones) and bones[at].isspace():
        at += 1
    return at


def _before_blanks(at: int, page: Page) -> int:
    bones = page.bones
    while at > 0 and bones[at - 1].isspace():
        at -= 1
    return at
