"""The catalogue of codes, one module a family (language.md §8)."""

from __future__ import annotations

from types import ModuleType

from tierpolicy.diagnostics.codes import calibration, floors, names, properties, rules, size, style, syntax
from tierpolicy.diagnostics.diagnostic import Code

FAMILIES: tuple[ModuleType, ...] = (syntax, names, floors, rules, properties, style, calibration, size)


def catalogue() -> dict[str, Code]:
    """Every code, by its name, in order."""
    found = [value for family in FAMILIES for value in vars(family).values() if isinstance(value, Code)]
    return {code.code: code for code in sorted(found, key=lambda c: c.code)}
