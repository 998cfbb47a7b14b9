"""The functions of the language (language.md §5), one record each, and those that plugins add.

`BUILTINS` is the whole catalogue of the language itself; `function` finds a record by its name, a plugin's too.
"""

from __future__ import annotations

from types import MappingProxyType

from tierpolicy.model.builtins.calendar import DAYS_BETWEEN, MONTHS_BETWEEN, YEARS_BETWEEN
from tierpolicy.model.builtins.choosing import FIRST_KNOWN, MAX, MIN
from tierpolicy.model.builtins.finance import NPV
from tierpolicy.model.builtins.record import Argument, Builtin, CallExample, Refusal
from tierpolicy.model.builtins.rounding import ABS, ROUND

__all__ = ["BUILTINS", "BY_NAME", "Argument", "Builtin", "CallExample", "Refusal", "function"]

BUILTINS: tuple[Builtin, ...] = (
    MIN,
    MAX,
    ABS,
    ROUND,
    FIRST_KNOWN,
    DAYS_BETWEEN,
    MONTHS_BETWEEN,
    YEARS_BETWEEN,
    NPV,
)

BY_NAME = MappingProxyType({builtin.name: builtin for builtin in BUILTINS})


def function(name: str) -> Builtin:
    """The record of a function that `check` has let through: a builtin, or an installed plugin's."""
    found = BY_NAME.get(name)
    if found is None:
        from tierpolicy.model.builtins.plugins import installed  # loaded where a policy uses a plugin, not before

        found = installed().functions[name]
    return found
