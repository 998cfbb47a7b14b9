"""Mistakes in rules, limits, baselines and tiers: between `if`, `then` and what is given."""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.expected import AFTER, FORMS
from tierpolicy.syntax.place import Explained, Place
from tierpolicy.syntax.reading import shortened


def second_if(place: Place) -> Explained | None:
    last = place.last
    if last is None or last.word != "if" or len(place.before) < 2 or place.before[-2].word not in ("then", "and", ","):
        return None
    help = "join the two conditions with `and`, or write a rule for each"
    return Explained(syntax.FROM_ELSEWHERE, "a rule has one `if`", help, last)


def if_behind(place: Place) -> Explained | None:
    """`rule r: callback = yes if orders > 3`: the condition stands first."""
    words = [piece.word for piece in place.before]
    if place.start != "effect" or place.here is None or place.here.word not in ("if", "when") or "if" in words:
        return None
    if "=" not in words and "at" not in words:
        return None
    help = "write `if condition then attribute = value`"
    return Explained(syntax.UNEXPECTED, "the condition stands before what is given", help)


def then(place: Place) -> Explained | None:
    """A condition that runs into what is given."""
    if place.start not in ("effect", "tier") or place.last is None:
        return None
    words = [piece.word for piece in place.before]
    if "if" not in words or "then" in words or place.last.word in AFTER or place.last.text in "({,":
        return None
    here = place.here
    if here is not None and (here.text in (":", "{", ",") and here.text != ","):
        message, help = (
            f"`{here.text}` stands where `then` belongs",
            "write `then`: `if condition then priority = high`",
        )
        return Explained(syntax.MISSING_THEN, message, help)
    if here is None and place.start == "effect":
        help = "after the condition comes `then` and what is given: `if condition then priority = high`"
        return Explained(syntax.MISSING_THEN, "this rule gives nothing: its `then` is missing", help)
    given = place.after[0].word if place.after else ""
    if here is not None and here.text[0].isalpha() and given in ("=", "at", "includes", "within", "without", ":="):
        help = f"write `then` before `{here.text}`"
        return Explained(syntax.MISSING_THEN, f"a `then` is missing before `{here.text}`", help)
    return None


def comma_between_conditions(place: Place) -> Explained | None:
    if place.here is None or place.here.text != "," or place.start not in ("effect", "tier", "define", "assume"):
        return None
    words = [piece.word for piece in place.before]
    if "then" in words or ("if" not in words and place.start == "effect"):
        return None
    next_words = [piece.word for piece in place.after[:2]]
    if next_words[:1] == ["then"]:
        return Explained(syntax.UNEXPECTED, "no comma stands before `then`", "remove the comma", replacement="")
    if len(place.before) > 2 and place.before[-3].word == "has" and place.before[-2].text == "(":
        help = f"write `has {place.before[-1].text} and … has …`, a `has` for each label"
        return Explained(syntax.UNEXPECTED, "`has` asks for one label", help)
    if (
        len(place.before) > 2
        and place.before[-2].text == "="
        and next_words[1:]
        and next_words[1] in ("then", "and", ",")
    ):
        operand, label = place.before[-3].text, place.before[-1].text
        help = f"write `{operand} in ({label}, {place.after[0].text})`"
        return Explained(syntax.UNEXPECTED, "a comma doesn't join labels", help)
    return Explained(syntax.UNEXPECTED, "a comma doesn't join conditions", "write `and` or `or`", replacement=" and")


def given(place: Place) -> Explained | None:
    """What is given, with another sign than `=`."""
    here, last = place.here, place.last
    if place.start not in ("effect", "tier") or last is None or not (last.text[0].isalpha() or last.text[0] == "`"):
        return None
    if len(place.before) < 2 or place.before[-2].word not in ("then", ",", "and", ":"):
        return None
    if "if" in [piece.word for piece in place.before] and "then" not in [piece.word for piece in place.before]:
        return None
    name = last.text
    if here is None or here.word in ("because", "source", ",", "and"):
        help = f"say what is given: `{name} = …`; for a flag, `{name} = yes`"
        return Explained(syntax.UNEXPECTED, f"`{name}` is given no value", help, last)
    sides = {">=": "at least", ">": "at least", "<=": "at most", "<": "at most"}
    if here.text in sides:
        help = f"write `{name} = …` for what is given, `{name} {sides[here.text]} …` in a baseline or limit"
        return Explained(syntax.FROM_ELSEWHERE, f"`{here.text}` compares, but here something is given", help)
    if here.word in ("is", "to", ":", "as", "==", "be") or here.text[0].isalnum() or here.text[0] == '"':
        return Explained(
            syntax.UNEXPECTED, f"after `{name}` comes `=`, not `{shortened(here.text)}`", f"write `{name} = …`"
        )
    return None


def condition_missing(place: Place) -> Explained | None:
    """`tier gold then …`: a tier says who reaches it."""
    if place.start != "tier" or len(place.before) > 3 or any(piece.word == "if" for piece in place.before):
        return None
    if len(place.before) < 2:
        return None
    help = FORMS["tier"]
    return Explained(
        syntax.UNEXPECTED, f"it isn't said who reaches the tier `{place.before[1].text}`", help, place.before[1]
    )
