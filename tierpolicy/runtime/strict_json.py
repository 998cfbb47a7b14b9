"""JSON text to Python, refusing what `json.loads` lets through or fails on: depth, duplicate keys, endless numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass

LONGEST_WHOLE_NUMBER = 400


class UnreadableJson(ValueError):
    """The text isn't JSON that can be read without guessing; the message says why, for people."""


class _NotJson(Exception):
    """`NaN` or an infinity, which Python writes and JSON doesn't have."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A JSON value. `repeated` are the keys that an object held twice; they are left out of it."""

    value: object
    repeated: tuple[str, ...]


def load_json(text: str, *, numbers_only: bool = True, line: int = 1) -> Loaded:
    """The value of a JSON text; UnreadableJson says in one sentence what is wrong with it.

    With `numbers_only` False, `NaN` and `Infinity` are read as the floats that many programs mean by them.
    `line` is the line of its file that the text begins on.
    """
    repeated: list[str] = []

    def each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = {key for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]
            repeated.extend(sorted(twice))
            for key in twice:
                del found[key]
        return found

    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=each_once,
            parse_int=_whole_number,
            parse_constant=_refused if numbers_only else float,
        )
    except _NotJson as error:
        raise UnreadableJson(f"`{error}` is not a JSON number; leave the field out or write `null`") from None
    except RecursionError:
        raise UnreadableJson("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableJson(f"line {line + error.lineno - 1}, column {error.colno}: {_in_words(error.msg)}") from None
    return Loaded(value, tuple(repeated))


def _refused(constant: str) -> object:
    raise _NotJson(constant)


def _whole_number(digits: str) -> int | float:
    """Very long digits as a float: reading them exactly takes time that grows with their square."""
    return int(digits) if len(digits) <= LONGEST_WHOLE_NUMBER else float(digits)


def _in_words(message: str) -> str:
    return message[:1].lower() + message[1:].removesuffix(" at")
