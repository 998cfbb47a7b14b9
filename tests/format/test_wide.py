"""Wide files: recursion over width would fail, and work that grows with the square would never end."""

from __future__ import annotations

from datetime import date

from tierpolicy.source import Source
from tierpolicy.syntax import ast
from tierpolicy.syntax.format import format_module, module_text
from tierpolicy.syntax.format_layout import WIDEST_LINE

MANY = 10_000
STATEMENTS = 2_000


def test_ten_thousand_conditions_in_one_rule() -> None:
    text = "if " + " and ".join(f"field_{n} >= {n}" for n in range(MANY)) + " then priority = top"
    found = format_module(Source("policy.tier", text)).splitlines()
    assert len(found) == MANY + 1
    assert found[-2:] == [f"        and field_{MANY - 1} >= {MANY - 1}", "    then priority = top"]


def test_ten_thousand_rows() -> None:
    rows = "".join(f"| >= {n} | {n}|\n" for n in range(MANY))
    found = format_module(Source("policy.tier", f"table t:\n|if a|then b|\n{rows}")).splitlines()
    assert found[:3] == ["table t:", "    | if a    | then b |", "    | >= 0    | 0      |"]
    assert len(found) == MANY + 2


def test_a_hundred_thousand_labels() -> None:
    labels = tuple(ast.Name(f"label_{n}") for n in range(100_000))
    text = module_text(ast.Module("", (ast.Assume(ast.In(ast.Name("a"), labels)),)))
    assert max(map(len, text.splitlines())) <= WIDEST_LINE
    assert text.count(",") == 99_999


def test_thousands_of_statements_each_with_comments() -> None:
    text = "".join(
        f"# about {n}\nif a = {n} # end\n    # within\n    then b = {n}\n    # tail\n" for n in range(STATEMENTS)
    )
    found = format_module(Source("policy.tier", text))
    assert found.count("#") == 4 * STATEMENTS
    assert found.startswith("# about 0\nif a = 0  # end\n    # within\n    then b = 0\n    # tail\n")


def test_one_wide_cell_does_not_widen_every_row() -> None:
    rows = "".join(f"| >= {n} | {n} |\n" for n in range(1000))
    wide = ", ".join(f"label_{n}" for n in range(1000))
    found = format_module(Source("policy.tier", f"table t:\n|if a|then b|\n{rows}| {wide} | 1 |\n"))
    assert len(found) < 200_000


def test_a_long_sum_leans_to_the_left_without_recursion() -> None:
    total: ast.Expr = ast.DateLiteral(date(2026, 1, 1))
    for n in range(MANY):
        total = ast.Arithmetic("+", total, ast.Number(str(n)))
    text = module_text(ast.Module("", (ast.Define(ast.Word("n"), total),)))
    assert text.startswith("define n = 2026-01-01 + 0 + 1")
    assert max(map(len, text.splitlines())) <= WIDEST_LINE
