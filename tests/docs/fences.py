"""From a Markdown page to its fenced blocks, each with the files that it may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_OPENING = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")
_FILE = re.compile(r"\bfile=(\S+)")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its info string as words (`("tier", "error")`), its text, the line where it opens."""

    info: tuple[str, ...]
    text: str
    line: int

    @property
    def language(self) -> str:
        return self.info[0] if self.info else ""

    @property
    def marks(self) -> tuple[str, ...]:
        """What the info string says besides the language and the file's name."""
        return tuple(word for word in self.info[1:] if not word.startswith("file="))

    @property
    def file(self) -> str | None:
        """The name of the file that the block holds, where it says `file=…`."""
        found = _FILE.search(" ".join(self.info))
        return found[1] if found else None


def fences(markdown: str) -> list[Fence]:
    """The blocks of a page, in order. A block in a list loses the list's indentation."""
    return list(_fences(markdown.split("\n")))


def _fences(lines: list[str]) -> Iterator[Fence]:
    at = 0
    while at < len(lines):
        opening = _OPENING.match(lines[at])
        at += 1
        if opening is None:
            continue
        start, indent, ticks = at, len(opening["indent"]), opening["ticks"]
        while at < len(lines) and lines[at].strip() != ticks:
            at += 1
        body = [line[indent:] if line[:indent].isspace() else line for line in lines[start:at]]
        yield Fence(tuple(opening["info"].split()), "".join(f"{line}\n" for line in body), start)
        at += 1


def files_for(block: Fence, page: list[Fence]) -> dict[str, str]:
    """The files that a block finds: of each name the last one above it, else the first below it."""
    found: dict[str, str] = {}
    for fence in page:
        if fence.file is not None and fence is not block and (fence.line < block.line or fence.file not in found):
            found[fence.file] = fence.text
    return found


def pages() -> list[Path]:
    """Every Markdown page that speaks to users; the error pages have tests of their own."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("policies/**/*.md")]
    return sorted(page for page in found if page.exists() and page.parent.name != "errors")


def named(path: Path) -> str:
    """The path of a page as the tests' output shows it."""
    return path.relative_to(ROOT).as_posix()
