"""What is said of thresholds that may no longer fit the customers: measured long ago, or off on a base at hand.

Deciding never looks at the day of a calibration: one record is decided alike today and in a year. That a policy's
thresholds deserve a look is said where a whole base is at hand, or where a day is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil

from tierpolicy.diagnostics.codes import calibration as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.policy import Policy, Threshold
from tierpolicy.syntax.calibration import share_text

MAX_AGE = 400
"""Days after which a calibration is too old, where no setting says another number."""

WHOLE = 10_000
AGAIN = "run `tierpolicy calibrate` on today's customers, and read what changes with `tierpolicy diff`"


def too_old(policy: Policy, as_of: date, max_age: int = MAX_AGE) -> tuple[Diagnostic, ...]:
    """A finding where thresholds were measured more than `max_age` days before `as_of`; one, of the oldest."""
    dated = [(each.as_of, each) for each in policy.thresholds if each.as_of is not None]
    old = [(day, each) for day, each in dated if (as_of - day).days > max_age]
    if not old:
        return ()
    day, oldest = min(old, key=lambda pair: pair[0])
    more = f", and {len(old) - 1} more" if len(old) > 1 else ""
    message = (
        f"the {name_of(oldest)}{more} was measured on {day.isoformat()}, {(as_of - day).days} days before "
        f"{as_of.isoformat()}"
    )
    return (Diagnostic(codes.TOO_OLD, message, oldest.asked, AGAIN, _measured_at(oldest)),)


def shares_off(found: dict[Threshold, tuple[int, int]], base: str) -> Iterator[Diagnostic]:
    """A finding for each threshold of which a base tells another share than the policy asks for.

    `found` says, for each threshold, how many customers have a value and how many of these are within. Off is what
    differs by more than a quarter from as many as the share asks for; who is level with the threshold is within, so
    where very many are, it stays off.
    """
    for threshold, (known, within) in found.items():
        asked = max(1, ceil(threshold.share * known / WHOLE))
        if known and abs(within - asked) * 4 > asked:
            yield Diagnostic(
                codes.SHARE_OFF,
                f"{within:,} of {known:,} customers of {base} are in the {name_of(threshold)}: "
                f"{_percentage(within, known)}",
                threshold.asked,
                f"{AGAIN}; where many customers have the very same value, take another share",
                _measured_at(threshold),
            )


def name_of(threshold: Threshold) -> str:
    """``top 10% of `lifetime_value` ``."""
    return f"{share_text(threshold.side, threshold.share)} of `{threshold.field}`"


def _measured_at(threshold: Threshold) -> tuple[Related, ...]:
    return (Related(threshold.span, "measured here"),) if threshold.span is not None else ()


def _percentage(within: int, known: int) -> str:
    tenths = round(within * 1000 / known)
    return f"{tenths / 10:g}%" if tenths or not within else "less than 0.1%"
