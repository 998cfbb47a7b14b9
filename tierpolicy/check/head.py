"""What a policy says of itself: name, version, effective days, currency, kind of organization (language.md §5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath

from tierpolicy.check.draft import in_force, words
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.frozen import frozen
from tierpolicy.model.policy import Organization
from tierpolicy.source import Span
from tierpolicy.syntax import ast

KINDS: dict[str, Organization] = {
    "business": "business",
    "government": "government",
    "charity": "charity",
    "monopoly": "monopoly",
}


@frozen
class Head:
    name: str
    version: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    currency: str = ""
    span: Span | None = None


def head_of(main: ast.Module, findings: Findings) -> Head:
    """The head of the main file (`gather` reports others); without one, the policy is called like the file."""
    heads = [statement for statement in main.statements if isinstance(statement, ast.PolicyHead)]
    if not heads:
        return Head(PurePosixPath(main.path).stem)
    first = heads[0]
    for other in heads[1:]:
        findings.report(
            codes.SECOND_HEAD,
            "a file is one policy, so it has one head",
            other.span,
            help="remove one of the two, or move the other policy to a file of its own",
            related=(Related(first.span, "the first head"),),
        )
    effective = in_force(ast.Period(first.effective_from, first.effective_until), findings)
    currency = first.currency.text if first.currency is not None else ""
    return Head(first.name.value, words(first.version), effective.start, effective.end, currency, first.span)


def organization_of(statements: Iterable[ast.Statement], findings: Findings) -> Organization:
    """The kind of organization; a business where nothing is said."""
    said: ast.Organization | None = None
    for statement in statements:
        if not isinstance(statement, ast.Organization):
            continue
        if statement.kind.text not in KINDS:
            near = findings.did_you_mean(statement.kind.text, tuple(KINDS))
            findings.report(
                codes.UNKNOWN_ORGANIZATION,
                f"there is no organization of the kind `{statement.kind.text}`",
                statement.kind.span,
                help=near or "take `business`, `government`, `charity` or `monopoly`",
            )
        elif said is not None and said.kind.text != statement.kind.text:
            findings.report(
                codes.SECOND_HEAD,
                f"the organization is `{said.kind.text}` already",
                statement.span,
                help="keep one of the two",
                related=(Related(said.span, "said here"),),
            )
        else:
            said = said or statement
    return KINDS[said.kind.text] if said is not None else "business"
