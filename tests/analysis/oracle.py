"""What each question of language.md §7 must answer about a small policy: its wording there, asked of brute force.

The goals here are written from the wording alone. The questions of the package take short cuts (what a condition reads,
polarity, boxes) before they ask anybody; none of these is taken here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.analysis.brute import TooLarge, brute, is_complete
from tierpolicy.analysis.answer import Verdict
from tierpolicy.analysis.goal import (
    NOT_TRUE,
    TRUE_ONLY,
    All,
    Any,
    Conflict,
    Counts,
    Differs,
    Formula,
    Goal,
    More,
    Neither,
    NotAsGood,
    Same,
    Side,
    Truth,
)
from tierpolicy.analysis.variants import without
from tierpolicy.model.expressions import TRUE, Compare, Constant, Today
from tierpolicy.model.policy import (
    ALWAYS,
    Always,
    Baseline,
    EqualTreatment,
    Never,
    NeverDependsOn,
    NeverLowers,
    Policy,
    Property,
    Rule,
    Table,
)
from tierpolicy.model.types import DATE
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.index import Statement, statements

Expected = Mapping[str, tuple[Goal, ...]]
"""For each subject what would refute it: the answer is "refuted" where one of these has records, else "proved"."""

A, B = "a", "b"


Judging = Callable[[Goal], Verdict]


def by_brute_force(goal: Goal) -> Verdict:
    """ "unknown" where boundary values are not all values, or too many."""
    try:
        if brute(goal) is not None:
            return "refuted"
    except TooLarge:
        return "unknown"
    return "proved" if is_complete(goal) else "unknown"


def verdict(goals: tuple[Goal, ...], judging: Judging = by_brute_force) -> Verdict:
    """What is said of goals of which none should be met."""
    said = {judging(goal) for goal in goals}
    return "refuted" if "refuted" in said else "unknown" if "unknown" in said else "proved"


def one(policy: Policy, formula: Formula) -> Goal:
    return Goal((Side(A, policy),), formula)


def two(policy: Policy, formula: Formula, differing: frozenset[str] | None) -> Goal:
    return Goal((Side(A, policy, 0), Side(B, policy, 1)), formula, differing)


def differs(attributes: tuple[str, ...]) -> Any:
    return Any(tuple(Differs(name, A, B) for name in attributes))


def service(policy: Policy) -> tuple[str, ...]:
    return tuple(name for name, attribute in policy.attributes.items() if not attribute.internal)


# ---------------------------------------------------------------- rules among themselves


def conflicts(policy: Policy) -> Expected:
    """Two rules give an attribute without direction different values, and none of them is overridden."""
    free = (name for name, each in policy.attributes.items() if each.direction is Direction.NONE)
    return {name: (one(policy, Conflict(A, name)),) for name in free}


def never_true(policy: Policy) -> Expected:
    """Statements that count for somebody: here "refuted" is the good news. A tier's two rules are one statement."""
    found = {}
    for each in asked_of(policy):
        found[each.origin.name] = (one(policy, Counts(A, each.origin.name, TRUE_ONLY)),)
    return found


def never_changes(policy: Policy) -> Expected:
    """Statements without which somebody gets something else: here too "refuted" is the good news.

    Of a tier's two rules together. A row of a `complete` table may be there for completeness. What is never true
    changes nothing either, but that is said by `never_true`.
    """
    found: dict[str, tuple[Goal, ...]] = {}
    by_span: dict[object, str] = {}
    for each in asked_of(policy):
        sides = Side(A, policy), Side(B, without(policy, each))
        name = by_span.setdefault(each.origin.span, each.origin.name)
        found[name] = (*found.get(name, ()), Goal(sides, differs(tuple(policy.attributes))))
        found[name] += tuple(completing(policy, table, name) for table in policy.tables if table.complete)
    return found


def completing(policy: Policy, table: Table, name: str) -> Goal:
    """Somebody of whom that row of a complete table is true and no other: what the row is there for."""
    rows = {policy.rules[row].origin.name: policy.rules[row].condition for row in table.rows}
    parts = [Truth(A, condition, TRUE_ONLY if row == name else NOT_TRUE) for row, condition in rows.items()]
    return one(policy, All((*parts, *in_force(table)) if name in rows else (Any(()),)))


def asked_of(policy: Policy) -> Iterator[Statement]:
    """Unconditional baselines (and undated ones) and `otherwise` rows are exempt."""
    for each in statements(policy):
        always = isinstance(each, Baseline) and each.condition == TRUE and each.in_force == ALWAYS
        if not always and not (isinstance(each, Rule) and each.otherwise):
            yield each


def table_gaps(policy: Policy) -> Expected:
    """Somebody whom a complete table has no row for, on a day on which it stands."""
    return {table.origin.name: (one(policy, gap(policy, table)),) for table in policy.tables if table.complete}


def gap(policy: Policy, table: Table) -> Formula:
    rows = [policy.rules[row].origin.name for row in table.rows]
    return All((*(Neither(Counts(A, name, TRUE_ONLY)) for name in rows), *in_force(table)))


def in_force(table: Table) -> Iterator[Formula]:
    if table.in_force.start is not None:
        yield Truth(A, Compare(">=", Today(), Constant(table.in_force.start, DATE)), TRUE_ONLY)
    if table.in_force.end is not None:
        yield Truth(A, Compare("<=", Today(), Constant(table.in_force.end, DATE)), TRUE_ONLY)


# ---------------------------------------------------------------- claims


def always(policy: Policy) -> Expected:
    found = {}
    for stated in claims(policy, Always, Never):
        claim = stated.claim
        match claim:
            case Never(condition):
                broken: tuple[Formula, ...] = (Truth(A, condition, TRUE_ONLY),)
            case Always(condition, None):
                broken = (Truth(A, condition, NOT_TRUE),)
            case Always(condition, implied):
                assert implied is not None
                broken = (Truth(A, condition, TRUE_ONLY), Truth(A, implied, NOT_TRUE))
        found[stated.origin.name] = (one(policy, All((*where(stated, A), *broken))),)
    return found


def monotone(policy: Policy) -> Expected:
    found = {}
    for stated in claims(policy, NeverLowers):
        claim = stated.claim
        assert isinstance(claim, NeverLowers)
        more = More(claim.field, A, B) if claim.direction == "more" else More(claim.field, B, A)
        worse = Any(tuple(NotAsGood(name, A, B) for name in claim.attributes))
        formula = All((*where(stated, A, B), more, worse))
        found[stated.origin.name] = (two(policy, formula, frozenset({claim.field})),)
    return found


def influence(policy: Policy) -> Expected:
    found = {}
    for stated in claims(policy, NeverDependsOn):
        claim = stated.claim
        assert isinstance(claim, NeverDependsOn)
        formula = All((*where(stated, A, B), differs(claim.attributes)))
        found[stated.origin.name] = (two(policy, formula, frozenset({claim.field})),)
    for name, each in policy.fields.items():
        if each.protected:
            found[name] = (two(policy, differs(service(policy)), frozenset({name})),)
    return found


def equal_treatment(policy: Policy) -> Expected:
    found = {}
    for stated in claims(policy, EqualTreatment):
        claim = stated.claim
        assert isinstance(claim, EqualTreatment)
        alike = tuple(Same(name, A, B) for name in claim.names)
        formula = All((*where(stated, A, B), *alike, differs(claim.attributes)))
        found[stated.origin.name] = (two(policy, formula, None),)
    return found


def uniform(policy: Policy) -> Expected:
    if policy.organization == "business":
        return {}
    worth = frozenset(name for name, each in policy.fields.items() if not each.need and not each.of_request)
    return {name: (two(policy, Differs(name, A, B), worth),) for name in service(policy)}


def assumptions(policy: Policy) -> Expected:
    """Somebody of whom all assumptions are true: "refuted" is the good news."""
    if not policy.assumptions:
        return {}
    met = All(tuple(Truth(A, each.condition, TRUE_ONLY) for each in policy.assumptions))
    return {policy.assumptions[0].origin.name: (one(policy, met),)}


def claims(policy: Policy, *kinds: type) -> Iterator[Property]:
    return (stated for stated in policy.properties if isinstance(stated.claim, kinds))


def where(stated: Property, *sides: str) -> tuple[Formula, ...]:
    return tuple(Truth(side, stated.where, TRUE_ONLY) for side in sides) if stated.where is not None else ()


EXPECTED: Mapping[str, Callable[[Policy], Expected]] = {
    "conflicts": conflicts,
    "never_true": never_true,
    "never_changes": never_changes,
    "table_gaps": table_gaps,
    "always": always,
    "monotone": monotone,
    "influence": influence,
    "equal_treatment": equal_treatment,
    "uniform": uniform,
    "assumptions": assumptions,
}
"""By the name of the question's module."""

FOUND_IS_GOOD = frozenset({"never_true", "never_changes", "assumptions"})
