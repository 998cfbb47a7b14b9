"""Tests on text as terms; all of them exact."""

from __future__ import annotations

from typing import assert_never

import z3

from tierpolicy.analysis.smt.logic import all_of, negation
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.expressions import TextOp


def text_test(op: TextOp, found: Sym, text: Sym, workspace: Workspace) -> z3.BoolRef:
    """Where the test holds between two texts that are known; `none` has no letters."""
    match op:
        case "starts with":
            test = z3.PrefixOf(text.value, found.value)
        case "ends with":
            test = z3.SuffixOf(text.value, found.value)
        case "contains":
            test = z3.Contains(found.value, text.value)
        case _:
            assert_never(op)
    return all_of((negation(found.none), negation(text.none), test), workspace)
