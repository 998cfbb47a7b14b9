"""The same rules in SQL for DuckDB, in the fastest of the forms that were tried: every rule's condition once, in a
subquery, then a CASE for each attribute that asks for the best level first; labels as codes, constants in the type of
their column. Tried and slower: `greatest` of a CASE for each rule, conditions repeated in each CASE, ENUM columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.columns import Columns, code_frame
from tests.bench.numpy_form import cores
from tests.bench.rules import Attribute, Comparison, Rule, Rules

TYPES = {"integer": "INTEGER", "money": "DOUBLE", "number": "DOUBLE"}


def best(rules: Rules, columns: Columns) -> Callable[[], dict[str, Any]]:
    import duckdb

    connection = duckdb.connect(config={"threads": cores()})
    connection.register("given", code_frame(columns).to_arrow())
    connection.execute("CREATE TABLE customers AS SELECT * FROM given")
    query = sql(rules)

    def run() -> dict[str, Any]:
        found: dict[str, Any] = connection.execute(query).fetchnumpy()
        return found

    return run


def sql(rules: Rules) -> str:
    conditions = ", ".join(f"{condition(rule)} AS rule_{at}" for at, rule in enumerate(rules.rules))
    places = {id(rule): f"rule_{at}" for at, rule in enumerate(rules.rules)}
    cases = ", ".join(f"{case(rules, each, places)} AS {each.name}" for each in rules.attributes)
    return f"SELECT {cases} FROM (SELECT {conditions} FROM customers)"


def case(rules: Rules, attribute: Attribute, places: dict[int, str]) -> str:
    arms = "".join(
        f"WHEN {' OR '.join(places[id(rule)] for rule in giving)} THEN {level}::UTINYINT "
        for level, giving in rules.best_first(attribute)
    )
    return f"CASE {arms}ELSE 0::UTINYINT END" if arms else "0::UTINYINT"


def condition(rule: Rule) -> str:
    return f"({' OR '.join(' AND '.join(compared(each) for each in all_of) for all_of in rule.any_of)})"


def compared(each: Comparison) -> str:
    name = each.field.name
    match each.asks:
        case "at least":
            return f"{name} >= {each.amount}::{TYPES[each.field.kind]}"
        case "below":
            return f"{name} < {each.amount}::{TYPES[each.field.kind]}"
        case "yes":
            return name
        case _:
            codes = [f"{each.field.labels.index(label)}::{code_type(each)}" for label in each.labels]
            asked = [f"{name} >= {codes[0]}"] if each.is_upper_end else [f"{name} = {code}" for code in codes]
            return f"({' OR '.join(asked)})"


def code_type(each: Comparison) -> str:
    return "UTINYINT" if len(each.field.labels) < 256 else "USMALLINT"
