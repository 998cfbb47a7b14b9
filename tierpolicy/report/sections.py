"""What a page of a simulation consists of, as data: sections of blocks, each with words, a picture, a table; and the
page made of them by a template, which escapes all text.

The page asks for nothing from elsewhere and runs no script: what opens are `details`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from tierpolicy import __version__
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.pictures import STYLE
from tierpolicy.report.words import count_text

Look = Literal["", "better", "worse", "other", "same", "missed"]

MOST_ROWS = 200
"""So many rows of a table are shown; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a field of a table; its look is said by a sign, too."""

    text: str
    look: Look = ""

    @property
    def sign(self) -> str:
        return {"better": "▲", "worse": "▼", "missed": "✗"}.get(self.look, "")


Row = Sequence[str | Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the rows; other columns are numbers, but for those whose places `words` has."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: frozenset[int] = frozenset()
    left_out: int = 0


def table(caption: str, head: Sequence[str], rows: Iterable[Row], words: Iterable[int] = ()) -> Table:
    """A table of the first rows; all text printable."""
    every = [tuple(each if isinstance(each, Cell) else Cell(printable(each)) for each in row) for row in rows]
    head = tuple(printable(each) for each in head)
    left_out = max(0, len(every) - MOST_ROWS)
    return Table(printable(caption), head, tuple(every[:MOST_ROWS]), frozenset(words), left_out)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section. `wide` pictures are rolled sideways on a small screen; a `folded` table opens by a click."""

    title: str = ""
    about: str = ""
    words: tuple[str, ...] = ()
    picture: str = ""
    wide: bool = False
    table: Table | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks stand one below the other, or, on a broad screen, `beside` one another."""

    anchor: str
    title: str
    intro: str = ""
    blocks: tuple[Block, ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is read first, and what it counts."""

    number: str
    words: str
    look: Look = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`made` says how: names and what stands for them."""

    title: str
    about: str
    headlines: tuple[str, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    made: tuple[tuple[str, str], ...]


def page_text(page: Page) -> str:
    """A whole HTML document; the same data gives the same text."""
    return _environment().get_template("simulation.html").render(page=page, style=STYLE, version=__version__)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tierpolicy.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    environment.filters["count"] = count_text
    return environment


def _written(value: object) -> object:
    """Text that is escaped next has nothing in it that can't be seen; markup of ours stays as it is."""
    return printable(value) if type(value) is str else value
