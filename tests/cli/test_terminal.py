"""What a terminal of some width gets: nothing wider than itself, broken between words, carets below what they mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_commands import on_a_terminal

LONG = (
    'policy "A policy with a name"\n'
    'rule a "With a long title, so that the line is long": if orders > 3 and open_complaints < 4 and region = "north" '
    "and ordres > 5 and annual_spend >= 1_000 and lifetime_value > 10_000 then priority = top, agent_pool = senior\n"
    'rule b: if orders > 100,000 and region = "a" then priority = top, agent_pool = senior, max_wait = 1 minute, '
    "level = exeptional\n"
    "limit c: if orders > 3 then priority at least low\n"
)


def lines_on_a_terminal(folder: Path, columns: int) -> list[str]:
    shown = on_a_terminal(folder, "check", "long.tier", NO_COLOR="1", COLUMNS=str(columns))
    return re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "").splitlines()


@pytest.mark.parametrize("columns", [80, 60, 120])
def test_no_line_is_wider_than_the_terminal(columns: int, folder: Path) -> None:
    (folder / "long.tier").write_text(LONG)
    shown = lines_on_a_terminal(folder, columns)
    assert [line for line in shown if len(line) > columns] == []
    assert [line for line in shown if "…" in line]
    found = [(shown[at - 1], line) for at, line in enumerate(shown) if line.lstrip(" |").startswith("^")]
    assert len(found) == 4
    meant = [above[below.index("^") : below.rindex("^") + 1] for above, below in found]
    assert meant == ["ordres", "100,000", "exeptional", "priority at least low"]


def test_help_is_broken_between_words_and_hangs(folder: Path) -> None:
    (folder / "long.tier").write_text(LONG)
    shown = lines_on_a_terminal(folder, 60)
    start = next(at for at, line in enumerate(shown) if "100_000" in line and "= help:" in line)
    assert shown[start : start + 2] == [
        "  = help: write `100_000`; if you mean several numbers, put",
        "          a space after each comma",
    ]


def test_piped_output_is_not_broken(run: Run, folder: Path) -> None:
    (folder / "long.tier").write_text(LONG)
    said = run("check", "long.tier", COLUMNS="40").stdout
    assert "  = help: write `100_000`; if you mean several numbers, put a space after each comma\n" in said


def test_a_policy_that_cant_be_loaded_is_shown_as_wide_as_the_terminal(folder: Path) -> None:
    (folder / "long.tier").write_text(LONG)
    shown = on_a_terminal(folder, "eval", "long.tier", "--customer", "{}", NO_COLOR="1", COLUMNS="60")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "").splitlines()
    assert [line for line in plain if len(line) > 60] == []


def test_what_was_proved_fits_the_terminal(folder: Path) -> None:
    (folder / "long.tier").write_text(
        "customer { age : integer at least 0 at most 130 protected\n    orders : integer at least 0 default 0 }\n"
        "service { priority : low < high }\nif orders > 3 then priority = high\n"
        "property p: more orders never lowers service\nproperty q: never priority = high and orders < 3\n"
    )
    shown = lines_on_a_terminal(folder, 60)
    last = shown[next(at for at, line in enumerate(shown) if line.startswith("proved for every customer: ")) :]
    assert len(last) > 1
    assert max(map(len, last)) <= 60


def test_a_long_search_shows_how_far_it_is_and_a_short_one_nothing(folder: Path) -> None:
    """Squares that are twice a square: there are none, and a second doesn't suffice to say so."""
    (folder / "hard.tier").write_text(
        "customer { a : integer at least 1 at most 1_000_000\n    b : integer at least 1 at most 1_000_000 }\n"
        "service { p : low < high }\nif a * a = 2 * b * b then p = high\n"
    )
    shown = on_a_terminal(folder, "check", "hard.tier", "--timeout", "2")
    assert "looking for statements that are never true" in shown.partition("note[")[0]
    assert "looking for" not in on_a_terminal(folder, "check", "shop.tier", "--quick")
