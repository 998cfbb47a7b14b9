"""What the cells of a table mean of their column."""

from __future__ import annotations

import pytest

from tests.check_expressions.vocabulary import STAGE, TAGS, a_scope, codes_of
from tierpolicy.check.cells import cell_condition
from tierpolicy.model import types as t
from tierpolicy.model.expressions import (
    TRUE,
    And,
    Compare,
    Constant,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Not,
    Or,
    ToNumber,
)
from tierpolicy.syntax import ast

ORDERS = FieldRef("orders", t.INTEGER)
STAGE_FIELD = FieldRef("stage", STAGE)
TAGS_FIELD = FieldRef("tags", TAGS)
FIVE = Constant(5, t.INTEGER)
TWENTY = Constant(20, t.INTEGER)


def n(text: str) -> ast.Number:
    return ast.Number(text)


def label(text: str) -> Constant:
    return Constant(text, STAGE)


CELLS: list[tuple[str, Expr, ast.IfCell, Expr]] = [
    ("any", ORDERS, ast.AnyCell(), TRUE),
    ("otherwise", ORDERS, ast.OtherwiseCell(), TRUE),
    ("missing", ORDERS, ast.KnownCell(False), IsMissing(ORDERS)),
    ("known", ORDERS, ast.KnownCell(True), Not(IsMissing(ORDERS))),
    (">= 5", ORDERS, ast.TestCell(">=", n("5")), Compare(">=", ORDERS, FIVE)),
    (
        "> 2.5",
        ORDERS,
        ast.TestCell(">", n("2.5")),
        Compare(">", ToNumber(ORDERS, t.NUMBER), Constant(2.5, t.NUMBER)),
    ),
    (
        "5 to 20",
        ORDERS,
        ast.RangeCell(n("5"), n("20")),
        And((Compare(">=", ORDERS, FIVE), Compare("<=", ORDERS, TWENTY))),
    ),
    (
        "5 to below 20",
        ORDERS,
        ast.RangeCell(n("5"), n("20"), below=True),
        And((Compare(">=", ORDERS, FIVE), Compare("<", ORDERS, TWENTY))),
    ),
    ("trial", STAGE_FIELD, ast.ListCell((ast.Name("trial"),)), Compare("=", STAGE_FIELD, label("trial"))),
    (
        "trial, aware",
        STAGE_FIELD,
        ast.ListCell((ast.Name("trial"), ast.String("aware"))),
        In(STAGE_FIELD, (label("trial"), label("aware"))),
    ),
    (
        "not trial",
        STAGE_FIELD,
        ast.NotCell(ast.ListCell((ast.Name("trial"),))),
        Not(Compare("=", STAGE_FIELD, label("trial"))),
    ),
    ("has vip", TAGS_FIELD, ast.HasCell((ast.Name("vip"),)), Has(TAGS_FIELD, "vip")),
    (
        "has vip, press",
        TAGS_FIELD,
        ast.HasCell((ast.Name("vip"), ast.Name("press"))),
        Or((Has(TAGS_FIELD, "vip"), Has(TAGS_FIELD, "press"))),
    ),
]


@pytest.mark.parametrize(("column", "cell", "meaning"), [c[1:] for c in CELLS], ids=[c[0] for c in CELLS])
def test_a_cell_means(column: Expr, cell: ast.IfCell, meaning: Expr) -> None:
    scope = a_scope()
    assert cell_condition(column, cell, scope) == meaning
    assert codes_of(scope) == []


WRONG: list[tuple[str, Expr, ast.IfCell, list[str]]] = [
    ("trail", STAGE_FIELD, ast.ListCell((ast.Name("trail"),)), ["T104"]),
    ("trail, loyl", STAGE_FIELD, ast.ListCell((ast.Name("trail"), ast.Name("loyl"))), ["T104", "T104"]),
    ("vip in a set column", TAGS_FIELD, ast.ListCell((ast.Name("vip"),)), ["T105"]),
    ("has of a scale", STAGE_FIELD, ast.HasCell((ast.Name("trial"),)), ["T118"]),
    ("20 to 5", ORDERS, ast.RangeCell(n("20"), n("5")), ["T119"]),
    ("5 to below 5", ORDERS, ast.RangeCell(n("5"), n("5"), below=True), ["T119"]),
    ("a text in a number column", ORDERS, ast.TestCell(">", ast.String("5")), ["T105"]),
    ("an order that isn't", FieldRef("vip", t.FLAG), ast.TestCell(">", ast.Name("no")), ["T111"]),
]


@pytest.mark.parametrize(("column", "cell", "codes"), [c[1:] for c in WRONG], ids=[c[0] for c in WRONG])
def test_a_wrong_cell_is_reported(column: Expr, cell: ast.IfCell, codes: list[str]) -> None:
    scope = a_scope()
    assert cell_condition(column, cell, scope) is None
    assert codes_of(scope) == codes
