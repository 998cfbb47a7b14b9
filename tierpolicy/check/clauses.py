"""What a clause of a rule, limit or baseline says: the attribute found, the word judged (language.md §2, §5).

A rule gives with `=`. A limit caps with `at most` where more is better and with `at least` where less is, a baseline
the other way round; sets and flags have words of their own. The wrong word is told together with the right one.
"""

from __future__ import annotations

from tierpolicy.check.draft import Draft
from tierpolicy.check.expressions import value_for
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import floors as floor_codes
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import rules as rule_codes
from tierpolicy.diagnostics.diagnostic import Code, Fix, Related
from tierpolicy.model.expressions import Constant
from tierpolicy.model.policy import Cap, CapKind, Floor, Grant
from tierpolicy.model.types import Flag, SetOf
from tierpolicy.model.vocabulary import Attribute, Direction, Field
from tierpolicy.source import Span
from tierpolicy.syntax import ast


def attribute_named(word: ast.Word, scope: Scope, misfit: Code = rule_codes.FACT_GIVEN) -> Attribute | None:
    """The attribute that a statement speaks of; a fact, a parameter or an unknown name there is reported.

    `misfit` is the finding for a name that is something else."""
    name = word.text
    attribute = scope.attributes.get(name)
    if attribute is not None or name in scope.broken:
        return attribute
    meaning = scope.meaning(name)
    if isinstance(meaning, Field):
        what = "the request" if meaning.of_request else "the customer"
        scope.findings.report(
            misfit,
            f"`{name}` is a fact about {what}, no part of the service",
            word.span,
            help="a fact is read in conditions; what is decided is declared in `service`",
            related=(Related(meaning.span, f"`{name}` is declared here"),),
        )
    elif meaning is not None:
        scope.findings.report(
            misfit,
            f"`{name}` is a name for a value, no part of the service",
            word.span,
            help="what is decided is declared in `service`",
            related=(Related(meaning.span, f"`{name}` is declared here"),),
        )
    else:
        near = scope.findings.did_you_mean(name, tuple(scope.attributes))
        scope.findings.report(
            name_codes.UNKNOWN_ATTRIBUTE,
            f"the service has no attribute `{name}`",
            word.span,
            help=near or "declare it in `service`, or take one of the attributes declared there",
        )
    return None


def grant_of(clause: ast.Clause, draft: Draft) -> Grant | None:
    """`A = V` of a rule."""
    attribute = attribute_named(clause.attribute, draft.scope)
    if attribute is None:
        return None
    if clause.op != "=":
        hint = ""
        if attribute.direction is not Direction.NONE:
            hint = f"; a `limit` caps it, a `baseline` promises `{attribute.name} {_baseline_word(attribute)} …`"
        _wrong_word(rule_codes.WRONG_WORD_IN_RULE, "a rule gives", "=", clause, draft, hint)
        return None
    value = value_for(clause.value, draft.scope, attribute)
    return Grant(attribute.name, value, clause.span) if value is not None else None


def cap_of(clause: ast.Clause, draft: Draft) -> Cap | None:
    """What a limit does to an attribute."""
    attribute = _with_direction(clause, draft, "a limit")
    if attribute is None:
        return None
    right = _limit_words(attribute)
    none = clause.op == "=" and _is_none(clause.value)
    if clause.op not in right and not none:
        _wrong_word(floor_codes.WRONG_WORD_IN_LIMIT, "a limit on", right[0], clause, draft)
        return None
    value = value_for(clause.value, draft.scope, attribute)
    if value is None:
        return None
    if isinstance(attribute.type, Flag) and isinstance(value, Constant) and value.value is _best_flag(attribute):
        _pointless_flag(floor_codes.WRONG_WORD_IN_LIMIT, "a limit takes away", attribute, clause, draft, better=False)
        return None
    kind: CapKind = clause.op if clause.op in ("within", "without") else "value"
    return Cap(attribute.name, kind, value, clause.span)


def floor_of(clause: ast.Clause, draft: Draft) -> Floor | None:
    """What a baseline promises of an attribute; `draft` reads what a baseline may read."""
    attribute = _with_direction(clause, draft, "a baseline")
    if attribute is None:
        return None
    right = _baseline_word(attribute)
    if clause.op != right:
        _wrong_word(floor_codes.WRONG_WORD_IN_BASELINE, "a baseline on", right, clause, draft)
        return None
    value = value_for(clause.value, draft.scope, attribute)
    if value is None:
        return None
    if isinstance(attribute.type, Flag) and isinstance(value, Constant) and value.value == attribute.worst:
        _pointless_flag(
            floor_codes.WRONG_WORD_IN_BASELINE, "a baseline promises", attribute, clause, draft, better=True
        )
        return None
    return Floor(attribute.name, value, clause.span)


def _with_direction(clause: ast.Clause, draft: Draft, what: str) -> Attribute | None:
    attribute = attribute_named(clause.attribute, draft.scope)
    if attribute is None or attribute.direction is not Direction.NONE:
        return attribute
    draft.findings.report(
        floor_codes.CAP_WITHOUT_DIRECTION,
        f"`{attribute.name}` has no direction, so {what} can't say anything of it",
        clause.span,
        help=f"give it with a rule, or declare which value of `{attribute.name}` is better",
        related=(Related(attribute.span, f"`{attribute.name}` is declared here"),),
    )
    return None


def _limit_words(attribute: Attribute) -> tuple[ast.ClauseOp, ...]:
    match attribute.type:
        case SetOf():
            return ("within", "without")
        case Flag():
            return ("=",)
        case _:
            return ("at most",) if attribute.direction is Direction.MORE else ("at least",)


def _baseline_word(attribute: Attribute) -> ast.ClauseOp:
    match attribute.type:
        case SetOf():
            return "includes"
        case Flag():
            return "="
        case _:
            return "at least" if attribute.direction is Direction.MORE else "at most"


def _best_flag(attribute: Attribute) -> bool:
    return attribute.direction is Direction.MORE


def _is_none(value: ast.Expr) -> bool:
    return isinstance(value, ast.Name) and not value.quoted and value.text.lower() == "none"


def _wrong_word(code: Code, who: str, right: ast.ClauseOp, clause: ast.Clause, draft: Draft, hint: str = "") -> None:
    """Tells the right word, and offers to put it in the place of the wrong one."""
    value = draft.places.written(clause.value.span) or "…"
    about = f"{who} `{clause.attribute.text}` with `{right}`" if right == "=" else f"{who} `{clause.attribute.text}`"
    between = Span(clause.span.path, clause.attribute.span.end, clause.value.span.start)
    draft.findings.report(
        code,
        f"{about}, not with `{clause.op}`" if right == "=" else f"{about} says `{right}`, not `{clause.op}`",
        clause.span,
        help=f"write `{clause.attribute.text} {right} {value}`{hint}",
        fix=Fix(between, f" {right} ", f"write `{right}`") if between.start < between.end else None,
    )


def _pointless_flag(
    code: Code, who: str, attribute: Attribute, clause: ast.Clause, draft: Draft, *, better: bool
) -> None:
    value = "yes" if _best_flag(attribute) is better else "no"
    draft.findings.report(
        code,
        f"{who}, and for `{attribute.name}` that is `{value}`",
        clause.span,
        help=f"write `{attribute.name} = {value}`, or remove this",
    )
