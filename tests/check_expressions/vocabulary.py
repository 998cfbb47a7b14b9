"""A small vocabulary for the tests, and short words for what they ask."""

from __future__ import annotations

from datetime import date

from tierpolicy.check.scope import EVERYTHING, Findings, Reading, Scope
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model import types as t
from tierpolicy.model.expressions import AttributeRef, Compare, Constant, Expr, FieldRef
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Attribute, Define, Direction, Field, Parameter
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.semantics.evaluate import value_of as evaluated
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.parse import parse_expression

HERE = Span("policy.tier", 0, 1)
STAGE = t.Scale(("aware", "trial", "purchase", "loyalty"))
SEGMENT = t.Choice(("consumer", "small_business", "enterprise"))
TAGS = t.SetOf(("vip", "press", "callback"))
TIER = t.Scale(("member", "silver", "gold", "platinum"))
CHANNEL = t.Choice(("phone", "email", "none"))


def field(name: str, type_: t.Type, **others: object) -> Field:
    return Field(name, type_, HERE, **others)  # type: ignore[arg-type]


def attribute(name: str, type_: t.Type, direction: Direction = Direction.MORE, or_none: bool = False) -> Attribute:
    return Attribute(name, type_, HERE, direction, MISSING, or_none=or_none)


def a_scope(reading: Reading = EVERYTHING, **fields: t.Type) -> Scope:
    """The vocabulary of language.md §1 in small, with further fields by name."""
    declared = {
        "annual_spend": t.MONEY,
        "lifetime_value": t.MONEY,
        "orders": t.INTEGER,
        "visits": t.INTEGER,
        "fraud_score": t.NUMBER,
        "rate": t.PERCENT,
        "waited": t.DURATION,
        "customer_since": t.DATE,
        "email": t.TEXT,
        "stage": STAGE,
        "old_stage": STAGE,
        "level": t.Scale(("low", "high")),
        "tags": TAGS,
        "contact": CHANNEL,
        "vip": t.FLAG,
        "silver": t.MONEY,
        **fields,
    }
    known = {name: field(name, type_) for name, type_ in declared.items()}
    known["segment"] = field("segment", SEGMENT, spellings={"SMB": "small_business"})
    known["severity"] = field("severity", t.Scale(("low", "urgent")), of_request=True)
    attributes = {
        a.name: a
        for a in (
            attribute("tier", TIER),
            attribute("max_wait", t.DURATION, Direction.LESS),
            attribute("callback", t.FLAG),
            attribute("specialist", t.FLAG, or_none=True),
            attribute("discount", t.PERCENT, or_none=True),
            attribute("fee", t.MONEY, Direction.LESS, or_none=True),
            attribute("perks", t.SetOf(("lounge", "gift"))),
            attribute("points", t.INTEGER),
            attribute("ratio", t.NUMBER),
            attribute("greeting", t.TEXT, Direction.NONE),
        )
    }
    defines = {
        "unhappy": Define("unhappy", t.FLAG, HERE, Compare(">", FieldRef("orders", t.INTEGER), Constant(2, t.INTEGER))),
        "is_gold": Define("is_gold", t.FLAG, HERE, Compare("=", AttributeRef("tier", TIER), Constant("gold", TIER))),
        "offer": Define("offer", t.PERCENT, HERE, AttributeRef("discount", t.PERCENT)),
    }
    parameters = {"base_fee": Parameter("base_fee", t.MONEY, HERE, 800, 800)}
    return Scope(known, attributes, parameters, defines, Findings(), reading, frozenset({"broken_field"}))


def written(text: str) -> ast.Expr:
    """The syntax tree of an expression that has no mistakes of syntax."""
    expr, diagnostics = parse_expression(Source("policy.tier", text))
    assert expr is not None, diagnostics
    return expr


def codes_of(scope: Scope) -> list[str]:
    return [found.code.code for found in scope.findings.diagnostics]


def only_finding(scope: Scope) -> Diagnostic:
    """The one finding of a scope."""
    (found,) = scope.findings.diagnostics
    return found


def value_of(expr: Expr) -> Value:
    """The value of an expression without names, by the plain evaluator."""
    return evaluated(expr, Situation(None, {}, date(2026, 11, 21)))  # type: ignore[arg-type]
