"""From the moves between two policies to one HTML page: who is worse off and by what, who goes where, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import MONEY, Integer, Money
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Direction
from tierpolicy.report.headlines import behind_whom, joined, moves_headlines, statement_name
from tierpolicy.report.pictures import Bar, Flow, Parted, Words, bars, flows, parted
from tierpolicy.report.pictures.flows import Way
from tierpolicy.report.sections import Block, Cell, Look, Page, Row, Section, Table, Tile, page_text, table
from tierpolicy.report.shown import average_shown, bound_shown, shown
from tierpolicy.report.simulation_page import made, policy_lines
from tierpolicy.report.words import count_text, plural, policy_title, share_text
from tierpolicy.runtime.simulation.results import Change, Count, Difference, Example, Move, Moves
from tierpolicy.semantics.lattice import goodness

MOST_VALUES = 12
"""A matrix has so many rows and columns at most; of more values the moves are listed."""


def moves_page(found: Moves) -> str:
    """A whole HTML document that needs nothing else."""
    old, new = policy_title(found.old.name, found.old.version), policy_title(found.new.name, found.new.version)
    if found.old.name == found.new.name and found.old.version and found.new.version:
        new = printable(found.new.version)
    of = made(found.base, found.customers, found.broken, found.as_of.isoformat(), found.old, found.notes, "old policy")
    return page_text(
        Page(
            f"{old} → {new}: who gets something else",
            f"{plural(found.customers, 'customer')} of `{found.base}`, as of {found.as_of.isoformat()}",
            moves_headlines(found),
            tuple(_tiles(found)),
            tuple(_sections(found)),
            (*of, *policy_lines(found.new, "new policy")),
        )
    )


def _tiles(found: Moves) -> Iterator[Tile]:
    worse = found.worse + found.mixed
    yield Tile(count_text(worse), f"worse off, {share_text(worse, found.customers)}", "worse" if worse else "")
    better: Look = "better" if found.better else ""
    yield Tile(count_text(found.better), f"better off, {share_text(found.better, found.customers)}", better)
    if found.different:
        yield Tile(count_text(found.different), "another value, neither better nor worse")
    yield Tile(count_text(found.same), f"the same, {share_text(found.same, found.customers)}")
    if found.costs is not None:
        old, new = found.costs
        apart = new.total - old.total
        amount = bound_shown(abs(apart), MONEY, found.new.currency)
        yield Tile(amount, "less to serve them" if apart < 0 else "more to serve them")


def _sections(found: Moves) -> Iterator[Section]:
    if found.worse or found.mixed:
        yield _worse(found)
    changed = [each for each in found.changes if each.better or each.worse or each.different or each.not_compared]
    if found.changes:
        yield _overview(found)
    if changed:
        changed.sort(key=lambda each: (not each.matrix, -(each.better + each.worse + each.different)))
        yield Section("moves", "Who moves where", "", tuple(_change(each, found) for each in changed))
    if found.costs is not None:
        yield _costs(found)
    if found.examples:
        yield _examples(found)


# ---------------------------------------------------------------- who is worse off


def _worse(found: Moves) -> Section:
    """By which statements, part by part."""
    rows: list[Row] = [
        (
            statement_name(blame.statement),
            blame.statement.title,
            f"`{change.attribute}`",
            Cell(count_text(blame.statement.customers), "worse"),
            f"in the {blame.side} policy, {blame.statement.path}:{blame.statement.line}",
        )
        for change in found.changes
        for blame in change.blames
    ]
    if not rows:
        return Section("worse", "Who is worse off", "No single statement is behind it.")
    head = ("statement", "said", "what is worse", "worse off", "where")
    caption = "Statements behind customers who are worse off; several may be behind one customer"
    most = behind_whom(found)
    picture = ""
    if len(most) > 1:
        drawn = [Bar(name.replace("`", ""), count, kind="worse") for name, count in most.items()]
        picture = bars(Words("worse-by", "Worse off by statement"), drawn, alone=False)
    intro = "A limit of the new policy takes something from them, or the new policy lacks what the old one gave."
    return Section(
        "worse", "Who is worse off", intro, (Block("", "", (), picture, False, table(caption, head, rows, (1, 2, 4))),)
    )


PARTS = ("worse off", "another value", "as before", "better off")
KINDS = ("worse", "other", "same", "better")


def _overview(found: Moves) -> Section:
    lines = [
        Parted(each.attribute, (each.worse, each.different, each.same, each.better), _moved_words(each))
        for each in found.changes
    ]
    head = ("part of the service", *PARTS)
    rows: list[Row] = []
    for each in found.changes:
        worse, better = _count(each.worse, "worse"), _count(each.better, "better")
        rows.append((f"`{each.attribute}`", worse, count_text(each.different), count_text(each.same), better))
    words = Words("overview", "Customers by part of the service: worse off, another value, as before, better off")
    numbers = table("Each customer is counted once in every line", head, rows)
    picture = parted(words, PARTS, lines, kinds=KINDS, alone=False)
    return Section("parts", "Part by part", "", (Block("", "", (), picture, False, numbers),))


def _count(count: int, look: Look) -> Cell:
    return Cell(count_text(count), look if count else "")


def _moved_words(change: Change) -> str:
    if change.not_compared:
        return "not compared"
    counts = ((change.worse, "worse"), (change.different, "other"), (change.better, "better"))
    return ", ".join(f"{count_text(count)} {words}" for count, words in counts if count) or "the same for everyone"


# ---------------------------------------------------------------- from where to where


def _change(change: Change, found: Moves) -> Block:
    name = f"`{change.attribute}`"
    said = [f"Not compared: {change.not_compared}."] if change.not_compared else [f"{_moved_words(change)}."]
    said += _totals(change, found)
    words = (" ".join(said),)
    if change.matrix:
        return _flows(name, words, change, found)
    if change.gained or change.lost:
        return Block(name, "", words, table=_elements(change))
    return Block(name, "", words)


def _totals(change: Change, found: Moves) -> Iterator[str]:
    """What money and counts come to; of durations and percentages, which don't add up to anything, what is average."""
    if change.totals is None or not found.customers:
        return
    kind, currency, (old, new) = change.new.type, found.new.currency, change.totals
    if not isinstance(kind, Money | Integer):
        if not change.new.or_none and not change.old.or_none:
            before, now = (average_shown(each, found.customers, kind, currency) for each in (old, new))
            yield f"On average {now}, after {before}." if now != before else f"On average about {now}, as before."
        return
    parts = [(change.gain, "the better off gain"), (change.loss, "the worse off lose")]
    said = " and ".join(f"{words} {shown(amount, kind, currency)}" for amount, words in parts if amount)
    yield f"In all {shown(new, kind, currency)}, after {shown(old, kind, currency)}" + (f": {said}." if said else ".")


def _flows(name: str, words: tuple[str, ...], change: Change, found: Moves) -> Block:
    before, after = _two_names(found)
    order = _in_order(change)
    moves = [Flow(_old(each, change), _new(each, change), each.customers, _way(each, change)) for each in change.matrix]
    told = "; ".join(
        f"{each.old} to {each.new}: {count_text(each.count)}" for each in moves if each.way != "same" and each.count
    )
    said = Words(f"flows-{change.attribute}", f"{change.attribute} before and after", told[:1_500])
    picture = flows(said, order, moves, before=before, after=after, alone=False)
    few = len(order) <= MOST_VALUES
    numbers = _matrix(change, order, moves) if few else _listed(change, moves)
    return Block(name, change.new.description, words, picture, True, numbers)


def _two_names(found: Moves) -> tuple[str, str]:
    """What the two policies are called where there is little room."""
    versions = printable(found.old.version), printable(found.new.version)
    return versions if all(versions) and versions[0] != versions[1] else ("before", "after")


def _old(move: Move, change: Change) -> str:
    return shown(move.old, change.old.type)


def _new(move: Move, change: Change) -> str:
    return shown(move.new, change.new.type)


def _in_order(change: Change) -> list[str]:
    """Values, best first where one is better than another."""
    values: dict[str, tuple[int, int | float]] = {}
    for move in change.matrix:
        values.setdefault(_new(move, change), _goodness(move.new, change))
        values.setdefault(_old(move, change), _goodness(move.old, change))
    return sorted(values, key=lambda name: values[name], reverse=True)


def _goodness(value: Known, change: Change) -> tuple[int, int | float]:
    if change.not_compared or change.new.direction is Direction.NONE:
        return (0, 0)
    try:
        return goodness(change.new, value)
    except ValueError:  # a label that the new policy doesn't have
        return (-1, 0)


def _way(move: Move, change: Change) -> Way:
    if _old(move, change) == _new(move, change):
        return "same"
    old, new = _goodness(move.old, change), _goodness(move.new, change)
    return "other" if old == new or -1 in (old[0], new[0]) else "better" if new > old else "worse"


def _matrix(change: Change, order: Sequence[str], moves: Sequence[Flow]) -> Table:
    counts: dict[tuple[str, str], Flow] = {}
    for move in moves:
        counts[move.old, move.new] = move

    def cell(old: str, new: str) -> Cell:
        move = counts.get((old, new))
        return Cell(count_text(move.count), move.way if move.count else "") if move is not None else Cell("")

    befores = [name for name in order if any(move.old == name and move.count for move in moves)]
    afters = [name for name in order if any(move.new == name and move.count for move in moves)]
    rows: list[Row] = [
        (old, *(cell(old, new) for new in afters), count_text(sum(move.count for move in moves if move.old == old)))
        for old in befores
    ]
    sums = [count_text(sum(move.count for move in moves if move.new == new)) for new in afters]
    rows.append(("all", *sums, count_text(sum(move.count for move in moves))))
    return table(f"`{change.attribute}`: lines are what they had, columns what they get", ("", *afters, "all"), rows)


def _listed(change: Change, moves: Sequence[Flow]) -> Table:
    ordered = sorted((move for move in moves if move.old != move.new and move.count), key=lambda move: -move.count)
    rows: list[Row] = [(move.old, move.new, Cell(count_text(move.count), move.way)) for move in ordered]
    return table(f"`{change.attribute}`: who moves, most first", ("before", "after", "customers"), rows, words=(1,))


def _elements(change: Change) -> Table:
    def named(counts: Sequence[Count]) -> dict[str, int]:
        return {shown(each.value, change.new.type): each.customers for each in counts}

    gained, lost = named(change.gained), named(change.lost)
    rows: list[Row] = [
        (label, _count(gained.get(label, 0), "better"), _count(lost.get(label, 0), "worse"))
        for label in dict.fromkeys([*gained, *lost])
    ]
    return table(f"`{change.attribute}`: by what is in it", ("", "gained it", "lost it"), rows)


# ---------------------------------------------------------------- costs, examples


def _costs(found: Moves) -> Section:
    assert found.costs is not None
    old, new = found.costs
    before = {statement_name(each.statement): each.total for each in old.statements}
    now = {statement_name(each.statement): each.total for each in new.statements}
    currency = found.new.currency
    rows: list[Row] = [
        (name, *(shown(totals[name], MONEY, currency) if name in totals else "–" for totals in (before, now)))
        for name in dict.fromkeys([*before, *now])
    ]
    rows.append(("all", shown(old.total, MONEY, found.old.currency), shown(new.total, MONEY, currency)))
    said = []
    if old.unknown or new.unknown:
        said.append(f"Not known for {count_text(old.unknown)} before and {count_text(new.unknown)} after.")
    numbers = table("Costs by statement", ("cost", *_two_names(found)), rows)
    return Section("costs", "What serving them costs", "", (Block("", "", tuple(said), table=numbers),))


def _examples(found: Moves) -> Section:
    rows: list[Row] = [
        (
            _customer(each),
            f"`{lost.attribute}`",
            *_values(lost, found),
            joined([f"`{printable(s)}`" for s in lost.statements]),
        )
        for each in found.examples
        for lost in each.differences
    ]
    head = ("customer", "what is worse", *_two_names(found), "by")
    numbers = table("Some of those who are worse off", head, rows, words=(1, 2, 3, 4))
    return Section("examples", "Examples", "", (Block(table=numbers),))


def _customer(example: Example) -> str:
    keys = ", ".join(f"{name} {value}" for name, value in example.keys.items())
    return keys or f"row {count_text(example.row)}"


def _values(lost: Difference, found: Moves) -> tuple[str, str]:
    return _value(lost.old, lost.attribute, found.old), _value(lost.new, lost.attribute, found.new)


def _value(value: Known, name: str, policy: Policy) -> str:
    attribute = policy.attributes.get(name)
    return shown(value, attribute.type, policy.currency) if attribute is not None else "not offered"
