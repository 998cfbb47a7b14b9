"""Arithmetic that is written out gives what the plain evaluator gives, at every end of the types' ranges."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

import tierpolicy
from tierpolicy.runtime.deciding import Deciding, deciding
from tierpolicy.semantics.decide import decide

DAY = date(2026, 11, 21)
VOCABULARY = """
customer {
    i : integer
    j : integer
    n : number
    o : number
    m : money
    p : percent
    d : duration
    t : text
}
service {
    whole   : integer no direction default -1
    number  : number no direction default -1
    money   : money no direction default -1
    percent : percent no direction default 1%
    time    : duration no direction default 1 second
    told    : flag
}
"""
WHOLE = (0, 1, -7, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), None)
NUMBERS = (0.0, -0.0, 0.5, -2.5, 1e16, 1e300, -1.7976931348623157e308, 5e-324, None)
AMOUNTS = (0, 0.005, 1.15, -33.335, 90071992547409.9, -90071992547409.9, None)
TESTS = ('t starts with "ab"', 't ends with "c"', 't contains "b"', "not n > o", "i = n", "i + j > 5 or n * o < 1")
EXPRESSIONS = [
    *(f"whole = {each}" for each in ("i + j", "i - j", "i * j", "-i", "min(i, j)", "max(i, j, 3)", "abs(i)")),
    *(f"number = {each}" for each in ("n + o", "n - o", "n * o", "n / o", "-n", "i / j", "i * n", "min(n, i)")),
    *(f"money = {each}" for each in ("m + m", "m - 1", "m * n", "m * p", "m / n", "-m", "m * i", "min(m, 5)", "m / i")),
    *(f"percent = {each}" for each in ("p + p", "p * n", "p / n", "p * i")),
    *(f"time = {each}" for each in ("d + d", "d * n", "d / n", "-d", "d * i")),
    *(f"if {each} then told = yes" for each in TESTS),
]
RECORDS = [
    *({"i": i, "j": j} for i, j in product(WHOLE, WHOLE)),
    *({"n": n, "o": o, "i": 3} for n, o in product(NUMBERS, NUMBERS)),
    *({"m": m, "n": n, "p": 0.125, "i": 0} for m, n in product(AMOUNTS, NUMBERS)),
    *({"d": d, "n": n, "i": 2**40} for d, n in product((0, 1, -90, 2**53 - 1, 2**62), NUMBERS)),
    *({"p": p, "n": n, "i": -3} for p, n in product((0, 0.1, -0.00005, 1e9), NUMBERS)),
    *({"t": t} for t in ("abc", "", "c", "xabc", "é", None)),
]


@pytest.mark.parametrize("middle", ["flat", "bits"])
@pytest.mark.parametrize("given", EXPRESSIONS)
def test_what_is_calculated_is_what_the_plain_evaluator_gives(given: str, middle: str) -> None:
    policy = tierpolicy.loads(f"{VOCABULARY}\nrule one: {given}").versions[0]
    function = deciding(policy, middle).function
    for record in RECORDS:
        outcome = decide(policy, record, {}, DAY)
        found = function(record, None, DAY).outcome
        assert {name: repr(value) for name, value in found.values.items()} == {
            name: repr(value) for name, value in outcome.values.items()
        }, record
        assert (found.problems, found.undetermined) == (outcome.problems, outcome.undetermined), record


def test_a_record_of_plain_values_takes_the_short_road(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else all of this would compare the plain evaluator with itself."""
    policy = tierpolicy.loads(f"{VOCABULARY}\nrule one: whole = i + j, money = m * n").versions[0]
    function = deciding(policy, "flat").function
    monkeypatch.setattr(Deciding, "unusual", lambda *_: pytest.fail("an ordinary record was handed on"))
    taken = function({"i": 1, "j": 2.0, "m": 5, "n": 0.1, "t": "é"}, None, DAY)
    assert (taken["whole"], str(taken["money"])) == (3, "0.50")
