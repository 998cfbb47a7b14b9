"""What a policy speaks of: fields of the customer and the request, service attributes, parameters, defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from types import MappingProxyType
from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import Expr
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.source import Span

NO_SPELLINGS: Mapping[str, str] = MappingProxyType({})


class Direction(Enum):
    """Which values of an attribute are better for the customer."""

    MORE = "more is better"
    LESS = "less is better"
    NONE = "no direction"


MergeKind = Literal["sum", "max", "min", "latest", "first", "union"]


@frozen
class Merge:
    """How several records of one customer become one, for one field: `merge sum`, `merge latest by last_seen`.

    `by` names the date field of the customer that says which record is the latest; set for `latest` alone.
    """

    kind: MergeKind
    by: str | None = None


@frozen
class Field:
    """A fact about the customer, or (`of_request`) about the contact at hand.

    `low` and `high` are bounds, both included. `path` is where a record holds it: the column's name, or the
    keys of a path such as `account.tier`; the field's own name otherwise. `seconds_per_unit` is set by `in hours`:
    what one unit of a plain number means. `spellings` maps every other accepted spelling to its label.
    `merge` is for records of one customer that are made one; no decision reads it.
    `declared` is False for fields that the language declares (`current_tier`, `current_tier_since`).
    """

    name: str
    type: Type
    span: Span
    of_request: bool = False
    low: Known | None = None
    high: Known | None = None
    default: Value = MISSING
    required: bool = False
    key: bool = False
    path: tuple[str, ...] = ()
    seconds_per_unit: int | None = None
    earnable: bool = False
    need: bool = False
    protected: bool = False
    sensitive: bool = False
    description: str = ""
    spellings: Mapping[str, str] = field(default_factory=lambda: NO_SPELLINGS)
    declared: bool = True
    merge: Merge | None = None


@frozen
class Attribute:
    """A part of the service. `worst` is where grants start (language.md §2); MISSING exactly for directionless ones.

    `default` is set for directionless attributes. For a flag, MORE means that `yes` is better. `spellings` as in Field.
    """

    name: str
    type: Type
    span: Span
    direction: Direction
    worst: Value
    or_none: bool = False
    adds_up: bool = False
    low: Known | None = None
    high: Known | None = None
    default: Value = MISSING
    internal: bool = False
    description: str = ""


@frozen
class Parameter:
    """A value that the application may set at load. `value` is the one in force."""

    name: str
    type: Type
    span: Span
    value: Known
    declared_value: Known
    low: Known | None = None
    high: Known | None = None
    description: str = ""


@frozen
class Define:
    """A named condition (type flag) or value."""

    name: str
    type: Type
    span: Span
    expression: Expr
