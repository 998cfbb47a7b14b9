"""Truths joined: constructors that drop what is constant, so that formulas of wide policies stay small.

They call Z3's C interface itself: its operators in Python check so much that 10,000 rules would take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import z3

from tierpolicy.analysis.smt.terms import Rail, Workspace


def yes(workspace: Workspace) -> z3.BoolRef:
    """True."""
    return _constant(True, workspace)


def no(workspace: Workspace) -> z3.BoolRef:
    """False."""
    return _constant(False, workspace)


def _constant(truth: bool, workspace: Workspace) -> z3.BoolRef:
    key = ("truth", truth)
    if key not in workspace.memory:
        workspace.memory[key] = z3.BoolVal(truth, workspace.context)
    return workspace.memory[key]


def settled(term: z3.BoolRef) -> bool | None:
    """The truth of a constant; None of anything else."""
    found = z3.Z3_get_bool_value(term.ctx.ref(), term.as_ast())
    return None if found == 0 else found > 0


def negation(term: z3.BoolRef) -> z3.BoolRef:
    """Not `term`."""
    context = term.ctx
    reference, ast = context.ref(), term.as_ast()
    match z3.Z3_get_bool_value(reference, ast):
        case 0:
            return z3.BoolRef(z3.Z3_mk_not(reference, ast), context)
        case found:
            return z3.BoolVal(found < 0, context)


def all_of(terms: Iterable[z3.BoolRef], workspace: Workspace) -> z3.BoolRef:
    """True where all are: flat, however many they are."""
    kept = []
    for term in terms:
        match settled(term):
            case None:
                kept.append(term)
            case False:
                return no(workspace)
    return _joined(kept, z3.Z3_mk_and, workspace) if kept else yes(workspace)


def any_of(terms: Iterable[z3.BoolRef], workspace: Workspace) -> z3.BoolRef:
    """True where one of them is: flat, however many they are."""
    kept = []
    for term in terms:
        match settled(term):
            case None:
                kept.append(term)
            case True:
                return yes(workspace)
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
