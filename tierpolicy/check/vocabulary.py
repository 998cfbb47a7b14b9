"""From declarations to the vocabulary: fields, service attributes and parameters (language.md §4).

All of them share one name space with the defines. Statements are read in the order of the text, so that the
mappings keep it. What an attribute with a direction is worth at worst may depend on the baselines: see `floors`.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import assert_never

from tierpolicy.check import parameters
from tierpolicy.check.asked import Thresholds
from tierpolicy.check.attributes import attribute_of, tier_attribute
from tierpolicy.check.draft import Register, words
from tierpolicy.check.labels import spellings, spellings_of, type_of
from tierpolicy.check.merging import judge_latest, merge_of
from tierpolicy.check.modifiers import SECONDS, Kept, Place, bounds, fitting, report_outside, value_of
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.frozen import frozen
from tierpolicy.model.types import DATE, Duration, Scale, SetOf, Type
from tierpolicy.model.values import MISSING, Known, Value, outside
from tierpolicy.model.vocabulary import NO_SPELLINGS, Attribute, Define, Field, Parameter
from tierpolicy.syntax import ast

CURRENT_TIER = "current_tier"
CURRENT_TIER_SINCE = "current_tier_since"


@frozen
class Vocabulary:
    """What a policy speaks of. The mappings fill while the declarations are read."""

    fields: dict[str, Field] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    defines: dict[str, Define] = field(default_factory=dict)

    def scope(self, findings: Findings, broken: set[str], thresholds: Thresholds) -> Scope:
        """The name space; `broken` are names whose declaration did not parse or was reported."""
        names = (self.fields, self.attributes, self.parameters, self.defines)
        return Scope(*names, findings, broken=broken, thresholds=thresholds)


def declare(
    statements: tuple[ast.Statement, ...],
    vocabulary: Vocabulary,
    scope: Scope,
    names: Register,
    given: parameters.Given,
) -> None:
    """Fills the vocabulary with everything but the defines."""
    tiers: ast.Tiers | None = None
    for statement in statements:
        match statement:
            case ast.Block():
                _declare_block(statement, vocabulary, scope, names)
            case ast.Parameter() if names.claim(statement.name, "the name"):
                vocabulary.parameters[statement.name.text] = parameters.parameter_of(statement, given, scope)
            case ast.Tiers() if names.claim(ast.Word("tier", span=statement.span), "the attribute"):
                vocabulary.attributes["tier"] = tier_attribute(statement, scope.findings)
                tiers = statement
            case ast.Define():
                names.claim(statement.name, "the name")
            case _:
                pass
    judge_latest(statements, vocabulary.fields, scope)
    if tiers is not None:
        _declare_current_tier(tiers, vocabulary, scope)


def _declare_block(block: ast.Block, vocabulary: Vocabulary, scope: Scope, names: Register) -> None:
    for declaration in block.declarations:
        if not names.claim(declaration.name, "the name"):
            continue
        name = declaration.name.text
        match block.kind:
            case "customer":
                vocabulary.fields[name] = field_of(declaration, Place.FIELD, scope)
            case "request":
                vocabulary.fields[name] = field_of(declaration, Place.REQUEST, scope)
            case "service":
                vocabulary.attributes[name] = attribute_of(declaration, scope)
            case _:
                assert_never(block.kind)


def field_of(declaration: ast.Declaration, place: Place, scope: Scope) -> Field:
    """A fact about the customer, or about the contact at hand (which counts as a need)."""
    type_ = type_of(declaration.type, scope.findings)
    kept = fitting(declaration.modifiers, type_, place, scope.findings)
    low, high = bounds(kept, type_, scope)
    return Field(
        declaration.name.text,
        type_,
        declaration.span,
        of_request=place is Place.REQUEST,
        low=low,
        high=high,
        default=_default_of(declaration, kept, type_, (low, high), scope),
        required="required" in kept,
        key="key" in kept,
        path=_path_of(declaration, kept, scope.findings),
        seconds_per_unit=_seconds_per_unit(kept, type_, scope.findings),
        earnable="earnable" in kept,
        need="need" in kept or place is Place.REQUEST,
        protected="protected" in kept,
        sensitive="sensitive" in kept,
        description=words(declaration.description),
        spellings=spellings_of(declaration.type, scope.findings),
        merge=merge_of(kept, declaration, type_, scope.findings),
    )


def _default_of(
    declaration: ast.Declaration, kept: Kept, type_: Type, within: tuple[Known | None, Known | None], scope: Scope
) -> Value:
    value = value_of(kept, "default", type_, scope, declaration.name.text)
    if value is None:
        return frozenset() if isinstance(type_, SetOf) and "required" not in kept else MISSING
    if outside(value, *within):
        report_outside(scope, f"the default of `{declaration.name.text}`", kept["default"].span, declaration.span)
    return value


def _path_of(declaration: ast.Declaration, kept: Kept, findings: Findings) -> tuple[str, ...]:
    """Where a record holds the field: the column's name split at dots, or the field's own name."""
    column = kept.get("column")
    if column is None or not isinstance(column.value, ast.String):
        return (declaration.name.text,)
    path = tuple(column.value.value.split("."))
    if not all(part.strip() for part in path):
        findings.report(
            codes.MODIFIER_MISFIT,
            f'`column "{column.value.value}"` names no column',
            column.span,
            help='write the column\'s name, or the way to it with dots between: `column "account.tier"`',
        )
    return path


def _seconds_per_unit(kept: Kept, type_: Type, findings: Findings) -> int | None:
    unit = kept.get("in")
    if unit is None or not isinstance(type_, Duration) or not isinstance(unit.value, ast.Word):
        return None
    seconds = SECONDS.get(unit.value.text)
    if seconds is None:
        findings.report(
            codes.MODIFIER_MISFIT,
            f"a duration isn't counted in `{unit.value.text}s`",
            unit.span,
            help="take `in seconds`, `in minutes`, `in hours`, `in days` or `in weeks`",
        )
    return seconds


def _declare_current_tier(tiers: ast.Tiers, vocabulary: Vocabulary, scope: Scope) -> None:
    """The two fields that tiers bring along, unless the author declares them in the same sense."""
    scale = vocabulary.attributes["tier"].type
    assert isinstance(scale, Scale)
    lowest = scale.labels[0]
    wanted: tuple[tuple[str, Type, Value], ...] = (
        (CURRENT_TIER, scale, lowest),
        (CURRENT_TIER_SINCE, DATE, MISSING),
    )
    for name, type_, default in wanted:
        own = scope.meaning(name)
        if own is None:
            vocabulary.fields[name] = Field(
                name,
                type_,
                tiers.span,
                default=default,
                path=(name,),
                spellings=spellings(tiers.labels, Findings()) if name == CURRENT_TIER else NO_SPELLINGS,
                declared=False,
            )
        elif not isinstance(own, Field) or own.type != type_:
            form = " < ".join(scale.labels) if type_ is scale else "date"
            scope.findings.report(
                codes.TIER_FIELD_MISFIT,
                f"`{name}` is declared here in another way than the tiers ask for",
                own.span,
                help=f"remove it (`tiers` declares it), or write `{name} : {form}` in `customer`",
                related=(Related(tiers.span, "the tiers are declared here"),),
            )
        elif own.default is MISSING and default is not MISSING:
            vocabulary.fields[name] = replace(own, default=default)
