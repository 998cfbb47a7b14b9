"""Hypothesis strategies made from a policy: customers as applications hold them, pairs that differ in one field, days.

A customer is drawn by few choices, each of them a whole number whose least value is the plainest: nothing known, then
ordinary values, then those around the policy's literals. So what Hypothesis shrinks to is an ordinary record. Most are
aimed at a statement (`ways`), as in `sampling`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from tierpolicy.cells.line import place_of
from tierpolicy.cells.once import once
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import MISSING, Known, Value, extremes
from tierpolicy.semantics.index import statements
from tierpolicy.testing.as_records import MOST_SPELLED, UNKNOWN_KEYS, Record, junk_for, put, raw_of, spelled
from tierpolicy.testing.literals import literals_of, named_days, shifted
from tierpolicy.testing.pools import Pool, pools
from tierpolicy.testing.pools import days as days_of
from tierpolicy.testing.sampling import pool_of
from tierpolicy.testing.versions import AnyPolicy, versions_of
from tierpolicy.testing.ways import ways_beside, ways_to

V = TypeVar("V", bound=Value)
Draw = Callable[[st.SearchStrategy[int]], int]

MOST_AT_ONCE = 1_000
"""Statements whose ways are found before the first customer is drawn."""

MOST_BROKEN = 3
"""Values of one customer that are broken."""


# ---------------------------------------------------------------- what is drawn from


@dataclass(frozen=True, slots=True)
class Choices:
    """What a field may hold, each as a number that `choose` draws. The values of `raw` begin at `first`; below and
    above them stands nothing, so that the least number is the plainest. `values` are the typed ones in that order."""

    pool: Pool
    values: tuple[Known, ...]
    raw: tuple[Any, ...]
    choose: st.SearchStrategy[int]
    first: int

    def at(self, number: int) -> Any:
        """The raw value of a number, or `NOTHING`. Sets and lists are made anew: whoever tests may change them."""
        place = number - self.first
        if not 0 <= place < len(self.raw):
            return NOTHING
        found = self.raw[place]
        return type(found)(found) if isinstance(found, set | list) else found


NOTHING = object()
Ways = tuple[tuple[str, tuple[Value, ...]], ...]
"""One way to a statement: fields with the values that do."""


@dataclass(frozen=True, slots=True, repr=False)
class Vocabulary:
    """One version of a policy, as choices. `targets` are the statements to aim at."""

    policy: TypedPolicy
    choices: Mapping[str, Choices]
    targets: tuple[str, ...]
    choose_target: st.SearchStrategy[int]
    ways: dict[str, tuple[Ways, ...]] = field(default_factory=dict)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """A strategy's name in messages: not the whole policy."""
        printer.text(repr(self.policy.name))


@once
def _vocabulary(policy: TypedPolicy) -> Vocabulary:
    targets = tuple(each.origin.name for each in statements(policy))
    if len(targets) <= MOST_AT_ONCE:  # before the first customer: drawing one must not take long
        targets = tuple(name for name in targets if ways_to(policy, name))
    literals = literals_of(policy)
    choices = {name: _choices(pool, literals[name]) for name, pool in pools(policy).items()}
    return Vocabulary(policy, choices, targets, _up_to(len(targets) + len(targets) // 4))


def _choices(pool: Pool, literals: tuple[Known, ...]) -> Choices:
    of = pool.field
    values = in_order_of_shrinking(pool, pool.values, literals)
    raw = [raw_of(value, of) for value in values]
    for value in values[:MOST_SPELLED]:
        raw += spelled(value, of)
    raw += of.spellings
    if of.required:
        return Choices(pool, values, tuple(raw), _up_to(len(raw) - 1), first=0)
    raw.append(None)
    return Choices(pool, values, tuple(raw), _up_to(len(raw) + len(raw) // 4), first=1)


def in_order_of_shrinking(pool: Pool, values: Iterable[V], literals: tuple[Known, ...]) -> tuple[V, ...]:
    """The values so that Hypothesis, which halves and counts down, ends at an ordinary one: amounts grow away from 0
    and days away from an ordinary day, round ones and literals before what is only next to them; else as in the
    pool."""
    type_ = pool.field.type
    if not isinstance(type_, Integer | Number | Percent | Money | Duration | Date):
        return tuple(values)
    start = place_of(pool.values[0], type_) if isinstance(type_, Date) else 0
    ends = extremes(type_)

    def key(value: V) -> tuple[int, float]:
        if value is MISSING:
            return -1, 0
        place = place_of(value, type_)  # type: ignore[arg-type]
        rough = value not in literals and not _is_round(value, type_)
        return 2 if ends is not None and value in ends else int(rough), abs(place - start)

    return tuple(sorted(values, key=key))


def _is_round(value: object, type_: Type) -> bool:
    match type_:
        case Money() | Percent():
            return isinstance(value, int) and value % 100 == 0
        case Duration():
            return isinstance(value, int) and value % 60 == 0
        case Number():
            return isinstance(value, float) and (value * 100).is_integer()
        case _:
            return True


@cache
def _up_to(last: int) -> st.SearchStrategy[int]:
    return st.integers(0, last)


def _vocabularies(policy: AnyPolicy) -> tuple[Vocabulary, ...]:
    """The latest version first: it is the one to show."""
    return tuple(_vocabulary(version) for version in reversed(versions_of(policy)))


# ---------------------------------------------------------------- the strategies


def customers(policy: AnyPolicy, *, broken: bool = False) -> st.SearchStrategy[Record]:
    """Customer records for a policy, each a new dict as applications hold them: `policy.evaluate` takes it as it is.

    What is known of the contact at hand stands in the record too. Amounts are Decimals, durations timedeltas, dates
    dates, sets sets, labels text; now and then a value is written as data does (a float, ISO 8601 text). A field may be
    missing: its key is, or it holds None. A `required` field never is. With `broken` some values are of a wrong type,
    out of bounds or unknown, and there are keys that the policy doesn't know.
    """
    return _customers(_vocabularies(policy), broken)


def pairs(policy: AnyPolicy, differing: str, *, broken: bool = False) -> st.SearchStrategy[tuple[Record, Record]]:
    """Two records that differ in one field alone, which both know; otherwise as `customers`.

    ValueError where the policy has no such field, or one that can hold only one value.
    """
    found = _vocabularies(policy)
    knowing = tuple(each for each in found if differing in each.choices)
    pool = pool_of((knowing or found)[0].policy, differing)
    if len(pool.values) < 2:
        raise ValueError(f"`{differing}` can hold only one value, so no two customers differ in it")
    return _pairs(knowing, differing, broken)


def days(policy: AnyPolicy) -> st.SearchStrategy[date]:
    """Days to decide for: an ordinary one, and those around every date that the policy names, its beginning and end
    included."""
    versions = versions_of(policy)[::-1]
    found = [day for version in versions for day in days_of(version)]
    around = (shifted(day, step) for version in versions for day in named_days(version) for step in (0, 1, -1))
    return st.sampled_from(list(dict.fromkeys([*found, *(day for day in around if day is not None)])))


@st.composite
def _customers(draw: Draw, vocabularies: tuple[Vocabulary, ...], broken: bool) -> Record:
    vocabulary = _one(vocabularies, draw)
    record = _record(vocabulary, {**_anything(draw, vocabulary), **_aimed(draw, vocabulary)})
    if broken:
        _spoil(draw, record, vocabulary, but="")
    return record


@st.composite
def _pairs(draw: Draw, vocabularies: tuple[Vocabulary, ...], differing: str, broken: bool) -> tuple[Record, Record]:
    vocabulary = _one(vocabularies, draw)
    pool, known = vocabulary.choices[differing].pool, vocabulary.choices[differing].values
    last = len(known) - 1
    at, further = draw(_up_to(last)), 1 + draw(_up_to(last - 1))
    values, aimed = _anything(draw, vocabulary), _aimed(draw, vocabulary)
    held = aimed.pop(differing, NOTHING)
    at = next((place for place, value in enumerate(known) if raw_of(value, pool.field) == held), at)
    record = _record(vocabulary, {**values, **aimed, differing: NOTHING})
    if broken:
        _spoil(draw, record, vocabulary, but=differing)
    found = []
    for number in (at, (at + further) % len(known)):
        each = _copied(record)
        put(each, pool.field, raw_of(known[number], pool.field))
        found.append(each)
    return found[0], found[1]


def _one(vocabularies: tuple[Vocabulary, ...], draw: Draw) -> Vocabulary:
    return vocabularies[draw(_up_to(len(vocabularies) - 1)) if len(vocabularies) > 1 else 0]


def _anything(draw: Draw, vocabulary: Vocabulary) -> dict[str, Any]:
    """Raw values of the fields as they come; at times of none of them. As many numbers are drawn in any case, so that
    leaving out what isn't needed moves nothing else."""
    alone = draw(_up_to(3)) == 0
    found = {}
    for name, choices in vocabulary.choices.items():
        raw = choices.at(draw(choices.choose))
        if not alone or choices.pool.field.required:
            found[name] = raw
    return found


def _aimed(draw: Draw, vocabulary: Vocabulary) -> dict[str, Any]:
    """What some fields hold so that a statement counts; at times all but one of them. Drawn after all else, so that
    whatever shows itself without an aim is shown without one."""
    target = draw(vocabulary.choose_target)
    if not 0 < target <= len(vocabulary.targets):
        return {}
    ways = _ways(vocabulary, vocabulary.targets[target - 1])
    if not ways:
        return {}
    way = ways[draw(_up_to(len(ways) - 1)) if len(ways) > 1 else 0]
    left_out = draw(_up_to(4 * len(way))) - 1 if len(way) > 1 else -1
    found: dict[str, Any] = {}
    for at, (name, options) in enumerate(way):
        if at != left_out:
            value = options[draw(_up_to(len(options) - 1)) if len(options) > 1 else 0]
            found[name] = NOTHING if value is MISSING else raw_of(value, vocabulary.choices[name].pool.field)
    return found


def _ways(vocabulary: Vocabulary, statement: str) -> tuple[Ways, ...]:
    """The ways to a statement, their values in the order of shrinking."""
    found = vocabulary.ways.get(statement)
    if found is None:
        literals, choices = literals_of(vocabulary.policy), vocabulary.choices
        found = vocabulary.ways[statement] = tuple(
            tuple(
                (name, in_order_of_shrinking(choices[name].pool, options, literals[name]))
                for name, options in way.fields
            )
            for way in (*ways_to(vocabulary.policy, statement), *ways_beside(vocabulary.policy, statement))
        )
    return found


def _record(vocabulary: Vocabulary, values: Mapping[str, Any]) -> Record:
    """One dict that holds them all."""
    record: Record = {}
    for name, choices in vocabulary.choices.items():
        raw = values.get(name, NOTHING)
        if raw is not NOTHING:
            put(record, choices.pool.field, raw)
    return record


def _spoil(draw: Draw, record: Record, vocabulary: Vocabulary, but: str) -> None:
    """Puts what is broken in place of some values, and keys that the policy doesn't know."""
    names = [name for name in vocabulary.choices if name != but]
    for _ in range(draw(_up_to(MOST_BROKEN))):
        at = draw(_up_to(len(names)))
        if at == len(names):
            key, raw = UNKNOWN_KEYS[draw(_up_to(len(UNKNOWN_KEYS) - 1))]
            record.setdefault(key, raw)
        else:
            spoilt = vocabulary.choices[names[at]].pool.field
            junk = junk_for(spoilt)
            put(record, spoilt, junk[draw(_up_to(len(junk) - 1))])


def _copied(record: Record) -> Record:
    """A copy whose dicts and sets are its own."""
    return {
        key: _copied(raw) if type(raw) is dict else set(raw) if type(raw) is set else raw for key, raw in record.items()
    }
