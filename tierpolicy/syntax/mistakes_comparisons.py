"""Comparisons in words: `nights is more than 5`, `at least 5`, `10 or more`, `5+`; each is a sign here."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.place import PIECE, Explained, Piece, Place

_LOWER = "less|fewer|lower|smaller"
_HIGHER = "more|greater|higher|larger|bigger"
_VALUE = r"(?P<value>\"[^\"\n]*\"|[0-9][\w.]*(?:\s+(?:seconds?|minutes?|hours?|days?|weeks?)\b|\s*%)?|[A-Za-z_]\w*)"
_IN_WORDS = re.compile(
    rf"""(?:(?P<left>[A-Za-z_]\w*)\s+)?(?P<said>(?:(?:is|are|be|was)\s+)?(?:
        (?P<ge>(?:no|not)\s+(?:{_LOWER})\s+than | at\s+least | (?:{_HIGHER})\s+than\s+or\s+equal(?:\s+to)?)
      | (?P<le>(?:no|not)\s+(?:{_HIGHER})\s+than | at\s+most | up\s+to | (?:{_LOWER})\s+than\s+or\s+equal(?:\s+to)?)
      | (?P<gt>(?:{_HIGHER})\s+than | over | above | exceeds | exceeding)
      | (?P<lt>(?:{_LOWER})\s+than | under | below)
      | (?P<eq>equals?(?:\s+to)?)
    ))\s+{_VALUE}""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNS = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<", "eq": "="}
_ONE_VALUE = r"(?P<value>[^\s,+]+(?:\s+[a-z]+)??)"
_OPEN_UP = re.compile(rf"{_ONE_VALUE}\s*(?:\+|(?:or|and)\s+(?:more|above|over|higher|up|later))", re.IGNORECASE)
_OPEN_DOWN = re.compile(rf"{_ONE_VALUE}\s*(?:or|and)\s+(?:less|fewer|below|under|lower|earlier)", re.IGNORECASE)
_TWO_SIDES = re.compile(r"(?P<one><=?|>=?)\s*(?P<a>[^<>]+?)\s+and\s+(?P<two><=?|>=?)\s*(?P<b>[^<>]+)", re.IGNORECASE)
_FROM_TO = re.compile(r"(?:from|between)\s+(?P<a>\S+(?:\s+\S+)??)\s+(?:to|and|until)\s+(?P<b>\S.*)", re.IGNORECASE)
LONGEST_CELL = 200
_BETWEEN = re.compile(
    r"\bbetween\s+(?P<a>[0-9][^\s-]*)\s*(?:-|–|to\b)\s*(?P<b>[0-9]\S*(?:\s+(?:seconds?|minutes?|hours?|days?))?)\s*\Z",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?:\b(?:is|are|be)\s+)?\b(?P<not>not\s+)?(?:(?:in|among|of)\s+)?(?:the\s+)?"
    r"\b(?:(?P<top>top|best|highest)|(?:bottom|lowest|worst))\s+"
    r"(?P<share>[0-9][0-9.]*)\s*(?:%|percent\b|per\s+cent\b)",
    re.IGNORECASE,
)
_CONDITIONS = ("effect", "tier", "define", "assume", "property", "cost", "reminder", "example", "expression", "column")


def in_words(place: Place) -> Explained | None:
    """A comparison said in words, in a condition."""
    if place.start not in _CONDITIONS or place.here is None:
        return None
    words = [piece.word for piece in place.before]
    if place.start in ("effect", "tier", "cost") and ("if" not in words or "then" in words):
        return None
    at = place.here.start
    begin = max(place.before[-4].start if len(place.before) > 3 else 0, at - 200)
    for found in _IN_WORDS.finditer(place.written, begin, min(len(place.written), at + 200)):
        if found.start("said") <= at < found.end():
            return _with_sign(found, found["left"] or "")
    return None


def between(place: Place) -> Explained | None:
    """`between 5 - 10`, which lacks its `and`."""
    if place.start not in _CONDITIONS or "between" not in [piece.word for piece in place.before[-6:]]:
        return None
    at = place.here.start if place.here is not None else len(place.written)
    found = _BETWEEN.search(place.written, max(0, at - 200), at)
    if found is None:
        return None
    meant = f"between {found['a']} and {found['b']}"
    said = Piece(found.group().rstrip(), found.start())
    return Explained(
        syntax.FROM_ELSEWHERE, "two values after `between` are joined by `and`", f"write `{meant}`", said, meant
    )


def share(place: Place) -> Explained | None:
    """`in the top 10%`, `is in top 10%`: a share said in more words."""
    if place.start not in (*_CONDITIONS, "if_cell") or place.here is None:
        return None
    at = place.here.start
    for found in _SHARE.finditer(place.written, max(0, at - 200), min(len(place.written), at + 200)):
        side, said = "top" if found["top"] else "bottom", " ".join(found.group().split())
        meant = f"{'not ' if found['not'] else ''}in {side} {found['share']}%"
        behind_sign = place.written[: found.start()].rstrip().endswith(("=", "<", ">"))
        if found.start() <= at < found.end() and said.lower() != meant and not behind_sign:
            message, whole = (
                f"a share of the customers isn't asked for by `{said}`",
                Piece(found.group(), found.start()),
            )
            return Explained(syntax.FROM_ELSEWHERE, message, f"write `{meant}`", whole, meant)
    return None


def _with_sign(found: re.Match[str], left: str) -> Explained:
    sign = next(_SIGNS[kind] for kind in _SIGNS if found[kind] is not None)
    said = " ".join(found["said"].split())
    comparison = f"{left} {sign} {found['value']}".strip()
    message = f"a condition compares with a sign, not with `{said}`"
    return Explained(
        syntax.FROM_ELSEWHERE, message, f"write `{comparison}`", Piece(found["said"], found.start("said")), sign
    )


def cell_in_words(place: Place) -> Explained | None:
    """A cell under `if` that says a range or a bound in another way."""
    if place.start != "if_cell" or len(place.written) > LONGEST_CELL:
        return None
    written = place.written.strip()
    meant: str | None = None
    if found := _OPEN_UP.fullmatch(written):
        meant = f">= {found['value']}"
    elif found := _OPEN_DOWN.fullmatch(written):
        meant = f"<= {found['value']}"
    elif (found := _IN_WORDS.fullmatch(written)) and not found["left"]:
        meant = _with_sign(found, "").help.split("`")[1]
    elif found := _FROM_TO.fullmatch(written):
        meant = f"{found['a']} to {found['b']}"
    elif found := _TWO_SIDES.fullmatch(written):
        return _two_sides(found, place)
    elif _joined_labels(place):
        meant = re.sub(r"\s+or\s+", ", ", written, flags=re.IGNORECASE)
    if meant is None:
        return None
    return Explained(
        syntax.FROM_ELSEWHERE, f"`{written}` is said another way in a cell", f"write `{meant}`", _whole(place), meant
    )


def _joined_labels(place: Place) -> bool:
    pieces = [found.group().lower() for found in PIECE.finditer(place.written)]
    labels, joins = pieces[::2], pieces[1::2]
    plain = all(label[0].isalnum() or label[0] in '"_' for label in labels)
    return bool(joins) and len(labels) > len(joins) and plain and set(joins) == {"or"}


def _whole(place: Place) -> Piece:
    text = place.written.strip()
    return Piece(text, place.written.index(text))


def _two_sides(found: re.Match[str], place: Place) -> Explained:
    """`< 5 and > 2`: one range, where the cells have one for it."""
    sides = {found["one"][0]: (found["one"], found["a"].strip()), found["two"][0]: (found["two"], found["b"].strip())}
    message = "a cell has no `and`"
    columns = "head two columns with the same `if`, and write one half in each"
    if len(sides) < 2:
        return Explained(syntax.UNEXPECTED, message, columns, _whole(place))
    (low_sign, low), (high_sign, high) = sides[">"], sides["<"]
    upper = f"to below {high}" if high_sign == "<" else f"to {high}"
    if low_sign == ">=":
        return Explained(syntax.UNEXPECTED, message, f"write `{low} {upper}`", _whole(place), f"{low} {upper}")
    whole = f"for whole numbers write `{int(low) + 1} {upper}`; else " if low.isdigit() else ""
    return Explained(syntax.UNEXPECTED, message, f"{whole}{columns}", _whole(place))
