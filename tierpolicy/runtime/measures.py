"""What was counted over a file of customers, as findings: each claim about a population holds there, or is missed.

Measured is not proved: a finding says on how many customers, of which file, on which day.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

from tierpolicy.check.stale import shares_off
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import Constant
from tierpolicy.model.policy import Policy, Property, Share, Total
from tierpolicy.model.types import Money, Number, Type
from tierpolicy.model.words import expression_text, value_text
from tierpolicy.runtime.apply import most_common
from tierpolicy.runtime.population import Measure, Population, claims_about_populations, looks_whole

Op = Literal["at most", "at least"]

MOST_SHOWN = 4
MOST_DIGITS = 8


def unmeasured(policy: Policy) -> tuple[Diagnostic, ...]:
    """A note on each claim about a population: it takes customers to say whether it holds."""
    return tuple(
        Diagnostic(
            codes.MEASURED,
            f"`{stated.origin.name}` is measured on customers, it can't be proved",
            stated.origin.span,
            help="measure it on a file of them: `tierpolicy check … --on customers.csv`",
        )
        for stated in claims_about_populations(policy)
    )


def measures(population: Population) -> tuple[Diagnostic, ...]:
    """What each claim comes to, fields whose data looks like 10 for 10%, and shares that are off by now."""
    claims = (_measure(each, population) for each in population.measures)
    return (*claims, *_percents_as_whole(population), *shares_off(population.shares, population.file))


def _measure(measure: Measure, population: Population) -> Diagnostic:
    stated = measure.stated
    name, claim = stated.origin.name, stated.claim
    assert isinstance(claim, Share | Total)
    lacking = _lacking(measure, population)
    counted = measure.about if isinstance(claim, Share) else measure.met
    if not counted:
        return _not_measured(measure, population, lacking or _nobody(measure, population))
    holds, figures = _share(claim, measure) if isinstance(claim, Share) else _total(claim, measure, population)
    if holds and lacking:
        return _not_measured(measure, population, lacking)
    said = "holds" if holds else "does not hold"
    return Diagnostic(
        codes.MEASURED if holds else codes.MEASURE_MISSED,
        f"`{name}` {said} on {population.file}: {figures}",
        stated.origin.span,
        help=_about(measure, population),
    )


def _not_measured(measure: Measure, population: Population, why: str) -> Diagnostic:
    name = measure.stated.origin.name
    return Diagnostic(
        codes.NOT_MEASURED,
        f"`{name}` could not be measured on {population.file}: {why}",
        measure.stated.origin.span,
        help=f"it rests on {_all_of(measure.fields)}: name a file of customers that tells" if measure.fields else None,
    )


def _all_of(fields: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in fields[:MOST_SHOWN])
    return f"{shown} and {len(fields) - MOST_SHOWN} more" if len(fields) > MOST_SHOWN else shown


def _lacking(measure: Measure, population: Population) -> str:
    """What most customers lack for the claim to say something; '' where enough is known of most."""
    customers = population.customers
    if not customers:
        return "it holds no customers"
    for name in measure.fields:
        if population.problems[name] * 2 > customers:
            return f"`{name}` can't be used for {population.problems[name]:,} of its {_customers(customers)}"
        if not population.known[name]:
            return f"none of its {_customers(customers)} has a value of `{name}`"
    asked = customers - measure.aside
    if measure.unknown * 2 > asked:
        return f"of {measure.unknown:,} of {_customers(asked)} {_unknown(measure)}"
    return ""


def _unknown(measure: Measure) -> str:
    return "there is no value to add" if isinstance(measure.stated.claim, Total) else "it isn't known"


def _nobody(measure: Measure, population: Population) -> str:
    if not measure.about and measure.stated.where is not None:
        return f"`{expression_text(measure.stated.where)}` is true of none of its {_customers(population.customers)}"
    return f"of {_customers(measure.about)} none has a value to add"


# ---------------------------------------------------------------- figures


def _share(claim: Share, measure: Measure) -> tuple[bool, str]:
    found, bound = Fraction(measure.met * 10_000, measure.about), Fraction(claim.share)
    holds = found <= bound if claim.op == "at most" else found >= bound
    shown = _percent_text(found, bound)
    text = (
        f"{measure.met:,} of {_customers(measure.about)}{_where(measure.stated)} ({shown}) have "
        f"`{expression_text(claim.condition)}`, {_wanted(claim.op, _percent_text(bound, bound))}"
    )
    return holds, text


def _total(claim: Total, measure: Measure, population: Population) -> tuple[bool, str]:
    assert isinstance(claim.bound, Constant)
    bound, type_ = claim.bound.value, claim.expression.type
    assert isinstance(bound, int | float)
    found = measure.total
    holds = found <= Fraction(bound) if claim.op == "at most" else found >= Fraction(bound)
    currency = f" {population.policy.currency}" if isinstance(type_, Money) and population.policy.currency else ""
    text = (
        f"`{expression_text(claim.expression)}` comes to {_total_text(found, type_)}{currency} over "
        f"{_customers(measure.met)}{_where(measure.stated)}, {_wanted(claim.op, value_text(bound, type_) + currency)}"
    )
    return holds, text


def _wanted(op: Op, bound: str) -> str:
    return f"{op} {bound} {'is allowed' if op == 'at most' else 'is asked for'}"


def _where(stated: Property) -> str:
    return f" with `{expression_text(stated.where)}`" if stated.where is not None else ""


def _percent_text(share: Fraction, bound: Fraction) -> str:
    """Hundredths of a percent as `4.2%`, with as many digits as it takes to stand on the right side of the bound."""
    exact = Decimal(share.numerator) / Decimal(share.denominator) / 100
    for digits in range(1, MOST_DIGITS):
        shown = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        if _side(Fraction(shown) * 100, bound) == _side(share, bound):
            break
    return f"{exact:,.0f}%" if exact == exact.to_integral_value() else f"{shown:,f}%"


def _side(value: Fraction, bound: Fraction) -> int:
    return (value > bound) - (value < bound)


def _total_text(total: Fraction, type_: Type) -> str:
    if not isinstance(type_, Number):
        return value_text(int(total), type_)
    try:
        return value_text(float(total), type_)
    except OverflowError:
        return "more than a number can hold"


def _customers(count: int) -> str:
    return f"{count:,} customer{'' if count == 1 else 's'}"


# ---------------------------------------------------------------- what to know of the figures


def _about(measure: Measure, population: Population) -> str:
    parts = [f"measured as of {population.as_of.isoformat()} on these customers, not proved"]
    if measure.unknown:
        parts.append(f"of {_customers(measure.unknown)} {_unknown(measure)}")
    return "; ".join([*parts, *_met(population)])


def _met(population: Population) -> Iterator[str]:
    if population.with_problems:
        counts = most_common(population.problems, population.policy)[:MOST_SHOWN]
        named = ", ".join(f"`{name}` {count:,}" for name, count in counts)
        yield f"{_customers(population.with_problems)} had problems ({named})"
    if population.against_assumptions:
        yield f"{_customers(population.against_assumptions)} broke an assumption of the policy"


def _percents_as_whole(population: Population) -> list[Diagnostic]:
    found = []
    for name, seen in population.percents.items():
        if looks_whole(seen):
            found.append(
                Diagnostic(
                    codes.PERCENT_AS_WHOLE,
                    f"`{name}` is above 100% for {seen.above_whole:,} of {_customers(seen.known)} in {population.file}",
                    population.policy.fields[name].span,
                    help="a percent is read as a fraction, 0.1 is 10%: divide the data by 100, or write it with a `%`",
                )
            )
    return found
