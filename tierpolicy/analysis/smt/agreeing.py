"""Attributes without direction: the one value that standing grants give, the default where they contradict each other.

Meaning: `semantics.formula.standing`, and what stands where it is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import z3

from tierpolicy.analysis.smt.logic import all_of, any_of, chosen, negation, no, same_truth, settled
from tierpolicy.analysis.smt.said import Said
from tierpolicy.analysis.smt.syms import constant, parts
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.policy import Rule
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute


def agreed(attribute: Attribute, grants: Sequence[Said], workspace: Workspace) -> tuple[Sym, z3.BoolRef]:
    """The value, and where there is a conflict. Each distinct constant is looked at once, however many say it."""
    default = constant(attribute.default, attribute.type, workspace)
    value, given, conflict = default, no(workspace), no(workspace)
    named = workspace.named
    constants_only = True  # so far: then every other value differs from those before
    for stands, said, known in _distinct(_standing(grants, workspace), workspace):
        constants_only = constants_only and known
        differs = [] if constants_only or settled(given) is False else [negation(same_known(said, value, workspace))]
        contradicts = all_of((given, stands, *differs), workspace)
        conflict = named(any_of((conflict, contradicts), workspace))
        value = _chosen(stands, said, value, workspace)
        given = named(any_of((given, stands), workspace))
    return _chosen(conflict, default, value, workspace), conflict


def _standing(grants: Sequence[Said], workspace: Workspace) -> list[tuple[z3.BoolRef, Said]]:
    """Where each grant stands: present, and its group overridden by none that is present."""
    overriding: dict[str, list[z3.BoolRef]] = defaultdict(list)
    for grant in grants:
        assert isinstance(grant.statement, Rule)
        for group in grant.statement.overrides:
            overriding[group].append(grant.present)
    left_out = {group: workspace.named(any_of(by, workspace)) for group, by in overriding.items()}
    found = []
    for grant in grants:
        out = left_out.get(grant.statement.group)  # type: ignore[union-attr]
        stands = grant.present if out is None else all_of((grant.present, negation(out)), workspace)
        found.append((stands, grant))
    return found


def _distinct(standing: Sequence[tuple[z3.BoolRef, Said]], workspace: Workspace) -> list[tuple[z3.BoolRef, Sym, bool]]:
    """Each value with where it stands, and whether it is a constant: these first, each once."""
    constants: dict[Known, list[z3.BoolRef]] = defaultdict(list)
    values: dict[Known, Sym] = {}
    found: list[tuple[z3.BoolRef, Sym, bool]] = []
    for stands, said in standing:
        if said.known is None:
            found.append((stands, said.value, False))
        else:
            key = NotOffered.BELOW if isinstance(said.known, NotOffered) else said.known
            constants[key].append(stands)
            values[key] = said.value
    joined = [(workspace.named(any_of(where, workspace)), values[key], True) for key, where in constants.items()]
    return [*joined, *found]


def same_known(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """`values.equal` of two values of one type that are both known."""
    pairs = zip(parts(one), parts(other), strict=True)
    equal = all_of((_same_term(mine, theirs) for mine, theirs in pairs), workspace)
    both_offered = all_of((negation(one.none), negation(other.none), equal), workspace)
    return any_of((all_of((one.none, other.none), workspace), both_offered), workspace)


def _same_term(one: z3.ExprRef, other: z3.ExprRef) -> z3.BoolRef:
    return same_truth(one, other) if isinstance(one, z3.BoolRef) else one == other


def _chosen(condition: z3.BoolRef, one: Sym, other: Sym, workspace: Workspace) -> Sym:
    named = workspace.named
    terms = tuple(named(chosen(condition, a, b)) for a, b in zip(parts(one), parts(other), strict=True))
    value = terms if isinstance(one.value, tuple) else terms[0]
    return Sym(one.type, value, other.missing, named(chosen(condition, one.none, other.none)))
