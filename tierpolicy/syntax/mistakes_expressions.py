"""Mistakes in expressions: numbers, comparisons, lists."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax.place import Explained, Piece, Place

_LETTER = re.compile(r"[^\W\d_]")
_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
_OTHER_UNITS = tuple("ms millis quarter quarters usd eur gbp dollars euros k m million pct".split())
_COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
_AT = {"least": ">=", "most": "<="}
_CONDITIONS = ("effect", "tier", "define", "assume", "property", "cost", "reminder", "example", "expression", "column")


def number(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None:
        return None
    if here.text == "." and place.after and place.after[0].text[0].isdigit():
        help = f"write `0.{place.after[0].text}`"
        return Explained(syntax.NUMBER_FORM, "a number begins with a digit", help)
    if last is not None and last.text[0].isdigit() and _LETTER.search(last.text):
        help = f'write `10 minutes`, `5%`; a label that begins with a digit stands in quotes: "{last.text}"'
        return Explained(syntax.NUMBER_FORM, f"`{last.text}` is neither a number nor a name", help, last)
    if here.text[0].isdigit() and _LETTER.search(here.text):
        help = f'write `10 minutes`, `5%`; a label that begins with a digit stands in quotes: "{here.text}"'
        return Explained(syntax.NUMBER_FORM, f"`{here.text}` is neither a number nor a name", help)
    if last is not None and last.word in (*_UNITS, *(unit[:-1] for unit in _UNITS)) and here.text[0].isdigit():
        help = "write their sum: `1 hour + 30 minutes`"
        return Explained(syntax.NUMBER_FORM, "two durations stand side by side", help)
    if last is not None and last.text[0].isdigit() and here.text[0].isalpha():
        near = nearest(here.word, _UNITS)
        if near or here.word in _OTHER_UNITS:
            help = f"did you mean `{near}`?" if near else "units are " + ", ".join(_UNITS) + " and `%`; money has none"
            return Explained(syntax.NUMBER_FORM, f"`{here.text}` is no unit", help)
    return None


def chained(place: Place) -> Explained | None:
    if place.here is None or place.here.text not in _COMPARATORS or "EQ" in place.accepts():
        return None
    if not any(piece.text in _COMPARATORS for piece in place.before[-8:]):
        return None
    words = [piece.word for piece in place.before]
    if place.start == "effect" and ("then" in words or "if" not in words):
        help = "write a rule with `if` and `then`: `if orders > 3 then callback = yes`"
        return Explained(syntax.UNEXPECTED, "what is given is a value, not a condition", help)
    help = "write `between 1 and 5`, or two comparisons with `and`"
    return Explained(syntax.UNEXPECTED, f"a comparison has two sides; this `{place.here.text}` makes a third", help)


def list(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None or last is None or last.word != "in" or place.start in ("declaration", "parameter"):
        return None
    return Explained(syntax.UNEXPECTED, "after `in` comes a list in parentheses", "write `in (phone, email)`")


def scope(place: Place) -> Explained | None:
    if place.here is None or place.here.text != "." or place.last is None:
        return None
    help = "a name stands by itself; where it could be a label too, write `customer.name` or `service.name`"
    return Explained(syntax.UNEXPECTED, f"`{place.last.text}.` names nothing", help)


def said_otherwise(place: Place) -> Explained | None:
    """Turns of phrase that are nearly ours."""
    here, last = place.here, place.last
    if here is None or last is None:
        return None
    recent = [piece.word for piece in place.before[-6:]]
    if here.word == "to" and "between" in recent:
        return Explained(
            syntax.FROM_ELSEWHERE, "`between` has `and`, not `to`", "write `between 1 and 5`", replacement="and"
        )
    if here.word == "at" and place.after and place.after[0].word in _AT and place.start in _CONDITIONS:
        help = f"write `{last.text} {_AT[place.after[0].word]} …`"
        return Explained(
            syntax.FROM_ELSEWHERE, f"a condition compares with a sign, not with `at {place.after[0].text}`", help
        )
    if last.word == "not" and len(place.before) > 1 and place.before[-2].word in ("has", "contains", "with"):
        help = "put `not` before the whole: `not (tags has vip)`"
        return Explained(syntax.FROM_ELSEWHERE, f"`{place.before[-2].word} not` isn't said here", help, last)
    if place.start == "example" and here.text in ("<", "<=", ">", ">=", "!=") and "given" in recent:
        help = f"write `{last.text} = …`, or `{last.text} is missing`"
        return Explained(syntax.UNEXPECTED, "an example gives a field one value", help)
    return None


def hyphen(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None or last is None or here.text != "-" or here.start != last.end or not place.after:
        return None
    name = f"{last.text}-{place.after[0].text}"
    piece = Piece(name, last.start)
    help = f'write `{name.replace("-", "_")}`; a label may stand in quotes: "{name}"'
    return Explained(syntax.UNEXPECTED, f"`{name}` has a `-` inside", help, piece)
