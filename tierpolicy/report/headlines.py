"""What a simulation found, in sentences that somebody reads who reads nothing else.

The first sentence is the main one. They are plain text with names of a policy in backticks; a page makes code of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.types import MONEY
from tierpolicy.report.shown import shown
from tierpolicy.report.words import count_text, plural, share_text
from tierpolicy.runtime.simulation.results import Costs, Labels, Moves, Part, Simulation, Statement

MOST_NAMED = 3
MOST_LABELS = 6


def simulation_headlines(found: Simulation) -> tuple[str, ...]:
    """Who gets what, what it costs, what lowers it, which promises hold, what had problems."""
    return (
        *_who_gets_what(found),
        *_without_column(found),
        *_costs_words(found.costs, found.policy.currency),
        *_lowered(found.statements),
        *_claims_words(found),
        *_data_words(found),
    )


def _who_gets_what(found: Simulation) -> Iterator[str]:
    part = next((each for each in found.parts if each.attribute.name == found.counted), None)
    if not found.customers:
        yield "There are no customers in this data."
    elif part is None or not isinstance(part.values, Labels):
        yield f"{plural(found.customers, 'customer')} decided."
    else:
        yield f"Of {plural(found.customers, 'customer')}, {_by_label(part, found.customers)}."


def _without_column(found: Simulation) -> Iterator[str]:
    """The figures come from data that lacks what they rest on."""
    if found.customers and found.without_column:
        names = _few([f"`{printable(name)}`" for name in found.without_column])
        yield f"The data has no column for {names}, on which this rests too."


def _by_label(part: Part, customers: int) -> str:
    assert isinstance(part.values, Labels)
    counts = [each for each in part.values.counts if each.customers]
    if len(counts) > MOST_LABELS:
        counts = sorted(counts, key=lambda each: -each.customers)[: MOST_LABELS - 1]
    shares = [
        f"{count_text(each.customers)} ({share_text(each.customers, customers)}) {_verb(at, each.customers)}"
        f"{shown(each.value, part.attribute.type)}"
        for at, each in enumerate(counts)
    ]
    rest = customers - sum(each.customers for each in counts)
    return joined([*shares, *([f"{count_text(rest)} something else"] if rest else [])])


def _verb(at: int, customers: int) -> str:
    return "" if at else "is " if customers == 1 else "are "


def _costs_words(costs: Costs | None, currency: str) -> Iterator[str]:
    if costs is not None:
        unknown = f"; of {plural(costs.unknown, 'customer')} it isn't known" if costs.unknown else ""
        yield f"Serving them costs {shown(costs.total, MONEY, currency)}{unknown}."


def _lowered(statements: Iterable[Statement]) -> Iterator[str]:
    lowering = sorted(
        (each for each in statements if each.kind == "limit" and each.moved), key=lambda each: -(each.moved or 0)
    )
    if lowering:
        said = [f"{statement_name(each)} lowers service for {count_text(each.moved or 0)}" for each in lowering]
        rest = [f"{plural(len(said) - MOST_NAMED, 'other limit')} for more"] if len(said) > MOST_NAMED else []
        yield joined([*said[:MOST_NAMED], *rest]) + "."


def _claims_words(found: Simulation) -> Iterator[str]:
    measured = [each for each in found.claims if each.verdict != "not measured"]
    missed = [each for each in measured if each.verdict == "missed"]
    if missed:
        names = _few([f"`{printable(each.name)}`" for each in missed])
        one = "The promise" if len(measured) == 1 else f"{count_text(len(missed))} of {len(measured):,} promises"
        yield f"{one} about all customers {'is' if len(missed) == 1 else 'are'} missed: {names}."
    elif measured:
        yield f"{_all(len(measured))} about all customers {'hold' if len(measured) > 1 else 'holds'}."


def _all(count: int) -> str:
    return "The promise" if count == 1 else "Both promises" if count == 2 else f"All {count_text(count)} promises"


def _data_words(found: Simulation) -> Iterator[str]:
    if found.broken:
        have = "row couldn't" if found.broken == 1 else "rows couldn't"
        yield f"{count_text(found.broken)} {have} be read whole."
    if found.with_problems:
        have = "has" if found.with_problems == 1 else "have"
        yield f"{plural(found.with_problems, 'customer')} {have} values that can't be used; they count as missing."


# ---------------------------------------------------------------- two policies


def moves_headlines(found: Moves) -> tuple[str, ...]:
    """How many are worse off and by what, then who else gets another service, what it costs, what had problems."""
    return (_worse_words(found), *_others_words(found), *_offer_words(found), *_difference_of_costs(found))


def _worse_words(found: Moves) -> str:
    worse = found.worse + found.mixed
    if not found.customers:
        return "There are no customers in this data."
    if not worse:
        left = " in what can be compared" if any(each.not_compared for each in found.changes) else ""
        return f"Nobody of {plural(found.customers, 'customer')} is worse off{left}."
    are = "is" if worse == 1 else "are"
    return f"{count_text(worse)} of {plural(found.customers, 'customer')} {are} worse off{_by_whom(found, worse)}."


def _by_whom(found: Moves, worse: int) -> str:
    """By which statements: `, all by` where there is one alone."""
    names = list(behind_whom(found))
    if not names:
        return ""
    if len(names) == 1:
        return f", {'all ' if worse > 1 else ''}by {names[0]}"
    return f", by {_few(names)}"


def behind_whom(found: Moves) -> dict[str, int]:
    """The statements behind those who are worse off, with how many are so in one part at most; most first."""
    counts: dict[str, int] = {}
    for change in found.changes:
        for blame in change.blames:
            name = statement_name(blame.statement)
            counts[name] = max(counts.get(name, 0), blame.statement.customers)
    return dict(sorted(counts.items(), key=lambda each: -each[1]))


def _others_words(found: Moves) -> Iterator[str]:
    if found.mixed:
        yield f"{count_text(found.mixed)} of these gain something else."
    others = [(found.better, "better off"), (found.different, "given another value, neither better nor worse")]
    said = [f"{count_text(count)} {'is' if count == 1 else 'are'} {words}" for count, words in others if count]
    if found.customers:
        get = "gets" if found.same == 1 else "get"
        yield joined([*said, f"{count_text(found.same)} {get} the same"]) + "."


def _offer_words(found: Moves) -> Iterator[str]:
    for names, words in ((found.no_longer, "no longer offered"), (found.newly, "newly offered")):
        if names:
            yield f"{_few([f'`{printable(name)}`' for name in names])} {'is' if len(names) == 1 else 'are'} {words}."
    if found.broken:
        have = "row couldn't" if found.broken == 1 else "rows couldn't"
        yield f"{count_text(found.broken)} {have} be read whole."


def _difference_of_costs(found: Moves) -> Iterator[str]:
    if found.costs is None:
        return
    old, new = found.costs
    before, now = shown(old.total, MONEY, found.old.currency), shown(new.total, MONEY, found.new.currency)
    if found.old.currency != found.new.currency:
        yield f"Serving them costs {now}, after {before}."
    elif old.total == new.total:
        yield f"Serving them costs the same, {now}."
    else:
        apart = shown(abs(new.total - old.total), MONEY, found.new.currency)
        yield f"Serving them costs {apart} {'more' if new.total > old.total else 'less'}: {now}, after {before}."
    if old.unknown or new.unknown:
        yield f"Of {plural(max(old.unknown, new.unknown), 'customer')} the cost isn't known."


# ---------------------------------------------------------------- words


def statement_name(statement: Statement) -> str:
    """`limit resellers`, in backticks."""
    kind = "" if statement.kind in ("row", "cost", "tier") else f"{statement.kind} "
    return f"`{printable(kind + statement.name)}`"


def _few(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return joined(names)
    return joined([*names[:MOST_NAMED], plural(len(names) - MOST_NAMED, "other")])


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""
