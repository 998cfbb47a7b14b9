"""The same rules as Polars expressions."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tests.bench.columns import Columns, code_frame, enum_frame, text_frame
from tests.bench.rules import Attribute, Comparison, Rule, Rules


def best(rules: Rules, columns: Columns) -> Callable[[], pl.DataFrame]:
    """The fastest of the forms that were tried: labels as codes, every rule's condition once, for each level whether
    one of its rules is true, the highest such level. Tried and slower: Enum columns, a `when` for each rule, `cast` and
    multiplication instead of `when`, chains of `when`, the streaming engine."""
    return decided(rules, code_frame(columns))


def best_as_values(rules: Rules, columns: Columns) -> Callable[[], pl.DataFrame]:
    """The same, with the decided levels as the values that they stand for: labels as Enum, durations."""
    levels = level_query(rules, code_frame(columns))
    return levels.select([valued(each).alias(each.name) for each in rules.attributes]).collect


def valued(attribute: Attribute) -> pl.Expr:
    levels = pl.col(attribute.name)
    if attribute.is_duration:
        return pl.lit(pl.Series(attribute.values)).gather(levels)
    return levels.cat.to(pl.Enum(attribute.values))


def decided(rules: Rules, codes: pl.DataFrame) -> Callable[[], pl.DataFrame]:
    """The query of `best` for a frame of codes, in which values may be missing."""
    return level_query(rules, codes).collect


def level_query(rules: Rules, codes: pl.DataFrame) -> pl.LazyFrame:
    frame = codes.lazy()
    conditions = [condition(rule, compared_code).alias(str(at)) for at, rule in enumerate(rules.rules)]
    places = {id(rule): str(at) for at, rule in enumerate(rules.rules)}
    if rules.first_match:
        return frame.select(conditions).select(first_true(len(rules.rules))).select(levels_given(rules))
    levels = [highest(rules, each, places).alias(each.name) for each in rules.attributes]
    return frame.select(conditions).select(levels)


def highest(rules: Rules, attribute: Attribute, places: dict[int, str]) -> pl.Expr:
    arms = []
    for level, giving in rules.best_first(attribute):
        true = pl.any_horizontal([pl.col(places[id(rule)]) for rule in giving])
        arms.append(pl.when(true).then(pl.lit(level, pl.UInt8)).otherwise(pl.lit(0, pl.UInt8)))
    return pl.max_horizontal(arms) if arms else pl.lit(0, pl.UInt8)


def first_true(count: int) -> pl.Expr:
    """The place of the first true rule, `count` where none is."""
    none = pl.lit(count, pl.UInt16)
    places = [pl.when(pl.col(str(at))).then(pl.lit(at, pl.UInt16)).otherwise(none) for at in range(count)]
    return pl.min_horizontal(places).alias("first")


def levels_given(rules: Rules) -> list[pl.Expr]:
    """What the rule at a place gives, from a list of all that rules give."""
    given = {each.name: [*(rule.gives.get(each.name, 0) for rule in rules.rules), 0] for each in rules.attributes}
    lists = {name: pl.Series(name, levels, dtype=pl.UInt8) for name, levels in given.items()}
    return [pl.lit(levels).gather(pl.col("first")).alias(name) for name, levels in lists.items()]


def enums(rules: Rules, columns: Columns) -> Callable[[], pl.DataFrame]:
    """Labels as Enum, and for each attribute the highest of a `when` and `then` for each rule."""

    def level(attribute: Attribute) -> pl.Expr:
        giving = [rule for rule in rules.rules if attribute.name in rule.gives]
        arms = [pl.when(condition(rule, compared_text)).then(lit(rule.gives[attribute.name])) for rule in giving]
        return pl.max_horizontal([arm.otherwise(lit(0)) for arm in arms] or [lit(0)])

    def lit(value: int) -> pl.Expr:
        return pl.lit(value, pl.UInt8)

    query = enum_frame(rules, columns).lazy().select([level(each).alias(each.name) for each in rules.attributes])
    return query.collect


def plain(rules: Rules, columns: Columns) -> Callable[[], pl.DataFrame]:
    """As it is usually written: labels are text, one chain of `when` and `then` for each attribute, best value
    first."""
    frame = text_frame(rules, columns).lazy()
    query = frame.select([chain(rules, each).alias(each.name) for each in rules.attributes])
    return query.collect


def chain(rules: Rules, attribute: Attribute) -> pl.Expr:
    found: pl.Expr | None = None
    for level, giving in rules.best_first(attribute):
        asked = pl.any_horizontal([condition(rule, compared_text) for rule in giving])
        then = pl.when(asked) if found is None else found.when(asked)  # type: ignore[attr-defined]
        found = then.then(pl.lit(attribute.text_of(level)))
    worst = pl.lit(attribute.text_of(0))
    return worst if found is None else found.otherwise(worst)  # type: ignore[attr-defined]


def condition(rule: Rule, compared: Callable[[Comparison], pl.Expr]) -> pl.Expr:
    return any_of([all_of([compared(each) for each in both]) for both in rule.any_of])


def all_of(conditions: list[pl.Expr]) -> pl.Expr:
    found = conditions[0]
    for each in conditions[1:]:
        found = found & each
    return found


def any_of(conditions: list[pl.Expr]) -> pl.Expr:
    found = conditions[0]
    for each in conditions[1:]:
        found = found | each
    return found


def compared_code(each: Comparison) -> pl.Expr:
    column = pl.col(each.field.name)
    if each.asks != "among":
        return compared_amount(each)
    codes = [each.field.labels.index(label) for label in each.labels]
    return column >= codes[0] if each.is_upper_end else any_of([column == code for code in codes])


def compared_text(each: Comparison) -> pl.Expr:
    if each.asks != "among":
        return compared_amount(each)
    return any_of([pl.col(each.field.name) == label for label in each.labels])


def compared_amount(each: Comparison) -> pl.Expr:
    column = pl.col(each.field.name)
    match each.asks:
        case "at least":
            return column >= each.amount
        case "below":
            return column < each.amount
        case _:
            return column


def coded(rules: Rules, columns: Columns) -> Callable[[], pl.DataFrame]:
    """Turning text columns into codes, and nothing else."""
    kinds = {each.name: pl.Enum(each.labels) for each in rules.fields if each.kind == "label"}
    query = text_frame(rules, columns).lazy().select([pl.col(name).cast(kind) for name, kind in kinds.items()])
    return query.collect
