"""From elements to the text of an SVG picture: the only place that writes angle brackets, so that all text is escaped.

A picture says in words what it shows (`title`, `desc`, for those who hear it), runs no script and asks for nothing from
elsewhere. The same elements give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.pictures.palette import STYLE


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with its attributes and what stands in it; text is escaped when it is written."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    inside: tuple[Element | str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture says of itself. `name`: a word that no other picture of the page has; `description`: what it
    shows, in sentences, for those who don't see it."""

    name: str
    title: str
    description: str = ""


def element(name: str, *inside: Element | str, **attributes: str | float) -> Element:
    """`class_` is written `class`, `text_anchor` `text-anchor`; numbers with one digit after the point."""
    written = ((key.rstrip("_").replace("_", "-"), _attribute(value)) for key, value in attributes.items())
    return Element(name, tuple(written), inside)


def picture(
    words: Words, width: float, height: float, inside: Iterable[Element], *, alone: bool = True, label: str = ""
) -> str:
    """A whole `svg`. `alone`: as a file of its own, with its colours and a ground; otherwise for a page that holds
    `STYLE`. `label`: a class for the page's own style."""
    title, description = f"{words.name}-title", f"{words.name}-words"
    ground = [element("style", STYLE), element("rect", class_="ground", width=width, height=height, rx=6)]
    whole = Element(
        "svg",
        (
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", f"picture {label}".rstrip()),
            ("role", "img"),
            ("aria-labelledby", f"{title} {description}" if words.description else title),
            ("viewBox", f"0 0 {_attribute(width)} {_attribute(height)}"),
            *((("width", _attribute(width)), ("height", _attribute(height))) if alone else ()),
        ),
        (
            element("title", words.title, id=title),
            *([element("desc", words.description, id=description)] if words.description else []),
            *(ground if alone else []),
            *inside,
        ),
    )
    return "".join(_written(whole)) + "\n"


def _attribute(value: str | float) -> str:
    if isinstance(value, str):
        return value
    assert math.isfinite(value), "a coordinate that isn't finite"
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _written(each: Element | str) -> Iterator[str]:
    if isinstance(each, str):
        yield escape(printable(each)) if each is not STYLE else each
        return
    attributes = "".join(f' {key}="{escape(printable(value))}"' for key, value in each.attributes)
    if not each.inside:
        yield f"<{each.name}{attributes}/>"
        return
    yield f"<{each.name}{attributes}>"
    for one in each.inside:
        yield from _written(one)
    yield f"</{each.name}>"
    if each.name not in ("tspan", "title"):
        yield "\n"
