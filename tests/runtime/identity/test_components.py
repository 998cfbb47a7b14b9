"""Links to groups: the connected components, whatever the order of the links."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tierpolicy.runtime.identity.components import joined, unlinked

LINKS = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40)


def by_hand(records: int, links: list[tuple[int, int]]) -> list[int]:
    """The smallest record that links lead to, by walking."""
    beside: dict[int, set[int]] = {}
    for one, other in links:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    found = [-1] * records
    for start in range(records):
        waiting = [start] if found[start] < 0 else []
        while waiting:
            at = waiting.pop()
            if found[at] < 0:
                found[at] = start
                waiting += beside.get(at, ())
    return found


def names(records: int, links: list[tuple[int, int]]) -> list[int]:
    left, right = np.array(links, np.int64).reshape(-1, 2).T
    return joined(unlinked(records), left, right).tolist()


@given(LINKS, st.randoms(use_true_random=False))
def test_components_are_those_that_walking_finds(links: list[tuple[int, int]], random: object) -> None:
    found = names(30, links)
    assert found == by_hand(30, links)
    shuffled = [pair[::-1] for pair in links]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert names(30, shuffled) == found


@given(LINKS, LINKS)
def test_links_may_come_in_parts(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    left, right = np.array(second, np.int64).reshape(-1, 2).T
    then = joined(np.array(names(30, first)), left, right)
    assert then.tolist() == by_hand(30, [*first, *second])


def test_a_long_chain_is_one_group() -> None:
    order = np.random.default_rng(7).permutation(100_000)
    assert not joined(unlinked(100_000), order[:-1], order[1:]).any()


def test_a_star_is_one_group() -> None:
    leaves = np.arange(1, 10_001)
    centre = np.full(10_000, 10_000)
    assert joined(unlinked(10_001), leaves - 1, centre).tolist() == [0] * 10_001
