"""What expressions read: fields, decided attributes and the day, through the defines that they name.

A define is looked into once, those that it names first, so that neither long chains of defines nor thousands of
statements that read the same ones are walked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import AttributeRef, Constant, DefineRef, Expr, FieldRef, Today, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.remembering import Remembering
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


def costing(policy: Policy) -> Iterator[Expr]:
    """The conditions and values of the costs; no decision depends on them."""
    for cost in policy.costs:
        yield cost.condition
        yield cost.value


def deciding(policy: Policy) -> Iterator[Expr]:
    """Every condition and value by which the policy decides, assumptions and defines included."""
    for rule in policy.rules:
        yield rule.condition
        yield from (grant.value for grant in rule.grants)
    for limit in policy.limits:
        yield limit.condition
        yield from (cap.value for cap in limit.caps)
    for baseline in policy.baselines:
        yield baseline.condition
        yield from (floor.value for floor in baseline.floors)
    yield from (assumption.condition for assumption in policy.assumptions)
    yield from (define.expression for define in policy.defines.values())


# ---------------------------------------------------------------- remembered


@frozen
class Read:
    """The fields and decided attributes that something reads, both together as `names`, and whether it reads `today`;
    all through defines. `defines` are those that it names itself."""

    fields: frozenset[str]
    attributes: frozenset[str]
    names: frozenset[str]
    today: bool
    defines: tuple[str, ...] = ()


NOTHING = Read(frozenset(), frozenset(), frozenset(), False)

MOST_KNOWN = 300_000
"""Expressions remembered at a time: what is asked of one customer after the other must not pile up."""


@frozen
class Reads(Remembering):
    """What the expressions beside some defines read, remembered: `known` by the identity of the expression (which is
    kept, so that it stays its own), `through` by the define's name."""

    defines: Mapping[str, Define]
    known: dict[int, tuple[Expr, Read]] = field(default_factory=dict)
    through: dict[str, Read] = field(default_factory=dict)

    def of(self, expr: Expr) -> Read:
        """What an expression reads."""
        found = self.known.get(id(expr))
        if found is not None:
            return found[1]
        if isinstance(expr, Constant):
            return NOTHING
        read = self._with_defines(_read_in(expr))
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        self.known[id(expr)] = (expr, read)
        return read

    def _with_defines(self, itself: Read) -> Read:
        self._look_into(itself.defines)
        if not itself.defines:
            return itself
        return together((itself, *(self.through[name] for name in itself.defines)), itself.defines)

    def _look_into(self, names: Iterable[str]) -> None:
        """Defines, those that they name first: no deep recursion along a chain of them."""
        waiting = list(names)
        while waiting:
            if waiting[-1] in self.through:
                waiting.pop()
                continue
            itself = _read_in(self.defines[waiting[-1]].expression)
            unknown = [name for name in itself.defines if name not in self.through]
            if unknown:
                waiting.extend(unknown)
            else:
                self.through[waiting.pop()] = self._with_defines(itself)


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
        if isinstance(node, FieldRef):  # most of what is read
            fields.add(node.name)
        elif isinstance(node, AttributeRef):
            attributes.add(node.name)
        elif isinstance(node, DefineRef):
            defines[node.name] = None
        elif isinstance(node, Today):
            today = True
    return _read(frozenset(fields), frozenset(attributes), today, tuple(defines))


def _read(fields: frozenset[str], attributes: frozenset[str], today: bool, defines: tuple[str, ...]) -> Read:
    return Read(fields, attributes, fields | attributes if attributes else fields, today, defines)
