"""The text of a file → `ast.Module`, and every mistake in it.

Layout cuts the text into statements, blocks into declarations, tables into cells; each is parsed by itself by the one
grammar, and `from_tree` turns its tree into nodes. What could be read is in the module, whatever is wrong elsewhere.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.blocks import block
from tierpolicy.syntax.cases import cases
from tierpolicy.syntax.cells import OF_A_TABLE, OF_CASES, Cells, Columns, columns_and_rows
from tierpolicy.syntax.csv_tables import written_rows
from tierpolicy.syntax.files import LARGEST_FILE, too_large
from tierpolicy.syntax.from_tree_expressions import expression
from tierpolicy.syntax.from_tree_statements import statement
from tierpolicy.syntax.layout import Stretch, first_word, statements
from tierpolicy.syntax.marks import Marked, marked
from tierpolicy.syntax.reader import read
from tierpolicy.syntax.tables import matrix, table
from tierpolicy.syntax.unknown import unknown_statement
from tierpolicy.syntax.vocabulary import BLOCKS, STATEMENTS

MOST_RULES = 100_000

Column = TypeVar("Column", bound=ast.Column | ast.CaseColumn)


@frozen
class Parsed:
    module: ast.Module
    diagnostics: tuple[Diagnostic, ...]


@frozen
class ParsedTable(Generic[Column]):
    """The columns and rows of a CSV file."""

    columns: tuple[Column, ...]
    rows: tuple[ast.Row, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """The statements of a policy file that could be read, and all its mistakes, in the order of the text."""
    if len(source.text) > LARGEST_FILE:
        return Parsed(ast.Module(source.path, ()), (_too_large(source),))
    text = marked(source)
    pieces, findings = statements(text)
    moved = {found.span.start for found in findings if found.span is not None}
    findings += text.findings
    found: list[ast.Statement] = []
    rules = 0
    waiting = deque(pieces)
    while waiting:
        piece = waiting.popleft()
        node, mistakes, rest = _recovered(text, piece, moved)
        waiting.extendleft(rest)
        findings += (each for each in mistakes if each.span is None or each.span.start not in moved)
        if node is None:
            continue
        rules += _rules_in(node)
        if rules > MOST_RULES:
            findings.append(_too_many(text, piece))
            break
        found.append(node)
    return Parsed(ast.Module(source.path, tuple(found), text.comments), _in_order(findings))


def parse_csv_table(source: Source) -> ParsedTable[ast.Column]:
    """The columns and rows of a CSV file of the same form as a table in a policy."""
    return _csv(source, OF_A_TABLE, "if segment,then priority")


def parse_csv_cases(source: Source) -> ParsedTable[ast.CaseColumn]:
    """The columns and rows of a CSV file of the same form as `cases` in a policy."""
    return _csv(source, OF_CASES, "case,given orders,expect priority")


def _csv(source: Source, heads: Columns[Column], such_as: str) -> ParsedTable[Column]:
    if len(source.text) > LARGEST_FILE:
        return ParsedTable((), (), (_too_large(source),))
    rows, findings = written_rows(source)
    if not rows:
        place = Span(source.path, 0, 0)
        help = f"its first line holds the columns, such as `{such_as}`"
        findings.append(Diagnostic(syntax.TABLE_COLUMN, "this file holds no table", place, help))
        return ParsedTable((), (), _in_order(findings))
    findings += [_too_many_rows(rows[MOST_RULES + 1].span)] if len(rows) > MOST_RULES + 1 else []
    cells = Cells(source.path, in_file=True)
    columns, read_rows = columns_and_rows(rows[: MOST_RULES + 1], cells, heads)
    return ParsedTable(columns or (), read_rows if columns else (), _in_order([*findings, *cells.findings]))


def parse_expression(source: Source) -> tuple[ast.Expr | None, tuple[Diagnostic, ...]]:
    """A condition or value by itself, such as `tier = gold`."""
    if len(source.text) > LARGEST_FILE:
        return None, (_too_large(source),)
    text = marked(source)
    start = len(text.clean) - len(text.clean.lstrip())
    found = read(text, Stretch(start, max(start, len(text.clean.rstrip()))), "expression", expression)
    return found.node, _in_order([*text.findings, *found.findings])


def _statement(text: Marked, piece: Stretch) -> tuple[ast.Statement | None, list[Diagnostic]]:
    word = first_word(text.clean, piece.start, piece.end)
    start = STATEMENTS.get(word)
    if start is None:
        return unknown_statement(text, piece)
    if word in BLOCKS:
        return block(text, piece, word)
    if start == "table_head":
        return table(text, piece)
    if start == "matrix_head":
        return matrix(text, piece)
    if start == "cases_head":
        return cases(text, piece)
    found = read(text, piece, start, statement)
    return found.node, list(found.findings)


def _recovered(
    text: Marked, piece: Stretch, moved: set[int]
) -> tuple[ast.Statement | None, list[Diagnostic], list[Stretch]]:
    """A statement, its mistakes, and what is left to read: where it can't be read as a whole, its part before a line
    that stands in the wrong column is (`moved`: where lines begin that should be indented).
    """
    node, mistakes = _statement(text, piece)
    inside = _statement_inside(mistakes, piece)
    if inside is not None:
        return _statement(text, _before(text, piece, inside))[0], mistakes, [Stretch(inside, piece.end)]
    if node is None and moved:
        first = min((at for at in moved if piece.start < at < piece.end), default=None)
        if first is not None:
            before, again = _statement(text, _before(text, piece, first))
            return before, again if before is not None else mistakes, []
    return node, mistakes, []


def _before(text: Marked, piece: Stretch, at: int) -> Stretch:
    return Stretch(piece.start, piece.start + len(text.clean[piece.start : at].rstrip()))


def _statement_inside(mistakes: list[Diagnostic], piece: Stretch) -> int | None:
    """Where another statement begins, indented by mistake, inside this one."""
    for found in mistakes:
        if found.code is syntax.LAYOUT and found.span is not None and piece.start < found.span.start < piece.end:
            return found.span.start
    return None


def _rules_in(node: ast.Statement) -> int:
    """How many rules a statement counts for: a table, one for each row, and so cases."""
    match node:
        case ast.Table() | ast.Matrix() | ast.Cases():
            return len(node.rows)
        case ast.Effect() | ast.Tier():
            return 1
        case _:
            return 0


def _too_many(text: Marked, piece: Stretch) -> Diagnostic:
    end = text.clean.find("\n", piece.start, piece.end)
    return _too_many_rows(Span(text.source.path, piece.start, end if end >= 0 else piece.end))


def _too_many_rows(span: Span) -> Diagnostic:
    message = f"from here on there are more than {MOST_RULES:_} rules"
    return Diagnostic(
        size.TOO_MANY_RULES, message, span, "a policy has at most that many; each row of a table or of cases is one"
    )


def _too_large(source: Source) -> Diagnostic:
    refusal = too_large(source.path)
    return Diagnostic(refusal.code, refusal.message, Span(source.path, 0, 0), refusal.help)


def _in_order(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(findings, key=lambda found: found.span.start if found.span else 0))
