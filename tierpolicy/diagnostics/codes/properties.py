"""The T4 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

NOT_PROVED = Code("T401", Severity.NOTE, "property not proved")
MEASURED = Code("T402", Severity.NOTE, "property that is measured on customers")
WITHOUT_ORDER = Code("T403", Severity.ERROR, "more or less of what has no order")
NOT_A_FACT = Code("T404", Severity.ERROR, "claim about the wrong kind of name")
GIVEN_TWICE = Code("T405", Severity.ERROR, "fact given twice in an example")
AS_OF_NEEDED = Code("T406", Severity.ERROR, "example without a date")
SHARE_OUT_OF_RANGE = Code("T407", Severity.ERROR, "share that isn't between 0% and 100%")

EXAMPLE_FAILS = Code("T460", Severity.ERROR, "example that does not hold")
