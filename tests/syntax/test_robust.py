"""Whatever stands in a file, reading it ends with a module and findings whose places lie in the file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.syntax.texts import strays
from tierpolicy.source import Source, source_from_text
from tierpolicy.syntax.grammar import grammar_text
from tierpolicy.syntax.parse import parse, parse_csv_table, parse_expression

EVERY = (Path(__file__).parent / "every_construct.tier").read_text(encoding="utf-8")
LINES = EVERY.splitlines(keepends=True)
WORDS = sorted({word.strip("_").lower() for word in grammar_text().split() if word.strip("_.").isalpha()})[:200]
SIGNS = '" ` # | { } ( ) , : ; = == < <= > >= ! & + - * / % . ~ [ ] \\ "x" `x` 5 1_000 1e5 “ ’ é 2026-02-30'.split(" ")
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(SIGNS),
    st.sampled_from([" ", "\n", "\n    ", "\t", "\r\n", "\x00", "\u202e", "\ud800"]),
    st.text(max_size=5),
)
soups = st.lists(pieces, max_size=60).map(" ".join)


def holds(source: Source) -> None:
    for found in (parse(source), parse_csv_table(source), parse_expression(source)):
        assert strays(source, found) == []
    for finding in parse(source).diagnostics:
        assert finding.message
        assert finding.span is not None


@MODEST
@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_any_text(text: str) -> None:
    holds(source_from_text("policy.tier", text))


@MODEST
@given(soups)
def test_a_soup_of_words(text: str) -> None:
    holds(source_from_text("policy.tier", text))


@MODEST
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(1, 6),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.2), pieces), min_size=1, max_size=4),
)
def test_a_policy_with_mutations(first: int, many: int, changes: list[tuple[float, float, str]]) -> None:
    text = "".join(LINES[first : first + many])
    for at, length, put in changes:
        start = int(at * len(text))
        text = text[:start] + put + text[start + int(length * len(text)) :]
    holds(source_from_text("policy.tier", text))


@MODEST
@given(st.integers(0, len(EVERY)))
def test_a_policy_cut_off_anywhere(end: int) -> None:
    start = EVERY.rfind("\n", 0, max(0, end - 300)) + 1
    holds(source_from_text("policy.tier", EVERY[start:end]))


@MODEST
@given(soups)
def test_statements_elsewhere_are_read_whatever_stands_between(text: str) -> None:
    between = "rule between: " + text.replace("\n", " ").replace("\r", " ")
    around = parse(source_from_text("policy.tier", f"rule first: a = b\n{between}\nrule last: a = b\n"))
    names = [getattr(statement, "name").text for statement in around.module.statements]  # noqa: B009
    assert names[0] == "first"
    assert names[-1] == "last"


def test_line_ends_and_marks_make_no_difference() -> None:
    plain = parse(source_from_text("policy.tier", EVERY)).module
    assert parse(source_from_text("policy.tier", "\ufeff" + EVERY.replace("\n", "\r\n"))).module == plain
    assert parse(source_from_text("policy.tier", EVERY.replace("\n    ", "\n\t"))).module == plain
    assert parse(source_from_text("policy.tier", EVERY.replace("\n", "  \n\n"))).module == plain
