"""The T5 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

FIELD_UNREAD = Code("T501", Severity.NOTE, "field that nothing reads")
DEFINE_UNREAD = Code("T502", Severity.NOTE, "define that nothing reads")
PARAMETER_UNREAD = Code("T503", Severity.NOTE, "parameter that nothing reads")
ALLOWED_NOTHING = Code("T504", Severity.NOTE, "allow that accepts nothing")
NEVER_GIVEN = Code("T505", Severity.NOTE, "attribute that nothing gives")
UNDECIDED_ON_MISSING = Code("T506", Severity.NOTE, "statement that missing data leaves undecided")
