"""`allow T305 because "…"`: accepts findings of the statement that follows (language.md §8).

Warnings and notes can be accepted, and an example that is known to fail; other errors can't. An allow that accepts
nothing is itself noted, so that none outlives its reason. Some findings come only after the policy is read (versions,
proofs, measures), so allows are applied at the very end of the road, to all findings together; whoever looks for less
says which codes were not looked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import calibration as calibration_codes
from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import properties as property_codes
from tierpolicy.diagnostics.codes import rules as rule_codes
from tierpolicy.diagnostics.codes import style as codes
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Severity
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax import ast

FOUND_IN_VERSIONS = frozenset({rule_codes.VERSION_GAP.code, rule_codes.VERSION_OVERLAP.code})
"""What only a look at all versions of a policy finds."""

FOUND_BY_PROOFS = frozenset(
    code.code
    for code in (
        rule_codes.CHANGES_NOTHING,
        rule_codes.NEVER_TRUE,
        rule_codes.TABLE_GAP,
        rule_codes.RISE_TAKES_AWAY,
        rule_codes.MAY_LEAVE_BOUNDS,
        rule_codes.DIVIDES_BY_ZERO,
        rule_codes.OVERFLOWS,
        rule_codes.OTHERWISE_ON_MISSING,
        rule_codes.NOBODY_ASSUMED,
        rule_codes.NOT_SETTLED,
        property_codes.NOT_PROVED,
        property_codes.ABOUT_NOBODY,
        codes.UNDECIDED_ON_MISSING,
    )
)
"""What only proofs find, of what can be accepted."""

FOUND_ON_CUSTOMERS = frozenset(
    code.code
    for code in (
        property_codes.PERCENT_AS_WHOLE,
        property_codes.NOT_MEASURED,
        calibration_codes.TOO_OLD,
        calibration_codes.SHARE_OFF,
    )
)
"""What only a file of customers shows."""

KNOWN_TO_FAIL = property_codes.EXAMPLE_FAILS
"""The one error that can be accepted."""

FOUND_LATER = (
    FOUND_IN_VERSIONS | FOUND_BY_PROOFS | FOUND_ON_CUSTOMERS | {property_codes.MEASURED.code, KNOWN_TO_FAIL.code}
)


@frozen
class Accepted:
    """One code of one `allow`, with the statement that it stands above (None at the end of a file), and with its rows
    where they stand in another file."""

    code: ast.Word
    statement: Span | None
    rows: Span | None = None


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
            found += [Accepted(word, statement.span, _rows_of(statement)) for word in waiting]
            waiting = []
        found += [Accepted(word, None) for word in waiting]
    return tuple(found)


def _rows_of(statement: ast.Statement) -> Span | None:
    match statement:
        case ast.Table(rows=rows, file=ast.String()) | ast.Cases(rows=rows, file=ast.String()) if rows:
            return rows[0].span.to(rows[-1].span)
        case _:
            return None


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
    if not _can_be_accepted(code):
        findings.report(
            name_codes.CANNOT_ALLOW,
            f"`{code.code}` is an error, and errors can't be accepted",
            word.span,
            help="mend what it reports; warnings, notes and examples that fail can be accepted",
        )
        return False
    return True


def _can_be_accepted(code: Code) -> bool:
    return code.severity is not Severity.ERROR or code is KNOWN_TO_FAIL


@frozen
class Allows:
    """The allows of one policy, and the codes that were not looked for in it."""

    accepted: tuple[Accepted, ...]
    not_looked_for: frozenset[str] = frozenset()


def without_accepted(allows: Iterable[Allows], diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that nobody accepted, and a note on each `allow` that accepts nothing.

    A file may serve many policies: its allow is for nothing where that is so in all of them.
    """
    allows, found = tuple(allows), tuple(diagnostics)
    every = _each_once(allow for each in allows for allow in each.accepted)
    by_place: dict[tuple[str, str], list[Accepted]] = defaultdict(list)
    for allow in _and_of_rows(every):
        if allow.statement is not None:
            by_place[allow.code.text.upper(), allow.statement.path].append(allow)
    used: set[Span] = set()
    kept: list[Diagnostic] = []
    for diagnostic in found:
        by = _accepting(diagnostic.code.code, diagnostic, by_place)
        if by is None:
            kept.append(diagnostic)
        else:
            used.add(by.code.span)
    open_ = {allow.code.span for each in allows for allow in each.accepted if _is(allow, each.not_looked_for)}
    open_ |= set(_above_open_questions(every, found))
    return (*kept, *(_for_nothing(allow) for allow in every if allow.code.span not in used | open_))


def _each_once(accepted: Iterable[Accepted]) -> tuple[Accepted, ...]:
    return tuple({allow.code.span: allow for allow in accepted}.values())


def _and_of_rows(accepted: Iterable[Accepted]) -> Iterator[Accepted]:
    """Each allow, and once more for the rows in another file, as if they were the statement."""
    for allow in accepted:
        yield allow
        if allow.rows is not None:
            yield replace(allow, statement=allow.rows)


def _is(allow: Accepted, codes: frozenset[str]) -> bool:
    return allow.code.text.upper() in codes


def _above_open_questions(accepted: tuple[Accepted, ...], found: tuple[Diagnostic, ...]) -> Iterator[Span]:
    """The allows of what proofs find, above statements of which a proof left a question open: nobody knows whether they
    accept something."""
    by_place: dict[tuple[str, str], list[Accepted]] = defaultdict(list)
    for allow in _and_of_rows(accepted):
        if allow.statement is not None and _is(allow, FOUND_BY_PROOFS):
            by_place["", allow.statement.path].append(allow)
    unsettled = [finding for finding in found if finding.code in (rule_codes.NOT_SETTLED, property_codes.NOT_PROVED)]
    above = (_accepting("", finding, by_place) for finding in unsettled)
    statements = {allow.statement for allow in above if allow is not None}
    for allow in _and_of_rows(accepted):
        if allow.statement in statements and _is(allow, FOUND_BY_PROOFS):
            yield allow.code.span


def _accepting(
    code: str, diagnostic: Diagnostic, by_place: Mapping[tuple[str, str], list[Accepted]]
) -> Accepted | None:
    """The allow of those listed under `code` that stands above the statement that the finding is in."""
    span = diagnostic.span
    if span is None or not _can_be_accepted(diagnostic.code):
        return None
    # statements follow one another, so only the last that begins before the finding can hold it
    above = by_place.get((code, span.path), [])
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
