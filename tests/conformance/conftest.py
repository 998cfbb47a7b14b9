"""What holds here: the functions of a plugin may be called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.sources import plugin_installed


@pytest.fixture(autouse=True)
def plugin() -> Iterator[None]:
    with plugin_installed():
        yield
