"""Commands run as a person runs them, and a small policy in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import tierpolicy

Run = Callable[..., subprocess.CompletedProcess[str]]

POLICY = """\
policy "Garden tools"
    version "3"
    currency EUR

customer {
    customer_id : text key
    spend       : money at least 0
    disputes    : integer at least 0 default 0
    code        : text sensitive
}

request {
    severity : low < urgent
}

service {
    priority : low < normal < high < top
    wait     : duration less is better
    perks    : set of gift, delivery
    credit   : money at least 0 more is better
    score    : integer adds up internal
}

parameter threshold : money = 1_000

baseline everyone "What every customer gets":
    priority at least normal, wait at most 1 hour

rule good_year "Who bought a lot":
    if spend >= threshold then priority = high, perks = {delivery}, credit = spend * 1%, score = 2
    because "You bought much this year"

rule urgent: if severity = urgent then wait = 5 minutes

limit dispute "While we look into it":
    if disputes >= 5 then priority at most low
limit blocked: if code is known and code = "B" then credit at most 0

example "a good year":
    given spend = 1_500
    expect priority = high
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.tier").write_text(POLICY)
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in the folder; never ends in an error of ours unless that is asked for."""

    def command(
        *args: str, stdin: str = "", ours: bool = False, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        ended = tierpolicy(*args, cwd=tmp_path, env=kept | {"PYTHONUTF8": "1"} | environment, stdin=stdin.encode())
        out, err = (text.decode("utf-8").replace("\r\n", "\n") for text in (ended.stdout, ended.stderr))
        done = subprocess.CompletedProcess(ended.args, ended.returncode, out, err)
        assert ours or done.returncode != 3, done.stderr
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        return done

    return command
