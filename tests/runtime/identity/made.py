"""Channels made of rows, consolidated, and what came of it as plain values."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from tierpolicy.model.policy import Policy
from tierpolicy.runtime.identity.channels import read_channels
from tierpolicy.runtime.identity.consolidating import Asked, Consolidated, consolidated
from tierpolicy.runtime.loading import loads

Rows = Sequence[Mapping[str, object]]
POLICY = """\
customer {
    customer_id : text key
    email       : text key
    phone       : text key
    spend       : money merge sum
    visits      : integer merge max
    oldest      : integer merge min
    region      : one of north, south merge latest by seen
    stage       : low < mid < high
    tags        : set of vip, press, gone merge union
    seen        : date merge max
    score       : number merge sum
    happy       : flag
}
service { priority : low < high }
baseline everyone: priority at least low
"""


@dataclass(frozen=True, slots=True)
class Came:
    """The customers as rows of plain values, and what was told of them."""

    found: Consolidated
    rows: list[dict[str, Any]]

    @property
    def sources(self) -> set[frozenset[str]]:
        return {frozenset(row["sources"]) for row in self.rows}


@cache
def policy_of(text: str = POLICY) -> Policy:
    return loads(text).versions[0]


def write_channels(folder: Path, channels: Mapping[str, Rows], *, form: str = "jsonl", more: str = "") -> Path:
    """Files of rows, and the file that names them; `more` is what stands under the channels."""
    said = []
    for name, rows in channels.items():
        _write(folder / f"{name}.{form}", rows)
        said.append(f'[[channel]]\nname = "{name}"\nfile = "{name}.{form}"\n')
    path = folder / "channels.toml"
    path.write_text("\n".join(said) + more, encoding="utf-8")
    return path


def _write(path: Path, rows: Rows) -> None:
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["customer_id"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def came_of(folder: Path, channels: Path, policy: Policy | None = None, **asked: Any) -> Came:
    """What consolidating gives."""
    target = folder / "customers.parquet"
    found = consolidated(policy or policy_of(), read_channels(channels), Asked(target, **asked), lambda *_: None)
    return Came(found, parquet.read_table(target).to_pylist())


def made(folder: Path, channels: Mapping[str, Rows], *, form: str = "jsonl", more: str = "", **asked: Any) -> Came:
    """Channels written and consolidated."""
    return came_of(folder, write_channels(folder, channels, form=form, more=more), **asked)
