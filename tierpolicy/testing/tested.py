"""From paths to what came out of every suite there: collected, chosen from, and run one item after another."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tierpolicy.analysis.proofs import Progress
from tierpolicy.analysis.proofs import unseen as unwatched
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.testing.collecting import suites_in
from tierpolicy.testing.suite import How, Item, Outcome, Result, Seen, Suite, unseen


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One policy's suite and what came out of its items; `left_out` counts those that nobody asked for, `not_run`
    those that came too late."""

    suite: Suite
    results: tuple[Result, ...]
    left_out: int = 0
    not_run: int = 0

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(result.outcome for result in self.results)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """Why items failed."""
        return tuple(found for each in self.results if each.outcome == "failed" for found in each.findings)

    @property
    def is_bare(self) -> bool:
        """True where its author wrote nothing that could be tested."""
        return self.suite.policy is not None and all(item.kind == "check" for item in self.suite.items)


def suites_at(paths: Iterable[Path]) -> tuple[Suite, ...]:
    """The suites of all policies at the paths, each policy once."""
    found: dict[str, Suite] = {}
    for path in paths:
        for suite in suites_in(path):
            found.setdefault(os.path.abspath(suite.path), suite)
    return tuple(found.values())


Chosen = Callable[[Suite, Item], bool]


def everything(suite: Suite, item: Item) -> bool:
    """Chooses every item."""
    return True


def named_by(text: str) -> Chosen:
    """Chooses the items whose whole id, `service.tier::example::Acme`, has each word of the text in it; letters may be
    small or large. Without words, all."""
    words = text.casefold().split()
    return lambda suite, item: all(word in f"{suite.path}::{item.id}".casefold() for word in words)


def run_all(
    suites: Iterable[Suite],
    how: How,
    seen: Seen = unseen,
    *,
    chosen: Chosen = everything,
    first_failure: bool = False,
    progress: Progress = unwatched,
) -> tuple[SuiteResult, ...]:
    """Runs what is chosen of each suite. With `first_failure` nothing is run after the first item that fails."""
    from tierpolicy.testing.running import result_of  # so that other commands load nothing that proves

    plans = [(suite, [item for item in suite.items if chosen(suite, item)]) for suite in suites]
    total, done, stopped = sum(len(items) for _, items in plans), 0, False
    found = []
    for suite, items in plans:
        results: list[Result] = []
        for item in items if not stopped else ():
            progress(f"testing {suite.path}", done, total)
            results.append(result_of(suite, item, how, seen))
            done += 1
            if first_failure and results[-1].outcome == "failed":
                stopped = True
                break
        left_out = len(suite.items) - len(items)
        found.append(SuiteResult(suite, tuple(results), left_out, len(items) - len(results)))
    return tuple(found)
