"""The servers that tests need are there, and what they leave behind is nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.servers import postgres as servers
from tests.servers.postgres import rows, run

ROOT = Path(__file__).parents[2]


def test_postgres_answers(postgres: str) -> None:
    run(postgres, "CREATE TABLE t (n integer); INSERT INTO t VALUES (1), (NULL)")
    assert rows(postgres, "SELECT n FROM t ORDER BY n") == [(1,), (None,)]


def test_every_test_finds_an_empty_database(postgres: str) -> None:
    assert rows(postgres, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_spark_answers_from_several_partitions(spark: Any) -> None:
    assert spark.range(10).repartition(3).count() == 10


def test_a_missing_server_fails_the_test_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "programs_found", lambda: None)
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        next(servers.postgres_server.__wrapped__())


def test_the_server_ends_with_the_process_that_started_it() -> None:
    program = (
        "import sys, time; from tests.servers.postgres import *\n"
        "with running(programs_found()) as server: print(server.port, flush=True); time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    port = child.stdout.readline().strip()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    programs = servers.programs_found()
    assert programs is not None
    for _ in range(600):
        if subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", port]).returncode:
            return
        time.sleep(0.1)
    raise AssertionError("the server still takes connections a minute later")
