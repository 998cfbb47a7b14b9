"""What the text alone proves about more and less, compared with every pair of boundary values of small policies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.analysis.brute import TooLarge, brute
from tests.check.reading import policy as policy_of
from tests.strategies.small import small_policies
from tierpolicy.analysis.goal import All, Goal, More, NotAsGood, Side
from tierpolicy.analysis.polarity import Move, Polarity
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Flag, SetOf, is_ordered
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.index import index_of

FEW = 1_500
"""Records that are tried for one field and attribute."""


def moves(policy: Policy, rising: str) -> dict[str, Move]:
    polarity = Polarity(policy, index_of(policy), rising)
    directed = [a.name for a in policy.attributes.values() if a.direction is not Direction.NONE]
    return {name: polarity.decision(name) for name in directed}


def falls(policy: Policy, field: str, attribute: str, *, rising: bool) -> bool:
    """Whether more (less, if not rising) of the field lowers the attribute for somebody."""
    more = More(field, "two", "one") if rising else More(field, "one", "two")
    sides = Side("one", policy, 0), Side("two", policy, 1)
    return brute(Goal(sides, All((more, NotAsGood(attribute, "two", "one"))), frozenset({field})), FEW) is not None


def wrong_moves(policy: Policy) -> list[str]:
    found = []
    for field in policy.fields.values():
        if not (is_ordered(field.type) or isinstance(field.type, Flag | SetOf)):
            continue
        for attribute, move in moves(policy, field.name).items():
            for rising, kept in ((True, Move.UP), (False, Move.DOWN)):
                try:
                    if move in (Move.CONSTANT, kept) and falls(policy, field.name, attribute, rising=rising):
                        found.append(f"{attribute} is said to move {move.value} with {field.name}")
                except TooLarge:
                    continue
    return found


@settings(max_examples=25, deadline=None)
@given(small_policies())
def test_what_moves_up_never_falls(text: str) -> None:
    assert wrong_moves(policy_of(text)) == []


def test_a_wrong_move_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Polarity, "decision", lambda self, name: Move.UP)
    assert wrong_moves(policy_of(DECLARED + "if orders = 2 then priority = high\n"))


DECLARED = """
customer {
    orders : integer at least 0 at most 9
    spend  : money at least 0
    stage  : cold < warm < hot
    vip    : flag
    tags   : set of press, family
}
service {
    priority : low < high
    wait     : duration less is better or none
    discount : percent more is better at least 0% at most 50%
    level    : low < mid < high internal
}
"""


MIDDLE = "rule a: if orders > 3 then level = mid\n"
SOON = "rule a: if orders > 3 then wait = 5 minutes\n"
ROWS = """
table t first match:
    | if orders | then priority |
    | > 3       | high          |
    | any       | low           |
"""


@pytest.mark.parametrize(
    ("field", "statement", "attribute", "move"),
    [
        ("orders", "if orders >= 3 then priority = high", "priority", Move.UP),
        ("orders", "if orders < 3 then priority = high", "priority", Move.DOWN),
        ("orders", "if not orders < 3 then priority = high", "priority", Move.UP),
        ("orders", "if orders >= 3 and spend > 5 then priority = high", "priority", Move.UP),
        ("orders", "if orders >= 3 and not (orders > 5) then priority = high", "priority", Move.ANY),
        ("orders", "if orders = 3 then priority = high", "priority", Move.ANY),
        ("orders", "if spend > 3 then priority = high", "priority", Move.CONSTANT),
        ("orders", "if orders is known then priority = high", "priority", Move.CONSTANT),
        ("orders", "if (orders > 3) is missing then priority = high", "priority", Move.ANY),
        ("orders", "if orders + 1 > 3 then priority = high", "priority", Move.ANY),
        ("orders", "if min(orders, 5) > 3 then priority = high", "priority", Move.UP),
        ("orders", "define many = orders > 3\nif many then priority = high", "priority", Move.UP),
        ("orders", "limit l: if orders > 3 then priority at most low", "priority", Move.DOWN),
        ("orders", "limit l: if orders < 3 then wait at least 5 minutes", "wait", Move.UP),
        ("orders", "baseline b: if orders > 3 then priority at least high", "priority", Move.UP),
        ("stage", "if stage = hot then priority = high", "priority", Move.UP),
        ("stage", "if stage != hot then priority = high", "priority", Move.DOWN),
        ("stage", "if stage in (warm, hot) then priority = high", "priority", Move.UP),
        ("stage", "if stage in (cold, hot) then priority = high", "priority", Move.ANY),
        ("stage", "if stage = warm then priority = high", "priority", Move.ANY),
        ("vip", "if vip then priority = high", "priority", Move.UP),
        ("vip", "if vip = no then priority = high", "priority", Move.DOWN),
        ("tags", "if tags has press then priority = high", "priority", Move.UP),
        ("tags", "if tags = {press} then priority = high", "priority", Move.ANY),
        ("orders", MIDDLE + "if level >= mid then priority = high", "priority", Move.UP),
        ("orders", MIDDLE + "if level = mid then priority = high", "priority", Move.ANY),
        ("orders", SOON + "if wait <= 1 hour then priority = high", "priority", Move.UP),
        ("orders", SOON + "if wait = none then priority = high", "priority", Move.ANY),
        ("orders", ROWS, "priority", Move.ANY),
        ("spend", ROWS, "priority", Move.CONSTANT),
    ],
)
def test_how_a_decision_moves(field: str, statement: str, attribute: str, move: Move) -> None:
    assert moves(policy_of(DECLARED + statement + "\n"), field)[attribute] is move
