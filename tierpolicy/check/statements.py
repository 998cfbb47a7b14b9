"""From the statements that decide (rules, tiers, tables, limits, baselines) to typed ones, in the order of the text."""

from __future__ import annotations

from dataclasses import replace

from tierpolicy.check import tables as table_rows
from tierpolicy.check.draft import Draft, in_force, origin
from tierpolicy.check.effects import OF_A_BASELINE, baseline_of, judge_overrides, limit_of, rule_of
from tierpolicy.check.tiers import known_tiers
from tierpolicy.check.tiers import rules_of as rules_of_tier
from tierpolicy.frozen import frozen
from tierpolicy.model.policy import Baseline, Limit, Rule, Table
from tierpolicy.syntax import ast


@frozen
class Clauses:
    """Everything that decides."""

    rules: tuple[Rule, ...]
    tables: tuple[Table, ...]
    limits: tuple[Limit, ...]
    baselines: tuple[Baseline, ...]


def clauses_of(statements: tuple[ast.Statement, ...], draft: Draft) -> Clauses:
    """Every statement is read whatever is wrong with the others; one whose name is taken is read all the same."""
    effects = [statement for statement in statements if isinstance(statement, ast.Effect)]
    tier_rules = _tier_rules([statement for statement in statements if isinstance(statement, ast.Tier)], draft)
    at_a_floor = replace(draft, scope=draft.scope.reads(OF_A_BASELINE))
    rules: list[Rule] = []
    tables: list[Table] = []
    limits: list[Limit] = []
    baselines: list[Baseline] = []
    for statement in statements:
        match statement:
            case ast.Effect(kind=kind, name=name):
                if name is not None:
                    draft.statements.claim(name, f"the {kind}")
                if kind == "rule":
                    rules.append(rule_of(statement, draft))
                elif kind == "limit":
                    limits.append(limit_of(statement, draft))
                else:
                    baselines.append(baseline_of(statement, at_a_floor))
            case ast.Tier():
                rules += tier_rules.get(id(statement), ())
            case ast.Table(name=name) | ast.Matrix(name=name):
                draft.statements.claim(name, "the table")
                rows = table_rows.rules_of(statement, draft)
                tables.append(_table(statement, range(len(rules), len(rules) + len(rows))))
                rules += rows
            case _:
                pass
    not_givers = [e.name.text for e in effects if e.kind != "rule" and e.name is not None]
    judge_overrides([e for e in effects if e.kind == "rule"], rules, not_givers, draft)
    return Clauses(tuple(rules), tuple(tables), tuple(limits), tuple(baselines))


def _tier_rules(written: list[ast.Tier], draft: Draft) -> dict[int, tuple[Rule, ...]]:
    """The rules of each tier statement; read from the lowest tier up, whatever the order of the text."""
    lower: dict[str, set[str]] = {}
    return {id(tier): rules_of_tier(tier, lower, draft) for tier in known_tiers(written, draft)}


def _table(written: ast.Table | ast.Matrix, rows: range) -> Table:
    about = origin(written.name.text, written.span, title=written.title, because=written.because, source=written.source)
    first_match = isinstance(written, ast.Table) and written.first_match
    period = in_force(written.period, None)
    return Table(about, tuple(rows), first_match, written.complete, period)
