"""What GitHub shows: as many annotations as it takes, the worst first, and all findings on the page of the step."""

from __future__ import annotations

import html
import re

import pytest

from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Severity
from tierpolicy.diagnostics.render import render, summarised_for_github
from tierpolicy.diagnostics.render.github import MOST_SHOWN
from tierpolicy.diagnostics.render.step_summary import as_text
from tierpolicy.source import Source, Span

SOURCE = Source("shop.tier", "line\n" * 400)
CODES = {severity: Code(f"T10{at}", severity, "a code") for at, severity in enumerate(Severity)}
ERROR, WARNING, NOTE = Severity


def many(**counts: int) -> list[Diagnostic]:
    """So many findings of each severity, each on a line of its own, all kinds mixed."""
    found = [(n, severity) for severity in Severity for n in range(counts.get(severity.value, 0))]
    lines = sorted(found, key=lambda each: each[0])
    return [
        Diagnostic(CODES[severity], f"{severity.value} {n}", Span(SOURCE.path, at * 5, at * 5 + 4))
        for at, (n, severity) in enumerate(lines)
    ]


def shown(findings: list[Diagnostic], *, summarised: bool = False) -> list[str]:
    return render(findings, [SOURCE], "github", summarised=summarised).split("\n")


def test_what_fits_is_shown_the_worst_first() -> None:
    lines = shown(many(error=2, warning=1, note=2))
    assert [re.split("[ :]+", line)[1] for line in lines] == ["error", "error", "warning", "notice", "notice"]
    most = shown(many(error=MOST_SHOWN, warning=MOST_SHOWN, note=MOST_SHOWN))
    assert len(most) == 3 * MOST_SHOWN
    assert not any("not shown here" in line for line in most)


def test_of_too_many_the_last_line_says_how_many_and_where_they_are() -> None:
    lines = shown(many(error=25, warning=11, note=30), summarised=True)
    kinds = [line.split(" ")[0] for line in lines]
    assert [kinds.count(f"::{kind}") for kind in ("error", "warning", "notice")] == [10, 10, 10]
    assert lines[-1] == (
        "::notice title=tierpolicy::not shown here: 15 errors, 1 warning, 21 notes; "
        "the summary of this step lists all of them"
    )
    assert "if `GITHUB_STEP_SUMMARY` named a file" in shown(many(error=11))[-1]


def test_notices_leave_room_for_the_last_line() -> None:
    lines = shown(many(error=11, note=10))
    assert sum(line.startswith("::notice ") for line in lines) == MOST_SHOWN
    assert "1 error, 1 note;" in lines[-1]


def test_a_long_finding_is_cut() -> None:
    (line,) = shown([Diagnostic(CODES[ERROR], "x" * 100_000, None)])
    assert 16_000 < len(line) < 17_000


def page(findings: list[Diagnostic], room: int = 1_000_000) -> str:
    return summarised_for_github(findings, [SOURCE], "### Title\n", room)


def test_the_page_has_every_finding_in_a_table_of_its_file() -> None:
    text = page([*many(error=30, warning=30), Diagnostic(CODES[NOTE], "of no file", None, help="look")])
    assert text.startswith("### Title\n")
    assert text.count("#### ") == 2
    assert len(re.findall(r"^\| 1 \| error T100 \| error 0 \|$", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^\| \d* \| \w+ T10\d \| ", text, re.MULTILINE)) == 61
    assert "|  | note T102 | of no file<br>help&#58; look |" in text


HOSTILE = "x | y\n::error::planted <script>&amp;</script> `a` **b** [c](d) @team #1 ![i](j) \\ ~~k~~ $$ ` _l_"


def test_nothing_in_a_policy_is_markup_on_the_page() -> None:
    text = page([Diagnostic(CODES[ERROR], HOSTILE, None)])
    row = text.split("\n")[-2]
    assert row.count("|") == 4
    said = row.removeprefix("|  | error T100 | ").removesuffix(" |")
    tags = re.findall(r"<[^>]*>", said)
    assert set(tags) <= {"<br>", "<code>", "</code>"}
    assert not re.search(r"[*\[\]!`~@#\\_$<>](?!\d+;)", re.sub(r"&#\d+;|</?\w+>", "", said))
    plain = html.unescape(re.sub("<br>", "\n", re.sub("</?code>", "", said)))
    assert plain.replace("`", "") == HOSTILE.replace("`", "")


def test_a_page_keeps_to_its_size() -> None:
    findings = many(error=300)
    whole = page(findings)
    for room in (0, 50, 300, 1000, 5000, len(whole) - 1):
        text = page(findings, room)
        assert len(text.encode()) <= room
        if text:
            kept = text.count("\n| ") - 1 - text.count("\n| ---")
            left = re.search(r"… and (\d+) errors that the size", text)
            assert left is not None
            assert kept + int(left[1]) == 300
    assert page(findings, 2 * len(whole)) == whole
    assert page(findings, 50) == ""


@pytest.mark.parametrize("text", ["`a` and `b`", "`a", "``", "a ` b ` c ` d"])
def test_backticks_never_leave_a_tag_open(text: str) -> None:
    shown_text = page([Diagnostic(CODES[ERROR], text, None)])
    assert shown_text.count("<code>") == shown_text.count("</code>")
    assert "`" not in shown_text


def test_a_backtick_in_a_name_turns_no_code_inside_out() -> None:
    assert as_text("`a` and `b`") == "<code>a</code> and <code>b</code>"
    assert as_text("`a`b` and `c`") == "&#96;a&#96;b&#96; and &#96;c&#96;"
