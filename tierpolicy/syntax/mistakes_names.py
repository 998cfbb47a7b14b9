"""Mistakes in the name that a statement begins with, and how each statement reads."""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax.expected import CALLED, FORMS, FORMS_OF
from tierpolicy.syntax.place import Explained, Piece, Place
from tierpolicy.syntax.reading import shortened

_HEAD_WORDS = ("overrides", "from", "until", "first", "complete", "where", "if")


def form_of(place: Place) -> str:
    """How such a statement reads, for help."""
    keyword = place.before[0].word if place.before else ""
    return FORMS_OF.get((place.start, keyword)) or FORMS[place.start]


def missing(place: Place) -> Explained | None:
    """A statement without its name: `limit: …`, `limit if …`."""
    if not place.before or place.before[0].word not in CALLED:
        return None
    keyword, here = place.before[0], place.here
    if len(place.before) > 1:
        is_condition = place.start == "effect" and place.before[1].word == "if" and len(place.before) < 4
        if not is_condition or here is None or here.text == ":":
            return None
    elif here is not None and here.text[0].isdigit():
        message = f"`{shortened(here.text)}` is no name: a name begins with a letter"
        return Explained(syntax.MISSING_NAME, message, form_of(place))
    return Explained(syntax.MISSING_NAME, f"{CALLED[keyword.word]} has a name", form_of(place), keyword)


def of_words(place: Place) -> Explained | None:
    """`rule gold customers: …`: a name of several words."""
    pieces = [*place.before, *((place.here,) if place.here is not None else ()), *place.after][:10]
    end = next((index for index, piece in enumerate(pieces) if piece.text in (":", "=")), 0)
    if end < 3 or pieces[0].word not in CALLED or len(place.before) > end:
        return None
    named = pieces[1:end]
    if not all(piece.text[0].isalpha() and not nearest(piece.word, _HEAD_WORDS) for piece in named):
        return None
    written = Piece(place.written[named[0].start : named[-1].end], named[0].start)
    name = "_".join(piece.text for piece in named)
    return Explained(syntax.UNEXPECTED, "a name is one word", f"write `{name}`", written, name)
