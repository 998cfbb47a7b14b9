"""Policies as tests of pytest: every `.tier` file that pytest comes by is collected.

pytest imports this module at each of its starts, whether there are policies or not, so it imports nothing of ours;
what it needs comes with the first policy.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import tierpolicy

MARKERS = {
    "tier": "what is tested of a policy",
    "tier_example": "an example in a policy",
    "tier_case": "a row of cases",
    "tier_property": "a property that a policy claims",
    "tier_check": "what is proved of a policy beside its properties",
    "tier_error": "an error found by reading a policy",
}


OPTIONS: dict[str, dict[str, Any]] = {
    "customers": {"metavar": "N", "help": "draw at least so many customers for each property (usually 100)"},
    "seed": {"metavar": "N", "help": "draw the customers from this seed (usually 0)"},
    "quick": {"action": "store_true", "help": "prove nothing, only decide and draw customers"},
    "on": {"metavar": "FILE", "help": "measure claims about populations on these customers"},
    "coverage": {"action": "store_true", "help": "show what examples and cases cover of the policies"},
    "fail-under": {"metavar": "PCT", "help": "fail where less than so much is covered"},
    "coverage-html": {"metavar": "FILE", "help": "write the policies' text, coloured by what was covered"},
    "coverage-xml": {"metavar": "FILE", "help": "write the coverage as Cobertura XML"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tierpolicy", "policies (.tier files)")
    for name, about in OPTIONS.items():
        group.addoption(f"--tier-{name}", **about)


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if any(config.getoption(f"--tier-{option}") for option in OPTIONS):
        from tierpolicy.surfaces.pytest_plugin.plainly import import_plainly

        import_plainly()
        from tierpolicy.surfaces.pytest_plugin.running import running_in

        running_in(config)  # says what is wrong with them before anything is collected


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".tier" or file_path.name.startswith("."):
        return None
    from tierpolicy.surfaces.pytest_plugin.plainly import import_plainly

    import_plainly()
    from tierpolicy.surfaces.pytest_plugin.collected import collected

    return collected(file_path, parent)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a worker of pytest-xdist has seen comes home."""
    data = getattr(node, "workeroutput", {}).get("tierpolicy")
    if data is not None:
        from tierpolicy.surfaces.pytest_plugin.running import running_in

        running_in(node.config).take(*data)


# ---------------------------------------------------------------- for tests in Python


@pytest.fixture(scope="session")
def _tier_policies() -> dict[object, tierpolicy.Policy]:
    """The policies that were loaded, by file and parameters."""
    return {}


@pytest.fixture
def tier_policy(
    request: pytest.FixtureRequest, _tier_policies: dict[object, tierpolicy.Policy]
) -> Callable[..., tierpolicy.Policy]:
    """`tier_policy("service.tier", limit=5)`: the policy in a file or folder, its parameters set, loaded once.

    The path leads from the folder of the test, or from a folder above it, up to pytest's root.
    """
    from tierpolicy.surfaces.pytest_plugin.loaded import loaded

    return lambda path, **parameters: loaded(path, parameters, request, _tier_policies)
