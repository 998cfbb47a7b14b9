"""What expressions become in the solver: two-railed truths, and values with their two ways of not being there.

| type | sort of `Sym.value` |
|---|---|
| flag | Bool |
| integer, money, percent, duration | Int, in the units of model/values |
| number | Real, over-approximating binary64 (its operations are `Approximation`s) |
| date | Int: the proleptic ordinal (`date.toordinal`) |
| scale | Int: the rank of the label, worst first |
| choice | Int: the place of the label among the sorted labels |
| text | String |
| set | a tuple of Bool, one for each of the sorted labels |

Encodings may only ever allow too much (then a found record fails its replay and is refined or given up), never too
little: "there is none" is a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import z3

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.model.values import Value


@dataclass(frozen=True, slots=True)
class Rail:
    """A three-valued truth: never both; neither is unknown."""

    true: z3.BoolRef
    false: z3.BoolRef


@dataclass(frozen=True, slots=True)
class Sym:
    """A value. Where `missing` (not known) or `none` (not offered; attributes only) hold, `value` means nothing. It is
    a term, for a set a tuple of terms."""

    type: Type
    value: Any
    missing: z3.BoolRef
    none: z3.BoolRef


@dataclass(frozen=True, slots=True)
class Approximation:
    """An operation whose exact meaning the solver isn't told: bounds on `output` are among the facts.

    When a found record fails its replay, `meaning` at the model's values of `inputs` is told as one more fact.
    `reason` is what to say if that doesn't help: "rounding of numbers", "a calendar function", "a plugin's function",
    "a product of two facts", "a text function".
    """

    reason: str
    inputs: tuple[Sym, ...]
    output: Sym
    meaning: Callable[[tuple[Value, ...]], Value]
    rising: tuple[int, ...] = ()
    """For each input: 1 where the output never falls while it rises, -1 where it never rises; () is not known."""
    definition: Callable[[Workspace], Iterator[z3.BoolRef]] | None = None
    """The exact meaning as facts, where there is one that costs too much to tell it to goals that do without."""


@dataclass(slots=True)
class Workspace:
    """One Z3 context with what was told to it. `facts` grow while expressions are encoded; the solver takes them from
    where it left off. `named` gives every definition one literal, so that equal things are one thing."""

    context: z3.Context = field(default_factory=z3.Context)
    facts: list[z3.BoolRef] = field(default_factory=list)
    approximations: list[Approximation] = field(default_factory=list)
    names: dict[int, tuple[z3.ExprRef, z3.ExprRef]] = field(default_factory=dict)
    memory: dict[Hashable, Any] = field(default_factory=dict)
    """What the parts of the encoder keep: functions that stand for operations, facts that were told already."""
    counter: Iterator[int] = field(default_factory=lambda: iter(range(10**12)))

    def fresh(self, prefix: str, sort: z3.SortRef) -> z3.ExprRef:
        """A new constant."""
        return z3.Const(f"{prefix}!{next(self.counter)}", sort)

    def named(self, definition: z3.ExprRef, prefix: str = "t") -> z3.ExprRef:
        """A constant that equals the definition; the same one for the same definition. Small ones stay as they are."""
        if definition.num_args() == 0 or (z3.is_not(definition) and definition.arg(0).num_args() == 0):
            return definition
        known = self.names.get(definition.get_id())
        if known is None:
            name = self.fresh(prefix, definition.sort())
            self.facts.append(name == definition)
            known = self.names[definition.get_id()] = (definition, name)  # holding it keeps its id its own
        return known[1]


class Scope(Protocol):
    """Where an expression is read: one side of a goal."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def policy(self) -> Policy: ...

    def field(self, name: str) -> Sym: ...

    def attribute(self, name: str) -> Sym: ...

    def today(self) -> Sym: ...

    def condition(self, name: str) -> Rail:
        """The define of type flag with this name, encoded once for the side."""
        ...

    def define(self, name: str) -> Sym:
        """Any define with this name as a value, encoded once for the side."""
        ...
