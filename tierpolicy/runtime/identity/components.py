"""Links between records to groups of records: the connected components of a graph, each named by its first record.

The method is algorithm S of S. C. Liu and R. E. Tarjan, *Simple Concurrent Connected Components Algorithms*, ACM
Transactions on Parallel Computing 9(2), 2022: every record points to the smallest name that a link shows it, then
names are followed until nothing changes, and again. It takes O(log² n) rounds of whole-array steps, also along a chain
of links, and its result depends on the set of links alone, not on their order.
"""

from __future__ import annotations

import numpy as np

from tierpolicy.runtime.columns.cells import Values


def unlinked(records: int) -> Values:
    """The names of records before any link: each is a group by itself. int64, shape (records,)."""
    return np.arange(records, dtype=np.int64)


def joined(names: Values, left: Values, right: Values) -> Values:
    """The names once `left[i]` and `right[i]`, places of records, are one group for every i.

    `names` are as this function returns them: the place of the smallest record of the group, for every record.
    """
    names = names.copy()
    while True:
        one, other = names[left], names[right]
        apart = one != other
        if not apart.any():
            return names
        left, right = left[apart], right[apart]
        one, other = one[apart], other[apart]
        np.minimum.at(names, np.maximum(one, other), np.minimum(one, other))
        names = _followed(names)


def _followed(names: Values) -> Values:
    """Every record's name is the end of the chain of names that begins with its own."""
    while True:
        further = names[names]
        if np.array_equal(further, names):
            return names
        names = further
