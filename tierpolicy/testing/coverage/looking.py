"""From a policy to what is looked at while it decides: its statements, and the comparisons in their conditions.

A comparison is what a condition is made of once `and`, `or` and `not` are taken off, in statements and in the defines
that their conditions name. Whether it is true depends on nothing but the values that it reads. So comparisons that read
the same are kept together, deciding only counts those values, and the comparisons are made later, once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierpolicy.model.expressions import (
    And,
    AttributeRef,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    In,
    IsMissing,
    Not,
    Or,
    Today,
    walk,
)
from tierpolicy.model.policy import ALWAYS, InForce, Policy, Rule, Table
from tierpolicy.model.reads import Reads
from tierpolicy.model.types import Flag
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Index, Statement, index_of, statements
from tierpolicy.source import Span
from tierpolicy.syntax.gather import STANDARD_PATH

Atom = FieldRef | AttributeRef | DefineRef | Today
"""What a comparison reads, of all that differs from customer to customer."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison where the author wrote it, in the statement or define `inside`. `as_written` is False for what
    stands for it: the cell of a table, and `between`, which makes two of one."""

    condition: Expr
    span: Span
    inside: str
    as_written: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """The place of a row in its `first match` table, from 0: it is reached where no row above is true."""

    table: str
    place: int


@dataclass(frozen=True, slots=True)
class Group:
    """Comparisons that read the same. They count on the days `in_force`; with `table`, a comparison counts where the
    rows above its own (by its `places`) let the customer through."""

    reads: tuple[Atom, ...]
    in_force: InForce
    table: str
    comparisons: tuple[Comparison, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """All that is looked at in a policy. `rows` are those of `first match` tables, by name. `giving_nothing` names the
    statements without clauses; the `silent` among them stand outside `first match` tables, so that deciding doesn't
    ask about them. `constant` are the comparisons whose outcome no customer changes."""

    index: Index
    statements: tuple[Statement, ...]
    rows: Mapping[str, Row]
    giving_nothing: frozenset[str]
    silent: tuple[Statement, ...]
    tables: tuple[Table, ...]
    periods: tuple[InForce, ...]
    groups: tuple[Group, ...]
    constant: tuple[Comparison, ...]


def looked_at(policy: Policy) -> Looked:
    """What is looked at in a policy, but for what comes with the package."""
    index = index_of(policy)
    own = tuple(each for each in statements(policy) if each.origin.span.path != STANDARD_PATH)
    tables = tuple(table for table in policy.tables if table.first_match and table.rows)
    rows = {policy.rules[row].origin.name: Row(t.origin.name, at) for t in tables for at, row in enumerate(t.rows)}
    nothing = tuple(each for each in own if not clauses_of(each))
    silent = tuple(each for each in nothing if each.origin.name not in rows)
    periods = tuple({each.in_force: None for each in own if each.in_force != ALWAYS})
    groups, constant = _grouped(policy, own, rows, index.expressions)
    names = frozenset(each.origin.name for each in nothing)
    return Looked(index, own, rows, names, silent, tables, periods, groups, constant)


# ---------------------------------------------------------------- comparisons


@dataclass(slots=True)
class _Gathering:
    comparisons: list[Comparison]
    places: list[int]


def _grouped(
    policy: Policy, own: tuple[Statement, ...], rows: Mapping[str, Row], expressions: Reads
) -> tuple[tuple[Group, ...], tuple[Comparison, ...]]:
    found: dict[tuple[tuple[Atom, ...], InForce, str], _Gathering] = {}
    constant: list[Comparison] = []
    met: set[tuple[Span, Expr]] = set()
    for comparison, in_force, row in _placed(policy, own, rows):
        if (comparison.span, comparison.condition) in met:  # the head of a matrix stands for many conditions
            continue
        met.add((comparison.span, comparison.condition))
        read = expressions.of(comparison.condition)
        if not (read.names or read.today):
            constant.append(comparison)
            continue
        reads = reads_of(comparison.condition)
        group = found.setdefault((reads, in_force, row.table if row else ""), _Gathering([], []))
        group.comparisons.append(comparison)
        group.places.append(row.place if row else 0)
    groups = tuple(
        Group(reads, in_force, table, tuple(group.comparisons), tuple(group.places))
        for (reads, in_force, table), group in found.items()
    )
    return groups, tuple(constant)


def _placed(
    policy: Policy, own: tuple[Statement, ...], rows: Mapping[str, Row]
) -> Iterator[tuple[Comparison, InForce, Row | None]]:
    """Every comparison in the conditions of statements, then those in the defines that conditions name."""
    opened: dict[str, None] = {}
    for statement in own:
        name = statement.origin.name
        of_row = isinstance(statement, Rule) and statement.kind == "row"
        for comparison in comparisons_in(statement.condition, name, as_written=not of_row):
            yield comparison, statement.in_force, rows.get(name)
        _open(statement.condition, opened)
    waiting = list(opened)
    while waiting:
        define = policy.defines[waiting.pop(0)]
        if define.span.path != STANDARD_PATH:
            for comparison in comparisons_in(define.expression, define.name):
                yield comparison, ALWAYS, None
        known = len(opened)
        _open(define.expression, opened)
        waiting.extend(list(opened)[known:])


def _open(expr: Expr, opened: dict[str, None]) -> None:
    for node in walk(expr):
        if isinstance(node, DefineRef):
            opened.setdefault(node.name)


def comparisons_in(expr: Expr, inside: str, *, as_written: bool = True) -> Iterator[Comparison]:
    """The comparisons of a condition, in the order of the text; none of an expression that is no condition. What sugar
    made (`tier >= gold` of a tier's `then`) has no place in the text and isn't among them."""
    if not isinstance(expr.type, Flag):
        return
    waiting: list[tuple[Expr, Span | None]] = [(expr, None)]
    while waiting:
        node, around = waiting.pop()
        match node:
            case And(parts) | Or(parts):
                waiting.extend((part, node.span) for part in reversed(parts))
            case Not(IsMissing() | In()) as written if written.span is not None:
                yield Comparison(written, written.span, inside, as_written)  # one piece: `is known`, `not in`
            case Not(operand):
                waiting.append((operand, around))
            case Constant() | DefineRef():
                pass
            case comparison:
                if comparison.span is not None:
                    yield Comparison(comparison, comparison.span, inside, as_written and comparison.span != around)


def reads_of(expr: Expr) -> tuple[Atom, ...]:
    """What an expression reads that differs from customer to customer, each once."""
    found: dict[tuple[type[Expr], str], Atom] = {}
    for node in walk(expr):
        if isinstance(node, FieldRef | AttributeRef | DefineRef):
            found.setdefault((type(node), node.name), node)
        elif isinstance(node, Today):
            found.setdefault((Today, ""), node)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0].__name__, key[1])))
