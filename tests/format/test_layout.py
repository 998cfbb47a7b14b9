"""What the canonical form looks like: before and after, by example."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierpolicy.source import Source, source_from_text
from tierpolicy.syntax.format import format_module

REPOSITORY = Path(__file__).parents[2]


def formatted(text: str) -> str:
    return format_module(source_from_text("policy.tier", text))


CASES = {
    "the line of the first minute": (
        "IF lifetime_value>100000 THEN priority=top AND agent_pool=senior",
        "if lifetime_value > 100000 then priority = top, agent_pool = senior\n",
    ),
    "parentheses go where precedence says the same": (
        "define x = ((a) or (b and (c))) and (not (d = 1))",
        "define x = (a or b and c) and not d = 1\n",
    ),
    "an `and` in an `and` stays a part of its own": (
        "define x = (a and b) and c",
        "define x = (a and b) and c\n",
    ),
    "subtraction leans to the left": (
        "define x = a - (b - c) - (d * e) / (f / g)",
        "define x = a - (b - c) - d * e / (f / g)\n",
    ),
    "units are spelled out, one is singular": (
        "rule r: a = 10 min, b = 1 h, c = 2.50 percent, d = 1 weeks",
        "rule r: a = 10 minutes, b = 1 hour, c = 2.50%, d = 1 week\n",
    ),
    "a name in backticks needs them only if it is a keyword": (
        "define `x` = `if` or `y`",
        "define x = `if` or y\n",
    ),
    "a quoted label stays quoted": (
        'tiers "gold" < platinum < "not yet"',
        'tiers "gold" < platinum < "not yet"\n',
    ),
    "texts are escaped in one way": (
        'define x = "\\u{41}\\u{202e} \\"q\\" \\n"',
        'define x = "A\\u{202e} \\"q\\" \\n"\n',
    ),
    "a title puts the body on a line of its own": (
        'rule r "Why": if a then b = c',
        'rule r "Why":\n    if a then b = c\n',
    ),
    "reasons stand below": (
        'if a then b = c source "s" because "w"',
        'if a then b = c\n    because "w"\n    source "s"\n',
    ),
    "a head says one thing a line": (
        'policy "p" version "1" effective from 2026-01-01 until 2026-12-31 currency USD',
        'policy "p"\n    version "1"\n    effective from 2026-01-01 until 2026-12-31\n    currency USD\n',
    ),
    "empty lines: none or one, as the author grouped": (
        "\n\n\nassume a\nassume b\n\n\n\nassume c\n\n\n",
        "assume a\nassume b\n\nassume c\n",
    ),
    "names and descriptions stand one below the other": (
        'customer{\n a:text key "one"\n\n long_name : money at least 0\n b : flag "two" }',
        "customer {\n"
        '    a         : text key "one"\n\n'
        "    long_name : money at least 0\n"
        '    b         : flag     "two"\n'
        "}\n",
    ),
    "descriptions follow at once where not all have room to be aligned": (
        f'service {{\n a : flag "{"x" * 84}"\n b : money at least 0 "two" }}',
        f'service {{\n    a : flag "{"x" * 84}"\n    b : money at least 0 "two"\n}}\n',
    ),
    "cells stand one below the other": (
        'table t:\n|if a|then b|because|\n||-|"it is so"|\n| not x,  y|1+2| |\n|otherwise|3|x|',
        "table t:\n"
        "    | if a      | then b | because  |\n"
        "    | any       | -      | it is so |\n"
        "    | not x, y  | 1 + 2  |          |\n"
        "    | otherwise | 3      | x        |\n",
    ),
    "a table from a file keeps it": (
        'table t "T" complete first match from "rates.csv"',
        'table t "T" first match complete from "rates.csv"\n',
    ),
    "a long condition goes on at `and` and `or`": (
        f"if {'a' * 40} = 1 and ({'b' * 40} = 2 or c = 3) and d = 4 then e = 5",
        f"if {'a' * 40} = 1\n        and ({'b' * 40} = 2 or c = 3)\n        and d = 4\n    then e = 5\n",
    ),
    "long lists fill their lines": (
        f"define x = a in ({', '.join('l' * 20 for _ in range(6))})",
        f"define x = a in ({'l' * 20}, {'l' * 20}, {'l' * 20},\n        {'l' * 20}, {'l' * 20}, {'l' * 20})\n",
    ),
    "comments stay where they stood": (
        "# first\n\n# second\nrule r: # head\n    if a # one\n    # before b\n    and b\n    then c = 1, # c\n"
        "         d = 2\n    # tail of r\n# last",
        "# first\n\n# second\nrule r:  # head\n    if a  # one\n        # before b\n        and b\n"
        "    then c = 1,  # c\n        d = 2\n    # tail of r\n# last\n",
    ),
    "only a comment": ("   # so\n\n\n# then", "# so\n\n# then\n"),
    "nothing": ("\n  \n", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_before_and_after(case: str) -> None:
    before, after = CASES[case]
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize(
    "broken", ["rule r if\n\n\n\nassume  a", "assume “a”", "if a then then", "customer {", "\0", "é = 1"]
)
def test_a_text_with_mistakes_stays_as_it_is(broken: str) -> None:
    assert format_module(Source("policy.tier", broken)) == broken


def test_line_ends_and_byte_order_mark_are_settled() -> None:
    assert formatted("\ufeffassume  a\r\nassume b\r") == "assume a\nassume b\n"


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("policies/**/*.tier")), ids=lambda path: path.parent.name)
def test_every_policy_of_the_repository_settles_at_once(path: Path) -> None:
    once = formatted(path.read_text(encoding="utf-8"))
    assert formatted(once) == once
    assert max(map(len, once.splitlines())) < 200
