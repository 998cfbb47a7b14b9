"""Processes that judge changes end with the one that began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BEGINS = """\
import multiprocessing, sys, time
from tests.testing.test_mutation_processes import works
if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=works)
    worker.start()
    time.sleep(60)
"""


def works() -> None:
    """A process at work, which says who it is."""
    from tierpolicy.testing.mutation.measuring import ends_with_its_parent

    ends_with_its_parent()
    print(os.getpid(), flush=True)
    time.sleep(60)


def test_a_process_ends_when_the_one_that_began_it_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "begins.py"
    script.write_text(BEGINS, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        for _ in range(200):
            if not is_there(worker):
                return
            time.sleep(0.05)
        os.kill(worker, signal.SIGKILL)
        raise AssertionError("it is still there")


def is_there(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
