"""Whether what is decided can only rise as one thing rises, by the text alone: no record is looked at.

The thing that rises is a field (known before and after, all other fields equal) or a decided attribute (it gets better,
all else equal). Every expression gets a `Move`: CONSTANT, UP, DOWN or ANY. Two meanings, by type:

- Of a condition: its truth in the order false < unknown < true. `and` and `or` are the worse and the better of these,
  `not` turns the order round, so Kleene's connectives keep moves; a comparison whose operands stay known or stay
  missing jumps between false and true alone, or stays unknown.
- Of any other expression: its value in its natural order (`none` at its end, sets by inclusion), *and* that it is
  missing before exactly where it is missing after. Arithmetic may overflow on one side alone, so it is ANY; so are
  functions of what may turn into `none`, of which they are missing.

A statement counts where its condition is true. So a grant or a promise whose condition and value move UP only adds and
betters; a limit whose condition moves DOWN and whose value moves UP only ever loosens. What says ANY is left to a proof
over records: this is a shortcut, never the last word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    CompareOp,
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
    walk,
)
from tierpolicy.model.policy import Cap, Floor, Grant, Policy
from tierpolicy.model.types import Flag, Scale, SetOf, Type
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Index, Statement


class Move(Enum):
    """How something moves as the thing in question rises."""

    CONSTANT = "constant"
    UP = "up"
    DOWN = "down"
    ANY = "any"


def turned(move: Move) -> Move:
    """The move in the opposite order."""
    return {Move.UP: Move.DOWN, Move.DOWN: Move.UP}.get(move, move)


def joined(*moves: Move) -> Move:
    """The move of what rises with each of its parts."""
    moving = {move for move in moves if move is not Move.CONSTANT}
    if not moving:
        return Move.CONSTANT
    return moving.pop() if len(moving) == 1 else Move.ANY


@dataclass(slots=True)
class Polarity:
    """How a policy moves as one field or decided attribute (`rising`) rises. Everything is looked at once."""

    policy: Policy
    index: Index
    rising: str
    defines: dict[str, Move] = field(default_factory=dict)
    attributes: dict[str, Move] = field(default_factory=dict)
    counts: dict[str, Move] = field(default_factory=dict)

    def decision(self, name: str) -> Move:
        """How good an attribute is decided as the thing rises; for one without direction CONSTANT or ANY.

        Attributes that it reads are looked at first, in the policy's order: no deep recursion."""
        if name not in self.attributes:
            for earlier in self.policy.order:
                if earlier not in self.attributes:
                    self.attributes[earlier] = self._decision(self.policy.attributes[earlier])
                if earlier == name:
                    break
        return self.attributes[name]

    def _decision(self, attribute: Attribute) -> Move:
        if attribute.name == self.rising:
            return Move.UP
        clauses = self.index.clauses[attribute.name]
        move = joined(*{self.clause(statement, clause) for statement, clause in clauses.all()})
        return Move.ANY if attribute.direction is Direction.NONE and move is not Move.CONSTANT else move

    def clause(self, statement: Statement, clause: Grant | Cap | Floor) -> Move:
        """What one clause does to how good its attribute is."""
        attribute = self.policy.attributes[clause.attribute]
        condition, value = self._counts(statement), self._value(clause)
        if attribute.direction is Direction.LESS or (isinstance(clause, Cap) and clause.kind == "without"):
            value = turned(value)
        return joined(turned(condition) if isinstance(clause, Cap) else condition, value)

    def _counts(self, statement: Statement) -> Move:
        """Whether a statement counts. Rows of a `first match` table wait for the rows above: none may move."""
        name = statement.origin.name
        if name not in self.counts:
            table = self.index.first_match.get(name)
            if table is None:
                self.counts[name] = self.move(statement.condition)
            else:
                rows = [self.policy.rules[row] for row in table.rows]
                still = all(self.move(row.condition) is Move.CONSTANT for row in rows)
                self.counts.update((row.origin.name, Move.CONSTANT if still else Move.ANY) for row in rows)
        return self.counts[name]

    def _value(self, clause: Grant | Cap | Floor) -> Move:
        """What is missing or `none` says nothing: something after nothing is a rise in a grant, a fall in a limit. A
        condition as a value is missing where it is unknown, between `no` and `yes`."""
        value = clause.value
        move = self.move(value)
        if move is Move.CONSTANT or isinstance(value, FieldRef):
            return move
        if isinstance(value.type, Flag) and not isinstance(value, AttributeRef):
            return Move.ANY
        if self._may_be_none(value):
            rises = self.policy.attributes[clause.attribute].direction is Direction.MORE and move is Move.UP
            return move if rises and isinstance(value, AttributeRef) and not isinstance(clause, Cap) else Move.ANY
        return move

    def _may_be_none(self, expr: Expr) -> bool:
        return any(self.policy.attributes[name].or_none for name in self.index.expressions.of(expr).attributes)

    def _offered(self, expr: Expr) -> Move:
        """The move of an operand that must not be `none`."""
        move = self.move(expr)
        return Move.ANY if move is not Move.CONSTANT and self._may_be_none(expr) else move

    # ------------------------------------------------------------ expressions

    def move(self, expr: Expr) -> Move:
        """How an expression moves."""
        match expr:
            case Constant() | ParameterRef() | Today():
                return Move.CONSTANT
            case FieldRef(name):
                return Move.UP if name == self.rising else Move.CONSTANT
            case AttributeRef(name):
                return self._attribute(name)
            case DefineRef(name):
                return self._define(name)
            case ToNumber(operand):
                return self._offered(operand)
            case Call("min" | "max", arguments):
                return joined(*(self._offered(argument) for argument in arguments))
            case IsMissing(operand):
                return self._missing(operand)
            case Has(operand):
                return self.move(operand)
            case Not(operand):
                return turned(self.move(operand))
            case And(parts) | Or(parts):
                return joined(*{self.move(part) for part in parts})
            case Compare(op, left, right):
                return self._compared(op, left, right)
            case In(operand, options):
                return self._among(operand, options)
            case Negative() | Arithmetic() | ShiftMonths() | Call() | TextTest():
                return self._unless_constant(expr)
            case _:
                assert_never(expr)

    def _attribute(self, name: str) -> Move:
        """In the natural order of its values: `less is better` turns it round."""
        move = self.decision(name)
        attribute = self.policy.attributes[name]
        if attribute.or_none and isinstance(attribute.type, Flag) and move is not Move.CONSTANT:
            return Move.ANY  # as a condition, `none` is neither true nor false
        return turned(move) if attribute.direction is Direction.LESS else move

    def _define(self, name: str) -> Move:
        """Innermost first: a long chain of defines needs no deep recursion."""
        waiting = [name] if name not in self.defines else []
        while waiting:
            expression = self.policy.defines[waiting[-1]].expression
            unknown = {n.name for n in walk(expression) if isinstance(n, DefineRef)} - self.defines.keys()
            if unknown:
                waiting.extend(unknown)
            else:
                self.defines[waiting.pop()] = self.move(expression)
        return self.defines[name]

    def _missing(self, operand: Expr) -> Move:
        """A value that moves is missing on both sides or on none; a condition may become unknown on the way."""
        move = self.move(operand)
        if move is Move.CONSTANT or isinstance(operand, FieldRef | AttributeRef):
            return Move.CONSTANT
        return Move.ANY if move is Move.ANY or isinstance(operand.type, Flag) else Move.CONSTANT

    def _compared(self, op: CompareOp, left: Expr, right: Expr) -> Move:
        one, other = self.move(left), self.move(right)
        if one is Move.CONSTANT and other is Move.CONSTANT:
            return Move.CONSTANT
        match op:
            case ">=" | ">":
                return joined(one, turned(other))
            case "<=" | "<":
                return joined(turned(one), other)
            case "=":
                return joined(self._end(left, right), self._end(right, left))
            case "!=":
                return turned(joined(self._end(left, right), self._end(right, left)))

    def _among(self, operand: Expr, options: tuple[Expr, ...]) -> Move:
        """`in (…)` moves as the operand does where the options are all labels from one of them to the top."""
        moves = joined(self._offered(operand), *(Move.ANY for o in options if self.move(o) is not Move.CONSTANT))
        if moves in (Move.CONSTANT, Move.ANY) or not isinstance(operand.type, Scale):
            return moves if moves is Move.CONSTANT else Move.ANY
        labels = operand.type.labels
        among = {option.value for option in options if isinstance(option, Constant)}
        if len(among) < len(set(options)):
            return Move.ANY
        if among == set(labels[len(labels) - len(among) :]):
            return moves
        return turned(moves) if among == set(labels[: len(among)]) else Move.ANY

    def _unless_constant(self, expr: Expr) -> Move:
        for node in walk(expr):
            if isinstance(node, FieldRef | AttributeRef | DefineRef) and self.move(node) is not Move.CONSTANT:
                return Move.ANY
        return Move.CONSTANT

    def _end(self, moving: Expr, constant: Expr) -> Move:
        """`moving = constant`: the top of a scale is reached by rising, its bottom left; so are `yes` and `no`."""
        move = self._offered(moving)
        if move in (Move.CONSTANT, Move.ANY) or not isinstance(constant, Constant):
            return move if move is Move.CONSTANT else Move.ANY
        top, bottom = _ends(moving.type)
        if constant.value == top:
            return move
        return turned(move) if constant.value == bottom else Move.ANY


def _ends(type_: Type) -> tuple[Known | None, Known | None]:
    """The greatest and the least value of a type that has few."""
    match type_:
        case Flag():
            return True, False
        case Scale(labels) if len(labels) > 1:
            return labels[-1], labels[0]
        case SetOf(labels) if labels:
            return frozenset(labels), frozenset()
        case _:
            return None, None
