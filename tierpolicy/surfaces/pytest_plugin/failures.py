"""From a result to what pytest shows of a failure: the findings in the author's words, at their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tierpolicy.diagnostics.render import render
from tierpolicy.testing.suite import Result, Suite


class Failure(Exception):
    """An item failed; its text is all that is to be said."""

    def __init__(self, suite: Suite, result: Result) -> None:
        super().__init__(render(result.findings, suite.sources, total=False))
        self.result = result


def first_line(failure: Failure) -> str:
    """What a summary says of it."""
    first, *others = failure.result.findings
    more = f" (and {len(others)} more)" if others else ""
    return f"{first.code.code}: {first.message}{more}"


def shown(excinfo: pytest.ExceptionInfo[BaseException], file: Path, line: int, message: str) -> Any:
    """The text of the exception alone, no traceback, at another place than where it was raised."""
    found = excinfo.getrepr(style="value")
    if found.reprcrash is not None:
        found.reprcrash.path, found.reprcrash.lineno, found.reprcrash.message = str(file), line, message
    return found
