"""The pages of a simulation: well formed, whole in themselves, harmless whatever they are given, with all numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.report.markup import Read, asked_from_elsewhere
from tests.report.pictures.test_pictures import HOSTILE, contrast
from tierpolicy.model.types import DURATION, MONEY, NUMBER, SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.pipeline import loads
from tierpolicy.report.headlines import moves_headlines, simulation_headlines
from tierpolicy.report.moves_page import moves_page
from tierpolicy.report.pictures import Flow, Words, flows
from tierpolicy.report.sections import MOST_ROWS, Cell, table
from tierpolicy.report.shown import average_shown, band_shown, bound_shown, shown
from tierpolicy.report.simulation_page import simulation_page
from tierpolicy.runtime.simulation.asking import Asked
from tierpolicy.runtime.simulation.moving import moves
from tierpolicy.runtime.simulation.results import Band, Claim, Moves, Simulation
from tierpolicy.runtime.simulation.simulating import simulate

DAY = date(2026, 6, 1)

POLICY = """\
policy "Shop & <b>sons</b>" version "{version}" currency USD
customer {{
    id       : text key
    spend    : money at least 0 earnable
    orders   : integer at least 0 default 0
    contacts : integer at least 0
}}
service {{
    priority   : low < normal < high
    agent_pool : newer < senior                "who answers"
    max_wait   : duration less is better
    perks      : set of lounge, gift
    voucher    : money at least 0 more is better
    greeting   : text default "<script>alert(1)</script>"
}}
baseline everyone: priority at least normal, agent_pool at least newer, max_wait at most 10 minutes
tiers member < silver < gold
tier silver if spend >= 100 then perks = {{gift}}, voucher = 5
tier gold if spend >= {gold} then priority = high, agent_pool = senior, max_wait = 2 minutes, perks = {{lounge, gift}}
limit dealers "Not & for <i>dealers</i>": if orders > {most} then priority at most low, voucher at most 0
cost "desk": if agent_pool = senior then 6.50 * contacts
cost "vouchers": voucher
property few: at most {share}% of customers have agent_pool = senior
"""

ROWS = """\
id,spend,orders,contacts
a,50,1,2
b,100,1,1
c,150,20,1
d,1000,30,4
e,2000,2,
f,oops,1,1
g,120,1,1
h,80,12,3
"""


def policy(version: str = "1", gold: int = 1_000, most: int = 25, share: int = 50) -> str:
    return POLICY.format(version=version, gold=gold, most=most, share=share)


def unseen(done: int, size: int) -> None:
    pass


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "customers.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def simulated(base: Path) -> Simulation:
    return simulate(loads(policy()).versions[0], str(base), DAY, unseen, Asked(load_by="contacts"))


@pytest.fixture(scope="module")
def moved(base: Path) -> Moves:
    old, new = (loads(policy(*each)).versions[0] for each in (("1",), ("2", 1_500, 10)))
    return moves(old, new, str(base), DAY, unseen, examples=3)


def checked(page: str) -> Read:
    """A page that is well formed and needs nothing else."""
    assert page.startswith("<!DOCTYPE html>")
    read = Read(page)
    assert asked_from_elsewhere(page) == []
    assert read.all("script") == []
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    policy = next(each["content"] for each in read.all("meta") if "http-equiv" in each)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    return read


# ---------------------------------------------------------------- one policy


def test_the_page_says_the_numbers_of_the_simulation(simulated: Simulation) -> None:
    read = checked(simulation_page(simulated))
    text = " ".join(read.text.split())
    assert "Shop & <b>sons</b> 1: what it comes to" in text
    assert "8 customers of customers.csv, as of 2026-06-01" in text
    assert "Of 8 customers, 2 (25.0%) are gold, 3 (37.5%) silver and 3 (37.5%) member." in text
    assert "Serving them costs 46.00 USD; of 1 customer it isn't known." in text
    assert "limit dealers lowers service for 1." in text
    assert "The promise about all customers holds." in text
    assert "1 customer has values that can't be used; they count as missing." in text
    assert simulated.policy.digest in text
    for heading in (
        "Who gets what",
        "Value against service",
        "How close customers are to more",
        "Load",
        "What had problems",
    ):
        assert heading in text


def test_every_picture_has_a_title_and_every_table_a_caption(simulated: Simulation, moved: Moves) -> None:
    for page in (simulation_page(simulated), moves_page(moved)):
        read = checked(page)
        pictures = read.all("svg")
        assert len(pictures) >= 4
        assert all(each["role"] == "img" and each["aria-labelledby"] for each in pictures)
        assert set(" ".join(each["aria-labelledby"] or "" for each in pictures).split()) <= set(read.ids)
        assert len(read.all("caption")) == len(read.all("table")) > 3
        assert {each["href"] for each in read.all("a")} <= {f"#{each}" for each in read.ids}
        levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_same_simulation_gives_the_same_page(simulated: Simulation, moved: Moves) -> None:
    assert simulation_page(simulated) == simulation_page(simulated)
    assert moves_page(moved) == moves_page(moved)


def test_nothing_of_the_data_or_the_policy_becomes_markup(simulated: Simulation) -> None:
    attribute = replace(simulated.parts[0].attribute, description=HOSTILE[0] + HOSTILE[5])
    hostile = replace(
        simulated,
        base=f"{HOSTILE[0]}`{HOSTILE[1]}",
        parts=(replace(simulated.parts[0], attribute=attribute), *simulated.parts[1:]),
        statements=tuple(
            replace(each, title=each.title + HOSTILE[0], path=HOSTILE[2]) for each in simulated.statements
        ),
        claims=(Claim("few", "missed", "".join(HOSTILE), HOSTILE[0]),),
        problems=MappingProxyType(dict.fromkeys(HOSTILE, 3)),
        notes=HOSTILE,
    )
    page = simulation_page(hostile)
    read = checked(page)
    assert "<script>alert(1)</script>" in read.text
    assert "\x00" not in page
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in read.text


def test_an_empty_base_has_a_page(base: Path, tmp_path: Path) -> None:
    empty = tmp_path / "nobody.csv"
    empty.write_text(ROWS.splitlines()[0] + "\n", encoding="utf-8")
    typed = loads(policy()).versions[0]
    read = checked(simulation_page(simulate(typed, str(empty), DAY, unseen)))
    assert "There are no customers in this data." in read.text
    read = checked(moves_page(moves(typed, loads(policy("2", 5)).versions[0], str(empty), DAY, unseen)))
    assert "There are no customers in this data." in read.text


def test_a_missed_promise_comes_first_and_is_marked(base: Path) -> None:
    found = simulate(loads(policy(share=1)).versions[0], str(base), DAY, unseen)
    page = simulation_page(found)
    assert "The promise about all customers is missed: `few`." in simulation_headlines(found)
    assert '<li class="missed"><b>0 of 1</b>' in page
    assert '<td class="missed text"><span class="sign" aria-hidden="true">✗</span>missed' in page


# ---------------------------------------------------------------- two policies


def test_the_page_of_moves_says_who_is_worse_off_and_by_what(moved: Moves) -> None:
    text = " ".join(checked(moves_page(moved)).text.split())
    assert "2 of 8 customers are worse off, by tier gold benefits, limit dealers and tier gold." in text
    assert "Serving them costs 31.00 USD less: 15.00 USD, after 46.00 USD." in text
    assert "Who moves where" in text
    assert "worse off" in text
    assert "Some of those who are worse off" in text
    for each in (moved.old, moved.new):
        assert each.digest in text


def test_the_matrix_has_every_customer_once(moved: Moves) -> None:
    page = moves_page(moved)
    caption = "<code>tier</code>: lines are what they had"
    cells = page.split(caption)[1].split("</table>")[0]
    text = re.sub(r"<[^>]+>", " ", cells.split("<tbody>")[1])
    assert text.split()[-1] == "8"
    tier = next(each for each in moved.changes if each.attribute == "tier")
    assert sum(each.customers for each in tier.matrix) == 8
    assert cells.count('class="worse"') == 1
    assert tier.worse == 1


def test_all_by_one_statement(base: Path) -> None:
    old, new = (loads(policy(version, most=most)).versions[0] for version, most in (("1", 25), ("2", 15)))
    found = moves(old, new, str(base), DAY, unseen)
    assert moves_headlines(found)[0] == "1 of 8 customers is worse off, by `limit dealers`."
    both = replace(found, worse=12, customers=23_570)
    assert moves_headlines(both)[0] == "12 of 23,570 customers are worse off, all by `limit dealers`."


def test_nobody_worse_off_is_said_first(base: Path) -> None:
    old, new = (loads(policy(version, gold)).versions[0] for version, gold in (("1", 1_000), ("2", 500)))
    found = moves(old, new, str(base), DAY, unseen)
    assert moves_headlines(found)[0] == "Nobody of 8 customers is worse off."
    assert "Who is worse off" not in moves_page(found)


# ---------------------------------------------------------------- what it is made of


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (1_250_000, MONEY, "12,500.00 USD"),
        (-5, MONEY, "-0.05 USD"),
        (90, DURATION, "90 seconds"),
        (MISSING, MONEY, "not known"),
        (NotOffered.BELOW, MONEY, "none"),
        (1_234_567.0, NUMBER, "1,234,567"),
        (0.125, NUMBER, "0.12"),
        (frozenset({"gift"}), SetOf(("lounge", "gift")), "gift"),
        (frozenset[str](), SetOf(("lounge", "gift")), "nothing"),
    ],
)
def test_values_as_people_read_them(value: Known, kind: object, said: str) -> None:
    assert shown(value, kind, "USD") == said  # type: ignore[arg-type]


def test_bands_and_averages() -> None:
    bands = [Band(None, 2_000, 3), Band(2_000, 4_338, 3), Band(90_000, None, 1), Band(500, 500, 2), Band(None, None, 0)]
    assert [band_shown(each, MONEY) for each in bands] == ["under 20", "20 to 43.38", "from 900", "5", "any"]
    assert bound_shown(12_000_000, MONEY, "USD") == "120,000 USD"
    assert average_shown(86_400 * 17, 10, DURATION) == "1.7 days"
    assert average_shown(3_600, 1, DURATION) == "1 hour"
    assert average_shown(1_000, 3, MONEY, "USD") == "3.33 USD"


def test_a_long_table_says_how_many_rows_are_left_out() -> None:
    made = table("rows", ("a", "b"), [(str(at), Cell(str(at))) for at in range(MOST_ROWS + 7)])
    assert len(made.rows) == MOST_ROWS
    assert made.left_out == 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out(simulated: Simulation, scheme: str) -> None:
    style = simulation_page(simulated).split("<style>")[1].split("</style>")[0]
    roots = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", "".join(roots[["light", "dark"].index(scheme) :: 2])))
    pairs = [(ink, ground) for ink in ("text", "quiet", "link", "worse", "better") for ground in ("page", "panel")]
    pairs += [("worse", "worse-ground"), ("better", "better-ground")]
    assert {
        pair: contrast(colours[pair[0]], colours[pair[1]])
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    } == {}


# ---------------------------------------------------------------- these tests can fail


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://example.org/x.png">',
        "<style>body { background: url(x.png) }</style>",
        '<a href="other.html">',
    ],
)
def test_what_is_fetched_from_elsewhere_is_seen(planted: str) -> None:
    assert asked_from_elsewhere(planted)
    assert not asked_from_elsewhere('<a href="#made">How</a><svg xmlns="http://www.w3.org/2000/svg"/>')


@pytest.mark.parametrize("planted", ["<p><b>x</p></b>", "<p>", "</p>", '<p id="a"></p><p id="a"></p>'])
def test_a_page_that_is_not_well_formed_is_seen(planted: str) -> None:
    with pytest.raises(AssertionError):
        Read(planted)


# ---------------------------------------------------------------- the picture in the documentation


DOCUMENTED = Path(__file__).parents[2] / "docs" / "reference" / "simulation-flows.svg"
TIERS = ("platinum", "gold", "silver", "member")
TIER_MOVES = (
    Flow("platinum", "platinum", 228, "same"),
    Flow("gold", "gold", 1_422, "same"),
    Flow("gold", "silver", 436, "worse"),
    Flow("silver", "silver", 4_148, "same"),
    Flow("member", "silver", 1_310, "better"),
    Flow("member", "member", 16_026, "same"),
)


def test_the_picture_in_the_documentation_is_what_is_drawn() -> None:
    told = "Of 1,858 gold customers 436 become silver; of 17,336 members 1,310 become silver. All others stay."
    words = Words("flows-tier", "Tiers of 23,570 customers before and after", told)
    assert flows(words, TIERS, TIER_MOVES, before="1998.2", after="1998.3") == DOCUMENTED.read_text(encoding="utf-8")
