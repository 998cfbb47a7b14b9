"""Policies that are hard to draw for: long tables, wide conditions, many levels. Each statement is met all the same."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

import tierpolicy
from tests.testing.test_pools import met
from tierpolicy.model.policy import Policy
from tierpolicy.testing import settling, ways
from tierpolicy.testing.ladders import ground_of
from tierpolicy.testing.sampling import sampled
from tierpolicy.testing.ways import MOST_ROWS_TRIED, ways_to

CODES = MOST_ROWS_TRIED + 100


def policy_of(text: str) -> Policy:
    return tierpolicy.loads(text).versions[0]


def long_table(columns: str, rows: Iterable[str]) -> Policy:
    written = "\n".join(rows)
    return policy_of(f"""
customer {{
    code   : integer at least 0
    region : one of north, south, west
}}
service {{
    rate : integer more is better at least 0
}}
table rates "By code" first match:
    | {columns} | then rate |
{written}
""")


ALONE = long_table("if code", (*(f"    | {n} | {n % 9} |" for n in range(CODES)), "    | otherwise | 5 |"))
TWO = long_table(
    "if code | if region",
    (
        *(f"    | >= {n} | {('north', 'south')[n % 2]} | {n % 9} |" for n in reversed(range(CODES))),
        "    | otherwise | | 5 |",
    ),
)


@pytest.mark.parametrize("policy", [ALONE, TWO], ids=["one column", "two columns"])
@pytest.mark.parametrize("row", [1, 2, 63, 64, 65, 130, CODES - 1, CODES, CODES + 1])
def test_rows_of_long_tables_are_met_without_being_tried(
    policy: Policy, row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "_asked", lambda policy, statement: ())
    name = f"rates row {row}"
    customers = sampled(policy, 20, at=[name])
    assert ways_to(policy, name)
    assert sum(name in met(policy, [case]) for case in customers) > 5


def test_a_row_that_never_comes_first_has_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_asked", lambda policy, statement: ())
    again = (*(f"    | {n} | {n % 9} |" for n in range(CODES)), "    | 7 | 8 |")
    policy = long_table("if code", again)
    assert ways_to(policy, f"rates row {CODES + 1}") == ()
    assert ways_to(policy, "rates row 8")


def test_conditions_of_hundreds_of_parts() -> None:
    either = " or ".join(f"a = {3 * n}" for n in range(400))
    texts = ", ".join(f'"t{n}"' for n in range(400))
    policy = policy_of(f"""
customer {{
    a : integer at least 0
    b : text
}}
service {{
    g : flag
    h : flag
}}
rule some: if {either} then g = yes
rule none: if not ({either}) and b not in ({texts}) then h = yes
rule text: if b in ({texts}) then h = yes
""")
    assert met(policy, sampled(policy, 60)) == {"some", "none", "text"}


def test_many_levels_each_with_what_it_gives() -> None:
    levels = range(1, 30)
    policy = policy_of(
        "customer {\n    x : integer at least 0\n}\nservice {\n    p : integer adds up\n}\n"
        + "tiers t0 < "
        + " < ".join(f"t{n}" for n in levels)
        + "\n"
        + "\n".join(f"tier t{n} if x >= {n * 10} keep while x >= {n * 10 - 5}" for n in levels)
        + "\n"
        + "\n".join(f"rule r{n}: if tier = t{n} then p = {n}" for n in levels)
    )
    assert {f"r{n}" for n in levels} <= met(policy, sampled(policy, 300))


def test_where_sides_turn_is_remembered_by_what_the_others_hold() -> None:
    policy = policy_of(
        "customer {\n    a : integer at least 0\n    b : integer at least 0\n}\nservice {\n    g : flag\n}\n"
        "rule r: if a - 1_000 > b then g = yes\n"
    )
    ground, condition = ground_of(policy), policy.rules[0].condition
    for b in (5, 70, 5):
        assert b + 1_001 in list(settling.turning(condition, "a", {"a": 0, "b": b}, ground))
