"""What reading by the grammar gives: branches of branches and tokens, each with its place in the text that was read."""

from __future__ import annotations


class Token(str):
    """A piece of the text by a name of the grammar; `start` and `end` are its offsets."""

    __slots__ = ("end", "start", "type")

    type: str
    start: int
    end: int


class Branch:
    """What one rule of the grammar read. It reaches from its first leaf to its last; -1 where it has none."""

    __slots__ = ("children", "data", "end", "start")

    data: str
    children: list[Branch | Token]
    start: int
    end: int

    def __init__(self, data: str, children: list[Branch | Token]) -> None:
        self.data = data
        self.children = children
        if children:
            self.start, self.end = children[0].start, children[-1].end
        else:
            self.start = self.end = -1
