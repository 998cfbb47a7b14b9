"""From statements to pieces. A statement stands in the first column, what continues it is indented.

A rule, limit or baseline is one line where it has neither title nor reasons and fits; else its head has a line of
its own. Tables are in `format_tables`, blocks and parameters in `format_declarations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from tierpolicy.syntax import ast
from tierpolicy.syntax.format_declarations import block, parameter, scale
from tierpolicy.syntax.format_expressions import (
    STEP,
    Binding,
    date_literal,
    expression,
    label_text,
    listed,
    name_text,
    period,
    start_of,
    string,
    string_text,
    word,
)
from tierpolicy.syntax.format_layout import CLOSE, OPEN, Break, Ends, Piece, Text
from tierpolicy.syntax.format_tables import cases, matrix, table


def statement(of: ast.Statement) -> Iterator[Piece]:
    """The pieces of one statement, its reasons included."""
    yield OPEN
    yield from _said(of)
    match of:
        case ast.Allow(because=because) if because is not None:
            yield Break(STEP)
            yield Text("because ")
            yield string(because)
        case (
            ast.Parameter()
            | ast.Define()
            | ast.Effect()
            | ast.Tiers()
            | ast.Tier()
            | ast.Table()
            | ast.Matrix()
            | ast.Property()
            | ast.Assume()
            | ast.Reminder()
            | ast.Cost()
            | ast.Example()
            | ast.Cases()
        ):
            yield from _reasons(of.because, of.source)
        case _:
            pass
    yield CLOSE


def _reasons(because: ast.String | None, source: ast.String | None) -> Iterator[Piece]:
    for kind, text in (("because", because), ("source", source)):
        if text is not None:
            yield Break(STEP, Ends.ALWAYS)
            yield Text(f"{kind} ")
            yield string(text)


def _said(of: ast.Statement) -> Iterator[Piece]:
    match of:
        case ast.PolicyHead():
            yield from _policy_head(of)
        case ast.Organization(kind):
            yield Text(f"organization {name_text(kind)}", start_of(of.span))
        case ast.Use(path):
            yield Text("use standard" if path is None else f"use {string_text(path.value)}", start_of(of.span))
        case ast.Block():
            yield from block(of)
        case ast.Parameter():
            yield from parameter(of)
        case ast.Define(name, value):
            yield Text(f"define {name_text(name)} = ", start_of(of.span))
            yield from expression(value, STEP)
        case ast.Effect():
            yield from _effect(of)
        case ast.Tiers(labels):
            yield Text("tiers ", start_of(of.span))
            yield from scale(labels, STEP)
        case ast.Tier():
            yield from _tier(of)
        case ast.Table():
            yield from table(of)
        case ast.Matrix():
            yield from matrix(of)
        case ast.Property():
            yield from _property(of)
        case ast.Assume(condition):
            yield Text("assume ", start_of(of.span))
            yield from expression(condition, STEP)
        case ast.Reminder():
            yield from _reminder(of)
        case ast.Cost():
            yield from _cost(of)
        case ast.Example():
            yield from _example(of)
        case ast.Cases():
            yield from cases(of)
        case ast.Allow(codes):
            yield Text("allow ", start_of(of.span))
            yield from names(codes, STEP)
        case _:
            assert_never(of)


def _reminder(of: ast.Reminder) -> Iterator[Piece]:
    yield OPEN
    yield Text("reminder ", start_of(of.span))
    yield string(of.title)
    yield Break(STEP)
    yield Text("within ")
    yield from expression(of.share, STEP, Binding.SUM)
    yield Text(" of ")
    yield word(of.attribute)
    if of.condition is not None:
        yield Break(STEP)
        yield Text("if ")
        yield from expression(of.condition, STEP)
    yield CLOSE


def _cost(of: ast.Cost) -> Iterator[Piece]:
    yield Text("cost ", start_of(of.span))
    yield string(of.name)
    yield from period(of.period)
    yield Text(":")
    yield Break(STEP)
    yield OPEN
    if of.condition is not None:
        yield Text("if ")
        yield from expression(of.condition, 2 * STEP)
        yield Break(STEP)
        yield Text("then ")
    yield from expression(of.value, 2 * STEP, Binding.SUM)
    yield CLOSE


def names(those: Sequence[ast.Word], indent: int) -> Iterator[Piece]:
    """`a, b, c`."""
    yield from listed(Text(""), [iter([word(name)]) for name in those], "", indent)


def _policy_head(head: ast.PolicyHead) -> Iterator[Piece]:
    yield Text("policy ", start_of(head.span))
    yield string(head.name)
    if head.version is not None:
        yield Break(STEP, Ends.ALWAYS)
        yield Text("version ")
        yield string(head.version)
    if head.effective_from is not None:
        yield Break(STEP, Ends.ALWAYS)
        yield Text("effective from ")
        yield date_literal(head.effective_from)
        if head.effective_until is not None:
            yield Text(" until ")
            yield date_literal(head.effective_until)
    if head.currency is not None:
        yield Break(STEP, Ends.ALWAYS)
        yield Text("currency ")
        yield word(head.currency)


# ---------------------------------------------------------------- rules, limits, baselines, tiers


def _effect(effect: ast.Effect) -> Iterator[Piece]:
    if effect.name is None:
        yield from _body(effect.condition, effect.clauses, start_of(effect.span))
        return
    yield Text(f"{effect.kind} ", start_of(effect.span))
    yield word(effect.name)
    yield from _title(effect.title)
    if effect.overrides:
        yield Text(" overrides ")
        yield from listed(Text(""), [_target(target) for target in effect.overrides], "", 2 * STEP)
    yield from period(effect.period)
    yield Text(":")
    yield Break(STEP, Ends.ALWAYS if effect.title is not None else Ends.GROUP)
    yield from _body(effect.condition, effect.clauses, -1)


def _title(title: ast.String | None) -> Iterator[Piece]:
    if title is not None:
        yield Text(" ")
        yield string(title)


def _target(target: ast.OverrideTarget) -> Iterator[Piece]:
    name = f"tier {label_text(target.name)}" if target.is_tier else name_text(target.name)
    yield Text(name, start_of(target.span))


def _body(condition: ast.Expr | None, clauses: Sequence[ast.Clause], start: int) -> Iterator[Piece]:
    yield OPEN
    if condition is None:
        yield from _clauses(clauses, STEP)
    else:
        yield Text("if ", start)
        yield from expression(condition, 2 * STEP)
        yield Break(STEP)
        yield Text("then ")
        yield from _clauses(clauses, 2 * STEP)
    yield CLOSE


def _clauses(clauses: Sequence[ast.Clause], indent: int) -> Iterator[Piece]:
    yield from listed(Text(""), [_clause(clause, indent) for clause in clauses], "", indent)


def _clause(clause: ast.Clause, indent: int) -> Iterator[Piece]:
    yield word(clause.attribute)
    yield Text(f" {clause.op} ")
    yield from expression(clause.value, indent + STEP, Binding.SUM)


def _tier(tier: ast.Tier) -> Iterator[Piece]:
    yield Text(f"tier {label_text(tier.label)}", start_of(tier.span))
    yield from _title(tier.title)
    yield Text(" if ")
    yield from expression(tier.condition, 2 * STEP)
    if tier.keep is not None:
        yield Break(STEP, Ends.FILL)
        yield Text("keep while ")
        yield from expression(tier.keep, 2 * STEP)
    if tier.clauses:
        yield Break(STEP)
        yield Text("then ")
        yield from _clauses(tier.clauses, 2 * STEP)


# ---------------------------------------------------------------- properties and examples


def _property(of: ast.Property) -> Iterator[Piece]:
    yield Text(f"property {name_text(of.name)}", start_of(of.span))
    if of.where is not None:
        yield Text(" where ")
        yield from expression(of.where, 2 * STEP)
    yield Text(":")
    yield Break(STEP)
    yield from _claim(of.claim)


def _claim(claim: ast.Claim) -> Iterator[Piece]:
    match claim:
        case ast.Always(condition, implied):
            yield Text("always ")
            yield from expression(condition, 2 * STEP)
            if implied is not None:
                yield Break(2 * STEP, Ends.FILL)
                yield Text("implies ")
                yield from expression(implied, 2 * STEP)
        case ast.Never(condition):
            yield Text("never ")
            yield from expression(condition, 2 * STEP)
        case ast.NeverLowers(direction, field, attributes):
            yield Text(f"{direction} ")
            yield word(field)
            yield Text(" never lowers ")
            yield from _attributes(attributes)
        case ast.NeverDependsOn(attributes, field):
            yield from _attributes(attributes)
            yield Text(" never depends on ")
            yield word(field)
        case ast.EqualTreatment(fields, attributes):
            yield Text("customers with equal ")
            yield from names(fields, 2 * STEP)
            yield Text(" get equal ")
            yield from _attributes(attributes)
        case ast.Share(op, share, condition):
            yield Text(f"{op} ")
            yield from expression(share, 2 * STEP, Binding.SUM)
            yield Text(" of customers have ")
            yield from expression(condition, 2 * STEP)
        case ast.Total(total, op, bound):
            yield Text("total ")
            yield from expression(total, 2 * STEP, Binding.SUM)
            yield Text(f" {op} ")
            yield from expression(bound, 2 * STEP, Binding.SUM)
        case _:
            assert_never(claim)


def _attributes(attributes: Sequence[ast.Word] | None) -> Iterator[Piece]:
    if attributes is None:
        yield Text("service")
    else:
        yield from names(attributes, 2 * STEP)


def _example(of: ast.Example) -> Iterator[Piece]:
    yield Text("example ", start_of(of.span))
    yield string(of.name)
    yield Text(":")
    for kind, items in (
        ("given", [_given(given) for given in of.given]),
        ("expect", [_expected(condition) for condition in of.expects]),
    ):
        if items:
            yield Break(STEP, Ends.ALWAYS)
            yield Text(f"{kind} ")
            yield from listed(Text(""), items, "", 2 * STEP)
    if of.as_of is not None:
        yield Break(STEP, Ends.ALWAYS)
        yield Text("as of ")
        yield date_literal(of.as_of)


def _given(given: ast.Given) -> Iterator[Piece]:
    yield word(given.field)
    if given.value is None:
        yield Text(" is missing")
    else:
        yield Text(" = ")
        yield from expression(given.value, 3 * STEP, Binding.SUM)


def _expected(condition: ast.Expr) -> Iterator[Piece]:
    # `a and b` here would be two expectations, so an `and` that is one keeps its parentheses
    least = Binding.NOT if isinstance(condition, ast.And) else Binding.OR
    yield from expression(condition, 3 * STEP, least)
