"""tierpolicy: who gets which service, with a guaranteed minimum for everyone.

`load` a policy, `evaluate` a record, read the decision. Each name is imported when it is first asked for, so that
whoever only finds this package, as pytest does at each start, waits for nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierpolicy import testing as testing
    from tierpolicy.compile.refusing import NotInSql
    from tierpolicy.runtime.decision import Decision
    from tierpolicy.runtime.engine import Policy
    from tierpolicy.runtime.errors import PolicyError, RecordError, TargetError
    from tierpolicy.runtime.loading import load, loads

__version__ = "0.1.0"

__all__ = [
    "Decision",
    "NotInSql",
    "Policy",
    "PolicyError",
    "RecordError",
    "TargetError",
    "__version__",
    "load",
    "loads",
]

_PLACES = {
    "Decision": "tierpolicy.runtime.decision",
    "NotInSql": "tierpolicy.compile.refusing",
    "Policy": "tierpolicy.runtime.engine",
    "PolicyError": "tierpolicy.runtime.errors",
    "RecordError": "tierpolicy.runtime.errors",
    "TargetError": "tierpolicy.runtime.errors",
    "load": "tierpolicy.runtime.loading",
    "loads": "tierpolicy.runtime.loading",
}
"""Where each name stands."""


if not TYPE_CHECKING:  # with them in sight, type checkers would take every name for one of ours

    def __getattr__(name: str) -> Any:
        if name == "testing":
            return import_module("tierpolicy.testing")
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_PLACES[name]), name)
        setattr(sys.modules[__name__], name, found)  # the next time, nobody asks
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, "testing"})
