"""One side of a goal as the place where expressions are read: its record's fields, its policy's defines and decisions.

The idea: whatever is encoded is remembered by *what it says and what it reads*: the expression, and the terms of the
fields and attributes that it mentions. Two sides that don't differ in these (two records that differ in `age`, read by
nothing here; two policies that differ in a statement about something else) thereby have one and the same term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tierpolicy.analysis.smt.conditions import truth
from tierpolicy.analysis.smt.decisions import Decision, decision_of
from tierpolicy.analysis.smt.logic import any_of, negation, no
from tierpolicy.analysis.smt.terms import Rail, Sym, Workspace
from tierpolicy.analysis.smt.values import value
from tierpolicy.analysis.smt.world import World, new_world
from tierpolicy.cells.reads import indexed, named_statements
from tierpolicy.model.expressions import And, Compare, Expr, Has, In, IsMissing, Not, Or, TextTest
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import FLAG, Flag
from tierpolicy.semantics.index import Statement

Key = tuple[object, ...]

CONDITIONS = And | Or | Not | Compare | In | IsMissing | Has | TextTest


@dataclass(slots=True)
class Book:
    """Everything encoded in one workspace. What is `remembered` holds all that the ids in its key are the ids of."""

    workspace: Workspace
    world: World
    remembered: dict[Key, tuple[object, ...]] = field(default_factory=dict)


def new_book() -> Book:
    workspace = Workspace()
    return Book(workspace, new_world(workspace))


class SideTerms:
    """A policy deciding for a record, as terms: the `Scope` in which its expressions are read."""

    def __init__(self, book: Book, policy: Policy, record_of: Callable[[str], int]) -> None:
        self.book, self._policy, self.record_of = book, policy, record_of
        self.index = indexed(policy)
        self.fields: dict[str, Sym] = {}
        self.decisions: dict[str, Decision] = {}
        self.conditions: dict[str, Rail] = {}
        self.values: dict[str, Sym] = {}
        self.rails: dict[str, Rail] = {}

    # ------------------------------------------------------------ the scope

    @property
    def workspace(self) -> Workspace:
        return self.book.workspace

    @property
    def policy(self) -> Policy:
        return self._policy

    def field(self, name: str) -> Sym:
        if name not in self.fields:
            self.fields[name] = self.book.world.field(self.policy.fields[name], self.record_of(name))
        return self.fields[name]

    def attribute(self, name: str) -> Sym:
        return self.decision(name).value

    def today(self) -> Sym:
        return self.book.world.today

    def condition(self, name: str) -> Rail:
        if name not in self.conditions:
            rail = self.truth(self.policy.defines[name].expression)
            named = self.workspace.named
            self.conditions[name] = Rail(named(rail.true), named(rail.false))
        return self.conditions[name]

    def define(self, name: str) -> Sym:
        if name not in self.values:
            expression = self.policy.defines[name].expression
            if isinstance(expression, CONDITIONS):
                self.values[name] = self._as_flag(self.condition(name))
                return self.values[name]
            self.values[name] = named_sym(self.workspace, self.value(expression))
        return self.values[name]

    def _as_flag(self, rail: Rail) -> Sym:
        unknown = negation(any_of((rail.true, rail.false), self.workspace))
        return Sym(FLAG, rail.true, unknown, no(self.workspace))

    # ------------------------------------------------------------ what is remembered

    def truth(self, expr: Expr) -> Rail:
        """The truth of a condition, encoded once for all sides on which it reads the same."""
        return self._remembered("truth", expr, truth)  # type: ignore[return-value]

    def value(self, expr: Expr) -> Sym:
        """The value of an expression, encoded once for all sides on which it reads the same."""
        return self._remembered("value", expr, value)  # type: ignore[return-value]

    def _remembered(self, kind: str, expr: Expr, encode: Callable[[Expr, SideTerms], object]) -> object:
        read = self.index.expressions.of(expr)
        self.decide(read.attributes)
        seen = tuple(id(self.term(name)) for name in sorted(read.names))
        policy = self.policy
        key = (kind, id(expr), id(policy.defines), id(policy.parameters), *seen)
        found = self.book.remembered.get(key)
        if found is None:
            self._encode_defines(read.defines)
            found = (encode(expr, self), expr, policy.defines, policy.parameters)
            self.book.remembered[key] = found
        return found[0]

    def term(self, name: str) -> Sym:
        """A field or a decided attribute."""
        return self.field(name) if name in self.policy.fields else self.attribute(name)

    def _encode_defines(self, names: Iterable[str]) -> None:
        """Defines from the innermost out, so that a long chain of them needs no deep recursion."""
        waiting = list(names)
        while waiting:
            name = waiting[-1]
            define = self.policy.defines[name]
            inner = self.index.expressions.of(define.expression).defines
            unknown = [other for other in inner if not self._knows(other)]
            if unknown:
                waiting.extend(unknown)
                continue
            waiting.pop()
            if isinstance(define.type, Flag):
                self.condition(name)
            if not isinstance(define.expression, CONDITIONS):
                self.define(name)

    def _knows(self, name: str) -> bool:
        return name in self.conditions or name in self.values

    # ------------------------------------------------------------ decisions

    def decide(self, names: Iterable[str]) -> None:
        """Encodes decided attributes and those that they read, each after what it reads."""
        wanted = self.index.behind(name for name in names if name not in self.decisions)
        if wanted:
            for name in self.policy.order:
                if name in wanted and name not in self.decisions:
                    self.decisions[name] = decision_of(self, self.policy.attributes[name])

    def decision(self, name: str) -> Decision:
        if name not in self.decisions:
            self.decide((name,))
        return self.decisions[name]

    def statement(self, name: str) -> Statement:
        return named_statements(self.policy)[name]


def named_sym(workspace: Workspace, sym: Sym) -> Sym:
    """The same value by names, so that what reads it stays small."""
    named = workspace.named
    held = tuple(named(x) for x in sym.value) if isinstance(sym.value, tuple) else named(sym.value)
    return Sym(sym.type, held, named(sym.missing), named(sym.none))
