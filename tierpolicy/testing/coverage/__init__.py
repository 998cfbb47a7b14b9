"""Coverage of policies: which statements decided, fired, lost or never fired while they were tested, and which
comparisons were seen true, false and unknown."""

from tierpolicy.testing.coverage.data import Coverage, from_data, merged, to_data
from tierpolicy.testing.coverage.rate import Rate, Shortfall, fail_under, rate_of
from tierpolicy.testing.coverage.recorder import Recorder

__all__ = ["Coverage", "Rate", "Recorder", "Shortfall", "fail_under", "from_data", "merged", "rate_of", "to_data"]
