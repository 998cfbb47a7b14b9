"""What each construct of the language is read as (language.md §4, §5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.syntax.texts import condition, only, read
from tierpolicy.syntax import ast
from tierpolicy.syntax.ast import Clause, Name, Number, Quantity, String, Word

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["ottp.tier", "every_construct.tier"])
def test_a_whole_policy_is_read_without_findings(name: str) -> None:
    parsed = read((HERE / name).read_text(encoding="utf-8"))
    assert parsed.diagnostics == ()


def test_the_example_of_the_language_has_every_statement() -> None:
    module = read((HERE / "ottp.tier").read_text(encoding="utf-8")).module
    kinds = [type(statement).__name__ for statement in module.statements]
    rules = "Effect Effect Tiers Tier Tier Tier Effect Define Effect Effect Effect Table"
    assert " ".join(kinds) == f"PolicyHead Organization Block Block Block {rules} {'Property ' * 5}Example"


def test_one_line_is_a_policy() -> None:
    rule = only("if lifetime_value > 100000 then priority=top, agent_pool=senior")
    assert rule == ast.Effect(
        "rule",
        None,
        None,
        (Clause(Word("priority"), "=", Name("top")), Clause(Word("agent_pool"), "=", Name("senior"))),
        ast.Compare(">", Name("lifetime_value"), Number("100000")),
    )


A, B, C, D = (Name(letter) for letter in "abcd")

EXPRESSIONS: dict[str, ast.Expr] = {
    "a or b and not c": ast.Or((A, ast.And((B, ast.Not(C))))),
    "a and b and c": ast.And((A, B, C)),
    "(a and b) and c": ast.And((ast.And((A, B)), C)),
    "a = 1 and b != 2": ast.And((ast.Compare("=", A, Number("1")), ast.Compare("!=", B, Number("2")))),
    "a between 1 and 5 and b": ast.And((ast.Between(A, Number("1"), Number("5")), B)),
    "a in (b, c)": ast.In(A, (B, C)),
    "a not in (b)": ast.In(A, (B,), negated=True),
    "not a in (b)": ast.Not(ast.In(A, (B,))),
    "a is missing": ast.Is(A, "missing"),
    "a is not known": ast.Is(A, "known", negated=True),
    "a + b is missing": ast.Is(ast.Arithmetic("+", A, B), "missing"),
    "a is not b": ast.Is(A, B, negated=True),
    "a has b": ast.Has(A, B),
    'a starts with "x"': ast.TextTest("starts with", A, String("x")),
    'a ends with "x"': ast.TextTest("ends with", A, String("x")),
    'a contains "x"': ast.TextTest("contains", A, String("x")),
    "a - b - c": ast.Arithmetic("-", ast.Arithmetic("-", A, B), C),
    "a + b * c": ast.Arithmetic("+", A, ast.Arithmetic("*", B, C)),
    "(a + b) * c": ast.Arithmetic("*", ast.Arithmetic("+", A, B), C),
    "-a / b": ast.Arithmetic("/", ast.Negative(A), B),
    "min(a, b + 1)": ast.Call(Word("min"), (A, ast.Arithmetic("+", B, Number("1")))),
    "customer.gold": ast.Qualified("customer", Word("gold")),
    "request": Name("request"),
    "today": ast.Today(),
    "`today`": Name("today"),
    "2026-11-21": ast.DateLiteral(date(2026, 11, 21)),
    '{a, "b c"}': ast.SetLiteral((A, String("b c"))),
    "{}": ast.SetLiteral(()),
    "100_000": Number("100_000"),
    "0.5%": Quantity(Number("0.5"), "percent"),
    "5 min": Quantity(Number("5"), "minute"),
    "5s < 1": ast.Compare("<", Quantity(Number("5"), "second"), Number("1")),
    "2h": Quantity(Number("2"), "hour"),
    "1 month": Quantity(Number("1"), "month"),
    "3 Weeks": Quantity(Number("3"), "week"),
    "none": Name("none"),
    "NOT a Or b AND c": ast.Or((ast.Not(A), ast.And((B, C)))),
    r'"say \"hi\"\n\u{20ac}"': String('say "hi"\n€'),
    '"e\u0301"': String("é"),
}


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS.items(), ids=EXPRESSIONS)
def test_an_expression(text: str, expected: ast.Expr) -> None:
    assert condition(text) == expected


@pytest.mark.parametrize("unit", ["s", "min", "h", "d", "w"])
def test_short_units_are_the_long_ones(unit: str) -> None:
    long = {"s": "second", "min": "minute", "h": "hour", "d": "day", "w": "week"}[unit]
    assert condition(f"7 {unit}") == condition(f"7 {long}s") == condition(f"7 {long}")


NAMES_THAT_ARE_WORDS = (
    "days need hours key default month minutes s h d w text date money flag required column less more no yes "
    "none known missing any policy rule limit because source from until tier service customer request at least "
    "most better today if then and or not in is has"
).split()


@pytest.mark.parametrize("name", NAMES_THAT_ARE_WORDS)
def test_a_word_of_the_language_may_name_a_field(name: str) -> None:
    block = only(f"customer {{\n    before : text\n    {name} : integer default 0\n    after : flag\n}}")
    assert [declared.name.text for declared in block.declarations] == ["before", name, "after"]


@pytest.mark.parametrize("name", "days need hours key default month because source from tier less known any".split())
def test_a_word_of_the_language_may_be_read_and_given(name: str) -> None:
    rule = only(f"if {name} > 5 then {name} = {name} + 1")
    assert rule.condition == ast.Compare(">", Name(name), Number("5"))
    assert rule.clauses == (Clause(Word(name), "=", ast.Arithmetic("+", Name(name), Number("1"))),)


def test_a_declaration_may_span_lines() -> None:
    block = only("service {\n  speed : slow\n       < medium\n  < fast\n     no direction\n  other : flag\n}")
    assert len(block.declarations) == 2
    assert len(block.declarations[0].type.labels) == 3


def test_any_operator_stands_in_any_effect() -> None:
    rule = only("rule r: priority at least high, wait at most 5 min, s includes {a}, t within {b}, u without {c}")
    assert [clause.op for clause in rule.clauses] == ["at least", "at most", "includes", "within", "without"]


def test_and_between_grants_is_a_comma() -> None:
    assert only("if a then b = c and d = e") == only("if a then b = c, d = e")


def test_pieces_of_a_head_come_in_any_order() -> None:
    first = only('rule r "T" overrides a, tier gold from 2026-01-01 until 2026-12-31: b = c')
    assert first == only('rule r until 2026-12-31 from 2026-01-01 "T" overrides a, tier gold: b = c')
    assert first.overrides == (ast.OverrideTarget(Word("a")), ast.OverrideTarget(Word("gold"), is_tier=True))


CELLS: dict[str, ast.IfCell] = {
    "": ast.AnyCell(),
    "any": ast.AnyCell(),
    "otherwise": ast.OtherwiseCell(),
    "known": ast.KnownCell(True),
    "missing": ast.KnownCell(False),
    "gold": ast.ListCell((Name("gold"),)),
    '"any"': ast.ListCell((String("any"),)),
    "a, b": ast.ListCell((A, B)),
    "not a, b": ast.NotCell(ast.ListCell((A, B))),
    "not missing": ast.NotCell(ast.KnownCell(False)),
    ">= 5": ast.TestCell(">=", Number("5")),
    "10 to 20": ast.RangeCell(Number("10"), Number("20")),
    "10 to below 20": ast.RangeCell(Number("10"), Number("20"), below=True),
    "has a, b": ast.HasCell((A, B)),
    '"x | y"': ast.ListCell((String("x | y"),)),
}


@pytest.mark.parametrize(("text", "expected"), CELLS.items(), ids=CELLS)
def test_an_if_cell(text: str, expected: ast.IfCell) -> None:
    table = only(f"table t:\n    | if x | then y |\n    | {text} | 1 |")
    assert table.rows[0].cells == (expected, ast.ValueCell(Number("1")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ast.NothingCell()), ("-", ast.NothingCell()), ("-5", ast.ValueCell(ast.Negative(Number("5"))))],
)
def test_a_then_cell(text: str, expected: ast.ThenCell) -> None:
    assert only(f"table t:\n  | if x | then y |\n  | a | {text} |").rows[0].cells[1] == expected


def test_a_row_may_lack_its_last_bar_and_have_a_comment() -> None:
    table = only("table t:\n| if x | then y\n| a | b # | not a cell\n| c | d |")
    assert [len(row.cells) for row in table.rows] == [2, 2]


def test_comments_are_kept_with_their_place() -> None:
    module = read('# own\nif a then b = "# text" # beside\n   # inside\n  because "x"').module
    assert [(comment.text, comment.own_line) for comment in module.comments] == [
        ("# own", True),
        ("# beside", False),
        ("# inside", True),
    ]
    assert len(module.statements) == 1


def test_what_is_expected_may_be_joined_by_commas_or_and() -> None:
    example = only(
        'example "E":\n  given a = 1, b is missing\n  given c = 2\n'
        "  expect d = 3 and c = 4, (a and b)\n  as of 2026-01-01"
    )
    assert [given.field.text for given in example.given] == ["a", "b", "c"]
    assert len(example.expects) == 3
    assert example.as_of == ast.DateLiteral(date(2026, 1, 1))


def test_spans_are_what_the_author_wrote() -> None:
    text = "rule a: b = c\n\nif (x + 1) > 2 and y in (a, b) then priority = high # so\n"
    rule = read(text).module.statements[1]
    assert isinstance(rule, ast.Effect)
    assert isinstance(rule.condition, ast.And)
    written = [text[part.span.start : part.span.end] for part in (rule, rule.condition, *rule.condition.parts)]
    assert written == [
        "if (x + 1) > 2 and y in (a, b) then priority = high",
        "(x + 1) > 2 and y in (a, b)",
        "(x + 1) > 2",
        "y in (a, b)",
    ]
