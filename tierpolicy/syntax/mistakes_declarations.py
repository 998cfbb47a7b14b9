"""Mistakes in declarations: what stands between a name and the end of its line."""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax.elsewhere import MODIFIERS, TYPES
from tierpolicy.syntax.expected import AFTER, FORMS, MODIFIER_FIRST_WORDS, MODIFIER_WORDS
from tierpolicy.syntax.place import Explained, Place

_TYPE_WORDS = ("flag", "integer", "number", "percent", "money", "duration", "date", "text", "one of", "set of")


def colon(place: Place) -> Explained | None:
    """A declaration without its colon."""
    if place.start not in ("declaration", "parameter") or place.here is None:
        return None
    named = place.before[-1:] if place.start == "declaration" else place.before[1:]
    if len(place.before) != (1 if place.start == "declaration" else 2) or not named:
        return None
    help = f"write `{named[0].text} : {place.here.text if place.here.text not in '=:' else 'type'}`"
    return Explained(syntax.MISSING_COLON, f"a `:` is missing after `{named[0].text}`", help, named[0])


def joined_labels(place: Place) -> Explained | None:
    """Labels with another sign between them than their type asks for."""
    here = place.here
    if here is None or place.start not in ("declaration", "parameter", "tiers"):
        return None
    if here.text == ">":
        return Explained(
            syntax.UNEXPECTED, "labels stand worst first", "write `low < high`, from the worst to the best"
        )
    words = [piece.word for piece in place.before]
    if here.text == "," and "<" in words:
        help = "a scale has a `<` between all its labels; a choice without order is written `one of a, b`"
        return Explained(syntax.UNEXPECTED, "a comma stands among the labels of a scale", help)
    if here.text in ("|", "/", ";") or (here.word == "or" and "of" in words):
        return Explained(syntax.UNEXPECTED, f"labels have no `{here.text}` between them", "write `one of a, b`")
    if here.text == "," and place.start == "declaration" and "of" not in words:
        return Explained(syntax.UNEXPECTED, "a comma stands between what is said of it", "remove the comma")
    return None


def no_value(place: Place) -> Explained | None:
    if place.here is not None or place.start != "parameter" or len(place.before) < 4:
        return None
    if any(piece.text == "=" for piece in place.before):
        return None
    message = f"the parameter `{place.before[1].text}` has no value"
    return Explained(syntax.UNEXPECTED, message, FORMS["parameter"], place.before[1])


def type(place: Place) -> Explained | None:
    """A word that is no type: read as the first label of a scale, it misses its `<`."""
    last = place.last
    if place.start not in ("declaration", "parameter") or last is None or len(place.before) < 2:
        return None
    if place.before[-2].text != ":" or not last.text[0].isalpha():
        return None
    if last.word in ("one", "set") or (place.here is not None and place.here.text in ("<", ">")):
        return None
    here = TYPES.get(last.word) or nearest(last.word, _TYPE_WORDS)
    help = (
        f"write `{here}`"
        if here
        else "known are " + ", ".join(f"`{word}`" for word in _TYPE_WORDS) + " and `low < high`"
    )
    return Explained(syntax.UNEXPECTED, f"`{last.text}` is no type", help, last)


def _is_no_type(place: Place) -> bool:
    """`enum a, b`, and `low > high`: a word after the colon that is no type by itself."""
    if place.last is None or place.last.word in _TYPE_WORDS:
        return False
    return place.last.word in TYPES or (place.here is not None and place.here.text == ">")


def modifier(place: Place) -> Explained | None:
    here = place.here
    if place.start not in ("declaration", "parameter") or here is None or len(place.before) < 3:
        return None
    if place.last is not None and place.last.text in ("<", ",", "(", "=", "{"):
        return None
    if place.before[-2].text == ":" and _is_no_type(place):
        return None
    if place.last is not None and place.last.text[0] == '"' and here.word in MODIFIER_FIRST_WORDS:
        help = f"put `{here.text}` before the description"
        return Explained(syntax.UNEXPECTED, "the description stands last", help)
    if place.last is not None and "of" in (piece.word for piece in place.before[3:5]) and len(place.before) > 4:
        near = nearest(here.word, MODIFIER_WORDS)
        if near is None and here.word not in MODIFIERS and here.text[0].isalpha():
            help = "put a comma between two labels"
            return Explained(syntax.UNEXPECTED, f"`{here.text}` stands right after another label", help)
    if here.word in MODIFIERS:
        return Explained(syntax.FROM_ELSEWHERE, f"there is no `{here.text}` here", MODIFIERS[here.word])
    if not here.text[0].isalpha() or (place.last is not None and place.last.word in AFTER):
        return None
    near = nearest(here.word, MODIFIER_WORDS)
    help = f"did you mean `{near}`?" if near else "known are " + ", ".join(f"`{word}`" for word in MODIFIER_WORDS)
    return Explained(syntax.UNEXPECTED, f"`{here.text}` says nothing about a field or attribute", help)
