"""What the solver is told of an expression allows what the evaluator says; nothing else where nothing is rounded."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.expressions import ALL, LittleScope, Reading, Writer, policy, reading, value_in
from tests.strategies.policies import elaborated, policy_texts
from tierpolicy.analysis.smt import calendar, comparing, conditions, functions, numbers, results, rounded, values
from tierpolicy.analysis.smt.approximations import defined, is_value, rises, told_at
from tierpolicy.analysis.smt.logic import all_of, negation
from tierpolicy.analysis.smt.syms import constant, fresh_sym, known, known_value
from tierpolicy.analysis.smt.terms import Rail, Sym, Workspace
from tierpolicy.analysis.smt.texts import text_test
from tierpolicy.model.builtins import Argument, Builtin
from tierpolicy.model.expressions import (
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    Expr,
    FieldRef,
    In,
    Or,
    ShiftMonths,
    Today,
    ToNumber,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import DATE, DURATION, FLAG, INTEGER, MONEY, NUMBER, PERCENT, TEXT, Flag, Type
from tierpolicy.model.values import INTEGER_MAX, MISSING, NotOffered, Value
from tierpolicy.semantics.arithmetic import months_later
from tierpolicy.semantics.evaluate import Situation, value_of

MILLISECONDS = 20_000
ROUNDS = 12


@dataclass
class Encoded:
    """Expressions as terms, and a solver that holds what they read to one reading."""

    scope: LittleScope
    outputs: list[tuple[Expr, Sym | Rail, Value]]
    solver: z3.Solver
    told: int = 0

    @property
    def is_approximated(self) -> bool:
        return bool(self.scope.workspace.approximations)

    def agrees(self) -> z3.BoolRef:
        """Every output is what the evaluator says."""
        workspace = self.scope.workspace
        return all_of((said(output, value, self.scope) for _, output, value in self.outputs), workspace)

    def check(self, *claims: z3.BoolRef) -> z3.CheckSatResult:
        facts = self.scope.workspace.facts
        self.solver.add(*facts[self.told :])
        self.told = len(facts)
        return self.solver.check(*claims)


def said(output: Sym | Rail, value: Value, scope: LittleScope) -> z3.BoolRef:
    """The output is this value."""
    if isinstance(output, Sym):
        return is_value(output, value, scope.workspace)
    if value is MISSING:
        return z3.And(z3.Not(output.true), z3.Not(output.false))
    return z3.And(output.true if value else output.false, z3.Not(output.false if value else output.true))


def encoded(rules: Policy, expressions: Iterable[Expr], known: Reading) -> Encoded:
    scope = LittleScope(rules)
    outputs: list[tuple[Expr, Sym | Rail, Value]] = []
    for expr in expressions:
        meant = value_of(expr, Situation(rules, known.fields, known.as_of, dict(known.decided)))
        if isinstance(expr.type, Flag):
            outputs.append((expr, conditions.truth(expr, scope), meant))
        outputs.append((expr, values.value(expr, scope), meant))
    solver = z3.SolverFor("ALL", ctx=scope.workspace.context)
    solver.set("timeout", MILLISECONDS)
    said_of = {**known.fields, **known.decided, "today": known.as_of}
    for name, sym in scope.syms.items():
        solver.add(is_value(sym, said_of[name], scope.workspace))
    return Encoded(scope, outputs, solver)


def assert_means_the_same(rules: Policy, expressions: Iterable[Expr], known: Reading) -> None:
    made = encoded(rules, expressions, known)
    assert made.check(made.agrees()) == z3.sat, wrong(made, known)
    if not made.is_approximated:
        assert made.check(negation(made.agrees())) == z3.unsat, f"more is allowed: {made.outputs}\n{known}"


def wrong(made: Encoded, known: Reading) -> str:
    """Which of the outputs may not be what the evaluator says."""
    lines = []
    for expr, output, value in made.outputs:
        found = made.check(said(output, value, made.scope))
        if found != z3.sat:
            lines.append(f"{found}: {expr}\n  should be {value!r}")
    return "\n".join([*lines, f"{made.outputs}", f"{known}"])


def some_expressions(chance: random.Random) -> list[Expr]:
    writer = Writer(chance)
    return [writer.value(chance.choice([FLAG, *ALL]), chance.randint(1, 3)) for _ in range(3)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_any_expression_may_be_what_it_means(chance: random.Random) -> None:
    assert_means_the_same(policy(), some_expressions(chance), reading(chance))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_what_found_records_show_settles_what_was_approximated(chance: random.Random) -> None:
    known = reading(chance)
    made = encoded(policy(), some_expressions(chance), known)
    for _ in range(ROUNDS):
        assert made.check(made.agrees()) == z3.sat, wrong(made, known)
        if made.check(negation(made.agrees())) == z3.unsat:
            return
        tell(made)
    raise AssertionError(f"still open: {made.outputs}\n{known}")


def tell(made: Encoded) -> None:
    """What the evaluator says of each approximated operation, where the solver has it now, and what defines it."""
    model, workspace = made.solver.model(), made.scope.workspace
    for approximation in list(workspace.approximations):
        met = tuple(known_value(model, sym) for sym in approximation.inputs)
        workspace.facts.extend(told_at(approximation, met, workspace))
        definition = defined(approximation, workspace)
        workspace.facts.extend(() if definition is None else (definition,))


# ---------------------------------------------------------------- whole policies


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(policy_texts(), st.randoms(use_true_random=False))
def test_every_expression_of_a_policy_may_be_what_it_means(text: object, chance: random.Random) -> None:
    rules = elaborated(str(text))
    assert_means_the_same(rules, expressions_of(rules), reading(chance, rules))


def expressions_of(rules: Policy) -> Iterator[Expr]:
    for rule in rules.rules:
        yield rule.condition
        yield from (grant.value for grant in rule.grants)
    for limit in rules.limits:
        yield limit.condition
        yield from (cap.value for cap in limit.caps)
    for baseline in rules.baselines:
        yield baseline.condition
        yield from (floor.value for floor in baseline.floors)
    yield from (assumption.condition for assumption in rules.assumptions)
    yield from (define.expression for define in rules.defines.values())


# ---------------------------------------------------------------- planted bugs are caught


@dataclass(frozen=True)
class Planted:
    """Something that the encoding might get wrong, with expressions and values that show it."""

    name: str
    where: object
    attribute: str
    wrong: object
    expression: Expr
    values: dict[str, Value]


def _compare(op: str, left: Expr, right: Expr) -> Expr:
    return Compare(op, left, right)  # type: ignore[arg-type]


def _known_in_spite(test: z3.BoolRef, unknown: z3.BoolRef, workspace: Workspace) -> Rail:
    return Rail(test, negation(test))


def _never_above(one: Sym, other: Sym, workspace: Workspace, **above: bool) -> z3.BoolRef:
    return comparing.less_syms(one, other, workspace)


def _exactly(result: z3.ArithRef, exact: z3.ArithRef, slack: object, share: object, workspace: Workspace) -> None:
    workspace.facts.append(result == exact)


def _downwards(term: z3.ArithRef, by: int) -> z3.ArithRef:
    return term / by


def _unbounded(value: z3.ArithRef, type_: Type, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    return results.present(type_, value, gone, workspace)


INTEGERS = FieldRef("integer_1", INTEGER), FieldRef("integer_2", INTEGER)
MONEYS = FieldRef("money_1", MONEY), FieldRef("money_2", MONEY)
DAY, WAITED = FieldRef("date_1", DATE), FieldRef("duration_1", DURATION)
NOT_OFFERED = AttributeRef("less_1", INTEGER)
TENTH = Constant(0.1, NUMBER)

PLANTED = (
    Planted(
        "a missing field compares",
        conditions,
        "rail",
        _known_in_spite,
        _compare(">", INTEGERS[0], INTEGERS[1]),
        {"integer_1": MISSING, "integer_2": 3},
    ),
    Planted(
        "`none` is always below",
        conditions,
        "less_syms",
        _never_above,
        _compare(">", NOT_OFFERED, INTEGERS[0]),
        {"less_1": NotOffered.ABOVE, "integer_1": 3},
    ),
    Planted(
        "`none` is unlike `none`",
        conditions,
        "equal_syms",
        comparing.equal_values,
        _compare("=", NOT_OFFERED, Constant(NotOffered.ABOVE, INTEGER)),
        {"less_1": NotOffered.ABOVE},
    ),
    Planted(
        "nothing is rounded",
        rounded,
        "tell_near",
        _exactly,
        Arithmetic("*", MONEYS[0], TENTH, MONEY),
        {"money_1": 1_234},
    ),
    Planted(
        "part of a day counts backwards",
        calendar,
        "cut",
        _downwards,
        Arithmetic("+", DAY, WAITED, DATE),
        {"date_1": date(2026, 1, 31), "duration_1": -86_401},
    ),
    Planted(
        "sums have no end",
        numbers,
        "ranged",
        _unbounded,
        Arithmetic("+", *INTEGERS, INTEGER),
        {"integer_1": INTEGER_MAX, "integer_2": 1},
    ),
    Planted(
        "months have 30 days",
        calendar,
        "days_of_months",
        lambda months: (30 * months, 30 * months),
        ShiftMonths(DAY, 1),
        {"date_1": date(2026, 1, 31)},
    ),
    Planted(
        "months are even",
        calendar,
        "FURTHEST",
        0,
        Call("months_between", (DAY, Today()), INTEGER),
        {"date_1": date(2026, 2, 1), "today": date(2026, 3, 1)},
    ),
    Planted(
        "a product keeps its order whatever the factor",
        rounded,
        "rises",
        lambda way: rises((1,)),
        In(
            Arithmetic("*", MONEYS[0], Constant(-0.5, NUMBER), MONEY),
            (Arithmetic("*", MONEYS[1], Constant(-0.5, NUMBER), MONEY),),
        ),
        {"money_1": 100, "money_2": 900},
    ),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_caught(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    known = _reading_of(planted.values)
    assert_means_the_same(policy(), [planted.expression], known)
    monkeypatch.setattr(planted.where, planted.attribute, planted.wrong)
    with pytest.raises(AssertionError):
        assert_means_the_same(policy(), [planted.expression], known)


def _reading_of(some: dict[str, Value]) -> Reading:
    """These values, and any others."""
    known = reading(random.Random(1))
    decided = {name: some.get(name, value) for name, value in known.decided.items()}
    fields = {name: some.get(name, value) for name, value in known.fields.items()}
    return Reading(fields, decided, some.get("today", known.as_of))  # type: ignore[arg-type]


# ---------------------------------------------------------------- what is there to be proved


def test_a_capped_share_never_falls_as_orders_rise() -> None:
    scope = LittleScope(policy())
    workspace = scope.workspace
    few, many = (scope.field(name) for name in ("integer_1", "integer_2"))
    shares = []
    for orders in INTEGERS:
        product = Arithmetic("*", ToNumber(orders, NUMBER), Constant(50, PERCENT), PERCENT)
        shares.append(values.value(Call("min", (Constant(1_000, PERCENT), product), PERCENT), scope))
    known = [negation(sym.missing) for sym in (few, many, *shares)]
    solver = z3.Solver(ctx=workspace.context)
    solver.add(*workspace.facts, *known, few.value <= many.value, shares[0].value > shares[1].value)
    assert solver.check() == z3.unsat


@pytest.mark.parametrize("takes_missing", [True, False])
def test_a_plugin_gives_equal_things_for_equal_ones_within_its_bounds(
    takes_missing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Builtin(
        name="distance",
        signature="distance(a)",
        doc="",
        arguments=(Argument("a"),),
        result_type=lambda types: NUMBER,
        meaning=lambda known, types: 1.5,
        takes_missing=takes_missing,
        low=0.5,
        high=2.0,
        origin="a plugin",
    )
    monkeypatch.setattr(functions, "function", lambda name: record)
    scope = LittleScope(policy())
    solver = z3.Solver(ctx=scope.workspace.context)
    one, other = (values.value(Call("distance", (each,), NUMBER), scope) for each in INTEGERS)
    fields = [scope.field(each.name) for each in INTEGERS]
    solver.add(*scope.workspace.facts)
    known = z3.And(z3.Not(one.missing), z3.Not(other.missing))
    assert solver.check(known, one.value < other.value) == z3.sat
    assert solver.check(known, z3.Or(one.value < 0.5, one.value > 2)) == z3.unsat
    same = z3.And(fields[0].value == fields[1].value, fields[0].missing == fields[1].missing)
    assert solver.check(same, one.missing != other.missing) == z3.unsat
    assert solver.check(same, known, one.value != other.value) == z3.unsat
    assert (solver.check(fields[0].missing, known) == z3.sat) == takes_missing
    assert {each.reason for each in scope.workspace.approximations} == {"a plugin's function"}


def test_n_months_are_never_further_from_their_mean_than_what_is_told() -> None:
    furthest = 0
    for months in range(0, calendar.MONTHS_OF_CYCLE, 31):
        least, most = calendar.days_of_months(months)
        mean = months * calendar.DAYS_OF_CYCLE
        furthest = max(furthest, mean - least * calendar.MONTHS_OF_CYCLE, most * calendar.MONTHS_OF_CYCLE - mean)
    assert 0.9 * calendar.FURTHEST < furthest <= calendar.FURTHEST


@given(st.dates(), st.integers(-300, 300))
def test_a_shift_takes_as_many_days_as_its_months_may(day: date, months: int) -> None:
    later = months_later(day, months)
    if isinstance(later, date):
        least, most = calendar.days_of_months(months)
        assert least <= (later - day).days <= most


# ---------------------------------------------------------------- values there and back


@given(st.randoms(use_true_random=False), st.sampled_from(ALL))
def test_a_value_comes_back_as_it_was(chance: random.Random, type_: Type) -> None:
    workspace = Workspace()
    value = value_in(type_, chance)
    free = fresh_sym(type_, "free", workspace, may_be_missing=True, may_be_none=False)
    solver = z3.Solver(ctx=workspace.context)
    solver.add(*workspace.facts, is_value(free, value, workspace))
    assert solver.check() == z3.sat
    assert known_value(solver.model(), free) == value
    assert known(constant(value, type_, workspace)) == value


@given(st.text(alphabet="ab\\u{}\U0001f600\U0003fffd", max_size=6), st.text(alphabet="ab\\u{4}1", max_size=3))
def test_texts_hold_what_they_hold(text: str, part: str) -> None:
    workspace = Workspace()
    found, wanted = constant(text, TEXT, workspace), constant(part, TEXT, workspace)
    solver = z3.Solver(ctx=workspace.context)
    for op, holds in (
        ("contains", part in text),
        ("starts with", text.startswith(part)),
        ("ends with", text.endswith(part)),
    ):
        test = text_test(op, found, wanted, workspace)  # type: ignore[arg-type]
        assert (solver.check(test) == z3.sat) == holds


def test_wide_conditions_stay_flat() -> None:
    scope = LittleScope(policy())
    condition = Or(
        tuple(_compare("=", FieldRef("text_1", TEXT), Constant(f"x{place}", TEXT)) for place in range(2_000))
    )
    rail = conditions.truth(condition, scope)
    is_one = conditions.truth(In(FieldRef("text_1", TEXT), tuple(part.right for part in condition.parts)), scope)  # type: ignore[union-attr]
    solver = z3.Solver(ctx=scope.workspace.context)
    solver.add(*scope.workspace.facts, rail.true != is_one.true)
    assert solver.check() == z3.unsat
