"""The cycle collector is as it was, however many loads went on at once and however they ended."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from threading import Barrier, Event, Thread

import pytest

import tierpolicy
from tierpolicy.runtime import loading
from tierpolicy.runtime.collector import collector_resting


@pytest.fixture(autouse=True)
def running_again() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("text", ["if orders > 3 then priority = top", "rule broken"])
def test_a_load_leaves_it_as_it_was(before: bool, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile: list[bool] = []
    real = loading.elaborate
    monkeypatch.setattr(
        loading, "elaborate", lambda *given, **more: meanwhile.append(gc.isenabled()) or real(*given, **more)
    )
    (gc.enable if before else gc.disable)()
    with suppress(tierpolicy.PolicyError):
        tierpolicy.loads(text)
    assert gc.isenabled() is before
    assert meanwhile == [False]


def test_it_rests_until_the_last_is_done() -> None:
    inside, first_may_go, first_gone = Barrier(3), Event(), Event()
    last_may_go = Event()

    def work(may_go: Event, gone: Event | None) -> None:
        with collector_resting():
            inside.wait(10)
            may_go.wait(10)
        if gone is not None:
            gone.set()

    threads = [Thread(target=work, args=(first_may_go, first_gone)), Thread(target=work, args=(last_may_go, None))]
    for each in threads:
        each.start()
    inside.wait(10)
    assert not gc.isenabled()
    first_may_go.set()
    assert first_gone.wait(10)
    assert not gc.isenabled()
    last_may_go.set()
    for each in threads:
        each.join(10)
    assert gc.isenabled()


def test_one_inside_another_is_one() -> None:
    with collector_resting():
        with collector_resting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_child_that_is_forked_meanwhile_collects() -> None:
    with collector_resting():
        child = os.fork()
        if child == 0:
            os._exit(0 if gc.isenabled() else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert gc.isenabled()
