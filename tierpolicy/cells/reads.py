"""What is read in a policy, looked up once for each policy, and for each of its variants.

"Reads" looks through defines and, for a row of a `first match` table, at all rows of its table. What one rule
overrides needs no look of its own: it also gives the attribute, so its condition is among those read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import date
from weakref import WeakValueDictionary

from tierpolicy.cells.once import once
from tierpolicy.model.expressions import AttributeRef, Constant, Expr, FieldRef, Today
from tierpolicy.model.policy import ALWAYS, Policy
from tierpolicy.model.reads import Reads
from tierpolicy.model.values import Value
from tierpolicy.model.vocabulary import Define
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Index, Statement, index_of, statements


def expressions(defines: Mapping[str, Define]) -> Reads:
    """What the expressions of all policies with these defines read. It is found again as long as any policy's index
    holds it, and the last few in any case: a read-only mapping can't tell when it goes."""
    found = _READS.get(id(defines))
    if found is None or found.defines is not defines:
        found = _READS[id(defines)] = Reads(defines)
        _LAST.append(found)
    return found


LAST_READS = 2

_READS: WeakValueDictionary[int, Reads] = WeakValueDictionary()
_LAST: deque[Reads] = deque(maxlen=LAST_READS)


@once
def indexed(policy: Policy) -> Index:
    """The index of a policy."""
    return index_of(policy, expressions(policy.defines))


@once
def named_statements(policy: Policy) -> Mapping[str, Statement]:
    """Every rule, limit and baseline by its name."""
    return {statement.origin.name: statement for statement in statements(policy)}


def fields_in(expr: Expr, policy: Policy) -> frozenset[str]:
    """The fields that an expression reads."""
    return expressions(policy.defines).of(expr).fields


def attributes_in(expr: Expr, policy: Policy) -> frozenset[str]:
    """The decided attributes that an expression reads."""
    return expressions(policy.defines).of(expr).attributes


def constant_value(expr: Expr, policy: Policy) -> Value | None:
    """The value of an expression that reads no record and no day; None for one that does."""
    if isinstance(expr, Constant):
        return expr.value
    if isinstance(expr, FieldRef | AttributeRef | Today):
        return None
    read = expressions(policy.defines).of(expr)
    return None if read.names or read.today else value_of(expr, Situation(policy, {}, date.min))


def fields_behind(policy: Policy, attribute: str, settled: frozenset[str] = frozenset()) -> frozenset[str]:
    """The fields that can move an attribute, also through decided attributes; those in `settled` aren't looked into.

    No other field can; that proves many properties without looking at a single record."""
    return frozenset(name for name in indexed(policy).behind((attribute,), settled) if name in policy.fields)


@once
def assumed_fields(policy: Policy) -> frozenset[str]:
    """The fields that assumptions speak of."""
    return frozenset[str]().union(*(fields_in(each.condition, policy) for each in policy.assumptions))


@once
def depends_on_day(policy: Policy) -> bool:
    """True where a decision may differ from day to day: a statement has dates, or something reads `today`."""
    if any(statement.in_force != ALWAYS for statement in statements(policy)):
        return True
    index = indexed(policy)
    read = (*index.asked.values(), *index.reads.values())
    defined = (index.expressions.of(define.expression) for define in policy.defines.values())
    return any(each.today for each in (*read, *defined))
