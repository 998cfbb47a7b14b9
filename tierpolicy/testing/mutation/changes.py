"""Every change of a policy, statement by statement, in the order of its text.

Only what decides is changed: rules, limits, baselines, tiers, tables, defines and parameters, in the main file and in
what it uses; not the standard vocabulary, not what is declared or claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierpolicy.check.draft import Places
from tierpolicy.model.policy import Policy
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import STANDARD_PATH, Gathered
from tierpolicy.syntax.marks import marked
from tierpolicy.testing.mutation.changes_in_expressions import Place
from tierpolicy.testing.mutation.changes_in_statements import (
    define_changes,
    effect_changes,
    parameter_changes,
    tier_changes,
)
from tierpolicy.testing.mutation.changes_in_tables import matrix_changes, table_changes
from tierpolicy.testing.mutation.edits import Change, Page


@dataclass(frozen=True, slots=True)
class Changed:
    """One statement and its changes. `name` is the statement's own; `module` and `at` say where in the gathered files
    it stands."""

    name: str
    span: Span
    module: int
    at: int
    changes: tuple[Change, ...]


def changes_of(gathered: Gathered, policy: Policy) -> tuple[Changed, ...]:
    """The statements that can be changed, each with its changes, no edit twice."""
    pages = {source.path: _page(source) for source in gathered.sources if source.path != STANDARD_PATH}
    places = Places(gathered.path, {source.path: source for source in gathered.sources})
    found = []
    for number, module in enumerate(gathered.modules):
        if module.path == STANDARD_PATH:
            continue
        for at, statement in enumerate(module.statements):
            changes = dict.fromkeys(_changes_of(statement, Place(pages[module.path], policy), pages))
            each = tuple({change.edit: change for change in changes if _is_writable(change, pages)}.values())
            if each:
                found.append(Changed(name_of(statement, places), statement.span, number, at, each))
    return tuple(found)


def _page(source: Source) -> Page:
    """A file's page; one of rows has no comments."""
    return Page(source, marked(source).bones if source.path.endswith(".tier") else source.text)


def _is_writable(change: Change, pages: dict[str, Page]) -> bool:
    """A changed text says something else; in a file of rows a replacement keeps within its cell."""
    page = pages[change.edit.span.path]
    if change.edit.replacement == page.text(change.edit.span):
        return False
    in_rows = not page.source.path.endswith(".tier") and change.kind != "row"
    return not in_rows or not any(sign in change.edit.replacement for sign in ',;"\n')


def _changes_of(statement: ast.Statement, place: Place, pages: dict[str, Page]) -> Iterator[Change]:
    match statement:
        case ast.Effect():
            return effect_changes(statement, place)
        case ast.Tier():
            return tier_changes(statement, place)
        case ast.Table():
            return table_changes(statement, place, pages)
        case ast.Matrix():
            return matrix_changes(statement, place)
        case ast.Define():
            return define_changes(statement, place)
        case ast.Parameter():
            return parameter_changes(statement, place)
        case _:
            return iter(())


def name_of(statement: ast.Statement, places: Places) -> str:
    """What people call the statement: its own name, else its line."""
    match statement:
        case ast.Tier(label=label):
            return f"tier {label.text}"
        case ast.Effect(name=ast.Word() as name) | ast.Table(name=name) | ast.Matrix(name=name):
            return name.text
        case ast.Define(name=name) | ast.Parameter(name=name):
            return name.text
        case _:
            return places.line(statement.span)
