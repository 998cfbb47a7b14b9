"""Tables in CSV files: the same cells as in a policy, with their places in the file."""

from __future__ import annotations

import pytest

from tests.syntax.texts import only, shown
from tierpolicy.source import source_from_text
from tierpolicy.syntax.parse import ParsedTable, parse_csv_table


def read(text: str) -> ParsedTable:
    return parse_csv_table(source_from_text("rates.csv", text))


def test_rows_read_as_in_a_policy() -> None:
    table = only(
        'table t:\n| if region | if stage | then rate | because |\n| a, b | >= 2 | 5% | so it is |\n| "any" | | - | |'
    )
    found = read('if region,if stage,then rate,because\r\n"a, b",>= 2,5%,so it is\r\n"""any""",,-,\r\n\r\n')
    assert found.diagnostics == ()
    assert found.columns == table.columns
    assert found.rows == table.rows


def test_semicolons_part_fields_too() -> None:
    found = read("if region;then rate\na, b;5%\n")
    assert found.diagnostics == ()
    assert len(found.rows[0].cells) == 2


def test_a_byte_order_mark_and_blank_lines_are_passed_over() -> None:
    assert read("\ufeffif a,then b\n\n1,2\n,\n\n").rows == read("if a,then b\n1,2\n,\n").rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "T018 at '': this file holds no table"),
        ("region,then b\n1,2", "T018 at 'region': this column doesn't say whether it asks or gives: `region`"),
        ("if a,then b\n1", "T017 at '1': this row has 1 cell, the table has 2 columns"),
        ("if a,then b\n1,2,3", "T017 at '1,2,3': this row has 3 cells, the table has 2 columns"),
        ('if a,then b\n">= ""x"" y",2', "T001 at 'y': `y` can't stand here after `\"x\"`"),
        ('if a,then b\n"x,2', "T004 at '\"x,2': this cell has no closing quote"),
        ("if a,then b\nx == 1,2", "T001 at '==': `==` can't stand here after `x`"),
        ("if a,then b\n# x,2", "T001 at '#': `#` can't stand here"),
        ("if a,then b\n\x00x,2", "T011 at '\\x00': here stands a character that nobody sees (U+0000)"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(text: str, expected: str) -> None:
    source = source_from_text("rates.csv", text)
    found = [shown(source, each) for each in parse_csv_table(source).diagnostics]
    assert found[0] == expected


def test_rows_that_could_be_read_are_kept() -> None:
    found = read("if a,then b\n1,2\n>=,3\n4,5,6\n7,8\n")
    assert [each.code.code for each in found.diagnostics] == ["T001", "T017"]
    assert len(found.rows) == 2
