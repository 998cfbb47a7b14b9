"""The typed policy: what `check` makes and every later part reads. Immutable; sugar is gone.

Tiers have become rules (and the attribute `tier`), tables and matrices have become rules that know their table, label
spellings have moved to their fields, `today`-free dates stand on the statements. What stays from the text is what
people are shown: names, titles, `because`, `source`, spans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import Expr
from tierpolicy.model.remembering import Remembering
from tierpolicy.model.values import Value
from tierpolicy.model.vocabulary import Attribute, Define, Field, Parameter
from tierpolicy.source import Source, Span


@frozen
class Origin:
    """Where a statement stands and what it says of itself.

    `name` is unique among statements: the head's name, `line 12` (with the file, `other.tier line 12`, where it isn't
    the main file) for a rule without a head, `pool row 3` for a table row, `tier gold` for a tier. `title` is ''
    where none was given.
    """

    name: str
    title: str
    span: Span
    because: str = ""
    source: str = ""


@frozen
class InForce:
    """The days on which a statement stands, both ends included; outside them it is false."""

    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


ALWAYS = InForce()


@frozen
class Grant:
    """A value that a rule gives to an attribute; the expression has the attribute's type."""

    attribute: str
    value: Expr
    span: Span


@frozen
class Rule:
    """A grant to whoever the condition is true of.

    `group` is what an `overrides` names: the rule's own name, its table's name, or `tier gold`. `overrides` are groups:
    where this rule is true, what they give to the directionless attributes that this rule also gives is left out.
    A row of a `first match` table counts only after the rows above it: see `Table`. `condition` is the row's own,
    without the rows above; `otherwise` marks the last row that counts where none above does (its condition is TRUE).
    """

    origin: Origin
    condition: Expr
    grants: tuple[Grant, ...]
    group: str
    overrides: tuple[str, ...] = ()
    in_force: InForce = ALWAYS
    kind: Literal["rule", "tier", "row"] = "rule"
    otherwise: bool = False


@frozen
class Table:
    """A table or matrix; `rows` index `Policy.rules`, in order. With `first_match`, order matters inside it.

    All rows share one `in_force`, equal to `Rule.in_force` of each.
    """

    origin: Origin
    rows: tuple[int, ...]
    first_match: bool = False
    complete: bool = False
    in_force: InForce = ALWAYS


CapKind = Literal["value", "within", "without"]


@frozen
class Cap:
    """What a limit does to an attribute: not better than `value`; `within` / `without` that set."""

    attribute: str
    kind: CapKind
    value: Expr
    span: Span


@frozen
class Limit:
    origin: Origin
    condition: Expr
    caps: tuple[Cap, ...]
    in_force: InForce = ALWAYS


@frozen
class Floor:
    """What a baseline promises: not worse than `value` (for sets: all of its elements)."""

    attribute: str
    value: Expr
    span: Span


@frozen
class Baseline:
    origin: Origin
    condition: Expr
    floors: tuple[Floor, ...]
    in_force: InForce = ALWAYS


# ---------------------------------------------------------------- claims (language.md §7)


@frozen
class Always:
    """Refuted where `condition` is true and `implied` is not; with `implied` None, where `condition` is not true."""

    condition: Expr
    implied: Expr | None


@frozen
class Never:
    condition: Expr


@frozen
class NeverLowers:
    """More (or less) of a field never lowers any of the attributes."""

    direction: Literal["more", "less"]
    field: str
    attributes: tuple[str, ...]


@frozen
class NeverDependsOn:
    attributes: tuple[str, ...]
    field: str


@frozen
class EqualTreatment:
    """Customers equal in `names` (fields or decided attributes) get equal `attributes`."""

    names: tuple[str, ...]
    attributes: tuple[str, ...]


@frozen
class Share:
    """At most (at least) `share` (hundredths of a percent) of a customer base meets the condition."""

    op: Literal["at most", "at least"]
    share: int
    condition: Expr


@frozen
class Total:
    """The sum of `expression` over a customer base is at most (at least) `bound`, a constant of its type."""

    op: Literal["at most", "at least"]
    expression: Expr
    bound: Expr


Claim = Always | Never | NeverLowers | NeverDependsOn | EqualTreatment | Share | Total


@frozen
class Property:
    origin: Origin
    claim: Claim
    where: Expr | None = None


@frozen
class Assumption:
    origin: Origin
    condition: Expr


@frozen
class Example:
    """`given` holds typed values by field name (MISSING where said so); each of `expects` must be true.

    A `case` is a row of a `cases` table; its name is what its `case` cell says, else `urgent row 3`.
    """

    origin: Origin
    given: Mapping[str, Value]
    expects: tuple[Expr, ...]
    as_of: date
    kind: Literal["example", "case"] = "example"


@frozen
class Reminder:
    """Said where an attribute (with a direction) gets better by raising one earnable amount by at most `share`
    (hundredths of a percent) of what it would then be, and `condition` is true. The origin's title is what is said."""

    origin: Origin
    attribute: str
    share: int
    condition: Expr


# ---------------------------------------------------------------- what stands beside the decisions


@frozen
class Cost:
    """What serving a customer costs the company, as far as this statement says: `value` (money) where `condition` is
    true of the customer and of what was decided. No decision reads a cost."""

    origin: Origin
    condition: Expr
    value: Expr
    in_force: InForce = ALWAYS


@frozen
class Threshold:
    """The bound that `field in top 10%` (`side`, with `share` in hundredths of a percent) stands for.

    Measured on a customer base of `customers` records, `known` of them with a value, `as_of` a day; `data` and
    `digest` say which. `value` is MISSING only in a policy that was loaded to be calibrated. `asked` is where the
    policy first asks for it, `span` where the calibration file says it.
    """

    field: str
    side: Literal["top", "bottom"]
    share: int
    value: Value
    asked: Span
    span: Span | None = None
    as_of: date | None = None
    customers: int = 0
    known: int = 0
    data: str = ""
    digest: str = ""


Organization = Literal["business", "government", "charity", "monopoly"]


@dataclass(frozen=True, slots=True, repr=False)
class Policy(Remembering):
    """A whole policy. Mappings are read-only and keep the order of the text.

    `order` lists every attribute so that each comes after the decided attributes that its statements read.
    `effective_from`/`effective_until`: None is open. `digest` is the SHA-256 (hex) of the sources and the
    parameters' values. `head` is where the policy names itself; None where it doesn't.
    """

    name: str
    version: str
    effective_from: date | None
    effective_until: date | None
    currency: str
    organization: Organization
    fields: Mapping[str, Field]
    attributes: Mapping[str, Attribute]
    parameters: Mapping[str, Parameter]
    defines: Mapping[str, Define]
    rules: tuple[Rule, ...]
    tables: tuple[Table, ...]
    limits: tuple[Limit, ...]
    baselines: tuple[Baseline, ...]
    properties: tuple[Property, ...]
    assumptions: tuple[Assumption, ...]
    examples: tuple[Example, ...]
    order: tuple[str, ...]
    sources: tuple[Source, ...]
    digest: str
    head: Span | None = None
    reminders: tuple[Reminder, ...] = ()
    costs: tuple[Cost, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def __repr__(self) -> str:
        days = f"effective_from={self.effective_from}, effective_until={self.effective_until}"
        return f"Policy({self.name!r}, version={self.version!r}, {days}, digest={self.digest!r})"
