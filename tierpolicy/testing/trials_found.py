"""From customers who broke a property by the compiled policy to a finding: the words of the proof, for plain customers.

They are decided again by the plain evaluator. Where that says otherwise, one of the two is wrong, and the finding says
that instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tierpolicy.analysis.answer import Found
from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.questions import always, equal_treatment, influence, monotone
from tierpolicy.analysis.replay import decided, holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, shown
from tierpolicy.analysis.witness.examples import facts
from tierpolicy.analysis.world import absent_values
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Always, EqualTreatment, Never, NeverDependsOn, NeverLowers, Property
from tierpolicy.model.values import Known, equal
from tierpolicy.model.words import value_text
from tierpolicy.testing.pools import days
from tierpolicy.testing.trials_serving import Desk, Served, Unserved

REFUTATIONS: Mapping[type, Callable[[Session, Property], tuple[Refutation, ...]]] = {
    Always: always.refutations,
    Never: always.refutations,
    NeverLowers: monotone.refutations,
    NeverDependsOn: influence.refutations,
    EqualTreatment: equal_treatment.refutations,
}

PLEASE_REPORT = "this is a mistake of ours, not of the policy: please report it, with the policy and this customer"

Apart = list[tuple[str, Known, Known]]
"""What is decided in two ways: the attribute, its compiled value and the plain one."""


def finding(desk: Desk, stated: Property, breaking: tuple[Served, ...]) -> Diagnostic:
    """What the proof would say of these customers, made as plain as they get; or that two evaluators disagree."""
    session = Session(desk.typed)
    cases = tuple(served.case for served in breaking)
    for each in REFUTATIONS[type(stated.claim)](session, stated):
        if holds(each.goal, cases):
            return shown(session, each.goal, Found(cases), each.wording, stated.origin.name)
    for served in breaking:
        found = disagreement(desk, served)
        if found is not None:
            return found
    raise AssertionError(f"{stated.origin.name}: a customer breaks it whom its goal does not ask for")


def disagreement(desk: Desk, served: Served) -> Diagnostic | None:
    """That the plain evaluator decides something else for a customer; None where it doesn't."""
    apart, case = _apart(desk, served), served.case
    if not apart:
        return None
    for name, usual in absent_values(desk.typed).items():
        apart, case = _either(desk, Case({**case.values, name: usual}, case.as_of), apart, case)
    apart, case = _either(desk, Case(case.values, days(desk.typed)[0]), apart, case)
    name, compiled, plain = apart[0]
    attribute = desk.typed.attributes[name]
    got = value_text(compiled, attribute.type), value_text(plain, attribute.type)
    return Diagnostic(
        codes.EVALUATORS_DISAGREE,
        f"two evaluators disagree: `{name}` is {got[0]} when compiled and {got[1]} by the text, for a customer with "
        f"{facts(desk.typed, case)} on {case.as_of}",
        attribute.span,
        help=PLEASE_REPORT,
    )


def failure(desk: Desk, unserved: Unserved, stated: Property) -> Diagnostic:
    """That the compiled policy decides nothing for a customer for whom the plain evaluator does."""
    case = unserved.case
    decided(desk.typed, case)  # where that fails too, whoever runs this hears of it
    return Diagnostic(
        codes.EVALUATORS_DISAGREE,
        f"two evaluators disagree: the compiled one fails, for a customer with {facts(desk.typed, case)} on "
        f"{case.as_of} ({type(unserved.__cause__).__name__})",
        stated.origin.span,
        help=PLEASE_REPORT,
    )


def _either(desk: Desk, simpler: Case, apart: Apart, case: Case) -> tuple[Apart, Case]:
    """The simpler customer where the evaluators disagree about it too, else the one that there was."""
    served = desk.served(simpler)
    found = _apart(desk, served) if served is not None else []
    return (found, simpler) if found else (apart, case)


def _apart(desk: Desk, served: Served) -> Apart:
    """What the plain evaluator decides otherwise."""
    plain = decided(desk.typed, served.case).situation.decided
    both = ((name, value, plain[name]) for name, value in served.situation.decided.items())
    return [each for each in both if not equal(each[1], each[2])]
