"""What is told after a record that did not hold: what approximated operations give at the values met.

These are facts for ever; the exact meaning of an operation, where it can be told, is only assumed by those goals that
don't do without. Beside the facts stands a *wish*: that it is a plain day, at first, then that the fields which those
operations read keep their values, so that the next record differs only in what the solver knows exactly. It is given
up where no such record is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import z3

from tierpolicy.analysis.smt.approximations import defined, is_value, told_at
from tierpolicy.analysis.smt.logic import any_of
from tierpolicy.analysis.smt.relevant import Facts
from tierpolicy.analysis.smt.sides import SideTerms
from tierpolicy.analysis.smt.syms import constant, known_value, parts, rational
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.analysis.smt.world import linked
from tierpolicy.model.types import Number


def met(approximations: Iterable[Approximation], facts: Facts, reached: set[int]) -> list[Approximation]:
    """The approximations of which the model says something."""
    return [each for each in approximations if facts.constants(each) <= reached]


def tell(approximations: Iterable[Approximation], model: z3.ModelRef, workspace: Workspace) -> str:
    """Tells what each operation gives at the model's values; the reason of the first that gives something else."""
    reason = ""
    for approximation in approximations:
        values = tuple(known_value(model, sym) for sym in approximation.inputs)
        meant, said = approximation.meaning(values), known_value(model, approximation.output)
        if not reason or (meant != said and not reason.startswith("!")):
            reason = approximation.reason if meant == said else f"!{approximation.reason}"
        workspace.facts.extend(told_at(approximation, values, workspace))
    return reason.removeprefix("!")


def exactly(approximations: Iterable[Approximation], workspace: Workspace) -> list[z3.BoolRef]:
    """That what can be told exactly is so."""
    return [term for each in approximations if (term := defined(each, workspace)) is not None]


def on_day(day: date, today: Sym, approximations: Iterable[Approximation], workspace: Workspace) -> list[z3.BoolRef]:
    """That it is this day, where something is approximated; what depends on the day alone is told exactly for it."""
    approximations = list(approximations)
    for each in approximations:
        key = ("on day", id(each), day)
        if key not in workspace.memory and len(each.inputs) == 1 and each.inputs[0].value.eq(today.value):
            workspace.memory[key] = each  # holding it keeps its id its own
            workspace.facts.extend(told_at(each, (day,), workspace))
    return [is_value(today, day, workspace)] if approximations else []


def tell_gaps(numbers: Iterable[Sym], model: z3.ModelRef, workspace: Workspace) -> bool:
    """Tells of each number that it lies on no real between two neighbours in binary64; whether one did."""
    found = False
    for sym in numbers:
        term = model.eval(parts(sym)[0], model_completion=True)
        exact = term.as_fraction() if z3.is_rational_value(term) else term.approx(40).as_fraction()
        near = known_value(model, sym)
        if not isinstance(near, float) or Fraction(near) == exact:
            continue
        low = near if Fraction(near) < exact else math.nextafter(near, -math.inf)
        high = math.nextafter(low, math.inf)
        if math.isinf(low) or math.isinf(high):
            continue
        ends = (rational(Fraction(low), workspace), rational(Fraction(high), workspace))
        workspace.facts.append(any_of((sym.value <= ends[0], sym.value >= ends[1]), workspace))
        found = True
    return found


def numbers_in(sides: Mapping[str, SideTerms], approximations: Iterable[Approximation], reached: set[int]) -> list[Sym]:
    """Every number that the model says something of: fields, and what approximations read."""
    fields = [sym for side in sides.values() for sym in side.fields.values()]
    syms = [*fields, *(sym for each in approximations for sym in (*each.inputs, each.output))]
    numbers = {parts(sym)[0].get_id(): sym for sym in syms if isinstance(sym.type, Number)}
    return [
        sym
        for sym in numbers.values()
        if any(part.get_id() in reached or not _is_constant(part) for part in parts(sym))
    ]


def _is_constant(term: z3.ExprRef) -> bool:
    return bool(term.num_args() == 0)


def wish(
    sides: Mapping[str, SideTerms],
    approximations: Iterable[Approximation],
    model: z3.ModelRef,
    facts: Facts,
    reached: set[int],
    workspace: Workspace,
) -> list[z3.BoolRef]:
    """That the fields which the approximations read stay as they are; nothing where these are all there are."""
    inputs = [term for each in approximations for sym in each.inputs for term in (*parts(sym), sym.missing, sym.none)]
    _, below = facts.relevant(inputs)
    mentioned = {id(sym): sym for side in sides.values() for sym in (*side.fields.values(), side.today())}
    met_fields = [sym for sym in mentioned.values() if _is_in(sym, reached)]
    kept = [sym for sym in met_fields if _is_in(sym, below)]
    if len(kept) == len(met_fields):
        return []
    return [linked(sym, constant(known_value(model, sym), sym.type, workspace), workspace) for sym in kept]


def _is_in(sym: Sym, constants: set[int]) -> bool:
    return any(term.get_id() in constants for term in (*parts(sym), sym.missing))
