"""Whether each statement counted, and how its condition came out, part by part (language.md §6)."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.model.expressions import (
    And,
    AttributeRef,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    In,
    IsMissing,
    Not,
    Or,
    ParameterRef,
    walk,
)
from tierpolicy.model.policy import Policy, Rule, Table
from tierpolicy.model.reads import read_by
from tierpolicy.model.types import Flag
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Direction
from tierpolicy.model.words import expression_text, name_text, value_text
from tierpolicy.semantics.counting import Deliberation, rule_of, truth_of, without
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.formula import standing
from tierpolicy.semantics.index import Statement, statements
from tierpolicy.semantics.outcome import Trace, WhyNot
from tierpolicy.semantics.shown import HIDDEN

LONGEST_TEXT = 400
DEEPEST_DEFINES = 20
"""How far defines are opened inside one another; below that a define is shown by its name and value."""


def why_nots(deliberation: Deliberation) -> dict[str, WhyNot]:
    """Every statement that can decide an attribute, by its name."""
    notes = _notes(deliberation)
    found: dict[str, WhyNot] = {}
    for statement in statements(deliberation.policy):
        name = statement.origin.name
        trace = traced(statement.condition, deliberation.situation)
        applied = truth_of(statement, deliberation)
        found[name] = WhyNot(name, statement.origin.title, applied, trace, "; ".join(notes.get(name, ())))
    return found


def traced(expr: Expr, situation: Situation) -> Trace:
    """A condition, part by part."""
    return _traced(expr, situation, set(), 0)


def _traced(expr: Expr, situation: Situation, opened: set[str], depth: int) -> Trace:
    text = expression_text(expr)
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    inside: tuple[Expr, ...] = ()
    match expr:
        case And(parts) | Or(parts):
            inside = parts
        case Not(IsMissing() | In()):
            pass  # written in one piece: `is known`, `not in`
        case Not(operand):
            inside = (operand,)
        case DefineRef(name, Flag()) if name not in opened and depth < DEEPEST_DEFINES:
            opened.add(name)
            inside = (situation.policy.defines[name].expression,)
            depth += 1
        case _:
            pass
    traces = tuple(_traced(part, situation, opened, depth) for part in inside)
    seen = () if traces else tuple(_seen(expr, situation))
    return Trace(text, value_of(expr, situation), seen, traces)


def _seen(expr: Expr, situation: Situation) -> Iterator[tuple[str, str]]:
    """Each name in a comparison with its value, what the defines among them read, and of `in top 10%` what that takes;
    each once."""
    policy = situation.policy
    met: set[str] = set()
    waiting = [expr]
    while waiting:
        for node in walk(waiting.pop(0)):
            if isinstance(node, Compare):
                yield from _taken_by(node, met)
            if not isinstance(node, FieldRef | AttributeRef | ParameterRef | DefineRef) or node.name in met:
                continue
            met.add(node.name)
            value = value_of(node, situation)
            hidden = value is not MISSING and _is_sensitive(node, policy)
            yield name_text(node.name), HIDDEN if hidden else value_text(value, node.type)
            if isinstance(node, DefineRef):
                waiting.append(policy.defines[node.name].expression)


def _taken_by(test: Compare, met: set[str]) -> Iterator[tuple[str, str]]:
    """`top 10%` with `at least 241.30`."""
    limit = test.right
    if isinstance(limit, Constant) and limit.share and (said := expression_text(test)) not in met:
        met.add(said)
        yield limit.share, f"{'at least' if test.op == '>=' else 'at most'} {value_text(limit.value, limit.type)}"


def _is_sensitive(node: Expr, policy: Policy) -> bool:
    """True for a sensitive field, and for what is calculated from one."""
    return any(isinstance(read, FieldRef) and policy.fields[read.name].sensitive for read in read_by(node, policy))


# ---------------------------------------------------------------- what else kept a statement out


def _notes(deliberation: Deliberation) -> dict[str, list[str]]:
    """By statement, what its own condition doesn't say."""
    found: dict[str, list[str]] = {}
    for name, note in (*_out_of_force(deliberation), *_rows(deliberation), *_left_out(deliberation)):
        found.setdefault(name, []).append(note)
    for statement, clause in deliberation.silent:
        note = f"the value for {name_text(clause.attribute)} is not known"
        found.setdefault(statement.origin.name, []).append(note)
    return found


def _out_of_force(deliberation: Deliberation) -> Iterator[tuple[str, str]]:
    day = deliberation.situation.as_of
    for statement in statements(deliberation.policy):
        if not statement.in_force.covers(day):
            yield statement.origin.name, f"not in force on {day.isoformat()}{_period_text(statement)}"


def _period_text(statement: Statement) -> str:
    start, end = statement.in_force.start, statement.in_force.end
    words = [f"from {start.isoformat()}" if start else "", f"until {end.isoformat()}" if end else ""]
    return f" ({' '.join(word for word in words if word)})"


def _rows(deliberation: Deliberation) -> Iterator[tuple[str, str]]:
    for table in deliberation.policy.tables:
        if table.first_match:
            yield from _rows_of(table, deliberation)


def _rows_of(table: Table, deliberation: Deliberation) -> Iterator[tuple[str, str]]:
    """Of each row below one that is true or unknown, which that is; of `otherwise`, why it counts."""
    stopped_by: Rule | None = None
    unknown: Rule | None = None
    for index in table.rows:
        row = deliberation.policy.rules[index]
        if not row.in_force.covers(deliberation.situation.as_of):
            return
        own = value_of(row.condition, deliberation.situation)
        if stopped_by is not None and not (row.otherwise and truth_of(row, deliberation) is True):
            yield row.origin.name, f"`{stopped_by.origin.name}` above is true, and the first that is true decides"
        elif unknown is not None and own is True and not row.otherwise:
            yield row.origin.name, f"whether `{unknown.origin.name}` above is true is not known"
        elif unknown is not None and row.otherwise:
            yield row.origin.name, f"counts because no row above does; `{unknown.origin.name}` is not known to be false"
        elif row.otherwise:
            yield row.origin.name, "counts because no row above does"
        if own is True:
            stopped_by = stopped_by or row
        elif own is MISSING:
            unknown = unknown or row


def _left_out(deliberation: Deliberation) -> Iterator[tuple[str, str]]:
    """Grants to attributes without direction that another true rule overrides."""
    for name, parts in deliberation.parts.items():
        if deliberation.policy.attributes[name].direction is not Direction.NONE:
            continue
        for grant in without(parts.grants, standing(parts)):
            group = rule_of(grant).group
            by = [f"`{rule_of(g).origin.name}`" for g in parts.grants if group in rule_of(g).overrides]
            yield grant.statement.origin.name, f"overridden for {name_text(name)} by {', '.join(by)}"
