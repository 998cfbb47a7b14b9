"""Where reading stuck → one finding in the author's words.

The parser says only where. What to say is found from the text: a word from elsewhere, a missing bracket, name, colon or `then`,
else what the word before calls for. The first explanation that fits is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax.elsewhere import MODIFIERS, TYPES, WITHIN
from tierpolicy.syntax.expected import AFTER, AFTER_IN, CALLED, FORMS, MODIFIER_WORDS
from tierpolicy.syntax.grammar import Stuck
from tierpolicy.syntax.reading import Reading, shortened
from tierpolicy.syntax.vocabulary import STATEMENTS

_PIECE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"?|`[^`\n]*`?|[^\W\d]\w*|[0-9][\w.]*|[=!<>:]=+|=>|=<|=~|->|<>|\+=|-=|&&|\|\||\*\*|//|/\*|--|\S'
)
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"?|`[^`\n]*`?')
_TYPE_WORDS = ("flag", "integer", "number", "percent", "money", "duration", "date", "text", "one of", "set of")
_COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, number, text or sign, and where it stands in the text being read."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading stuck: the pieces before, the piece here (None at the end), the pieces after."""

    written: str
    start: str
    before: tuple[Piece, ...]
    here: Piece | None
    after: tuple[Piece, ...]
    accepts: Callable[[], frozenset[str]]

    @property
    def last(self) -> Piece | None:
        return self.before[-1] if self.before else None

    @property
    def ends(self) -> tuple[int, int]:
        """The stretch to underline: the piece here, at the end the piece before."""
        shown = self.here or self.last
        return (0, min(1, len(self.written))) if shown is None else (shown.start, shown.end)


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding without its place; `at` where it isn't the place where reading stuck."""

    code: Code
    message: str
    help: str
    at: Piece | None = None
    replacement: str | None = None


def mistake(written: str, stuck: Stuck, start: str, reading: Reading) -> Diagnostic:
    """The finding for a text that is no `start`."""
    place = _place(written, stuck, start)
    found = next(filter(None, (explain(place) for explain in _EXPLANATIONS)), None) or _unexpected(place)
    span = reading.stretch(*((found.at.start, found.at.end) if found.at is not None else place.ends))
    fix = None if found.replacement is None else Fix(span, found.replacement, found.help)
    return Diagnostic(found.code, found.message, span, found.help, fix=fix)


def readable_start(written: str, stuck: Stuck) -> str | None:
    """What may still be read of a text before an `else` or `;`."""
    rest = _PIECE.match(written, stuck.at)
    return written[: stuck.at] if rest is not None and rest.group().lower() in ("else", ";", "elif", "elseif") else None


def _place(written: str, stuck: Stuck, start: str) -> Place:
    # the pieces near the place are enough to explain it, and the text may be very long
    far = max(written.rfind("\n", 0, max(0, stuck.at - 2_000)), 0)
    pieces = [Piece(found.group(), found.start()) for found in _PIECE.finditer(written, far, stuck.at + 2_000)]
    at = next((index for index, piece in enumerate(pieces) if piece.end > stuck.at), len(pieces))
    here = pieces[at] if at < len(pieces) else None
    return Place(written, start, tuple(pieces[:at]), here, tuple(pieces[at + 1 :]), stuck.accepts)


# ---------------------------------------------------------------- explanations, each or None


def _new_statement(place: Place) -> Explained | None:
    """A statement that is indented by mistake, or runs into this one."""
    here = place.here
    if here is None or here.word not in STATEMENTS or here.word in ("if", "when", "customer", "request", "service", "tier"):
        return None
    line = place.written.rfind("\n", 0, here.start) + 1
    if line == 0 or place.written[line : here.start].strip():
        return None
    message = f"`{here.text}` begins a statement, but this line continues the one above"
    return Explained(syntax.LAYOUT, message, "move it to the first column; only what continues a statement is indented")


def _second_if(place: Place) -> Explained | None:
    last = place.last
    if last is None or last.word != "if" or len(place.before) < 2 or place.before[-2].word not in ("then", "and", ","):
        return None
    help = "join the two conditions with `and`, or write a rule for each"
    return Explained(syntax.FROM_ELSEWHERE, "a rule has one `if`", help, last)


def _from_elsewhere(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is not None and here.word in WITHIN and not (here.word == "set" and place.start == "declaration"):
        return _elsewhere(here, place)
    if last is None or last.word not in WITHIN or not last.text.isalpha() or last.word in ("more", "less", "set", "end"):
        return None
    return _elsewhere(last, place)


def _elsewhere(piece: Piece, place: Place) -> Explained:
    fixed = "" if piece.text == ";" and not place.after else None
    message = f"there is no `{piece.text}` here"
    return Explained(syntax.FROM_ELSEWHERE, message, WITHIN[piece.word], piece, fixed)


def _brackets(place: Place) -> Explained | None:
    """A bracket without its partner; only where reading stuck at it or at the end."""
    open_at: list[Piece] = []
    for piece in (*place.before, *((place.here,) if place.here else ())):
        if piece.text in ("(", "{"):
            open_at.append(piece)
        elif piece.text in (")", "}"):
            if not open_at or (open_at[-1].text == "(") != (piece.text == ")"):
                message = f"this `{piece.text}` has no partner before it"
                help = "remove it, or put its partner where it begins"
                return Explained(syntax.BRACKET, message, help, piece)
            open_at.pop()
    here = place.here
    if open_at and (here is None or here.word in ("then", "keep", "because", "source", ":", "implies")):
        partner = ")" if open_at[-1].text == "(" else "}"
        message = f"this `{open_at[-1].text}` has no closing `{partner}`"
        return Explained(syntax.BRACKET, message, f"put the `{partner}` where it ends", open_at[-1])
    return None


def _name(place: Place) -> Explained | None:
    """A statement without its name."""
    if len(place.before) != 1 or place.before[0].word not in CALLED:
        return None
    keyword, here = place.before[0], place.here
    form = FORMS[place.start].replace("`rule ", f"`{keyword.word} ")
    if here is not None and here.text[0].isdigit():
        message = f"`{shortened(here.text)}` is no name: a name begins with a letter"
        return Explained(syntax.MISSING_NAME, message, form)
    return Explained(syntax.MISSING_NAME, f"{CALLED[keyword.word]} has a name", form, keyword)


def _hyphen(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None or last is None or here.text != "-" or here.start != last.end or not place.after:
        return None
    name = f"{last.text}-{place.after[0].text}"
    piece = Piece(name, last.start)
    help = f'write `{name.replace("-", "_")}`; a label may stand in quotes: "{name}"'
    return Explained(syntax.UNEXPECTED, f"`{name}` has a `-` inside", help, piece)


def _colon(place: Place) -> Explained | None:
    """A declaration without its colon."""
    if place.start not in ("declaration", "parameter") or place.here is None:
        return None
    named = place.before[-1:] if place.start == "declaration" else place.before[1:]
    if len(place.before) != (1 if place.start == "declaration" else 2) or not named:
        return None
    help = f"write `{named[0].text} : {place.here.text if place.here.text not in '=:' else 'type'}`"
    return Explained(syntax.MISSING_COLON, f"a `:` is missing after `{named[0].text}`", help, named[0])


def _type(place: Place) -> Explained | None:
    """A word that is no type: read as the first label of a scale, it misses its `<`."""
    last = place.last
    if place.start not in ("declaration", "parameter") or last is None or len(place.before) < 2:
        return None
    if place.before[-2].text != ":" or not last.text[0].isalpha():
        return None
    if last.word in ("one", "set") or (place.here is not None and place.here.text == "<"):
        return None
    here = TYPES.get(last.word) or nearest(last.word, _TYPE_WORDS)
    help = f"write `{here}`" if here else "known are " + ", ".join(f"`{word}`" for word in _TYPE_WORDS) + " and `low < high`"
    return Explained(syntax.UNEXPECTED, f"`{last.text}` is no type", help, last)


def _modifier(place: Place) -> Explained | None:
    here = place.here
    if place.start not in ("declaration", "parameter") or here is None or len(place.before) < 3:
        return None
    if place.last is not None and place.last.text in ("<", ",", "(", "=", "{"):
        return None
    if here.word in MODIFIERS:
        return Explained(syntax.FROM_ELSEWHERE, f"there is no `{here.text}` here", MODIFIERS[here.word])
    if not here.text[0].isalpha() or (place.last is not None and place.last.word in AFTER):
        return None
    near = nearest(here.word, MODIFIER_WORDS)
    help = f"did you mean `{near}`?" if near else "known are " + ", ".join(f"`{word}`" for word in MODIFIER_WORDS)
    return Explained(syntax.UNEXPECTED, f"`{here.text}` says nothing about a field or attribute", help)


def _then(place: Place) -> Explained | None:
    """A condition that runs into what is given."""
    if place.start not in ("effect", "tier") or place.last is None:
        return None
    words = [piece.word for piece in place.before]
    if "if" not in words or "then" in words or place.last.word in AFTER or place.last.text in "({,":
        return None
    here = place.here
    if here is not None and (here.text in (":", "{", ",") and here.text != ","):
        message, help = f"`{here.text}` stands where `then` belongs", "write `then`: `if condition then priority = high`"
        return Explained(syntax.MISSING_THEN, message, help)
    if here is None and place.start == "effect":
        help = "after the condition comes `then` and what is given: `if condition then priority = high`"
        return Explained(syntax.MISSING_THEN, "this rule gives nothing: its `then` is missing", help)
    given = place.after[0].word if place.after else ""
    if here is not None and here.text[0].isalpha() and given in ("=", "at", "includes", "within", "without", ":="):
        help = f"write `then` before `{here.text}`"
        return Explained(syntax.MISSING_THEN, f"a `then` is missing before `{here.text}`", help)
    return None


def _comma_between_conditions(place: Place) -> Explained | None:
    if place.here is None or place.here.text != "," or place.start not in ("effect", "tier", "define", "assume"):
        return None
    words = [piece.word for piece in place.before]
    if "then" in words or ("if" not in words and place.start == "effect"):
        return None
    return Explained(syntax.UNEXPECTED, "a comma doesn't join conditions", "write `and` or `or`", replacement=" and")


def _given(place: Place) -> Explained | None:
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
        return Explained(syntax.UNEXPECTED, f"after `{name}` comes `=`, not `{shortened(here.text)}`", f"write `{name} = …`")
    return None


def _chained(place: Place) -> Explained | None:
    if place.here is None or place.here.text not in _COMPARATORS or "EQ" in place.accepts():
        return None
    if not any(piece.text in _COMPARATORS for piece in place.before[-8:]):
        return None
    help = "write `between 1 and 5`, or two comparisons with `and`"
    return Explained(syntax.UNEXPECTED, f"a comparison has two sides; this `{place.here.text}` makes a third", help)


def _list(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None or last is None or last.word != "in" or place.start in ("declaration", "parameter"):
        return None
    return Explained(syntax.UNEXPECTED, "after `in` comes a list in parentheses", "write `in (phone, email)`")


def _number(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is None:
        return None
    if here.text == "." and place.after and place.after[0].text[0].isdigit():
        help = f"write `0.{place.after[0].text}`"
        return Explained(syntax.NUMBER_FORM, "a number begins with a digit", help)
    if last is not None and last.text[0].isdigit() and last.text[-1].isalpha():
        help = f'write `10 minutes`, `5%`; a label that begins with a digit stands in quotes: "{last.text}"'
        return Explained(syntax.NUMBER_FORM, f"`{last.text}` is neither a number nor a name", help, last)
    if here.text[0].isdigit() and here.text[-1].isalpha():
        help = f'write `10 minutes`, `5%`; a label that begins with a digit stands in quotes: "{here.text}"'
        return Explained(syntax.NUMBER_FORM, f"`{here.text}` is neither a number nor a name", help)
    if last is not None and last.text[0].isdigit() and here.text[0].isalpha() and "UNIT" in place.accepts():
        near = nearest(here.word, ("seconds", "minutes", "hours", "days", "weeks", "months", "years"))
        help = f"did you mean `{near}`?" if near else "units are seconds, minutes, hours, days, weeks, months, years and `%`"
        return Explained(syntax.NUMBER_FORM, f"`{here.text}` is no unit", help)
    return None


def _scope(place: Place) -> Explained | None:
    if place.here is None or place.here.text != "." or place.last is None:
        return None
    help = "a name stands by itself; where it could be a label too, write `customer.name`, `request.name` or `service.name`"
    return Explained(syntax.UNEXPECTED, f"`{place.last.text}.` names nothing", help)


def _condition_missing(place: Place) -> Explained | None:
    """`tier gold then …`: a tier says who reaches it."""
    if place.start != "tier" or len(place.before) > 3 or any(piece.word == "if" for piece in place.before):
        return None
    if len(place.before) < 2:
        return None
    help = FORMS["tier"]
    return Explained(syntax.UNEXPECTED, f"it isn't said who reaches the tier `{place.before[1].text}`", help, place.before[1])


def _after_word(place: Place) -> Explained | None:
    last = place.last
    if last is None:
        return None
    follows = AFTER_IN.get((place.start, last.word)) or (AFTER.get(last.word) if last.text != "`" else None)
    if follows is None or last.text[0] in '"`':
        return None
    return Explained(syntax.UNEXPECTED, f"after `{last.text}` comes {follows}", FORMS[place.start])


_EXPLANATIONS: tuple[Callable[[Place], Explained | None], ...] = (
    _new_statement,
    _second_if,
    _number,
    _brackets,
    _modifier,
    _type,
    _from_elsewhere,
    _name,
    _hyphen,
    _colon,
    _then,
    _comma_between_conditions,
    _given,
    _chained,
    _list,
    _scope,
    _condition_missing,
    _after_word,
)


def _unexpected(place: Place) -> Explained:
    if place.here is None:
        last = f" after `{shortened(place.last.text)}`" if place.last is not None else ""
        return Explained(syntax.UNEXPECTED, f"something is missing{last}", FORMS[place.start])
    if place.start == "column" and not place.before:
        message = f"this column doesn't say whether it asks or gives: `{shortened(place.written)}`"
        help = f"write `if {shortened(place.written)}` or `then {shortened(place.written)}`"
        return Explained(syntax.TABLE_COLUMN, message, help)
    after = f" after `{shortened(place.last.text)}`" if place.last is not None else ""
    known = AFTER_IN.get((place.start, place.here.word)) or _known_words(place)
    message = f"`{shortened(place.here.text)}` can't stand here{after}"
    return Explained(syntax.UNEXPECTED, message, known or FORMS[place.start])


def _known_words(place: Place) -> str | None:
    """`did you mean` among the words that could come here."""
    if place.here is None or not place.here.text[0].isalpha():
        return None
    words = [name.strip("_").lower() for name in place.accepts() if name.strip("_").isalpha()]
    near = nearest(place.here.word, [word for word in words if word not in ("name", "string", "number", "backticked")])
    return f"did you mean `{near}`?" if near else None
