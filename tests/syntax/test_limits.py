"""Limits of size (language.md §8): each has a code, and what is wide but allowed is read."""

from __future__ import annotations

import pytest

from tests.syntax.texts import condition, only, read
from tierpolicy.source import source_from_text
from tierpolicy.syntax import ast, parse
from tierpolicy.syntax.files import LARGEST_FILE


def codes(text: str) -> list[str]:
    return [found.code.code for found in read(text).diagnostics]


def test_a_condition_may_be_wide() -> None:
    wide = condition(" or ".join(f"orders = {number}" for number in range(10_000)))
    assert isinstance(wide, ast.Or)
    assert len(wide.parts) == 10_000


def test_a_list_may_be_wide() -> None:
    listed = condition("a in (" + ", ".join(f"label_{number}" for number in range(20_000)) + ")")
    assert isinstance(listed, ast.In)
    assert len(listed.options) == 20_000


def test_a_table_may_be_long() -> None:
    rows = "\n".join(f"  | {number % 50} to 99 | x |" for number in range(10_000))
    assert len(only("table t:\n  | if a | then b |\n" + rows).rows) == 10_000


NESTED = {
    "parentheses": ("(" * 100 + "a = 1" + ")" * 100, "(" * 101 + "a = 1" + ")" * 101),
    "not": ("not " * 100 + "a", "not " * 102 + "a"),
    "minus": ("a = " + "- " * 99 + "1", "a = " + "- " * 102 + "1"),
    "plus": ("a = " + " + ".join("b" * 1 for _ in range(100)), "a = " + " + ".join("b" for _ in range(110))),
    "functions": ("f(" * 100 + "a" + ")" * 100, "f(" * 101 + "a" + ")" * 101),
    "mixed": ("(a or not b = f(" * 20 + "c" + "))" * 20, "(a or not b = f(" * 40 + "c" + "))" * 40),
}


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_has_a_limit(kind: str) -> None:
    allowed, too_deep = NESTED[kind]
    assert codes(f"if {allowed} then b = c") == []
    assert codes(f"if {too_deep} then b = c") == ["T902"]


@pytest.mark.parametrize(
    "text", ["(" * 1_000_000, "if " + "(" * 1_000_000, "if " + "not " * 500_000, "x = " + "-" * 10**6]
)
def test_hostile_depth_is_a_finding(text: str) -> None:
    assert len(codes(text)) == 1


def test_names_texts_and_numbers_have_a_length() -> None:
    assert codes(f"rule {'n' * 64}: a = b") == []
    assert codes(f"rule {'n' * 65}: a = b") == ["T903"]
    assert codes(f'rule r "{"t" * 10_000}": a = b') == []
    assert codes(f'rule r "{"t" * 10_001}": a = b') == ["T904"]
    assert codes(f"rule r: a = {'9' * 15}") == []
    assert codes(f"rule r: a = {'9' * 16}") == ["T905"]
    assert codes(f"rule r: a = {'9' * 100_000}") == ["T905"]
    assert codes("rule r: a = 1e999999") == ["T905"]


def test_a_policy_has_so_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MOST_RULES", 10)
    assert codes("rule r: a = b\n" * 10) == []
    assert codes("rule r: a = b\n" * 11 + "rule x: y ==== z") == ["T901"]
    table = "table t:\n  | if a | then b |\n" + "  | 1 | 2 |\n" * 6
    assert codes(table + "rule r: a = b\n" * 4) == []
    assert codes(table + table) == ["T901"]


def test_a_file_has_a_size() -> None:
    assert codes("#" * (LARGEST_FILE + 1)) == ["T980"]
    assert parse.parse_csv_table(source_from_text("t.csv", "x" * (LARGEST_FILE + 1))).diagnostics[0].code.code == "T980"


def test_endless_mistakes_of_the_same_kind_are_not_all_told() -> None:
    assert len(codes('"\n' * 20_000)) <= 2_000
    assert len(codes("\x00a" * 20_000)) <= 300
