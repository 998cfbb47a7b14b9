"""A PostgreSQL server for the tests of one process: a cluster of its own in a temporary folder, gone when they end.

Nothing of it survives a kill, so nothing is written to the disk with care. Where the server can't be had, tests fail.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

INSTALL = "these tests need PostgreSQL's server programs: apt-get install postgresql (or your system's package)"
SECONDS_TO_START = 60
PASSWORD = "open sesame"

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "20",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}

# Who may come in, and how: only `guarded` is asked for its password.
DOORS = "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"

# Runs the server until the process that asked for it has gone, however it went: then the pipe to it is closed.
KEEPER = """
"$1" -D "$2" -p "$3" -k "$2" >"$2/log" 2>&1 <&- &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$2"
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `url` is its database `test`, open to the user `tester`."""

    port: int

    @property
    def url(self) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/test"

    @property
    def guarded_url(self) -> str:
        """The same database for a user who has to give a password."""
        return f"postgresql://guarded:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/test"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server, started once."""
    programs = programs_found()
    if programs is None:
        pytest.fail(INSTALL, pytrace=False)
    with running(programs) as server:
        run(server.url.removesuffix("test") + "postgres", "CREATE DATABASE test")
        run(server.url, f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
        yield server


@pytest.fixture
def postgres(postgres_server: Server) -> str:
    """The address of an empty database."""
    again = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC"
    run(postgres_server.url, again)
    return postgres_server.url


def run(url: str, statements: str) -> None:
    """Executes statements, each for itself."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements.split(";\n" if ";\n" in statements else "; "):
            cursor.execute(statement)


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


# ---------------------------------------------------------------- starting it


def programs_found() -> Path | None:
    """The folder of the newest server programs; Debian keeps them off the path."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    newest = max(found, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0, default=None)
    on_path = shutil.which("initdb")
    return newest.parent if newest else Path(on_path).parent if on_path else None


def who_runs_it() -> dict[str, object]:
    """The server refuses to be run by root, so then somebody else runs it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.fail("these tests run as root, and there is no user to run PostgreSQL as", pytrace=False)


@contextlib.contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A new cluster's server, until the block ends."""
    who = who_runs_it()
    with tempfile.TemporaryDirectory(prefix="tierpolicy-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if who:
            os.chown(folder, who["user"], who["group"])
        made = [programs / "initdb", "-D", folder, "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run([*made, "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        with (folder / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
        (folder / "pg_hba.conf").write_text(DOORS)
        port = free_port()
        program = ["sh", "-c", KEEPER, "keeper", programs / "postgres", folder, str(port)]
        with subprocess.Popen(program, stdin=subprocess.PIPE, cwd=folder, **who) as keeper:
            try:
                wait_for(programs, folder, port, keeper)
                yield Server(port)
            finally:
                keeper.stdin.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(programs: Path, folder: Path, port: int, keeper: subprocess.Popen[bytes]) -> None:
    """Returns when the server takes connections; says why where it never does."""
    asked = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(SECONDS_TO_START * 20):
        if subprocess.run(asked).returncode == 0:
            return
        if keeper.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}", pytrace=False)
