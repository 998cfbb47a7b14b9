"""Every example of the documentation does what the page shows.

```tier            a whole policy without errors              ```tier part     statements that parse
```tier error      a policy with an error                     ```json          one JSON document
```console         commands with their exact output ('...' stands for any lines; no output shown: it must only run)
```python          run in order, one namespace a page; `>>>` as a doctest, else its asserts
```… file=NAME     a file that the blocks below find in their folder
```… server        console and python that need a server, which tests/servers/test_pages.py starts
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from tests.docs.fences import ROOT, Fence, fences, files_for, named, pages
from tests.docs.findings import findings_of
from tests.processes import tierpolicy
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.diagnostics.render import render
from tierpolicy.source import source_from_text
from tierpolicy.syntax.parse import parse

PAGES = pages()
BLOCKS = {page: fences(page.read_text(encoding="utf-8")) for page in PAGES}
CLEAN, FINDINGS = 0, 1  # exit codes of a command that did what it was asked
RUN = {"tierpolicy", "cat", "head", "python"}
QUOTED = re.compile(r"'[^']*'|\"[^\"$`\\]*\"")
SHELL = set("|&;<>$*?~`()[]{}#!")


def blocks(*languages: str) -> list[Any]:
    return [
        pytest.param(page, fence, id=f"{named(page)}:{fence.line}")
        for page, found in BLOCKS.items()
        for fence in found
        if fence.language in languages
    ]


@pytest.mark.parametrize(("page", "block"), blocks("tier"))
def test_a_policy_in_the_docs(page: Path, block: Fence) -> None:
    if "part" in block.marks:
        found = parse(source_from_text(named(page), block.text)).diagnostics
    else:
        found = findings_of(block.text, on_disk(page) | files_for(block, BLOCKS[page]))
    shown = render(found, [source_from_text("policy.tier", block.text)])
    assert has_errors(found) == ("error" in block.marks), shown


def on_disk(page: Path) -> dict[str, str]:
    """The files beside a policy's README, which its examples may use."""
    beside = [*page.parent.glob("*.tier"), *page.parent.glob("*.csv")] if page.is_relative_to(ROOT / "policies") else []
    return {path.name: path.read_text(encoding="utf-8") for path in beside if path.stat().st_size < 1_000_000}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_json_in_the_docs_is_json(page: Path) -> None:
    for block in BLOCKS[page]:
        if block.language == "json":
            json.loads(block.text)


RUNNING = [
    page
    for page, found in BLOCKS.items()
    if any(fence.language in ("console", "python") and "server" not in fence.marks for fence in found)
]


@pytest.mark.parametrize("page", RUNNING, ids=named)
def test_a_page_runs_from_top_to_bottom(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    run_blocks([block for block in BLOCKS[page] if "server" not in block.marks], page, tmp_path)


def run_blocks(blocks: list[Fence], page: Path, tmp_path: Path) -> None:
    names: dict[str, Any] = {"__name__": "__page__"}
    for block in blocks:
        where = f"{named(page)}:{block.line}"
        if block.file is not None:
            (tmp_path / block.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.language == "console":
            differences = run_console(block.text, tmp_path)
            assert not differences, "\n".join([where, *differences])
        elif block.language == "python":
            run_python(block.text, names, where)


def prepared(folder: Path, page: Path) -> None:
    """The repository's policies and documents, as a reader has them at hand."""
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "README.md", folder)


def run_python(text: str, names: dict[str, Any], where: str) -> None:
    if ">>>" not in text:
        exec(compile(text, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(text, names, where, where, 0)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert not said, "".join(said)


def run_console(text: str, folder: Path) -> list[str]:
    """What differs from what the block shows, a finding for each command."""
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, shown = command_and_output(part)
        if command.split()[0] not in RUN:
            continue
        code, said = run_command(command, folder)
        if not shown.strip():
            if code not in (CLEAN, FINDINGS) or "Traceback" in said:
                found.append(f"$ {command}\nexits with {code}:\n{said}")
        elif not matches(shown, said):
            found.append(f"$ {command}\n" + "\n".join(unified_diff(shown.split("\n"), said.split("\n"), "docs", "run")))
    return found


def run_command(command: str, folder: Path) -> tuple[int, str]:
    """The exit code, and all that a person sees, as it comes. A shell runs what it alone understands."""
    words = shlex.split(command.replace("\\\n", " "))
    if words[0] == "tierpolicy" and not set(QUOTED.sub("", command)) & SHELL:
        done = tierpolicy(*words[1:], cwd=folder, env=environment(), together=True)
        return done.returncode, done.stdout.decode("utf-8")
    ran = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    return ran.returncode, ran.stdout.decode("utf-8")


def command_and_output(part: str) -> tuple[str, str]:
    """The command (a line that ends with a backslash goes on in the next) and what it shows."""
    lines = part.split("\n")
    command = [lines.pop(0)]
    while command[-1].endswith("\\") and lines:
        command.append(lines.pop(0))
    return "\n".join(command), "\n".join(lines)


def environment() -> dict[str, str]:
    programs = str(Path(sys.executable).parent)
    more = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **more}


def matches(shown: str, said: str) -> bool:
    """Line by line, blanks at the ends aside; a line `...` stands for any number of lines."""
    parts = [
        ".*?" if line.strip() in ("...", "…") else re.escape(line.rstrip() + "\n")
        for line in shown.strip("\n").split("\n")
    ]
    told = "".join(f"{line.rstrip()}\n" for line in said.strip("\n").split("\n"))
    return re.fullmatch("".join(parts), told, flags=re.DOTALL) is not None


_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)#\s]+)(?:#(?P<heading>[^)]*))?\)")
_HEADING = re.compile(r"^#+ +(?P<said>.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", [*PAGES, *sorted(ROOT.glob("docs/errors/*.md"))], ids=named)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    assert broken_links(page.read_text(encoding="utf-8"), page.parent) == []


def broken_links(text: str, folder: Path) -> list[str]:
    links = [(found["to"], found["heading"]) for found in _LINK.finditer(text)]
    inside = [(to, heading) for to, heading in links if "://" not in to and not to.startswith("mailto:")]
    gone = [to for to, _ in inside if not (folder / to).exists()]
    pages = [(to, heading) for to, heading in inside if heading and to not in gone and to.endswith(".md")]
    return gone + [f"{to}#{heading}" for to, heading in pages if heading not in headings(folder / to)]


def headings(page: Path) -> set[str]:
    """What links can name on a page: its headings in small letters, without signs, joined by hyphens."""
    said = (found["said"].lower() for found in _HEADING.finditer(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", each).strip().replace(" ", "-") for each in said}


def test_the_harness_sees_a_wrong_output(tmp_path: Path) -> None:
    assert run_console("$ cat missing\nfound\n", tmp_path)
    assert run_console("$ tierpolicy nonsense\n", tmp_path)
    (tmp_path / "there").write_text("one\ntwo\nthree\n")
    assert (
        run_console("$ cat there\none\n...\nthree\n$ cat \\\n    there\none\ntwo\nthree\n$ cat there\n", tmp_path) == []
    )
    assert run_console("$ cat there\none\nthree\n", tmp_path)


def test_the_harness_sees_a_wrong_python_block() -> None:
    run_python(">>> 1 + 1\n2\n", {}, "here")
    with pytest.raises(AssertionError):
        run_python(">>> 1 + 1\n3\n", {}, "here")
    with pytest.raises(AssertionError):
        run_python("assert 1 + 1 == 3\n", {}, "here")


def test_the_harness_sees_a_broken_link(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# What it `is`, now\n")
    assert broken_links("[a](there.md) [b](gone.md) [c](https://example.org#x)", tmp_path) == ["gone.md"]
    assert broken_links("[a](there.md#what-it-is-now) [b](there.md#gone)", tmp_path) == ["there.md#gone"]


def test_blocks_find_the_files_above_them() -> None:
    page = fences("```csv file=a.csv\n1\n```\n```tier\nx\n```\n  ```csv file=a.csv\n  2\n  ```\n```tier\ny\n```\n")
    assert [files_for(block, page) for block in page if block.language == "tier"] == [
        {"a.csv": "1\n"},
        {"a.csv": "2\n"},
    ]


def paths_that_are_gone(text: str) -> list[str]:
    """Backticked paths of the repository that lead nowhere; `CODE` and made-up names aside."""
    named_paths = re.findall(r"`((?:tierpolicy|tests|docs|grammar|policies|requirements|\.ci)/[\w./-]*)`", text)
    return [path for path in named_paths if not (ROOT / path).exists()]


def test_the_paths_that_contributors_are_shown_exist() -> None:
    assert paths_that_are_gone((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")) == []
    assert paths_that_are_gone("`tierpolicy/source.py`, `tierpolicy/gone.py`, `docs/gone/`") == [
        "tierpolicy/gone.py",
        "docs/gone/",
    ]
