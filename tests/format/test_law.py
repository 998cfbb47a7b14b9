"""The laws of the formatter, on generated files: it keeps the meaning, it settles at once, it loses no comment."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies.asts import expressions, modules, operators, statements
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.source import Source
from tierpolicy.syntax import ast
from tierpolicy.syntax.format import format_module, module_text
from tierpolicy.syntax.parse import Parsed, parse

GENEROUS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(text: str) -> Parsed:
    found = parse(Source("policy.tier", text))
    assert not has_errors(found.diagnostics), (text, found.diagnostics)
    return found


@GENEROUS
@given(modules())
def test_what_is_written_reads_as_the_same_tree(module: ast.Module) -> None:
    text = module_text(module)
    assert parsed(text).module == module, text


@GENEROUS
@given(statements)
def test_every_statement_by_itself(statement: ast.Statement) -> None:
    module = ast.Module("policy.tier", (statement,))
    text = module_text(module)
    assert parsed(text).module == module, text


@settings(GENEROUS, max_examples=300)
@given(operators)
def test_parentheses_are_as_few_as_keep_the_tree(expression: ast.Expr) -> None:
    module = ast.Module("policy.tier", (ast.Define(ast.Word("n"), expression),))
    text = module_text(module)
    assert parsed(text).module == module, text


@GENEROUS
@given(expressions)
def test_every_kind_of_expression(expression: ast.Expr) -> None:
    module = ast.Module("policy.tier", (ast.Assume(expression),))
    text = module_text(module)
    assert parsed(text).module == module, text


@GENEROUS
@given(modules())
def test_formatting_twice_changes_nothing_more(module: ast.Module) -> None:
    once = module_text(module)
    text = format_module(Source("policy.tier", once))
    assert text == once


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A file with comments at the ends of lines and on lines of their own, and with empty lines, anywhere."""
    written = module_text(draw(modules()))
    lines: list[str] = []
    for number, line in enumerate(written.split("\n")):
        for what in draw(st.lists(st.sampled_from(["own", "indented", "empty"]), max_size=2)):
            indent = "" if what == "own" else "      "
            lines.append("" if what == "empty" else f'{indent}# {what} {number} "\\ | }}')
        end = draw(st.sampled_from(["", "", f"  # end {number}", f"#{number}"]))
        lines.append(line + end)
    return "\n".join(lines)


@GENEROUS
@given(commented())
def test_comments_stay_each_once_and_in_order(text: str) -> None:
    original = parsed(text).module
    formatted = module_text(original, Source("policy.tier", text))
    again = parsed(formatted).module
    assert again == original, formatted
    assert [c.text for c in again.comments] == [c.text for c in original.comments], formatted
    assert module_text(again, Source("policy.tier", formatted)) == formatted


@GENEROUS
@given(commented(), st.randoms(use_true_random=False))
def test_comments_between_any_two_words(text: str, random: object) -> None:
    """A line may be ended by a comment wherever there is a space outside quotes and tables."""
    broken = _broken_at_spaces(text, random)
    original = parsed(broken).module
    formatted = module_text(original, Source("policy.tier", broken))
    again = parsed(formatted).module
    assert again == original, formatted
    assert [c.text for c in again.comments] == [c.text for c in original.comments], formatted
    assert module_text(again, Source("policy.tier", formatted)) == formatted


def _broken_at_spaces(text: str, random: object) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.lstrip().startswith(("|", "#", "}")) or any(mark in line for mark in '"`#{:'):
            lines.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        words = line.split()
        written = indent + (words[0] if words else "")
        for word in words[1:]:
            chance = random.random()  # type: ignore[attr-defined]
            written += " " if chance < 0.8 else "  # here\n      " if chance < 0.9 else "\n      # there\n      "
            written += word
        lines.append(written)
    return "\n".join(lines)
