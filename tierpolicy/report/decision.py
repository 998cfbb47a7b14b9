"""One decision for a terminal: what each attribute is, what is open, what was wrong; or why, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.report.words import offered_text, policy_title
from tierpolicy.runtime.decision import Decision
from tierpolicy.runtime.next_steps import NextSteps
from tierpolicy.semantics.outcome import Undetermined

HEADING = "bold"
QUIET = "dim"
WARNING = "yellow"


def decision_report(decision: Decision, *, why: bool = False, steps: NextSteps | None = None) -> RenderableType:
    """The decision as people read it; with `why`, the explanation instead of the bare values; with its next steps."""
    return Group(*_parts(decision, why), *_next(steps))


def _next(steps: NextSteps | None) -> Iterator[RenderableType]:
    if steps is not None:
        yield ""
        for line in steps.lines():
            yield Text(printable(line), style="" if line.startswith(" ") else HEADING)


def _parts(decision: Decision, why: bool) -> Iterator[RenderableType]:
    identity = decision.policy
    yield Text.assemble(
        (policy_title(identity.name, identity.version), HEADING), (f", as of {decision.as_of.isoformat()}", QUIET)
    )
    yield ""
    if why:
        yield explanation_text(decision)
    else:
        attributes = decision.typed_policy.attributes.values()
        yield _values(decision, [each for each in attributes if not each.internal])
        internal = [each for each in attributes if each.internal]
        if internal:
            yield from ("", Text("internal, not part of the service", style=QUIET), _values(decision, internal))
    reminders = decision.reminders
    if reminders:
        yield from ("", Text("nearly there", style=HEADING))
        yield from (_item(reminder.text) for reminder in reminders)
    if decision.undetermined:
        yield from ("", Text("not known, and it could matter", style=HEADING))
        yield from (_item(_undetermined_text(each)) for each in decision.undetermined)
    if decision.problems:
        yield from ("", Text("problems", style=WARNING))
        yield from (_item(problem.message) for problem in decision.problems)


def explanation_text(decision: Decision) -> Text:
    """Why each attribute has its value; the values stand out."""
    found = Text()
    for at, line in enumerate(decision.explain().text().split("\n")):
        found.append("\n" if at else "")
        found.append(printable(line), style=HEADING if line and not line.startswith(" ") else "")
    return found


def _values(decision: Decision, attributes: list[Attribute]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    values, policy = decision.outcome.values, decision.typed_policy
    for each in attributes:
        table.add_row(Text(f"  {each.name}"), Text(offered_text(values[each.name], each, policy), style=HEADING))
    return table


def _item(text: str) -> RenderableType:
    return Padding(Text(f"- {printable(text)}"), (0, 0, 0, 2))


def _undetermined_text(each: Undetermined) -> str:
    title = f' "{each.title}"' if each.title else ""
    fields = ", ".join(f"`{name}`" for name in each.fields)
    changes = ", ".join(f"`{name}`" for name in each.attributes)
    unknown = f"{fields} {'is' if len(each.fields) == 1 else 'are'} missing" if fields else "its value is not known"
    return f"{each.statement}{title} could change {changes}: {unknown}"
