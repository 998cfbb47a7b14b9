"""The T3 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

WRONG_WORD_IN_RULE = Code("T301", Severity.ERROR, "wrong word in a rule")
FACT_GIVEN = Code("T302", Severity.ERROR, "rule that gives a value to a fact")
ATTRIBUTE_TWICE = Code("T303", Severity.ERROR, "attribute twice in one statement")
UNKNOWN_OVERRIDDEN = Code("T304", Severity.ERROR, "overrides something unknown")
CHANGES_NOTHING = Code("T305", Severity.WARNING, "statement that never changes a decision")
OVERRIDES_CIRCLE = Code("T306", Severity.ERROR, "overrides in a circle")
DECISION_CIRCLE = Code("T307", Severity.ERROR, "decided attributes that read one another")
OVERRIDES_NOTHING = Code("T308", Severity.NOTE, "overrides without effect")
TABLE_HEAD = Code("T309", Severity.ERROR, "table without a condition or a value")
COLUMN_TWICE = Code("T310", Severity.ERROR, "column twice in one table")
OTHERWISE_MISPLACED = Code("T311", Severity.ERROR, "`otherwise` out of its place")
OTHERWISE_ON_MISSING = Code("T312", Severity.NOTE, "`otherwise` gives on missing data")
VERSION_GAP = Code("T313", Severity.WARNING, "days without a version")
VERSION_OVERLAP = Code("T314", Severity.WARNING, "days with two versions")
UNKNOWN_TIER = Code("T315", Severity.ERROR, "unknown tier")
TIER_TWICE = Code("T316", Severity.ERROR, "two statements for one tier")
BEYOND_BOUNDS = Code("T317", Severity.WARNING, "value beyond its attribute's bounds")

# ---------------------------------------------------------------- reminders: T340-T349

REMINDS_OF_NO_ORDER = Code("T340", Severity.ERROR, "reminder of what has no better")
REMINDER_SHARE = Code("T341", Severity.ERROR, "share of a reminder that isn't above 0% and at most 100%")
NOTHING_TO_EARN = Code("T342", Severity.WARNING, "reminder that nobody can get")

# ---------------------------------------------------------------- costs: T350-T359

COST_NEGATIVE = Code("T350", Severity.ERROR, "cost below zero")

# ---------------------------------------------------------------- proved or refuted for every customer: T320-T339

CONFLICT = Code("T320", Severity.ERROR, "rules that contradict one another")
NEVER_TRUE = Code("T321", Severity.WARNING, "statement that is never true")
TABLE_GAP = Code("T322", Severity.WARNING, "complete table with a gap")
RISE_TAKES_AWAY = Code("T323", Severity.WARNING, "rise that takes service away")
MAY_LEAVE_BOUNDS = Code("T324", Severity.WARNING, "value that can leave its attribute's bounds")
DIVIDES_BY_ZERO = Code("T325", Severity.WARNING, "division by zero")
OVERFLOWS = Code("T326", Severity.WARNING, "result too large for its kind")
NOBODY_ASSUMED = Code("T327", Severity.WARNING, "assumptions that nobody meets")
NOT_SETTLED = Code("T330", Severity.NOTE, "question that could not be settled")
