"""From `tier t if C keep while K then …` to the rules it stands for (language.md §5).

`tier gold if C keep while K then A = V` is the rule `if C or (current_tier >= gold and K) then tier = gold`, and
`if tier >= gold then A = V`, which overrides what the lower tiers give to attributes without direction.
"""

from __future__ import annotations

from tierpolicy.check.clauses import grant_of
from tierpolicy.check.draft import Draft, origin
from tierpolicy.check.effects import condition_of, once_each
from tierpolicy.check.vocabulary import CURRENT_TIER
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import And, AttributeRef, Compare, Constant, Expr, FieldRef, Or
from tierpolicy.model.policy import Grant, Rule
from tierpolicy.model.types import Scale
from tierpolicy.model.vocabulary import Direction
from tierpolicy.source import Span
from tierpolicy.syntax import ast


def known_tiers(written: list[ast.Tier], draft: Draft) -> list[ast.Tier]:
    """The statements that speak of a declared tier, one a tier, from the lowest to the highest."""
    attribute = draft.scope.attributes.get("tier")
    if attribute is None or not isinstance(attribute.type, Scale):
        _report_without_tiers(written, draft)
        return []
    rank = {label: at for at, label in enumerate(attribute.type.labels)}
    first: dict[str, Span] = {}
    kept: list[ast.Tier] = []
    for tier in written:
        label = tier.label.text
        if label not in rank:
            draft.findings.report(
                codes.UNKNOWN_TIER,
                f"there is no tier `{label}`",
                tier.label.span,
                help=draft.findings.did_you_mean(label, tuple(rank)) or "add it to the statement `tiers`",
                related=(Related(attribute.span, "the tiers are declared here"),),
            )
        elif first.setdefault(label, tier.label.span) is not tier.label.span:
            draft.findings.report(
                codes.TIER_TWICE,
                f"`tier {label}` stands here a second time",
                tier.label.span,
                help="join the two conditions with `or`; what else the tier gets can be a rule, "
                f"`if tier >= {label} then …`",
                related=(Related(first[label], "the first one"),),
            )
        else:
            kept.append(tier)
    return sorted(kept, key=lambda tier: rank[tier.label.text])


def _report_without_tiers(written: list[ast.Tier], draft: Draft) -> None:
    if not written or "tier" in draft.scope.broken:
        return
    labels = " < ".join(dict.fromkeys(["member", *(tier.label.text for tier in written)][:4]))
    draft.findings.report(
        codes.UNKNOWN_TIER,
        f"`tier {written[0].label.text}` stands here, but no tiers are declared",
        written[0].span,
        help=f"declare them, worst first: `tiers {labels}`",
    )


def rules_of(tier: ast.Tier, lower: dict[str, set[str]], draft: Draft) -> tuple[Rule, ...]:
    """The tier's rule, and the rule of its `then`. `lower`: what the lower tiers give to attributes without direction,
    by group; this tier's own is added."""
    label, scale = tier.label.text, draft.scope.attributes["tier"].type
    name = f"tier {label}"
    about = origin(name, tier.span, title=tier.title, because=tier.because, source=tier.source)
    gold = Constant(label, scale, tier.label.span)
    earns = condition_of(tier.condition, draft)
    reach = Rule(about, _or_keeps(tier, earns, gold, draft), (Grant("tier", gold, tier.label.span),), name, kind="tier")
    if not tier.clauses:
        return (reach,)
    grants = once_each([grant_of(clause, draft) for clause in tier.clauses], draft, "tier")
    attributes = draft.scope.attributes
    own = {grant.attribute for grant in grants if attributes[grant.attribute].direction is Direction.NONE}
    overrides = tuple(group for group, given in lower.items() if given & own)
    if own:
        lower[name] = own
    benefits = origin(f"{name} benefits", tier.span, title=tier.title, because=tier.because, source=tier.source)
    at_least = Compare(">=", AttributeRef("tier", scale), gold)
    return reach, Rule(benefits, at_least, grants, name, overrides, kind="tier")


def _or_keeps(tier: ast.Tier, earns: Expr, gold: Constant, draft: Draft) -> Expr:
    """`C or (current_tier >= gold and K)`."""
    current = draft.scope.fields.get(CURRENT_TIER)
    if tier.keep is None or current is None:
        return earns
    holds = Compare(">=", FieldRef(CURRENT_TIER, current.type), gold)
    return Or((earns, And((holds, condition_of(tier.keep, draft)))))
