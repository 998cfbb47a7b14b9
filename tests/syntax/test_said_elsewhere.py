"""Numbers, ranges and comparisons as business people write them: one finding, and its help is what to write."""

from __future__ import annotations

import pytest

from tests.syntax.texts import read
from tierpolicy.source import source_from_text
from tierpolicy.syntax import ast
from tierpolicy.syntax.parse import parse_csv_table

# the condition · what is underlined · what help says to write
CONDITIONS = [
    ("wait >= 1 hour 30 minutes", "1 hour 30 minutes", "90 minutes"),
    ("wait >= ten minutes", "ten", "10 minutes"),
    ("wait >= an hour", "an", "1 hour"),
    ("wait >= half an hour", "half", "30 minutes"),
    ("wait >= 1/2 hour", "1/2 hour", "30 minutes"),
    ("wait >= 3 / 4 hour", "3 / 4 hour", "45 minutes"),
    ("wait >= 10 min.", ".", "10 minutes"),
    ("nights at least 5", "at least", "nights >= 5"),
    ("nights is more than 5", "is more than", "nights > 5"),
    ("nights greater than 5", "greater than", "nights > 5"),
    ("nights is at least 5", "is at least", "nights >= 5"),
    ("nights is less than 5", "is less than", "nights < 5"),
    ("nights is no more than 5", "is no more than", "nights <= 5"),
    ("nights is equal to 5", "is equal to", "nights = 5"),
    ("wait is over 10 minutes", "is over", "wait > 10 minutes"),
    ("spend >= 1,5", "1,5", "1.5"),
    ("spend >= 2 500", "2 500", "2_500"),
    ("spend >= 2 500 000 and vip", "2 500 000", "2_500_000"),
    ("spend >= 2.500.000", "2.500.000", "2_500_000"),
    ("spend >= 2.500,50", "2.500,50", "2_500.50"),
    ("spend >= 2'500", "2'500", "2_500"),
    ("spend >= 2’500", "2’500", "2_500"),
    ("nights >= 5 nights", "nights", "remove `nights`"),
    ("spend >= €500", "€", "500"),
    ("spend >= 10 €", "€", "currency EUR"),
    ("spend >= $5", "$", "currency USD"),
    ("spend >= £5", "£", "currency GBP"),
    ("spend >= 100 EUR and vip", "EUR", "currency EUR"),
    ("spend >= CHF 100", "CHF", "currency CHF"),
    ("stage in (mid peak)", "mid", "mid, peak"),
]

OTHERS = [
    ("if a then room = upgraded check_in = early", "upgraded", "put a comma between"),
    ("rule r: room = 5 check_in = early", "5", "put a comma between"),
    ("if a then channels = {email phone}", "email", "`email, phone`"),
    ("tier gold if nights >= 25, keep while nights >= 20", ",", "remove the comma"),
    ('example "x": given nights: 21 expect room = upgraded', ":", "`nights = 21`"),
    ('example "x": given nights = 21 stage = mid expect room = upgraded', "21", "put a comma between"),
    ("customer {\n  a : whole number at least 0\n}", "whole", "`integer`"),
    ("customer {\n  a : text\n  open complaints : integer\n  b : flag\n}", "open complaints", "`open_complaints`"),
    *(
        (f"customer {{\n  a : {word} default 0\n}}", word, f"`{here}`")
        for word, here in {
            "int": "integer",
            "string": "text",
            "bool": "flag",
            "float": "number",
            "decimal": "number",
            "datetime": "date",
        }.items()
    ),
]

# a cell under `if` · what help says to write
CELLS = [
    ("1-9", "1 to 9"),
    ("100 - 500", "100 to 500"),
    ("500-100", "100 to 500"),
    ("1_000-2_000", "1_000 to 2_000"),
    ("-9--1", "-9 to -1"),
    ("10%-20%", "10% to 20%"),
    ("1 min - 2 hours", "1 minute to 2 hours"),
    ("2026-01-01 - 2026-02-01", "2026-01-01 to 2026-02-01"),
    ("not 1-9", "1 to 9"),
    ("12, 1-9", "1 to 9"),
    ("5+", ">= 5"),
    ("10 or more", ">= 10"),
    ("10 minutes or less", "<= 10 minutes"),
    ("mid or higher", ">= mid"),
    ("at least 5", ">= 5"),
    ("more than 5", "> 5"),
    ("under 5", "< 5"),
    ("from 1 to 9", "1 to 9"),
    ("between 1 and 9", "1 to 9"),
    (">= 2 and < 5", "2 to below 5"),
    (">= 2 and <= 5", "2 to 5"),
    ("< 5 and > 2", "3 to below 5"),
    ("< 5 and > x", "two columns"),
    ("*", "any"),
    ("mid or peak", "mid, peak"),
    ("5 nights", "remove `nights`"),
    ("2 500", "2_500"),
    ("500 EUR", "currency EUR"),
]


@pytest.mark.parametrize(("text", "at", "help"), [(f"if {c} then room = a", at, f"{h}") for c, at, h in CONDITIONS])
def test_a_condition(text: str, at: str, help: str) -> None:
    _one(text, at, help)


@pytest.mark.parametrize(("text", "at", "help"), OTHERS)
def test_elsewhere_in_a_statement(text: str, at: str, help: str) -> None:
    _one(text, at, help)


def _one(text: str, at: str, help: str) -> None:
    (found,) = read(text).diagnostics
    assert found.span is not None
    assert text[found.span.start : found.span.end] == at
    assert help in (found.help or "")


@pytest.mark.parametrize(("cell", "help"), CELLS)
def test_a_cell(cell: str, help: str) -> None:
    (found,) = read(f"table t:\n    | if a | then b |\n    | {cell} | c |\n").diagnostics
    assert help in (found.help or "")


@pytest.mark.parametrize("cell", ["1-9", "5+", "10 or more"])
def test_a_cell_of_a_csv_file(cell: str) -> None:
    (found,) = parse_csv_table(source_from_text("rates.csv", f"if a,then b\n{cell},c\n")).diagnostics
    assert (found.help or "").startswith("write `")


@pytest.mark.parametrize("cell", ["a - b", "a-9", "10 - b", "1 to 9", "1 + 9", ">= 10 - 1", "-5", '"1-9"'])
def test_a_calculation_that_means_one(cell: str) -> None:
    assert read(f"table t:\n    | if a | then b |\n    | {cell} | c |\n").diagnostics == ()


def test_a_range_with_a_minus_is_read_as_the_range() -> None:
    (table,) = read("table t:\n    | if a | then b |\n    | 9-1 | c |\n").module.statements
    assert isinstance(table, ast.Table)
    cell = table.rows[0].cells[0]
    assert isinstance(cell, ast.RangeCell)
    assert (cell.low, cell.high, cell.below) == (ast.Number("1"), ast.Number("9"), False)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("if nights > 5 thn room = upgraded", "`then`"),
        ('rule a: room = 5 becuse "x"', "`because`"),
        ("if wait > 10 mintues then room = a", "`minutes`"),
        ("if nights >= 5 room = upgraded", "write `then`"),
        ("if a, b then c = d", "`and` or `or`"),
    ],
)
def test_a_slip_is_still_told_as_one(text: str, help: str) -> None:
    (found,) = read(text).diagnostics
    assert help in (found.help or "")


@pytest.mark.parametrize("cell", ["5 " * 40_000 + "+", "a or " * 20_000 + "b", "< 5 and " * 20_000, "1-" * 60 + "1"])
def test_a_long_cell_is_no_slower(cell: str) -> None:
    assert read(f"table t:\n    | if a | then b |\n    | {cell} | c |\n").diagnostics is not None
