"""`tierpolicy eval`: one customer's service."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tierpolicy.report.decision import decision_report
from tierpolicy.report.unread import notes_on_unread
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.decision import Decision
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.errors import TargetError
from tierpolicy.runtime.next_steps import NextSteps
from tierpolicy.surfaces.cli.inputs import AsOf, Format, PolicyName, PolicyPath, Settings, day, json_record, loaded
from tierpolicy.surfaces.cli.speaking import remark, say, show, stop_for_target


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
    next_step: Annotated[
        str | None,
        typer.Option("--next", metavar="TARGET", help='Say what would reach a target, such as "tier = gold".'),
    ] = None,
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
    steps = _next_steps(held, decision, next_step) if next_step is not None else None
    if format == "json":
        found = decision.to_dict(why=why, reminders=bool(decision.typed_policy.reminders))
        if steps is not None:
            found["next_steps"] = steps.to_dict()
        say(json.dumps(found, indent=2, allow_nan=False))
    else:
        show(decision_report(decision, why=why, steps=steps))


def _next_steps(policy: Policy, decision: Decision, target: str) -> NextSteps:
    try:
        return policy.next_steps_from(decision, target)
    except TargetError as error:
        stop_for_target(error)
