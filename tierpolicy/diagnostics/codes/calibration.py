"""The T7 codes: measured thresholds. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

NOT_A_SHARE = Code("T701", Severity.ERROR, "share of customers that isn't above 0% and below 100%")
NOT_MEASURABLE = Code("T702", Severity.ERROR, "`in top` of what can't be calibrated")
NOT_CALIBRATED = Code("T703", Severity.ERROR, "threshold that was never measured")
UNUSABLE = Code("T704", Severity.ERROR, "calibration file that can't be used")
THRESHOLD_MISFIT = Code("T705", Severity.ERROR, "threshold that its field can't have")
NOT_ASKED = Code("T706", Severity.NOTE, "threshold that nothing asks for")
TOO_OLD = Code("T707", Severity.WARNING, "calibration that is too old")
SHARE_OFF = Code("T708", Severity.WARNING, "calibrated share that is off")
