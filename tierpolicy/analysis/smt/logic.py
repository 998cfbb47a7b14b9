"""Truths joined: constructors that drop what is constant, so that formulas of wide policies stay small.

They call Z3's C interface itself: its operators in Python check so much that 10,000 rules would take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import z3

from tierpolicy.analysis.smt.terms import Rail, Workspace


class _Yes(z3.BoolRef):  # type: ignore[misc]  # z3 has no types
    """True, known as such by its class: asking Z3 each time is what takes long."""


class _No(z3.BoolRef):  # type: ignore[misc]
    """False."""


def yes(workspace: Workspace) -> z3.BoolRef:
    """True."""
    found = workspace.memory.get(_Yes)
    if found is None:
        reference = workspace.context.ref()
        found = workspace.memory[_Yes] = _Yes(z3.Z3_mk_true(reference), workspace.context)
    return found


def no(workspace: Workspace) -> z3.BoolRef:
    """False."""
    found = workspace.memory.get(_No)
    if found is None:
        reference = workspace.context.ref()
        found = workspace.memory[_No] = _No(z3.Z3_mk_false(reference), workspace.context)
    return found


def settled(term: z3.BoolRef) -> bool | None:
    """The truth of a constant made here; None of anything else."""
    kind = type(term)
    return True if kind is _Yes else False if kind is _No else None


def negation(term: z3.BoolRef) -> z3.BoolRef:
    """Not `term`; kept with it, as many comparisons ask whether one field is known."""
    try:
        return term.opposite
    except AttributeError:
        pass
    context, kind = term.ctx, type(term)
    if kind is _Yes:
        term.opposite = _No(z3.Z3_mk_false(context.ref()), context)
    elif kind is _No:
        term.opposite = _Yes(z3.Z3_mk_true(context.ref()), context)
    else:
        term.opposite = z3.BoolRef(z3.Z3_mk_not(context.ref(), term.as_ast()), context)
    return term.opposite


def all_of(terms: Iterable[z3.BoolRef], workspace: Workspace) -> z3.BoolRef:
    """True where all are: flat, however many they are."""
    kept = []
    for term in terms:
        kind = type(term)
        if kind is _No:
            return no(workspace)
        if kind is not _Yes:
            kept.append(term)
    return _joined(kept, z3.Z3_mk_and, workspace) if kept else yes(workspace)


def any_of(terms: Iterable[z3.BoolRef], workspace: Workspace) -> z3.BoolRef:
    """True where one of them is: flat, however many they are."""
    kept = []
    for term in terms:
        kind = type(term)
        if kind is _Yes:
            return yes(workspace)
        if kind is not _No:
            kept.append(term)
    return _joined(kept, z3.Z3_mk_or, workspace) if kept else no(workspace)


def _joined(terms: list[z3.BoolRef], make: Callable[..., Any], workspace: Workspace) -> z3.BoolRef:
    if len(terms) == 1:
        return terms[0]
    array = (z3.Ast * len(terms))(*(term.as_ast() for term in terms))
    return z3.BoolRef(make(workspace.context.ref(), len(terms), array), workspace.context)


def implied(condition: z3.BoolRef, conclusion: z3.BoolRef, workspace: Workspace) -> z3.BoolRef:
    """`conclusion` wherever `condition`."""
    return any_of((negation(condition), conclusion), workspace)


def same_truth(one: z3.BoolRef, other: z3.BoolRef) -> z3.BoolRef:
    """Both or neither."""
    for constant, term in ((settled(one), other), (settled(other), one)):
        if constant is not None:
            return term if constant else negation(term)
    return z3.BoolRef(z3.Z3_mk_iff(one.ctx.ref(), one.as_ast(), other.as_ast()), one.ctx)


def chosen(condition: z3.BoolRef, then: z3.ExprRef, otherwise: z3.ExprRef) -> z3.ExprRef:
    """`then` where the condition holds, else `otherwise`."""
    match settled(condition):
        case None:
            return then if then.eq(otherwise) else z3.If(condition, then, otherwise)
        case truth:
            return then if truth else otherwise


def rail(test: z3.BoolRef, unknown: z3.BoolRef, workspace: Workspace) -> Rail:
    """The truth of a test that means nothing where it is `unknown`."""
    if settled(unknown) is False:
        return Rail(test, negation(test))
    known = negation(unknown)
    return Rail(all_of((known, test), workspace), all_of((known, negation(test)), workspace))
