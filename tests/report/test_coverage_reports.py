"""Coverage as people and programs get it: the same numbers everywhere, and nothing that a policy's text could do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from tierpolicy.check.elaborate import elaborate
from tierpolicy.report.coverage import cobertura_xml, coverage_data, coverage_page, coverage_table
from tierpolicy.report.coverage.blocks import blocks_of
from tierpolicy.report.coverage.page import LONG, MOST_LINES
from tierpolicy.report.coverage.terminal import lines_text
from tierpolicy.semantics.read import read
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.coverage import Coverage, Recorder, merged, rate_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)

POLICY = """\
customer {
    spend  : money at least 0
    orders : integer at least 0 default 0
}

service {
    priority : low < normal < high < top
    wait     : duration less is better
}

baseline everyone: priority at least normal, wait at most 10 minutes

rule good "Those & <b>others</b>": if spend >= 100 and orders > 0
    then priority = high
rule never: if spend > 1_000_000 then priority = top
rule beaten: if orders >= 0 then priority = normal
"""

ROWS = "if orders,then priority\n" + "".join(f"{n},normal\n" for n in range(LONG + 700))


def coverage_of(text: str, *customers: dict[str, object], path: str = "shop/desk.tier", **files: str) -> Coverage:
    checked = elaborate(gather_text(text, path, {name.replace("_", "."): said for name, said in files.items()}), {})
    assert checked.policy is not None, [each.message for each in checked.diagnostics]
    recorder = Recorder()
    recorder.look_at(checked.policy)
    for customer in customers:
        recorder(checked.policy, read(checked.policy, customer, {}), date(2026, 6, 1), "examples")
        recorder(checked.policy, read(checked.policy, {**customer, "spend": None}, {}), date(2026, 6, 1), "properties")
    return recorder.coverage()


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return coverage_of(POLICY, {"spend": 100, "orders": 1})


@pytest.fixture(scope="module")
def long() -> Coverage:
    text = POLICY + 'table rates from "rates.csv"\n'
    return coverage_of(text, {"orders": 3}, {"orders": LONG}, path="desk.tier", rates_csv=ROWS)


def table_of(coverage: Coverage, **how: object) -> str:
    out = io.StringIO()
    Console(file=out, width=80, **how).print(coverage_table(coverage))  # type: ignore[arg-type]
    return out.getvalue()


# ---------------------------------------------------------------- the terminal


def test_table(coverage: Coverage) -> None:
    lines = [line.rstrip() for line in table_of(coverage).splitlines()]
    assert lines == [
        " rate  statements  comparisons  file",
        "45.4%         1/3          4/8  shop/desk.tier",
        "                                gaps in lines 13, 15–16",
        "45.4%         1/3          4/8  all",
        "",
        "shop/desk.tier",
        "   13  `spend >= 100` was never false",
        "   13  `orders > 0` was never false",
        "   15  rule `never` was never true",
        "   15  `spend > 1_000_000` was never true",
        "   16  rule `beaten` was true and never decided anything",
        "   16  `orders >= 0` was never false",
        "",
        "a comparison counts twice: seen true, seen false; seen unknown: 0 of 4;",
        "customers drawn for properties, not counted, would cover 27.2%",
    ]


def test_table_is_plain_where_it_is_piped(coverage: Coverage) -> None:
    assert "\x1b" not in table_of(coverage)
    assert "\x1b" in table_of(coverage, force_terminal=True)


def test_the_worst_files_come_first_and_many_are_cut() -> None:
    customers: list[dict[str, object]] = [{"spend": 100}]
    many = merged(*(coverage_of(POLICY, *customers[: n % 2], path=f"f{n:02}.tier") for n in range(40)))
    said = table_of(many)
    assert said.index("f38.tier") < said.index("f01.tier")  # of the even ones nothing is covered
    assert "f39.tier" not in said
    assert "the worst 30 of 40 files" in said
    assert re.search(r"and \d+ more gaps; the page of HTML", said)


@pytest.mark.parametrize(
    ("lines", "said"),
    [([], ""), ([4], "4"), ([4, 3, 3, 9], "3–4, 9"), (range(1, 60, 2), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, …")],
)
def test_lines_in_words(lines: list[int], said: str) -> None:
    assert lines_text(lines) == said


def test_paths_reach_a_terminal_escaped() -> None:
    assert "\x1b" not in table_of(coverage_of(POLICY, path="\x1b[31mred.tier"))


# ---------------------------------------------------------------- Cobertura

OF_ALL = "line-rate branch-rate lines-covered lines-valid branches-covered branches-valid complexity version timestamp"
DTD: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "coverage": (("sources", "packages"), frozenset(OF_ALL.split())),
    "sources": (("source",), frozenset()),
    "source": ((), frozenset()),
    "packages": (("package",), frozenset()),
    "package": (("classes",), frozenset({"name", "line-rate", "branch-rate", "complexity"})),
    "classes": (("class",), frozenset()),
    "class": (("methods", "lines"), frozenset({"name", "filename", "line-rate", "branch-rate", "complexity"})),
    "methods": ((), frozenset()),
    "lines": (("line",), frozenset()),
    "line": (("conditions",), frozenset({"number", "hits"})),
    "conditions": (("condition",), frozenset()),
    "condition": ((), frozenset({"number", "type", "coverage"})),
}
"""Of coverage-04.dtd: what stands in each element, in order, and the attributes that it must have."""

MANY = {"source", "package", "class", "line", "condition"}
OPTIONAL = {"line": {"branch", "condition-coverage"}}


def mistakes_in(xml: str) -> Iterator[str]:
    """What the document type forbids."""
    for element in ElementTree.fromstring(xml).iter():
        inside, needed = DTD[element.tag]
        names = [child.tag for child in element]
        if set(element.attrib) - OPTIONAL.get(element.tag, set()) != needed:
            yield f"{element.tag}: {set(element.attrib) ^ needed}"
        wanted = [name for name in inside for _ in range(names.count(name) if name in MANY else 1)]
        if names != wanted and not (element.tag == "line" and not names):
            yield f"{element.tag}: {names}"


def test_cobertura(coverage: Coverage, long: Coverage, tmp_path: Path) -> None:
    xml = cobertura_xml(merged(coverage, long), Path(), NOW)
    assert list(mistakes_in(xml)) == []
    assert xml.splitlines()[1] == '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'
    assert list(mistakes_in(xml.replace(' hits="0"', "", 1)))
    assert list(mistakes_in(xml.replace("<methods/>", "", 1)))


def test_cobertura_of_one_file(coverage: Coverage) -> None:
    top = ElementTree.fromstring(cobertura_xml(coverage, Path(), NOW))
    assert top.attrib | {"version": ""} == {
        "line-rate": "0.3333",
        "branch-rate": "0.5000",
        "lines-covered": "1",
        "lines-valid": "3",
        "branches-covered": "4",
        "branches-valid": "8",
        "complexity": "0",
        "version": "",
        "timestamp": "1780272000000",
    }
    (package,) = top.iter("package")
    (each,) = top.iter("class")
    assert (package.get("name"), each.get("name"), each.get("filename")) == ("shop", "desk.tier", "shop/desk.tier")
    lines = {line.get("number"): (line.get("hits"), line.get("condition-coverage")) for line in top.iter("line")}
    assert lines == {"13": ("1", "50% (2/4)"), "15": ("0", "50% (1/2)"), "16": ("0", "50% (1/2)")}


def test_file_names_are_relative_to_the_source(tmp_path: Path) -> None:
    found = coverage_of(POLICY, path=str(tmp_path / "policies" / "desk.tier"))
    top = ElementTree.fromstring(cobertura_xml(found, tmp_path, NOW))
    assert [each.get("filename") for each in top.iter("class")] == ["policies/desk.tier"]
    assert [each.text for each in top.iter("source")] == [tmp_path.resolve().as_posix()]


def test_cobertura_of_nothing() -> None:
    xml = cobertura_xml(Coverage(), Path(), NOW)
    assert list(mistakes_in(xml)) == []
    assert 'line-rate="1"' in xml


# ---------------------------------------------------------------- the page


class Page(HTMLParser):
    """What a page holds: every start tag with its attributes, open elements, all text."""

    VOID = frozenset({"meta", "br", "link", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_the_text_and_how_far_it_is_covered(coverage: Coverage) -> None:
    page = Page(coverage_page(coverage))
    assert page.open == []
    assert 'rule good "Those & <b>others</b>": if spend >= 100 and orders > 0' in page.text
    assert [attrs.get("class") for tag, attrs in page.tags if tag == "details"] == [
        "file",
        "exempt",
        "partly",
        "never",
        "lost",
    ]
    marked = [attrs for tag, attrs in page.tags if tag == "span" and (attrs.get("class") or "").startswith("cmp")]
    assert [attrs["class"] for attrs in marked[2:]] == ["cmp true", "cmp true", "cmp false", "cmp true"]
    assert marked[2]["title"] == "`spend >= 100` was never false (true 1, false 0, unknown 0)"


def test_the_page_says_the_rates_of_the_table(coverage: Coverage) -> None:
    page = coverage_page(coverage)
    assert "<title>Coverage: 45.4%</title>" in page
    assert str(rate_of(coverage)) in table_of(coverage)
    assert coverage_data(coverage)["percent"] == 45.45
    assert "27.2%" in Page(page).text  # by properties, apart


HOSTILE = """\
service {
    greeting : text default "{{ 7 * 7 }}{% raw %}<script>alert(1)</script>"
}
rule r "</code></details><img src=x onerror=alert(1)>": greeting = "{{ config }}' onclick='alert(1)"
    because "<script>{# #}"
"""


def test_policy_text_is_only_text() -> None:
    html = coverage_page(coverage_of(HOSTILE, {}, path="<script>.tier"), title="<script>")
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "iframe", "link", "object"})
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "{{ 7 * 7 }}{% raw %}<script>alert(1)</script>" in page.text


def test_the_page_asks_for_nothing_from_elsewhere(coverage: Coverage) -> None:
    page = Page(coverage_page(coverage))
    places = [
        value for _, attrs in page.tags for name, value in attrs.items() if name in ("href", "src", "action", "data")
    ]
    assert places
    assert all(place is not None and place.startswith("#") for place in places)
    style = page.text.split("}", 1)[0] + coverage_page(coverage).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_lines_that_nothing_covers_stand_out_without_colour(coverage: Coverage) -> None:
    page = Page(coverage_page(coverage))
    for mark, words in (
        ("✗", "never true, or not in force"),
        ("≠", "was true and never decided"),
        ("◐", "seen only one way"),
    ):
        assert mark in page.text.split("How to read it")[1].split("shop/desk.tier", 2)[2]
        assert page.text.count(words) >= 2  # in the legend, and hidden beside each mark


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(coverage: Coverage, scheme: str) -> None:
    """At least 4.5 between text and what it stands on, in both schemes (WCAG 2.2, 1.4.3)."""
    style = coverage_page(coverage).split("<style>")[1].split("</style>")[0]
    roots = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    of_scheme = "".join(roots[["light", "dark"].index(scheme) :: 2])
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", of_scheme))
    looks = ("covered", "partly", "lost", "unknown", "never", "exempt")
    pairs = [("text", look) for look in looks] + [(f"{look}-edge", look) for look in looks]
    pairs += [("quiet", look) for look in looks] + [
        (ink, ground) for ink in ("text", "quiet", "link") for ground in ("page", "panel")
    ]
    too_faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in too_faint.items() if value < 4.5} == {}
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_long_file_is_folded_and_cut(long: Coverage) -> None:
    html = coverage_page(long)
    page = Page(html)
    rows = html.split("<b>rates.csv</b>")[1].split("</main>")[0]
    assert rows.count('class="row"') <= MOST_LINES
    assert "what follows is left out here" in rows
    assert not any(
        tag == "details" and attrs.get("class") == "file" and "open" in attrs for tag, attrs in page.tags[-1:]
    )
    assert len(html) < 2_000_000


def test_of_a_long_file_what_is_covered_is_left_out() -> None:
    plain = "".join(f"# line {n}\n" for n in range(LONG + 50))
    html = coverage_page(coverage_of(plain + POLICY, {"spend": 100, "orders": 1}))
    assert f"{LONG + 50 + 11} lines left out, where nothing is missing" in html
    assert "# line 3\n" not in html


def test_blocks_hold_the_whole_text(coverage: Coverage, long: Coverage) -> None:
    for file in (*coverage.files, *long.files, *coverage_of(HOSTILE, {}).files):
        blocks = blocks_of(file)
        lines = ["".join(piece.text for piece in line) for block in blocks for line in block.lines]
        assert lines == file.text.splitlines()
        assert [block.first for block in blocks[1:]] == [block.last + 1 for block in blocks[:-1]]


# ---------------------------------------------------------------- data


def test_data(coverage: Coverage) -> None:
    found = json.loads(json.dumps(coverage_data(coverage)))
    assert (found["percent"], found["covered"], found["points"]) == (45.45, 5, 11)
    assert found["statements_covered"] == {"percent": 33.33, "covered": 1, "points": 3}
    (file,) = found["files"]
    assert {each["name"]: each["status"] for each in file["statements"]} == {
        "everyone": "decided",
        "good": "decided",
        "never": "never fired",
        "beaten": "lost",
    }
    assert "text" not in file
    assert len(file["gaps"]) == 6
    assert coverage_data(Coverage())["percent"] is None


def test_a_define_that_was_only_unknown_is_not_shown_as_never_true() -> None:
    seen = coverage_of("define many = orders > 5\nif many then priority = high\n", {"tier": "x"}, path="a.tier")
    (block, _) = [block for block in blocks_of(seen.files[0]) if block.look != "plain"]
    assert (block.comparisons[0].unknown.tested, block.look) == (1, "unknown")
