"""The examples of a policy, decided: a finding for each expectation that the decision does not meet."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.diagnostics.codes.properties import EXAMPLE_FAILS
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import AttributeRef, Expr
from tierpolicy.model.policy import Example, Policy
from tierpolicy.model.reads import read_by
from tierpolicy.model.values import MISSING
from tierpolicy.model.words import expression_text, value_text
from tierpolicy.semantics.decide import decide_typed
from tierpolicy.semantics.evaluate import Situation, missing_fields, value_of
from tierpolicy.semantics.read import typed_reading
from tierpolicy.syntax.reading import shortened

MOST_SHOWN = 6
LONGEST_NAME = 80
LONGEST_REASON = 200


def failing_examples(policy: Policy) -> tuple[Diagnostic, ...]:
    """A finding for each expectation of each example that isn't true; what is unknown isn't true."""
    return tuple(finding for example in policy.examples for finding in failing(policy, example))


def failing(policy: Policy, example: Example) -> Iterator[Diagnostic]:
    """A finding for each expectation of one example that isn't true."""
    decided = dict(decide_typed(policy, example.given, example.as_of).values)
    situation = Situation(policy, typed_reading(policy, example.given).values, example.as_of, decided)
    for expected in example.expects:
        truth = value_of(expected, situation)
        if truth is not True:
            text = expression_text(expected)
            how = "is not known" if truth is MISSING else "does not hold"
            yield Diagnostic(
                EXAMPLE_FAILS,
                f"the {example.kind} `{shortened(example.origin.name, LONGEST_NAME)}` expects `{text}`, which {how}",
                expected.span or example.origin.span,
                help=_help(expected, situation, truth is MISSING) + _reason(example),
            )


def _help(expected: Expr, situation: Situation, unknown: bool) -> str:
    """What came out instead, and what is missing where nothing did."""
    policy = situation.policy
    seen = dict.fromkeys((ref.name, type(ref)) for ref in read_by(expected, policy))
    said = []
    for name, kind in list(seen)[:MOST_SHOWN]:
        if kind is AttributeRef:
            said.append(f"`{name}` is decided as {value_text(situation.decided[name], policy.attributes[name].type)}")
        elif situation.fields[name] is not MISSING:
            said.append(f"`{name}` is {value_text(situation.fields[name], policy.fields[name].type)}")
    if unknown and (missing := sorted(missing_fields(expected, situation))):
        said.append("not given: " + ", ".join(f"`{name}`" for name in missing))
    return "; ".join(said) or "change the example or the rules"


def _reason(example: Example) -> str:
    """Why its author expects it."""
    return f'; expected because "{shortened(example.origin.because, LONGEST_REASON)}"' if example.origin.because else ""
