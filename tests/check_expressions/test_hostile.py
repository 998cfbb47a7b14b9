"""Wide and senseless input: nothing raises, nothing is compared with everything."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.check_expressions.vocabulary import STAGE, a_scope, codes_of
from tests.strategies import asts
from tierpolicy.check.cells import cell_condition
from tierpolicy.check.expressions import condition, constant, typed, value_for
from tierpolicy.check.scope import MOST_COMPARED
from tierpolicy.model import types as t
from tierpolicy.model.builtins import BY_NAME
from tierpolicy.model.expressions import And, FieldRef, In
from tierpolicy.syntax import ast

TYPES = [None, t.FLAG, t.INTEGER, t.NUMBER, t.PERCENT, t.MONEY, t.DURATION, t.DATE, t.TEXT, STAGE, t.SetOf(("a", "b"))]
KNOWN = [
    *a_scope().names(),
    "gold",
    "silver",
    "press",
    "aware",
    "loyalty",
    "lounge",
    "yes",
    "no",
    "none",
    "broken_field",
]
calls = st.builds(
    ast.Call,
    st.sampled_from([*BY_NAME, "foo"]).map(ast.Word),
    st.lists(st.sampled_from(KNOWN).map(ast.Name) | asts.numbers, max_size=3).map(tuple),
)
expressions: st.SearchStrategy[ast.Expr] = asts.expressions | st.recursive(
    st.sampled_from(KNOWN).map(ast.Name) | asts.atoms | calls, asts._larger, max_leaves=10
)
"""Senseless trees, and trees of names that do mean something."""

slow = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(expressions, st.sampled_from(TYPES))
def test_any_tree_is_typed_or_reported(expr: ast.Expr, wanted: t.Type | None) -> None:
    scope = a_scope()
    found = typed(expr, scope, wanted)
    assert (found is None) == bool(scope.findings.diagnostics)
    assert found is None or wanted is None or found.type == wanted
    for attribute in scope.attributes.values():
        value_for(expr, scope, attribute)


@slow
@given(expressions)
def test_any_tree_is_a_condition_or_reported(expr: ast.Expr) -> None:
    scope = a_scope()
    found = condition(expr, scope)
    assert (found is None) == bool(scope.findings.diagnostics)
    assert found is None or found.type == t.FLAG


@slow
@given(expressions, st.sampled_from(TYPES[1:]))
def test_any_tree_is_a_constant_or_reported(expr: ast.Expr, wanted: t.Type) -> None:
    scope = a_scope()
    assert (constant(expr, scope, wanted) is None) == bool(scope.findings.diagnostics)


@slow
@given(asts.if_cells | st.builds(ast.ListCell, st.tuples(expressions)), st.sampled_from(TYPES[1:]))
def test_any_cell_is_a_condition_or_reported(cell: ast.IfCell, column: t.Type) -> None:
    scope = a_scope(x=column)
    assert (cell_condition(FieldRef("x", column), cell, scope) is None) == bool(scope.findings.diagnostics)


def test_a_hundred_thousand_labels_among_a_hundred_thousand_options() -> None:
    labels = tuple(f"label_{i}" for i in range(100_000))
    scope = a_scope(region=t.Choice(labels))
    found = condition(ast.In(ast.Name("region"), tuple(ast.Name(label) for label in labels)), scope)
    assert isinstance(found, In)
    assert len(found.options) == 100_000


def test_a_hundred_thousand_unknown_labels_are_each_reported() -> None:
    scope = a_scope()
    condition(ast.In(ast.Name("stage"), tuple(ast.Name(f"label_{i}") for i in range(100_000))), scope)
    assert codes_of(scope) == ["T104"] * 100_000


def test_searching_for_the_nearest_word_ends_where_mistakes_are_many() -> None:
    findings = a_scope().findings
    words = ("stage", *(f"x{number}" for number in range(MOST_COMPARED // 100)))
    answers = [findings.did_you_mean("stge", words) for _ in range(101)]
    assert answers[:99] == ["did you mean `stage`?"] * 99
    assert answers[-1] is None


def test_ten_thousand_conditions_in_a_row() -> None:
    scope = a_scope()
    part = ast.Compare(">", ast.Name("orders"), ast.Number("5"))
    found = condition(ast.And((part,) * 10_000), scope)
    assert isinstance(found, And)
    assert len(found.parts) == 10_000


def test_as_deep_as_the_language_allows() -> None:
    """Each level is read once: a level that was read twice would take 2 to the 100th steps."""
    scope = a_scope()
    expr: ast.Expr = ast.Number("1")
    for level in range(100):
        expr = ast.Arithmetic("+-*"[level % 3], ast.Number("1"), ast.Arithmetic("+", expr, ast.Name("orders")))  # type: ignore[arg-type]
    assert typed(expr, scope, t.NUMBER) is not None
    nested: ast.Expr = ast.Name("vip")
    for _ in range(100):
        nested = ast.In(ast.Name("yes"), (nested,))
    assert condition(nested, scope) is not None
    assert codes_of(scope) == []
