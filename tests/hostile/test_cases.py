"""Cases that hurt others, in policy text and in files: each row gets a finding or works, and none harms the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tierpolicy
from tierpolicy.check.elaborate import Checked, elaborate
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.syntax import parse
from tierpolicy.syntax.format import format_module
from tierpolicy.syntax.gather import gather_text
from tierpolicy.syntax.gather_cases import with_cases_text

POLICY = "if orders > 10 then priority = high\n"


def beside(text: str, policy: str = POLICY) -> Checked:
    return elaborate(with_cases_text(gather_text(policy), text))


def errors(found: Checked) -> list[str]:
    return [d.code.code for d in found.diagnostics if d.severity is Severity.ERROR]


def names(found: Checked) -> list[str]:
    assert found.policy is not None, found.diagnostics
    assert failing_examples(found.policy) == ()
    return [example.origin.name for example in found.policy.examples]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("case,orders,priority\nA\0b,11,high\n", "T011"),
        ("case,orders,priority\nA\u202eb,11,high\n", "T011"),
        ("case,orders,priority\n" + "x" * 10_000 + ",11," + "h" * 10_000 + "\n", "T104"),
        ("case,orders,priority\nA,11," + "(" * 10_000 + "\n", "T902"),
        ("case,orders,priority\nA," + "9" * 10_000 + ",high\n", "T905"),
        ("case,orders,priority\nA,1e400,high\n", "T905"),
        ('case,orders,priority\n"A,11,high\n', "T004"),
        ("case,orders,orders,priority,priority\nA,11,12,high,top\n", "T310"),
        ("case,case,orders,priority\nA,B,11,high\n", "T310"),
        ("orders,priority" + ",x" * 1_000 + "\n11,high" + ",1" * 1_000 + "\n", "T101"),
        ("__class__,priority\n1,high\n", "T101"),
        ("orders,priority\n11,__import__(1)\n", "T103"),
        ("orders,priority\n11,=HYPERLINK(1)\n", "T103"),
        ("orders,expect min(1\n11,1\n", "T005"),
        ("\0\n\0\n", "T011"),
    ],
    ids=lambda each: each[:24] if len(each) > 4 else each,
)
def test_a_wrong_cell_is_a_finding(text: str, code: str) -> None:
    found = beside(text)
    assert found.policy is None
    assert code in errors(found)


def test_names_may_be_anything_that_can_be_read() -> None:
    written = ['"say ""hi"""', '"two\nlines"', "{{ x }}", "-- ${y}", "ß 漢 🙂"]
    found = names(beside("case,orders,priority\n" + "".join(f"{name},11,high\n" for name in written)))
    assert found == ['say "hi"', "two lines", "{{ x }}", "-- ${y}", "ß 漢 🙂"]
    inside = POLICY + 'cases n:\n  | case | orders | priority |\n  | "a\\nb \\"c\\" # | é" | 11 | high |\n'
    assert names(elaborate(gather_text(inside))) == ['a b "c" # | é']


def test_one_name_in_two_forms_of_unicode_is_one() -> None:
    assert errors(beside("case,orders,priority\n\u00e9,11,high\ne\u0301,11,high\n")) == ["T151"]


def test_every_wrong_row_is_reported_and_no_right_one() -> None:
    rows = [f"c{n},{n},{'high' if n > 10 else 'normal' if n % 2 else 'hihg'}" for n in range(200)]
    found = beside("case,orders,priority\n" + "\n".join(rows))
    assert errors(found) == ["T104"] * 6


def test_rows_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MOST_RULES", 100)
    many = "".join(f"{n + 11},high\n" for n in range(101))
    assert errors(beside("orders,priority\n" + many[: -len("111,high\n")])) == []
    assert errors(beside("orders,priority\n" + many)) == ["T901"]


def test_wide_cells_are_laid_out_once_and_for_all() -> None:
    text = f'cases wide:\n  | case | orders | priority |\n  | {"x" * 10_000} | 11 | high |\n  | "" |  | - |\n'
    once = format_module(gather_text(text).sources[0])
    assert format_module(gather_text(once).sources[0]) == once


HEADS = [
    "case",
    "given orders",
    "orders",
    "expect priority",
    "priority",
    "expect orders > 5",
    "as of",
    "because",
    "x",
    "",
]
CELLS = [
    "",
    "-",
    "5",
    "11",
    "high",
    "not top",
    ">= high",
    "a, b",
    "missing",
    "1 to 5",
    "{phone}",
    "2026-01-01",
    '"',
    "|",
]
PIECES = [*HEADS, *CELLS, "\n", '""', ";", "\0", "\u202e", "é", "(", "otherwise", "#"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(HEADS), min_size=1, max_size=5),
    st.lists(st.lists(st.sampled_from(PIECES), max_size=6), max_size=6),
    st.sampled_from([",", ";"]),
)
def test_whatever_a_file_holds_is_cases_or_findings(heads: list[str], rows: list[list[str]], separator: str) -> None:
    text = "\n".join(separator.join(line) for line in [heads, *rows])
    found = beside(text)
    assert (found.policy is None) == bool(errors(found))
    assert all(d.span is not None for d in found.diagnostics if d.severity is Severity.ERROR)
    bars = "cases n:\n" + "\n".join(f"  | {' | '.join(line)} |" for line in [heads, *rows])
    inside = elaborate(gather_text(POLICY + bars))
    assert (inside.policy is None) == bool(errors(inside))


def test_a_long_line_of_dashes_costs_no_more_than_its_length() -> None:
    ruler = "    |" + "-" * 5_000
    for end in ("x", "|x", " :¤", "-|" + "-" * 5_000 + "x"):
        with pytest.raises(tierpolicy.PolicyError):
            tierpolicy.loads(f"cases c:\n    | given orders | expect priority |\n{ruler}{end}\n    | 1 | normal |\n")
