"""Trees of statements → `ast.Statement` (tables, matrices and blocks are put together elsewhere)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_declarations import labels, parameter, reasons, said_twice
from tierpolicy.syntax.from_tree_expressions import expression, plain_words
from tierpolicy.syntax.from_tree_heads import PIECES, colon, head, piece
from tierpolicy.syntax.from_tree_properties import claim
from tierpolicy.syntax.from_tree_words import date_node, text_node, word
from tierpolicy.syntax.reading import Reading, branch, branches
from tierpolicy.syntax.tree import Branch

_CLAUSE_OPS: dict[str, ast.ClauseOp] = {
    "gives": "=",
    "at_least": "at least",
    "at_most": "at most",
    "includes": "includes",
    "within": "within",
    "without": "without",
}


def statement(tree: Branch, reading: Reading) -> ast.Statement:
    """The statement of a tree."""
    read = _READERS.get(tree.data)
    if read is None:
        raise AssertionError(f"the grammar has a statement that no reader knows: {tree.data}")
    return read(tree, reading)


def _policy(tree: Branch, reading: Reading) -> ast.PolicyHead:
    name, *pieces = branches(tree)
    found: dict[str, Branch] = {}
    for part in pieces:
        if part.data in found:
            said_twice(PIECES[part.data], part, reading.span(found[part.data]), reading)
        else:
            found[part.data] = part
    dates = [date_node(part, reading) for part in branches(found["effective"])] if "effective" in found else []
    return ast.PolicyHead(
        text_node(name, reading),
        piece(found.get("version"), text_node, reading),
        dates[0] if dates else None,
        dates[1] if len(dates) > 1 else None,
        piece(found.get("currency"), word, reading),
        reading.span(tree),
    )


def _organization(tree: Branch, reading: Reading) -> ast.Organization:
    return ast.Organization(word(branches(tree)[0], reading), reading.span(tree))


def _use(tree: Branch, reading: Reading) -> ast.Use:
    path = branch(tree, "string")
    return ast.Use(text_node(path, reading) if path is not None else None, reading.span(tree))


def _define(tree: Branch, reading: Reading) -> ast.Define:
    name, value, *_ = branches(tree)
    _equals(tree, reading)
    because, source = reasons(tree, reading)
    return ast.Define(word(name, reading), expression(value, reading), reading.span(tree), because, source)


def _effect(tree: Branch, reading: Reading) -> ast.Effect:
    kind, name, *rest = branches(tree)
    front = head(tree, reading)
    pieces = [part for part in rest if part.data in ("title", "overrides", "start", "end")]
    colon(tree, reading.span(pieces[-1] if pieces else name), "the head", reading)
    body = next(part for part in rest if part.data == "body")
    condition, given = _body(branches(body)[0], reading)
    because, source = reasons(tree, reading)
    if front.overrides and (what := str(kind.children[0]).lower()) != "rule":
        at = reading.span(next(part for part in pieces if part.data == "overrides"))
        reading.report(syntax.UNEXPECTED, f"a {what} overrides nothing", at, _OVERRIDES_NOTHING[what])
    return ast.Effect(
        cast(Literal["rule", "limit", "baseline"], str(kind.children[0]).lower()),
        word(name, reading),
        front.title,
        given,
        condition,
        front.overrides,
        front.period,
        because,
        source,
        reading.span(tree),
    )


_OVERRIDES_NOTHING = {
    "limit": "a limit lowers whatever the rules give: remove `overrides`",
    "baseline": "a baseline raises whatever the rules and limits leave: remove `overrides`",
}


def _bare(tree: Branch, reading: Reading) -> ast.Effect:
    condition, given = _body(branches(tree)[0], reading)
    because, source = reasons(tree, reading)
    return ast.Effect("rule", None, None, given, condition, because=because, source=source, span=reading.span(tree))


def _body(tree: Branch, reading: Reading) -> tuple[ast.Expr | None, tuple[ast.Clause, ...]]:
    if tree.data == "clauses":
        return None, clauses(tree, reading)
    plain_words(tree, "IF", "if", reading)
    condition, given = branches(tree)
    return expression(condition, reading), clauses(given, reading)


def clauses(tree: Branch, reading: Reading) -> tuple[ast.Clause, ...]:
    """The clauses of a rule, limit, baseline or tier."""
    plain_words(tree, "AND", "and", reading)
    return tuple(_clause(part, reading) for part in branches(tree))


def _clause(tree: Branch, reading: Reading) -> ast.Clause:
    attribute, value = branches(tree)
    _equals(tree, reading)
    return ast.Clause(word(attribute, reading), _CLAUSE_OPS[tree.data], expression(value, reading), reading.span(tree))


def _equals(tree: Branch, reading: Reading) -> None:
    plain_words(tree, "EQ", "=", reading)
    plain_words(tree, "ASSIGN", "=", reading)


def _tiers(tree: Branch, reading: Reading) -> ast.Tiers:
    because, source = reasons(tree, reading)
    return ast.Tiers(labels(tree, reading), reading.span(tree), because, source)


def _tier(tree: Branch, reading: Reading) -> ast.Tier:
    plain_words(tree, "IF", "if", reading)
    label, title, condition = (branch(tree, kind) for kind in ("label", "string", "expression"))
    keep, then = branch(tree, "keep"), branch(tree, "then")
    assert label is not None
    assert condition is not None
    because, source = reasons(tree, reading)
    return ast.Tier(
        word(label, reading),
        expression(condition, reading),
        expression(branches(keep)[0], reading) if keep is not None else None,
        clauses(branches(then)[0], reading) if then is not None else (),
        text_node(title, reading) if title is not None else None,
        because,
        source,
        reading.span(tree),
    )


def _property(tree: Branch, reading: Reading) -> ast.Property:
    where = branch(tree, "where")
    name, *rest = branches(tree)
    colon(tree, reading.span(where if where is not None else name), "the name", reading)
    said = next(part for part in rest if part.data not in ("where", "colon", "because", "source"))
    because, source = reasons(tree, reading)
    return ast.Property(
        word(name, reading),
        claim(said, reading),
        expression(branches(where)[0], reading) if where is not None else None,
        because,
        source,
        reading.span(tree),
    )


def _assume(tree: Branch, reading: Reading) -> ast.Assume:
    because, source = reasons(tree, reading)
    return ast.Assume(expression(branches(tree)[0], reading), because, source, reading.span(tree))


def _reminder(tree: Branch, reading: Reading) -> ast.Reminder:
    title, *rest = [part for part in branches(tree) if part.data not in ("because", "source")]
    extra = branch(tree, "colon")
    if extra is not None:
        help = 'write `reminder "…" within 10% of tier`'
        reading.report(syntax.UNEXPECTED, "no colon belongs after the words of a reminder", reading.span(extra), help)
    share, attribute, *condition = [part for part in rest if part.data != "colon"]
    because, source = reasons(tree, reading)
    return ast.Reminder(
        text_node(title, reading),
        expression(share, reading),
        word(attribute, reading),
        expression(condition[0], reading) if condition else None,
        because,
        source,
        reading.span(tree),
    )


def _cost(tree: Branch, reading: Reading) -> ast.Cost:
    name, *rest = branches(tree)
    front = head(tree, reading)
    pieces = [part for part in rest if part.data in ("start", "end")]
    colon(tree, reading.span(pieces[-1] if pieces else name), "the name", reading)
    body = next(part for part in rest if part.data == "cost_body")
    plain_words(body, "IF", "if", reading)
    *condition, value = branches(body)
    because, source = reasons(tree, reading)
    return ast.Cost(
        text_node(name, reading),
        expression(value, reading),
        expression(condition[0], reading) if condition else None,
        front.period,
        because,
        source,
        reading.span(tree),
    )


def _example(tree: Branch, reading: Reading) -> ast.Example:
    name, *rest = branches(tree)
    colon(tree, reading.span(name), "the name", reading)
    given: list[ast.Given] = []
    expects: list[ast.Expr] = []
    days: list[Branch] = []
    for part in rest:
        match part.data:
            case "givens":
                plain_words(part, "AND", "and", reading)
                given += [_given(each, reading) for each in branches(part)]
            case "expects":
                for each in branches(part):
                    condition = expression(each, reading)
                    bracketed = branches(each)[0].data == "parenthesis"
                    expects += condition.parts if isinstance(condition, ast.And) and not bracketed else [condition]
            case "as_of":
                if days:
                    said_twice("`as of`", part, reading.span(days[0]), reading)
                days.append(part)
    because, source = reasons(tree, reading)
    as_of = date_node(branches(days[0])[0], reading) if days else None
    if not expects:
        help = "say what must come out: `expect priority = high`"
        reading.report(syntax.UNEXPECTED, "this example expects nothing", reading.span(name), help)
    return ast.Example(
        text_node(name, reading), tuple(given), tuple(expects), as_of, because, source, reading.span(tree)
    )


def _given(tree: Branch, reading: Reading) -> ast.Given:
    field, *value = branches(tree)
    _equals(tree, reading)
    found = expression(value[0], reading) if value else None
    return ast.Given(word(field, reading), found, reading.span(tree))


def _allow(tree: Branch, reading: Reading) -> ast.Allow:
    codes = tuple(word(part, reading) for part in branches(tree) if part.data == "name")
    because, source = reasons(tree, reading)
    if source is not None:
        help = "what is accepted is said by `because` alone"
        reading.report(syntax.UNEXPECTED, "`allow` takes no `source`", source.span, help)
    return ast.Allow(codes, because, reading.span(tree))


_READERS: dict[str, Callable[[Branch, Reading], ast.Statement]] = {
    "policy_head": _policy,
    "organization": _organization,
    "use": _use,
    "parameter": parameter,
    "define": _define,
    "effect": _effect,
    "bare": _bare,
    "tiers": _tiers,
    "tier": _tier,
    "property": _property,
    "assume": _assume,
    "cost": _cost,
    "reminder": _reminder,
    "example": _example,
    "allow": _allow,
}
