"""One record at a time: this package, hand-written code and other engines at one size of policy. Prints rows as JSON.

python -m tests.bench.one_record 1000 [--short]

Every competitor's answers are compared before it is timed: the hand-written function's with the plain evaluator's, all
others' with the hand-written function's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from time import perf_counter
from typing import Any

from tests.bench.hand_written import Decide, Style, hand_written
from tests.bench.ours import backend, fresh, loaded, plain
from tests.bench.peers import PEERS
from tests.bench.rules import Record, Rules, random_rules
from tests.bench.timing import Run, Timed, clocked, interleaved
from tierpolicy.runtime.engine import Policy

REFERENCE = "hand-written `if`s, fields in variables"
ON_DICT = "hand-written `if`s on a dict"
OPEN = "tierpolicy: evaluate, a fifth of the values missing"
OPEN_REFERENCE = "hand-written `if`s that ask for missing values"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds, seconds of a competitor's turn, records of a turn at most, seconds of checking."""

    rounds: int = 7
    turn: float = 0.03
    most: int = 4_000
    checking: float = 1.5


THOROUGH = Effort()
SHORT = Effort(rounds=1, turn=0.001, most=20, checking=0.05)


@dataclass(frozen=True, slots=True)
class Competitor:
    """`use` is what is timed for a record; `decide` says the decision as a dict, for the comparison."""

    use: Callable[[Record], object]
    decide: Decide
    said: str = ""


def measured(rules: Rules, effort: Effort, *, peers: bool = True) -> list[dict[str, Any]]:
    """A row for each competitor: name, seconds, ratio, said, or only what is said where it took no part."""
    policy = loaded(rules)
    checked(hand_written(rules), plain(policy), rules, effort.checking)
    whole, left_out = hand(rules) | ours(policy), []
    if peers:
        found, left_out = others(rules)
        whole |= found
    groups = [(whole, 0.0, REFERENCE)]
    if not rules.first_match:
        groups.append((gappy(rules, policy), 0.2, OPEN_REFERENCE))
    rows = []
    for competitors, missing, reference in groups:
        right = competitors[reference].decide
        for competitor in competitors.values():
            checked(competitor.decide, right, rules, effort.checking / 5, missing)
        rows += [row(name, each) for name, each in contest(rules, competitors, reference, missing, effort).items()]
    return rows + left_out


def row(name: str, timed: Timed) -> dict[str, Any]:
    return {"name": name} | timed.as_data()


def hand(rules: Rules) -> dict[str, Competitor]:
    styles = {ON_DICT: Style(in_variables=False), REFERENCE: Style()}
    if not rules.first_match:
        styles["hand-written, best value first"] = Style(best_first=True)
    found = {name: hand_written(rules, style) for name, style in styles.items()}
    return {name: Competitor(decide, decide) for name, decide in found.items()}


def ours(policy: Policy) -> dict[str, Competitor]:
    evaluate = policy.evaluate

    def with_problems(record: Record) -> object:
        decision = evaluate(record)
        return decision.problems, decision.undetermined

    def all_values(record: Record) -> Record:
        return dict(evaluate(record))

    trusted = policy.evaluator(trusted=True)
    return {
        "tierpolicy: evaluate": Competitor(evaluate, all_values, backend(policy)),
        "tierpolicy: evaluate, all values read": Competitor(all_values, all_values),
        "tierpolicy: evaluate, problems and undetermined read": Competitor(with_problems, all_values),
        "tierpolicy: trusted": Competitor(trusted, lambda record: dict(trusted(record))),
    }


def gappy(rules: Rules, policy: Policy) -> dict[str, Competitor]:
    """Those who are ready for records with missing values."""
    asking = hand_written(rules, Style(missing=True))
    mine = ours(policy)
    evaluate, read = mine["tierpolicy: evaluate"], mine["tierpolicy: evaluate, problems and undetermined read"]
    return {
        OPEN_REFERENCE: Competitor(asking, asking),
        OPEN: evaluate,
        OPEN + ", problems and undetermined read": replace(read, said=""),
    }


def others(rules: Rules) -> tuple[dict[str, Competitor], list[dict[str, Any]]]:
    """Other engines, and why some take no part."""
    found, left_out = {}, []
    for peer in PEERS:
        if peer.version is None:
            left_out.append({"name": peer.name, "said": "not installed"})
        elif len(rules.rules) > peer.most:
            left_out.append({"name": peer.name, "said": peer.why})
        else:
            decide = peer.decide(rules)
            found[peer.name] = Competitor(decide, decide)
    return found, left_out


def checked(decide: Decide, right: Decide, rules: Rules, seconds: float, missing: float = 0.0) -> None:
    """Compares decisions on sample records, one at least, for about as long as said."""
    until = perf_counter() + seconds
    for record in takewhile(lambda _: perf_counter() < until, fresh(rules.records(300, seed=11, missing=missing))):
        found, wanted = decide(dict(record)), right(dict(record))
        assert found == wanted, f"{found} instead of {wanted} for {record}"


def contest(
    rules: Rules, competitors: Mapping[str, Competitor], reference: str, missing: float, effort: Effort
) -> dict[str, Timed]:
    texts = rules.records(effort.most * effort.rounds, missing=missing)
    runs = {name: run_of(each.use, texts, effort) for name, each in competitors.items()}
    found = interleaved(runs, reference, effort.rounds)
    return {name: replace(timed, said=competitors[name].said) for name, timed in found.items()}


def run_of(use: Callable[[Record], object], texts: list[str], effort: Effort) -> Run:
    """Each call decides for records that weren't there before, as many as fit into a turn."""
    few = fresh(texts[-3:])
    count = max(3, min(effort.most, int(effort.turn / (clocked(lambda: [use(each) for each in few]) / 3))))
    turns = iter(range(effort.rounds))

    def run() -> float:
        first = next(turns) * effort.most
        records = fresh(texts[first : first + count])
        begun = perf_counter()
        for record in records:
            use(record)
        return (perf_counter() - begun) / count

    return run


if __name__ == "__main__":
    print(json.dumps(measured(random_rules(int(sys.argv[1])), SHORT if "--short" in sys.argv else THOROUGH)))
