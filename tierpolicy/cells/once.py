"""What is looked up in a policy once, however often it is asked for.

Policies are told apart by identity: comparing or hashing a whole policy would walk it. Those that were asked of last
are kept, with what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

H = TypeVar("H")
T = TypeVar("T")

MOST_KEPT = 64


class _Same(Generic[H]):
    """Something as a key, equal to itself alone; holding it keeps its id its own."""

    __slots__ = ("held",)

    def __init__(self, held: H) -> None:
        self.held = held

    def __hash__(self) -> int:
        return id(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.held is self.held


def once(look_up: Callable[[H], T]) -> Callable[[H], T]:
    """The function, remembering what it gave for each policy (or other thing) by identity."""

    @lru_cache(maxsize=MOST_KEPT)
    def kept(key: _Same[H]) -> T:
        return look_up(key.held)

    def known(held: H) -> T:
        return kept(_Same(held))

    known.__doc__ = look_up.__doc__
    return known
