"""From the results of testing policies to the Markdown table that stands on the page of a CI step."""

from __future__ import annotations

from collections.abc import Sequence

from tierpolicy.diagnostics.render.step_summary import as_text
from tierpolicy.report.testing import OUTCOMES
from tierpolicy.testing.tested import SuiteResult

MOST_ROWS = 200


def policies_table(tested: Sequence[SuiteResult]) -> str:
    """A row a policy, those with failures first; of very many the first."""
    rows = sorted(tested, key=lambda each: not each.counts["failed"])
    lines = ["| policy | " + " | ".join(OUTCOMES) + " |", "| --- |" + " ---: |" * len(OUTCOMES)]
    for each in rows[:MOST_ROWS]:
        counts = (str(each.counts[outcome] or "") for outcome in OUTCOMES)
        lines.append(f"| {as_text(each.suite.path)} | {' | '.join(counts)} |")
    if len(rows) > MOST_ROWS:
        lines.append(f"\n… and {len(rows) - MOST_ROWS} more")
    return "\n".join(lines)
