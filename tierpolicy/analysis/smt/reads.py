"""What expressions read, through defines: looked up once for each expression, along chains of defines of any length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tierpolicy.model.expressions import AttributeRef, DefineRef, Expr, FieldRef, Today, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.model.vocabulary import Define
from tierpolicy.semantics.evaluate import Situation, value_of


@dataclass(frozen=True, slots=True)
class Read:
    """The fields and attributes read, through defines; the defines named in the expression itself."""

    names: frozenset[str]
    attributes: frozenset[str]
    defines: tuple[str, ...]
    today: bool


@dataclass(slots=True)
class Reads:
    """What was looked up, by the identity of the expression and of the defines around it (kept, so that the identity
    stays theirs)."""

    known: dict[tuple[int, int], tuple[Expr, Mapping[str, Define], Read]] = field(default_factory=dict)

    def of(self, expr: Expr, policy: Policy) -> Read:
        found = self.known.get((id(expr), id(policy.defines)))
        return found[2] if found is not None else self._looked_up(expr, policy)

    def _looked_up(self, expr: Expr, policy: Policy) -> Read:
        """Those of the defines in it first."""
        defines, known = policy.defines, self.known
        waiting = [expr]
        while waiting:
            node = waiting[-1]
            fields, attributes, inner, today = _seen_in(node)
            unknown = [defines[x].expression for x in inner if (id(defines[x].expression), id(defines)) not in known]
            if unknown:
                waiting.extend(unknown)
                continue
            waiting.pop()
            below = [known[id(defines[name].expression), id(defines)][2] for name in inner]
            known[id(node), id(defines)] = (node, defines, _read(fields, attributes, inner, today, below))
        return known[id(expr), id(defines)][2]


def _seen_in(expr: Expr) -> tuple[set[str], set[str], tuple[str, ...], bool]:
    """The fields, attributes and defines named in an expression, and whether it names `today`."""
    fields, attributes, defines, today = set(), set(), dict[str, None](), False
    for node in walk(expr):
        match node:
            case FieldRef(name):
                fields.add(name)
            case AttributeRef(name):
                attributes.add(name)
            case DefineRef(name):
                defines[name] = None
            case Today():
                today = True
            case _:
                pass
    return fields, attributes, tuple(defines), today


def _read(fields: set[str], attributes: set[str], inner: tuple[str, ...], today: bool, below: list[Read]) -> Read:
    """With what the defines read."""
    all_attributes = frozenset(attributes).union(*(read.attributes for read in below))
    names = frozenset(fields | attributes).union(*(read.names for read in below))
    return Read(names, all_attributes, inner, today or any(read.today for read in below))


def constant_value(expr: Expr, policy: Policy, read: Read) -> tuple[Value] | None:
    """The value of an expression that reads nothing but constants and parameters; None for any other."""
    if read.names or read.today:
        return None
    return (value_of(expr, Situation(policy, {}, date.min)),)
