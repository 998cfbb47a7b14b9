"""From tables and matrices to one rule a row (language.md §5).

Every row becomes a rule, even where it gives nothing: in a `first match` table it stops the rows below, and a
`complete` table counts it. A row with a mistake is left out alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.check.cells import cell_condition
from tierpolicy.check.clauses import attribute_named
from tierpolicy.check.draft import Draft, in_force, words
from tierpolicy.check.expressions import typed, value_for
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import TRUE, And, Expr
from tierpolicy.model.policy import Grant, InForce, Origin, Rule
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.source import Span
from tierpolicy.syntax import ast


@frozen
class Columns:
    """A table's head, read: what each column asks or gives. None stands where a column had a mistake."""

    asked: dict[int, Expr | None]
    given: dict[int, Attribute | None]
    because: int | None
    source: int | None


def rules_of(table: ast.Table | ast.Matrix, draft: Draft) -> tuple[Rule, ...]:
    """The rows as rules, in order."""
    force = in_force(table.period, draft.findings)
    if isinstance(table, ast.Matrix):
        return tuple(_rules_of_matrix(table, force, draft))
    columns = _columns_of(table, draft)
    last = len(table.rows) - 1
    found: list[Rule] = []
    for at, row in enumerate(table.rows):
        if len(row.cells) != len(table.columns):
            continue  # reported where the text was read
        rule = _rule_of_row(table, at, columns, force, draft, may_be_otherwise=table.first_match and at == last)
        if rule is not None:
            found.append(rule)
    return tuple(found)


def _columns_of(table: ast.Table, draft: Draft) -> Columns:
    asked: dict[int, Expr | None] = {}
    given: dict[int, Attribute | None] = {}
    extra: dict[str, int] = {}
    first: dict[str, Span] = {}
    for at, column in enumerate(table.columns):
        match column.kind, column.value:
            case "then", ast.Word() as word:
                given[at] = attribute_named(word, draft.scope)
                report_twice(f"then {word.text}", column.span, first, draft)
            case ("because" | "source") as kind, _:
                extra[kind] = at
                report_twice(kind, column.span, first, draft)
            case _, ast.Word() | None:
                asked[at] = None
            case _, expression:
                asked[at] = typed(expression, draft.scope, None)
    if (table.columns or table.rows) and not (asked and given):
        lacking = "a column `if …`, which says for whom" if not asked else "a column `then …`, which says what they get"
        draft.findings.report(
            codes.TABLE_HEAD,
            f"the table `{table.name.text}` has no column `{'if' if not asked else 'then'} …`",
            table.columns[0].span if table.columns else table.name.span,
            help=f"add {lacking}",
        )
    return Columns(asked, given, extra.get("because"), extra.get("source"))


def report_twice(what: str, column: Span, first: dict[str, Span], draft: Draft) -> bool:
    """True where the column stood before, which is reported; `first` remembers where."""
    twice = first.setdefault(what, column) is not column
    if twice:
        draft.findings.report(
            codes.COLUMN_TWICE,
            f"the column `{what}` stands here twice",
            column,
            help="keep one of the two; what differs between them belongs in rows of their own",
            related=(Related(first[what], "the first one"),),
        )
    return twice


def _rule_of_row(
    table: ast.Table, at: int, columns: Columns, force: InForce, draft: Draft, *, may_be_otherwise: bool
) -> Rule | None:
    row = table.rows[at]
    otherwise = any(isinstance(cell, ast.OtherwiseCell) for cell in row.cells)
    if otherwise and not _otherwise_in_place(table, row, columns, draft, may_be_otherwise=may_be_otherwise):
        return None
    condition = TRUE if otherwise else _condition_of(row, columns, draft)
    grants = _grants_of(row, columns, draft)
    if condition is None or grants is None:
        return None
    about = Origin(
        f"{table.name.text} row {at + 1}",
        words(table.title),
        row.span,
        _words_of(row, columns.because) or words(table.because),
        _words_of(row, columns.source) or words(table.source),
    )
    return Rule(about, condition, grants, table.name.text, in_force=force, kind="row", otherwise=otherwise)


def _otherwise_in_place(
    table: ast.Table, row: ast.Row, columns: Columns, draft: Draft, *, may_be_otherwise: bool
) -> bool:
    """True where `otherwise` stands in the first if-cell of the last row of a `first match` table, the others empty."""
    if_cells = [row.cells[at] for at in sorted(columns.asked)]
    placed = isinstance(if_cells[0], ast.OtherwiseCell) and all(isinstance(c, ast.AnyCell) for c in if_cells[1:])
    if placed and may_be_otherwise:
        return True
    span = next(cell.span for cell in row.cells if isinstance(cell, ast.OtherwiseCell))
    if not table.first_match:
        hint = "only a `first match` table has an `otherwise`; in others every true row counts"
    elif not placed:
        hint = "write it in the row's first `if` cell and leave the row's other `if` cells empty"
    else:
        hint = "move the row to the end of the table"
    draft.findings.report(codes.OTHERWISE_MISPLACED, "`otherwise` can't stand here", span, help=hint)
    return False


def _condition_of(row: ast.Row, columns: Columns, draft: Draft) -> Expr | None:
    """All that the if-cells ask; None after a mistake in one of them."""
    parts: list[Expr | None] = []
    for at, asked in columns.asked.items():
        cell = row.cells[at]
        if isinstance(cell, ast.NothingCell | ast.ValueCell | ast.WordsCell | ast.AnyCell):
            continue
        parts.append(cell_condition(asked, cell, draft.scope) if asked is not None else None)
    return _all_of(parts)


def _all_of(parts: list[Expr | None]) -> Expr | None:
    kept = [part for part in parts if part is not None]
    if len(kept) < len(parts):
        return None
    asking = [part for part in kept if part != TRUE]
    return TRUE if not asking else asking[0] if len(asking) == 1 else And(tuple(asking))


def _grants_of(row: ast.Row, columns: Columns, draft: Draft) -> tuple[Grant, ...] | None:
    grants: list[Grant] = []
    complete = True
    for at, attribute in columns.given.items():
        cell = row.cells[at]
        if not isinstance(cell, ast.ValueCell):
            continue
        value = value_for(cell.value, draft.scope, attribute) if attribute is not None else None
        if attribute is None or value is None:
            complete = False
        else:
            grants.append(Grant(attribute.name, value, cell.span))
    return tuple(grants) if complete else None


def _words_of(row: ast.Row, at: int | None) -> str:
    cell = row.cells[at] if at is not None else None
    return cell.text if isinstance(cell, ast.WordsCell) else ""


# ---------------------------------------------------------------- matrices


def _rules_of_matrix(matrix: ast.Matrix, force: InForce, draft: Draft) -> Iterator[Rule]:
    """One rule for each value inside, `fees row 2 column 3`."""
    scope = draft.scope
    attribute = attribute_named(matrix.attribute, scope)
    down, along = typed(matrix.down, scope, None), typed(matrix.along, scope, None)
    heads = [_head_condition(along, cell, draft) for cell in matrix.head]
    for row_number, row in enumerate(matrix.rows, 1):
        left = _head_condition(down, row.head, draft)
        for column_number, (head, cell) in enumerate(zip(heads, row.cells, strict=False), 1):
            grants: tuple[Grant, ...] = ()
            if isinstance(cell, ast.ValueCell):
                value = value_for(cell.value, scope, attribute) if attribute is not None else None
                if attribute is None or value is None:
                    continue
                grants = (Grant(attribute.name, value, cell.span),)
            condition = _all_of([left, head])
            if condition is None:
                continue
            about = Origin(
                f"{matrix.name.text} row {row_number} column {column_number}",
                words(matrix.title),
                cell.span,
                words(matrix.because),
                words(matrix.source),
            )
            yield Rule(about, condition, grants, matrix.name.text, in_force=force, kind="row")


def _head_condition(asked: Expr | None, cell: ast.IfCell, draft: Draft) -> Expr | None:
    if isinstance(cell, ast.OtherwiseCell):
        draft.findings.report(
            codes.OTHERWISE_MISPLACED,
            "`otherwise` can't stand in a matrix",
            cell.span,
            help="write the table row by row, `first match`, with `otherwise` in its last row",
        )
        return None
    if isinstance(cell, ast.AnyCell):
        return TRUE
    return cell_condition(asked, cell, draft.scope) if asked is not None else None
