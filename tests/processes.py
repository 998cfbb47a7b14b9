"""The command `tierpolicy` as a process of its own, without the half second that each start of Python costs.

A waiting process has loaded the package. For each command it forks: the child gets the command's folder, environment
and streams, calls `main`, and ends as a process does. What depends on the start itself (variables that Python reads
when it starts, terminals, signals, what is loaded) is tested with processes that start.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMEOUT = 120
READ_AT_START = ("PYTHON", "LC_", "LANG")
# What commands load when they need it; the compiler of kernels and array libraries start threads, which no fork keeps.
LEFT_TO_COMMANDS = (
    "tierpolicy.compile.columns",
    "tierpolicy.runtime.columns",
    "tierpolicy.runtime.bases",
    "tierpolicy.runtime.identity",
    "tierpolicy.runtime.simulation",
    "tierpolicy.runtime.spark",
    "tierpolicy.runtime.valuation",
    "tierpolicy.spark",
    "tierpolicy.surfaces.pytest_plugin",
)


def tierpolicy(
    *arguments: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    together: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command to its end, in UTF-8. `env` is its whole environment; `together`: stderr is part of stdout."""
    environment = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} | {**(os.environ if env is None else env)}
    if not hasattr(os, "fork") or started_otherwise(environment):
        return subprocess.run(
            [sys.executable, "-m", "tierpolicy", *arguments],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            cwd=cwd,
            env=environment,
            timeout=TIMEOUT,
        )
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        asked = {"argv": ["tierpolicy", *arguments], "cwd": str(cwd or Path.cwd()), "env": environment}
        code = exit_code(asked, (given.fileno(), out.fileno(), (out if together else err).fileno()))
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["tierpolicy", *arguments], code, out.read(), err.read())


def started_otherwise(environment: Mapping[str, str]) -> bool:
    """True where Python itself would start in another way than the waiting process did."""
    mine = {name: value for name, value in os.environ.items() if name.startswith(READ_AT_START)}
    asked = {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}
    return mine | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} != asked


def exit_code(asked: Mapping[str, object], streams: tuple[int, int, int]) -> int:
    line = waiting()
    message = json.dumps(asked).encode()
    socket.send_fds(line, [len(message).to_bytes(8, "big")], list(streams))
    line.sendall(message)
    return int.from_bytes(received(line, 2), "big", signed=True)


@cache
def waiting() -> socket.socket:
    """The line to the waiting process of this test run, which ends with it."""
    mine, other = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.processes import wait; wait()", str(other.fileno())],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        pass_fds=[other.fileno()],
    )
    other.close()
    mine.settimeout(TIMEOUT)
    atexit.register(process.wait, TIMEOUT)
    atexit.register(mine.close)
    return mine


def received(line: socket.socket, count: int) -> bytes:
    """So many bytes; none where the other side has left."""
    found = b""
    while len(found) < count:
        piece = line.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found


# ---------------------------------------------------------------- in the waiting process


def wait() -> None:
    """Loads the package, then forks a child for each command that is asked for, one after another."""
    for module in pkgutil.walk_packages([str(ROOT / "tierpolicy")], "tierpolicy."):
        if not module.name.startswith(LEFT_TO_COMMANDS) and not module.name.endswith("__main__"):
            import_module(module.name)
    gc.freeze()
    line = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(EOFError):
        while True:
            head, streams, _, _ = socket.recv_fds(line, 8, 3)
            asked = json.loads(received(line, int.from_bytes(head + received(line, 8 - len(head)), "big")))
            child = os.fork()
            if child == 0:
                line.close()
                become(asked, streams)
                return
            for stream in streams:
                os.close(stream)
            line.sendall(ended(child).to_bytes(2, "big", signed=True))


def ended(child: int) -> int:
    """The child's exit code, or the signal that ended it as a negative number."""
    signal.alarm(TIMEOUT)  # a command that never ends takes this process with it
    status = os.waitpid(child, 0)[1]
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status)


def become(asked: dict[str, object], streams: list[int]) -> None:
    """The command itself; ends with its exit code."""
    signal.alarm(0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", errors="surrogateescape")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", buffering=1)  # as a terminal's
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv[:] = asked["argv"]
    import_module("tierpolicy.surfaces.cli").main()
