"""`tierpolicy demo`: the CDNOW policy on 23,570 real customers, and one decision explained."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path

from tierpolicy.report.decision import decision_report
from tierpolicy.report.tally import tally_report
from tierpolicy.report.words import plural, policy_title
from tierpolicy.surfaces.cli.apply import apply_with_progress
from tierpolicy.surfaces.cli.inputs import loaded
from tierpolicy.surfaces.cli.speaking import say, show, stop

BESIDE = Path(__file__).parents[1] / "cdnow"
CHECKOUT = Path(__file__).parents[3] / "policies" / "cdnow"
AS_OF = date(1998, 7, 1)
EXPLAINED = "00056"


def demo_command() -> None:
    """Apply a policy to 23,570 real customers, explain one decision."""
    folder = next((each for each in (BESIDE, CHECKOUT) if (each / "service.tier").is_file()), None)
    if folder is None:
        stop("the demonstration's policy is not part of this installation", code=1)
    folder = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    customers = folder / "customers.csv"
    policy = loaded(folder / "service.tier", None, None)
    typed = policy.version_on(AS_OF)
    title = policy_title(typed.name, typed.version)
    say(f"{title}, as of {AS_OF.isoformat()}, for the customers of a CD shop on the net\n")
    with tempfile.TemporaryDirectory() as kept:
        applied = apply_with_progress(policy, customers, Path(kept) / "decisions.csv", AS_OF)
    show(tally_report(applied.tally, typed))
    with customers.open(encoding="utf-8", newline="") as file:
        person = next((row for row in csv.DictReader(file) if row["customer_id"] == EXPLAINED), None)
    if person is None:
        return
    spent = f"{plural(int(person['orders']), 'order')}, {person['total_spend']} {typed.currency}".rstrip()
    say(f"\nWhy customer {EXPLAINED} ({spent}, the last on {person['last_purchase']}) gets what they get:\n")
    show(decision_report(policy.evaluate_row(person, None, AS_OF, from_text=True)[0], why=True))
