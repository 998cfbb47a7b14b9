"""What authors get wrong in rules, limits, baselines and tiers beside their conditions: clauses, dates, overrides, a
limit where a rule was meant, a promise that is too low, a statement that is missing altogether."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tierpolicy.analysis.witness.examples import literal
from tierpolicy.model.types import Flag, Scale, SetOf
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.testing.mutation.changes_in_expressions import Place, expression_changes, less_of
from tierpolicy.testing.mutation.edits import Change, Edit
from tierpolicy.testing.mutation.literals import beside, date_changes, quantities_beside, stepped

OPENING = {"rule": "without this rule", "limit": "without this limit", "baseline": "without this baseline"}


def effect_changes(effect: ast.Effect, place: Place) -> Iterator[Change]:
    """Every change of a rule, limit or baseline."""
    if effect.condition is not None:
        yield from expression_changes(effect.condition, place)
        yield from _for_everyone(effect, effect.condition, place)
    for clause in effect.clauses:
        yield from _promise(clause, place) if effect.kind == "baseline" else _value(clause, place)
    yield from _less_clauses(effect.clauses, place)
    for at in range(len(effect.overrides)):
        yield _less_override(effect, at, place)
    yield from period_changes(effect.period, place)
    yield from _limit_or_rule(effect, place)
    yield Change("statement", _nothing(effect.span, place), OPENING[effect.kind])


def tier_changes(tier: ast.Tier, place: Place) -> Iterator[Change]:
    """Every change of a tier: who earns it, who keeps it, what it brings."""
    page = place.page
    yield from expression_changes(tier.condition, place)
    if tier.keep is not None:
        yield from expression_changes(tier.keep, place)
        word = page.last(r"\bkeep\b", tier.condition.span.end, tier.keep.span.start)
        if word is not None:
            end = _closed(tier.keep.span.end, page.bones)
            yield page.without("keep while", word.start, end, page.quoted(Span(word.path, word.start, end)))
    for clause in tier.clauses:
        yield from _value(clause, place)
    yield from _less_clauses(tier.clauses, place)
    yield Change("statement", _nothing(tier.span, place), "without this tier")


def define_changes(define: ast.Define, place: Place) -> Iterator[Change]:
    yield from expression_changes(define.expression, place)


def parameter_changes(parameter: ast.Parameter, place: Place) -> Iterator[Change]:
    declared = place.policy.parameters.get(parameter.name.text)
    yield from expression_changes(parameter.value, place, declared.type if declared else None)


def period_changes(period: ast.Period, place: Place) -> Iterator[Change]:
    """The first and the last day in force, a day earlier and a day later."""
    for day in (period.start, period.end):
        if day is not None:
            yield from date_changes(place.page, day, "date")


def _nothing(span: Span, place: Place) -> Edit:
    return Edit(span, "\n" * place.page.text(span).count("\n"))


# ---------------------------------------------------------------- conditions and clauses


def _for_everyone(effect: ast.Effect, condition: ast.Expr, place: Place) -> Iterator[Change]:
    """The statement without its condition; one without a head would be none."""
    page = place.page
    start = page.last(r"\bif\b", effect.span.start, condition.span.start)
    end = page.found(r"\bthen\b", condition.span.end, effect.clauses[0].span.start)
    if effect.name is not None and start is not None and end is not None:
        blank = page.bones[end.end : end.end + 1] == " "  # the one that would stand there twice
        yield page.without("condition", start.start, end.end + blank, "its condition")


def _value(clause: ast.Clause, place: Place) -> Iterator[Change]:
    attribute = place.policy.attributes.get(clause.attribute.text)
    yield from expression_changes(
        clause.value, replace(place, literal="value"), attribute.type if attribute is not None else None
    )


def _closed(at: int, bones: str) -> int:
    """Behind the brackets that close here."""
    found = re.compile(r"(?:\s*\))*").match(bones, at)
    return found.end() if found else at


def _less_clauses(clauses: tuple[ast.Clause, ...], place: Place) -> Iterator[Change]:
    if len(clauses) > 1:
        spans = tuple(clause.span for clause in clauses)
        yield from (less_of(spans, at, "clause", place.page) for at in range(len(clauses)))


def _promise(clause: ast.Clause, place: Place) -> Iterator[Change]:
    """A promise that is lower by a step."""
    attribute = place.policy.attributes.get(clause.attribute.text)
    if attribute is None:
        return
    page, value = place.page, clause.value
    match value:
        case ast.Number(text):
            yield from (page.instead("baseline", value.span, new) for new in _lower(text, attribute))
        case ast.Quantity(ast.Number(text)):
            options = zip(stepped(text), quantities_beside(page.text(value.span), text), strict=True)
            low = set(_lower(text, attribute))
            yield from (page.instead("baseline", value.span, new) for number, new in options if number in low)
        case ast.Name(text) | ast.String(text) if isinstance(attribute.type, Scale):
            below = beside(text, Scale(attribute.type.labels[: _rank(text, attribute.type) + 1]))
            written = (literal(label, attribute.type, place.policy) for label in below)
            yield from (page.instead("baseline", value.span, label) for label in written if label is not None)
        case _:
            yield from expression_changes(value, replace(place, literal="baseline"), attribute.type)


def _rank(label: str, scale: Scale) -> int:
    return scale.labels.index(label) if label in scale.labels else -1


def _lower(written: str, attribute: Attribute) -> Iterator[str]:
    """The number a step worse for the customer."""
    number = Decimal(written.replace("_", ""))
    for new in stepped(written):
        if (Decimal(new.replace("_", "")) < number) is (attribute.direction is Direction.MORE):
            yield new


# ---------------------------------------------------------------- overrides, a limit or a rule


def _less_override(effect: ast.Effect, at: int, place: Place) -> Change:
    """One of the statements that a rule overrides is not named; the last takes the word with it."""
    spans = tuple(target.span for target in effect.overrides)
    if len(spans) > 1:
        return less_of(spans, at, "overrides", place.page)
    word = place.page.last(r"\boverrides\b", effect.span.start, spans[0].start)
    start = word.start if word is not None else spans[0].start
    return place.page.without("overrides", start, spans[0].end, f"`overrides {place.page.text(spans[0])}`")


def _limit_or_rule(effect: ast.Effect, place: Place) -> Iterator[Change]:
    """A limit written as a rule, or a rule as a limit: the word, and the words between names and values."""
    attributes = [place.policy.attributes.get(clause.attribute.text) for clause in effect.clauses]
    known = [each for each in attributes if each is not None and each.direction is not Direction.NONE]
    if effect.kind == "baseline" or effect.name is None or effect.overrides or len(known) < len(attributes):
        return
    other = "rule" if effect.kind == "limit" else "limit"
    start, end = effect.span.start, effect.clauses[-1].span.end
    at, pieces = start + len(effect.kind), [other]
    for clause, attribute in zip(effect.clauses, known, strict=True):
        pieces.append(place.page.source.text[at : clause.attribute.span.end])
        pieces.append(f" {_word(other, attribute)} ")
        at = clause.value.span.start
    pieces.append(place.page.source.text[at:end])
    span = Span(effect.span.path, start, end)
    if place.page.text(span).count("\n") == "".join(pieces).count("\n"):
        yield Change("limit or rule", Edit(span, "".join(pieces)), f"`{other}` for `{effect.kind}`")


def _word(kind: str, attribute: Attribute) -> str:
    if kind == "rule" or isinstance(attribute.type, Flag):
        return "="
    if isinstance(attribute.type, SetOf):
        return "within"
    return "at most" if attribute.direction is Direction.MORE else "at least"
