"""Mistakes in the cells of tables, and in the heads of cases: forms that belong elsewhere."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.place import Explained, Piece, Place
from tierpolicy.syntax.reading import shortened

_DOTS = re.compile(r"\s*([^\s.|]+)\s*\.\.\.?\s*([^\s.|]+)\s*")
_TESTS = ("starts", "ends", "contains")
_QUOTED = re.compile(r'"[^"]*"')
_COMMA_INSIDE = re.compile(r"(?<![\w.,-])-?[0-9][0-9_.]*(?:,[0-9][0-9_.]*)+(?![\w-])")
_OTHER_DATE = re.compile(
    r"(?:[<>=!]+ *)?((?P<first>[0-9]{1,2})(?P<sign>[./-])(?P<second>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4})"
    r"|(?P<year_first>[0-9]{4})[./](?P<month>[0-9]{1,2})[./](?P<day>[0-9]{1,2}))"
)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def cell(place: Place) -> Explained | None:
    """A cell under `if` that says what cells say in another way."""
    if place.start != "if_cell":
        return None
    words = [piece.word for piece in (*place.before, *((place.here,) if place.here else ()))]
    if words in (["-"], ["*"]):
        return Explained(syntax.UNEXPECTED, f"`{words[0]}` asks nothing", "leave the cell empty, or write `any`")
    if dots := _DOTS.fullmatch(place.written):
        help = f"write `{dots[1]} to {dots[2]}`"
        return Explained(syntax.FROM_ELSEWHERE, "a range in a cell says `to`", help)
    if words[0] == "between":
        return Explained(syntax.UNEXPECTED, "a range in a cell says `to`", "write `10 to 20`", place.before[0])
    if any(word in _TESTS for word in words[:2]):
        help = f'head a column `if … {words[0]} {"with " if words[0] != "contains" else ""}"…"` and write `yes` below'
        return Explained(syntax.UNEXPECTED, "such a test stands in the head of a column", help)
    if place.here is not None and place.here.word == "or":
        return Explained(syntax.FROM_ELSEWHERE, "a cell has no `or`", "write a comma: `a, b`", replacement=",")
    if place.here is not None and place.here.word == "and":
        help = "a range is written `5 to 20` or `5 to below 20`; another condition is another column"
        return Explained(syntax.UNEXPECTED, "a cell has no `and`", help)
    return None


def comma_inside(written: str) -> tuple[str, str] | None:
    """Of `5,5` in a file, which is 5 and a half to a spreadsheet and two numbers to a cell: a message and what to
    write. None where each comma is followed by a blank, or stands in quotes."""
    found = _COMMA_INSIDE.search(_QUOTED.sub("", written))
    if found is None:
        return None
    number = found.group()
    meant = [f"`{number.replace(',', '_')}` if it parts thousands"] if _THOUSANDS.fullmatch(number) else []
    if number.count(",") == 1:
        plain = number.replace(".", "_").replace(",", ".")
        meant.append(f"`{plain}` if decimals stand behind it")
    meant.append(f"`{number.replace(',', ', ')}` if any of these is meant")
    return f"`{shortened(number)}` has a comma inside", f"write {', '.join(meant)}"


def other_date(written: str) -> tuple[str, str] | None:
    """Of `01.05.2026` or `5/1/2026`, which spreadsheets make of dates: a message and what to write."""
    found = _OTHER_DATE.fullmatch(written)
    if found is None:
        return None
    first, second, year = found["first"], found["second"], found["year"]
    if year is None:
        meant = [(found["day"], found["month"], found["year_first"])]
    elif found["sign"] == ".":
        meant = [(first, second, year)]
    else:
        meant = [(first, second, year), (second, first, year)]
    dates = [f"`{year}-{int(month):02}-{int(day):02}`" for day, month, year in meant if 0 < int(month) <= 12]
    help = f"write {' or '.join(dict.fromkeys(dates))}" if dates else "such as `2026-11-30`"
    return f"`{found[1]}` is no date: a date is written year-month-day", help


_OF_TABLES = {"if": "given", "then": "expect"}


def case_column(place: Place) -> Explained | None:
    """The head of a column of cases that is said as in a table, or as in a spreadsheet."""
    if place.start != "case_column":
        return None
    pieces = (*place.before, *((place.here,) if place.here else ()), *place.after)
    first, *rest = pieces
    if first.word in _OF_TABLES and rest:
        word = _OF_TABLES[first.word]
        message = f"a case has no `{first.word}`: it says what is given and what is expected"
        return Explained(syntax.TABLE_COLUMN, message, f"write `{word}`", first, word)
    named = rest if first.word == "given" else pieces
    if len(named) > 1 and all(piece.text[0].isalpha() for piece in named[:10]):
        written = Piece(place.written[named[0].start : named[-1].end], named[0].start)
        name = "_".join(piece.text for piece in named[:10]).lower()
        return Explained(
            syntax.TABLE_COLUMN,
            f"`{shortened(written.text)}` is no name: a name is one word",
            f"write `{name}`",
            written,
        )
    return None
