"""Whether a row of a `first match` table ever changes a decision: without it, the rows below get their turn.

Where the row stops the others, its place is cut into pieces by which row below would count instead. A piece matters
where what the row gives and what would be given differ, and the difference shows beside all other clauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierpolicy.analysis.boxes.chart import less
from tierpolicy.analysis.boxes.exposed import Look, Seen, best_of, boxes_at
from tierpolicy.analysis.boxes.masks import Boxes
from tierpolicy.analysis.boxes.real import Boxed
from tierpolicy.analysis.boxes.said import Clause, Ladder, Level, Said
from tierpolicy.cells.cells import places
from tierpolicy.cells.regions import Box, meet
from tierpolicy.model.policy import Rule, Table
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.lattice import goodness

MOST_PIECES = 200


@dataclass(frozen=True, slots=True)
class Rows:
    """A `first match` table: its rows, the boxes of each kind, and which row a box belongs to."""

    rows: tuple[Rule, ...]
    at: dict[str, int]
    stops: Boxes
    counts: Boxes
    owner: dict[int, int]
    ladders: dict[str, Ladder]
    same: dict[str, dict[Known | None, Boxes]]


def rows_of(held: Boxed, table: Table) -> Rows:
    """The table's rows, made once a session."""
    key = ("rows", table.origin.name)
    found = held.session.memory.get(key)
    if isinstance(found, Rows):
        return found
    rows = tuple(held.session.policy.rules[row] for row in table.rows)
    stops = counts = 0
    owner: dict[int, int] = {}
    for at, row in enumerate(rows):
        place = held.chart.places[row.origin.name]
        stops |= place.stops
        counts |= place.counts | place.own
        owner.update((number, at) for number in places(place.stops))
    made = Rows(rows, {row.origin.name: at for at, row in enumerate(rows)}, stops, counts, owner, {}, {})
    held.session.memory[key] = made
    return made


def row_is_seen(held: Boxed, row: Rule, table: Table, look: Look) -> Seen:
    """Whether a row ever changes a decision, for any attribute."""
    rows = rows_of(held, table)
    if any(_gives_more(held, row, rows, grant.attribute, look) for grant in row.grants):
        return Seen.YES
    answer = Seen.NEVER
    for count, piece in enumerate(_pieces(held, row, rows)):
        if piece is None or count > MOST_PIECES:
            return Seen.OPEN
        match _piece_is_seen(held, piece, rows, look):
            case Seen.YES:
                return Seen.YES
            case Seen.OPEN:
                answer = Seen.OPEN
    return answer


def _gives_more(held: Boxed, row: Rule, rows: Rows, attribute: str, look: Look) -> bool:
    """True where the row gives at some place more than any other row could: quickly seen, and mostly so."""
    said = held.of(attribute)
    place = held.chart.places[row.origin.name]
    mine = said.by_clause[id(next(grant for grant in row.grants if grant.attribute == attribute))]
    if mine.value is None or mine.silent or said.attribute.adds_up:
        return False
    if said.attribute.direction is Direction.NONE:
        return _gives_otherwise(held, said, mine, rows, look)
    if said.is_set:
        return False
    level = goodness(said.attribute, mine.value)
    if level <= said.worst():
        return False
    if attribute not in rows.ladders:
        rows.ladders[attribute] = _own_ladder(held, said, rows)
    boxes, above = place.target
    covers = said.gives(level) & ~rows.counts | said.takes(level) | said.keeps(level) | above
    covers |= rows.ladders[attribute].at_least(level) & ~place.own
    return look.at(boxes_at(held, boxes), covers, said.unclear(level) & ~rows.counts) is Seen.YES


def _gives_otherwise(held: Boxed, said: Said, mine: Clause, rows: Rows, look: Look) -> bool:
    """True where a directionless value that no other row gives stands alone."""
    if mine.value == said.attribute.default:
        return False
    if said.attribute.name not in rows.same:
        same: dict[Known | None, Boxes] = {}
        for clause in said.grants:
            if clause.statement.origin.name in rows.at and not clause.silent:
                own = held.chart.places[clause.statement.origin.name].own
                same[clause.value] = same.get(clause.value, 0) | own
        rows.same[said.attribute.name] = same
    place = held.chart.places[mine.statement.origin.name]
    boxes, above = place.target
    alike = rows.same[said.attribute.name]
    covers = said.granted & ~rows.counts | above | (alike[mine.value] | alike.get(None, 0)) & ~place.own
    return look.at(boxes_at(held, boxes), covers, said.open & ~rows.counts) is Seen.YES


def _own_ladder(held: Boxed, said: Said, rows: Rows) -> Ladder:
    """Where rows of the table are true, whether or not they count, by how much they give; what isn't a constant may be
    the best."""
    boxes: dict[tuple[int, int | float], Boxes] = {}
    for clause in said.grants:
        if clause.statement.origin.name in rows.at and not clause.silent:
            level = (2, 0) if clause.value is None else goodness(said.attribute, clause.value)
            boxes[level] = boxes.get(level, 0) | held.chart.places[clause.statement.origin.name].own
    return Ladder(boxes)


# ---------------------------------------------------------------- piece by piece


@dataclass(frozen=True, slots=True)
class Piece:
    """A place that a row has, and the rows that count there with it and without it (None: none does)."""

    box: Box
    now: Rule | None
    then: Rule | None


def _pieces(held: Boxed, row: Rule, rows: Rows) -> Iterator[Piece | None]:
    """The row's place in pieces; None where it takes too many."""
    masks, place = held.chart.masks, held.chart.places[row.origin.name]
    otherwise = rows.rows[-1] if rows.rows[-1].otherwise else None
    stopped = less(tuple(boxes_at(held, place.stops)), masks, place.above)
    below = rows.stops & ~place.above & ~place.stops
    if stopped is None:
        yield None
        return
    for box, true in _by_truth(held, list(stopped), place.own):
        now = row if true else otherwise
        for part, successor, counts in _below(held, box, below, rows):
            yield Piece(part, now, successor if counts else otherwise)


def _by_truth(held: Boxed, boxes: list[Box], own: Boxes) -> Iterator[tuple[Box, bool]]:
    """Boxes where a condition isn't false, split into where it is true and where it is unknown."""
    masks = held.chart.masks
    waiting = boxes
    while waiting:
        box = waiting.pop()
        meeting = masks.meeting(box, own)
        if not meeting:
            yield box, False
            continue
        nearest = masks.boxes[meeting.bit_length() - 1]
        inside = meet(box, nearest)
        assert inside is not None
        yield inside, True
        waiting.extend(_outside(held, box, nearest))


def _below(held: Boxed, box: Box, below: Boxes, rows: Rows) -> Iterator[tuple[Box, Rule | None, bool]]:
    """The box by the first row below that isn't false there, and whether that one is true."""
    masks = held.chart.masks
    waiting = [box]
    while waiting:
        part = waiting.pop()
        meeting = masks.meeting(part, below)
        if not meeting:
            yield part, None, False
            continue
        number = (meeting & -meeting).bit_length() - 1
        row = rows.rows[rows.owner[number]]
        inside = meet(part, masks.boxes[number])
        assert inside is not None
        waiting.extend(_outside(held, part, masks.boxes[number]))
        for piece, true in _by_truth(held, [inside], held.chart.places[row.origin.name].own):
            yield piece, row, true


def _outside(held: Boxed, box: Box, taken: Box) -> Iterator[Box]:
    """The box less another, in boxes that share nothing."""
    for axis, cells in taken.items():
        here = box.get(axis, held.chart.masks.sizes[axis])
        if here & ~cells:
            yield {**box, axis: here & ~cells}
        box = {**box, axis: here & cells}


def _piece_is_seen(held: Boxed, piece: Piece, rows: Rows, look: Look) -> Seen:
    """Whether it shows that another row counts."""
    grants = (*(piece.now.grants if piece.now else ()), *(piece.then.grants if piece.then else ()))
    names = dict.fromkeys(grant.attribute for grant in grants)
    return best_of(_difference_is_seen(held, held.of(name), piece, rows, look) for name in names)


def _difference_is_seen(held: Boxed, said: Said, piece: Piece, rows: Rows, look: Look) -> Seen:
    now, then = (_given(said, row) for row in (piece.now, piece.then))
    if now is then or (now is not None and then is not None and now.value is not None and now.value == then.value):
        return Seen.NEVER
    plain = all(each is None or each.value is not None for each in (now, then))
    unclear = said.open & ~rows.counts
    if plain and not said.attribute.adds_up and said.attribute.direction is not Direction.NONE:
        levels = _levels_between(said, now, then)
        if levels and not said.is_set and held.chart.masks.meeting(piece.box, said.open_caps):
            return Seen.OPEN
        return best_of(
            look.at(
                [piece.box],
                said.gives(level) & ~rows.counts | said.takes(level) | said.keeps(level),
                said.unclear(level) & ~rows.counts,
            )
            for level in levels
        )
    if plain and said.attribute.direction is Direction.NONE:
        values = {said.attribute.default if each is None else each.value for each in (now, then)}
        if len(values) == 1:
            return Seen.OPEN
        seen = look.at([piece.box], said.granted & ~rows.counts, unclear)
        return Seen.YES if seen is Seen.YES else Seen.OPEN
    return Seen.NEVER if look.at([piece.box], 0, 0) is Seen.NEVER else Seen.OPEN


def _given(said: Said, row: Rule | None) -> Clause | None:
    if row is None:
        return None
    mine = next((said.by_clause[id(grant)] for grant in row.grants if grant.attribute == said.attribute.name), None)
    return None if mine is None or mine.silent else mine


def _levels_between(said: Said, now: Clause | None, then: Clause | None) -> list[Level]:
    """The levels at which two constant grants differ, where a limit may leave less than the better one."""
    if said.is_set:
        sets = [
            each.value if each is not None and isinstance(each.value, frozenset) else frozenset()
            for each in (now, then)
        ]
        return sorted(sets[0] ^ sets[1])
    worst = said.worst()
    low, high = sorted(
        max(worst, goodness(said.attribute, each.value)) if each is not None and each.value is not None else worst
        for each in (now, then)
    )
    if low == high:
        return []
    return [high, *(level for level in reversed(said.taking.levels) if low < level < high)]
