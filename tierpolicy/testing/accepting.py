"""What a policy accepts, `allow … because "…"`, of what testing found."""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.check.allows import KNOWN_TO_FAIL, Allows, accepted_in, without_accepted
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes.style import ALLOWED_NOTHING
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.testing.suite import Suite


def unaccepted(suite: Suite, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that the policy doesn't accept."""
    allows = [Allows(accepted_in(suite.gathered.modules, Findings()))]
    if not allows[0].accepted:
        return tuple(findings)
    return tuple(each for each in without_accepted(allows, findings) if each.code is not ALLOWED_NOTHING)


def reason_given(suite: Suite, findings: tuple[Diagnostic, ...]) -> str | None:
    """Why the policy accepts the findings, all of them; None where it doesn't."""
    if not findings or any(found.code is not KNOWN_TO_FAIL for found in findings) or unaccepted(suite, findings):
        return None
    reasons = (_reason(suite, found.code.code, found.span) for found in findings if found.span is not None)
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _reason(suite: Suite, code: str, place: Span) -> str:
    """What the `allow` of a code above the statement around a place says."""
    for module in suite.gathered.modules:
        reason = ""
        for statement in module.statements if module.path == place.path else ():
            if isinstance(statement, ast.Allow):
                if statement.because is not None and any(word.text.upper() == code for word in statement.codes):
                    reason = statement.because.value
            elif statement.span.start <= place.start <= statement.span.end:
                return reason
            else:
                reason = ""
    return ""
