"""Policies tested like code: what is tested of a policy, customers drawn from its text, coverage and mutation.

What tests ask for is found here by name; only then Hypothesis is loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierpolicy.testing.laws import assert_lawful
    from tierpolicy.testing.strategies import customers, days, pairs

__all__ = ["assert_lawful", "customers", "days", "pairs"]

_AT = {"assert_lawful": "laws", "customers": "strategies", "days": "strategies", "pairs": "strategies"}


def __getattr__(name: str) -> object:
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_AT[name]}")
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        lacking = f"`{__name__}.{name}` draws with Hypothesis: run `pip install 'tierpolicy[testing]'`"
        raise ImportError(lacking, name="hypothesis") from None
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
