"""The pages of docs/errors: each code has one, and what they say happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.fences import ROOT, Fence, fences, files_for
from tests.docs.findings import findings_of_folder
from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.diagnostics.diagnostic import Severity

FOLDER = ROOT / "docs" / "errors"
PAGES = sorted(FOLDER.glob("T*.md"))
# Codes whose smallest example is as large as the limit that it breaks, and those of files that are no text (T084) or
# not there at all (T087), or of a mistake of ours (T490): tests/hostile, tests/gather and tests/testing build those.
TOO_LARGE_FOR_A_PAGE: frozenset[str] = frozenset({"T084", "T087", "T490", "T901", "T904", "T980", "T981"})


def named(path: Path) -> str:
    return path.stem


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.stem for path in PAGES) == sorted(catalogue())


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_has_the_form_that_all_have(path: Path) -> None:
    assert mistakes_of_form(path.stem, path.read_text(encoding="utf-8")) == []


def mistakes_of_form(code: str, text: str) -> list[str]:
    """What a page lacks: the title, a paragraph, an example that goes wrong, one that doesn't."""
    title, blank, paragraph, *_ = [*text.split("\n"), "", "", ""]
    known = catalogue().get(code)
    found = []
    if known is not None and title != f"# {code}: {known.title}":
        found.append(f"the title is not `# {code}: {known.title}`")
    if blank or not paragraph or paragraph.startswith(("#", "`" * 3)):
        found.append("no paragraph below the title")
    if not examples(text, wrong=True) and code not in TOO_LARGE_FOR_A_PAGE:
        found.append("no example that yields the code")
    if not examples(text, wrong=False):
        found.append("no mended example")
    if named := re.search(r"\b(Python|Lark|terminal|token|traceback|exception)\b", text):
        found.append(f"speaks of our insides: {named[0]}")
    return found


def examples(text: str, *, wrong: bool) -> list[Fence]:
    """The policies of a page: those that yield its code, or those that are mended."""
    policies = [fence for fence in fences(text) if fence.language == "tier" and fence.file is None]
    return [fence for fence in policies if bool(set(fence.marks) & {"error", "warning", "note"}) == wrong]


CASES = [
    pytest.param(path, fence, id=f"{path.stem}-line-{fence.line}")
    for path in PAGES
    for wrong in (True, False)
    for fence in examples(path.read_text(encoding="utf-8"), wrong=wrong)
]


@pytest.mark.parametrize(("path", "block"), CASES)
def test_an_example_does_what_its_page_says(path: Path, block: Fence) -> None:
    found = findings_of_folder(block.text, files_for(block, fences(path.read_text(encoding="utf-8"))))
    said = [f"{finding.code.code}: {finding.message}" for finding in found]
    if block.marks:
        assert path.stem in {finding.code.code for finding in found}, said
    else:
        wrong = [finding for finding in found if finding.severity is Severity.ERROR or finding.code.code == path.stem]
        assert wrong == [], said


PAGE = """# T104: unknown label

It means something.

```tier error
if x then y = 1
```

```tier
if x then y = 2
```
"""


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (PAGE.replace("It means something.\n\n", ""), "no paragraph below the title"),
        (PAGE.replace("tier error", "tier"), "no example that yields the code"),
        (PAGE.replace("```tier\n", "```text\n"), "no mended example"),
        (PAGE.replace("something", "a Python traceback"), "speaks of our insides: Python"),
    ],
)
def test_a_page_without_the_form_is_found(changed: str, found: str) -> None:
    assert mistakes_of_form("T000", PAGE) == []
    assert mistakes_of_form("T000", changed) == [found]
