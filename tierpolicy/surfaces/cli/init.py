"""`tierpolicy init DIR`: a small policy to start from, with what tests it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.surfaces.cli.speaking import say, stop

POLICY = """\
# Who gets which service. Lines that begin with `#` are for people.

policy "My service"
    version "1"

# What you know of a customer. Anything may be missing; a decision is made all the same.
customer {
    customer_id     : text key
    annual_spend    : money at least 0 "paid in the last twelve months"
    open_complaints : integer at least 0 default 0
}

# What you decide. A scale goes from the worst to the best.
service {
    priority : low < normal < high < top "whose message is read first"
    max_wait : duration less is better
}

# Nobody falls below this, whatever else the policy says.
baseline everyone "What every customer gets":
    priority at least normal, max_wait at most 10 minutes

# Rules only improve service; of several that are true, the best counts.
rule ordinary "What we normally do":
    max_wait = 8 minutes

rule valued "Customers who spend much with us":
    if annual_spend >= 10_000 then priority = high, max_wait = 2 minutes
    because "You are one of our best customers"

# Only a limit lowers, and never below the baseline.
limit under_review "While many complaints are open":
    if open_complaints >= 10 then priority at most normal

# What must hold for every customer. `tierpolicy check` proves it.
property spending_pays: more annual_spend never lowers service

# Examples are checked too. service.cases.csv holds more of them, one a row; `tierpolicy test` runs all.
example "a valued customer":
    given annual_spend = 25_000
    expect priority = high, max_wait <= 2 minutes

example "a customer of whom nothing is known":
    given annual_spend is missing
    expect priority = normal, max_wait = 8 minutes
"""

CASES = """\
case,given annual_spend,given open_complaints,expect priority,expect max_wait
a cent below valued,9999.99,,normal,8 minutes
just valued,10000,,high,2 minutes
"valued, nine complaints",10000,9,high,2 minutes
"valued, ten complaints",10000,10,normal,2 minutes
"""

TEST = '''\
"""The policy, as applications use it. Run with `python -m pytest`, which runs what tests the policy itself too."""

from datetime import date, timedelta
from pathlib import Path

import tierpolicy

POLICY = tierpolicy.load(Path(__file__).parent / "service.tier")
DAY = date(2026, 1, 1)


def test_a_valued_customer_waits_less():
    decision = POLICY.evaluate({"annual_spend": 25_000}, as_of=DAY)
    assert decision["priority"] == "high"
    assert decision["max_wait"] == timedelta(minutes=2)


def test_nobody_falls_below_the_baseline():
    decision = POLICY.evaluate({"annual_spend": "unknown", "open_complaints": 50}, as_of=DAY)
    assert decision["priority"] == "normal"
    assert [problem.subject for problem in decision.problems] == ["annual_spend"]
'''

FILES = {"service.tier": POLICY, "service.cases.csv": CASES, "test_service.py": TEST}


def init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
) -> None:
    """Write a small commented policy with examples, cases and a test."""
    try:
        if folder.exists() and not folder.is_dir():
            stop(f"`{folder}` is a file; name a folder")
        if folder.is_dir() and any(folder.iterdir()):
            stop(f"`{folder}` is not empty; name a new folder")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            say(f"wrote {folder / name}")
    except (OSError, ValueError) as error:
        stop(f"`{folder}` can't be written: {(getattr(error, 'strerror', None) or str(error)).lower()}")
    main = folder / "service.tier"
    say(f"\nnext:  tierpolicy check {main}")
    say(f"       tierpolicy test {folder} --coverage")
    say(f"       tierpolicy eval {main} --customer '{{\"annual_spend\": 25000}}' --why")
