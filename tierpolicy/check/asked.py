"""The thresholds that a policy asks for, each with what its calibration file says of it.

A threshold is looked up where a condition asks for it (`expressions_shares`); what was asked is kept here in the order
of the text, so that the policy can say it, and so that what nothing asks for is noticed.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tierpolicy.diagnostics.codes import calibration as codes
from tierpolicy.model.policy import Policy, Threshold
from tierpolicy.syntax.ast import Side
from tierpolicy.syntax.calibration import NOT_CALIBRATED, Calibration, Measured, share_text

if TYPE_CHECKING:
    from tierpolicy.check.scope import Findings

Asked = tuple[str, Side, int]
"""A field, a side, a share in hundredths of a percent."""


class Thresholds:
    """What was measured for a policy, and what it asks for; `asked` fills while its conditions are read.

    `to_calibrate`: the policy is read so that its thresholds can be measured, so that none need be there yet.
    """

    def __init__(self, calibration: Calibration = NOT_CALIBRATED, to_calibrate: bool = False) -> None:
        self.calibration = calibration
        self.to_calibrate = to_calibrate
        self.measured: dict[Asked, Measured] = {}
        for each in calibration.measured:
            self.measured.setdefault((each.field, each.side, each.share), each)
        self.asked: dict[Asked, Threshold] = {}
        self.lacking: set[Asked] = set()

    @property
    def file(self) -> str:
        """The name of the calibration file, there or not."""
        return PurePosixPath(self.calibration.path).name

    @property
    def policy(self) -> str:
        """The name of the policy file that it belongs to, as one would type it."""
        return self.calibration.path.removesuffix(".calibration.toml") + ".tier"


def thresholds_of(policy: Policy) -> Thresholds:
    """What a typed policy asks for, for conditions that are said of it from outside: these and no others."""
    found = Thresholds()
    found.asked.update(((each.field, each.side, each.share), each) for each in policy.thresholds)
    return found


def note_not_asked(thresholds: Thresholds, findings: Findings) -> None:
    """Reports thresholds of the file that nothing in the policy asks for."""
    if thresholds.to_calibrate:
        return
    for key, measured in thresholds.measured.items():
        if key not in thresholds.asked and key not in thresholds.lacking:
            findings.report(
                codes.NOT_ASKED,
                f"nothing asks for the {share_text(measured.side, measured.share)} of `{measured.field}`",
                measured.span,
                help="remove these lines, or run `tierpolicy calibrate` to write the file anew",
            )
