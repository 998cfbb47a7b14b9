"""Conditions taken apart into atoms: comparisons of one subject with constants.

A subject is whatever has one value for a record: a field, the day, a decided attribute, a calculation, a comparison
of two fields. Each subject is an axis. Subjects other than fields and the day are treated as free, as if no record's
facts settled them: a proof that holds for every combination of values holds for those that occur.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import assert_never

from tierpolicy.cells.cells import Key
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import attributes_in, constant_value
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Negative,
    Not,
    Or,
    ParameterRef,
    ShiftMonths,
    TextTest,
    Today,
    ToNumber,
    children,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Flag, Integer, SetOf, is_ordered
from tierpolicy.model.values import MISSING, Known, NotOffered, order_key

SLOT = "·"
EXACT_IN_BINARY64 = 2**53
DEEPEST = 60


@frozen
class Atom:
    """`probe` is the atom with `SLOT` in place of its subject; `mentioned` are the constants in it."""

    axis: Hashable
    subject: Expr
    probe: Expr
    mentioned: tuple[Known, ...]
    name: Hashable
    label: str | None = None


Met = dict[Hashable, Atom | bool | None]


def atom_of(expr: Expr, policy: Policy, known: Met | None = None) -> Atom | bool | None:
    """A condition that reads one subject; a truth where it reads none (None: always unknown).

    Not for `not`, `and`, `or` and defines, nor for `in` with options that aren't constants. Comparisons that say the
    same give one and the same atom, from `known` (`known_atoms`, which who asks often has at hand).
    """
    key = _as_said(expr)
    if key is None:
        return _atom_of(expr, policy)
    known = known_atoms(policy) if known is None else known
    if key not in known:
        known[key] = _atom_of(expr, policy)
    return known[key]


@once
def known_atoms(policy: Policy) -> Met:
    """The atoms met so far: thousands of rules ask the same of the same fields."""
    return {}


def _as_said(expr: Expr) -> Hashable | None:
    """What tells a comparison of a field or attribute with a constant from others; None for other conditions."""
    if type(expr) is not Compare or type(expr.right) is not Constant:
        return None
    left, value = expr.left, expr.right.value
    if type(left) is FieldRef or type(left) is AttributeRef:
        return expr.op, type(left), left.name, type(value), value
    return None


def _atom_of(expr: Expr, policy: Policy) -> Atom | bool | None:
    settled = constant_value(expr, policy)
    if settled is not None:
        return settled if isinstance(settled, bool) else None
    match expr:
        case Compare(op, left, right):
            return _compared(expr, op, left, right, policy)
        case Has(operand, label):
            subject = bare(operand, policy)
            slot = replace(expr, operand=FieldRef(SLOT, subject.type))
            return Atom(("has", key_of(subject), label), subject, slot, (), "has", label)
        case IsMissing(operand):
            subject = bare(operand, policy)
            about = _integer_inside(subject) or subject
            return Atom(key_of(about), about, IsMissing(FieldRef(SLOT, about.type)), (), "missing")
        case _:
            return _as_it_is(expr)


def _as_it_is(expr: Expr) -> Atom:
    return Atom(key_of(expr), expr, FieldRef(SLOT, expr.type), (), "itself")


def _compared(expr: Compare, op: str, left: Expr, right: Expr, policy: Policy) -> Atom | None:
    fixed, turned = constant_value(right, policy), False
    subject = bare(left, policy)
    if fixed is None:
        fixed, turned, subject = constant_value(left, policy), True, bare(right, policy)
    if fixed is None or isinstance(subject.type, SetOf):
        return _as_it_is(expr)
    if fixed is MISSING:
        return None
    literal = Constant(fixed, subject.type)
    inside = _integer_inside(subject)
    whole = inside is not None and isinstance(fixed, float) and abs(fixed) < EXACT_IN_BINARY64
    about = inside if inside is not None and whole else subject
    slot: Expr = FieldRef(SLOT, about.type)
    if whole:
        slot = ToNumber(slot, subject.type)
    probe = replace(expr, left=literal, right=slot) if turned else replace(expr, left=slot, right=literal)
    mentioned: tuple[Known, ...] = (fixed,)
    if whole:
        assert isinstance(fixed, float)
        mentioned = (math.floor(fixed), math.ceil(fixed))
    return Atom(key_of(about), about, probe, mentioned, (op, turned, type(fixed).__name__, fixed))


def _integer_inside(subject: Expr) -> Expr | None:
    """The field whose whole number is read as a number: it is cut at the neighbouring whole numbers."""
    if isinstance(subject, ToNumber) and isinstance(subject.operand, FieldRef | AttributeRef):
        return subject.operand if isinstance(subject.operand.type, Integer) else None
    return None


def bare(expr: Expr, policy: Policy) -> Expr:
    """What a define of a value stands for, however many defines lie between."""
    while isinstance(expr, DefineRef):
        expr = policy.defines[expr.name].expression
    return expr


def cut_key(value: Known, atom: Atom) -> Key | None:
    """Where a constant cuts an ordered axis; None for `none`, which has cells of its own."""
    type_ = atom.subject.type
    if isinstance(value, NotOffered) or not is_ordered(type_):
        return None
    return order_key(value, type_)[1]


def atoms_in(condition: Expr, policy: Policy, seen: set[str]) -> Iterator[Atom]:
    """Every atom of a condition, through the defines not yet `seen`."""
    return (atom for atom in parts_in(condition, policy, seen) if isinstance(atom, Atom))


def parts_in(condition: Expr, policy: Policy, seen: set[str]) -> Iterator[Atom | bool | None]:
    """The same, and the truth of each part that reads no subject (None: always unknown)."""
    known = known_atoms(policy)
    waiting = [condition]
    while waiting:
        expr = waiting.pop()
        match expr:
            case Not() | And() | Or():
                waiting.extend(children(expr))
            case IsMissing(operand) if isinstance(operand.type, Flag):
                waiting.append(operand)
            case DefineRef(name):
                if name not in seen:
                    seen.add(name)
                    waiting.append(policy.defines[name].expression)
            case In():
                waiting.extend(alternatives(expr))
            case _:
                yield atom_of(expr, policy, known)


def alternatives(expr: In) -> list[Expr]:
    """`x in (a, b)` as `x = a`, `x = b`."""
    return [Compare("=", expr.operand, option) for option in expr.options]


# ---------------------------------------------------------------- when two expressions are the same


def key_of(expr: Expr) -> Hashable:
    """A key that two expressions share only where they always have the same value; types by their kind alone."""
    kind = type(expr).__name__
    match expr:
        case Constant(value, type_):
            return kind, type(value).__name__, type(type_).__name__, str(value) if value == 0 else value
        case FieldRef(name) | AttributeRef(name) | ParameterRef(name) | DefineRef(name):
            return kind, name
        case Today():
            return (kind,)
        case ShiftMonths(operand, months):
            return kind, key_of(operand), months
        case Has(operand, label):
            return kind, key_of(operand), label
        case Call(function, arguments, type_):
            return kind, function, type(type_).__name__, tuple(key_of(each) for each in arguments)
        case Compare(op, left, right) | Arithmetic(op, left, right):
            return kind, op, type(expr.type).__name__, key_of(left), key_of(right)
        case TextTest(op, operand, text):
            return kind, op, key_of(operand), key_of(text)
        case ToNumber() | Negative() | Not() | And() | Or() | In() | IsMissing():
            return kind, type(expr.type).__name__, tuple(key_of(each) for each in children(expr))
        case _:
            assert_never(expr)


def is_real(subject: Expr) -> bool:
    """True where a record can be given any value of the subject: fields and the day."""
    return isinstance(subject, FieldRef | Today)


def may_be_none(subject: Expr, policy: Policy) -> bool:
    """True where the subject reads something that may not be offered."""
    return any(policy.attributes[name].or_none for name in attributes_in(subject, policy))
