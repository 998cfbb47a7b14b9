"""From a policy to how well its own tests notice changes: every statement judged, in several processes.

A process is given texts and gives data back; it reads the policy itself. Statements are judged each by itself, so the
result doesn't depend on how many processes there are.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.connection import wait

from tierpolicy.analysis.proofs import Progress, unseen
from tierpolicy.model.policy import Policy
from tierpolicy.model.words import quoted
from tierpolicy.source import Source
from tierpolicy.syntax.gather import Gathered
from tierpolicy.testing.collecting import suite_of
from tierpolicy.testing.mutation.changed import Original, Texts, texts_of
from tierpolicy.testing.mutation.changes import Changed
from tierpolicy.testing.mutation.judging import Court, Judged, JudgedStatement, Verdict
from tierpolicy.testing.mutation.noticing import LeftOut

DEFAULT_MOST = 4_000
DEFAULT_TIMEOUT = 5.0
WORTH_A_PROCESS = 150
"""So many changes are judged sooner by one process than another one has started."""

READINGS = 1_000_000
"""Statements read again for all changes together, unless more changes are asked for."""


@dataclass(frozen=True, slots=True)
class HowMuch:
    """How far measuring goes. At most `most` changes are tried (None: as many as take about a minute or two), drawn by
    `seed` and spread over the statements; only of the statements called `only`, where some are. `timeout`: seconds that
    one search may take."""

    most: int | None = None
    jobs: int = 1
    timeout: float = DEFAULT_TIMEOUT
    seed: int = 0
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """An example, ready to paste, that would notice changes which nothing notices. `text` is '' where it can't be
    written. `says`: attribute, what is decided, and what each of the changes would decide; nothing where they don't
    agree."""

    name: str
    text: str
    says: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of the changes of one policy. `possible` is how many there are; those in `statements` were tried.
    `examples` belong to the statements, in their order; `left_out` are tests that can notice nothing."""

    policy: Policy
    sources: Mapping[str, Source]
    possible: int
    statements: tuple[JudgedStatement, ...]
    examples: Mapping[tuple[int, int], Example]
    left_out: tuple[LeftOut, ...]

    @property
    def changes(self) -> Iterator[Judged]:
        for statement in self.statements:
            yield from statement.changes

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(each.verdict for each in self.changes)

    @property
    def score(self) -> float | None:
        """Percent of the changes that matter which are noticed; None where none matters."""
        return score_of(self.counts)


def score_of(counts: Mapping[Verdict, int]) -> float | None:
    """Noticed of noticed and survived, in percent."""
    noticed, survived = counts.get("noticed", 0), counts.get("survived", 0)
    return 100 * noticed / (noticed + survived) if noticed + survived else None


def measured(gathered: Gathered, policy: Policy, how: HowMuch, progress: Progress = unseen) -> Measured:
    """How well the policy's own tests notice changes. The policy must be what the files say: it has no errors."""
    original = Original(gathered, policy)
    court = Court(original, how.timeout, how.seed)
    within = [place for place, each in enumerate(court.statements) if not how.only or each.name in how.only]
    possible = sum(len(court.statements[place].changes) for place in within)
    tasks = list(_tasks(chosen(court.statements, within, _most(how, policy), how.seed)))
    found = _judged(court, tasks, how, progress)
    statements = tuple(found[place] for place, _ in tasks)
    examples = dict(_examples(statements, policy))
    return Measured(policy, original.sources, possible, statements, examples, court.own.left_out)


def _most(how: HowMuch, policy: Policy) -> int:
    if how.most is not None:
        return how.most
    size = len(policy.rules) + len(policy.limits) + len(policy.baselines)
    return max(200, min(DEFAULT_MOST, READINGS // max(1, size)))


def chosen(statements: Sequence[Changed], within: Sequence[int], most: int, seed: int) -> list[tuple[int, int]]:
    """Which changes are tried, by the place of their statement and their own: all, or so many, one of each statement in
    turn."""
    turns: list[tuple[int, int, int]] = []
    for place in within:
        changes = list(range(len(statements[place].changes)))
        random.Random(f"{seed}/{statements[place].name}/{place}").shuffle(changes)
        turns += [(turn, place, at) for turn, at in enumerate(changes)]
    return sorted((place, at) for _, place, at in sorted(turns)[:most])


Task = tuple[int, tuple[int, ...]]
"""A statement's place, and which of its changes are judged."""


def _tasks(some: Sequence[tuple[int, int]]) -> Iterator[Task]:
    by_statement: dict[int, list[int]] = {}
    for place, at in some:
        by_statement.setdefault(place, []).append(at)
    for place, changes in by_statement.items():
        yield place, tuple(changes)


def _examples(statements: Sequence[JudgedStatement], policy: Policy) -> Iterator[tuple[tuple[int, int], Example]]:
    """The examples with names that no other one has."""
    taken = {example.origin.name for example in policy.examples}
    for statement in statements:
        for at, telling in enumerate(statement.examples):
            name, number = telling.title, 2
            while name in taken:
                name, number = f"{telling.title} ({number})", number + 1
            taken.add(name)
            text = f"example {quoted(name)}:\n{telling.body}" if telling.body else ""
            yield (statement.place, at), Example(name, text, telling.says)


# ---------------------------------------------------------------- in one process or several


def _judged(court: Court, tasks: Sequence[Task], how: HowMuch, progress: Progress) -> dict[int, JudgedStatement]:
    total = sum(len(changes) for _, changes in tasks)
    jobs = min(how.jobs, len(tasks), 1 + total // WORTH_A_PROCESS)
    found: dict[int, JudgedStatement] = {}
    done = 0
    progress("changing the policy", 0, total)
    results = _here(court, tasks) if jobs <= 1 else _elsewhere(court, tasks, jobs, how)
    for each in results:
        found[each.place] = each
        done += len(each.changes)
        progress(f"changing `{each.name}`", done, total)
    return found


def _here(court: Court, tasks: Sequence[Task]) -> Iterator[JudgedStatement]:
    return (court.judged(place, changes) for place, changes in tasks)


def _elsewhere(court: Court, tasks: Sequence[Task], jobs: int, how: HowMuch) -> Iterator[JudgedStatement]:
    """In processes of their own, which end with this one's interest in them."""
    given = (texts_of(court.original.gathered), how.timeout, how.seed)
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=given)
    try:
        waiting: list[Future[JudgedStatement]] = [executor.submit(_judge, place, changes) for place, changes in tasks]
        for future in as_completed(waiting):
            yield future.result()
        executor.shutdown()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            if process.name.startswith("SpawnProcess"):
                process.terminate()


_court: Court | None = None


def _begin(texts: Texts, timeout: float, seed: int) -> None:
    """A process reads the policy. Whoever interrupts the command speaks to its first process, which ends this one."""
    global _court
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ends_with_its_parent()
    suite = suite_of(texts.gathered())
    assert suite.policy is not None, "the policy was read before"
    _court = Court(Original(suite.gathered, suite.policy), timeout, seed)


def ends_with_its_parent() -> None:
    """Lets this process end as soon as the one that began it is gone, however that ended: nobody else would end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _judge(place: int, changes: tuple[int, ...]) -> JudgedStatement:
    assert _court is not None
    return _court.judged(place, changes)
