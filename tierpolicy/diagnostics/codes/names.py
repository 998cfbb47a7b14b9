"""The T1 codes: names and types. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

# ---------------------------------------------------------------- expressions: T101–T149

UNKNOWN_NAME = Code("T101", Severity.ERROR, "unknown name")
NAME_OR_LABEL = Code("T102", Severity.ERROR, "a word that is both a name and a label")
UNKNOWN_FUNCTION = Code("T103", Severity.ERROR, "unknown function")
UNKNOWN_LABEL = Code("T104", Severity.ERROR, "unknown label")
MISMATCH = Code("T105", Severity.ERROR, "kinds that do not go together")
NO_SUCH_ARITHMETIC = Code("T106", Severity.ERROR, "kinds that cannot be calculated with")
UNIT_MISSING = Code("T108", Severity.ERROR, "a number without its unit")
TOO_FINE = Code("T109", Severity.ERROR, "a number finer than its kind holds")
TOO_LARGE = Code("T110", Severity.ERROR, "a number larger than its kind holds")
NO_ORDER = Code("T111", Severity.ERROR, "a comparison of what has no order")
NONE_NOT_OFFERED = Code("T112", Severity.ERROR, "`none` where nothing can be `none`")
NOT_A_CONDITION = Code("T113", Severity.ERROR, "a value where a condition belongs")
MONTHS_WITHOUT_DATE = Code("T114", Severity.ERROR, "months or years without a date")
WRONG_ARGUMENTS = Code("T115", Severity.ERROR, "a function called with the wrong values")
LABELS_OF_WHAT = Code("T116", Severity.ERROR, "labels without a kind")
NOT_CONSTANT = Code("T117", Severity.ERROR, "a value that must be written out")
WRONG_TEST = Code("T118", Severity.ERROR, "a test that does not fit what it tests")
EMPTY_RANGE = Code("T119", Severity.ERROR, "a range that holds nothing")

DECLARED_TWICE = Code("T150", Severity.ERROR, "name declared twice")
STATEMENT_NAME_TWICE = Code("T151", Severity.ERROR, "name of a statement used twice")
MODIFIER_MISFIT = Code("T152", Severity.ERROR, "modifier that does not fit")
MODIFIER_TWICE = Code("T153", Severity.ERROR, "modifier twice, or two that contradict")
BOUNDS_REVERSED = Code("T154", Severity.ERROR, "lowest value above the highest")
OUTSIDE_BOUNDS = Code("T155", Severity.ERROR, "value outside its declared bounds")
LABEL_TWICE = Code("T156", Severity.ERROR, "label declared twice")
SPELLING_AMBIGUOUS = Code("T157", Severity.ERROR, "spelling that stands for two labels")
UNKNOWN_ATTRIBUTE = Code("T158", Severity.ERROR, "unknown service attribute")
SUM_WITHOUT_ZERO = Code("T159", Severity.ERROR, "bounds of what adds up leave out 0")
DEFAULT_NEEDED = Code("T160", Severity.ERROR, "attribute without direction and default")
DEFAULT_ON_ORDERED = Code("T161", Severity.ERROR, "default on an attribute with a direction")
DEFINE_CIRCLE = Code("T163", Severity.ERROR, "defines in a circle")
PARAMETER_VALUE = Code("T164", Severity.ERROR, "value that a parameter can't take")
SECOND_HEAD = Code("T165", Severity.ERROR, "more than one head")
UNKNOWN_ORGANIZATION = Code("T166", Severity.ERROR, "unknown kind of organization")
PERIOD_REVERSED = Code("T167", Severity.ERROR, "period that ends before it begins")
NOTHING_TO_DECIDE = Code("T168", Severity.ERROR, "policy without a service")
CANNOT_ALLOW = Code("T169", Severity.ERROR, "allow that does not count")
TIER_FIELD_MISFIT = Code("T170", Severity.ERROR, "current tier declared in another way than the tiers ask")
MERGE_MISFIT = Code("T171", Severity.ERROR, "records that can't be merged in this way")
