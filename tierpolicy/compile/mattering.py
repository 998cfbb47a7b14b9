"""Which statements can matter for one record: the policy without all the others, for telling what values don't say.

Problems and undetermined statements are found by the plain evaluator, which asks every statement. Of thousands few can
count for a given record, and of these again few can change what others give. The policy of those few has the same
problems and the same undetermined statements for that record, and asking it takes as long as it is small.

Of statements that can count (`possible`), those about an attribute with a line of better and worse change nothing more
where they aren't better than the decided value (grants and baselines) or worse (limits), true or unknown: one true one
of them is left, the best of grants and baselines, the worst of limits. The same holds of grants and baselines of sets,
label by label. Statements that read decided attributes are all left, as deciding again may make any of them true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tierpolicy.cells.cells import places
from tierpolicy.cells.reads import expressions
from tierpolicy.compile.normal import Clause, Decided, Normal
from tierpolicy.compile.possible import Possible, possible_statements
from tierpolicy.frozen import frozen
from tierpolicy.model.policy import Policy, Table
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known, Value
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.counting import condition_of
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.semantics.index import Index, Statement, index_of
from tierpolicy.semantics.lattice import goodness

Goodness = tuple[int, int | float]


@frozen
class Line:
    """Boxes of what is said of an attribute with a line of better and worse, by how good it is."""

    decided: Decided
    grants: Mapping[Goodness, int]
    caps: Mapping[Goodness, int]
    floors: Mapping[Goodness, int]


@frozen
class Labels:
    """Boxes of what is given and promised of a set, by the labels."""

    decided: Decided
    grants: Mapping[frozenset[str], int]
    floors: Mapping[frozenset[str], int]


@frozen
class Mattering:
    """What tells which statements can matter. `kept` are the boxes of those that are left wherever they can count."""

    policy: Policy
    possible: Possible
    kept: int
    lines: tuple[Line, ...]
    sets: tuple[Labels, ...]

    def policy_for(
        self, fields: Mapping[str, Value], as_of: date, decided: Mapping[str, Known]
    ) -> tuple[Policy, Index]:
        """The policy of the statements that can matter for a record, given its fields and what was decided; with its
        index."""
        asking = _Asking(self.possible, Situation(self.policy, fields, as_of, dict(decided)))
        boxes = self.possible.boxes(asking.situation)
        kept = self.possible.statements(boxes & self.kept)
        for line in self.lines:
            kept |= asking.of_line(line, decided[line.decided.attribute.name], boxes)
        for labels in self.sets:
            kept |= asking.of_set(labels, decided[labels.decided.attribute.name], boxes)
        policy = _reduced(self.policy, asking.stopped(kept))
        return policy, index_of(policy, expressions(self.policy.defines))


@frozen
class _Asking:
    possible: Possible
    situation: Situation

    def true_one(self, boxes: int) -> int | None:
        """The place of a statement with one of the boxes that is true; None where there is none."""
        for box in places(boxes):
            place = self.possible.of_box[box]
            if condition_of(self.possible.everything[place], self.situation) is True:
                return place
        return None

    def of_line(self, line: Line, value: Known, boxes: int) -> set[int]:
        attribute = line.decided.attribute
        at = goodness(attribute, value)
        found: set[int] = set()
        for kind, best_first in ((line.grants, True), (line.caps, False), (line.floors, True)):
            stands = False
            for good in sorted(kind, reverse=best_first):
                if not kind[good] & boxes:
                    continue
                if good > at if best_first else good < at:
                    found |= self.possible.statements(kind[good] & boxes)
                elif not stands and (one := self.true_one(kind[good] & boxes)) is not None:
                    found.add(one)
                    stands = True
        return found

    def of_set(self, labels: Labels, value: Known, boxes: int) -> set[int]:
        found: set[int] = set()
        for kind in (labels.grants, labels.floors):
            covered: frozenset[str] | None = None
            for said in sorted(kind, key=len, reverse=True):
                own = kind[said] & boxes
                if not isinstance(value, frozenset) or not said <= value:
                    found |= self.possible.statements(own)
                elif (covered is None or not said <= covered) and (one := self.true_one(own)) is not None:
                    found.add(one)
                    covered = said | (covered or frozenset())
        return found

    def stopped(self, kept: set[int]) -> set[int]:
        """Without the rows of `first match` tables below one that is true, whatever is decided."""
        policy = self.situation.policy
        out: set[int] = set()
        for table in policy.tables:
            if table.first_match:
                rows = iter([row for row in table.rows if row in kept and not policy.rules[row].otherwise])
                for row in rows:
                    own = policy.rules[row]
                    if not _reads_attributes(own, policy) and condition_of(own, self.situation) is True:
                        out.update(rows)
        return kept - out


def _reads_attributes(statement: Statement, policy: Policy) -> bool:
    return bool(expressions(policy.defines).of(statement.condition).attributes)


def _reduced(policy: Policy, kept: set[int]) -> Policy:
    """The policy of some of its statements, by their places among rules, limits and baselines."""
    rules = [place for place in range(len(policy.rules)) if place in kept]
    moved = {place: at for at, place in enumerate(rules)}
    limits, baselines = len(policy.rules), len(policy.rules) + len(policy.limits)
    return replace(
        policy,
        rules=tuple(policy.rules[place] for place in rules),
        tables=tuple(_fewer_rows(table, moved) for table in policy.tables),
        limits=tuple(limit for at, limit in enumerate(policy.limits, start=limits) if at in kept),
        baselines=tuple(each for at, each in enumerate(policy.baselines, start=baselines) if at in kept),
    )


def _fewer_rows(table: Table, moved: Mapping[int, int]) -> Table:
    return replace(table, rows=tuple(moved[row] for row in table.rows if row in moved))


# ---------------------------------------------------------------- made once for a policy


def mattering(normal: Normal) -> Mattering:
    """What tells which statements of a policy can matter."""
    possible = possible_statements(normal)
    kept: set[int] = set()
    said: dict[str, list[tuple[int, Clause]]] = {}
    for stage in normal.stages:
        for condition in stage.conditions:
            if condition.selection is not None or _reads_attributes(
                possible.everything[condition.place], normal.policy
            ):
                kept.add(condition.place)
        for decided in stage.attributes:
            pairs = [(stage.conditions[clause.condition].place, clause) for clause in decided.clauses]
            said[decided.attribute.name] = pairs
            kept.update(place for place, clause in pairs if clause.noted or not _compares(decided, clause))
    every = [decided for stage in normal.stages for decided in stage.attributes]

    def boxes(decided: Decided, *kinds: str) -> list[tuple[int, Clause]]:
        return [
            (possible.of_statement[place], clause)
            for place, clause in said[decided.attribute.name]
            if place not in kept and clause.kind in kinds
        ]

    lines = tuple(
        Line(each, *(_by_goodness(each, boxes(each, kind)) for kind in ("grant", "value", "floor")))
        for each in every
        if _has_line(each.attribute)
    )
    sets = tuple(
        Labels(each, *(_by_labels(boxes(each, kind)) for kind in ("grant", "floor")))
        for each in every
        if _has_labels(each.attribute)
    )
    mask = 0
    for place in kept:
        mask |= possible.of_statement[place]
    return Mattering(normal.policy, possible, mask, lines, sets)


def _compares(decided: Decided, clause: Clause) -> bool:
    """True of a clause that is left out where it changes nothing more: its place among better and worse is known."""
    if _has_labels(decided.attribute):
        return clause.kind in ("grant", "floor") and isinstance(clause.value, frozenset)
    return clause.value is not None and _has_line(decided.attribute)


def _has_line(attribute: Attribute) -> bool:
    return not (attribute.direction is Direction.NONE or attribute.adds_up or isinstance(attribute.type, SetOf))


def _has_labels(attribute: Attribute) -> bool:
    return attribute.direction is not Direction.NONE and isinstance(attribute.type, SetOf)


def _by_goodness(decided: Decided, clauses: Iterable[tuple[int, Clause]]) -> Mapping[Goodness, int]:
    found: dict[Goodness, int] = {}
    for boxes, clause in clauses:
        assert clause.value is not None
        good = goodness(decided.attribute, clause.value)
        found[good] = found.get(good, 0) | boxes
    return found


def _by_labels(clauses: Iterable[tuple[int, Clause]]) -> Mapping[frozenset[str], int]:
    found: dict[frozenset[str], int] = {}
    for boxes, clause in clauses:
        assert isinstance(clause.value, frozenset)
        found[clause.value] = found.get(clause.value, 0) | boxes
    return found
