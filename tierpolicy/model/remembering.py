"""What has room for things that are looked up in it, beside what it says."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self


class Remembering:
    """A base of slotted dataclasses. `looked_up` holds what was found in the object, by who looked; it is no field: it
    is not compared, shown, copied or pickled."""

    __slots__ = ("__weakref__", "looked_up")

    looked_up: dict[Hashable, Any]

    def __new__(cls, *given: object, **named: object) -> Self:
        made = object.__new__(cls)
        object.__setattr__(made, "looked_up", {})  # at once: threads that share the object share this too
        return made
