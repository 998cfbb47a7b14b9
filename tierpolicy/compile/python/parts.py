"""How the parts of a generated function fit together: a prologue reads, a middle decides, an epilogue answers.

A middle (`flat`, `bits`) turns a policy in normal form into statements that decide. It never touches
the record: it asks `Places` for expressions that say where the record lies on an axis, and what it asks for makes the
prologue, which is written last. So a field that is only looked up in one table is read, checked and turned into the
table's entry by one dictionary look-up.

Expressions refer to variables of the function and to `constants`, which are the function's globals. Everything is made
of syntax trees; no text of a policy is ever pasted into code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from tierpolicy.cells.cells import Cells
from tierpolicy.model.expressions import Expr

NOTES: Final = "notes"
"""The variable that gathers what may have to be told beside the values: 0, or some of the two bits below. The prologue
sets it; a middle adds bits (`note`), rather once too often than too rarely."""
PROBLEMS: Final = 1
UNDETERMINED: Final = 2

WRITTEN_AS_IT_IS = (bool, int, float, str, type(None))
NUMBERS_WRITTEN = 2**64
"""Larger whole numbers (bit vectors) are globals: as constants of the code they would be written out."""


@dataclass(slots=True)
class Draft:
    """A function while it is written: its statements so far, and the constants that they name."""

    statements: list[ast.stmt] = field(default_factory=list)
    constants: dict[str, object] = field(default_factory=dict)
    known: dict[tuple[type, object], str] = field(default_factory=dict)
    counted: int = 0

    def fresh(self, hint: str) -> str:
        """A name that nothing else has."""
        self.counted += 1
        return f"{hint}_{self.counted}"

    def constant(self, value: object, hint: str = "k") -> ast.expr:
        """An expression with that very value."""
        if type(value) in WRITTEN_AS_IT_IS and not (isinstance(value, int) and abs(value) >= NUMBERS_WRITTEN):
            return ast.Constant(value)  # type: ignore[arg-type]
        key = (object, id(value))
        if key not in self.known:
            self.known[key] = self.fresh(hint)
            self.constants[self.known[key]] = value  # kept, so its id stays its own
        return name(self.known[key])

    def add(self, *statements: ast.stmt) -> None:
        self.statements += statements

    def assign(self, hint: str, value: ast.expr) -> ast.Name:
        """A fresh variable with the value."""
        variable = self.fresh(hint)
        self.add(ast.Assign([ast.Name(variable, ast.Store())], value))
        return name(variable)

    def note(self, bits: int) -> ast.stmt:
        """The statement that notes something; to be put where it belongs."""
        return ast.AugAssign(ast.Name(NOTES, ast.Store()), ast.BitOr(), ast.Constant(bits))


def name(variable: str) -> ast.Name:
    return ast.Name(variable, ast.Load())


class Places(Protocol):
    """Where the record lies on the axes of a normal form, as expressions to put into statements of the draft.

    Every expression is cheap and may be used more than once, without side effects; entries and tests are for the axis's
    cells in their order: known cells, then `others` (`none` in its two forms, missing).
    """

    def prepare(self, axes: Iterable[int]) -> None:
        """To be called before a stage asks for its axes, at the place in the draft where they are first needed: writes
        what calculates those that aren't fields. Attributes that they read must be `decided` by then."""

    def test(self, axis: int, cells: Cells) -> ast.expr:
        """True (or truthy) where the record's cell on the axis is one of `cells`, false (or falsy) elsewhere."""

    def entry(self, axis: int, entries: Sequence[object]) -> ast.expr:
        """`entries[cell]` for the record's cell; entries are told apart by identity or equality of whole numbers,
        neighbouring cells with the same one are looked up as one. None is no entry."""

    def value(self, expr: Expr) -> ast.expr:
        """The typed value (model/values, MISSING included) of an expression of the policy; may write statements."""

    def decided(self, attribute: str, value: ast.expr) -> None:
        """From here on the attribute has this typed value (a variable or a constant)."""
