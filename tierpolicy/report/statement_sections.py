"""What a simulation's page says of single statements: what they cost, whom they count for, which promises hold."""

from __future__ import annotations

from collections.abc import Sequence

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import MONEY, Type
from tierpolicy.model.values import Value
from tierpolicy.report.headlines import statement_name
from tierpolicy.report.pictures import Bar, Words, bars
from tierpolicy.report.sections import Block, Cell, Look, Row, Section, Table, table
from tierpolicy.report.shown import shown
from tierpolicy.report.words import count_text
from tierpolicy.runtime.simulation.results import Claim, CostOf, Costs, Statement


def costs_section(costs: Costs, policy: Policy) -> Section:
    blocks = [Block(table=cost_table(costs.statements, policy.currency))]
    if costs.groups:
        blocks.append(_cost_groups(costs, policy))
    return Section("costs", "What serving them costs", "", tuple(blocks))


def cost_table(statements: Sequence[CostOf], currency: str) -> Table:
    rows = [
        (
            statement_name(each.statement),
            count_text(each.statement.customers),
            shown(each.total, MONEY, currency),
            count_text(each.statement.unknown),
        )
        for each in statements
    ]
    return table("Costs by statement", ("cost", "customers", "total", "not known for"), rows)


def _cost_groups(costs: Costs, policy: Policy) -> Block:
    kind = _type_of(costs.by, policy)
    name = f"By `{costs.by}`"

    def label(value: Value) -> str:
        return "not known" if kind is None else shown(value, kind)

    rows: list[Row] = []
    for each in costs.groups:
        known = each.customers - each.unknown
        average = shown(round(each.total / known), MONEY, policy.currency) if known > 0 else "–"
        total = shown(each.total, MONEY, policy.currency)
        rows.append((label(each.value), count_text(each.customers), total, average, count_text(each.unknown)))
    head = (costs.by, "customers", "total", "a customer", "not known for")
    words = Words("costs-by", f"Costs by {costs.by}")
    drawn = [Bar(label(each.value), each.total) for each in costs.groups]
    picture = bars(words, drawn, number=lambda value: shown(int(value), MONEY, policy.currency), alone=False)
    return Block(name, "", (), picture, False, table(f"Costs by `{costs.by}`", head, rows))


# ---------------------------------------------------------------- statements, promises


def statements_section(statements: Sequence[Statement]) -> Section:
    lowering = [each for each in statements if each.moved is not None]
    others = [each for each in statements if each.moved is None]
    blocks = []
    if lowering:
        caption = "Limits, by how many customers have less, and baselines, by how many have more"
        blocks.append(Block("Limits and baselines", table=_statement_table(caption, lowering, moved=True)))
    if others:
        numbers = _statement_table("For how many customers each statement counts", others, moved=False)
        blocks.append(Block("Everything else", "", (), "", False, numbers, True))
    return Section("statements", "What counts for how many", "", tuple(blocks))


def _type_of(name: str, policy: Policy) -> Type | None:
    if name in policy.attributes:
        return policy.attributes[name].type
    return policy.fields[name].type if name in policy.fields else None


def _statement_table(caption: str, statements: Sequence[Statement], *, moved: bool) -> Table:
    head = ["statement", "said", "true of", "not known for", *(["moved"] if moved else []), "where"]
    rows: list[Row] = []
    for each in sorted(statements, key=lambda each: -(each.moved or 0)):
        look: Look = "worse" if each.kind == "limit" and each.moved else "better" if each.moved else ""
        change = [Cell(count_text(each.moved or 0), look)] if moved else []
        counts = count_text(each.customers), count_text(each.unknown)
        rows.append((statement_name(each), each.title, *counts, *change, f"{each.path}:{each.line}"))
    return table(caption, head, rows, words=(1, len(head) - 1))


def claims_section(claims: Sequence[Claim]) -> Section:
    rows: list[Row] = [
        (
            f"`{each.name}`",
            Cell(each.verdict, "missed" if each.verdict == "missed" else ""),
            ". ".join(part[0].upper() + part[1:] for part in (each.message, each.help) if part),
        )
        for each in sorted(claims, key=lambda each: ("missed", "not measured", "holds").index(each.verdict))
    ]
    numbers = table("Properties measured on these customers", ("promise", "verdict", "measured"), rows, words=(1, 2))
    return Section("promises", "Promises about all customers", "", (Block(table=numbers),))
