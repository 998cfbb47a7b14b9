"""From characters to terminal cells: what is printed for each, and how many columns it takes.

Source text is somebody else's: a control character, an escape sequence or a bidi override in it must not reach a
terminal. What isn't printable is shown as `\\u{…}`, so nothing is hidden and every column can be counted.
"""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

from tierpolicy.frozen import frozen

TAB = "    "
_EMOJI_STYLE = "\ufe0f"


@frozen
class Cell:
    """One character of source text as printed, and the columns that it takes (0 for a mark on the one before)."""

    shown: str
    width: int


def cells(text: str) -> list[Cell]:
    """The characters of one line, one cell each."""
    found: list[Cell] = []
    previous = ""
    for character in text:
        found.append(_cell(character, previous))
        previous = character
    return found


def printable(text: str) -> str:
    """The text with everything that isn't printable escaped: one line, safe for a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """Printable text in lines of at most `width` columns, broken between words; a longer word has a line of its own."""
    lines: list[str] = []
    taken = 0
    for word in text.split(" "):
        wide = sum(cell.width for cell in cells(word))
        if lines and taken + 1 + wide <= width:
            lines[-1] += f" {word}"
            taken += 1 + wide
        else:
            lines.append(word)
            taken = wide
    return lines


def _cell(character: str, previous: str) -> Cell:
    if " " <= character <= "~":
        return Cell(character, 1)
    if character == "\t":
        return Cell(TAB, len(TAB))
    if not character.isprintable():
        shown = _escaped(character)
        return Cell(shown, len(shown))
    if character == _EMOJI_STYLE:  # asks for the wide, coloured form of the character before it
        widens = bool(previous) and not _is_wide(previous)
        return Cell(character, 1 if widens else 0)
    if _is_mark(character) or (_is_skin_tone(character) and previous and _is_wide(previous)):
        return Cell(character, 0) if previous.isprintable() and previous else Cell(" " + character, 1)
    return Cell(character, 2 if _is_wide(character) else 1)


def _escaped(character: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character) or f"\\u{{{ord(character):x}}}"


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _is_mark(character: str) -> bool:
    """Combining marks, and the vowels and finals that join a Hangul syllable."""
    return combining(character) != 0 or category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff"


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"
