"""Expression trees → `ast.Expr`.

Recursion follows depth, which `parse` has bounded before; what is wide (`or`, `in`, `+`) is flat in the tree and read
in a loop. Operators that authors bring from elsewhere are in the tree as written, and are reported here with their fix.
"""

from __future__ import annotations

from typing import Literal, cast

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Fix
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_meant import duration_meant
from tierpolicy.syntax.from_tree_words import date_node, label_text, name_text, number, word
from tierpolicy.syntax.reading import Reading, branches, tokens
from tierpolicy.syntax.tree import Branch, Token

_COMPARISONS: dict[str, ast.CompareOp] = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_UNITS: dict[str, ast.Unit] = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}
_LITERALS_FROM_ELSEWHERE = {"true": "yes", "false": "no"}
_NOTHING_FROM_ELSEWHERE = ("null", "nil", "undefined")


def expression(tree: Branch, reading: Reading) -> ast.Expr:
    """The expression of a tree."""
    match tree.data:
        case "expression" | "parenthesis" | "what":
            return expression(branches(tree)[0], reading)
        case "or":
            plain_words(tree, "OR", "or", reading)
            return ast.Or(expressions(tree, reading), reading.span(tree))
        case "and":
            plain_words(tree, "AND", "and", reading)
            return ast.And(expressions(tree, reading), reading.span(tree))
        case "not":
            plain_words(tree, "NOT", "not", reading)
            return ast.Not(expression(branches(tree)[0], reading), reading.span(tree))
        case "arithmetic":
            return _arithmetic(tree, reading)
        case "negative":
            return ast.Negative(expression(branches(tree)[0], reading), reading.span(tree))
        case "number" | "quantity" | "string" | "date" | "today" | "bare_word" | "qualified":
            return _leaf(tree, reading)
        case "set_literal":
            return ast.SetLiteral(_labels(tree, reading), reading.span(tree))
        case "call":
            function, *arguments = branches(tree)
            return ast.Call(
                word(function, reading), tuple(expression(a, reading) for a in arguments), reading.span(tree)
            )
        case _:
            return _comparison(tree, reading)


def expressions(tree: Branch, reading: Reading) -> tuple[ast.Expr, ...]:
    """The expressions that are a tree's children."""
    return tuple(expression(part, reading) for part in branches(tree))


def comparator(tree: Branch, reading: Reading) -> ast.CompareOp:
    """The operator of a `comparator` tree."""
    token = cast(Token, tree.children[0])
    op = _COMPARISONS[token.type]
    if token != op:
        _not_here(token, op, reading)
    return op


def share_side(tree: Branch) -> ast.Side:
    """`top` or `bottom`, of a tree with one of the two."""
    return "top" if any(token.type == "TOP" for token in tokens(tree)) else "bottom"


def plain_words(tree: Branch, terminal: str, here: str, reading: Reading) -> None:
    """Reports each token of a kind that isn't the word used here (`&&` for `and`)."""
    for token in tokens(tree):
        if token.type == terminal and token.lower() != here:
            _not_here(token, here, reading)


def unit(token: Token) -> ast.Unit:
    """The unit of a `UNIT` or `PERCENT` token: `min`, `minutes`, `h`, `%`."""
    if token.type == "PERCENT":
        return "percent"
    text = token.lower()
    return "month" if text.startswith("mo") else _UNITS[text[0]]


def _not_here(token: Token, here: str, reading: Reading) -> None:
    span = reading.span(token)
    padded = here if not here.isalpha() else f"{here} " if token in ("!", "&", "|") else here
    reading.report(
        syntax.FROM_ELSEWHERE,
        f"`{token}` is written `{here}` here",
        span,
        f"write `{here}`",
        Fix(span, padded, f"write `{here}`"),
    )


def _comparison(tree: Branch, reading: Reading) -> ast.Expr:
    span = reading.span(tree)
    left, *others = branches(tree)
    operand = expression(left, reading)
    match tree.data:
        case "compare":
            return ast.Compare(comparator(others[0], reading), operand, expression(others[1], reading), span)
        case "in" | "not_in":
            plain_words(tree, "NOT", "not", reading)
            return ast.In(operand, expressions(others[0], reading), tree.data == "not_in", span)
        case "in_share" | "not_in_share":
            plain_words(tree, "NOT", "not", reading)
            return ast.InShare(
                operand, share_side(tree), expression(others[0], reading), tree.data == "not_in_share", span
            )
        case "between":
            plain_words(tree, "AND", "and", reading)
            return ast.Between(operand, expression(others[0], reading), expression(others[1], reading), span)
        case "is" | "is_not":
            plain_words(tree, "NOT", "not", reading)
            return ast.Is(operand, _what(others[0], reading), tree.data == "is_not", span)
        case "has":
            return ast.Has(operand, expression(others[0], reading), span)
        case "starts_with" | "ends_with" | "contains":
            op = cast(ast.TextOp, tree.data.replace("_", " "))
            return ast.TextTest(op, operand, expression(others[0], reading), span)
    raise AssertionError(f"the grammar has a rule that no reader knows: {tree.data}")


def _what(tree: Branch, reading: Reading) -> ast.Expr | Literal["missing", "known"]:
    match tree.data:
        case "missing":
            return "missing"
        case "known":
            return "known"
    inner = branches(tree)[0]
    if inner.data == "bare_word":
        name = str(cast(Branch, inner.children[0]).children[0])
        if name.lower() in (*_NOTHING_FROM_ELSEWHERE, "empty", "unknown", "nan"):
            span = reading.span(inner)
            reading.report(
                syntax.FROM_ELSEWHERE,
                f"`is {name}` is written `is missing` here",
                span,
                "write `is missing`; for the opposite, `is known`",
                Fix(span, "missing", "write `missing`"),
            )
            return "missing"
    return expression(inner, reading)


def _leaf(tree: Branch, reading: Reading) -> ast.Expr:
    if tree.data == "number":
        return number(cast(Token, tree.children[0]), reading)
    if tree.data == "bare_word":
        return _bare_word(tree, reading)
    span = reading.span(tree)
    match tree.data:
        case "quantity":
            amount, measure = cast("list[Token]", tree.children)
            return ast.Quantity(number(amount, reading), unit(measure), span)
        case "string":
            return label_text(tree, reading)
        case "date":
            return date_node(tree, reading)
        case "today":
            return ast.Today(span)
        case "qualified":
            scope = cast(Literal["customer", "request", "service"], str(tree.children[0]).lower())
            return ast.Qualified(scope, word(branches(tree)[0], reading), span)
    raise AssertionError(f"the grammar has a leaf that no reader knows: {tree.data}")


def _bare_word(tree: Branch, reading: Reading) -> ast.Name:
    text, quoted = name_text(branches(tree)[0], reading)
    span = reading.span(tree)
    here = _LITERALS_FROM_ELSEWHERE.get(text.lower())
    if quoted:
        return ast.Name(text, True, span)
    if here is not None:
        reading.report(
            syntax.FROM_ELSEWHERE,
            f"`{text}` is written `{here}` here",
            span,
            f'write `{here}`; if you mean a label, put it in quotes: "{text}"',
            Fix(span, here, f"write `{here}`"),
        )
        return ast.Name(here, False, span)
    if text.lower() in _NOTHING_FROM_ELSEWHERE:
        reading.report(
            syntax.FROM_ELSEWHERE,
            f"there is no `{text}`",
            span,
            "a value that isn't there is tested by `is missing`; a service that isn't offered is `none`",
        )
    return ast.Name(text, False, span)


def _labels(tree: Branch, reading: Reading) -> tuple[ast.Name | ast.String, ...]:
    return tuple(
        _bare_word(item, reading) if item.data == "bare_word" else label_text(item, reading) for item in branches(tree)
    )


def _arithmetic(tree: Branch, reading: Reading) -> ast.Expr:
    """`a - b + c` is `(a - b) + c`."""
    first, *rest = tree.children
    assert isinstance(first, Branch)
    result: ast.Expr = expression(first, reading)
    start = reading.span(first)
    for sign, operand in zip(rest[::2], rest[1::2], strict=True):
        assert isinstance(sign, Token)
        assert isinstance(operand, Branch)
        span = Span(start.path, start.start, max(start.end, reading.span(operand).end))
        right = expression(operand, reading)
        meant = duration_meant(result, right, span, reading) if sign == "/" else None
        result = meant or ast.Arithmetic(cast(ast.ArithmeticOp, str(sign)), result, right, span)
    return result
