"""Trees of a table's columns and cells → `ast.Column`, `ast.Cell`."""

from __future__ import annotations

from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_expressions import comparator, expression, expressions, plain_words, share_side
from tierpolicy.syntax.from_tree_meant import range_meant
from tierpolicy.syntax.from_tree_words import word
from tierpolicy.syntax.reading import Reading, branches
from tierpolicy.syntax.tree import Branch


def column(tree: Branch, reading: Reading) -> ast.Column:
    """A table's column."""
    span = reading.span(tree)
    match tree.data:
        case "if_column":
            return ast.Column("if", expression(branches(tree)[0], reading), span)
        case "then_column":
            return ast.Column("then", word(branches(tree)[0], reading), span)
        case "because_column":
            return ast.Column("because", None, span)
        case "source_column":
            return ast.Column("source", None, span)
    raise AssertionError(f"the grammar has a column that no reader knows: {tree.data}")


def case_column(tree: Branch, reading: Reading) -> ast.CaseColumn:
    """A column of a table of cases."""
    span = reading.span(tree)
    match tree.data:
        case "case_column":
            return ast.CaseColumn("case", None, span)
        case "given_column":
            return ast.CaseColumn("given", word(branches(tree)[0], reading), span)
        case "expect_column":
            return ast.CaseColumn("expect", expression(branches(tree)[0], reading), span)
        case "as_of_column":
            return ast.CaseColumn("as of", None, span)
        case "because_column":
            return ast.CaseColumn("because", None, span)
        case "source_column":
            return ast.CaseColumn("source", None, span)
        case "bare_column":
            return ast.CaseColumn("bare", word(branches(tree)[0], reading), span)
    raise AssertionError(f"the grammar has a column that no reader knows: {tree.data}")


def if_cell(tree: Branch, reading: Reading) -> ast.IfCell:
    """A cell under `if`."""
    parts = branches(tree)
    if tree.data == "if_cell":
        return if_cell(parts[0], reading)
    span = reading.span(tree)
    match tree.data:
        case "any_cell":
            return ast.AnyCell(span)
        case "otherwise_cell":
            return ast.OtherwiseCell(span)
        case "not_cell":
            plain_words(tree, "NOT", "not", reading)
            return ast.NotCell(if_cell(parts[0], reading), span)
        case "known_cell" | "missing_cell":
            return ast.KnownCell(tree.data == "known_cell", span)
        case "test_cell":
            return ast.TestCell(comparator(parts[0], reading), expression(parts[1], reading), span)
        case "range_cell" | "below_cell":
            low, high = expressions(tree, reading)
            return ast.RangeCell(low, high, tree.data == "below_cell", span)
        case "list_cell":
            items = expressions(tree, reading)
            meant = [range_meant(item, reading) for item in items]
            return meant[0] if meant[0] is not None and len(items) == 1 else ast.ListCell(items, span)
        case "has_cell":
            return ast.HasCell(expressions(tree, reading), span)
        case "share_cell":
            return ast.ShareCell(share_side(tree), expression(parts[0], reading), span)
    raise AssertionError(f"the grammar has a cell that no reader knows: {tree.data}")


def then_cell(tree: Branch, reading: Reading) -> ast.ThenCell:
    """A cell under `then`."""
    return ast.ValueCell(expression(branches(tree)[0], reading), reading.span(tree))
