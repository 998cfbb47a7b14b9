"""Attributes that are sets: label by label, `(granted and not taken) or promised`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.data import Bools, Coded
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.saying import Said, none_of, of_clause
from tierpolicy.compile.columns.values import WORD, Vec, not_offered, sets_of, union, words_for
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known, NotOffered

FEW_LABELS: Final = 8
"""So few that every set has a code of its own."""

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Side:
    """Constant clauses by label (those that give it, take it away, promise it), where one of them is a set (of caps:
    is `none`), and the calculated ones."""

    labels: tuple[tuple[int, Ranked], ...]
    any: Ranked
    calculated: tuple[tuple[Clause, Ranked], ...]


@dataclass(frozen=True, slots=True)
class Union:
    """An attribute that is a set."""

    decided: Decided
    grants: Side
    caps: Side
    floors: Side

    def settle(self, answered: Answered, facts: Facts) -> Held:
        type_ = self.decided.attribute.type
        assert isinstance(type_, SetOf)
        bits = np.zeros((facts.rows, words_for(type_)), dtype=np.uint64)
        none: Bools | None = None
        if isinstance(self.decided.start, NotOffered):
            none = np.ones(facts.rows, dtype=bool)
        elif isinstance(self.decided.start, frozenset):
            for label in self.decided.start:
                _set(bits, type_.labels.index(label), np.ones(facts.rows, dtype=bool))
        bits, none = self._joined(self.grants, bits, none, answered, facts)
        bits, none = self._capped(bits, none, answered, facts)
        bits, none = self._joined(self.floors, bits, none, answered, facts)
        form = None if none is None else np.where(none, np.int8(_code(self.decided)), np.int8(0))
        vec = Vec(type_, bits, None, form)
        return Held(_answer(vec, self.decided), lambda: vec)

    def _joined(
        self, side: Side, bits: Bits, none: Bools | None, answered: Answered, facts: Facts
    ) -> tuple[Bits, Bools | None]:
        """The union with what is given or promised; that is offered, even where it is empty."""
        for label, ranked in side.labels:
            holds = ranked.holds(answered, facts.rows)
            if holds is not None:
                _set(bits, label, holds)
        given = side.any.holds(answered, facts.rows)
        if none is not None and given is not None:
            none = none & ~given
        for said in self._said(side, answered, facts):
            counts = _offered(said)
            bits |= np.where(counts[:, None], said.what.values, np.uint64(0))
            none = None if none is None else none & ~counts
        return bits, none

    def _capped(self, bits: Bits, none: Bools | None, answered: Answered, facts: Facts) -> tuple[Bits, Bools | None]:
        for label, ranked in self.caps.labels:
            holds = ranked.holds(answered, facts.rows)
            if holds is not None:
                bits[:, label // WORD] &= ~np.where(holds, np.uint64(1 << label % WORD), np.uint64(0))
        none = union(none, self.caps.any.holds(answered, facts.rows))
        for (clause, _), said in zip(self.caps.calculated, self._each(self.caps, answered, facts), strict=True):
            if said is None:
                continue
            counts, values = _offered(said), said.what.values
            bits &= ~np.where(counts[:, None], values if clause.kind == "without" else ~values, np.uint64(0))
            if clause.kind != "without" and said.what.none is not None:
                none = union(none, said.where & (said.what.none != 0))
        if none is not None:
            bits[none] = 0
        return bits, none

    def _each(self, side: Side, answered: Answered, facts: Facts) -> list[Said | None]:
        attribute = self.decided.attribute
        return [of_clause(clause, truth, attribute, answered, facts) for clause, truth in side.calculated]

    def _said(self, side: Side, answered: Answered, facts: Facts) -> Iterable[Said]:
        return [said for said in self._each(side, answered, facts) if said is not None]


def _offered(said: Said) -> Bools:
    """Where a set is said, and not `none`."""
    nothing = not_offered(said.what)
    return said.where if nothing is None else said.where & ~nothing


def _set(bits: Bits, label: int, where: Bools) -> None:
    bits[:, label // WORD] |= where.astype(np.uint64) << np.uint64(label % WORD)


def _code(decided: Decided) -> int:
    return 1 if none_of(decided.attribute) is NotOffered.ABOVE else -1


def _answer(vec: Vec, decided: Decided) -> Coded:
    type_ = vec.type
    assert isinstance(type_, SetOf)
    if len(type_.labels) <= FEW_LABELS:
        values: tuple[Known, ...] = tuple(every_set(type_))
        codes = vec.values[:, 0].astype(np.uint8)
    else:
        distinct, codes = _distinct(vec.values)
        values = tuple(sets_of(distinct, type_))
    if vec.none is not None:
        codes = np.where(vec.none != 0, len(values), codes).astype(np.uint16 if len(values) < 0x10000 else np.uint32)
        values = (*values, none_of(decided.attribute))
    return Coded(codes, values)


def _distinct(bits: Bits) -> tuple[Bits, NDArray[np.unsignedinteger]]:
    """The sets that occur, and for every row the place of its own."""
    if bits.shape[1] == 1:
        found, codes = np.unique(bits[:, 0], return_inverse=True)
        return found.reshape(-1, 1), codes.reshape(-1).astype(np.uint32)
    found, codes = np.unique(bits, axis=0, return_inverse=True)
    return found, codes.reshape(-1).astype(np.uint32)


_EVERY_SET: dict[SetOf, tuple[frozenset[str], ...]] = {}


def every_set(type_: SetOf) -> tuple[frozenset[str], ...]:
    """All sets of a type with few labels, by their bits."""
    if type_ not in _EVERY_SET:
        bits = np.arange(1 << len(type_.labels), dtype=np.uint64).reshape(-1, 1)
        _EVERY_SET[type_] = tuple(sets_of(bits, type_))
    return _EVERY_SET[type_]


def union_of(decided: Decided, asking: Asking) -> Union:
    """The plan of an attribute that is a set."""
    type_ = decided.attribute.type
    assert isinstance(type_, SetOf)
    everything = frozenset(type_.labels)

    def side(clauses: tuple[Clause, ...], caps: bool) -> Side:
        by_label: dict[str, list[tuple[int, int]]] = {}
        for clause in clauses:
            if isinstance(clause.value, frozenset):
                takes = everything - clause.value if caps and clause.kind != "without" else clause.value
                for label in sorted(takes):
                    by_label.setdefault(label, []).append((clause.condition, 1))
        counting = [
            (clause.condition, 1)
            for clause in clauses
            if clause.value is not None
            and clause.kind != "without"
            and isinstance(clause.value, NotOffered if caps else frozenset)
        ]
        return Side(
            tuple((type_.labels.index(label), asking.ranked(pairs, 0)) for label, pairs in by_label.items()),
            asking.ranked(counting if decided.attribute.or_none else [], 0),
            tuple((clause, asking.truth(clause.condition)) for clause in clauses if clause.value is None),
        )

    return Union(decided, side(decided.grants, False), side(decided.caps, True), side(decided.floors, False))
