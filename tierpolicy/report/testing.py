"""From the results of testing policies to lines for people: a line a policy, what failed, one closing sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render.cells import printable, wrapped
from tierpolicy.report.words import count_text, plural
from tierpolicy.source import Source
from tierpolicy.testing.suite import UNMEASURED, Item, Outcome, Result, Suite
from tierpolicy.testing.tested import SuiteResult

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "accepted", "skipped")
_COLORS: dict[Outcome, str] = {"passed": "32", "failed": "1;31", "accepted": "33", "skipped": "36"}
WIDEST_PATH = 50
MOST_REASONS = 2
_WORD = max(map(len, OUTCOMES))


def findings_of(tested: Iterable[SuiteResult]) -> tuple[Diagnostic, ...]:
    """Why items failed, in all policies."""
    return tuple(found for each in tested for found in each.findings)


def texts_of(tested: Iterable[SuiteResult]) -> tuple[Source, ...]:
    """The texts that findings speak of, each once."""
    return tuple({source.path: source for each in tested for source in each.suite.sources}.values())


def counts_said(counts: Counter[Outcome]) -> str:
    """`12 passed, 1 failed`; `nothing to test` of nothing."""
    return ", ".join(f"{count_text(counts[each])} {each}" for each in OUTCOMES if counts[each]) or "nothing to test"


# ---------------------------------------------------------------- a line a policy


def policy_lines(
    tested: Sequence[SuiteResult], width: int | None, *, every: bool = False, color: bool = False
) -> list[str]:
    """Each policy with its counts, below it the items that failed, or with `every` all of them. Policies of which no
    item was asked for are left out."""
    shown = [each for each in tested if each.results or not each.left_out]
    column = min(WIDEST_PATH, max((len(printable(each.suite.path)) for each in shown), default=0))
    return [line for each in shown for line in _policy(each, column, width, every, color)]


def _policy(tested: SuiteResult, column: int, width: int | None, every: bool, color: bool) -> Iterator[str]:
    said = counts_said(tested.counts) if tested.results or not tested.not_run else f"{tested.not_run} not run"
    if tested.is_bare:
        said += "; no example, case or property stands in it"
    path = printable(tested.suite.path)
    if width is not None and max(column, len(path)) + 2 + len(said) > width:
        yield path
        yield from (f"  {line}" for line in wrapped(said, width - 2))
    else:
        yield f"{path.ljust(column)}  {said}"
    for result in tested.results:
        if every or result.outcome == "failed":
            yield from _item(result, tested.suite, width, color)


def _item(result: Result, suite: Suite, width: int | None, color: bool) -> Iterator[str]:
    place = _place(result.item, suite)
    note = f": {result.note}" if result.note else ""
    said = printable(f"{result.item.id}{place}{note}")
    first, *rest = [said] if width is None else wrapped(said, max(20, width - _WORD - 4))
    yield f"  {_painted(result.outcome, color)}  {first}"
    yield from (f"  {' ' * _WORD}  {more}" for more in rest)


def _place(item: Item, suite: Suite) -> str:
    """Where the item is written, in the policy's main file or in another; errors are known by their place."""
    line = line_of(item, suite)
    if item.kind == "error" or item.span is None or line is None:
        return ""
    return f" (line {line})" if item.span.path == suite.path else f" ({item.span.path}:{line})"


def _painted(outcome: Outcome, color: bool) -> str:
    word = outcome.ljust(_WORD)
    return f"\x1b[{_COLORS[outcome]}m{word}\x1b[0m" if color else word


def line_of(item: Item, suite: Suite) -> int | None:
    """The line at which an item is written; None where it is written nowhere, or in a text that isn't at hand."""
    if item.span is None:
        return None
    source = next((each for each in suite.sources if each.path == item.span.path), None)
    return None if source is None else source.position(item.span.start).line


# ---------------------------------------------------------------- the closing sentence


def closing_sentence(tested: Sequence[SuiteResult]) -> str:
    """``12 passed, 1 failed, 2 skipped (measured on customers only with `--on`)``, and what wasn't run."""
    counts = sum((each.counts for each in tested), Counter[Outcome]())
    parts = [f"{count_text(counts[each])} {each}" for each in OUTCOMES if counts[each]]
    if counts["skipped"]:
        parts[-1] += f" ({why_skipped(tested)})"
    left_out, not_run = (sum(getattr(each, name) for each in tested) for name in ("left_out", "not_run"))
    if not_run:
        parts.append(f"{count_text(not_run)} not run after the first failure")
    if left_out:
        parts.append(f"{count_text(left_out)} left out by `-k`")
    of = f" in {plural(len(tested), 'policy', 'policies')}" if len(tested) > 1 else ""
    return f"{', '.join(parts) or 'nothing to test'}{of}"


def why_skipped(tested: Sequence[SuiteResult]) -> str:
    """The reasons in a few words, the most common first."""
    reasons = Counter(_reason(each) for one in tested for each in one.results if each.outcome == "skipped")
    said = [reason for reason, _ in reasons.most_common()]
    return "; ".join(said) if len(said) <= MOST_REASONS else f"{said[0]}, and other reasons: see `-v`"


def _reason(result: Result) -> str:
    return "measured on customers only with `--on`" if result.note == UNMEASURED else result.note
