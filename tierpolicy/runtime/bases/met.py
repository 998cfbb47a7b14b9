"""What is wrong with the rows of a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tierpolicy.runtime.bases.reading import Fields
from tierpolicy.semantics.outcome import Problem

if TYPE_CHECKING:
    from tierpolicy.runtime.engine import Policy


@dataclass(frozen=True, slots=True)
class Telling:
    """What problems are told with."""

    policy: Policy
    fields: Fields
    as_of: date
    request: object


@dataclass(frozen=True, slots=True)
class Met:
    """The problems of each row that has any, by its place in the batch; `unreadable` are the rows in which something
    couldn't be read, and not only decided as it was meant."""

    problems: Mapping[int, tuple[Problem, ...]]
    unreadable: Collection[int]
