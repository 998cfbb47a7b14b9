"""From customers who broke a property by the compiled policy to a finding: the words of the proof, for plain customers.

They are decided again by the plain evaluator. Where that says otherwise, one of the two is wrong, and the finding says
that instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tierpolicy.analysis.answer import Found
from tierpolicy.analysis.questions import always, equal_treatment, influence, monotone
from tierpolicy.analysis.replay import decided, holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, listed, shown
from tierpolicy.analysis.witness.examples import facts
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Always, EqualTreatment, Never, NeverDependsOn, NeverLowers, Property
from tierpolicy.model.values import equal
from tierpolicy.model.words import value_text
from tierpolicy.testing.trials_serving import Desk, Served

REFUTATIONS: Mapping[type, Callable[[Session, Property], tuple[Refutation, ...]]] = {
    Always: always.refutations,
    Never: always.refutations,
    NeverLowers: monotone.refutations,
    NeverDependsOn: influence.refutations,
    EqualTreatment: equal_treatment.refutations,
}


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
    policy = desk.typed
    plain = decided(policy, served.case).situation.decided
    apart = [name for name, value in served.situation.decided.items() if not equal(value, plain[name])]
    if not apart:
        return None
    type_ = policy.attributes[apart[0]].type
    got = value_text(served.situation.decided[apart[0]], type_), value_text(plain[apart[0]], type_)
    return Diagnostic(
        codes.EVALUATORS_DISAGREE,
        f"two evaluators disagree about {listed(apart[:4])}: `{apart[0]}` is {got[0]} when compiled and {got[1]} by "
        f"the text, for a customer with {facts(policy, served.case)} on {served.case.as_of}",
        policy.attributes[apart[0]].span,
        help="this is a mistake of ours, not of the policy: please report it, with the policy and this customer",
    )
