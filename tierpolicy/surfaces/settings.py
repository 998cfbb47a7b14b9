"""From the `[tool.tierpolicy]` tables of a pyproject.toml to the settings of each command.

    [tool.tierpolicy]
    paths = ["policies"]        what commands work on where nothing else is said

    [tool.tierpolicy.test]
    customers = 200             what `--customers 200` says on the command line, which wins

The file is the nearest one upward from the policy that has such a table; the search ends at the root of a repository.
Whatever is wrong with it is one sentence: a setting that is misspelt must not be one that silently doesn't count.
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, assert_never

from tierpolicy.diagnostics.suggest import nearest

FILE = "pyproject.toml"
LARGEST_FILE = 1024 * 1024
A_DAY = 86_400
MOST_CUSTOMERS = 1_000_000

Value = bool | int | float | str | Path | tuple[Path, ...]


class UnusableSettings(Exception):
    """The settings can't be used; the message is one sentence that names the file, `help` says what to do."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, slots=True)
class Key:
    """What one setting holds. Numbers lie from `least` to `most`; `above` where the least itself is too little."""

    kind: Literal["flag", "count", "number", "day", "path", "paths"]
    least: float = 0
    most: float = math.inf
    above: bool = False


FLAG, PATH, PATHS, DAY = Key("flag"), Key("path"), Key("paths"), Key("day")
SECONDS = Key("number", 0, A_DAY, above=True)
PERCENT = Key("number", 0, 100)
CUSTOMERS = Key("count", 0, MOST_CUSTOMERS)
SEED = Key("count", 0)
MANY = Key("count", 1)

KEYS: Mapping[str, Mapping[str, Key]] = {
    "check": {"paths": PATHS, "timeout": SECONDS, "quick": FLAG, "on": PATH, "as-of": DAY},
    "calibration": {"max-age": MANY},
    "fmt": {"paths": PATHS},
    "apply": {"strict": FLAG},
    "test": {
        "paths": PATHS,
        "timeout": SECONDS,
        "quick": FLAG,
        "on": PATH,
        "as-of": DAY,
        "customers": CUSTOMERS,
        "seed": SEED,
        "coverage": FLAG,
        "fail-under": PERCENT,
        "html": PATH,
        "cobertura": PATH,
        "junit": PATH,
    },
    "mutate": {
        "paths": PATHS,
        "timeout": SECONDS,
        "most": MANY,
        "jobs": MANY,
        "seed": SEED,
        "fail-under": PERCENT,
    },
}
"""The tables, a command each, and what they may set: names are those of the options. `calibration` is for every command
that decides a whole customer base."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file sets, by command; nothing where there is no file. Paths lead from the current folder."""

    file: Path | None = None
    tables: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()

    def of(self, command: str) -> Mapping[str, Value]:
        """The settings of one command by the names of its options: `{"fail-under": 90, "paths": (…,)}`."""
        own = self.tables.get(command, {})
        shared: dict[str, Value] = {"paths": self.paths} if self.paths and "paths" in KEYS[command] else {}
        return {**shared, **own}


def settings_near(path: Path) -> Settings:
    """The settings that hold for a policy file or folder; `UnusableSettings` says what is wrong with them."""
    for folder in _upward(path):
        file = folder / FILE
        if file.is_file():
            table = _table(file)
            if table is not None:
                return _settings(file, table)
    return Settings()


def _upward(path: Path) -> Iterator[Path]:
    start = Path(os.path.abspath(path))
    for folder in (start, *start.parents) if start.is_dir() else start.parents:
        yield folder
        if (folder / ".git").exists():
            return


def _table(file: Path) -> dict[str, Any] | None:
    """The `tool.tierpolicy` table of a file; None where it has none."""
    name = _shown(file)
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnusableSettings(f"`{name}` can't be read: {(error.strerror or str(error)).lower()}") from None
    if len(data) > LARGEST_FILE:
        raise UnusableSettings(f"`{name}` holds more than 1 MiB, so no settings are read from it")
    try:
        document = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise UnusableSettings(f"`{name}` is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        place = re.search(r"at (line \d+, column \d+)", str(error))
        raise UnusableSettings(f"`{name}` is not TOML{f': see {place[1]}' if place else ''}") from None
    return _inner(_inner(document, "tool", name) or {}, "tierpolicy", name, "tool.")


def _inner(table: Mapping[str, Any], key: str, name: str, before: str = "") -> dict[str, Any] | None:
    inner = table.get(key)
    if inner is not None and not isinstance(inner, dict):
        raise UnusableSettings(f"`{before}{key}` in `{name}` should be a table: write `[tool.tierpolicy]`")
    return inner


def _settings(file: Path, table: Mapping[str, Any]) -> Settings:
    paths: tuple[Path, ...] = ()
    tables: dict[str, Mapping[str, Value]] = {}
    for key, value in table.items():
        if key == "paths":
            found = _value(value, PATHS, file, "[tool.tierpolicy]", key)
            assert isinstance(found, tuple)
            paths = found
        elif key not in KEYS:
            raise _unknown(file, "[tool.tierpolicy]", key, [*KEYS, "paths"])
        elif not isinstance(value, dict):
            raise UnusableSettings(f"`{key}` in `{_shown(file)}` should be a table: write `[tool.tierpolicy.{key}]`")
        else:
            tables[key] = _of_command(file, key, value)
    return Settings(file, tables, paths)


def _of_command(file: Path, command: str, table: Mapping[str, Any]) -> dict[str, Value]:
    heading, keys = f"[tool.tierpolicy.{command}]", KEYS[command]
    found = {}
    for key, value in table.items():
        if key not in keys:
            raise _unknown(file, heading, key, keys)
        found[key] = _value(value, keys[key], file, heading, key)
    return found


def _unknown(file: Path, heading: str, key: str, known: Collection[str]) -> UnusableSettings:
    near = nearest(key, known)
    help = f"did you mean `{near}`?" if near else f"it may have: {', '.join(sorted(known))}"
    return UnusableSettings(f"`{heading}` in `{_shown(file)}` has no setting `{key}`", help)


def _value(value: Any, key: Key, file: Path, heading: str, name: str) -> Value:
    found = _read(value, key, file.parent)
    if found is None:
        raise UnusableSettings(f"`{name}` under `{heading}` in `{_shown(file)}` should be {wanted(key)}")
    return found


def _read(value: Any, key: Key, folder: Path) -> Value | None:
    """The value as a setting of its kind; None where it isn't one. TOML's `true` is no number."""
    match key.kind:
        case "flag":
            return value if isinstance(value, bool) else None
        case "count":
            return value if type(value) is int and within(value, key) else None
        case "number":
            return value if type(value) in (int, float) and within(value, key) else None
        case "day":
            if isinstance(value, date) and not isinstance(value, datetime):
                return value.isoformat()
            return value if isinstance(value, str) else None
        case "path":
            return _reached(folder, value) if isinstance(value, str) and _is_path(value) else None
        case "paths":
            if isinstance(value, list) and value and all(isinstance(each, str) and _is_path(each) for each in value):
                return tuple(_reached(folder, each) for each in value)
            return None
        case _:
            assert_never(key.kind)


def within(number: float, key: Key) -> bool:
    """True for a number that the setting takes."""
    return key.least <= number <= key.most and not (key.above and number == key.least)


def _is_path(text: str) -> bool:
    return bool(text) and "\0" not in text


def wanted(key: Key) -> str:
    """What the setting takes, in words."""
    match key.kind:
        case "flag":
            return "`true` or `false`"
        case "count":
            return f"a whole number from {key.least:g}{_up_to(key)}"
        case "number":
            return f"a number {'above' if key.above else 'from'} {key.least:g}{_up_to(key)}"
        case "day":
            return "a day such as 2026-11-21"
        case "path":
            return 'a path such as `"reports/tests.xml"`'
        case "paths":
            return 'a list of paths such as `["policies"]`'
        case _:
            assert_never(key.kind)


def _up_to(key: Key) -> str:
    return f"{', at most' if key.above else ' to'} {int(key.most):_}" if key.most < math.inf else ""


def _reached(folder: Path, text: str) -> Path:
    """The path as it leads from the current folder, where it lies inside; what a file says, it says of its folder."""
    path, here = Path(os.path.abspath(folder / text)), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _shown(file: Path) -> str:
    return str(_reached(file.parent, file.name))
