"""Which decided attributes each attribute reads, and an order in which what is read is decided first (language.md §2).

An attribute reads what the conditions and values of its rules, limits and baselines read, defines looked through; in a
`first match` table also what the rows above ask, since they keep a row from counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from tierpolicy.check.circles import ordered
from tierpolicy.check.defines import shown
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import AttributeRef, DefineRef, Expr, walk
from tierpolicy.model.policy import Baseline, Limit, Rule, Table
from tierpolicy.model.vocabulary import Attribute, Define
from tierpolicy.source import Span

Reads = Mapping[str, Mapping[str, Span]]
"""Attribute → the attributes that it reads, each with a statement that does."""

NOTHING: frozenset[str] = frozenset()


def order_of(attributes: Mapping[str, Attribute], reads: Reads, findings: Findings) -> tuple[str, ...]:
    """Every attribute after those that it reads, ties in the order of the text; each circle is reported."""
    ordering = ordered({name: reads.get(name, {}) for name in attributes})
    for circle in ordering.circles:
        steps = list(pairwise(circle))
        spans = [reads[reader][read] for reader, read in steps]
        findings.report(
            codes.DECISION_CIRCLE,
            f"`{circle[0]}` is decided by reading itself: {shown(circle)}"
            if len(circle) > 2
            else f"`{circle[0]}` is decided by reading itself",
            spans[0],
            help="decide one of them from facts alone, or put what both need into a `define`",
            related=tuple(
                Related(span, f"`{read}` is read here for `{reader}`")
                for (reader, read), span in list(zip(steps, spans, strict=True))[1:6]
            ),
        )
    return ordering.order


def reads_of(
    rules: tuple[Rule, ...],
    tables: Iterable[Table],
    limits: Iterable[Limit],
    baselines: Iterable[Baseline],
    defines: Mapping[str, Define],
) -> Reads:
    """What each attribute reads of the others."""
    through = _through_defines(defines)
    found: dict[str, dict[str, Span]] = {}

    def note(attribute: str, read: Iterable[str], span: Span) -> None:
        known = found.setdefault(attribute, {})
        for name in read:
            known.setdefault(name, span)

    above = _asked_above(rules, tables, through)
    for at, rule in enumerate(rules):
        condition = _attributes_in(rule.condition, through) | above.get(at, NOTHING)
        for grant in rule.grants:
            note(grant.attribute, condition | _attributes_in(grant.value, through), rule.origin.span)
    for limit in limits:
        condition = _attributes_in(limit.condition, through)
        for cap in limit.caps:
            note(cap.attribute, condition | _attributes_in(cap.value, through), limit.origin.span)
    for baseline in baselines:  # they read none, unless that was reported
        condition = _attributes_in(baseline.condition, through)
        for floor in baseline.floors:
            note(floor.attribute, condition | _attributes_in(floor.value, through), baseline.origin.span)
    return found


def _asked_above(
    rules: tuple[Rule, ...], tables: Iterable[Table], through: Mapping[str, frozenset[str]]
) -> dict[int, frozenset[str]]:
    """For the rows of `first match` tables: the attributes that the rows above ask."""
    above: dict[int, frozenset[str]] = {}
    for table in tables:
        asked = NOTHING
        for at in table.rows if table.first_match else ():
            above[at] = asked
            asked |= _attributes_in(rules[at].condition, through)
    return above


def _attributes_in(expr: Expr, through: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for node in walk(expr):
        match node:
            case AttributeRef(name):
                found.add(name)
            case DefineRef(name):
                found |= through.get(name, NOTHING)
            case _:
                pass
    return frozenset(found) if found else NOTHING


def _through_defines(defines: Mapping[str, Define]) -> dict[str, frozenset[str]]:
    """The attributes that each define reads, those that it names looked through."""
    named = {
        name: [node.name for node in walk(define.expression) if isinstance(node, DefineRef)]
        for name, define in defines.items()
    }
    through: dict[str, frozenset[str]] = {}
    for name in ordered(named).order:
        through[name] = _attributes_in(defines[name].expression, through)
    return through
