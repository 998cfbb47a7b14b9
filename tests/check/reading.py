"""From a policy's text to what checking says of it, as a test wants to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tierpolicy.check.allows import FOUND_LATER, Allows, without_accepted
from tierpolicy.check.elaborate import Checked, elaborate
from tierpolicy.model.policy import Policy
from tierpolicy.syntax.gather import gather_text


def checked(text: str, files: Mapping[str, str] | None = None, **parameters: object) -> Checked:
    """The policy and what was found in reading it, less what it accepts."""
    found = elaborate(gather_text(text, files=files or {}), parameters)
    kept = without_accepted([Allows(found.accepted, FOUND_LATER)], found.diagnostics)
    return replace(found, diagnostics=kept)


def policy(text: str, files: Mapping[str, str] | None = None, **parameters: object) -> Policy:
    """The typed policy of a text without errors."""
    found = checked(text, files, **parameters)
    assert found.policy is not None, [f"{d.code.code}: {d.message}" for d in found.diagnostics]
    return found.policy


def codes(text: str, files: Mapping[str, str] | None = None, **parameters: object) -> list[str]:
    """The codes of all findings, in the order of the text."""
    found = sorted(checked(text, files, **parameters).diagnostics, key=lambda d: d.span.start if d.span else -1)
    return [finding.code.code for finding in found]


def errors(text: str, files: Mapping[str, str] | None = None, **parameters: object) -> list[str]:
    """`CODE: message` of the errors."""
    found = checked(text, files, **parameters).diagnostics
    return [f"{d.code.code}: {d.message}" for d in found if d.severity.value == "error"]


def help_of(text: str, code: str, **parameters: object) -> str:
    """What the first finding with this code tells the author to do."""
    return next(d.help or "" for d in checked(text, **parameters).diagnostics if d.code.code == code)
