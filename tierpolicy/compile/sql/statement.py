"""A typed policy as one SQL statement: the reading of fields, then conditions and attributes stage by stage.

Every column stands in the first common table expression that has all it reads; the last `SELECT` shows the keys and the
service. `sql_of` says the whole policy or, in `NotInSql`, every statement that the dialect can't say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from tierpolicy.cells.reads import indexed
from tierpolicy.compile.normal import Normal, normal_form
from tierpolicy.compile.refusing import NotInSql, Refusal, Refusals, UnusableTable
from tierpolicy.compile.sql.answering import answer
from tierpolicy.compile.sql.comparing import condition
from tierpolicy.compile.sql.constants import day
from tierpolicy.compile.sql.deciding import decide
from tierpolicy.compile.sql.dialects import DIALECTS, Dialect, SetForm
from tierpolicy.compile.sql.fields import column_of
from tierpolicy.compile.sql.head import comment_of, head
from tierpolicy.compile.sql.lowering import Lowering, reads_amounts
from tierpolicy.compile.sql.statements import Statements, by_name
from tierpolicy.compile.sql.tables import MARKS, Table, created, table_of
from tierpolicy.compile.sql.term import Column, Draft, Term, column
from tierpolicy.compile.sql.term import Sql as Expression
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import DATE, Flag
from tierpolicy.source import Span


@dataclass(frozen=True, slots=True)
class Day:
    """The day to decide for: one date, or a column of the table that holds one for each row."""

    date: date | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One query: its name, and the columns that it adds (each a name with an expression)."""

    name: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    draft: Draft
    answers: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Sql:
    """A policy in SQL. `text` is the statement, with its head of comments; `columns` are those of its result."""

    text: str
    dialect: str
    columns: tuple[str, ...]
    drafted: Drafted = field(repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The same in parts: the first step's columns read the table's, each later step's all that come before it."""
        spoken = self.drafted.draft.dialect
        return tuple(
            Step(name, tuple((each.name, _written(each.sql, spoken)) for each in columns))
            for name, columns in _step_names(self.drafted.draft)
        )

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The columns of the result with what they are made of, which reads those of all steps."""
        return tuple((name, _written(sql, self.drafted.draft.dialect)) for name, sql in self.drafted.answers)


def sql_of(
    policy: Policy,
    dialect: str,
    table: str = "customers",
    as_of: Day | date | None = None,
    *,
    sets: SetForm | None = None,
    without: frozenset[str] = frozenset(),
    internal: bool = False,
    materialize: tuple[str, str] | None = None,
) -> Sql:
    """The policy as one statement. `without` are fields that the table has no column for; with `internal` the internal
    attributes are shown too.

    NotInSql where it can't be said whole; UnusableTable (a ValueError) for a `table` that is none; ValueError without
    a day, and for arrays where the database has none; KeyError for an unknown dialect.
    """
    spoken = DIALECTS[dialect]
    source = table_of(table, spoken)
    if sets == "array" and not spoken.arrays:
        raise ValueError(f"{spoken.title} has no arrays of text: sets are text there, their labels joined by `;`")
    on = as_of if isinstance(as_of, Day) else Day(as_of)
    if on.date is None and not on.column:
        raise ValueError("a statement is for a day: a date, or a column of the table that holds it")
    made = _drafted(policy, spoken, on, sets or spoken.sets, without, internal)
    names = _step_names(made.draft)
    text = _text(_query(names, made.answers, source, spoken), made.draft, policy)
    if source.template and any(mark in text.replace(source.sql.name, "", 1) for mark in MARKS):
        raise NotInSql(dialect, (_refused_mark(policy),))
    if materialize and materialize[0] == "table" and spoken.bits:
        raise UnusableTable("SQL Server makes no table of a query in this way; make a view, and select from it")
    opening = f"CREATE {materialize[0].upper()} {created(materialize[1], spoken)} AS\n" if materialize else ""
    if materialize and materialize[0] == "view":
        opening = opening.replace(
            "CREATE VIEW", "CREATE OR REPLACE VIEW" if spoken.name != "tsql" else "CREATE OR ALTER VIEW", 1
        )
    whole = f"{head(policy, spoken, on)}{opening}{text}\n"
    return Sql(whole, dialect, tuple(name for name, _ in made.answers), made)


def _refused_mark(policy: Policy) -> Refusal:
    return Refusal(policy.name, "", 0, "holds `{{`, `{%` or `{#` in a text or label, which dbt would read as its own")


# ---------------------------------------------------------------- drafting


def _drafted(
    policy: Policy, dialect: Dialect, on: Day, form: SetForm, without: frozenset[str], internal: bool
) -> Drafted:
    refusals = Refusals(policy)
    draft = Draft(dialect)
    normal = normal_form(policy)
    keys = _keys(policy, draft, without)
    today = _today(draft, on)
    index = indexed(policy)
    read = frozenset[str]().union(*(each.fields for each in (*index.asked.values(), *index.reads.values())))
    reading = 3 if reads_amounts(policy, read - without) else 1
    lowering = Lowering(policy, draft, today, form, reading, without)
    statements = Statements(lowering, refusals, on.date, by_name(policy))
    _decide(normal, statements)
    shown = [attribute for attribute in policy.attributes.values() if internal or not attribute.internal]
    _no_two_alike([*keys, *(attribute.name for attribute in shown)], refusals, policy)
    if refusals.found:
        raise NotInSql(dialect.name, tuple(refusals.found.values()))
    answers: list[tuple[str, Expression]] = [(name, column(at)) for name, at in keys.items()]
    for attribute in shown:
        answers.append((attribute.name, answer(attribute, lowering.decided[attribute.name], draft, form)))
    return Drafted(draft, tuple((dialect.kept(name), sql) for name, sql in answers))


def _decide(normal: Normal, statements: Statements) -> None:
    for stage in normal.stages:
        if statements.refusals.found:
            _look_on(normal, statements)
            return
        decide(stage, statements)
    if len(statements.lowering.draft.columns) > statements.lowering.draft.dialect.most_columns:
        count, most = len(statements.lowering.draft.columns), statements.lowering.draft.dialect.most_columns
        reason = f"takes {count:,} columns on the way, more than the {most:,} that are safe in one query"
        statements.refusals.add(normal.policy.name or "the policy", normal.policy.head, reason)


def _look_on(normal: Normal, statements: Statements) -> None:
    """What else can't be said, once something can't: conditions that read nothing that is decided."""
    for stage in normal.stages[1:]:
        for held in stage.conditions:
            if not indexed(normal.policy).asked[held.name].attributes:
                statements.own_truth(held)


def _keys(policy: Policy, draft: Draft, without: frozenset[str]) -> dict[str, str]:
    """The customer's keys as they stand in the table, by field."""
    found = {}
    for held in policy.fields.values():
        if held.key and held.name not in without:
            raw = column(draft.dialect.kept(column_of(held)))
            at = condition(raw) if isinstance(held.type, Flag) else Term(raw, held.type)
            draft.column(f"key_{held.name}", replace(at, stored=raw), kind="key")
            found[held.name] = draft.columns[-1].name
    return found


def _today(draft: Draft, on: Day) -> Term:
    if on.date is not None:
        return day(on.date, draft.dialect)
    held = Term(column(draft.dialect.kept(on.column)), DATE, 0, True)
    return draft.column("as_of", held, "the day to decide for", "key")


def _no_two_alike(names: list[str], refusals: Refusals, policy: Policy) -> None:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            held = policy.attributes.get(name) or policy.fields[name]
            refusals.add(name, held.span, f"differs from `{other}` in capitals alone, which columns may not")


# ---------------------------------------------------------------- writing


def _written(sql: Expression, dialect: Dialect) -> str:
    return sql.sql(dialect=dialect.name, unsupported_level=ErrorLevel.RAISE, comments=False)


def _step_names(draft: Draft) -> list[tuple[str, list[Column]]]:
    """The columns by step; a step is called by what it holds."""
    last = max(each.level for each in draft.columns) if draft.columns else 0
    found: list[tuple[str, list[Column]]] = []
    taken: dict[str, int] = {}
    for level in range(last + 1):
        columns = [each for each in draft.columns if each.level == level]
        kinds = {each.kind for each in columns}
        name = next((name for kind, name in STEPS if kind in kinds), "worked_out")
        taken[name] = taken.get(name, 0) + 1
        found.append((name if taken[name] == 1 else f"{name}_{taken[name]}", columns))
    return found


STEPS = (
    ("given", "given"),
    ("field", "fields"),
    ("attribute", "decided"),
    ("condition", "conditions"),
    ("key", "given"),
)


def _query(
    steps: list[tuple[str, list[Column]]], answers: tuple[tuple[str, Expression], ...], source: Table, dialect: Dialect
) -> exp.Select:
    ctes = []
    before: Expression = source.sql.copy()
    for place, (name, columns) in enumerate(steps):
        shown: list[Expression] = [exp.Star()] if place else []
        shown += [_alias(each.name, each.sql, each.comment) for each in columns]
        if not shown:
            shown = [exp.Alias(this=exp.Literal.number(1), alias=exp.to_identifier("row", quoted=True))]
        select = exp.Select(expressions=shown, from_=exp.From(this=before))
        if dialect.name == "postgres" and place > 0:  # else it would put the queries into one another, copying
            select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        ctes.append(exp.CTE(this=select, alias=exp.TableAlias(this=exp.to_identifier(name))))
        before = exp.Table(this=exp.to_identifier(name))
    final = exp.Select(expressions=[_alias(name, sql, "") for name, sql in answers], from_=exp.From(this=before))
    final.set("with_", exp.With(expressions=ctes))
    return final


def _alias(name: str, sql: Expression, comment: str) -> Expression:
    found = exp.Alias(this=sql, alias=exp.to_identifier(name, quoted=True))
    if comment:
        found.add_comments([comment_of(comment)])
    return found


def _text(query: exp.Select, draft: Draft, policy: Policy) -> str:
    """sqlglot says where the dialect lacks something; of which statement it was a part is looked for then."""
    for node in query.find_all(exp.Expression):
        if node.comments:
            node.comments = [comment_of(comment) for comment in node.comments]
    try:
        return query.sql(dialect=draft.dialect.name, pretty=True, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, RecursionError):
        refusals = Refusals(policy)
        for held in draft.columns:
            try:
                _written(held.sql, draft.dialect)
            except (SqlglotError, RecursionError) as stopped:
                said = f"can't be written in {draft.dialect.title}: {stopped or 'it is nested too deep'}"
                refusals.add(held.comment or held.name, _span_of(held, policy), said)
        if not refusals.found:
            refusals.add(policy.name or "policy", policy.head, f"can't be written in {draft.dialect.title}")
        raise NotInSql(draft.dialect.name, tuple(refusals.found.values())) from None


def _span_of(held: Column, policy: Policy) -> Span | None:
    """Where the name of a column stands in the policy, as far as it has one."""
    for known in (policy.defines, policy.attributes, policy.fields):
        if held.name in known:
            return known[held.name].span
    statement = next((each for name, each in by_name(policy).items() if f"if_{name}" == held.name), None)
    return statement.origin.span if statement is not None else policy.head
