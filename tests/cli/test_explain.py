"""`tierpolicy explain CODE`: which example is wrong and which is mended is said in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_commands import on_a_terminal
from tests.docs.fences import ROOT
from tierpolicy.diagnostics.pages import labelled, page

PAGES = sorted((ROOT / "docs" / "errors").glob("T*.md"))


def test_piped(run: Run) -> None:
    said = run("explain", "T104").stdout
    assert said.endswith(
        "This is wrong:\n\n```tier\nif lifetime_value > 100_000 then agent_pool = seniour\n```\n\n"
        "This is mended:\n\n```tier\nif lifetime_value > 100_000 then agent_pool = senior\n```\n"
    )


def test_on_a_terminal(folder: Path) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(folder, "explain", "T104"))
    places = [shown.index(said) for said in ("This is wrong:", "seniour", "This is mended:", "= senior ")]
    assert places == sorted(places)


def test_used_files_warnings_and_notes_are_named() -> None:
    marked = ["tier file=a.tier", "csv file=r.csv", "tier warning", "tier note"]
    text = "# T1\n\nWords.\n" + "".join(f"\n```{marks}\nx\n```\n" for marks in marked)
    labels = [line for line in labelled(text).split("\n") if line.endswith(":")]
    assert labels == ["With the file `a.tier`:", "With the file `r.csv`:", "This gets a warning:", "This gets a note:"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_says_which_example_is_right(path: Path) -> None:
    said = labelled(page(path.stem) or "")
    assert said.count("This is mended:") + said.count("This is right:") >= 1
    assert not re.search(r"^```\w+ ", said, re.M)
