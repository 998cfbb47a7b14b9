"""What tests skip without is there when continuous integration runs them, so that nothing is passed over unseen."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


def missing(packages: list[str]) -> list[str]:
    return [package for package in packages if find_spec(package) is None]


@pytest.mark.parametrize("package", ["duckdb", "numba", "numpy", "pandas", "polars", "pyarrow"])
def test_a_package_that_tests_would_skip_without_is_there(package: str) -> None:
    assert missing([package]) == []


def test_a_missing_package_is_seen() -> None:
    assert missing(["numba", "no_such_package"]) == ["no_such_package"]
