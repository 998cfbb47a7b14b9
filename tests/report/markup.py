"""Pages and pictures as tests read them: well formed, their text, what they ask for."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "link", "br", "img", "input", "hr"}
SVG = "{http://www.w3.org/2000/svg}"


class Read(HTMLParser):
    """A page: every tag closed in turn, ids once, text apart from style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"
        assert len(self.ids) == len(set(self.ids)), "an id stands twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


ASKING = re.compile(r"""\b(?:src|href|xlink:href|action|data|poster)\s*=\s*["']?(?!["']?\#)|url\(|@import|https?:""")


def asked_from_elsewhere(markup: str) -> list[str]:
    """What a page or a picture would have fetched; the name of SVG's own language is no address."""
    return ASKING.findall(markup.replace('xmlns="http://www.w3.org/2000/svg"', ""))


def drawn(svg: str) -> ElementTree.Element:
    """A picture as XML, which is stricter than HTML."""
    return ElementTree.fromstring(svg)


def words_of(svg: str) -> list[str]:
    """The texts that are seen, without what stands in titles."""
    found = []
    for text in drawn(svg).iter(f"{SVG}text"):
        parts = [text.text or ""]
        parts += [(child.text or "") * (child.tag != f"{SVG}title") + (child.tail or "") for child in text]
        found.append("".join(parts))
    return found
