"""What applications hold of a policy: all of its versions, ready to decide.

A `Policy` never changes once it is made: it may be shared between threads, and pickled to worker processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tierpolicy.check.versions import version_for
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import equal
from tierpolicy.runtime.collector import collector_resting
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.deciding import Deciding, Evaluate, any_reading, deciding
from tierpolicy.runtime.decision import Decision, Source, decision_of, source_of
from tierpolicy.runtime.errors import RecordError
from tierpolicy.runtime.pickling import frozen, thawed
from tierpolicy.runtime.plan import Plan, plan_of
from tierpolicy.runtime.values import PythonValue
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.formula import granted, limited
from tierpolicy.semantics.index import Index, index_of
from tierpolicy.semantics.outcome import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tierpolicy.runtime.next_steps import NextSteps

A = TypeVar("A")


class Policy:
    """A policy with all of its versions. `tierpolicy.load` makes one.

    `diagnostics` are the warnings and notes of checking it.
    """

    __slots__ = ("__dict__", "_decide", "diagnostics", "versions")

    versions: tuple[TypedPolicy, ...]
    diagnostics: tuple[Diagnostic, ...]
    _decide: Evaluate

    def __init__(self, versions: tuple[TypedPolicy, ...], diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        if not versions:
            raise ValueError("a policy has at least one version")
        object.__setattr__(self, "versions", versions)
        object.__setattr__(self, "diagnostics", diagnostics)
        object.__setattr__(self, "_decide", self._first)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a policy never changes: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a policy never changes: {name} can't be deleted")

    def __repr__(self) -> str:
        versions = ", ".join(version.version for version in self.versions)
        return f"Policy({self.name!r}, versions: {versions or 'one'})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (tuple(thawed(version) for version in self.versions), self.diagnostics)

    @property
    def name(self) -> str:
        return self.versions[0].name

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        """What deciding looks up in each version, by the version's digest."""
        return {version.digest: index_of(version) for version in self.versions}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {version.digest: source_of(version) for version in self.versions}

    def diagnostics_text(self) -> str:
        """`diagnostics` in words, with their places in the text, as `check` shows them."""
        from tierpolicy.diagnostics.render import render  # loaded where there is something to say

        sources = {source.path: source for version in self.versions for source in version.sources}
        return render(self.diagnostics, sources.values())

    def version_on(self, as_of: date) -> TypedPolicy:
        """The version that decides on a day: the one in effect, else the nearest."""
        return version_for(self.versions, as_of)[0]

    def evaluate(
        self,
        record: object,
        request: object = None,
        as_of: date | None = None,
        *,
        strict: bool = False,
    ) -> Decision:
        """The service of one customer.

        `record` is a mapping, a dataclass, a pydantic model or any object with attributes; `request`, the same, holds
        what is known of the contact at hand. `as_of` is the day to decide for (of a datetime its day), today where it
        is left out. The decision maps each service attribute to its value: money is a Decimal with two digits,
        percentages are Decimal fractions, durations timedelta, sets frozenset, labels and text str, `none` is None.

        Nothing that a record holds raises, unless `strict` is true: then a decision with problems raises `RecordError`.
        TypeError for an `as_of` that is no date.
        """
        decision = self._decide(record, request, as_of)
        if strict and decision.problems:
            raise RecordError(decision.problems)
        return decision

    def evaluate_all(
        self,
        frame: Any,
        *,
        request: object = None,
        as_of: date | None = None,
        notes: bool = False,
        threads: int | None = None,
    ) -> Any:
        """The service of every customer in a frame, one a row: what `evaluate` gives for each.

        `frame` is a pandas or Polars data frame, a Polars lazy frame, a pyarrow table, batch or reader, or a DuckDB
        relation; the same kind comes back, the same rows in the same order, with a column for each service attribute.
        The types of the columns depend on the policy alone, not on what the frame holds.
        `request` holds for all rows; what it lacks is looked up in the frame. `as_of` is the day for all rows, today
        where it is left out. With `notes` there are two columns more, `problems` and `undetermined`, lists of text: for
        each row the messages of its problems, and the names of the statements that missing data left open.
        So many `threads` share the rows, as many as there are cores where nothing is said.

        Nothing that a frame holds raises. TypeError for what is no such frame, and for an `as_of` that is no date.
        ValueError for `threads` below 1, and with `notes` where the policy has an attribute called `problems` or
        `undetermined`. ImportError without the extra `data`.
        """
        from tierpolicy.runtime.columns import evaluated

        return evaluated(self, frame, request, day_of(as_of), notes, threads)

    def sql(
        self,
        dialect: str,
        table: str = "customers",
        as_of: date | None = None,
        *,
        as_of_column: str = "",
        sets: Literal["array", "text"] | None = None,
        without: Iterable[str] = (),
        internal: bool = False,
        materialize: tuple[Literal["view", "table"], str] | None = None,
    ) -> str:
        """The policy as one SQL statement, which decides for every row of a table what `evaluate` decides.

        `dialect`: `duckdb`, `postgres`, `spark`, `databricks`, `bigquery`, `snowflake`, `redshift`, `mysql`, `tsql`.
        `table` is a name of that database, or a dbt expression such as `{{ ref('customers') }}`. The day is `as_of`,
        today where it is left out, or for each row what its `as_of_column` holds. `sets` says how the table holds sets;
        `without` names fields that it has no column for. With `materialize` the statement makes a view or a table.

        NotInSql, with every statement that stands in the way, where the dialect can't say the policy whole. ValueError
        for a dialect, table or field that isn't known. ImportError without the extra `data`.
        """
        from tierpolicy.runtime.sql import statement_of

        options: Any = {"sets": sets, "without": without, "internal": internal, "materialize": materialize}
        return statement_of(self, dialect, table, as_of, as_of_column=as_of_column, **options).text

    @cached_property
    def _prepared(self) -> dict[str, Any]:
        """What decides for columns, by the version's digest, once it was asked for."""
        return {}

    def evaluate_row(
        self,
        record: object,
        request: object,
        as_of: date,
        *,
        from_text: bool = False,
        problems: tuple[Problem, ...] = (),
    ) -> tuple[Decision, tuple[str, ...]]:
        """`evaluate` for a row of a file, and the attributes that a baseline raised; for this package's own use.

        With `from_text` all cells are text, as in CSV; `problems` were met in reading the row.
        """
        typed = self.version_on(as_of)
        reading = any_reading(record, request, typed, as_of, from_text=from_text, problems=problems)
        deliberation = deliberate(typed, reading, as_of, self._indexes[typed.digest])
        decision = decision_of(outcome_of(deliberation, reading), self._sources[typed.digest], as_of, reading)
        return decision, _raised(deliberation)

    def next_steps(self, record: object, target: str, request: object = None, as_of: date | None = None) -> NextSteps:
        """The least raises of what the customer can earn that reach a target, such as `tier = gold`.

        The target is a condition in the words of the policy. TargetError (a ValueError) where it is none.
        """
        return self.next_steps_from(self.evaluate(record, request, as_of), target)

    def next_steps_from(self, decision: Decision, target: str) -> NextSteps:
        """The same for a decision of this policy that is at hand; for this package's own use."""
        from tierpolicy.runtime.next_steps import next_steps_of

        return next_steps_of(decision.typed_policy, decision.reading, decision.as_of, target)

    def evaluator(self, *, trusted: bool = False) -> Callable[..., Mapping[str, PythonValue]]:
        """`evaluate` as a function of its own: `(record, request=None, as_of=None)`.

        With `trusted`, for records that are known to be well typed: a `dict` with the policy's fields, each in the
        ordinary Python type of its kind and within bounds, labels as they are spelled. A field that is None or not
        there is missing, as in `evaluate`; it is quickest where all are there. The answer is a new `dict` of the
        service attributes, the internal ones left out, with the values that `evaluate` gives. Nothing is checked, and
        no problems are told: a record (or an `as_of`) that is not like that may get any answer, or raise anything.
        """
        return _any_version(self.versions, [each.trusting for each in self._compiled]) if trusted else self.evaluate

    def plan(self) -> Plan:
        """How each version decides, with what was measured to choose it; `str(plan)` says it in words."""
        made = self._prepared
        plans = (plan_of(each.normal, each.chosen, made.get(each.normal.policy.digest)) for each in self._compiled)
        return Plan(tuple(plans))

    @cached_property
    def _compiled(self) -> tuple[Deciding, ...]:
        """The versions, compiled."""
        with collector_resting():
            return tuple(deciding(version) for version in self.versions)

    def compiled(self) -> Policy:
        """The policy itself, with all done that takes long before the first decision. `load` calls it; in another
        process, which a policy reaches as its versions alone, the first decision does."""
        decide = _any_version(self.versions, [each.function for each in self._compiled])
        object.__setattr__(self, "_decide", decide)
        return self

    def _first(self, record: object, request: object, as_of: date | None) -> Decision:
        """The first decision, which has to wait for compiling."""
        return self.compiled()._decide(record, request, as_of)

    @cached_property
    def Customer(self) -> type[BaseModel]:
        """The customer's fields in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import customer_model

        return customer_model(self.versions[-1])

    @cached_property
    def Request(self) -> type[BaseModel]:
        """The fields of the contact at hand in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import request_model

        return request_model(self.versions[-1])

    @cached_property
    def Service(self) -> type[BaseModel]:
        """The service attributes in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import service_model

        return service_model(self.versions[-1])


def _any_version(versions: tuple[TypedPolicy, ...], functions: list[Callable[..., A]]) -> Callable[..., A]:
    """What decides by the version that is in effect on the day."""
    if len(functions) == 1:
        return functions[0]
    by_version = {id(version): function for version, function in zip(versions, functions, strict=True)}

    def decide(record: object, request: object = None, as_of: date | None = None) -> A:
        day = day_of(as_of)
        return by_version[id(version_for(versions, day)[0])](record, request, day)

    return decide


def _raised(deliberation: Deliberation) -> tuple[str, ...]:
    """The parts of the service that a baseline made better than rules and limits left them."""
    decided = deliberation.situation.decided
    found = []
    for name, attribute in deliberation.policy.attributes.items():
        parts = deliberation.parts[name]
        if parts.floors and not attribute.internal:
            unaided = limited(attribute, granted(attribute, parts, []), parts)
            if not equal(unaided, decided[name]):
                found.append(name)
    return tuple(found)


def _restored(versions: tuple[TypedPolicy, ...], diagnostics: tuple[Diagnostic, ...]) -> Policy:
    return Policy(tuple(frozen(version) for version in versions), diagnostics)
