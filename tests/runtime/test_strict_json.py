"""JSON from strangers: read, or refused in a sentence."""

from __future__ import annotations

import math

import pytest

from tierpolicy.runtime.strict_json import UnreadableJson, load_json


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("", "line 1, column 1"),
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ('{"a": NaN}', "`NaN` is not a JSON number"),
        ('{"a": -Infinity}', "`-Infinity` is not a JSON number"),
        ("{'a': 1}", "double quotes"),
    ],
)
def test_what_is_no_json_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableJson, match=said):
        load_json(text)


def test_of_keys_given_twice_neither_is_believed() -> None:
    loaded = load_json('{"a": 1, "b": {"c": 2, "c": 3}, "a": 4, "d": 5}')
    assert loaded.value == {"b": {}, "d": 5}
    assert loaded.repeated == ("c", "a")


def test_numbers_too_long_to_be_read_exactly_are_floats() -> None:
    assert load_json("1" * 5_000).value == math.inf
    assert load_json("1" * 30).value == int("1" * 30)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert load_json("\ufeff{}").value == {}


def test_numbers_of_other_programs_where_they_are_let_through() -> None:
    value = load_json('{"a": NaN, "b": Infinity}', numbers_only=False).value
    assert isinstance(value, dict)
    assert math.isnan(value["a"])
    assert value["b"] == math.inf
