"""What holds in all tests: none is timed, so a slow machine fails none (speed is what benchmarks measure); coverage is
measured where it costs little."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.postgres import postgres, postgres_server  # noqa: F401  fixtures
from tests.servers.spark import spark  # noqa: F401

# Said in full: Hypothesis takes other defaults where it sees that it runs in continuous integration.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]

# Tests that draw thousands of inputs, grow policies to their limits, or run programs. Tracing makes them two to three
# times as slow and tells little: nearly every line that they run is run by tests of single things too, and lines that
# aren't count as not covered.
UNTRACED = (
    "tests/analysis/test_agreement.py",
    "tests/analysis/test_decisions_as_terms.py",
    "tests/analysis/test_planted_in_proofs.py",
    "tests/analysis/test_polarity.py",
    "tests/analysis/test_products.py",
    "tests/analysis/test_reach.py",
    "tests/bench",
    "tests/check_expressions/test_hostile.py",
    "tests/compile/columns/test_terms.py",
    "tests/compile/columns_numba",
    "tests/compile/test_bits.py",
    "tests/compile/test_threads.py",
    "tests/conformance",
    "tests/docs",
    "tests/format/test_law.py",
    "tests/format/test_wide.py",
    "tests/guards",
    "tests/hostile",
    "tests/report/test_drawn_pages.py",
    "tests/policies",
    "tests/properties",
    "tests/runtime/identity/test_laws.py",
    "tests/runtime/simulation/test_moving.py",
    "tests/runtime/simulation/test_simulating.py",
    "tests/runtime/test_apply.py::test_many_rows",
    "tests/runtime/test_dropped.py",
    "tests/runtime/test_evaluate_all_columns.py",
    "tests/runtime/test_evaluate_all_pandas.py",
    "tests/semantics/test_wide.py",
    "tests/servers",
    "tests/syntax/test_limits.py",
    "tests/syntax/test_robust.py",
    "tests/testing/test_planted_in_backends.py",
    "tests/testing/test_planted_in_policies.py",
    "tests/testing/test_trials_agree.py",
    "tests/testing/test_trials_hostile.py",
)

# Tests that share a server come first: the workers of a run take tests from the ends of one another's lists, so these
# stay with the first worker, and each server is started once.
SERVERS = frozenset({"postgres", "postgres_server", "spark"})


# Of an untraced test that is run for as many cases as this, the first case is traced all the same.
MANY = 4
TRACED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = [(item.path.relative_to(ROOT).as_posix(), item.nodeid.partition("::")[2]) for item in items]
    functions = [f"{path}::{name.partition('[')[0]}" for path, name in places]
    cases = Counter(functions)
    seen: set[str] = set()
    for item, function in zip(items, functions, strict=True):
        first = function not in seen and cases[function] >= MANY
        item.stash[TRACED] = first or not function.startswith(UNTRACED)
        seen.add(function)
    items.sort(key=lambda item: SERVERS.isdisjoint(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Puts the tracers of coverage aside. Its own pause resumes, in processes of xdist, a second measurement below."""
    if item.stash[TRACED]:
        return (yield)
    ours, others = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        return (yield)
    finally:
        sys.settrace(ours)
        threading.settrace(others)  # type: ignore[arg-type]
