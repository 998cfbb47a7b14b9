"""When compiled code takes over from numpy, and that numpy goes on where it can't."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.compile.columns_numba.drawn import drawn, plainly
from tierpolicy.compile.columns import numba_loading
from tierpolicy.compile.columns.kernels_choice import ProgramKernel
from tierpolicy.compile.columns.numba_loading import COMPILING, LOADING, Compiled
from tierpolicy.compile.columns.numpy_boxes import boxes_kernel


def answers_rightly(compiled: Compiled) -> bool:
    given = drawn(Random(3), rows=700)
    answers = given.answers(ProgramKernel(given.tables, boxes_kernel(given.tables), compiled))
    return [array.tolist() for array in answers] == plainly(given)


def test_a_short_job_loads_nothing() -> None:
    compiled = Compiled()
    assert answers_rightly(compiled)
    assert (compiled.state, compiled.make) == ("not loaded", None)
    assert compiled.spent > 0


def test_a_long_job_is_compiled_and_answers_the_same() -> None:
    pytest.importorskip("numba")
    compiled = Compiled(spent=COMPILING)
    assert answers_rightly(compiled)
    assert compiled.state == "ready"


def test_what_lies_on_disk_is_loaded_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    for on_disk, state in ((False, "not cached"), (True, "ready")):
        monkeypatch.setattr(numba_loading, "_on_disk", lambda function, found=on_disk: found)
        compiled = Compiled(spent=LOADING)
        assert answers_rightly(compiled)
        assert compiled.state == state


def test_without_numba_numpy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba_loading, "find_spec", lambda name: None)
    compiled = Compiled(spent=COMPILING)
    assert answers_rightly(compiled)
    assert compiled.state == "not installed"
    assert compiled.kernel_maker(at_once=True) is None


def test_a_compiler_that_fails_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Compiled, "_load", fail)
    compiled = Compiled(spent=COMPILING)
    assert answers_rightly(compiled)
    assert (compiled.state, compiled.reason) == ("unfit", "OSError: no space left on device")


def test_a_mistake_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise TypeError("not the compiler's doing")

    monkeypatch.setattr(Compiled, "_load", fail)
    with pytest.raises(TypeError, match="not the compiler's doing"):
        Compiled().kernel_maker(at_once=True)


def test_a_compiler_of_another_version_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = pytest.importorskip("numba.core.errors")

    def fail(*given: Any) -> None:
        raise errors.TypingError("no such type")

    monkeypatch.setattr(Compiled, "_load", fail)
    compiled = Compiled()
    assert compiled.kernel_maker(at_once=True) is None
    assert compiled.state == "unfit"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_forked_child_waits_for_no_thread_of_its_parent() -> None:
    code = (
        "import os, signal\n"
        "from tierpolicy.compile.columns.numba_loading import COMPILED, ready_now\n"
        "with COMPILED.turn:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        signal.alarm(10)\n"
        "        print(ready_now(), COMPILED.state, flush=True)\n"
        "        os._exit(0)\n"
        "    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False unfit\n0\n"


def in_fresh_folder(folder: Path, code: str) -> list[str]:
    """What a process prints that keeps compiled code in this folder."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    head = (
        "from pathlib import Path\n"
        "from tierpolicy.compile.columns.numba_loading import _on_disk, ready_now\n"
        "from tierpolicy.compile.columns.numba_program import answer\n"
        "place = Path(answer.stats.cache_path)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", head + code], capture_output=True, text=True, check=True, env=environment
    )
    return found.stdout.split()


def test_only_what_this_python_can_load_is_on_disk(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    others = (
        "place.mkdir(parents=True, exist_ok=True)\n"
        "line = answer.py_func.__code__.co_firstlineno\n"
        "for name in (f'answer-{line}.py27', f'answer-{line + 1}.py311', f'answer-{line - 1}.py311'):\n"
        "    (place / f'numba_program.{name}.nbi').write_bytes(b'')\n"
        "print(_on_disk(answer))\n"
    )
    assert in_fresh_folder(tmp_path, others) == ["False"]
    assert in_fresh_folder(tmp_path, "print(ready_now(), _on_disk(answer))") == ["True", "True"]
    assert in_fresh_folder(tmp_path, "print(_on_disk(answer))") == ["True"]
    stale = "answer._cache._cache_file._source_stamp = 'another source'\nprint(_on_disk(answer))"
    assert in_fresh_folder(tmp_path, stale) == ["False"]


def test_while_one_thread_compiles_another_goes_on() -> None:
    compiled = Compiled(spent=COMPILING)
    with compiled.turn:
        assert answers_rightly(compiled)
        assert compiled.state == "not loaded"


def test_numba_is_no_part_of_deciding_until_then() -> None:
    code = "import tierpolicy.compile.columns.kernels_choice, sys; print('numba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


def test_one_function_is_compiled_for_all() -> None:
    pytest.importorskip("numba")
    from tierpolicy.compile.columns.numba_program import answer

    assert numba_loading.ready_now()
    for seed in range(20):
        given = drawn(Random(seed))
        given.answers(ProgramKernel(given.tables, boxes_kernel(given.tables)))
    assert len(answer.signatures) == 1


def test_where_nothing_can_be_written_code_is_compiled_in_memory() -> None:
    pytest.importorskip("numba")
    code = (
        "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []\n"
        "from tierpolicy.compile.columns.numba_program import answer; print(answer.stats.cache_path)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "None\n"


def test_a_change_of_masks_is_one_of_the_program() -> None:
    """numba compiles anew when the file of a function changed; the program's file names the other's content."""
    pytest.importorskip("numba")
    from tierpolicy.compile.columns import numba_masks, numba_program

    content = Path(str(numba_masks.__file__)).read_bytes()
    assert hashlib.sha256(content).hexdigest()[:16] == numba_program.MASKS
