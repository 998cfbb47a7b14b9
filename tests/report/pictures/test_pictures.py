"""Pictures from plain numbers: well formed and harmless whatever they are given, readable, the same for the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.report.markup import SVG, asked_from_elsewhere, drawn, words_of
from tierpolicy.report.pictures import (
    STYLE,
    Bar,
    Flow,
    Parted,
    Series,
    Words,
    bars,
    beside,
    flows,
    heat,
    histogram,
    parted,
)
from tierpolicy.report.pictures.flows import LINE
from tierpolicy.report.pictures.heat import share_shown, step_of
from tierpolicy.report.pictures.lettering import number_text, shortened, spread, text_width, ticks
from tierpolicy.report.pictures.palette import DARK, LIGHT, STEPS, Scheme

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'quoted'",
    "]]>",
    "x" * 64,
    "😀 客户级别 é",
    "line\nbreak\x00\x1b[31m\u202e\ud800",
    "",
    "{{ 7 * 7 }}",
)
ABOUT = Words("name", HOSTILE[0], HOSTILE[5])


def of_bars(labels: list[str], amounts: list[int]) -> str:
    lines = [Bar(label, amount, before=amount // 2) for label, amount in zip(labels, amounts, strict=True)]
    return bars(ABOUT, lines, now=HOSTILE[1], before=HOSTILE[2])


def of_parted(labels: list[str], amounts: list[int]) -> str:
    lines = [Parted(label, (amount, amount * 3, 0), HOSTILE[1]) for label, amount in zip(labels, amounts, strict=True)]
    return parted(ABOUT, (HOSTILE[0], "b", "c"), lines)


def of_beside(labels: list[str], amounts: list[int]) -> str:
    return beside(ABOUT, labels, Series(HOSTILE[0], tuple(amounts)), [Series("b", tuple(amounts))], across=HOSTILE[1])


def of_flows(labels: list[str], amounts: list[int]) -> str:
    moves = [
        Flow(one, labels[-1 - at], amount, "worse")
        for at, (one, amount) in enumerate(zip(labels, amounts, strict=True))
    ]
    return flows(ABOUT, labels, moves, before=HOSTILE[0], after=HOSTILE[3])


def of_heat(labels: list[str], amounts: list[int]) -> str:
    return heat(ABOUT, labels, labels, [[amount] * len(labels) for amount in amounts], across=HOSTILE[0])


def of_histogram(labels: list[str], amounts: list[int]) -> str:
    marks = [(at, label) for at, label in enumerate(labels)]
    return histogram(ABOUT, [*range(len(amounts) + 1)], amounts, marks=marks, across=HOSTILE[0])


KINDS = (of_bars, of_parted, of_beside, of_flows, of_heat, of_histogram)
AMOUNTS: dict[str, list[int]] = {
    "none": [],
    "one": [7],
    "hostile labels": [3, 1, 4, 1, 5, 9, 2, 6],
    "all zero": [0] * 5,
    "huge": [10**18, 1, 10**400, 0],
    "two hundred": list(range(200)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", AMOUNTS)
def test_a_picture_is_well_formed_and_harmless(kind: Callable[[list[str], list[int]], str], case: str) -> None:
    amounts = AMOUNTS[case]
    labels = [HOSTILE[at] if at < len(HOSTILE) else f"label {at}" for at in range(len(amounts))]
    svg = kind(labels, amounts)
    root = drawn(svg)
    assert root.attrib["role"] == "img"
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "line", "text", "tspan", "path", "polyline", "polygon", "circle",
    }  # fmt: skip
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]
    assert asked_from_elsewhere(svg) == []
    assert kind(labels, amounts) == svg


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_drawn_inside(kind: Callable[[list[str], list[int]], str]) -> None:
    """No rectangle, no line of text begins outside of the picture."""
    for amounts in AMOUNTS.values():
        root = drawn(kind([f"label {at}" for at in range(len(amounts))], amounts))
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for each in root.iter():
            if "x" in each.attrib:
                assert -1 <= float(each.attrib["x"]) <= width + 1
                assert -1 <= float(each.attrib["y"]) <= height + 1
            if each.tag == f"{SVG}rect":
                assert float(each.attrib.get("x", 0)) + float(each.attrib["width"]) <= width + 1
                assert float(each.attrib["height"]) >= 0


def test_who_hears_a_picture_is_told_what_it_shows() -> None:
    root = drawn(bars(Words("tier", "Customers by tier", "gold: 3"), [Bar("gold", 3)]))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text, description.text) == ("Customers by tier", "gold: 3")
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]


def test_a_picture_alone_has_its_colours_and_a_ground_one_on_a_page_has_not() -> None:
    alone, inside = (bars(Words("a", "b"), [Bar("gold", 3)], alone=alone) for alone in (True, False))
    assert STYLE.split("\n")[0] in alone
    assert "ground" in alone
    assert "<style>" not in inside
    assert 'class="ground"' not in inside


# ---------------------------------------------------------------- what is said


def test_bars_say_their_numbers_and_what_they_were() -> None:
    words = words_of(bars(Words("a", "b"), [Bar("gold", 1858, 2000, "7.9%"), Bar("silver", 4148)]))
    assert "2,000 → 1,858 (7.9%)" in words
    assert "4,148" in words


def test_bars_are_as_long_as_they_are_many_and_little_is_still_seen() -> None:
    root = drawn(bars(Words("a", "b"), [Bar("many", 1_000_000), Bar("half", 500_000), Bar("one", 1), Bar("none", 0)]))
    wide = [float(each.attrib["width"]) for each in root.iter(f"{SVG}rect") if "bar" in each.attrib["class"]]
    assert wide[1] == pytest.approx(wide[0] / 2, abs=0.1)
    assert wide[2:] == [2, 0]


def test_parts_fill_their_line() -> None:
    lines = [Parted("priority", (12, 0, 20_000, 3_558)), Parted("tier", (1, 1, 1, 1))]
    root = drawn(parted(Words("a", "b"), ("worse", "other", "same", "better"), lines))
    rows: dict[str, float] = {}
    for each in root.iter(f"{SVG}rect"):
        if each.attrib.get("height") == "12":
            rows[each.attrib["y"]] = rows.get(each.attrib["y"], 0) + float(each.attrib["width"])
    assert list(rows.values()) == [pytest.approx(376, abs=0.3)] * 2


MOVES = [
    Flow("platinum", "platinum", 208, "same"),
    Flow("platinum", "gold", 20, "worse"),
    Flow("gold", "gold", 1_700, "same"),
    Flow("member", "member", 17_000_000, "same"),
    Flow("member", "gold", 1, "better"),
    Flow("member", "silver", 0, "better"),
]


def test_flows_say_every_value_with_its_customers_on_both_sides() -> None:
    svg = flows(Words("a", "b"), ("platinum", "gold", "silver", "member"), MOVES, before="1998.1", after="1998.2")
    words = words_of(svg)
    assert {"1998.1", "1998.2", "platinum 228", "platinum 208", "gold 1,700", "gold 1,721", "member 17,000,001"} <= set(
        words
    )
    assert not any("silver" in each for each in words)  # nobody has it
    assert {"20 worse off", "1 better off"} <= set(words)
    assert "platinum → gold: 20 worse off" in svg


def test_one_customer_among_millions_is_a_ribbon_that_is_seen() -> None:
    root = drawn(flows(Words("a", "b"), ("platinum", "gold", "member"), MOVES))
    ribbons = [each for each in root.iter(f"{SVG}path") if "better" in each.attrib["class"]]
    assert len(ribbons) == 1
    points = [float(y) for y in re.findall(r",(\d+\.\d)", ribbons[0].attrib["d"])]
    assert max(points) - min(points) > 1.4


def test_names_beside_flows_never_overlap() -> None:
    labels = [f"level {at}" for at in range(12)]
    root = drawn(
        flows(Words("a", "b"), labels, [Flow(each, each, 1 if at else 10**6, "same") for at, each in enumerate(labels)])
    )
    lines = sorted(
        float(each.attrib["y"]) for each in root.iter(f"{SVG}text") if each.attrib.get("text-anchor") == "end"
    )
    assert len(lines) == 13
    assert min(b - a for a, b in pairwise(lines)) >= LINE - 0.2


def test_of_very_many_values_the_rarest_stand_together_and_nobody_is_lost() -> None:
    labels = [f"c{at}" for at in range(200)]
    words = words_of(flows(Words("a", "b"), labels, [Flow(each, each, at, "same") for at, each in enumerate(labels)]))
    others = next(each for each in words if "others" in each)
    named = sum(int(each.split()[1].replace(",", "")) for each in words if re.fullmatch(r"c\d+ [\d,]+", each))
    assert named + 2 * int(others.split()[2].replace(",", "")) == 2 * sum(range(200))


def test_heat_shows_shares_and_nothing_of_nobody() -> None:
    rows, columns = ("gold", "member"), ("low", "high")
    words = words_of(heat(Words("a", "b"), rows, columns, [[1, 0], [999, 0]]))
    assert "<1%" in words
    assert ">99%" in words
    assert [share_shown(*each) for each in ((0, 5), (1, 1_000), (1, 3), (999, 1_000), (5, 5), (0, 0))] == [
        "", "<1%", "33%", ">99%", "100%", "",
    ]  # fmt: skip
    assert [step_of(*each) for each in ((0, 5), (1, 10**9), (1, 2), (5, 5), (0, 0))] == [
        0,
        1,
        STEPS // 2 + 1,
        STEPS - 1,
        0,
    ]


def test_what_was_expected_stands_beside_what_came() -> None:
    svg = beside(
        Words("a", "b"), ("1", "2"), Series("came", (140, 2.5)), [Series("expected", (Decimal("120.5"), 3))],
        across="deciles", number=lambda value: f"${float(value):,.2f}",
    )  # fmt: skip
    assert {"came", "expected", "$140.00", "$2.50", "deciles"} <= set(words_of(svg))
    assert "1: expected $120.50" in svg
    heights = [
        float(each.attrib["height"]) for each in drawn(svg).iter(f"{SVG}rect") if "column" in each.attrib["class"]
    ]
    assert heights[0] / heights[1] == pytest.approx(140 / 2.5, rel=0.02)


# ---------------------------------------------------------------- lettering


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (23_570, "23,570"), (0, "0"), (1.25, "1.25"), (1_234.5, "1,234"), (3.0, "3"), (3_400_000_000, "3.4 billion"),
        (2 * 10**12, "2 trillion"), (10**18, "1e+18"), (10**400, "1e+300"), (0.001, "0.001"), (-5, "-5"),
        (math.nan, "–"), (Decimal("12.50"), "12.50"),
    ],
)  # fmt: skip
def test_numbers_as_people_read_them(value: int | float | Decimal, said: str) -> None:
    assert number_text(value) == said


def test_text_that_is_too_long_ends_in_an_ellipsis_and_fits() -> None:
    for text in (*HOSTILE, "W" * 40, "客" * 40):
        cut = shortened(text, 100)
        assert text_width(cut) <= 100 or cut == "…"
    assert shortened("gold", 100) == "gold"
    assert shortened("x" * 64, 100).endswith("…")


@pytest.mark.parametrize("most", [0.003, 1, 7, 10, 99, 140, 12_345, 1e12])
def test_ticks_are_round_and_reach_the_most(most: float) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most * 0.999999
    assert len(found) <= 7
    assert f"{found[1]:e}"[0] in "125"


def test_places_are_apart_and_inside() -> None:
    found = spread([0, 1, 2, 50, 99, 100], 10, 0, 100)
    assert all(b - a >= 10 - 1e-9 for a, b in pairwise(found))
    assert found[0] >= 0
    assert found[-1] <= 100


# ---------------------------------------------------------------- colours


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_and_so_do_shapes(scheme: Scheme) -> None:
    """4.5 for text (WCAG 2.2, 1.4.3), 3 for what is drawn (1.4.11)."""
    texts = [
        (scheme.ink, scheme.ground),
        (scheme.quiet, scheme.ground),
        *zip(scheme.on_steps, scheme.steps, strict=True),
    ]
    assert [pair for pair in texts if contrast(*pair) < 4.5] == []
    assert [kind for kind, colour in scheme.kinds.items() if contrast(colour, scheme.ground) < 3] == []
    ramp = [luminance(each) for each in scheme.steps]
    assert ramp in (sorted(ramp), sorted(ramp, reverse=True))


def seen_without_red_and_green(colour: str) -> tuple[float, float]:
    """About what somebody sees who can't tell red from green: how bright, and how yellow or blue."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return luminance(colour), (red + green) / 2 - blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_better_and_worse_are_told_apart_by_everyone(scheme: Scheme) -> None:
    better, worse = (seen_without_red_and_green(scheme.kinds[kind]) for kind in ("better", "worse"))
    assert abs(better[1] - worse[1]) > 0.5
