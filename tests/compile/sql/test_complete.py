"""Every type, node and function of the language has its place in the SQL backend, and only there sqlglot is known."""

from __future__ import annotations

import ast
import inspect
from datetime import date
from typing import get_args
from unittest.mock import patch

import duckdb
import pytest

from tests.strategies.policies import elaborated
from tierpolicy.compile.refusing import NotInSql, Unsupported
from tierpolicy.compile.sql import DIALECTS, lowering, sql_of
from tierpolicy.compile.sql.calls import LOWERED
from tierpolicy.compile.sql.constants import type_name
from tierpolicy.model import types
from tierpolicy.model.builtins import BUILTINS, BY_NAME
from tierpolicy.model.builtins.plugins import Functions
from tierpolicy.model.builtins.record import Argument, Builtin
from tierpolicy.model.expressions import Expr
from tierpolicy.surfaces.cli.sql import DialectName


def test_every_function_is_lowered_or_refused() -> None:
    assert set(LOWERED) == {record.name for record in BUILTINS}
    assert all(callable(entry) or isinstance(entry, Unsupported) for entry in LOWERED.values())


def test_a_function_that_is_refused_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.compile.sql.calls.LOWERED", {**LOWERED, "npv": Unsupported("can't be had here")})
    text = "customer { a : money }\nservice { b : money more is better }\nbaseline z: b at least 0\n"
    with pytest.raises(NotInSql, match="`worth` can't be had here"):
        sql_of(elaborated(f"{text}rule worth: b = npv(8%, a)"), "duckdb", "customers", date(2026, 11, 21))


def test_every_node_has_an_arm() -> None:
    """Beside mypy, which asks it of the match too."""
    tree = ast.parse(inspect.getsource(lowering))
    named = {
        node.cls.id for node in ast.walk(tree) if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    }
    assert {node.__name__ for node in get_args(Expr)} <= named


def test_every_type_has_a_column() -> None:
    for each in get_args(types.Type):
        held = each(("a", "b")) if each in (types.Scale, types.Choice, types.SetOf) else each()
        assert type_name(held)


def test_the_command_knows_every_dialect() -> None:
    assert get_args(DialectName) == tuple(DIALECTS)
    assert [each.name for each in DIALECTS.values()] == list(DIALECTS)


def test_a_plugins_function_is_the_one_that_its_record_names() -> None:
    letters = Builtin(
        "letters", "letters(t)", "How many.", (Argument("t", types.TEXT),), lambda of: types.INTEGER,
        lambda values, of: len(str(values[0])), sql="LENGTH",
    )  # fmt: skip
    with_it = Functions({**BY_NAME, "letters": letters}, {})
    text = "customer { a : text }\nservice { b : flag }\nrule long: if letters(a) > 3 then b = yes"
    with (
        patch("tierpolicy.check.expressions_calls.installed", lambda: with_it),
        patch("tierpolicy.model.builtins.plugins.installed", lambda: with_it),
    ):
        found = sql_of(elaborated(text), "duckdb", "customers", date(2026, 11, 21))
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers AS SELECT unnest(['abc', 'abcd', NULL]) AS a")
    assert connection.execute(found.text).fetchall() == [(False,), (True,), (False,)]
