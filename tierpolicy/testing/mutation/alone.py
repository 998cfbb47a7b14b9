"""One changed statement elaborated without the others, and put in the place of what it was in the typed policy.

Only for statements of which the others know nothing but the name: rules and limits that override nothing, and tables.
What the policy declares is elaborated with it, and the baselines, on which the worst values of attributes rest.
"""

from __future__ import annotations

from dataclasses import replace

from tierpolicy.model.policy import Policy
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import Gathered

DECLARING = (ast.PolicyHead, ast.Organization, ast.Use, ast.Block, ast.Parameter, ast.Define, ast.Tiers)


def stands_alone(statement: ast.Statement) -> bool:
    """True of a statement whose meaning doesn't depend on the other statements."""
    match statement:
        case ast.Effect(kind=kind, overrides=overrides):
            return kind != "baseline" and not overrides
        case ast.Table():
            return True
        case _:
            return False


def with_declarations(gathered: Gathered, module: int, some: tuple[ast.Statement, ...]) -> Gathered:
    """The policy's declarations and baselines, with these statements in one of its files alone."""
    modules = [replace(each, statements=tuple(s for s in each.statements if _is_kept(s))) for each in gathered.modules]
    modules[module] = replace(modules[module], statements=(*modules[module].statements, *some))
    return replace(gathered, modules=tuple(modules))


def _is_kept(statement: ast.Statement) -> bool:
    return isinstance(statement, DECLARING) or (isinstance(statement, ast.Effect) and statement.kind == "baseline")


def exchanged(
    policy: Policy, before: ast.Statement, after: tuple[ast.Statement, ...], by_itself: Policy
) -> Policy | None:
    """The policy with what a statement was elaborated to by itself, instead of what it was; None where that takes the
    others too: the rows of a table aren't as many as before, or a statement is gone that others name."""
    if isinstance(before, ast.Table):
        return _with_table(policy, before, by_itself) if after else None
    rule = next((at for at, each in enumerate(policy.rules) if each.origin.span == before.span), None)
    limit = next((at for at, each in enumerate(policy.limits) if each.origin.span == before.span), None)
    if rule is not None and len(by_itself.rules) == 1:
        return replace(policy, rules=(*policy.rules[:rule], by_itself.rules[0], *policy.rules[rule + 1 :]))
    if limit is not None and len(by_itself.limits) == 1:
        return replace(policy, limits=(*policy.limits[:limit], by_itself.limits[0], *policy.limits[limit + 1 :]))
    if rule is not None and any(policy.rules[rule].group in each.overrides for each in policy.rules):
        return None  # others name it
    return _moved(policy, rule, limit, by_itself)


def _moved(policy: Policy, rule: int | None, limit: int | None, by_itself: Policy) -> Policy:
    """A statement left out, or a limit made a rule, or a rule a limit."""
    rules, limits, tables = list(policy.rules), list(policy.limits), policy.tables
    if rule is not None:
        del rules[rule]
        tables = tuple(replace(each, rows=tuple(row - (row > rule) for row in each.rows)) for each in tables)
    if limit is not None:
        del limits[limit]
    return replace(policy, rules=(*rules, *by_itself.rules), tables=tables, limits=(*limits, *by_itself.limits))


def _with_table(policy: Policy, before: ast.Table, by_itself: Policy) -> Policy | None:
    at = next((at for at, each in enumerate(policy.tables) if each.origin.span == before.span), None)
    if at is None or len(by_itself.tables) != 1:
        return None
    old, new = policy.tables[at], by_itself.tables[0]
    if len(old.rows) != len(new.rows):
        return None
    rules = list(policy.rules)
    for row, again in zip(old.rows, new.rows, strict=True):
        rules[row] = by_itself.rules[again]
    tables = (*policy.tables[:at], replace(new, rows=old.rows), *policy.tables[at + 1 :])
    return replace(policy, rules=tuple(rules), tables=tables)
