"""What the tests of next steps share: a target from text, a reading, and every value at which anything can turn."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import strategies as st

from tests.strategies.policies import elaborated
from tierpolicy.check.expressions import condition
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.read import Reading, read
from tierpolicy.source import Source
from tierpolicy.syntax.parse import parse_expression

TODAY = date(2026, 11, 21)


def target_of(policy: Policy, text: str) -> Expr:
    written, mistakes = parse_expression(Source("target", text))
    assert written is not None, mistakes
    findings = Findings()
    scope = Scope(policy.fields, policy.attributes, policy.parameters, policy.defines, findings)
    found = condition(written, scope)
    assert found is not None, [each.message for each in findings.diagnostics]
    return found


def reading_of(policy: Policy, **values: object) -> Reading:
    return read(policy, values, {})


# ---------------------------------------------------------------- small policies, every value of which can be tried

FIELDS = """customer {
    a : integer at least 0 at most 12 earnable
    b : integer at least 0 at most 12 earnable
    s : cold < warm < hot earnable
    f : flag earnable
    t : set of red, green, blue earnable
    k : integer at least 0 at most 12
    x : text
}
service {
    level : low < mid < high < top
    wait : integer less is better at least 0 at most 30
    points : integer adds up at most 40
    perks : set of p, q
    word : text default "none"
    bonus : integer more is better or none
}
baseline floor: wait at most 30
"""
ATOMS = [
    "a >= 5", "a < 8", "a = 7", "a between 3 and 6", "a in (2, 9)", "a + b >= 11", "a * b >= 30", "a - b > 2", "a > b",
    "abs(a - 6) <= 1", "min(a, b) >= 4", "max(a, k) >= 9", "a * 3 - b * 2 >= 7", "round(a, 5) = 10", "a > k", "b >= k",
    "b > 3", "b <= 9", "b = 10", "s >= warm", "s = warm", "s is known", "f", "not f", "t has red", "t has blue",
    "t = {red, green}", "first_known(a, 3) >= 6", "a is missing", "b is known", "k >= 4", 'x = "y"', "a / b > 2", "big",
    "a * a - 9 * a + 18 <= 0",
]  # fmt: skip
OF_ATTRIBUTES = ["level >= mid", "level = high", "wait <= 12", "points > 9", "perks has p", 'word = "w"', "bonus >= 5"]
GIVEN = {
    "level": ["mid", "high", "top"],
    "wait": ["20", "12", "8", "30 - a", "25 - b * 2"],
    "points": ["3", "6", "a", "b * 2", "a - b"],
    "perks": ["{p}", "{q}", "{p, q}"],
    "word": ['"w"', '"v"'],
    "bonus": ["1", "5", "a", "none"],
}
ORDER = list(GIVEN)
TARGETS = [*OF_ATTRIBUTES, "level = top", "wait < 9 and level >= mid", "points >= 12", "perks = {p, q}", "bonus = none"]
TARGETS += ["level >= high or points >= 8", "points between 5 and 7", 'word = "v" and a >= 4', "not level = mid"]


def small_policies() -> st.SearchStrategy[str]:
    return st.randoms(use_true_random=False).map(small_policy)


def small_policy(chance: random.Random) -> str:
    def test(at: int) -> str:
        readable = [each for each in OF_ATTRIBUTES if each.split()[0] in ORDER[:at]]
        return chance.choice(readable) if readable and chance.random() < 0.25 else chance.choice(ATOMS)

    def condition_for(at: int) -> str:
        parts = [test(at) for _ in range(chance.randint(1, 3))]
        joined = chance.choice([" and ", " and ", " or "]).join(parts)
        return f"not ({joined})" if chance.random() < 0.15 else joined

    lines = [f"define big = {chance.choice([atom for atom in ATOMS if atom != 'big'])}"]
    for number in range(chance.randint(3, 9)):
        at = chance.randrange(len(ORDER))
        name = ORDER[at]
        value = chance.choice(GIVEN[name])
        kind = chance.random()
        if kind < 0.75 or name == "word":
            lines.append(f"rule r{number}: if {condition_for(at)} then {name} = {value}")
        elif name == "perks":
            lines.append(f"limit l{number}: if {condition_for(at)} then perks without {{p}}")
        elif name == "wait":
            lines.append(f"limit l{number}: if {condition_for(at)} then wait at least {value}")
        elif name == "level" or value.isdigit():
            lines.append(f"limit l{number}: if {condition_for(at)} then {name} at most {value}")
    if chance.random() < 0.4:
        name = chance.choice(["level", "points"])
        at = ORDER.index(name)
        cells = (["any", ">= 4", "2 to 6", "missing"], ["any", "hot", ">= warm"])
        values = GIVEN[name] if name == "level" else ["2", "7", "-"]
        rows = [[chance.choice(each) for each in (*cells, values)] for _ in range(3)]
        lines += [f"table grid {chance.choice(['', 'first match'])}:", f"    | if a | if s | then {name} |"]
        lines += ["    | " + " | ".join(row) + " |" for row in rows]
    if chance.random() < 0.25:
        lines.append(f"assume {chance.choice([atom for atom in ATOMS if atom != 'big'])}")
    return FIELDS + "\n".join(lines) + "\n"


def records() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "a": st.integers(0, 12),
            "b": st.integers(0, 12),
            "s": st.sampled_from(["cold", "warm", "hot"]),
            "f": st.booleans(),
            "t": st.lists(st.sampled_from(["red", "green", "blue"]), max_size=2),
            "k": st.integers(0, 12),
            "x": st.sampled_from(["y", "z"]),
        },
    )


def small(text: str) -> Policy:
    return elaborated(text)
