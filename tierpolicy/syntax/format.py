"""From a file's text to the one canonical text that means the same, comments where they stood.

The text is parsed and printed from the tree (`format_statements` and its neighbours make pieces, `format_layout` lines
of them, `format_comments` puts the comments back). Before it is given out it is parsed again and compared: a
formatter that changed what a policy means would be worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.source import Source
from tierpolicy.syntax.ast import Module
from tierpolicy.syntax.format_comments import kept_blanks, placed
from tierpolicy.syntax.format_layout import Break, Ends, Piece, lines
from tierpolicy.syntax.format_statements import statement
from tierpolicy.syntax.parse import parse


def format_module(source: Source) -> str:
    """The canonical text; a text with mistakes is given back as it is."""
    parsed = parse(source)
    if has_errors(parsed.diagnostics):
        return source.text
    text = module_text(parsed.module, source)
    again = parse(Source(source.path, text))
    kept = [c.text for c in again.module.comments] == [c.text for c in parsed.module.comments]
    return text if kept and same_meaning(again.module, parsed.module) else source.text


def module_text(module: Module, source: Source | None = None) -> str:
    """The canonical text of a module; comments and empty lines are those of `source`, which it was parsed from.

    Without a source there are no comments, and one empty line stands between statements.
    """
    pieces = list(_module(module))
    if source is None:
        blanks = {i: True for i, piece in enumerate(pieces) if isinstance(piece, Break) and piece.between}
        text = lines(pieces, {}, blanks)
    else:
        comments = placed(pieces, module.comments, source)
        text = lines(pieces, comments, kept_blanks(pieces, comments, source))
    text = text.rstrip("\n")
    return text + "\n" if text else ""


def _module(module: Module) -> Iterator[Piece]:
    last = len(module.statements) - 1
    yield Break(0, Ends.ALWAYS, flat="", keeps_blank=True, opens=True)
    for number, each in enumerate(module.statements):
        yield from statement(each)
        yield Break(0, Ends.ALWAYS, flat="", keeps_blank=True, closes=number == last, between=True)


def same_meaning(one: object, other: object) -> bool:
    """Whether two nodes are equal, spans apart. Long sums lean to the left so deeply that `==` would not do."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if type(a) is not type(b):
            return False
        if is_dataclass(a):
            waiting += [(getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.compare]
        elif isinstance(a, tuple) and isinstance(b, tuple):
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif a != b:
            return False
    return True
