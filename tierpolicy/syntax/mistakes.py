"""Where reading stuck → one finding in the author's words.

The parser says only where. What to say is found from the text: a word from elsewhere, a missing bracket, name, colon or
`then`, else what the word before calls for. The first explanation that fits is given.
"""

from __future__ import annotations

from collections.abc import Callable

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.syntax import mistakes_amounts as amounts
from tierpolicy.syntax import mistakes_cells as cells
from tierpolicy.syntax import mistakes_comparisons as comparisons
from tierpolicy.syntax import mistakes_declarations as declarations
from tierpolicy.syntax import mistakes_effects as effects
from tierpolicy.syntax import mistakes_expressions as expressions
from tierpolicy.syntax import mistakes_lists as lists
from tierpolicy.syntax import mistakes_names as names
from tierpolicy.syntax.elsewhere import WITHIN
from tierpolicy.syntax.expected import AFTER, AFTER_IN, WORDS_OF
from tierpolicy.syntax.grammar import Stuck
from tierpolicy.syntax.mistakes_names import form_of
from tierpolicy.syntax.place import PIECE, Explained, Piece, Place, place_of
from tierpolicy.syntax.reading import Reading, shortened
from tierpolicy.syntax.vocabulary import STATEMENTS

_ENDS = ("else", "elif", "elseif", ";", ")", "}")


def mistake(written: str, stuck: Stuck, start: str, reading: Reading) -> Diagnostic:
    """The finding for a text that is no `start`."""
    place = place_of(written, stuck, start)
    found = next(filter(None, (explain(place) for explain in _EXPLANATIONS)), None) or _unexpected(place)
    span = reading.stretch(*((found.at.start, found.at.end) if found.at is not None else place.ends))
    fix = None if found.replacement is None else Fix(span, found.replacement, found.help)
    return Diagnostic(found.code, found.message, span, found.help, fix=fix)


def readable_start(written: str, stuck: Stuck) -> str | None:
    """What may still be read of a text before an `else`, a `;` or a stray bracket."""
    rest = PIECE.match(written, stuck.at)
    return written[: stuck.at] if rest is not None and rest.group().lower() in _ENDS else None


# ---------------------------------------------------------------- explanations, each or None


def _new_statement(place: Place) -> Explained | None:
    """A statement that is indented by mistake, or runs into this one."""
    here = place.here
    if (
        here is None
        or here.word not in STATEMENTS
        or here.word in ("if", "when", "customer", "request", "service", "tier")
    ):
        return None
    line = place.written.rfind("\n", 0, here.start) + 1
    if line == 0 or place.written[line : here.start].strip():
        return None
    message = f"`{here.text}` begins a statement, but this line continues the one above"
    return Explained(syntax.LAYOUT, message, "move it to the first column; only what continues a statement is indented")


def _from_elsewhere(place: Place) -> Explained | None:
    here, last = place.here, place.last
    if here is not None and here.word in WITHIN and not (here.word == "set" and place.start == "declaration"):
        return _elsewhere(here, place)
    if (
        last is None
        or last.word not in WITHIN
        or not last.text.isalpha()
        or last.word in ("more", "less", "set", "end")
    ):
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


def _misspelt(place: Place) -> Explained | None:
    """The word before is almost one of the words that a statement knows."""
    last, here = place.last, place.here
    if last is None or here is None or not last.text.isalpha() or not (here.text[0].isalnum() or here.text[0] in '"`'):
        return None
    if last.word in AFTER or (place.start, last.word) in AFTER_IN:
        return None
    near = nearest(last.word, WORDS_OF.get(place.start, ()))
    if near is None or near == last.word:
        return None
    return Explained(syntax.UNEXPECTED, f"`{last.text}` can't stand here", f"did you mean `{near}`?", last, near)


def _word_as_name(place: Place) -> Explained | None:
    """`if then …`, `because because …`: a word of the language was taken for the name that is missing before it."""
    if (
        place.last is None
        or len(place.before) < 2
        or place.last.word not in ("then", "because", "source", "keep", "and")
    ):
        return None
    asks = place.before[-2]
    follows = AFTER_IN.get((place.start, asks.word)) or AFTER.get(asks.word)
    if follows is None or asks.text[0] in '"`':
        return None
    return Explained(syntax.UNEXPECTED, f"after `{asks.text}` comes {follows}", form_of(place), asks)


def _after_word(place: Place) -> Explained | None:
    last = place.last
    if last is None:
        return None
    follows = AFTER_IN.get((place.start, last.word)) or (AFTER.get(last.word) if last.text != "`" else None)
    if follows is None or last.text[0] in '"`':
        return None
    return Explained(syntax.UNEXPECTED, f"after `{last.text}` comes {follows}", form_of(place))


_EXPLANATIONS: tuple[Callable[[Place], Explained | None], ...] = (
    _new_statement,
    effects.second_if,
    comparisons.share,
    amounts.amount,
    expressions.number,
    amounts.counted,
    comparisons.between,
    comparisons.in_words,
    comparisons.cell_in_words,
    lists.comma_missing,
    lists.comma_before_part,
    lists.given_colon,
    lists.type_phrase,
    _brackets,
    declarations.no_value,
    declarations.modifier,
    declarations.type,
    _from_elsewhere,
    names.missing,
    names.of_words,
    cells.cell,
    cells.case_column,
    expressions.hyphen,
    declarations.colon,
    declarations.joined_labels,
    _word_as_name,
    expressions.said_otherwise,
    effects.if_behind,
    effects.then,
    effects.comma_between_conditions,
    effects.given,
    expressions.chained,
    expressions.list,
    expressions.scope,
    effects.condition_missing,
    _misspelt,
    _after_word,
)


def _unexpected(place: Place) -> Explained:
    if place.here is None:
        last = f" after `{shortened(place.last.text)}`" if place.last is not None else ""
        return Explained(syntax.UNEXPECTED, f"something is missing{last}", form_of(place))
    if place.start == "column" and not place.before:
        message = f"this column doesn't say whether it asks or gives: `{shortened(place.written)}`"
        help = f"write `if {shortened(place.written)}` or `then {shortened(place.written)}`"
        return Explained(syntax.TABLE_COLUMN, message, help)
    after = f" after `{shortened(place.last.text)}`" if place.last is not None else ""
    known = AFTER_IN.get((place.start, place.here.word)) or _known_words(place)
    message = f"`{shortened(place.here.text)}` can't stand here{after}"
    return Explained(syntax.UNEXPECTED, message, known or form_of(place))


def _known_words(place: Place) -> str | None:
    """`did you mean` among the words that could come here."""
    if place.here is None or not place.here.text[0].isalpha():
        return None
    words = [name.strip("_").lower() for name in place.accepts() if name.strip("_").isalpha()]
    near = nearest(place.here.word, [word for word in words if word not in ("name", "string", "number", "backticked")])
    return f"did you mean `{near}`?" if near else None
