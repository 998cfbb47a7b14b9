"""Comparisons in SQL: three-valued as databases have them, with scales by rank and `none` as the worst value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.constants import constant, literal
from tierpolicy.compile.sql.term import Draft, Labels, Sql, Term, case, closed, joined, number, text
from tierpolicy.model.expressions import CompareOp, TextOp
from tierpolicy.model.types import FLAG, Flag, Scale
from tierpolicy.model.values import MISSING, NotOffered
from tierpolicy.semantics.evaluate import compared as compared_known

SQL_OF: Final[Mapping[CompareOp, type[exp.Expression]]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
AGAINST_EQUAL: Final = {"=": True, "<=": True, ">=": True, "!=": False, "<": False, ">": False}


def flag_of(value: bool | None, draft: Draft) -> Term:
    """A constant condition; None is unknown."""
    return constant(MISSING if value is None else value, FLAG, draft.dialect)


def condition(sql: Sql, *terms: Term, maybe: bool | None = None) -> Term:
    """A condition over some terms, unknown where one of them is missing unless said otherwise."""
    unknown = any(term.maybe for term in terms) if maybe is None else maybe
    level = max((term.level for term in terms), default=0)
    return Term(sql, FLAG, level, unknown, depth=max((term.depth for term in terms), default=0) + 1)


def compared(op: CompareOp, left: Term, right: Term, draft: Draft) -> Term:
    """`left op right`; NULL where one of them is missing."""
    if left.value is not None and right.value is not None:
        found = compared_known(op, left.value, right.value, left.type)
        return flag_of(found if isinstance(found, bool) else None, draft)
    if left.none is not None or right.none is not None:
        return _with_none(op, left, right, draft)
    if isinstance(left.type, Flag):
        return _of_flags(op, left, right, draft)
    if isinstance(left.type, Scale) and op not in ("=", "!="):
        return _of_ranks(op, left, right, draft)
    sql = SQL_OF[op](this=closed(left.sql), expression=closed(right.sql))
    return condition(sql, left, right)


def _of_flags(op: CompareOp, left: Term, right: Term, draft: Draft) -> Term:
    if op in ("<", ">"):  # asked by attributes of which `yes` or `no` is better, not by policies
        low, high = (left, right) if op == "<" else (right, left)
        return all_of([negation(low, draft), high], draft)
    for one, other in ((left, right), (right, left)):
        if isinstance(other.value, bool):
            wanted = other.value == (op == "=")
            return one if wanted else condition(exp.Not(this=closed(one.sql)), one)
    left, right = draft.once(left, "flag"), draft.once(right, "flag")
    return condition(SQL_OF[op](this=closed(draft.stored(left)), expression=closed(draft.stored(right))), left, right)


def _of_ranks(op: CompareOp, left: Term, right: Term, draft: Draft) -> Term:
    """On a scale: against a constant, one of the labels that stand there; else by number."""
    assert isinstance(left.type, Scale)
    labels = left.type.labels
    for one, other, way in ((left, right, op), (right, left, _mirrored(op))):
        if isinstance(other.value, str):
            fitting = [label for label in labels if compared_known(way, label, other.value, left.type) is True]
            return among(one, fitting, draft)
    return condition(SQL_OF[op](this=rank(left), expression=rank(right)), left, right)


def _mirrored(op: CompareOp) -> CompareOp:
    mirror: dict[CompareOp, CompareOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    return mirror.get(op, op)


def among(term: Term, labels: list[str], draft: Draft) -> Term:
    """Whether the value is one of some labels; a comparison even where it is none or all of them."""
    if not labels:
        held = draft.once(term)
        return condition(exp.NEQ(this=held.sql.copy(), expression=held.sql.copy()), held)
    if len(labels) == 1:
        return condition(exp.EQ(this=closed(term.sql), expression=text(labels[0])), term)
    return condition(exp.In(this=closed(term.sql), expressions=[text(label) for label in labels]), term)


def rank(term: Term) -> Sql:
    """A label's place in its scale."""
    assert isinstance(term.type, Scale)
    if isinstance(term.value, str):
        return number(term.type.labels.index(term.value))
    ifs = [exp.If(this=text(label), true=number(place)) for place, label in enumerate(term.type.labels)]
    return exp.Case(this=term.sql.copy(), ifs=ifs)


def _with_none(op: CompareOp, left: Term, right: Term, draft: Draft) -> Term:
    """Where one of them may be `none`, the worst value, equal to itself."""
    left, right = draft.once(left), draft.once(right)
    for one, other, way in ((left, right, op), (right, left, _mirrored(op))):
        if isinstance(other.value, NotOffered) and one.none is not None:
            alike, apart = AGAINST_EQUAL[way], _none_against(one.none, _mirrored(way))
            return _by_null(one, alike, apart, draft)
    whens: list[tuple[Sql, Sql]] = []
    if left.maybe or right.maybe:
        whens.append((draft.is_null(left if left.maybe else right), draft.stored(flag_of(None, draft))))
    if left.none is not None and right.none is not None:
        both = exp.And(this=draft.is_null(left), expression=draft.is_null(right))
        whens.append((both, draft.flag(AGAINST_EQUAL[op])))
    if left.none is not None:
        whens.append((draft.is_null(left), draft.flag(_none_against(left.none, op))))
    if right.none is not None:
        whens.append((draft.is_null(right), draft.flag(_none_against(right.none, _mirrored(op)))))
    plain = compared(op, replace(left, none=None), replace(right, none=None), draft)
    if isinstance(left.value, NotOffered) or isinstance(right.value, NotOffered):
        plain = flag_of(_none_against(*_the_none(left, right, op)), draft)
        whens = whens[: int(left.maybe or right.maybe)]
        if not whens:
            return plain
    held = Term(
        case(whens, draft.stored(plain)), FLAG, max(left.level, right.level), left.maybe or right.maybe, depth=2
    )
    return draft.as_flag(held)


def _the_none(left: Term, right: Term, op: CompareOp) -> tuple[NotOffered, CompareOp]:
    if isinstance(left.value, NotOffered):
        return left.value, op
    assert isinstance(right.value, NotOffered)
    return right.value, _mirrored(op)


def _none_against(side: NotOffered, op: CompareOp) -> bool:
    """`none op value`."""
    below = side is NotOffered.BELOW
    return {"=": False, "!=": True, "<": below, "<=": below, ">": not below, ">=": not below}[op]


def _by_null(term: Term, if_null: bool, otherwise: bool, draft: Draft) -> Term:
    """A condition that only asks whether a term is NULL."""
    if if_null == otherwise:
        return flag_of(if_null, draft)
    return condition(draft.is_null(term) if if_null else draft.is_known(term), term, maybe=False)


def within(operand: Term, options: list[Term], draft: Draft) -> Term:
    """`operand in (…)`: the same as `operand = a or operand = b …`."""
    plain = operand.none is None and not isinstance(operand.type, Flag)
    if plain and all(each.value is not None and each.value is not MISSING and each.none is None for each in options):
        held = [literal(each.value, draft.dialect) for each in options]  # type: ignore[arg-type]
        return condition(exp.In(this=closed(operand.sql), expressions=held), operand)
    operand = draft.once(operand)
    return any_of([compared("=", replace(operand, sql=operand.sql.copy()), option, draft) for option in options], draft)


# ---------------------------------------------------------------- and, or, not


def all_of(parts: list[Term], draft: Draft) -> Term:
    if any(part.value is False for part in parts):
        return flag_of(False, draft)
    return _joined(exp.And, [part for part in parts if part.value is not True], True, draft)


def any_of(parts: list[Term], draft: Draft) -> Term:
    if any(part.value is True for part in parts):
        return flag_of(True, draft)
    return _joined(exp.Or, [part for part in parts if part.value is not False], False, draft)


def _joined(kind: type[exp.And] | type[exp.Or], parts: list[Term], empty: bool, draft: Draft) -> Term:
    if not parts:
        return flag_of(empty, draft)
    if len(parts) == 1:
        return parts[0]
    return condition(joined(kind, [_operand(part.sql) for part in parts]), *parts)


def _operand(sql: Sql) -> Sql:
    """A part of `and` or `or`: comparisons stand as they are."""
    comparison = exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE | exp.In | exp.Not
    return sql if isinstance(sql, comparison) else closed(sql)


def negation(operand: Term, draft: Draft) -> Term:
    if operand.value is not None:
        return flag_of(not operand.value if isinstance(operand.value, bool) else None, draft)
    return condition(exp.Not(this=closed(operand.sql)), operand)


# ---------------------------------------------------------------- sets and text


def sets_equal(left: Labels, right: Labels, draft: Draft) -> Term:
    """Whether two sets hold the same labels; `none` is only equal to itself."""
    parts = []
    if left.offered is not None or right.offered is not None:
        yes = flag_of(True, draft)
        parts.append(_of_flags("=", left.offered or yes, right.offered or yes, draft))
    unknown = [each for each in (left.known, right.known) if each is not None]
    parts += [_of_flags("=", held, right.labels[label], draft) for label, held in left.labels.items()]
    found = all_of(parts, draft)
    if not unknown:
        return found
    held = draft.once(found, "same")
    known = all_of(unknown, draft)
    value = case([(known.sql, draft.stored(held))], draft.stored(flag_of(None, draft)))
    return draft.as_flag(Term(value, FLAG, max(held.level, known.level), True, depth=2))


def has(held: Labels, label: str) -> Term:
    return held.labels[label]


def text_tested(op: TextOp, operand: Term, part: Term, draft: Draft) -> Term:
    """`starts with`, `ends with`, `contains`; false of `none`."""
    constant_text = part.value if isinstance(part.value, str) else None
    if constant_text == "":
        known = draft.is_known(operand)
        value = case([(known, draft.flag(True))], draft.flag(False) if operand.none else None)
        return draft.as_flag(Term(value, FLAG, operand.level, operand.maybe, depth=operand.depth + 1))
    if draft.dialect.bits and (
        constant_text is None or not constant_text.isascii() or constant_text != constant_text.rstrip()
    ):
        raise Unsupported(
            "searches a text for another than plain letters, which SQL Server counts and compares otherwise"
        )
    operand, part = draft.once(operand), draft.once(part)
    at, sought = operand.sql.copy(), part.sql.copy()
    length: Sql = number(len(constant_text)) if constant_text is not None else exp.Length(this=sought.copy())
    match op:
        case "starts with":
            found: Sql = exp.EQ(this=exp.Left(this=at, expression=length), expression=sought)
        case "ends with":
            found = exp.EQ(this=exp.Right(this=at, expression=length), expression=sought)
        case "contains":
            found = exp.GT(this=exp.StrPosition(this=at, substr=sought), expression=number(0))
    term = condition(found, operand, part)
    return without_none(term, [each for each in (operand, part) if each.none is not None], draft)


def without_none(term: Term, operands: list[Term], draft: Draft) -> Term:
    """False where one of the operands isn't offered, unless something is missing."""
    if not operands:
        return term
    known = [draft.is_known(each) for each in operands]
    return condition(joined(exp.And, [*known, closed(term.sql)]), term, *operands, maybe=term.maybe)
