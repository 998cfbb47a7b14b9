"""What expressions read: fields, decided attributes and the day, through the defines that they name.

A define is looked into once, those that it names first, so that neither long chains of defines nor thousands of
statements that read the same ones are walked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tierpolicy.model.expressions import AttributeRef, Constant, DefineRef, Expr, FieldRef, Today, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Define


def walk_through(expr: Expr, defines: Mapping[str, Define]) -> Iterator[Expr]:
    """The expression and all inside it, and inside the defines that it names, each once. Names that stand for no
    define (it couldn't be read) are passed over."""
    seen: set[str] = set()
    waiting = [expr]
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, DefineRef) and node.name not in seen and node.name in defines:
                seen.add(node.name)
                waiting.append(defines[node.name].expression)


def read_by(expr: Expr, policy: Policy) -> Iterator[FieldRef | AttributeRef]:
    """The fields and decided attributes that an expression reads, through defines, as they are met."""
    return (node for node in walk_through(expr, policy.defines) if isinstance(node, FieldRef | AttributeRef))


# ---------------------------------------------------------------- remembered


@dataclass(frozen=True, slots=True)
class Read:
    """The fields and decided attributes that something reads, both together as `names`, and whether it reads `today`;
    all through defines. `defines` are those that it names itself."""

    fields: frozenset[str]
    attributes: frozenset[str]
    names: frozenset[str]
    today: bool
    defines: tuple[str, ...] = ()


NOTHING = Read(frozenset(), frozenset(), frozenset(), False)


@dataclass(frozen=True, slots=True)
class Reads:
    """What the expressions beside some defines read, remembered by the identity of the expression (which is kept, so
    that it stays its own)."""

    defines: Mapping[str, Define]
    known: dict[int, tuple[Expr, Read]] = field(default_factory=dict)

    def of(self, expr: Expr) -> Read:
        """What an expression reads."""
        found = self.known.get(id(expr))
        if found is not None:
            return found[1]
        return NOTHING if isinstance(expr, Constant) else self._looked_up(expr)

    def _looked_up(self, expr: Expr) -> Read:
        """The defines in it first: no deep recursion along a chain of them."""
        known = self.known
        waiting = [expr]
        while waiting:
            node = waiting[-1]
            itself = _read_in(node)
            inside = [self.defines[name].expression for name in itself.defines]
            unknown = [each for each in inside if id(each) not in known]
            if unknown:
                waiting.extend(unknown)
                continue
            waiting.pop()
            below = [known[id(each)][1] for each in inside]
            known[id(node)] = (node, together((itself, *below), itself.defines) if below else itself)
        return known[id(expr)][1]


def together(reads: Iterable[Read], defines: tuple[str, ...] = ()) -> Read:
    """All that several things read."""
    every = list(reads)
    fields = frozenset[str]().union(*(each.fields for each in every))
    attributes = frozenset[str]().union(*(each.attributes for each in every))
    return _read(fields, attributes, any(each.today for each in every), defines)


def _read_in(expr: Expr) -> Read:
    """What an expression names itself."""
    fields, attributes, defines, today = set[str](), set[str](), dict[str, None](), False
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
    return _read(frozenset(fields), frozenset(attributes), today, tuple(defines))


def _read(fields: frozenset[str], attributes: frozenset[str], today: bool, defines: tuple[str, ...]) -> Read:
    return Read(fields, attributes, fields | attributes if attributes else fields, today, defines)
