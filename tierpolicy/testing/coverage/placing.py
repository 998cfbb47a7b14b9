"""From what was counted of a policy to coverage: each number at the place in a file that it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from tierpolicy.model.expressions import TRUE
from tierpolicy.model.policy import ALWAYS, Baseline, Limit, Rule
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import expression_text, value_text
from tierpolicy.semantics.index import Statement
from tierpolicy.source import Source, Span
from tierpolicy.syntax.gather import STANDARD_PATH
from tierpolicy.testing.coverage.data import (
    BYS,
    NOBODY,
    TESTS,
    ComparisonSeen,
    Counts,
    Coverage,
    FallbackSeen,
    FileSeen,
    Kind,
    Place,
    PolicySeen,
    StatementSeen,
    merged,
)
from tierpolicy.testing.coverage.looking import Comparison
from tierpolicy.testing.coverage.recording import Tally, Watched

PROMISE = "true of everyone: a promise, which a good service needn't call on"
SETTLED = "reads nothing of the customer, so it comes out the same for all"

LONGEST_TEXT = 200
"""Of a comparison in letters; `in (…)` may go on for pages."""

Accepted = Mapping[Span, str]
"""The statements of which an author accepts that they decide nothing, with the code."""


@dataclass(slots=True)
class _InFile:
    source: Source
    statements: list[StatementSeen]
    comparisons: list[ComparisonSeen]
    fallbacks: list[FallbackSeen]


def coverage_of(each: Watched, accepted: Accepted) -> Coverage:
    """What was seen of one policy."""
    policy = each.policy
    files = {s.path: _InFile(s, [], [], []) for s in policy.sources if s.path != STANDARD_PATH}
    excused = _Excused(accepted)
    for statement in each.looked.statements:
        if (file := files.get(statement.origin.span.path)) is not None:
            file.statements.append(_statement_seen(statement, file.source, each, excused))
    for comparison, exempt, seen in _comparisons(each):
        if (file := files.get(comparison.span.path)) is not None:
            file.comparisons.append(_comparison_seen(comparison, file.source, exempt, seen))
    for attribute in policy.attributes.values():
        if (file := files.get(attribute.span.path)) is not None:
            file.fallbacks.append(_fallback_seen(attribute, file.source, each))
    customers = _counts(each, lambda tally: tally.customers)
    main = PolicySeen(policy.name, policy.version, policy.sources[0].path, policy.digest, tuple(files), customers)
    looked_at = (file for file in files.values() if file.statements or file.comparisons or file.fallbacks)
    return merged(Coverage((main,), tuple(_file_seen(file) for file in looked_at)))


def _file_seen(file: _InFile) -> FileSeen:
    digest = sha256(file.source.text.encode("utf-8", "surrogatepass")).hexdigest()
    return FileSeen(
        file.source.path,
        digest,
        file.source.text,
        tuple(sorted(file.statements, key=_start)),
        tuple(sorted(file.comparisons, key=_start)),
        tuple(sorted(file.fallbacks, key=_start)),
    )


def _start(seen: StatementSeen | ComparisonSeen | FallbackSeen) -> tuple[int, int]:
    return seen.place.start, seen.place.end


def _counts(each: Watched, count: Callable[[Tally], int]) -> Counts:
    return Counts(*(count(each.tallies[by]) if by in each.tallies else 0 for by in BYS))


def place_of(span: Span, source: Source) -> Place:
    """Where a span stands in its file. A span that ends with a line end ends on the line before it."""
    first, last = source.position(span.start), source.position(max(span.start, span.end - 1))
    return Place(span.start, span.end, first.line, last.line)


# ---------------------------------------------------------------- statements


def _statement_seen(statement: Statement, source: Source, each: Watched, excused: _Excused) -> StatementSeen:
    origin, name = statement.origin, statement.origin.name
    fired = _counts(each, lambda tally: tally.fired.get(name, 0))
    unknown = _counts(each, lambda tally: tally.unknown.get(name, 0))
    customers = _counts(each, lambda tally: tally.customers)
    out_of_force = NOBODY
    if statement.in_force != ALWAYS:
        out_of_force = _counts(each, lambda tally: tally.out_of_force.get(statement.in_force, 0))
    unreached = NOBODY
    if (row := each.looked.rows.get(name)) is not None:
        if isinstance(statement, Rule) and statement.otherwise:
            unreached = customers - out_of_force - fired
        else:
            unreached = _counts(each, lambda tally: sum(tally.reached[row.table][: row.place + 1]))
    gives_nothing = name in each.looked.giving_nothing
    tested = [each.tallies[by] for by in TESTS if by in each.tallies]
    taken = [tally.taken[name] for tally in tested if name in tally.taken]
    return StatementSeen(
        name,
        origin.title,
        _kind(statement),
        place_of(origin.span, source),
        PROMISE if _is_promise(statement) else "",
        excused.code_of(origin.span),
        fired,
        fired if gives_nothing else _counts(each, lambda tally: tally.decided.get(name, 0)),
        unknown,
        customers - out_of_force - unreached - fired - unknown,
        out_of_force,
        unreached,
        next(iter(taken), ""),
    )


def _kind(statement: Statement) -> Kind:
    match statement:
        case Rule():
            return statement.kind
        case Limit():
            return "limit"
        case Baseline():
            return "baseline"


def _is_promise(statement: Statement) -> bool:
    return isinstance(statement, Baseline) and statement.condition == TRUE and statement.in_force == ALWAYS


class _Excused:
    """The statements under an `allow`, found by where they stand: a row stands inside its table."""

    def __init__(self, accepted: Accepted) -> None:
        self._by_path: dict[str, list[tuple[Span, str]]] = defaultdict(list)
        for span, code in accepted.items():
            self._by_path[span.path].append((span, code))

    def code_of(self, span: Span) -> str:
        inside = (code for s, code in self._by_path.get(span.path, ()) if s.start <= span.start and span.end <= s.end)
        return next(inside, "")


# ---------------------------------------------------------------- comparisons and fallbacks


def _comparisons(each: Watched) -> Iterator[tuple[Comparison, str, tuple[Counts, Counts, Counts]]]:
    """Every comparison with why it is exempt, and how often it was true, false and unknown."""
    for tally in each.tallies.values():
        for group_tally in tally.groups:
            group_tally.settle(each.policy)
    for number, group in enumerate(each.looked.groups):
        for at, comparison in enumerate(group.comparisons):
            yield comparison, "", _seen_of(each, number, at)
    for comparison in each.looked.constant:
        yield comparison, SETTLED, (NOBODY, NOBODY, NOBODY)


def _seen_of(each: Watched, group: int, at: int) -> tuple[Counts, Counts, Counts]:
    """How often one comparison of a group was true, false and unknown."""
    by = {kind: tally.groups[group].truths[at] for kind, tally in each.tallies.items()}
    true, false, unknown = (Counts(*(by[kind][outcome] if kind in by else 0 for kind in BYS)) for outcome in range(3))
    return true, false, unknown


def _comparison_seen(
    comparison: Comparison, source: Source, exempt: str, seen: tuple[Counts, Counts, Counts]
) -> ComparisonSeen:
    text = source.slice(comparison.span) if comparison.as_written else expression_text(comparison.condition)
    if "\n" in text:
        text = expression_text(comparison.condition)
    clipped = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return ComparisonSeen(clipped, comparison.inside, place_of(comparison.span, source), exempt, *seen)


def _fallback_seen(attribute: Attribute, source: Source, each: Watched) -> FallbackSeen:
    value = attribute.default if attribute.worst is MISSING else attribute.worst
    words = "" if value is MISSING else value_text(value, attribute.type)
    taken = _counts(each, lambda tally: tally.fell_back.get(attribute.name, 0))
    return FallbackSeen(attribute.name, words, place_of(attribute.span, source), taken)
