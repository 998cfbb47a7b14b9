"""A key's value as a record has it to the text that links records, or to nothing where it can't tell who somebody is.

How a key is normalised is declared, never guessed: an id whose letters matter and an e-mail look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LIKELY = 0.95
"""The probability of a match from which on Splink links, where nothing says another."""

MOST_LINKED = 100
"""Records that one value of a key may link, where nothing says another number."""

PLACEHOLDERS = frozenset(
    {"n/a", "n.a.", "na", "none", "null", "nil", "nan", "unknown", "undefined", "-", "--", "---", ".", "?", "x", "xxx"}
)
"""What forms and exports hold where nothing is known, in small letters. Zeros alone (`0`, `000000`) are one too."""


NOT_A_DIGIT = re.compile(r"\D+")


def _trimmed(text: str) -> str:
    return text.strip()


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


def _email(text: str) -> str:
    """Trimmed, in small letters; nothing where it has no `@` with something on both sides."""
    address = text.strip().lower()
    before, at, after = address.rpartition("@")
    return address if at and before and after else ""


def _phone(text: str) -> str:
    """Its digits, without the `00` that stands for `+` before a country's number."""
    digits = NOT_A_DIGIT.sub("", text)
    digits = digits if digits.isascii() else "".join(str(unicodedata.decimal(each)) for each in digits)
    return digits.removeprefix("00") if text.startswith("00") else digits


NORMALISERS: Mapping[str, Callable[[str], str]] = {"trim": _trimmed, "text": _text, "email": _email, "phone": _phone}


@dataclass(frozen=True, slots=True)
class KeyRule:
    """How a key's values are read: one of `NORMALISERS`, values that never link, and how many records one may link."""

    normalise: str = "trim"
    never: tuple[str, ...] = ()
    most_linked: int | None = None
    _refused: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        normal = NORMALISERS[self.normalise]
        refused = {form for each in self.never for form in (each.strip().lower(), normal(each).lower())}
        object.__setattr__(self, "_refused", frozenset(refused) | PLACEHOLDERS)

    def linking(self, text: str) -> str:
        """The text that links; '' for a value that is blank, a placeholder, or none of its kind."""
        stripped = text.strip()
        if stripped.lower() in self._refused or not stripped.strip("0"):
            return ""
        normal = NORMALISERS[self.normalise](stripped)
        return "" if normal.lower() in self._refused or not normal.strip("0") else normal
