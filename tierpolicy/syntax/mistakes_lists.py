"""Where a comma, an `=` or a word joins or parts things otherwise than here."""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.place import Explained, Place

_GIVES = ("=", ":=", "at", "includes", "within", "without")
_PHRASES = {
    ("whole", "number"): "integer",
    ("whole", "numbers"): "integer",
    ("decimal", "number"): "number",
    ("real", "number"): "number",
    ("free", "text"): "text",
    ("time", "span"): "duration",
    ("yes", "or"): "flag",
}


def comma_missing(place: Place) -> Explained | None:
    """`room = upgraded check_in = early`, `{email phone}`: two side by side."""
    here, last = place.here, place.last
    if here is None or last is None or not _is_word(here.text) or not (_is_word(last.text) or last.text in ")}%"):
        return None
    if _open_bracket(place) and _is_word(last.text):
        help = f"put a comma between: `{last.text}, {here.text}`"
        return Explained(syntax.UNEXPECTED, f"a comma is missing after `{last.text}`", help, last, f"{last.text},")
    if place.start not in ("effect", "tier", "example") or not place.after or place.after[0].word not in _GIVES:
        return None
    words = [piece.word for piece in place.before]
    if place.start != "example" and "if" in words and "then" not in words:
        return None
    if not any(word in _GIVES for word in words[-6:-1]):
        return None
    help = f"put a comma between: `{last.text}, {here.text} {place.after[0].text} …`"
    return Explained(syntax.UNEXPECTED, f"a comma is missing before `{here.text}`", help, last, f"{last.text},")


def comma_before_part(place: Place) -> Explained | None:
    """`if nights >= 25, keep while …`: no comma parts the parts of a statement."""
    here = place.here
    if here is None or here.text != "," or not place.after or place.after[0].word not in ("keep", "because", "source"):
        return None
    message = f"no comma stands before `{place.after[0].text}`"
    return Explained(syntax.UNEXPECTED, message, "remove the comma", replacement="")


def given_colon(place: Place) -> Explained | None:
    """`given nights: 21`."""
    here, last = place.here, place.last
    if place.start != "example" or here is None or here.text != ":" or last is None or len(place.before) < 2:
        return None
    if place.before[-2].word not in ("given", "expect", ",", "and"):
        return None
    value = place.after[0].text if place.after else "…"
    message = f"after `{last.text}` comes `=`, not `:`"
    return Explained(syntax.UNEXPECTED, message, f"write `{last.text} = {value}`", replacement=" =")


def type_phrase(place: Place) -> Explained | None:
    """`whole number`, `yes or no`: a type in two words."""
    here, last = place.here, place.last
    if place.start not in ("declaration", "parameter") or here is None or last is None or len(place.before) < 3:
        return None
    meant = _PHRASES.get((last.word, here.word))
    if place.before[-2].text != ":" or meant is None:
        return None
    return Explained(syntax.UNEXPECTED, f"`{last.text} {here.text}` is no type", f"write `{meant}`", last)


def _is_word(text: str) -> bool:
    return text[0].isalnum() or text[0] in '"_`'


def _open_bracket(place: Place) -> bool:
    """True inside braces, or inside the parentheses of `in (…)`, where only values stand."""
    depth = 0
    for at in range(len(place.before) - 1, -1, -1):
        text = place.before[at].text
        if text in ")}":
            depth += 1
        elif text in "({" and depth:
            depth -= 1
        elif text == "{":
            return True
        elif text == "(":
            return at > 0 and place.before[at - 1].word == "in"
    return False
