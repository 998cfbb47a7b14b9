"""From `cost "senior desk": if agent_pool = senior then 6.50 * contacts` to a typed cost (language.md §5, ADR 0016).

A cost reads whatever a rule may read and is read by nothing: it stands beside the decisions.
"""

from __future__ import annotations

from tierpolicy.check.draft import Draft, in_force, origin
from tierpolicy.check.expressions import condition, typed
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.model.expressions import TRUE, Constant
from tierpolicy.model.policy import Cost
from tierpolicy.model.types import MONEY
from tierpolicy.syntax import ast


def cost_of(written: ast.Cost, draft: Draft) -> Cost | None:
    """The cost; None after a mistake in it."""
    asked = condition(written.condition, draft.scope) if written.condition is not None else TRUE
    value = typed(written.value, draft.scope, MONEY)
    force = in_force(written.period, draft.findings)
    if isinstance(value, Constant) and isinstance(value.value, int) and value.value < 0:
        draft.findings.report(
            codes.COST_NEGATIVE,
            f'the cost "{written.name.value}" is below zero',
            written.value.span,
            help="a cost is what is spent: write it without the minus; what brings money in is no cost",
        )
        return None
    if asked is None or value is None:
        return None
    name = written.name.value
    about = origin(name, written.span, because=written.because, source=written.source)
    return Cost(about, asked, value, force)
