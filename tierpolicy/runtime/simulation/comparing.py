"""One part of the service by two policies, for the same rows: who has more, who has less, who has something else.

Better and worse are those of `analysis.comparison.ways`, of values that stand there: where labels differ between the
policies they are compared by name, through labels that both know. A set that lacks anything of before is worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.comparing import equal, has
from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.saying import is_better
from tierpolicy.compile.columns.values import Vec, not_offered
from tierpolicy.model.types import Choice, Flag, Scale, SetOf
from tierpolicy.model.values import Known, NotOffered, Value
from tierpolicy.model.values import equal as equal_values
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.runtime.simulation.serving import groups_of
from tierpolicy.semantics.lattice import goodness

Way = Literal["better", "worse", "same", "different"]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the new value is better, worse, or another one that is neither; elsewhere it is the same."""

    better: Bools
    worse: Bools
    different: Bools


@dataclass(frozen=True, slots=True)
class Side:
    """An attribute of one policy, over some rows."""

    attribute: Attribute
    facts: Facts
    name: str

    @property
    def vec(self) -> Vec:
        return self.facts.of_attribute(self.name)


def ways_of(old: Side, new: Side) -> Ways:
    """How the values moved, of two attributes that can be compared."""
    kinds = (old.attribute.type, new.attribute.type)
    nowhere = np.zeros(old.facts.rows, np.bool_)
    if all(isinstance(kind, Scale | Choice | Flag) for kind in kinds):
        return _of_labels(old, new)
    if old.attribute.direction is Direction.NONE:
        return Ways(
            nowhere, nowhere, ~_same_sets(old, new) if isinstance(kinds[0], SetOf) else ~equal(old.vec, new.vec)
        )
    if isinstance(kinds[0], SetOf):
        gone, come = lost(old, new), lost(new, old)
        return Ways(come & ~gone, gone, nowhere)
    better = is_better(new.attribute, new.vec, old.vec)
    worse = is_better(new.attribute, old.vec, new.vec)
    return Ways(better, worse, nowhere)


# ---------------------------------------------------------------- labels


def pairs_of(old: Side, new: Side) -> Iterator[tuple[Known, Known, Bools]]:
    """Each pair of values that occurs, and where."""
    before, after = groups_of(old.name, old.facts), groups_of(new.name, new.facts)
    codes = before.codes.astype(np.int64) * len(after.values) + after.codes
    for code in np.unique(codes).tolist():
        one, other = divmod(code, len(after.values))
        yield _known(before.values[one]), _known(after.values[other]), codes == code


def _known(value: Value) -> Known:
    assert not isinstance(value, type(None))
    return value  # type: ignore[return-value]  # a decided attribute is never missing


def _of_labels(old: Side, new: Side) -> Ways:
    found: dict[Way, Bools] = {
        way: np.zeros(old.facts.rows, np.bool_) for way in ("better", "worse", "same", "different")
    }
    for one, other, where in pairs_of(old, new):
        found[way_between(old.attribute, new.attribute, one, other)] |= where
    return Ways(found["better"], found["worse"], found["different"])


def way_between(old: Attribute, new: Attribute, one: Known, other: Known) -> Way:
    """How one label moved to another."""
    if equal_values(one, other):
        return "same"
    if old.direction is Direction.NONE:
        return "different"
    if isinstance(one, NotOffered) or isinstance(other, NotOffered):
        return "better" if isinstance(one, NotOffered) else "worse"
    if old.type == new.type:
        return "better" if goodness(new, other) > goodness(new, one) else "worse"
    if _below(old, one, new, other):
        return "better"
    return "worse" if _below(new, other, old, one) else "different"


def _below(low: Attribute, one: Known, high: Attribute, other: Known) -> bool:
    """`one` is below `other` through a label that both attributes know: between the two, or one of them."""
    assert isinstance(low.type, Scale)
    assert isinstance(high.type, Scale)
    at, above = low.type.labels.index(one), high.type.labels.index(other)
    for label in low.type.labels:
        if label in high.type.labels:
            here, there = low.type.labels.index(label), high.type.labels.index(label)
            if at <= here and above >= there and (at < here or above > there):
                return True
    return False


# ---------------------------------------------------------------- sets


def held(side: Side, label: str) -> Bools:
    """Where a set holds a label; a set whose type doesn't know it never does."""
    assert isinstance(side.attribute.type, SetOf)
    if label not in side.attribute.type.labels:
        return np.zeros(side.facts.rows, np.bool_)
    found: Bools = has(side.vec, label).values
    return found


def labels_of(*sides: Side) -> tuple[str, ...]:
    """The labels of the sets' types, each once."""
    found: dict[str, None] = {}
    for side in sides:
        assert isinstance(side.attribute.type, SetOf)
        found.update(dict.fromkeys(side.attribute.type.labels))
    return tuple(found)


def lost(old: Side, new: Side) -> Bools:
    """Where the old set has something that the new one lacks; not being offered any set is less than `{}`."""
    found = np.zeros(old.facts.rows, np.bool_)
    for label in labels_of(old):
        found |= held(old, label) & ~held(new, label)
    before, after = not_offered(old.vec), not_offered(new.vec)
    if after is not None:
        found |= after if before is None else after & ~before
    return found


def _same_sets(old: Side, new: Side) -> Bools:
    return ~(lost(old, new) | lost(new, old))


def gone_bits(old: Side, new: Side) -> NDArray[np.uint64]:
    """What the old set has and the new one lacks, in the bits of the old one's type."""
    assert isinstance(old.attribute.type, SetOf)
    bits: NDArray[np.uint64] = old.vec.values.copy()
    for place, label in enumerate(old.attribute.type.labels):
        word, bit = divmod(place, 64)
        bits[held(new, label), word] &= np.uint64(~(1 << bit) & (2**64 - 1))
    return bits if old.vec.none is None else np.where((old.vec.none != 0)[:, None], np.uint64(0), bits)
