"""The T2 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

BASELINE_NEEDED = Code("T201", Severity.ERROR, "attribute without a worst value")
CAP_WITHOUT_DIRECTION = Code("T202", Severity.ERROR, "limit or baseline on an attribute without direction")
BASELINE_READS_DECISION = Code("T203", Severity.ERROR, "baseline that reads a decision or a parameter")
WRONG_WORD_IN_BASELINE = Code("T204", Severity.ERROR, "wrong word in a baseline")
WRONG_WORD_IN_LIMIT = Code("T210", Severity.ERROR, "wrong word in a limit")
