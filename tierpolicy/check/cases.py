"""From `cases` to examples: each row says what is given and what must come out (language.md §5).

A row with a mistake is left out alone; where the head of a column has one, no row can be what its author meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from tierpolicy.check.cases_expected import is_possible
from tierpolicy.check.cases_plain import spelled, with_quotes
from tierpolicy.check.cells import cell_condition
from tierpolicy.check.draft import Draft, words
from tierpolicy.check.examples import day_of, field_given, value_given
from tierpolicy.check.expressions import constant, typed
from tierpolicy.check.literals import none_of
from tierpolicy.check.tables import report_twice
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.codes import rules as rule_codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Example, Origin
from tierpolicy.model.types import DATE
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.reading import shortened


@frozen
class Heads:
    """The columns, read: what each gives or expects, and where the words stand. `whole`: none had a mistake."""

    given: dict[int, Field]
    expected: dict[int, Expr]
    words: dict[str, int]
    whole: bool


@frozen
class Setting:
    """What all rows of a table share. `numbered`: rows without a name are known by the table's; `start` as of examples;
    `dated`: each row has a day, or needs none."""

    written: ast.Cases
    heads: Heads
    start: date | None
    by_day: bool
    numbered: bool
    dated: bool
    draft: Draft


def cases_of(written: ast.Cases, start: date | None, by_day: bool, draft: Draft) -> Iterator[Example]:
    """The rows as examples, in order. `start` is the day on which the policy becomes effective; `by_day`: what it
    decides depends on the day."""
    numbered = draft.statements.claim(written.name, "the table of cases")
    heads = _heads(written, draft)
    dated = not by_day or start is not None or "as of" in heads.words
    if written.rows and not dated:
        draft.findings.report(
            codes.AS_OF_NEEDED,
            f"the cases `{written.name.text}` don't say on which day",
            _place(written),
            help="add a column `as of` with dates such as `2026-01-31`, or say in the head of the policy from when it "
            "is effective: what is decided depends on the day",
        )
    setting = Setting(written, heads, start, by_day, numbered, dated, draft)
    for row in written.rows:
        if len(row.cells) == len(written.columns):  # else reported where the text was read
            found = _case(row, setting)
            if found is not None:
                yield found


def _place(written: ast.Cases) -> Span:
    """The name; of a sidecar, which has none, the first column."""
    return written.name.span if written.name.span.end or not written.columns else written.columns[0].span


# ---------------------------------------------------------------- columns


def _heads(written: ast.Cases, draft: Draft) -> Heads:
    given: dict[int, Field] = {}
    expected: dict[int, Expr] = {}
    said: dict[str, int] = {}
    first: dict[str, Span] = {}
    whole = True
    for at, column in enumerate(written.columns):
        meant = _meant(column, draft)
        match meant:
            case None:
                whole = False
                continue
            case str():
                said[meant] = at
                name = meant
            case Field():
                given[at] = meant
                name = f"given {meant.name}"
            case _:
                expected[at] = meant
                name = " ".join(draft.places.written(column.span).split())
                name = name if column.kind == "expect" else f"expect {name}"
        whole = not report_twice(name, column.span, first, draft) and whole
    if whole and written.columns and not expected:
        draft.findings.report(
            codes.EXPECTS_NOTHING,
            f"the cases `{written.name.text}` expect nothing",
            _place(written),
            help="add a column `expect …`, which says what must come out",
        )
    return Heads(given, expected, said, whole)


def _meant(column: ast.CaseColumn, draft: Draft) -> Field | Expr | str | None:
    """The field that a column gives, what it expects, or which words it holds; None after a mistake."""
    match column.kind, column.value:
        case "given", ast.Word() as word:
            return field_given(word, draft.scope, "a case")
        case "bare", ast.Word() as word:
            return _bare(word, draft)
        case "expect", value if value is not None and not isinstance(value, ast.Word):
            return typed(value, draft.scope, None)
        case kind, _:
            return kind


def _bare(word: ast.Word, draft: Draft) -> Field | Expr | None:
    """A name alone: a field is given, an attribute is expected."""
    scope = draft.scope
    match scope.meaning(word.text):
        case Field() as field:
            return field
        case Attribute():
            return typed(ast.Name(word.text, word.quoted, word.span), scope, None)
        case None if word.text in scope.broken:
            return None
        case None:
            near = scope.findings.did_you_mean(word.text, (*scope.fields, *scope.attributes))
            scope.findings.report(
                name_codes.UNKNOWN_NAME,
                f"there is no field or attribute `{word.text}`",
                word.span,
                help=near or "a column is headed by a field, which is given, or by an attribute, which is expected",
            )
        case meaning:
            scope.findings.report(
                codes.NOT_A_FACT,
                f"`{word.text}` is neither a field, which is given, nor an attribute, which is expected",
                word.span,
                help=f"write `expect {word.text}`",
                related=(Related(meaning.span, f"`{word.text}` is declared here"),),
            )
    return None


# ---------------------------------------------------------------- rows


def _case(row: ast.Row, setting: Setting) -> Example | None:
    """The case of one row; None after a mistake in it."""
    draft, heads = setting.draft, setting.heads
    about = _origin(row, setting)
    given = _given(row, setting)
    expected = _expected(row, setting)
    said, readable = _said_day(row, setting)
    if about is None or given is None or expected is None or not readable or not setting.dated:
        return None
    day = day_of(said or setting.start, expected, setting.by_day, draft.scope)
    if day is None:
        at = heads.words.get("as of")
        place = row.cells[at].span if at is not None else row.span
        message = f"the case `{shortened(about.name)}` doesn't say on which day"
        help = "write a date such as `2026-01-31` in a column `as of`: what is decided depends on the day"
        draft.findings.report(codes.AS_OF_NEEDED, message, place, help=help)
        return None
    return Example(about, MappingProxyType(given), expected, day, "case") if heads.whole else None


def _origin(row: ast.Row, setting: Setting) -> Origin | None:
    """Where the case stands and what it is called; None where another one is called so."""
    written, at = setting.written, setting.heads.words.get("case")
    own = unicodedata.normalize("NFC", " ".join(_words(row, "case", setting).split()))
    name = own or f"{written.name.text} row {row.number}"
    place = row.cells[at].span if own and at is not None else row.span
    if not own and not setting.numbered:
        return None
    draft = setting.draft
    first = draft.examples.taken.setdefault(name, place)
    if first is not place:
        message = f"the case `{shortened(name)}` is not the only one of that name"
        help = "choose another name, or remove one of the two"
        related = (Related(first, "the other one"),)
        draft.findings.report(draft.examples.code, message, place, help=help, related=related)
        return None
    because = _words(row, "because", setting) or words(written.because)
    return Origin(
        name, words(written.title), row.span, because, _words(row, "source", setting) or words(written.source)
    )


def _words(row: ast.Row, column: str, setting: Setting) -> str:
    at = setting.heads.words.get(column)
    cell = row.cells[at] if at is not None else None
    return cell.text if isinstance(cell, ast.WordsCell) else ""


def _given(row: ast.Row, setting: Setting) -> dict[str, Value] | None:
    """What the row gives, by field; None after a mistake in a cell."""
    scope = setting.draft.scope
    given: dict[str, Value] = {}
    complete = True
    for at, field in setting.heads.given.items():
        match with_quotes(row.cells[at], field.type, setting.draft, one_value=True):
            case ast.AnyCell():
                continue
            case ast.WordsCell(mistakes=mistakes):
                complete = False
                scope.findings.diagnostics += mistakes
            case ast.KnownCell(known=False):
                given[field.name] = MISSING
            case ast.ListCell((item,), span):
                value = spelled(item, field) or value_given(item, field, span, scope)
                if value is None:
                    complete = False
                else:
                    given[field.name] = value
            case cell:
                complete = False
                scope.findings.report(
                    name_codes.NOT_CONSTANT,
                    f"a case gives `{field.name}` one value",
                    cell.span,
                    help=_one_value(cell),
                )
    return given if complete else None


def _one_value(cell: ast.Cell) -> str:
    match cell:
        case ast.ListCell((ast.Number(whole), ast.Number(fraction))):
            number = f"{whole.replace('.', '_')}.{fraction}"
            return f"a number is written with a point, `{number}`; what several customers get is several cases"
        case _:
            return "write it out, or `missing`, or leave the cell empty; what several customers get is several cases"


def _expected(row: ast.Row, setting: Setting) -> tuple[Expr, ...] | None:
    """The conditions that must be true; None after a mistake in a cell."""
    draft, columns = setting.draft, setting.heads.expected
    asked = [(column, row.cells[at]) for at, column in columns.items() if not isinstance(row.cells[at], ast.AnyCell)]
    found = [_expectation(column, cell, draft) for column, cell in asked]
    if not found and setting.heads.whole and columns:
        help = "fill a cell under `expect`, or remove the row"
        draft.findings.report(codes.EXPECTS_NOTHING, "this case expects nothing", row.span, help=help)
        return None
    kept = tuple(each for each in found if each is not None)
    return kept if len(kept) == len(found) else None


def _expectation(column: Expr, cell: ast.Cell, draft: Draft) -> Expr | None:
    match with_quotes(cell, column.type, draft, may_be_none=none_of(column, draft.scope) is not None):
        case ast.OtherwiseCell(span):
            help = "write what is expected, or leave the cell empty"
            draft.findings.report(rule_codes.OTHERWISE_MISPLACED, "`otherwise` can't stand in a case", span, help=help)
            return None
        case ast.WordsCell(mistakes=mistakes):
            draft.findings.diagnostics += mistakes
            return None
        case ast.NothingCell() | ast.ValueCell():
            return None  # no cell of such a column
        case asked:
            expected = cell_condition(column, asked, draft.scope)
    possible = expected is not None and is_possible(column, expected, cell.span, draft.scope)
    return expected if possible else None


def _said_day(row: ast.Row, setting: Setting) -> tuple[date | None, bool]:
    """The day in the cell under `as of`, and whether that could be read."""
    at = setting.heads.words.get("as of")
    cell = row.cells[at] if at is not None else None
    if not isinstance(cell, ast.ValueCell):
        return None, True
    day = constant(cell.value, setting.draft.scope, DATE)
    return (day, True) if isinstance(day, date) else (None, False)
