"""What simulating a policy on a customer base gives: counts of customers, never customers, but for examples asked for.

Values are those of model/values (money in hundredths, durations in seconds, percent in hundredths of a percent); an
`Amount` is a value or a sum of values of an ordered type, exact: a whole number, of type `number` a fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.model.values import Known, Value
from tierpolicy.model.vocabulary import Attribute

Amount = int | Fraction
Kind = Literal["rule", "tier", "row", "limit", "baseline", "cost"]
Verdict = Literal["holds", "missed", "not measured"]


# ---------------------------------------------------------------- who gets what


@dataclass(frozen=True, slots=True)
class Load:
    """What a field of the customers adds up to; `unknown` of them have no value of it."""

    total: Amount
    unknown: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers have a value (MISSING: none is known). `load` where a field to add up was named."""

    value: Value
    customers: int
    load: Load | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Every label of a scale or flag, best first; of a choice as declared; texts of the policy, most common first.
    `others` are customers with texts of their own, that the policy's text doesn't hold."""

    counts: tuple[Count, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Elements:
    """For each label of a set the customers whose set holds it; `nothing` are those with the empty set."""

    counts: tuple[Count, ...]
    nothing: int


@dataclass(frozen=True, slots=True)
class Band:
    """Customers with `low` <= value < `high`; where the two are equal, with that value. None: open."""

    low: Known | None
    high: Known | None
    customers: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """The least value that `percent` of the known values lie at or below."""

    percent: int
    value: Known


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers, money, percentages, durations and dates. `known` customers have a value, `none` are not offered one.

    `total` is the exact sum (None for dates). With `exact` False there were so many different values that they were
    counted by their first three digits, about: quantiles and bands are then a thousandth off at most.
    """

    known: int
    none: int
    total: Amount | None
    quantiles: tuple[Quantile, ...]
    bands: tuple[Band, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service. `raised` customers have more than rules and limits left them, by a baseline; `lowered`
    have less than rules gave them, by a limit (both 0 without direction)."""

    attribute: Attribute
    values: Labels | Elements | Amounts
    raised: int
    lowered: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and how many customers it counts for. Of `unknown` customers too little is known to say. `moved` are
    those whom a limit lowered or a baseline raised; None for what does neither. `line` is that of what it says
    first; where it is behind a change, of what it says of that."""

    kind: Kind
    name: str
    title: str
    path: str
    line: int
    customers: int
    unknown: int
    moved: int | None = None


# ---------------------------------------------------------------- cost, value, distance


@dataclass(frozen=True, slots=True)
class CostOf:
    """One `cost` statement: the customers that it counts for, those of whom that or its value isn't known, the sum."""

    statement: Statement
    total: int


@dataclass(frozen=True, slots=True)
class CostGroup:
    """The cost of the customers with one value of `Costs.by`; `unknown` have a cost that isn't known."""

    value: Value
    customers: int
    total: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What the service costs, in hundredths of the currency. A customer of whom some cost isn't known is among
    `unknown`; `total` is what is known. `by` names the attribute or field of `groups`, '' without."""

    total: int
    unknown: int
    statements: tuple[CostOf, ...]
    by: str
    groups: tuple[CostGroup, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A field of the customers against a part of the service: in `counts`, a row for each band of the field, a column
    for each of `levels` (best first). `unknown` has the customers without a value, by level."""

    field: str
    type: Type
    attribute: str
    levels: tuple[Known, ...]
    bands: tuple[Band, ...]
    counts: tuple[tuple[int, ...], ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Customers who get more with a raise of at most `up_to` (bands add up: the last has all who ever do)."""

    up_to: Known
    customers: int


@dataclass(frozen=True, slots=True)
class Distance:
    """How far customers are from a better `attribute` by raising `field` alone.

    `best` have the best already, `never` get no more however far they raise it, of `unknown` the field isn't known.
    `by_level` has the customers who can, by what they have now. `reason` says why it wasn't measured, '' where it was.
    """

    attribute: str
    field: str
    type: Type
    reaches: tuple[Reach, ...]
    best: int
    never: int
    unknown: int
    by_level: tuple[Count, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A property of the base, measured; `message` is the finding in one sentence, `help` what to know of it."""

    name: str
    verdict: Verdict
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a policy comes to on a customer base, as of a day.

    `broken` rows couldn't be read whole; `with_problems` had problems of any kind, `problems` by field, attribute or
    statement, the most common first. For `open` customers missing data (of theirs, not of the contact at hand) leaves
    some statement unknown. `counted` names the attribute that a summary counts (the tier, where there is one), `pool`
    the attribute that says who serves them, `load_by` the field that `Count.load` adds up ('' each, where there is
    none). `without_column` are the fields that decide something and that the base has no column for.
    """

    policy: Policy
    base: str
    as_of: date
    customers: int
    broken: int
    with_problems: int
    problems: Mapping[str, int]
    open: int
    parts: tuple[Part, ...]
    statements: tuple[Statement, ...]
    counted: str
    pool: str
    load_by: str
    costs: Costs | None
    claims: tuple[Claim, ...]
    crossing: Crossing | None
    distances: tuple[Distance, ...]
    notes: tuple[str, ...] = ()
    without_column: tuple[str, ...] = ()


# ---------------------------------------------------------------- two policies


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who have `old` by one policy and `new` by the other (the two may be equal)."""

    old: Known
    new: Known
    customers: int


@dataclass(frozen=True, slots=True)
class Blame:
    """A statement behind somebody being worse off: a limit of the `new` policy that lowers them, or what gave them more
    in the `old` one and doesn't any longer. Several may be behind one customer."""

    side: Literal["old", "new"]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the service by both policies. Exactly one of `better`, `worse`, `same`, `different` counts each
    customer; `different` is another value, neither better nor worse. `matrix` for labels and flags; for
    sets: by label the customers who `gained` and `lost` it; `totals` (old, new) for amounts, with what the better off
    gain and the worse off lose together. `blames` has the statements behind those who are worse off, `untraced` how
    many of these have none. `not_compared` says why values can't be compared ('' where they are).
    """

    attribute: str
    old: Attribute
    new: Attribute
    better: int
    worse: int
    same: int
    different: int
    matrix: tuple[Move, ...] = ()
    gained: tuple[Count, ...] = ()
    lost: tuple[Count, ...] = ()
    totals: tuple[Amount, Amount] | None = None
    gain: Amount = 0
    loss: Amount = 0
    blames: tuple[Blame, ...] = ()
    untraced: int = 0
    not_compared: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one customer loses: a value by the old and the new policy, and the names of the statements behind it."""

    attribute: str
    old: Known
    new: Known
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A customer who is worse off: the number of the row in the base, and the keys as it has them, without those
    that it lacks (`keys` of fields that are `sensitive` are masked)."""

    row: int
    keys: Mapping[str, str]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """What two policies decide for one customer base, as of a day.

    Each customer is counted once: `better` (in some part better, in none worse), `worse`, `mixed` (both), `different`
    (only other values, neither better nor worse) or `same`. `changes` has the parts that both offer, `no_longer` and
    `newly` the names of those that only the old, only the new one offers. `examples` are as many as were asked for.
    """

    old: Policy
    new: Policy
    base: str
    as_of: date
    customers: int
    broken: int
    better: int
    worse: int
    mixed: int
    different: int
    same: int
    changes: tuple[Change, ...]
    no_longer: tuple[str, ...]
    newly: tuple[str, ...]
    examples: tuple[Example, ...]
    costs: tuple[Costs, Costs] | None
    notes: tuple[str, ...] = ()

    @property
    def nobody_worse(self) -> bool:
        """True where nobody on the base is worse off, and everything that was offered still is."""
        compared = not any(change.not_compared or change.different for change in self.changes)
        return compared and not (self.worse or self.mixed or self.no_longer)
