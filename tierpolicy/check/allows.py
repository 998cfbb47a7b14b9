"""`allow T305 because "…"`: accepts findings of the statement that follows (language.md §8).

Warnings and notes can be accepted, errors can't. An allow that accepts nothing is itself noted,
so that none outlives its reason.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import style as codes
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Severity
from tierpolicy.source import Span
from tierpolicy.syntax import ast


@dataclass(frozen=True, slots=True)
class Accepted:
    """One code of one `allow`, with the statement that it stands above (None at the end of a file)."""

    code: ast.Word
    statement: Span | None


def accepted_in(modules: Iterable[ast.Module], findings: Findings) -> tuple[Accepted, ...]:
    """Every code that is allowed somewhere; unknown ones and errors are reported."""
    known = catalogue()
    found: list[Accepted] = []
    for module in modules:
        waiting: list[ast.Word] = []
        for statement in module.statements:
            if isinstance(statement, ast.Allow):
                _has_a_reason(statement, findings)
                waiting += [word for word in statement.codes if _can_be_allowed(word, known, findings)]
                continue
            found += [Accepted(word, statement.span) for word in waiting]
            waiting = []
        found += [Accepted(word, None) for word in waiting]
    return tuple(found)


def _has_a_reason(written: ast.Allow, findings: Findings) -> None:
    if written.because is None:
        findings.report(
            name_codes.CANNOT_ALLOW,
            "an `allow` says why",
            written.span,
            help='end it with a reason, `because "…"`: whoever reads it later must be able to judge',
        )


def _can_be_allowed(word: ast.Word, known: dict[str, Code], findings: Findings) -> bool:
    code = known.get(word.text.upper())
    if code is None:
        near = findings.did_you_mean(word.text.upper(), tuple(known))
        findings.report(
            name_codes.CANNOT_ALLOW,
            f"there is no code `{word.text}`",
            word.span,
            help=near or "take the code that the finding shows, such as `T501`",
        )
        return False
    if code.severity is Severity.ERROR:
        findings.report(
            name_codes.CANNOT_ALLOW,
            f"`{code.code}` is an error, and errors can't be accepted",
            word.span,
            help="mend what it reports; warnings and notes can be accepted",
        )
        return False
    return True


def without_accepted(accepted: tuple[Accepted, ...], diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that nobody accepted, and a note on each `allow` that accepts nothing."""
    by_place: dict[tuple[str, str], list[Accepted]] = defaultdict(list)
    for allow in accepted:
        if allow.statement is not None:
            by_place[allow.code.text.upper(), allow.statement.path].append(allow)
    used: set[int] = set()
    kept: list[Diagnostic] = []
    for diagnostic in diagnostics:
        by = _accepting(diagnostic, by_place)
        if by is None:
            kept.append(diagnostic)
        else:
            used.add(id(by))
    return (*kept, *(_for_nothing(allow) for allow in accepted if id(allow) not in used))


def _accepting(diagnostic: Diagnostic, by_place: dict[tuple[str, str], list[Accepted]]) -> Accepted | None:
    span = diagnostic.span
    if span is None or diagnostic.severity is Severity.ERROR:
        return None
    # statements follow one another, so only the last that begins before the finding can hold it
    above = by_place.get((diagnostic.code.code, span.path), [])
    at = bisect_right(above, span.start, key=_start) - 1
    for allow in above[max(at, 0) : at + 1]:
        if allow.statement is not None and span.end <= allow.statement.end:
            return allow
    return None


def _start(allow: Accepted) -> int:
    return allow.statement.start if allow.statement is not None else 0


def _for_nothing(allow: Accepted) -> Diagnostic:
    code = allow.code.text.upper()
    return Diagnostic(
        codes.ALLOWED_NOTHING,
        f"`allow {code}` accepts nothing",
        allow.code.span,
        "remove it; it stands above the statement whose finding it accepts",
    )
