"""Whether what a clause does to an attribute is ever seen, or always beaten by other clauses.

By the formula of language.md §2 a value at some level shows exactly where no other rule gives as much, no limit allows
less and no baseline promises as much. So a grant is beaten where boxes of such clauses hold all of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.masks import Boxes, mask_of
from tierpolicy.analysis.boxes.real import Boxed, real_part
from tierpolicy.analysis.boxes.said import Clause, Level, Said, taken_by
from tierpolicy.cells.cells import places
from tierpolicy.cells.regions import Box, meet
from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Rule
from tierpolicy.model.values import MONEY_MAX
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import drawn, goodness

MOST_WEIGHED = 8
"""Of more boxes than that it isn't asked which of them are needed."""


class Seen(Enum):
    """Whether a clause's effect is seen by somebody."""

    YES = "yes"
    NEVER = "never"
    OPEN = "open"


@dataclass(slots=True)
class Look:
    """A look for somebody who sees an effect, and the boxes that hid it from those who don't."""

    held: Boxed
    hiding: set[int] = field(default_factory=set)

    def at(self, boxes: Iterable[Box], covers: Boxes, unclear: Boxes) -> Seen:
        """Whether some record lies in one of the boxes and in none of the covers; `unclear` may be covers or not."""
        covers |= self.held.chart.broken
        answer = Seen.NEVER
        for box in boxes:
            match self._in(box, covers, unclear):
                case Seen.YES:
                    return Seen.YES
                case Seen.OPEN:
                    answer = Seen.OPEN
        return answer

    def _in(self, box: Box, covers: Boxes, unclear: Boxes) -> Seen:
        masks, search = self.held.chart.masks, Search()
        found = uncovered(masks, box, covers | unclear, search)
        if found is not None:
            clear = real_part(self.held, found, covers | unclear, search)
            return Seen.YES if clear is not None else Seen.OPEN
        if search.gave_up:
            return Seen.OPEN
        if masks.meeting(box, unclear & ~covers):
            search = Search()
            if uncovered(masks, box, covers, search) is not None or search.gave_up:
                return Seen.OPEN
        self.hiding |= self._needed(box, search.used)
        return Seen.NEVER

    def _needed(self, box: Box, used: set[int]) -> set[int]:
        """Of a few boxes that hold another together, those that it takes."""
        if not 1 < len(used) <= MOST_WEIGHED:
            return used
        needed = set(used)
        for number in sorted(used, reverse=True):
            search = Search()
            rest = mask_of([each for each in needed if each != number])
            if uncovered(self.held.chart.masks, box, rest, search) is None and not search.gave_up:
                needed.discard(number)
        return needed


def boxes_at(held: Boxed, boxes: Boxes) -> Iterator[Box]:
    """The boxes with these numbers."""
    return (held.chart.masks.boxes[number] for number in places(boxes))


def is_seen(held: Boxed, statement: Statement, clause: Grant | Cap | Floor, look: Look) -> Seen:
    """Whether one clause of a statement, which is no row of a `first match` table, ever changes its attribute."""
    said = held.of(clause.attribute)
    mine = said.by_clause[id(clause)]
    match statement:
        case Rule():
            return _grant_is_seen(said, mine, look)
        case Limit():
            return _cap_is_seen(said, mine, look)
        case Baseline():
            return _floor_is_seen(said, mine, look)


# ---------------------------------------------------------------- grants


def _grant_is_seen(said: Said, mine: Clause, look: Look) -> Seen:
    if mine.silent:
        return Seen.NEVER
    if said.attribute.direction is Direction.NONE:
        return _directionless_is_seen(said, mine, look)
    if mine.value is None:
        return Seen.OPEN
    if said.attribute.adds_up:
        return _addition_is_seen(said, mine, look)
    levels = levels_of(said, mine)
    seen = best_of(_level_is_seen(said, mine, level, look) for level in levels)
    if seen is Seen.NEVER and levels and not said.is_set and _meets(look, mine.boxes, said.open_caps):
        # A limit of unknown value may leave any part of the grant.
        covers = (said.gives(levels[0]) | said.keeps(levels[0])) & ~mine.boxes
        return Seen.NEVER if look.at(boxes_at(look.held, mine.boxes), covers, 0) is Seen.NEVER else Seen.OPEN
    return seen


def levels_of(said: Said, mine: Clause) -> list[Level]:
    """The levels at which a grant could show: its own, and what limits leave of it; for a set each of its labels."""
    if isinstance(mine.value, frozenset):
        return sorted(mine.value)
    assert mine.value is not None
    own = goodness(said.attribute, mine.value)
    if own <= said.worst():
        return []
    return [own, *(level for level in reversed(said.taking.levels) if said.worst() < level < own)]


def _level_is_seen(said: Said, mine: Clause, level: Level, look: Look) -> Seen:
    covers = (said.gives(level) | said.takes(level) | said.keeps(level)) & ~mine.boxes
    return look.at(boxes_at(look.held, mine.boxes), covers, said.unclear(level) & ~mine.boxes)


def _addition_is_seen(said: Said, mine: Clause, look: Look) -> Seen:
    """What adds up shows where nothing bounds the sum, or where nothing else is said."""
    if mine.value == 0:
        return Seen.NEVER
    assert mine.value is not None
    others = said.everything & ~mine.boxes
    if said.attribute.high is None and said.attribute.low is None and said.total <= MONEY_MAX:
        others &= ~said.granted
    elif drawn(said.attribute, mine.value) == said.attribute.worst:
        return Seen.OPEN
    seen = look.at(boxes_at(look.held, mine.boxes), others, said.open & ~mine.boxes)
    return Seen.YES if seen is Seen.YES else Seen.OPEN


def _directionless_is_seen(said: Said, mine: Clause, look: Look) -> Seen:
    """A grant shows where it stands alone with a value that is not the default, or keeps another from standing."""
    if mine.value is None:
        return Seen.OPEN
    default = said.attribute.default
    others = said.granted & ~mine.boxes
    own = list(boxes_at(look.held, mine.boxes))
    unclear = said.open & ~mine.boxes
    if mine.value != default and look.at(own, others, unclear) is Seen.YES:
        return Seen.YES
    overridden = [each for group in _rule(mine).overrides for each in said.by_group.get(group, ())]
    for each in overridden:
        both = _together(look, own, each.boxes)
        if each.value not in (None, mine.value) and look.at(both, others & ~each.boxes, unclear) is Seen.YES:
            return Seen.YES
    if overridden:
        return Seen.OPEN
    beaten = said.overriding.get(_rule(mine).group, 0) | _repeated(said, mine)
    if mine.value == default:  # then it can only show beside another value
        if _meets(look, mine.boxes, unclear):
            return Seen.OPEN
        for value, boxes in islice(said.by_value.items(), MOST_WEIGHED) if not said.overriding else ():
            # beside one other value the two contradict one another; without this one the other stands alone
            both = _together(look, own, boxes)[:MOST_WEIGHED] if value != mine.value else []
            if look.at(both, beaten | (others & ~boxes), unclear) is Seen.YES:
                return Seen.YES
        own = _together(look, own, said.granted & ~said.by_value[mine.value])
    return Seen.NEVER if look.at(own, beaten, 0) is Seen.NEVER else Seen.OPEN


def _repeated(said: Said, mine: Clause) -> Boxes:
    """Where others that nobody overrides give the same."""
    assert mine.value is not None
    same = said.by_value[mine.value] & ~mine.boxes
    for group in said.overriding:
        for each in said.by_group.get(group, ()):
            same &= ~each.boxes
    return same


def _together(look: Look, own: list[Box], boxes: Boxes) -> list[Box]:
    masks = look.held.chart.masks
    meeting = [(box, other) for box in own for other in boxes_at(look.held, masks.meeting(box, boxes))]
    return [both for box, other in meeting if (both := meet(box, other)) is not None]


def _meets(look: Look, own: Boxes, boxes: Boxes) -> bool:
    return any(look.held.chart.masks.meeting(box, boxes) for box in boxes_at(look.held, own))


def _rule(clause: Clause) -> Rule:
    assert isinstance(clause.statement, Rule)
    return clause.statement


# ---------------------------------------------------------------- limits and baselines


def _cap_is_seen(said: Said, mine: Clause, look: Look) -> Seen:
    """A limit shows where rules give more than it allows, other limits allow more, and no baseline promises more."""
    if mine.silent:
        return Seen.NEVER
    if mine.value is None:
        return Seen.OPEN
    seen = best_of(_bite_is_seen(said, mine, level, look) for level in _levels_bitten(said, mine))
    if said.attribute.adds_up and (seen is Seen.NEVER or said.attribute.high is not None):
        return Seen.OPEN  # a sum may exceed what none of its parts does
    if seen is Seen.NEVER and _meets(look, mine.boxes, (said.computed | _unsettled_above(said, mine)) & ~mine.boxes):
        return Seen.OPEN  # what is open may give more than any level that is known
    return seen


def _unsettled_above(said: Said, mine: Clause) -> Boxes:
    """Where something may be given, of which it isn't settled where it counts, that the limit doesn't allow."""
    if mine.value is None or isinstance(mine.value, frozenset):
        return said.open
    return said.unsettled.above(goodness(said.attribute, mine.value))


def _levels_bitten(said: Said, mine: Clause) -> list[Level]:
    if isinstance(mine.value, frozenset):
        return sorted(taken_by(mine, said.attribute))
    assert mine.value is not None
    own = max(goodness(said.attribute, mine.value), said.worst())
    reached = sorted({*said.giving.levels, *said.taking.levels})
    bounds = [own, *(level for level in said.keeping.levels if level > own)]
    return list(dict.fromkeys(level for bound in bounds for level in [each for each in reached if each > bound][:1]))


def _bite_is_seen(said: Said, mine: Clause, level: Level, look: Look) -> Seen:
    held, masks = look.held, look.held.chart.masks
    covers = (said.takes(level) & ~mine.boxes) | said.keeps(level)
    unclear = said.unclear(level) & ~mine.boxes
    answer = Seen.NEVER
    for box in boxes_at(held, mine.boxes):
        for giver in boxes_at(held, masks.meeting(box, said.gives(level))):
            both = meet(box, giver)
            if both is None:
                continue
            match look.at([both], covers, unclear):
                case Seen.YES:
                    return Seen.YES
                case Seen.OPEN:
                    answer = Seen.OPEN
        if masks.meeting(box, unclear):
            answer = Seen.OPEN  # what is open may give more
    return answer


def _floor_is_seen(said: Said, mine: Clause, look: Look) -> Seen:
    """A baseline shows where no other promises as much, and either no rule gives as much or a limit takes it."""
    if mine.silent:
        return Seen.NEVER
    if mine.value is None:
        return Seen.OPEN
    levels: list[Level]
    if isinstance(mine.value, frozenset):
        levels = sorted(mine.value)
    else:
        own = goodness(said.attribute, mine.value)
        levels = [own] if own > said.worst() else []
    return best_of(_promise_is_seen(said, mine, level, look) for level in levels)


def _promise_is_seen(said: Said, mine: Clause, level: Level, look: Look) -> Seen:
    held, masks = look.held, look.held.chart.masks
    unclear = said.unclear(level) & ~mine.boxes
    others = said.keeps(level) & ~mine.boxes
    own = list(boxes_at(held, mine.boxes))
    sums = said.granted if said.attribute.adds_up else 0  # a sum may reach what none of its parts does
    lacking = look.at(own, others | said.gives(level), unclear | sums)
    if lacking is Seen.YES:
        return lacking
    if _meets(look, mine.boxes, said.open_caps & ~others):
        lacking = Seen.OPEN
    lowered = [
        both
        for box in own
        for cap in boxes_at(held, masks.meeting(box, said.takes(level)))
        if (both := meet(box, cap)) is not None
    ]
    return best_of(iter((lacking, look.at(lowered, others, unclear))))


# ---------------------------------------------------------------- together


def best_of(seen: Iterator[Seen]) -> Seen:
    """Seen where one is; never where none is; else open."""
    answer = Seen.NEVER
    for each in seen:
        if each is Seen.YES:
            return Seen.YES
        if each is Seen.OPEN:
            answer = Seen.OPEN
    return answer
