"""What commands take: the options that several share, and from their text to values."""

from __future__ import annotations

import re
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from tierpolicy.diagnostics.render import Style
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.errors import PolicyError
from tierpolicy.runtime.files import check_readable
from tierpolicy.runtime.population import Customers
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.strict_json import UnreadableJson, load_json
from tierpolicy.semantics.outcome import Problem
from tierpolicy.surfaces.cli.speaking import stop, stop_for_policy

LONGEST_SEARCH = 86_400
LARGEST_DOCUMENT = 16 * 1024 * 1024
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

PolicyPath = Annotated[
    Path, typer.Argument(metavar="POLICY", help="A policy file, or a folder with a policy.", show_default=False)
]
PolicyPaths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH", help="Policy files, or folders with policies (default: this folder).", show_default=False
    ),
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day to decide for (default: today).")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter of the policy; may be repeated."),
]
PolicyName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Which policy, where a folder holds several.")
]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="Words for people, or one JSON document.")]
FindingsFormat = Annotated[Style, typer.Option("--format", help="How the findings are shown.")]


def loaded(path: Path, settings: list[str] | None, name: str | None) -> Policy:
    """The policy at `path`; where it has errors the command ends with its findings."""
    from tierpolicy.pipeline import NotOnePolicy, load

    parameters = {}
    for setting in settings or ():
        parameter, equals, value = setting.partition("=")
        if not equals or not parameter.strip():
            stop(f"`--set {setting}` should be written `--set name=value`")
        parameters[parameter.strip()] = value.strip()
    try:
        return load(path, parameters=parameters, name=name)
    except PolicyError as error:
        stop_for_policy(error)
    except NotOnePolicy as error:
        stop(str(error), error.help)


def day(text: str | None) -> date | None:
    """The date of `--as-of`."""
    if text is None:
        return None
    try:
        if ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    stop(f"`{text}` is not a date for `--as-of`; write it as year-month-day, such as 2026-11-21")


def search_time(seconds: float) -> float:
    """The seconds of `--timeout`."""
    if not 0 < seconds <= LONGEST_SEARCH:
        stop("`--timeout` should be a number of seconds above 0, and at most a day")
    return seconds


def percent(asked: float | None) -> float | None:
    """The percent of `--fail-under`."""
    if asked is not None and not 0 <= asked <= 100:
        stop("`--fail-under` should be a number from 0 to 100")
    return asked


def customers_of(on: Path | None, as_of: str | None) -> Customers | None:
    """The customers of `--on`, on the day of `--as-of`; a file that can't be read ends the command before its work."""
    if on is None:
        if as_of is not None:
            stop("`--as-of` is the day to measure for: it goes with `--on`")
        return None
    customers = Customers(on, day_of(day(as_of)))
    try:
        check_readable(on)
    except UnusableFile as error:
        stop(str(error))
    return customers


def json_record(given: str, option: str) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """The record that an option gives: JSON itself, `@file`, or `-` for stdin; keys given twice are problems."""
    try:
        document = load_json(_text_of(given, option), numbers_only=False)
    except UnreadableJson as error:
        stop(f"`{option}` holds no readable JSON: {error}", _advice(given, option))
    if not isinstance(document.value, dict):
        stop(f'`{option}` should be a JSON object such as `{{"orders": 3}}`', _advice(given, option))
    twice = tuple(
        Problem(key, "two values", "each name once", f"`{key}` stands twice in `{option}`, so it counts as missing")
        for key in document.repeated
    )
    return document.value, twice


def _advice(given: str, option: str) -> str | None:
    looks_like_a_file = not given.lstrip().startswith(("{", "[", "@", "-")) and "." in given
    return f"for a file, write `{option} @{given}`" if looks_like_a_file else None


def _text_of(given: str, option: str) -> str:
    if given == "-":
        return _decoded(sys.stdin.buffer.read(LARGEST_DOCUMENT + 1), "stdin")
    if not given.startswith("@"):
        return given
    path = Path(given[1:])
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            stop(f"`{path}` is a folder; `{option}` takes a file of JSON")
        with path.open("rb") as file:
            return _decoded(file.read(LARGEST_DOCUMENT + 1), str(path))
    except FileNotFoundError:
        stop(f"there is no file `{path}`")
    except (OSError, ValueError) as error:
        stop(f"`{path}` can't be read: {(getattr(error, 'strerror', None) or str(error)).lower()}")


def _decoded(data: bytes, name: str) -> str:
    if len(data) > LARGEST_DOCUMENT:
        stop(f"`{name}` holds more than 16 MiB; for many customers use `tierpolicy apply`")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        stop(f"`{name}` is not UTF-8 text")
