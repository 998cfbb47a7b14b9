"""Other engines, each given the same rules in its own form. Which rules are true is theirs to find; what the true ones
give is joined by them where they can, else in Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from tests.bench.hand_written import Decide
from tests.bench.peers import cel_cpp, cel_rust, clips_rules, jsonlogic, rule_engine_rules, zen_forms
from tests.bench.rules import Rules


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine in one form. `most` is how many rules it is given at most, `why` what happens beyond that."""

    name: str
    package: str
    decide: Callable[[Rules], Decide]
    most: int = 1_000_000
    why: str = ""

    @property
    def version(self) -> str | None:
        """None where it is not installed."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


PEERS = (
    Peer("datalogic-py: JSONLogic, all rules", "datalogic-py", jsonlogic.all_rules),
    Peer("datalogic-py: JSONLogic, best value first", "datalogic-py", jsonlogic.best_first),
    Peer("zen-engine: decision table, collect", "zen-engine", zen_forms.table),
    Peer("zen-engine: expression, all rules", "zen-engine", zen_forms.all_rules),
    Peer("zen-engine: expression, best value first", "zen-engine", zen_forms.best_first),
    Peer("CEL in Rust: all rules", "common-expression-language", cel_rust.all_rules),
    Peer("CEL in Rust: best value first", "common-expression-language", cel_rust.best_first),
    Peer("CEL in C++: all rules", "cel-expr-python", cel_cpp.all_rules),
    Peer("CLIPS", "clipspy", clips_rules.agenda),
    Peer("rule-engine", "rule-engine", rule_engine_rules.each_rule),
)
