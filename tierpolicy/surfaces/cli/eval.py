"""`tierpolicy eval`: one customer's service."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tierpolicy.report.decision import decision_report
from tierpolicy.report.unread import notes_on_unread
from tierpolicy.runtime.engine import day_of
from tierpolicy.surfaces.cli.inputs import AsOf, Format, PolicyName, PolicyPath, Settings, day, json_record, loaded
from tierpolicy.surfaces.cli.speaking import remark, say, show


def eval_command(
    policy: PolicyPath,
    customer: Annotated[str, typer.Option("--customer", metavar="JSON|@FILE|-", help="What is known of the customer.")],
    request: Annotated[
        str | None, typer.Option("--request", metavar="JSON|@FILE|-", help="What is known of the contact at hand.")
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    name: PolicyName = None,
    why: Annotated[bool, typer.Option("--why", help="Say why each attribute has its value.")] = False,
    format: Format = "text",
) -> None:
    """Decide one customer's service."""
    on = day_of(day(as_of))
    record, problems = json_record(customer, "--customer")
    contact, contact_problems = json_record(request, "--request") if request is not None else ({}, ())
    held = loaded(policy, settings, name)
    decision, _ = held.evaluate_row(record, contact, on, problems=(*problems, *contact_problems))
    typed = decision.typed_policy
    unread = notes_on_unread(typed, record, "--customer")
    unread += notes_on_unread(typed, contact, "--request", of_request=True)
    for note in unread:
        remark(f"note: {note}")
    if format == "json":
        say(json.dumps(decision.to_dict(why=why), indent=2, allow_nan=False))
    else:
        show(decision_report(decision, why=why))
