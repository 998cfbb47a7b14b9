"""Functions of plugins: found, guarded, and told when two want one name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pluggy
import pytest

from tests.check_expressions.vocabulary import a_scope, only_finding, written
from tierpolicy.check import expressions_calls
from tierpolicy.check.expressions import condition
from tierpolicy.model import types as t
from tierpolicy.model.builtins import MIN
from tierpolicy.model.builtins.plugins import GROUP, Functions, Specification, functions_hook, functions_of, installed
from tierpolicy.model.builtins.record import Argument, Builtin
from tierpolicy.model.expressions import Call, Compare, Constant, FieldRef
from tierpolicy.model.values import MISSING, Known, Value

Meaning = Callable[[tuple[Known, ...], tuple[t.Type, ...]], Value]


def doubled(values: tuple[Known, ...], types: tuple[t.Type, ...]) -> Value:
    return values[0] * 2  # type: ignore[operator, return-value]


def double(meaning: Meaning = doubled, name: str = "double", **others: object) -> Builtin:
    return Builtin(
        name,
        f"{name}(n)",
        "Twice.",
        (Argument("n", t.INTEGER),),
        lambda types: t.INTEGER,
        meaning,
        **others,  # type: ignore[arg-type]
    )


def plugin(*records: object) -> object:
    class Plugin:
        @functions_hook
        def tierpolicy_functions(self) -> Iterator[object]:
            yield from records

    return Plugin()


def functions(**plugins: object) -> Functions:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    for name, found in plugins.items():
        manager.register(found, name)
    return functions_of(manager)


def test_a_plugins_function_is_typed_and_called(monkeypatch: pytest.MonkeyPatch) -> None:
    found = functions(mine=plugin(double()))
    monkeypatch.setattr(expressions_calls, "installed", lambda: found)
    scope = a_scope()
    orders = FieldRef("orders", t.INTEGER)
    expected = Compare(">", Call("double", (orders,), t.INTEGER), Constant(4, t.INTEGER))
    assert condition(written("double(orders) > 4"), scope) == expected
    assert found.functions["double"].value((21,), (t.INTEGER,)) == 42
    assert found.functions["double"].origin == "mine"


def raises(values: tuple[Known, ...], types: tuple[t.Type, ...]) -> Value:
    raise RuntimeError("no network")


@pytest.mark.parametrize(
    "meaning", [raises, lambda v, k: "text", lambda v, k: 2**63, lambda v, k: True, lambda v, k: None, lambda v, k: 2.5]
)
def test_a_meaning_that_fails_gives_a_missing_value(meaning: Meaning) -> None:
    assert functions(mine=plugin(double(meaning))).functions["double"].value((1,), (t.INTEGER,)) is MISSING


def test_a_result_outside_the_declared_bounds_is_missing() -> None:
    record = functions(mine=plugin(double(low=0, high=10))).functions["double"]
    assert [record.value((n,), (t.INTEGER,)) for n in (-1, 0, 5, 6)] == [MISSING, 0, 10, MISSING]


def test_two_plugins_with_one_name_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = functions(one=plugin(double()), other=plugin(double()))
    assert "double" not in found.functions
    monkeypatch.setattr(expressions_calls, "installed", lambda: found)
    scope = a_scope()
    assert condition(written("double(orders) > 4"), scope) is None
    message = only_finding(scope).message
    assert "the plugin `one`" in message
    assert "the plugin `other`" in message


def test_a_plugin_cannot_replace_a_function_of_the_language() -> None:
    found = functions(bad=plugin(double(name="min")))
    assert "min" not in found.functions
    assert found.clashes["min"] == ("the language itself", "the plugin `bad`")
    assert found.functions["max"] is not MIN


def test_a_broken_plugin_leaves_the_others_working() -> None:
    def breaks() -> Iterator[object]:
        yield double()
        raise RuntimeError("half-way")

    class Broken:
        @functions_hook
        def tierpolicy_functions(self) -> Iterator[object]:
            return breaks()

    found = functions(
        broken=Broken(), odd=plugin("not a record", double(name="a b")), good=plugin(double(name="twice"))
    )
    assert "twice" in found.functions
    assert len(found.failures) == 3


def test_without_plugins_there_are_the_functions_of_the_language() -> None:
    assert installed().clashes == {}
    assert "npv" in installed().functions
