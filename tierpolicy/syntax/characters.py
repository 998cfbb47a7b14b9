"""Characters that mislead a reader: look-alike letters, hidden marks, and what to write in their place."""

from __future__ import annotations

import re
import unicodedata

# Controls, marks that turn the reading direction (Unicode's Bidi_Control), halves of surrogate pairs
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

# Letters of other scripts that most typefaces draw like a Latin one (from Unicode's confusables, the common ones)
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТХУасеіјорѕхуԁһԛԝ", "ABESIJKMHOPCTXYaceijopsxydhqw", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυ", "ABEZHIKMNOPTYXovpu", strict=True))
LOOK_ALIKES = _CYRILLIC | _GREEK | {"ı": "i", "ɑ": "a", "ɡ": "g", "ⅼ": "l", "ո": "n", "օ": "o"}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

# Signs that word processors put in place of the plain ones; each has one character
PLAIN_SIGNS = {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "÷": "/", "＝": "=", "：": ":", "，": ","}
# of which a finding in its place says more than that they are not plain
KNOWN_SIGNS = "≤≥≠€£¥"


def look_alike_in(text: str) -> tuple[str, str] | None:
    """A letter in a label that poses as a Latin one, with that one; None where the text is plainly of one script."""
    if text.isascii():
        return None
    posing = [letter for letter in text if letter in LOOK_ALIKES]
    if not posing:
        return None
    others = [letter for letter in text if letter.isalpha() and letter not in LOOK_ALIKES]
    if not others or any(letter.isascii() for letter in others):
        return posing[0], LOOK_ALIKES[posing[0]]
    return None


def ascii_name(text: str) -> str | None:
    """The name in plain letters that an author may have meant: `größe` → `grosse`; None where there is none."""
    mapped = "".join(LOOK_ALIKES.get(letter, letter) for letter in text if letter not in INVISIBLE)
    mapped = mapped.replace("ß", "ss").replace("æ", "ae").replace("ø", "o").replace("œ", "oe").replace("ł", "l")
    plain = "".join(c for c in unicodedata.normalize("NFKD", mapped) if not unicodedata.combining(c))
    return plain if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", plain) else None
