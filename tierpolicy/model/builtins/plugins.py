"""Functions that installed plugins add to the language, through pluggy and the entry points of group `tierpolicy`.

A plugin is a module (or object) with a function `tierpolicy_functions()` that returns `Builtin` records:

    from tierpolicy.model.builtins.plugins import functions_hook

    @functions_hook
    def tierpolicy_functions():
        return [Builtin(name="distance", …)]

What a plugin does wrong never stops a decision: a meaning that raises, or gives what is no value of its type, gives a
missing value. A name that two plugins, or a plugin and the language, declare belongs to nobody, and a policy that calls
it is told so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import pluggy

from tierpolicy.frozen import frozen
from tierpolicy.model.builtins import BY_NAME
from tierpolicy.model.builtins.record import Builtin, MeaningOfCall, Refusal, is_value_of, within
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Value

GROUP = "tierpolicy"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

functions_spec = pluggy.HookspecMarker(GROUP)
functions_hook = pluggy.HookimplMarker(GROUP)


class Specification:
    """What a plugin may implement."""

    @functions_spec
    def tierpolicy_functions(self) -> Iterable[Builtin]:
        """The functions that the plugin adds, one record each."""
        return ()


@frozen
class Functions:
    """The functions of the language and of plugins, by name.

    `clashes` says of a name who declares it (it is then in neither meaning); `failures` says what else was wrong.
    """

    functions: Mapping[str, Builtin]
    clashes: Mapping[str, tuple[str, ...]]
    failures: tuple[str, ...] = ()


@cache
def installed() -> Functions:
    """The functions of the language and of the plugins installed beside it; looked up once."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    failures: list[str] = []
    for name, load in _entry_points():
        try:
            manager.register(load(), name)
        except Exception as problem:  # a plugin's own code runs here: whatever it raises is its failure
            failures.append(f"the plugin `{name}` could not be loaded: {problem}")
    return functions_of(manager, failures)


def functions_of(manager: pluggy.PluginManager, failures: Iterable[str] = ()) -> Functions:
    """The language's functions joined with those of the plugins that a manager holds."""
    declared: dict[str, list[Builtin]] = defaultdict(list)
    found_failures = list(failures)
    for implementation in manager.hook.tierpolicy_functions.get_hookimpls():
        plugin = implementation.plugin_name
        try:
            records: Any = implementation.function()
            for record in records:
                if not isinstance(record, Builtin) or not NAME.fullmatch(record.name) or not record.arguments:
                    found_failures.append(f"the plugin `{plugin}` declares `{record}`, which is no function record")
                    continue
                declared[record.name].append(replace(record, meaning=_guarded(record), origin=plugin))
        except Exception as problem:  # as above: a failing plugin leaves the others working
            found_failures.append(f"the functions of the plugin `{plugin}` could not be read: {problem}")
    functions: dict[str, Builtin] = {}
    clashes: dict[str, tuple[str, ...]] = {}
    for name in (*BY_NAME, *(name for name in declared if name not in BY_NAME)):
        rivals = [*([BY_NAME[name]] if name in BY_NAME else []), *declared[name]]
        if len(rivals) == 1:
            functions[name] = rivals[0]
        else:
            clashes[name] = tuple(f"the plugin `{r.origin}`" if r.origin else "the language itself" for r in rivals)
    return Functions(MappingProxyType(functions), MappingProxyType(clashes), tuple(found_failures))


def _entry_points() -> list[tuple[str, Callable[[], Any]]]:
    """Name and loader of each entry point of the group, by name, so that the order never depends on the machine."""
    from importlib.metadata import entry_points

    return [(point.name, point.load) for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]


def _guarded(record: Builtin) -> MeaningOfCall:
    """The plugin's meaning, which may raise or return anything, as one that gives a value of the result's type."""
    meaning, result_type = record.meaning, record.result_type

    def guarded(values: tuple[Value, ...], types: tuple[Type, ...]) -> Value:
        try:
            result = result_type(types)
            value = meaning(values, types)  # type: ignore[arg-type]  # `value` keeps missing ones from it
        except Exception:
            return MISSING
        if isinstance(result, Refusal) or not is_value_of(value, result):
            return MISSING
        return value if within(value, record.low, record.high, result) else MISSING

    return guarded
