"""From a simulation to one HTML page: what a policy comes to for a whole customer base, in words, pictures, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import MONEY, Integer, Money, Type
from tierpolicy.report.headlines import simulation_headlines, statement_name
from tierpolicy.report.pictures import Bar, Words, bars, heat
from tierpolicy.report.pictures.lettering import Amount, number_text
from tierpolicy.report.sections import Block, Page, Row, Section, Tile, page_text, table
from tierpolicy.report.shown import average_shown, band_shown, bound_shown, shown
from tierpolicy.report.statement_sections import claims_section, costs_section, statements_section
from tierpolicy.report.words import count_text, plural, policy_title, share_text
from tierpolicy.runtime.simulation.results import (
    Amounts,
    Count,
    Crossing,
    Distance,
    Elements,
    Labels,
    Part,
    Simulation,
    Statement,
)

LEAST_SEEN = 200
"""Of the customers who can get more, a part smaller than one in so many is in the table only."""


def simulation_page(found: Simulation) -> str:
    """A whole HTML document that needs nothing else."""
    title = policy_title(found.policy.name, found.policy.version)
    return page_text(
        Page(
            f"{title}: what it comes to",
            f"{plural(found.customers, 'customer')} of `{found.base}`, as of {found.as_of.isoformat()}",
            simulation_headlines(found),
            tuple(_tiles(found)),
            tuple(_sections(found)),
            tuple(made(found.base, found.customers, found.broken, found.as_of.isoformat(), found.policy, found.notes)),
        )
    )


def _tiles(found: Simulation) -> Iterator[Tile]:
    yield Tile(count_text(found.customers), "customers")
    if found.costs is not None:
        yield Tile(shown(found.costs.total, MONEY, found.policy.currency), "what serving them costs")
    best = _best(found)
    if best is not None:
        yield best
    lowering = max((each for each in found.statements if each.kind == "limit"), key=_moved_by, default=None)
    if lowering is not None and lowering.moved:
        yield Tile(count_text(lowering.moved), f"have less by {statement_name(lowering)}", "worse")
    measured = [each for each in found.claims if each.verdict != "not measured"]
    if measured:
        held = sum(each.verdict == "holds" for each in measured)
        missed = held < len(measured)
        words = "promises about all customers hold"
        yield Tile(f"{held} of {len(measured)}", words, "missed" if missed else "better")
    if found.with_problems:
        yield Tile(count_text(found.with_problems), "customers with values that can't be used")


def _best(found: Simulation) -> Tile | None:
    """How many have the best of what is counted."""
    part = next((each for each in found.parts if each.attribute.name == found.counted), None)
    if part is None or not isinstance(part.values, Labels) or not part.values.counts:
        return None
    best = part.values.counts[0]
    label = shown(best.value, part.attribute.type)
    return Tile(count_text(best.customers), f"{label}, {share_text(best.customers, found.customers)}")


def _moved_by(statement: Statement) -> int:
    return statement.moved or 0


def _sections(found: Simulation) -> Iterator[Section]:
    if found.parts:
        yield Section(
            "who-gets-what", "Who gets what", "", tuple(_part(each, found) for each in _counted_first(found)), True
        )
    if found.crossing is not None:
        yield _value(found.crossing, found)
    if found.distances:
        blocks = tuple(_distance(at, each, found) for at, each in enumerate(found.distances))
        yield Section("next", "How close customers are to more", "", blocks)
    if load := _load(found):
        yield load
    if found.costs is not None:
        yield costs_section(found.costs, found.policy)
    if found.statements:
        yield statements_section(found.statements)
    if found.claims:
        yield claims_section(found.claims)
    if found.problems or found.open or found.broken:
        yield _data(found)


def _counted_first(found: Simulation) -> list[Part]:
    return sorted(found.parts, key=lambda each: each.attribute.name != found.counted)


# ---------------------------------------------------------------- who gets what


def _part(part: Part, found: Simulation) -> Block:
    attribute, values = part.attribute, part.values
    name, of = f"`{attribute.name}`", found.customers
    said = tuple(_moved(part)) + (_amount_words(values, part, found.policy) if isinstance(values, Amounts) else ())
    rows = _counts(values, part)
    drawn = [Bar(label, count, note=share_text(count, of)) for label, count in rows]
    words = Words(f"part-{attribute.name}", f"{attribute.name}: customers by what they get", _spoken(rows))
    numbers = table(
        f"Customers by {name}",
        (attribute.name, "customers", "of all"),
        [(label, count_text(count), share_text(count, of)) for label, count in rows],
    )
    return Block(name, attribute.description, said, bars(words, drawn, alone=False), table=numbers, folded=True)


def _spoken(rows: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{label}: {count_text(count)}" for label, count in rows[:20])


def _counts(values: Labels | Elements | Amounts, part: Part) -> list[tuple[str, int]]:
    kind = part.attribute.type
    match values:
        case Labels(counts, others):
            rows = [(shown(each.value, kind), each.customers) for each in counts]
            return [*rows, *([("other texts", others)] if others else [])]
        case Elements(counts, nothing):
            return [*((shown(each.value, kind), each.customers) for each in counts), ("nothing of it", nothing)]
        case Amounts():
            rows = [(band_shown(band, kind), band.customers) for band in values.bands]
            return [*rows, *([("none", values.none)] if values.none else [])]


def _amount_words(values: Amounts, part: Part, policy: Policy) -> tuple[str, ...]:
    kind, currency = part.attribute.type, policy.currency
    said = []
    if values.total is not None and values.known:
        in_all = f"In all {shown(values.total, kind, currency)}, on" if isinstance(kind, Money | Integer) else "On"
        said.append(f"{in_all} average {average_shown(values.total, values.known, kind, currency)}.")
    half = next((each for each in values.quantiles if each.percent == 50), None)
    tenth = next((each for each in values.quantiles if each.percent == 90), None)
    if half is not None and tenth is not None:
        middle, high = shown(half.value, kind, currency), shown(tenth.value, kind, currency)
        said.append(f"Half of the customers have {middle} or less, nine in ten {high} or less.")
    if not values.exact:
        said.append("Counted by the first three digits of each value.")
    return (" ".join(said),) if said else ()


def _moved(part: Part) -> Iterator[str]:
    """What baselines and limits did."""
    said = [
        f"{by} it for {plural(count, 'customer')}"
        for by, count in (("a baseline raises", part.raised), ("a limit lowers", part.lowered))
        if count
    ]
    if said:
        text = "; ".join(said)
        yield f"{text[0].upper()}{text[1:]}."


# ---------------------------------------------------------------- value, distance


def _value(crossing: Crossing, found: Simulation) -> Section:
    levels = [shown(each, found.policy.attributes[crossing.attribute].type) for each in crossing.levels]
    bands = [band_shown(each, crossing.type) for each in crossing.bands]
    title = f"{crossing.field} against {crossing.attribute}"
    words = Words("crossing", title, "The numbers stand in the table below.")
    shares = crossing.counts[::-1]
    picture = heat(words, bands[::-1], levels, shares, of="row", across=crossing.attribute, alone=False)
    numbers = table(
        f"Customers by `{crossing.field}` and `{crossing.attribute}`",
        (_with_unit(crossing.field, crossing.type, found.policy), *levels, "all"),
        [
            *(
                (band, *map(count_text, row), count_text(sum(row)))
                for band, row in zip(bands, crossing.counts, strict=True)
            ),
            *(
                [("not known", *map(count_text, crossing.unknown), count_text(sum(crossing.unknown)))]
                if any(crossing.unknown)
                else []
            ),
        ],
    )
    intro = (
        f"Customers by `{crossing.field}`, most first, and which `{crossing.attribute}` they get. Shares are of a row."
    )
    return Section("value", "Value against service", intro, (Block("", "", (), picture, True, numbers, True),))


def _with_unit(name: str, kind: Type, policy: Policy) -> str:
    return f"{name} ({policy.currency})" if policy.currency and kind == MONEY else name


def _distance(at: int, each: Distance, found: Simulation) -> Block:
    title = f"More `{each.field}` for a better `{each.attribute}`"
    if each.reason:
        return Block(title, "", (f"Not measured: {each.reason}.",))
    of = sum(count.customers for count in each.by_level if count.customers)
    currency = found.policy.currency
    rows = [
        (f"with up to {bound_shown(reach.up_to, each.type, currency)} more", reach.customers) for reach in each.reaches
    ]
    level = found.policy.attributes[each.attribute].type if each.attribute in found.policy.attributes else None
    said = [f"{plural(of, 'customer')} can get a better `{each.attribute}` by more `{each.field}` alone."]
    if each.by_level and level is not None:
        now = ", ".join(
            f"{count_text(count.customers)} {shown(count.value, level)}" for count in each.by_level if count.customers
        )
        said.append(f"Today they are: {now}.")
    said.append(
        f"{count_text(each.best)} have the best already, {count_text(each.never)} get no more however far it rises"
        + (f", of {count_text(each.unknown)} it isn't known." if each.unknown else ".")
    )
    drawn = [
        Bar(label, count, note=share_text(count, found.customers)) for label, count in rows if count * LEAST_SEEN >= of
    ]
    words = Words(f"distance-{at}", title.replace("`", ""), _spoken(rows))
    numbers = table(
        f"Customers who get a better `{each.attribute}`, each line with those above it",
        (f"`{each.field}`", "customers", "of all"),
        [(label, count_text(count), share_text(count, found.customers)) for label, count in rows],
    )
    return Block(title, "", (" ".join(said),), bars(words, drawn, alone=False), table=numbers, folded=True)


# ---------------------------------------------------------------- load


def _load(found: Simulation) -> Section | None:
    part = next((each for each in found.parts if each.attribute.name == found.pool), None)
    if part is None or not isinstance(part.values, Labels):
        return None
    field = found.policy.fields.get(found.load_by)
    head = ["customers", *([f"`{found.load_by}`", "of how many not known"] if field else [])]

    def row(count: Count) -> Row:
        kind = part.attribute.type
        load = [shown(count.load.total, field.type), count_text(count.load.unknown)] if field and count.load else []
        return shown(count.value, kind), count_text(count.customers), *load

    numbers = table(f"Load by `{found.pool}`", (found.pool, *head), [row(each) for each in part.values.counts])
    drawn = [
        Bar(shown(each.value, part.attribute.type), float(each.load.total) if field and each.load else each.customers)
        for each in part.values.counts
    ]
    spelled = (lambda value: shown(_whole(value), field.type)) if field else number_text
    what = f"`{found.load_by}`" if field else "customers"
    words = Words("load", f"Load by {found.pool}")
    intro = f"Who serves them: {what} by `{found.pool}`."
    picture = bars(words, drawn, number=spelled, alone=False)
    return Section("load", "Load", intro, (Block("", "", (), picture, False, numbers),))


# ---------------------------------------------------------------- data


def _data(found: Simulation) -> Section:
    said = []
    if found.broken:
        said.append(f"{plural(found.broken, 'row')} couldn't be read whole; what could be read counts.")
    if found.open:
        said.append(f"For {plural(found.open, 'customer')} missing data leaves open whether some statement counts.")
    if found.with_problems:
        said.append(f"{plural(found.with_problems, 'customer')} with values that can't be used; they count as missing.")
    rows = [(f"`{name}`", count_text(count)) for name, count in found.problems.items()]
    numbers = table("Values that can't be used", ("where", "customers"), rows) if rows else None
    return Section("data", "What had problems", "", (Block("", "", tuple(said), table=numbers),))


def _whole(value: Amount) -> int | float:
    return int(value) if value == int(value) else float(value)


def made(
    base: str, customers: int, broken: int, as_of: str, policy: Policy, notes: Sequence[str], role: str = "policy"
) -> Iterator[tuple[str, str]]:
    """How the figures came about."""
    yield "customers", f"`{base}`: {plural(customers, 'row')}, {count_text(broken)} not read whole"
    yield "as of", as_of
    yield from policy_lines(policy, role)
    for note in notes:
        yield "note", note


def policy_lines(policy: Policy, role: str) -> Iterator[tuple[str, str]]:
    yield role, policy_title(policy.name, policy.version)
    yield "digest" if role == "policy" else f"digest of the {role}", f"`{policy.digest}`"
