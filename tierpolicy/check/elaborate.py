"""From parsed files to the typed policy: the only bridge between text and meaning."""

from __future__ import annotations

from dataclasses import dataclass

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found. `policy` is None exactly where one of the diagnostics is an error."""

    policy: Policy | None
    diagnostics: tuple[Diagnostic, ...]
