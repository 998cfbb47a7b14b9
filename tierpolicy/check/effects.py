"""From rules, limits and baselines as written to typed ones, and what overrides what (language.md §2, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tierpolicy.check.circles import ordered
from tierpolicy.check.clauses import cap_of, floor_of, grant_of
from tierpolicy.check.defines import shown
from tierpolicy.check.draft import Draft, in_force, origin
from tierpolicy.check.expressions import condition
from tierpolicy.check.scope import Reading
from tierpolicy.diagnostics.codes import floors as floor_codes
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related, has_errors
from tierpolicy.model.expressions import TRUE, Expr
from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Origin, Rule
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.source import Span
from tierpolicy.syntax import ast

Said = TypeVar("Said", Grant, Cap, Floor)

OF_A_BASELINE = Reading(
    "a baseline",
    attributes=False,
    parameters=False,
    reason="so that nothing elsewhere can move a floor",
    code=floor_codes.BASELINE_READS_DECISION,
)


def rule_of(effect: ast.Effect, draft: Draft) -> Rule:
    """A grant. What has a mistake is left out, and was reported."""
    grants = once_each([grant_of(clause, draft) for clause in effect.clauses], draft, "rule")
    about = origin_of(effect, draft)
    return Rule(
        about,
        condition_of(effect.condition, draft),
        grants,
        group=about.name,
        overrides=tuple(dict.fromkeys(group_of(target) for target in effect.overrides)),
        in_force=in_force(effect.period, draft.findings),
    )


def limit_of(effect: ast.Effect, draft: Draft) -> Limit:
    caps = once_each([cap_of(clause, draft) for clause in effect.clauses], draft, "limit")
    force = in_force(effect.period, draft.findings)
    return Limit(origin_of(effect, draft), condition_of(effect.condition, draft), caps, force)


def baseline_of(effect: ast.Effect, draft: Draft) -> Baseline:
    floors = once_each([floor_of(clause, draft) for clause in effect.clauses], draft, "baseline")
    force = in_force(effect.period, draft.findings)
    return Baseline(origin_of(effect, draft), condition_of(effect.condition, draft), floors, force)


def condition_of(written: ast.Expr | None, draft: Draft) -> Expr:
    """The condition; TRUE for everyone, and after a mistake that was reported."""
    return TRUE if written is None else condition(written, draft.scope) or TRUE


def origin_of(effect: ast.Effect, draft: Draft) -> Origin:
    name = effect.name.text if effect.name is not None else draft.places.line(effect.span)
    return origin(name, effect.span, title=effect.title, because=effect.because, source=effect.source)


def once_each(said: Iterable[Said | None], draft: Draft, what: str) -> tuple[Said, ...]:
    """What was said without mistake, each attribute once: of two values in one statement one would be for nothing."""
    kept: list[Said] = []
    first: dict[tuple[str, str], Span] = {}
    for clause in said:
        if clause is None:
            continue
        key = (clause.attribute, clause.kind if isinstance(clause, Cap) else "")
        if first.setdefault(key, clause.span) is clause.span:
            kept.append(clause)
            continue
        draft.findings.report(
            codes.ATTRIBUTE_TWICE,
            f"`{clause.attribute}` stands twice in one {what}",
            clause.span,
            help=f"keep one of the two, or write two {what}s",
            related=(Related(first[key], "the first one"),),
        )
    return tuple(kept)


# ---------------------------------------------------------------- overrides


def group_of(target: ast.OverrideTarget) -> str:
    return f"tier {target.name.text}" if target.is_tier else target.name.text


def judge_overrides(
    effects: Sequence[ast.Effect],
    rules: Sequence[Rule],
    other_names: Iterable[str],
    draft: Draft,
) -> None:
    """Reports targets that don't exist or give nothing, and circles. `other_names`: limits and baselines."""
    gives: dict[str, set[str]] = {}
    for rule in rules:
        undirected = {g.attribute for g in rule.grants if _is_undirected(draft.scope.attributes, g.attribute)}
        gives.setdefault(rule.group, set()).update(undirected)
    not_givers = set(other_names)
    for effect in effects:
        own = gives.get(effect.name.text if effect.name is not None else "", set())
        for target in effect.overrides:
            group = group_of(target)
            if group not in gives:
                _report_unknown(target, group in not_givers, gives, draft)
            elif not own & gives[group] and not has_errors(draft.findings.diagnostics):
                _report_no_effect(target, group, draft)
    _report_circles(effects, draft)


def _is_undirected(attributes: Mapping[str, Attribute], name: str) -> bool:
    return name in attributes and attributes[name].direction is Direction.NONE


def _report_unknown(target: ast.OverrideTarget, not_giver: bool, gives: dict[str, set[str]], draft: Draft) -> None:
    group = group_of(target)
    if group in draft.scope.broken:
        return
    if not_giver:
        message = f"`{group}` gives nothing: it is a limit or a baseline"
        hint: str | None = (
            "only rules, tables and tiers can be overridden; a limit lowers what it names, a baseline raises"
        )
    else:
        message = f"there is no rule, table or tier `{group}` to override"
        hint = draft.findings.did_you_mean(group, tuple(gives)) or "name a rule, a table, or `tier t`"
    draft.findings.report(codes.UNKNOWN_OVERRIDDEN, message, target.span, help=hint)


def _report_no_effect(target: ast.OverrideTarget, group: str, draft: Draft) -> None:
    draft.findings.report(
        codes.OVERRIDES_NOTHING,
        f"overriding `{group}` has no effect: the two give no attribute without direction in common",
        target.span,
        help="remove it: of attributes with a direction the better value is taken anyway",
    )


def _report_circles(effects: Sequence[ast.Effect], draft: Draft) -> None:
    written = {effect.name.text: effect for effect in effects if effect.name is not None}
    reads = {name: [group_of(target) for target in effect.overrides] for name, effect in written.items()}
    for circle in ordered(reads).circles:
        span = next(target.span for target in written[circle[0]].overrides if group_of(target) == circle[1])
        draft.findings.report(
            codes.OVERRIDES_CIRCLE,
            f"a rule can't override itself: {shown(circle)}",
            span,
            help="remove one `overrides` of the circle",
            related=tuple(Related(written[name].span, f"`{name}` stands here") for name in circle[1:-1])[:5],
        )
