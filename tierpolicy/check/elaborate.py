"""From parsed files to the typed policy: the only bridge between text and meaning.

The road: what is declared, then the defines, then the statements that decide, then what is claimed of them. Every
statement is read whatever is wrong with the others, so that one run shows all mistakes; a name whose declaration was
reported is known as broken and not reported again where it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tierpolicy.check import style
from tierpolicy.check.allows import Accepted, accepted_in
from tierpolicy.check.asked import Thresholds, note_not_asked
from tierpolicy.check.bounds import warn_of_constants_beyond
from tierpolicy.check.cases import cases_of
from tierpolicy.check.costs import cost_of
from tierpolicy.check.defines import define_all
from tierpolicy.check.dependencies import order_of, reads_of
from tierpolicy.check.digest import digest_of
from tierpolicy.check.draft import Draft, Places, Register
from tierpolicy.check.examples import depends_on_day, example_of
from tierpolicy.check.floors import with_worst
from tierpolicy.check.head import Head, head_of, organization_of
from tierpolicy.check.mistakes import OF_A_LOST_FILE, Broken, broken_in
from tierpolicy.check.parameters import Given, report_unknown
from tierpolicy.check.properties import assumption_of, property_of
from tierpolicy.check.reminders import reminder_of, warn_of_nothing_to_earn
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.check.statements import Clauses, clauses_of
from tierpolicy.check.vocabulary import Vocabulary, declare
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, has_errors
from tierpolicy.frozen import frozen
from tierpolicy.model.policy import Assumption, Cost, Example, Policy, Property, Reminder
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import STANDARD_PATH, Gathered

OF_MANY_POLICIES = frozenset({STANDARD_PATH})


@frozen
class Checked:
    """What checking found, and what the policy accepts of that and of what is found later (see `allows`).

    `policy` is None exactly where one of the diagnostics is an error.
    """

    policy: Policy | None
    diagnostics: tuple[Diagnostic, ...]
    accepted: tuple[Accepted, ...] = ()


def elaborate(
    gathered: Gathered, parameters: Mapping[str, object] | None = None, *, to_calibrate: bool = False
) -> Checked:
    """The typed policy of the gathered files, `parameters` set by the application; or all that is wrong with them.

    With `to_calibrate` thresholds that were not measured, or not well, are MISSING: nothing decides with such a policy.
    """
    findings = Findings()
    findings.diagnostics += gathered.diagnostics
    thresholds = Thresholds(gathered.calibration, to_calibrate)
    if not to_calibrate:
        findings.diagnostics += gathered.calibration.diagnostics
    accepted = accepted_in(gathered.modules, findings)
    broken = broken_in(gathered.modules, {source.path: source for source in gathered.sources}, gathered.diagnostics)
    policy = _policy_of(gathered, parameters or {}, broken, thresholds, findings)
    diagnostics = findings.diagnostics
    if broken.file_lost:
        diagnostics = [finding for finding in diagnostics if finding.code not in OF_A_LOST_FILE]
    return Checked(policy if not has_errors(diagnostics) else None, tuple(diagnostics), accepted)


def _policy_of(gathered: Gathered, given: Given, broken: Broken, thresholds: Thresholds, findings: Findings) -> Policy:
    """The road. Where mistakes were reported on the way, what comes out at its end is not to be used."""
    statements = tuple(statement for module in gathered.modules for statement in module.statements)
    head = head_of(gathered.modules[0], findings)
    organization = organization_of(statements, findings)

    vocabulary = Vocabulary()
    scope = vocabulary.scope(findings, broken.names, thresholds)
    declare(statements, vocabulary, scope, Register(findings, gathered.path, codes.DECLARED_TWICE), given)
    report_unknown(given, vocabulary.parameters, findings)
    define_all([s for s in statements if isinstance(s, ast.Define)], vocabulary.defines, broken.names, scope)
    if not vocabulary.attributes and not has_errors(findings.diagnostics):
        _report_nothing_to_decide(gathered, findings)

    draft = _draft(gathered, scope)
    clauses = clauses_of(statements, draft)
    baselines = [s for s in statements if isinstance(s, ast.Effect) and s.kind == "baseline"]
    attributes = with_worst(
        vocabulary.attributes, clauses.baselines, baselines, vocabulary.defines, broken.promised, findings
    )
    reads = reads_of(clauses.rules, clauses.tables, clauses.limits, clauses.baselines, vocabulary.defines)
    order = order_of(attributes, reads, findings)
    claims = _claims_of(statements, head, clauses, draft)

    policy = Policy(
        name=head.name,
        version=head.version,
        effective_from=head.effective_from,
        effective_until=head.effective_until,
        currency=head.currency,
        organization=organization,
        fields=MappingProxyType(vocabulary.fields),
        attributes=MappingProxyType(attributes),
        parameters=MappingProxyType(vocabulary.parameters),
        defines=MappingProxyType(vocabulary.defines),
        rules=clauses.rules,
        tables=clauses.tables,
        limits=clauses.limits,
        baselines=clauses.baselines,
        properties=claims.properties,
        assumptions=claims.assumptions,
        examples=claims.examples,
        order=order,
        sources=gathered.sources,
        digest=digest_of((each for each in gathered.sources if each.path != gathered.aside), vocabulary.parameters),
        head=head.span,
        reminders=claims.reminders,
        costs=claims.costs,
        thresholds=tuple(thresholds.asked.values()),
    )
    note_not_asked(thresholds, findings)
    if not has_errors(findings.diagnostics):
        warn_of_constants_beyond(policy, draft.places, findings)
        warn_of_nothing_to_earn(policy, findings)
        _note_style(policy, findings)
    return policy


def _draft(gathered: Gathered, scope: Scope) -> Draft:
    registers = (Register(scope.findings, gathered.path, codes.STATEMENT_NAME_TWICE) for _ in range(4))
    places = Places(gathered.path, {source.path: source for source in gathered.sources})
    return Draft(scope, places, *registers)


@frozen
class Claims:
    """What is said of the decisions."""

    properties: tuple[Property, ...]
    assumptions: tuple[Assumption, ...]
    examples: tuple[Example, ...]
    reminders: tuple[Reminder, ...]
    costs: tuple[Cost, ...]


def _claims_of(statements: tuple[ast.Statement, ...], head: Head, clauses: Clauses, draft: Draft) -> Claims:
    properties: list[Property | None] = []
    assumptions: list[Assumption | None] = []
    examples: list[Example | None] = []
    reminders: list[Reminder | None] = []
    costs: list[Cost | None] = []
    start = head.effective_from or head.effective_until
    tests = any(isinstance(statement, ast.Example | ast.Cases) for statement in statements)
    by_day = tests and depends_on_day(clauses.rules, clauses.limits, clauses.baselines, draft.scope)
    for statement in statements:
        match statement:
            case ast.Property(name=name):
                draft.properties.claim(name, "the property")
                properties.append(property_of(statement, draft))
            case ast.Assume():
                assumptions.append(assumption_of(statement, draft))
            case ast.Reminder():
                reminders.append(reminder_of(statement, draft))
            case ast.Cost(name=name):
                draft.costs.claim(name, "the cost")
                costs.append(cost_of(statement, draft))
            case ast.Example(name=name):
                draft.examples.claim(name, "the example")
                examples.append(example_of(statement, start, by_day, draft))
            case ast.Cases():
                examples += cases_of(statement, start, by_day, draft)
            case _:
                pass
    return Claims(
        tuple(each for each in properties if each is not None),
        tuple(each for each in assumptions if each is not None),
        tuple(each for each in examples if each is not None),
        tuple(each for each in reminders if each is not None),
        tuple(each for each in costs if each is not None),
    )


def _report_nothing_to_decide(gathered: Gathered, findings: Findings) -> None:
    findings.report(
        codes.NOTHING_TO_DECIDE,
        "this policy declares no service, so it decides nothing",
        Span(gathered.path, 0, 0),
        help="declare what is decided, `service { priority : normal < high }`, or write `use standard`",
    )


def _note_style(policy: Policy, findings: Findings) -> None:
    style.note_unread(policy, OF_MANY_POLICIES, findings)
    style.note_never_given(policy, OF_MANY_POLICIES, findings)
