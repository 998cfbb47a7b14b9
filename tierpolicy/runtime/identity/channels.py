"""`channels.toml` to the channels that customers are known through: their files, and what their columns are called.

The policy's own words (`key`, `merge`) say what makes records one customer; this file says only where the records are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.runtime.identity.keys import NORMALISERS, KeyRule
from tierpolicy.runtime.rows import UnusableFile

LARGEST_FILE = 1 << 20
IN_CHANNEL = ("name", "file", "table", "id", "cluster", "columns", "verified")
IN_KEY = ("normalise", "never", "most_linked")
BASES_WITH_TABLES = "a DuckDB file or a database"


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where customers leave records.

    `source` is what `opened` takes, a relative path leading from the folder of the file. `columns` says for a field of
    the policy what its column is called here; `verified`, which column says that a key is verified. `id` names the
    column that tells records apart, `cluster` the one that holds the clusters which fuzzy matching found.
    """

    name: str
    source: str
    table: str | None = None
    id: str | None = None
    cluster: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels, in the order in which their values count as first, and how each key is read."""

    path: Path
    channels: tuple[Channel, ...]
    keys: Mapping[str, KeyRule]


def read_channels(path: Path) -> Channels:
    """The channels of a file. UnusableFile says in a sentence what is wrong with it."""
    document = _document(path)
    _only(document, ("channel", "key"), f"`{path}`")
    tables = document.get("channel")
    if not isinstance(tables, list) or not tables or not all(isinstance(each, dict) for each in tables):
        raise UnusableFile(f"`{path}` names no channel: begin each with `[[channel]]`, then its `name` and `file`")
    channels = tuple(_channel(path, each, at) for at, each in enumerate(tables, 1))
    names = [each.name for each in channels]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnusableFile(
            f"two channels in `{path}` are called `{twice}`: sources are named by it, so give each its own"
        )
    keys = _table(document, "key", f"`{path}`")
    return Channels(path, channels, {name: _key_rule(path, name, each) for name, each in keys.items()})


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise UnusableFile(f"there is no file `{path}`") from None
    except (OSError, ValueError) as error:
        raise UnusableFile(
            f"`{path}` can't be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"
        ) from None
    if len(data) > LARGEST_FILE:
        raise UnusableFile(f"`{path}` holds more than 1 MiB, so no channels are read from it")
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise UnusableFile(f"`{path}` is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise UnusableFile(f"`{path}` is not TOML: {str(error)[:200]}") from None


def _channel(path: Path, table: Mapping[str, Any], at: int) -> Channel:
    name = _text(table, "name", f"channel {at} in `{path}`")
    if name is None or ":" in name or not name.isprintable():
        raise UnusableFile(f'channel {at} in `{path}` needs a `name` without `:`, such as `name = "shop"`')
    where = f"channel `{name}` in `{path}`"
    _only(table, IN_CHANNEL, where)
    file = _text(table, "file", where)
    if file is None:
        raise UnusableFile(f'{where} needs a `file`, such as `file = "{name}.csv"`')
    columns, verified = (_texts(_table(table, key, where), f"`{key}` of {where}") for key in ("columns", "verified"))
    return Channel(
        name=name,
        source=file if "://" in file else str(path.parent / file),
        table=_text(table, "table", where),
        id=_text(table, "id", where),
        cluster=_text(table, "cluster", where),
        columns=columns,
        verified=verified,
    )


def _key_rule(path: Path, name: str, table: Any) -> KeyRule:
    where = f"`[key.{name}]` in `{path}`"
    if not isinstance(table, dict):
        raise UnusableFile(f"{where} should be a table")
    _only(table, IN_KEY, where)
    normalise = _text(table, "normalise", where) or "trim"
    if normalise not in NORMALISERS:
        known = ", ".join(f"`{each}`" for each in NORMALISERS)
        raise UnusableFile(f"{where} is normalised as one of {known}, not `{normalise}`")
    never = table.get("never", [])
    if not isinstance(never, list) or not all(isinstance(each, str) for each in never):
        raise UnusableFile(f'`never` of {where} should be a list of texts, such as `["n/a", "000000"]`')
    most = table.get("most_linked")
    if most is not None and (type(most) is not int or most < 1):
        raise UnusableFile(f"`most_linked` of {where} should be a whole number, at least 1")
    return KeyRule(normalise, tuple(never), most)


def _only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for name in table:
        if name not in known:
            near = nearest(name, known)
            advice = f"did you mean `{near}`?" if near else f"it may have: {', '.join(f'`{each}`' for each in known)}"
            raise UnusableFile(f"{where} has no setting `{name}`; {advice}")


def _table(table: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise UnusableFile(f'`{name}` of {where} should be a table, such as `{{ email = "E-Mail" }}`')
    return found


def _texts(table: Mapping[str, Any], where: str) -> dict[str, str]:
    for name, value in table.items():
        if not isinstance(value, str) or not value:
            raise UnusableFile(f'{where} should name a column for `{name}`, in quotes: `{name} = "…"`')
    return dict(table)


def _text(table: Mapping[str, Any], name: str, where: str) -> str | None:
    found = table.get(name)
    if found is not None and (not isinstance(found, str) or not found or "\0" in found):
        raise UnusableFile(f"`{name}` of {where} should be a text in quotes")
    return found
