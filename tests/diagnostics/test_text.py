"""What an author sees: the sentence, the place, the line with what is meant underlined, help, a summary."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix, Related, Severity
from tierpolicy.diagnostics.render import STYLES, render
from tierpolicy.diagnostics.render.cells import cells, printable
from tierpolicy.source import Source, Span

UNKNOWN = Code("T104", Severity.ERROR, "unknown label")
UNUSED = Code("T303", Severity.WARNING, "never changes a decision")
REMARK = Code("T501", Severity.NOTE, "nothing reads it")


def at(source: Source, words: str, *, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(words, start + 1)
    return Span(source.path, start, start + len(words))


def shown(text: str, words: str, **more: object) -> str:
    source = Source("a.tier", text)
    finding = Diagnostic(UNKNOWN, "mistaken", at(source, words), **more)  # type: ignore[arg-type]
    return render([finding], [source])


def test_a_finding_reads_like_a_good_compilers() -> None:
    source = Source("service.tier", "tiers member < silver < gold\n\ntier golden if annual_spend >= 10_000\n")
    finding = Diagnostic(
        UNKNOWN,
        "`golden` is not a label of `tier`",
        at(source, "golden"),
        help="did you mean `gold`?",
        related=(Related(at(source, "member < silver < gold"), "the labels are declared here"),),
    )
    assert render([finding], [source]) == (
        "error[T104]: `golden` is not a label of `tier`\n"
        " --> service.tier:3:6\n"
        "  |\n"
        "1 | tiers member < silver < gold\n"
        "  |       ---------------------- the labels are declared here\n"
        "...\n"
        "3 | tier golden if annual_spend >= 10_000\n"
        "  |      ^^^^^^\n"
        "  |\n"
        "  = help: did you mean `gold`?\n"
        "\n"
        "1 error"
    )


def test_a_related_place_in_another_file_names_that_file() -> None:
    main, used = Source("main.tier", 'use "other.tier"\nrule a: if x then y = 1\n'), Source("other.tier", "\nrule a:\n")
    finding = Diagnostic(UNKNOWN, "two rules `a`", at(main, "a:"), related=(Related(at(used, "a"), "the other"),))
    text = render([finding], [main, used])
    assert " --> main.tier:2:6\n" in text
    assert " ::: other.tier:2:6\n  |\n2 | rule a:\n  |      - the other" in text


@pytest.mark.parametrize(
    ("line", "words", "under"),
    [
        ("rule a: if x", "x", " " * 11 + "^"),
        ("\trule a: if x", "x", " " * 15 + "^"),
        ("日本 = x", "x", " " * 7 + "^"),
        ("日本 = x", "日本", "^^^^"),
        ("e\u0301te\u0301 = x", "x", " " * 6 + "^"),
        ("\U0001f3c6 = x", "x", " " * 5 + "^"),
        ("\U0001f44d\U0001f3fd = x", "x", " " * 5 + "^"),
        ("a\u200bb = x", "x", " " * (5 + len("\\u{200b}")) + "^"),
    ],
    ids=["plain", "tab", "after wide", "under wide", "combining", "emoji", "skin tone", "zero width"],
)
def test_the_caret_stands_under_what_it_means(line: str, words: str, under: str) -> None:
    rows = shown(line, words).split("\n")
    assert rows[4] == f"  | {under}"


def test_a_span_of_several_lines_shows_its_first_and_its_last_line() -> None:
    source = Source("a.tier", "rule a:\n    if x\n    then y = 1\nrule b:\n")
    span = Span("a.tier", 0, source.text.index("rule b"))  # ends where the next line starts
    text = render([Diagnostic(UNKNOWN, "never true", span)], [source])
    assert text.split("\n")[2:8] == [
        "  |",
        "1 | rule a:",
        "  | ^^^^^^^",
        "...",
        "3 |     then y = 1",
        "  |     ^^^^^^^^^^",
    ]


@pytest.mark.parametrize("before", [0, 10, 99, 100, 101, 5_000])
@pytest.mark.parametrize("after", [0, 5_000])
@pytest.mark.parametrize("filler", ["x", "日", "\t", "\x00"], ids=["narrow", "wide", "tab", "control"])
def test_a_long_line_is_cut_around_the_span(before: int, after: int, filler: str) -> None:
    rows = shown(filler * before + "BAD" + filler * after, "BAD").split("\n")
    line, under = rows[3].removeprefix("1 | "), rows[4].removeprefix("  | ")
    assert sum(cell.width for cell in cells(line)) <= 102
    assert under.strip() == "^^^"
    assert columns(line[: line.index("BAD")]) == len(under) - 3


def test_a_span_as_long_as_a_file_is_cut_too() -> None:
    text = shown("(" * 1_000_000, "(" * 1_000_000)
    assert len(text) < 500


def test_an_empty_span_at_the_end_gets_one_caret() -> None:
    source = Source("a.tier", "rule a:")
    assert "1 | rule a:\n  |        ^" in render([Diagnostic(UNKNOWN, "ends early", Span("a.tier", 7, 7))], [source])


def test_a_text_that_is_not_known_is_shown_by_its_path() -> None:
    text = render([Diagnostic(UNKNOWN, "cannot be read", Span("gone.tier", 0, 0), help="check the path")], [])
    assert text == "error[T104]: cannot be read\n --> gone.tier\n  = help: check the path\n\n1 error"


def test_findings_come_by_file_and_place_and_each_once() -> None:
    one, two = Source("z.tier", "aa bb\ncc\n"), Source("a.tier", "dd\n")
    found = [Diagnostic(UNKNOWN, words, at(source, words)) for source, words in ((two, "dd"), (one, "cc"), (one, "bb"))]
    nowhere = Diagnostic(UNUSED, "of the whole", None)
    text = render([*found, *found, nowhere], [one, two])
    order = [line for line in text.split("\n") if line.startswith(("error", "warning"))]
    assert order == ["warning[T303]: of the whole", *(f"error[T104]: {words}" for words in ("bb", "cc", "dd"))]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([], "no findings"),
        ([UNKNOWN], "1 error"),
        ([UNKNOWN, UNKNOWN, UNUSED], "2 errors, 1 warning"),
        ([REMARK, REMARK], "2 notes"),
    ],
)
def test_the_last_line_counts(codes: list[Code], said: str) -> None:
    source = Source("a.tier", "abc")
    findings = [Diagnostic(code, "m", Span("a.tier", n, n + 1)) for n, code in enumerate(codes)]
    assert render(findings, [source]).split("\n")[-1] == said


CUSTOMER = {
    "name": "customer",
    "record": {"lifetime_value": 100_000},
    "request": {},
    "as_of": "2026-01-01",
    "decision": {"priority": "high"},
    "given": {"lifetime_value": "100_000", "segment": "enterprise", "stage": "missing"},
    "expect": {"priority": "high"},
    "any": ["orders", "tags"],
}
EXAMPLE = 'example "x":\n    given lifetime_value = 100_000\n    expect priority = high'


def witnessed(*customers: dict[str, Any], example: str = "") -> Diagnostic:
    return Diagnostic(UNKNOWN, "m", None, help="do something", witness={"customers": customers, "example": example})


def test_a_witness_is_a_customer_with_the_decision_and_an_example_to_keep() -> None:
    assert render([witnessed(CUSTOMER, example=EXAMPLE)], []).split("\n")[:-2] == [
        "error[T104]: m",
        "  = customer: lifetime_value = 100_000, segment = enterprise (missing: stage; any: orders, tags)"
        " → priority = high",
        "  = help: do something",
        "  = example: what is decided today; paste it, and correct what it expects",
        '     example "x":',
        "         given lifetime_value = 100_000",
        "         expect priority = high",
    ]


def test_what_stands_above_an_example_fits_a_narrow_terminal() -> None:
    lines = render([witnessed(CUSTOMER, example=EXAMPLE)], [], width=40).split("\n")
    at = next(number for number, line in enumerate(lines) if "= example:" in line)
    assert lines[at + 1].startswith(" " * 13)
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(("any_day", "said"), [(True, "stage"), (False, "as of 2026-01-01")])
def test_the_day_is_said_where_it_matters(any_day: bool, said: str) -> None:
    text = render([witnessed(CUSTOMER | {"any_day": any_day})], [])
    assert ("segment = enterprise, as of 2026-01-01 (missing" in text) is not any_day
    assert said in text


def test_a_pair_is_two_customers() -> None:
    one, other = (
        CUSTOMER | {"name": "one customer"},
        CUSTOMER | {"name": "another", "given": {}, "expect": {}, "any": []},
    )
    text = render([witnessed(one, other)], [])
    assert "  = one customer: lifetime_value = 100_000" in text
    assert "  = another: nothing is known\n" in text
    assert "example:" not in text


def test_many_fields_are_counted() -> None:
    names = [f"field_{n}" for n in range(50)]
    text = render([witnessed(CUSTOMER | {"given": dict.fromkeys(names, "1"), "any": names})], [])
    assert "field_29 = 1 and 20 more (any: field_0, field_1, field_2, field_3, field_4, field_5 and 44 more)" in text


@pytest.mark.parametrize("style", ["github", "sarif"])
def test_other_styles_say_the_customer_in_their_message(style: str) -> None:
    text = render([witnessed(CUSTOMER, example=EXAMPLE)], [], style)  # type: ignore[arg-type]
    assert "customer: lifetime_value = 100_000, segment = enterprise (missing: stage; any: orders, tags)" in text


def test_a_fix_is_named() -> None:
    source = Source("a.tier", "a == b")
    fix = Fix(at(source, "=="), "=", "write `=`")
    assert "  = fix: write `=`" in shown("a == b", "==", fix=fix)


HOSTILE = "\x1b[31mred\x07\r\u202eevil\u2066\ud800\x9b"


@pytest.mark.parametrize("style", STYLES)
def test_nothing_hidden_reaches_a_terminal(style: str) -> None:
    source = Source("a\x1b.tier", f"{HOSTILE} BAD\n")
    related = (Related(at(source, "BAD"), HOSTILE),)
    said = {HOSTILE: HOSTILE}
    customer = {"name": HOSTILE, "given": said, "expect": said, "any": [HOSTILE], "record": said, "decision": said}
    hostile = {"customers": [customer], "example": HOSTILE}
    finding = Diagnostic(UNKNOWN, HOSTILE, at(source, "BAD"), HOSTILE, related, None, hostile)
    text = render([finding], [source], style)  # type: ignore[arg-type]
    assert [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")] == []
    text.encode("utf-8")


def test_colour_is_only_added() -> None:
    source = Source("a.tier", "abc")
    finding = Diagnostic(UNKNOWN, "m", Span("a.tier", 0, 1), help="h")
    painted = render([finding], [source], color=True)
    assert "\x1b[1;31merror[T104]\x1b[0m" in painted
    plain = painted
    for style in ("1;31", "1;34", "1;32", "0", "1"):
        plain = plain.replace(f"\x1b[{style}m", "")
    assert plain == render([finding], [source])


@settings(max_examples=100)
@given(st.text(max_size=120), st.integers(0, 130), st.integers(0, 130), st.sampled_from(STYLES))
def test_any_text_and_any_span_is_shown(text: str, start: int, length: int, style: str) -> None:
    source = Source("a.tier", text)
    finding = Diagnostic(UNKNOWN, text, Span("a.tier", start, start + length), related=(Related(Span("b", 1, 2), ""),))
    shown = render([finding], [source], style)  # type: ignore[arg-type]
    assert all(c == "\n" or c.isprintable() for c in shown)
    assert shown == render([finding], [source], style)  # type: ignore[arg-type]


@given(st.text(max_size=80))
def test_printable_text_is_left_alone_and_other_text_made_printable(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(text) == text or not text.isprintable()


def columns(text: str) -> int:
    """The columns that plain, wide and escaped characters take, counted another way than the code does."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
