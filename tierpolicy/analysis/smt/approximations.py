"""Operations whose exact meaning the solver isn't told: a function that stands for each, and facts that bound it.

An operation becomes an uninterpreted function, one for each operation and its constants, applied to the other
operands: equal operands give equal results on both sides of a goal. What is told of it must be true of *all* terms of
its sorts, not of values only: an operand may be missing, or a sum beyond its range. So each function has an intended
meaning on all integers and reals, said where it is made, which agrees with the evaluator wherever that has a result.

Where an operation rises or falls with each operand, that is told of pairs of its applications: "more spend never
lowers the discount" needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import islice

import z3

from tierpolicy.analysis.smt.comparing import equal_syms
from tierpolicy.analysis.smt.logic import all_of, any_of, implied, negation, no
from tierpolicy.analysis.smt.syms import constant, rational
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, NotOffered, Value

ROUNDING = "rounding of numbers"
CALENDAR = "a calendar function"
PLUGIN = "a plugin's function"
MANY_AMOUNTS = "a function of many amounts"
PRODUCT = "a product of two facts"

MOST_PAIRS = 30
"""With how many applications of its function one is compared, the last ones first: the facts grow with the square."""

Rising = tuple[int, ...]
Operands = Sequence[z3.ExprRef]
Order = Callable[[Operands, Operands], Iterator[tuple[z3.BoolRef, ...]]]
"""Cases in which the result for the first operands is not above that for the second: in each, all of its terms hold."""


def applied(
    operation: Hashable, inputs: Operands, sort: z3.SortRef, workspace: Workspace, order: Order | None = None
) -> tuple[z3.ExprRef, bool]:
    """The operation's function applied to terms, and whether that is new: then its bounds have yet to be told."""
    function = _function(operation, [term.sort() for term in inputs], sort, workspace)
    term = function(*inputs)
    known_so_far = workspace.memory.setdefault(("applications", operation), {})
    if term.get_id() in known_so_far:
        return term, False
    if order is not None:
        for earlier, others in last_applications(operation, workspace):
            for one, first, other, second in ((term, inputs, earlier, others), (earlier, others, term, inputs)):
                for case in order(first, second):
                    workspace.facts.append(implied(all_of(case, workspace), one <= other, workspace))
    known_so_far[term.get_id()] = (term, inputs)
    return term, True


def last_applications(operation: Hashable, workspace: Workspace) -> list[tuple[z3.ExprRef, Operands]]:
    """What the operation was applied to, and the results: those that are worth comparing with."""
    made: dict[int, tuple[z3.ExprRef, Operands]] = workspace.memory.get(("applications", operation), {})
    return list(islice(reversed(made.values()), MOST_PAIRS))


def _function(operation: Hashable, sorts: list[z3.SortRef], result: z3.SortRef, workspace: Workspace) -> z3.FuncDeclRef:
    key = ("function", operation)
    if key not in workspace.memory:
        workspace.memory[key] = z3.Function(f"operation!{next(workspace.counter)}", *sorts, result)
    return workspace.memory[key]


def rises(rising: Rising) -> Order:
    """The result rises (or falls) with each operand."""

    def order(first: Operands, second: Operands) -> Iterator[tuple[z3.BoolRef, ...]]:
        triples = zip(first, second, rising, strict=True)
        yield tuple(one <= other if way > 0 else one >= other for one, other, way in triples)

    return order


def tell_near(result: z3.ArithRef, exact: z3.ArithRef, slack: Fraction, share: Fraction, workspace: Workspace) -> None:
    """|result − exact| ≤ slack + share·|exact|, for reals."""
    more, less = rational(1 + share, workspace), rational(1 - share, workspace)
    off = rational(slack, workspace)
    above = any_of((result <= more * exact + off, result <= less * exact + off), workspace)
    below = any_of((result >= more * exact - off, result >= less * exact - off), workspace)
    workspace.facts.extend((above, below))


def record(approximation: Approximation, workspace: Workspace) -> None:
    """Keeps it once for each output: one output stands for one operation on the same operands."""
    output = approximation.output
    terms = output.value if isinstance(output.value, tuple) else (output.value,)
    key = ("approximation", *(term.get_id() for term in (*terms, output.missing)))
    if key not in workspace.memory:
        workspace.memory[key] = output  # holding the output keeps the ids its own
        workspace.approximations.append(approximation)


# ---------------------------------------------------------------- what a found record shows


def told_at(approximation: Approximation, values: Sequence[Value], workspace: Workspace) -> Iterator[z3.BoolRef]:
    """Facts about the output where the inputs have these values, by the evaluator's meaning; where it is known which
    way the output goes, of all inputs below them and above them."""
    meant = approximation.meaning(tuple(values))
    output = approximation.output
    pairs = list(zip(approximation.inputs, values, strict=True))
    here = all_of((is_value(sym, value, workspace) for sym, value in pairs), workspace)
    yield implied(here, is_value(output, meant, workspace), workspace)
    if not approximation.rising or meant is MISSING or any(value is MISSING for value in values):
        return
    end = constant(meant, output.type, workspace).value
    for up in (True, False):
        beyond = [known(output)]
        for (sym, value), way in zip(pairs, approximation.rising, strict=True):
            there = constant(value, sym.type, workspace).value
            beyond += [known(sym), sym.value >= there if up == (way > 0) else sym.value <= there]
        reached = output.value >= end if up else output.value <= end
        yield implied(all_of(beyond, workspace), reached, workspace)


def defined(approximation: Approximation, workspace: Workspace) -> z3.BoolRef | None:
    """A truth under which the operation is exactly what it means; None where nothing defines it. Only the goals that
    assume it pay for it."""
    if approximation.definition is None:
        return None
    key = ("defined", id(approximation))
    if key not in workspace.memory:
        facts = list(approximation.definition(workspace))
        exactly = workspace.fresh("exactly", z3.BoolSort(workspace.context))
        workspace.facts.extend(implied(exactly, fact, workspace) for fact in facts)
        workspace.memory[key] = (approximation, exactly)  # holding the approximation keeps its id its own
    return workspace.memory[key][1]


def known(sym: Sym) -> z3.BoolRef:
    """Neither missing nor `none`."""
    return negation(z3.Or(sym.missing, sym.none))


def is_value(sym: Sym, value: Value, workspace: Workspace) -> z3.BoolRef:
    """The value is this one."""
    if value is MISSING:
        return sym.missing
    if isinstance(value, NotOffered):
        return all_of((negation(sym.missing), sym.none), workspace)
    if isinstance(sym.type, SetOf) and not isinstance(value, frozenset):
        return no(workspace)
    same = equal_syms(sym, constant(value, sym.type, workspace), workspace)
    return all_of((negation(sym.missing), same), workspace)
