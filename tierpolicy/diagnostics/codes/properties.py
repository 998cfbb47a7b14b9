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

EXPECTS_NOTHING = Code("T408", Severity.ERROR, "case that expects nothing")

# ---------------------------------------------------------------- proved or refuted for every customer: T410-T439

PROPERTY_FAILS = Code("T410", Severity.ERROR, "property that does not hold")
MORE_LOWERS = Code("T411", Severity.ERROR, "more that lowers service")
DEPENDS = Code("T412", Severity.ERROR, "service that depends on a field")
PROTECTED_MATTERS = Code("T413", Severity.ERROR, "protected field that matters")
UNEQUAL = Code("T414", Severity.ERROR, "equal customers treated unequally")
NOT_UNIFORM = Code("T415", Severity.ERROR, "service that is not uniform")
ABOUT_NOBODY = Code("T416", Severity.WARNING, "property about nobody")

# ---------------------------------------------------------------- measured on a customer base: T440-T449

MEASURE_MISSED = Code("T440", Severity.ERROR, "measured property that does not hold")
PERCENT_AS_WHOLE = Code("T441", Severity.WARNING, "data that looks like 10 for 10%")
NOT_MEASURED = Code("T442", Severity.WARNING, "claim that could not be measured")

EXAMPLE_FAILS = Code("T460", Severity.ERROR, "example that does not hold")

# ---------------------------------------------------------------- met while trying: T490-T499

EVALUATORS_DISAGREE = Code("T490", Severity.ERROR, "evaluators that disagree")
