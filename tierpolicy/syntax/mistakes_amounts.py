"""Numbers as people write them elsewhere: `1,5`, `2 500`, `$5`, `100 EUR`, `10 min.`, `ten minutes`, `5 nights`."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax.expected import AFTER, WORDS_OF
from tierpolicy.syntax.place import Explained, Piece, Place

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_SHORT = {"sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours", "hrs": "hours"}
_SHORT |= {"s": "seconds", "h": "hours", "d": "days", "w": "weeks"}
_COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTS, 1)}
_NUMBERS |= {"a": "1", "an": "1", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50"}
_NUMBERS |= {"sixty": "60", "ninety": "90", "hundred": "100"}
_HALVES = {"minute": "30 seconds", "hour": "30 minutes", "day": "12 hours"}

_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "dollar": "USD", "dollars": "USD"}
_CURRENCIES |= {"euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP"}
_CURRENCIES |= {code.lower(): code for code in "USD EUR GBP CHF JPY CAD AUD SEK NOK DKK PLN CZK INR CNY".split()}

_SPACED = re.compile(r"(?<![\w.,])[0-9]{1,3}(?: [0-9]{3})+(?![\w.])")
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])[0-9][0-9_]*(?:\.[0-9]{3})*,[0-9]+(?![\w,.])")
_POINTED = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![\w.])")
_DURATION = re.compile(
    r"([0-9]+) ?(second|minute|hour|day|week)s?,?\s+(?:and\s+)?([0-9]+) ?(second|minute|hour|day)s?\b", re.IGNORECASE
)
_ENDS_VALUE = ("then", "keep", "and", "or", ",", ")", "because", "source", "expect", "given", "+", "-", "*", "/", "to")


def amount(place: Place) -> Explained | None:
    """A number in another country's or another program's form."""
    if place.here is None:
        return None
    if found := _covering(_SPACED, place):
        return _number(found, "has a blank inside", f"write `{found.text.replace(' ', '_')}`")
    if found := _covering(_POINTED, place):
        return _number(found, "has points inside", f"write `{found.text.replace('.', '_')}`")
    if found := _covering(_DECIMAL_COMMA, place):
        plain = found.text.replace(".", "_").replace(",", ".")
        return _number(found, "has a comma inside", f"write `{plain}`; a point stands before the decimals")
    return _currency(place) or _durations(place) or _abbreviated(place) or _in_words(place)


def counted(place: Place) -> Explained | None:
    """`5 nights`: what is counted stands behind the number."""
    here, last = place.here, place.last
    if here is None or last is None or not last.text.replace("_", "").replace(".", "").isdigit():
        return None
    if not here.text.isalpha() or here.word in _ENDS_VALUE or here.word in AFTER:
        return None
    if place.after and place.after[0].word not in _ENDS_VALUE:
        return None
    words = (name.strip("_").lower() for name in place.accepts() if name.strip("_").isalpha())
    if nearest(here.word, (*words, *WORDS_OF.get(place.start, ()))):
        return None
    message = f"a number stands without what it counts: `{here.text}`"
    return Explained(syntax.NUMBER_FORM, message, f"remove `{here.text}`: write `{last.text}`", replacement="")


def _number(found: Piece, what: str, help: str) -> Explained:
    return Explained(syntax.NUMBER_FORM, f"`{found.text}` {what}", help, found, help.split("`")[1])


def _covering(pattern: re.Pattern[str], place: Place) -> Piece | None:
    """What the pattern finds around the place where reading stuck, on its line."""
    assert place.here is not None
    at = place.here.start
    line = place.written.rfind("\n", 0, at) + 1
    begin, end = max(line, at - 100), min(len(place.written), at + 100)
    for found in pattern.finditer(place.written, begin, end):
        if found.start() <= at < found.end():
            return Piece(found.group(), found.start())
    return None


def _currency(place: Place) -> Explained | None:
    """`$5`, `5 €`, `100 EUR`, `EUR 100`: the sign here, or just before."""
    here, last = place.here, place.last
    assert here is not None
    number: str | None = None
    sign = here
    if here.word in _CURRENCIES and last is not None and last.text[0].isdigit():
        number = last.text
    elif here.word in _CURRENCIES and place.after and place.after[0].text[0].isdigit():
        number = place.after[0].text
    elif last is not None and last.word in _CURRENCIES and here.text[0].isdigit():
        number, sign = here.text, last
    if number is None:
        return None
    help = f"write `{number}`; the currency stands once, in the head: `currency {_CURRENCIES[sign.word]}`"
    return Explained(syntax.FROM_ELSEWHERE, f"an amount stands without `{sign.text}`", help, sign, "")


def _durations(place: Place) -> Explained | None:
    """`1 hour 30 minutes`."""
    found = _covering(_DURATION, place)
    if found is None or (parts := _DURATION.fullmatch(found.text)) is None:
        return None
    number, unit, more, finer = (part.lower() for part in parts.groups())
    if _SECONDS[finer] >= _SECONDS[unit]:
        return None
    total = int(number) * _SECONDS[unit] // _SECONDS[finer] + int(more)
    meant = counted_in(total, finer)
    help = f"write `{meant}`, or their sum: `{counted_in(int(number), unit)} + {counted_in(int(more), finer)}`"
    return Explained(syntax.NUMBER_FORM, "two durations stand side by side", help, found, meant)


def counted_in(number: int, unit: str) -> str:
    """`1 minute`, `90 minutes`."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _abbreviated(place: Place) -> Explained | None:
    """`10 min.`."""
    here, last = place.here, place.last
    if here is None or here.text != "." or last is None or len(place.before) < 2 or here.start != last.end:
        return None
    number, unit = place.before[-2], _SHORT.get(last.word, last.word)
    if not number.text[0].isdigit() or (unit not in UNITS and f"{unit}s" not in UNITS):
        return None
    help = f"write `{number.text} {unit}`"
    return Explained(syntax.NUMBER_FORM, "no point stands after a unit", help, replacement="")


def _in_words(place: Place) -> Explained | None:
    """`ten minutes`, `an hour`, `half an hour`."""
    pieces = [*place.before[-2:], *((place.here,) if place.here else ()), *place.after[:3]]
    for at, piece in enumerate(pieces[:-1]):
        following = [each.word for each in pieces[at + 1 : at + 3]]
        if piece.word == "half" and following[0] in ("a", "an") and len(following) > 1:
            following = following[1:]
        unit = following[0].removesuffix("s")
        if f"{unit}s" not in UNITS:
            continue
        meant = _HALVES.get(unit) if piece.word == "half" else None
        if piece.word in _NUMBERS:
            number = _NUMBERS[piece.word]
            meant = f"{number} {unit}" if number == "1" else f"{number} {unit}s"
        if meant is not None:
            message = "numbers are written with digits"
            return Explained(syntax.NUMBER_FORM, message, f"write `{meant}`", piece)
    return None
