"""Threads that share a policy find the same as one alone, whoever comes first."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from tierpolicy import Policy, loads
from tierpolicy.cells import axes as axes_module
from tierpolicy.compile import normal as module
from tierpolicy.compile.mattering import mattering
from tierpolicy.compile.normal import Normal, normal_form

THREADS = 8
RULES = 160
HEAD = """
policy "Shared" version "1" effective from 2026-01-01
customer {
    orders : integer
    visits : integer
    spend  : integer
}
service {
    level : integer at least 0 more is better
}
"""


def text_of(rules: int) -> str:
    """Rules that are no conjunctions: where they aren't false has to be found."""
    said = (
        f"rule r{at}: if not (orders > {at} and visits < {3 * at + 1}) or spend = {at} then level = {at}"
        for at in range(1, rules + 1)
    )
    return HEAD + "\n".join(said) + "\n"


@pytest.fixture(autouse=True)
def _turns_change_often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "CELLS_REMEMBERED", 0)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def asked_by_threads(policy: Policy, records: list[dict[str, object]]) -> list[object]:
    together = Barrier(THREADS)

    def ask(record: dict[str, object]) -> object:
        together.wait(30)
        decision = policy.evaluate(record)
        return decision.undetermined, decision.problems

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(ask, records))


def regions_by_threads(normal: Normal) -> list[object]:
    """What every thread finds, each from another condition on."""
    together = Barrier(THREADS)
    count = len(normal.stages[0].conditions)

    def find(thread: int) -> dict[int, object]:
        together.wait(30)
        order = [(at + thread * count // THREADS) % count for at in range(count)]
        return {row: normal.possible(0, row) for row in order}

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(find, range(THREADS)))


def test_what_is_undetermined_is_the_same_for_every_thread() -> None:
    records: list[dict[str, object]] = [{"visits": 7 * at} for at in range(THREADS)]
    alone = loads(text_of(RULES))
    expected = [(alone.evaluate(each).undetermined, alone.evaluate(each).problems) for each in records]
    for _ in range(6):
        assert asked_by_threads(loads(text_of(RULES)), records) == expected


def test_regions_are_the_same_for_every_thread() -> None:
    typed = loads(text_of(60)).versions[0]
    alone = normal_form(typed)
    expected = {row: alone.possible(0, row) for row in range(len(alone.stages[0].conditions))}
    for _ in range(4):
        assert regions_by_threads(normal_form(typed)) == [expected] * THREADS


def test_who_finds_what_matters_waits_for_its_turn() -> None:
    normal = normal_form(loads(text_of(8)).versions[0])
    done = Event()

    def work() -> None:
        mattering(normal)
        normal.possible(0, 0)
        done.set()

    thread = Thread(target=work)
    with normal.turn:
        thread.start()
        assert not done.wait(0.3)
    thread.join(30)
    assert done.is_set()


def test_an_axis_has_its_number_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    normal = normal_form(loads(text_of(8)).versions[0])
    first = normal.axes.axes[0]

    def fail(*given: object) -> None:
        raise ValueError("no axis")

    monkeypatch.setattr(axes_module, "_axis", fail)
    with pytest.raises(ValueError, match="no axis"):
        normal.axes.add("new", first.subject, None, frozenset(), frozenset())
    assert "new" not in normal.axes.numbers


def test_the_turn_is_no_part_of_what_a_policy_says() -> None:
    normal = normal_form(loads(text_of(3)).versions[0])
    turn = copy.deepcopy(normal.turn)
    assert turn is not normal.turn
    assert "turn" not in repr(normal.turn.__reduce__()[1])
    compared = [each.name for each in normal.__dataclass_fields__.values() if each.compare]
    assert "turn" not in compared


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_forked_child_takes_its_turn_though_another_thread_held_it() -> None:
    normal = normal_form(loads(text_of(8)).versions[0])
    held, may_go = Event(), Event()

    def hold() -> None:
        with normal.turn:
            held.set()
            may_go.wait(30)

    thread = Thread(target=hold)
    thread.start()
    assert held.wait(30)
    child = os.fork()
    if child == 0:
        os._exit(0 if normal.turn.lock.acquire(timeout=5) else 1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    may_go.set()
    thread.join(30)
    assert code == 0
