"""A typed expression as a term of SQL: one arm a node."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from tierpolicy.cells.reads import constant_value, expressions
from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.arithmetic import as_double, calculated, known_or_missing, negated
from tierpolicy.compile.sql.calls import called
from tierpolicy.compile.sql.comparing import (
    all_of,
    any_of,
    compared,
    condition,
    flag_of,
    has,
    negation,
    sets_equal,
    text_tested,
    within,
)
from tierpolicy.compile.sql.constants import constant
from tierpolicy.compile.sql.dates import months_later
from tierpolicy.compile.sql.dialects import SetForm
from tierpolicy.compile.sql.fields import default_of, is_amount, read_field, read_set
from tierpolicy.compile.sql.term import DEEPEST, Draft, Labels, Term, case
from tierpolicy.model.builtins.choosing import FIRST_KNOWN
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
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import FLAG, SetOf, Type
from tierpolicy.model.values import NotOffered, Value
from tierpolicy.semantics.evaluate import Situation, value_of

Said = Term | Labels


@dataclass(slots=True)
class Lowering:
    """What expressions are lowered against: the fields read and the attributes decided so far, each a column.

    `reading` is the first step that can read a typed field; `absent` are fields that the table has no column for.
    """

    policy: Policy
    draft: Draft
    today: Term
    form: SetForm
    reading: int
    absent: frozenset[str] = frozenset()
    facts: dict[str, Said] = field(default_factory=dict)
    decided: dict[str, Said] = field(default_factory=dict)
    defines: dict[str, Said] = field(default_factory=dict)

    def settled(self, expr: Expr) -> Value | None:
        """The value of an expression that is the same in every row; None for one that isn't."""
        if isinstance(expr, FieldRef | AttributeRef):
            return None
        day = self.today.value
        if not isinstance(day, date):
            return constant_value(expr, self.policy)
        read = expressions(self.policy.defines).of(expr)
        return None if read.names else value_of(expr, Situation(self.policy, {}, day))

    # ------------------------------------------------------------ values that are no sets

    def term(self, expr: Expr) -> Term:
        """The expression in SQL."""
        if isinstance(expr, Constant):
            return constant(expr.value, expr.type, self.draft.dialect)
        settled = self.settled(expr)
        if settled is not None:
            return constant(settled, expr.type, self.draft.dialect)
        found = self._term(expr)
        return self.draft.once(found) if found.depth >= DEEPEST else found

    def _term(self, expr: Expr) -> Term:
        draft = self.draft
        match expr:
            case Constant(value):
                return constant(value, expr.type, draft.dialect)
            case FieldRef() | AttributeRef() | DefineRef():
                found = self.named(expr)
                assert isinstance(found, Term)
                return replace(found, sql=found.sql.copy(), stored=found.stored.copy() if found.stored else None)
            case ParameterRef(name):
                return constant(self.policy.parameters[name].value, expr.type, draft.dialect)
            case Today():
                return replace(self.today, sql=self.today.sql.copy())
            case ToNumber(operand):
                return as_double(known_or_missing(self.term(operand)), draft)
            case Negative(operand):
                return negated(self.term(operand), draft)
            case ShiftMonths(operand, months):
                return months_later(known_or_missing(self.term(operand)), months, draft)
            case Arithmetic(op, left, right, type_):
                return calculated(op, self.term(left), self.term(right), type_, draft)
            case Call(name, arguments, type_):
                return called(name, [self.term(argument) for argument in arguments], type_, draft)
            case Compare(op, left, right):
                if isinstance(left.type, SetOf):
                    same = sets_equal(self.labels(left), self.labels(right, left.type), draft)
                    return same if op == "=" else negation(same, draft)
                return compared(op, self.term(left), self.term(right), draft)
            case In(operand, options):
                return self._within(operand, options)
            case IsMissing(operand):
                return self._is_missing(operand)
            case Has(operand, label):
                return has(self.labels(operand), label)
            case TextTest(op, operand, text):
                return text_tested(op, self.term(operand), self.term(text), draft)
            case Not(operand):
                return negation(self.term(operand), draft)
            case And(parts):
                return all_of([self.term(part) for part in parts], draft)
            case Or(parts):
                return any_of([self.term(part) for part in parts], draft)
            case _:
                assert_never(expr)

    def _within(self, operand: Expr, options: tuple[Expr, ...]) -> Term:
        if isinstance(operand.type, SetOf):
            held = self.labels(operand)
            return any_of(
                [sets_equal(held, self.labels(each, operand.type), self.draft) for each in options], self.draft
            )
        return within(self.term(operand), [self.term(option) for option in options], self.draft)

    def _is_missing(self, operand: Expr) -> Term:
        draft = self.draft
        if isinstance(operand.type, SetOf):
            known = self.labels(operand).known
            return flag_of(False, draft) if known is None else replace(negation(known, draft), maybe=False)
        found = self.term(operand)
        if not found.maybe:
            return flag_of(False, draft)
        return condition(draft.is_null(found), found, maybe=False)

    # ------------------------------------------------------------ names

    def named(self, expr: FieldRef | AttributeRef | DefineRef) -> Said:
        """What a name stands for; a field and a define become columns where they are first read."""
        match expr:
            case AttributeRef(name):
                return self.decided[name]
            case FieldRef(name):
                if name not in self.facts:
                    self.facts[name] = self._field(name)
                return self.facts[name]
            case DefineRef(name):
                return self._define(name)

    def _field(self, name: str) -> Said:
        held = self.policy.fields[name]
        if name in self.absent:
            return self._absent(name)
        if isinstance(held.type, SetOf):
            return read_set(held, self.draft, self.reading, self.form)
        return read_field(held, self.draft, self.reading)

    def _absent(self, name: str) -> Said:
        """A field that no column holds: missing, or its default."""
        held = self.policy.fields[name]
        value = default_of(held)
        if isinstance(held.type, SetOf):
            return self.constant_labels(value, held.type)
        return constant(value, held.type, self.draft.dialect)

    def _define(self, name: str) -> Said:
        """The value of a define, those that it reads first, so that a long chain of them needs no deep recursion."""
        waiting = [] if name in self.defines else [name]
        while waiting:
            at = self.policy.defines[waiting[-1]]
            unknown = [
                node.name
                for node in walk(at.expression)
                if isinstance(node, DefineRef) and node.name not in self.defines
            ]
            if unknown:
                waiting.extend(unknown)
            elif waiting[-1] in self.defines:
                waiting.pop()
            elif isinstance(at.type, SetOf):
                self.defines[waiting.pop()] = self.labels(at.expression)
            else:
                held = self.term(at.expression)
                kept = held.value is not None
                self.defines[waiting.pop()] = held if kept else self.draft.column(at.name, held, kind="define")
        return self.defines[name]

    # ------------------------------------------------------------ sets

    def labels(self, expr: Expr, like: Type | None = None) -> Labels:
        """A set in SQL, its labels in the order of another type with the same."""
        found = self._labels(expr)
        if isinstance(like, SetOf) and tuple(found.labels) != like.labels:
            return replace(found, labels={label: found.labels[label] for label in like.labels})
        return found

    def _labels(self, expr: Expr) -> Labels:
        assert isinstance(expr.type, SetOf)
        settled = self.settled(expr)
        if settled is not None:
            return self.constant_labels(settled, expr.type)
        if isinstance(expr, FieldRef | AttributeRef | DefineRef):
            found = self.named(expr)
            assert isinstance(found, Labels)
            return found
        if isinstance(expr, Call) and expr.function == FIRST_KNOWN.name:
            return self._first_known(expr.arguments, expr.type)
        raise Unsupported("calculates a set by a function that has no form in SQL")

    def constant_labels(self, value: Value, type_: SetOf) -> Labels:
        draft = self.draft
        if isinstance(value, frozenset):
            return Labels({label: flag_of(label in value, draft) for label in type_.labels})
        if isinstance(value, NotOffered):
            no = flag_of(False, draft)
            return Labels(dict.fromkeys(type_.labels, no), offered=no, side=value)
        return Labels(dict.fromkeys(type_.labels, flag_of(None, draft)), known=flag_of(False, draft))

    def _first_known(self, arguments: tuple[Expr, ...], type_: SetOf) -> Labels:
        draft = self.draft
        asked: list[Labels] = []
        for argument in arguments:
            asked.append(self.labels(argument, type_))
            if asked[-1].known is None:
                break
        known = [each.known for each in asked if each.known is not None]
        last = asked[-1]

        def first(terms: list[Term]) -> Term:
            whens = [(test.sql.copy(), draft.stored(term)) for test, term in zip(known, terms, strict=False)]
            rest = draft.stored(terms[-1]) if len(terms) > len(known) else draft.stored(flag_of(None, draft))
            level = max(each.level for each in (*known, *terms))
            return draft.column(
                "held", Term(case(whens, rest), FLAG, level, last.known is not None, depth=2), kind="flag"
            )

        labels = {label: first([each.labels[label] for each in asked]) for label in type_.labels}
        yes = flag_of(True, draft)
        offered = first([each.offered or yes for each in asked]) if any(each.offered for each in asked) else None
        return Labels(labels, any_of(known, draft) if last.known is not None else None, offered, last.side)


def reads_amounts(policy: Policy, names: frozenset[str]) -> bool:
    """Whether a field that is read has to be rounded in a step of its own."""
    return any(is_amount(policy.fields[name]) for name in names if name in policy.fields)
