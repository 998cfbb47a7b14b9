"""What is looked up in a policy once, however often it is asked for.

Policies are told apart by identity: comparing or hashing a whole policy would walk it. What was found lies with the
policy itself, so it goes when the policy goes, also where it refers to the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from tierpolicy.model.remembering import Remembering

H = TypeVar("H", bound=Remembering)
T = TypeVar("T")


def once(look_up: Callable[[H], T]) -> Callable[[H], T]:
    """The function, remembering what it gave for each policy by identity. Of threads that ask at the same time each may
    look it up; all get the same."""
    key: Hashable = look_up

    def known(held: H) -> T:
        found = held.looked_up
        try:
            kept: T = found[key]
        except KeyError:
            kept = found.setdefault(key, look_up(held))
        return kept

    known.__doc__ = look_up.__doc__
    return known
