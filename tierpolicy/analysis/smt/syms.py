"""Values as terms, and terms as values again: constants, fresh values and their ranges, and what a model holds."""

from __future__ import annotations

import sys
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, assert_never

import z3

from tierpolicy.analysis.corners import range_of_type
from tierpolicy.analysis.smt.logic import all_of, no, yes
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.analysis.smt.texts import read_text, text_term
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import MISSING, Known, NotOffered, Value

# ---------------------------------------------------------------- sorts and their ranges


def sort_of(type_: Type, context: z3.Context) -> z3.SortRef:
    """The sort of a value's term; that of one element for a set."""
    match type_:
        case Flag() | SetOf():
            return z3.BoolSort(context)
        case Integer() | Money() | Percent() | Duration() | Date() | Scale() | Choice():
            return z3.IntSort(context)
        case Number():
            return z3.RealSort(context)
        case Text():
            return z3.StringSort(context)
        case _:
            assert_never(type_)


def limits(type_: Type) -> tuple[int | Fraction, int | Fraction] | None:
    """The least and the greatest term of a type; None where every term of the sort is a value."""
    if isinstance(type_, Scale | Choice):
        return 0, len(type_.labels) - 1
    whole = range_of_type(type_)
    if whole is None:
        return None
    low, high = (Fraction(end) if isinstance(end, float) else end for end in (whole.low, whole.high))
    return low, high


def in_limits(sym: Sym, workspace: Workspace) -> z3.BoolRef:
    """The value's term is one of its type's; says nothing of whether the value is there."""
    ends = limits(sym.type)
    if ends is None:
        return yes(workspace)
    low, high = (numeral(end, sym.type, workspace) for end in ends)
    return all_of((low <= sym.value, sym.value <= high), workspace)


@lru_cache(maxsize=4096)
def places(type_: Choice | SetOf | Scale) -> dict[str, int]:
    """The place of each label: its rank on a scale, else among the sorted labels."""
    labels = type_.labels if isinstance(type_, Scale) else sorted(type_.labels)
    return {label: place for place, label in enumerate(labels)}


# ---------------------------------------------------------------- values as terms


def constant(value: Value, type_: Type, workspace: Workspace) -> Sym:
    """A value of the type, MISSING or `none` as a term."""
    if value is MISSING or isinstance(value, NotOffered):
        some = blank(type_, workspace)
        missing = value is MISSING
        return Sym(
            type_, some, yes(workspace) if missing else no(workspace), no(workspace) if missing else yes(workspace)
        )
    return Sym(type_, term_of(value, type_, workspace), no(workspace), no(workspace))


def blank(type_: Type, workspace: Workspace) -> z3.ExprRef | tuple[z3.BoolRef, ...]:
    """A term of the type that means nothing."""
    match type_:
        case Flag():
            return no(workspace)
        case Text():
            return text_term("", workspace.context)
        case SetOf(labels):
            return (no(workspace),) * len(labels)
        case Date():
            return numeral(1, type_, workspace)
        case _:
            return numeral(0, type_, workspace)


def term_of(value: Known, type_: Type, workspace: Workspace) -> z3.ExprRef | tuple[z3.BoolRef, ...]:
    """A known value as a constant term."""
    match type_:
        case Flag():
            return yes(workspace) if value else no(workspace)
        case Integer() | Money() | Percent() | Duration():
            assert isinstance(value, int)
            return numeral(value, type_, workspace)
        case Number():
            assert isinstance(value, int | float)
            return numeral(Fraction(value), type_, workspace)
        case Date():
            assert isinstance(value, date)
            return numeral(value.toordinal(), type_, workspace)
        case Text():
            assert isinstance(value, str)
            return text_term(value, workspace.context)
        case Scale() | Choice():
            assert isinstance(value, str)
            return numeral(places(type_)[value], type_, workspace)
        case SetOf(labels):
            assert isinstance(value, frozenset)
            return tuple(yes(workspace) if label in value else no(workspace) for label in sorted(labels))
        case _:
            assert_never(type_)


class _Whole(z3.IntNumRef):  # type: ignore[misc]  # z3 has no types
    """An Int constant that knows its value: asking Z3 each time is what takes long."""

    exact: int | Fraction


class _Rational(z3.RatNumRef):  # type: ignore[misc]
    """A Real constant that knows its value."""

    exact: Fraction


def numeral(value: int | Fraction, type_: Type, workspace: Workspace) -> z3.ArithRef:
    """A number in the sort of the type."""
    if isinstance(type_, Number):
        return rational(Fraction(value), workspace)
    key = ("whole", value)
    found = workspace.memory.get(key)
    if found is None:
        found = workspace.memory[key] = _Whole(z3.IntVal(value, workspace.context).as_ast(), workspace.context)
        found.exact = value
    return found


def rational(value: Fraction, workspace: Workspace) -> z3.ArithRef:
    """A Real constant."""
    key = ("rational", value)
    found = workspace.memory.get(key)
    if found is None:
        exact = z3.RealVal(f"{value.numerator}/{value.denominator}", workspace.context)
        found = workspace.memory[key] = _Rational(exact.as_ast(), workspace.context)
        found.exact = value
    return found


def numeral_of(term: z3.ExprRef) -> int | Fraction | None:
    """The number that a constant made here is; None of any other term."""
    return term.exact if isinstance(term, _Whole | _Rational) else None


def fresh_sym(type_: Type, prefix: str, workspace: Workspace, *, may_be_missing: bool, may_be_none: bool) -> Sym:
    """A value of which nothing is known but its type, whose limits are told."""
    sort = sort_of(type_, workspace.context)
    if isinstance(type_, SetOf):
        value = tuple(workspace.fresh(f"{prefix} {label}", sort) for label in sorted(type_.labels))
    else:
        value = workspace.fresh(prefix, sort)
    truth = z3.BoolSort(workspace.context)
    missing = workspace.fresh(f"{prefix} missing", truth) if may_be_missing else no(workspace)
    none = workspace.fresh(f"{prefix} none", truth) if may_be_none else no(workspace)
    sym = Sym(type_, value, missing, none)
    if may_be_missing and may_be_none:
        workspace.facts.append(z3.Not(z3.And(missing, none)))
    if limits(type_) is not None:
        workspace.facts.append(in_limits(sym, workspace))
    return sym


# ---------------------------------------------------------------- terms as values


def known_value(model: z3.ModelRef, sym: Sym, none: NotOffered = NotOffered.BELOW) -> Value:
    """What a model says that a value is; of what it leaves open, anything."""
    if _holds(model, sym.missing):
        return MISSING
    if _holds(model, sym.none):
        return none
    return read(tuple(model.eval(part, model_completion=True) for part in parts(sym)), sym.type)


def _holds(model: z3.ModelRef, term: z3.BoolRef) -> bool:
    return bool(z3.is_true(model.eval(term, model_completion=True)))


def parts(sym: Sym) -> tuple[z3.ExprRef, ...]:
    """The terms that the value consists of: one, but for a set."""
    return sym.value if isinstance(sym.value, tuple) else (sym.value,)


def read(terms: tuple[z3.ExprRef, ...], type_: Type) -> Known:
    """Constant terms as a value of the type; the nearest binary64 for a number."""
    first: Any = terms[0] if terms else None
    match type_:
        case Flag():
            return bool(z3.is_true(first))
        case Integer() | Money() | Percent() | Duration():
            return int(first.as_long())
        case Number():
            return _nearest(first)
        case Date():
            return date.fromordinal(first.as_long())
        case Text():
            return read_text(first)
        case Scale(labels):
            return str(labels[first.as_long()])
        case Choice(labels):
            return str(sorted(labels)[first.as_long()])
        case SetOf(labels):
            return frozenset(label for label, term in zip(sorted(labels), terms, strict=True) if z3.is_true(term))
        case _:
            assert_never(type_)


def _nearest(term: z3.ExprRef) -> float:
    exact = term.as_fraction() if z3.is_rational_value(term) else term.approx(40).as_fraction()
    top = Fraction(sys.float_info.max)
    return float(min(max(Fraction(exact), -top), top))


def known(sym: Sym) -> Value | None:
    """The value of a constant; None of what isn't one, and of `none`, which has no one form here."""
    if z3.is_true(sym.missing):
        return MISSING
    if not z3.is_false(sym.missing) or not z3.is_false(sym.none):
        return None
    terms = parts(sym)
    if not all(_is_constant(term) for term in terms):
        return None
    return read(terms, sym.type)


def _is_constant(term: z3.ExprRef) -> bool:
    kind = z3.Z3_get_ast_kind(term.ctx.ref(), term.as_ast())
    if kind == z3.Z3_NUMERAL_AST:
        return True
    return bool(z3.is_true(term) or z3.is_false(term) or z3.is_string_value(term))
