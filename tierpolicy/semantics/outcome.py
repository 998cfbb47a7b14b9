"""What deciding and explaining give back, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tierpolicy.model.values import Known, Value
from tierpolicy.source import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a record or met while deciding. Deciding went on all the same.

    `subject` is a field, attribute or statement; `given` is what was found, as short text ('' where nothing is to show,
    masked where the field is sensitive); `expected` says what would be right; `message` is one sentence of both.
    """

    subject: str
    given: str
    expected: str
    message: str


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A statement that would change the decision were its condition (or value) known.

    `fields` are the missing fields that would settle it, `attributes` what would change.
    """

    statement: str
    title: str
    attributes: tuple[str, ...]
    fields: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision: a value for every attribute, internal ones included, in the policy's order of declaration."""

    values: Mapping[str, Known]
    undetermined: tuple[Undetermined, ...]
    problems: tuple[Problem, ...]


ClauseKind = Literal["rule", "tier", "row", "limit", "baseline"]
ValueOrigin = Literal["grant", "limit", "baseline", "worst", "default", "conflict"]


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """A statement's part in one attribute's value.

    `value` is what it gave, capped at or promised, after drawing to bounds; for `within` and `without` the set named.
    """

    kind: ClauseKind
    statement: str
    title: str
    path: str
    line: int
    because: str
    source: str
    value: Known


@dataclass(frozen=True, slots=True)
class Why:
    """One attribute's value and where it comes from (language.md §6).

    `decided`: every clause that by itself ties with the final value (grants; or the limits or baselines that
    moved it, or the baselines that promise it where nothing is given). `lost`: true grants that did not make it.
    `overridden`: grants left out by a true rule that overrides them. `lowered`: limits that took something away.
    `raised`: baselines that promise better than limits left. `origin` says what the final value is: a grant (or sum),
    a limit, a baseline, the worst value or the default where nothing gave one, or a conflict. `granted` is what the
    rules gave, `limited` what limits left of it (both None without direction).
    """

    attribute: str
    value: Known
    origin: ValueOrigin
    decided: tuple[ClauseRef, ...]
    lost: tuple[ClauseRef, ...]
    overridden: tuple[ClauseRef, ...]
    lowered: tuple[ClauseRef, ...]
    raised: tuple[ClauseRef, ...]
    granted: Known | None = None
    limited: Known | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A condition, part by part: the part in the policy's own words, its truth, and the value that a comparison saw.

    `truth` is True, False or MISSING (unknown). `seen` names each field or attribute read with its value, as text.
    """

    text: str
    truth: Value
    seen: tuple[tuple[str, str], ...]
    parts: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Whether a statement applied and how its condition came out. `applied` is True, False or MISSING (unknown)."""

    statement: str
    title: str
    applied: Value
    trace: Trace
    note: str  # '' or what else kept it out: not in force on this day, a row above, overridden


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why each attribute got its value, and for every statement how its condition came out."""

    outcome: Outcome
    whys: Mapping[str, Why]
    statements: Mapping[str, WhyNot]
