"""What was seen of policies while they were tested, as data that adds up and travels as JSON.

Counts stand at places in files, so a file that two policies use has what was seen by both. Nothing here knows of
policies: a file's text, the places in it that are looked at, and how many customers were seen at each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Protocol, Self, TypeVar

from tierpolicy.diagnostics.codes.rules import CHANGES_NOTHING
from tierpolicy.testing.suite import By

BYS: tuple[By, ...] = ("examples", "cases", "properties")
TESTS: tuple[By, ...] = ("examples", "cases")
"""What somebody wrote down an expectation for."""

Kind = Literal["rule", "tier", "row", "limit", "baseline"]
Status = Literal["decided", "lost", "unknown", "out of force", "never fired"]


@dataclass(frozen=True, slots=True)
class Counts:
    """A number of customers, by what they were decided for."""

    examples: int = 0
    cases: int = 0
    properties: int = 0

    @property
    def tested(self) -> int:
        """By examples and cases: what somebody wrote down an expectation for."""
        return self.examples + self.cases

    @property
    def all(self) -> int:
        return self.tested + self.properties

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.examples + other.examples, self.cases + other.cases, self.properties + other.properties)

    def __sub__(self, other: Counts) -> Counts:
        return Counts(self.examples - other.examples, self.cases - other.cases, self.properties - other.properties)


NOBODY = Counts()

Counted = Callable[[Counts], int]
"""Of whom it is asked what was seen of them."""


def by_tests(counts: Counts) -> int:
    """By examples and cases."""
    return counts.tested


def by_properties(counts: Counts) -> int:
    """By customers drawn for properties."""
    return counts.properties


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its file: offsets in code points (`end` exclusive), lines counted from 1."""

    start: int
    end: int
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """Of a statement that can decide, of how many customers its condition was true (`fired`), false (`missed`) and
    unknown; of how many the day lay outside its dates (`out_of_force`) or a row above it had been true (`unreached`).

    `decided` counts those for whom it was among what made a value: a grant that won, a limit that lowered, a baseline
    that raised or that alone promises the value; a row that gives nothing decides where it is true. `taken_by` names a
    row above that was true of a tested customer of whom this row's own condition was true too. `promise` says why it
    can't be asked for; `accepted` is the code under which the author accepts that it decides nothing.
    """

    name: str
    title: str
    kind: Kind
    place: Place
    promise: str = ""
    accepted: str = ""
    fired: Counts = NOBODY
    decided: Counts = NOBODY
    unknown: Counts = NOBODY
    missed: Counts = NOBODY
    out_of_force: Counts = NOBODY
    unreached: Counts = NOBODY
    taken_by: str = ""

    @property
    def key(self) -> object:
        return self.place.start, self.place.end, self.name

    @property
    def exempt(self) -> str:
        """Why it takes no part in the rate; '' where it does. What is accepted counts where it decides all the same; of
        a table it is accepted for rows that tests show to be true, and not for those that nothing was tried on."""
        tried = self.kind != "row" or self.accepted != CHANGES_NOTHING.code or self.fired.tested or self.taken_by
        if self.accepted and tried and not self.decided.tested:
            return f"the policy accepts that it decides nothing (`allow {self.accepted}`)"
        return self.promise

    def status(self, count: Counted = by_tests) -> Status:
        """How far it came, by examples and cases or as `count` counts."""
        if count(self.decided):
            return "decided"
        if count(self.fired):
            return "lost"
        if count(self.unknown):
            return "unknown"
        reached = count(self.missed) + count(self.unreached)
        return "out of force" if count(self.out_of_force) and not reached else "never fired"

    def plus(self, other: Self) -> Self:
        return replace(
            self,
            promise=self.promise or other.promise,
            accepted=self.accepted or other.accepted,
            fired=self.fired + other.fired,
            decided=self.decided + other.decided,
            unknown=self.unknown + other.unknown,
            missed=self.missed + other.missed,
            out_of_force=self.out_of_force + other.out_of_force,
            unreached=self.unreached + other.unreached,
            taken_by=self.taken_by or other.taken_by,
        )


@dataclass(frozen=True, slots=True)
class ComparisonSeen:
    """Of a comparison in a condition, of how many customers it was true, false and unknown. `inside` is the statement
    or define that it stands in, `text` how it is written (the condition that a table's cell stands for)."""

    text: str
    inside: str
    place: Place
    exempt: str = ""
    true: Counts = NOBODY
    false: Counts = NOBODY
    unknown: Counts = NOBODY

    @property
    def key(self) -> object:
        return self.place.start, self.place.end, self.text

    def plus(self, other: Self) -> Self:
        return replace(
            self,
            exempt=self.exempt or other.exempt,
            true=self.true + other.true,
            false=self.false + other.false,
            unknown=self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True)
class FallbackSeen:
    """How many customers got an attribute's `value` because nothing gave them another: its default, or the worst."""

    attribute: str
    value: str
    place: Place
    taken: Counts = NOBODY

    @property
    def key(self) -> object:
        return self.place.start, self.place.end, self.attribute

    def plus(self, other: Self) -> Self:
        return replace(self, taken=self.taken + other.taken)


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One file of policies: its path as messages show it, the SHA-256 (hex) of its text, and all that is looked at in
    it, in the order of the text."""

    path: str
    digest: str
    text: str
    statements: tuple[StatementSeen, ...] = ()
    comparisons: tuple[ComparisonSeen, ...] = ()
    fallbacks: tuple[FallbackSeen, ...] = ()

    @property
    def key(self) -> object:
        return self.path, self.digest

    def plus(self, other: Self) -> Self:
        return replace(
            self,
            statements=_together((*self.statements, *other.statements)),
            comparisons=_together((*self.comparisons, *other.comparisons)),
            fallbacks=_together((*self.fallbacks, *other.fallbacks)),
        )


@dataclass(frozen=True, slots=True)
class PolicySeen:
    """One policy, known by main file and digest: the paths of its `files`, and how many customers it decided."""

    name: str
    version: str
    path: str
    digest: str
    files: tuple[str, ...]
    customers: Counts = NOBODY

    @property
    def key(self) -> object:
        return self.path, self.digest

    def plus(self, other: Self) -> Self:
        return replace(self, customers=self.customers + other.customers)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that was seen, policy by policy and file by file. What comes with the package isn't among it."""

    policies: tuple[PolicySeen, ...] = ()
    files: tuple[FileSeen, ...] = ()


def merged(*coverages: Coverage) -> Coverage:
    """What several saw of the same policies, or of different ones, added up."""
    policies = (policy for each in coverages for policy in each.policies)
    files = (file for each in coverages for file in each.files)
    return Coverage(_together(policies), _together(files))


class _AddsUp(Protocol):
    """What is seen at one place, which what others saw there can be added to."""

    @property
    def key(self) -> object: ...

    def plus(self, other: Self) -> Self: ...


Seen = TypeVar("Seen", bound=_AddsUp)


def _together(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    found: dict[object, Seen] = {}
    for each in seen:
        found[each.key] = found[each.key].plus(each) if each.key in found else each
    return tuple(found.values())


# ---------------------------------------------------------------- as JSON

VERSION = 1


def to_data(coverage: Coverage) -> dict[str, Any]:
    """Plain values (dicts, lists, text, whole numbers), all of it: `from_data` makes the same of them again."""
    return {"version": VERSION, **asdict(coverage)}


def from_data(data: Mapping[str, Any]) -> Coverage:
    """What `to_data` made plain values of. ValueError for those of another version."""
    if data.get("version") != VERSION:
        raise ValueError(f"coverage data of version {data.get('version')!r}; this reads version {VERSION}")
    policies = (PolicySeen(**{**_counted(each), "files": tuple(each["files"])}) for each in data["policies"])
    return Coverage(tuple(policies), tuple(_file(each) for each in data["files"]))


def _file(data: Mapping[str, Any]) -> FileSeen:
    return FileSeen(
        data["path"],
        data["digest"],
        data["text"],
        tuple(StatementSeen(**_counted(each)) for each in data["statements"]),
        tuple(ComparisonSeen(**_counted(each)) for each in data["comparisons"]),
        tuple(FallbackSeen(**_counted(each)) for each in data["fallbacks"]),
    )


def _counted(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values with counts and places as what they are."""
    return {name: _plain_to_own(name, value) for name, value in data.items()}


def _plain_to_own(name: str, value: Any) -> Any:
    if name == "place":
        return Place(**value)
    return Counts(**value) if isinstance(value, Mapping) else value
