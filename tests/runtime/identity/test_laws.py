"""Laws of consolidating, on channels that Hypothesis makes up; a plain program says what should come of them."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.identity.made import came_of, made, policy_of, write_channels

LAWS = settings(max_examples=15)
POLICY = """\
customer {
    customer_id : text key
    email       : text key
    spend       : money merge sum
    visits      : integer merge max
    region      : one of north, south merge latest by seen
    stage       : low < mid < high
    tags        : set of vip, press, gone merge union
    seen        : date merge min
}
service { priority : low < high }
baseline everyone: priority at least low
"""
LABELS = ("low", "mid", "high")
Row = Mapping[str, Any]


def perhaps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": perhaps(st.sampled_from(["1", "2", "3", "4", "n/a"])),
            "email": perhaps(st.sampled_from(["a@x.org", "b@x.org", "c@x.org", "d@x.org"])),
            "spend": perhaps(st.decimals(-1000, 1000, places=2).map(str)),
            "visits": perhaps(st.integers(-5, 5)),
            "region": perhaps(st.sampled_from(["north", "south"])),
            "stage": perhaps(st.sampled_from(LABELS)),
            "tags": perhaps(st.lists(st.sampled_from(["vip", "press", "gone"]), unique=True)),
            "seen": perhaps(st.dates().map(str)),
        }
    ),
    max_size=12,
)


def by_hand(shop: Sequence[Row], crm: Sequence[Row]) -> list[dict[str, Any]]:
    """What should come of two channels, said once more without a database."""
    rows = [(f"shop:row {at}", row) for at, row in enumerate(shop, 1)]
    rows += [(f"crm:row {at}", row) for at, row in enumerate(crm, 1)]
    groups: list[list[int]] = []
    for at, (_, row) in enumerate(rows):
        near = [group for group in groups if any(_share_a_key(row, rows[other][1]) for other in group)]
        groups = [group for group in groups if group not in near] + [
            sorted([at, *(other for group in near for other in group)])
        ]
    return [_merged([rows[at] for at in group]) for group in sorted(groups)]


def _share_a_key(one: Row, other: Row) -> bool:
    return any(one[key] not in (None, "n/a") and one[key] == other[key] for key in ("customer_id", "email"))


def _merged(records: Sequence[tuple[str, Row]]) -> dict[str, Any]:
    def known(name: str) -> list[Any]:
        return [row[name] for _, row in records if row[name] not in (None, "n/a")]

    regions = [(row["seen"] or "", -at, row["region"]) for at, (_, row) in enumerate(records) if row["region"]]
    tags = known("tags")
    return {
        "customer_id": next(iter(known("customer_id")), None),
        "email": next(iter(known("email")), None),
        "spend": sum(map(Decimal, known("spend"))) if known("spend") else None,
        "visits": max(known("visits"), default=None),
        "region": max(regions)[2] if regions else None,
        "stage": next(iter(known("stage")), None),
        "tags": [each for each in ("vip", "press", "gone") if any(each in held for held in tags)] if tags else None,
        "seen": min(known("seen"), default=None),
        "sources": [source for source, _ in records],
    }


def plain(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{name: str(cell) if name == "seen" and cell else cell for name, cell in row.items()} for row in rows]


@LAWS
@given(ROWS, ROWS)
def test_what_comes_is_what_a_plain_program_says(shop: list[Row], crm: list[Row]) -> None:
    """Every row is in exactly one record, and what was summed adds up to what the rows held."""
    shop = [*shop, _filled()]
    with tempfile.TemporaryDirectory() as folder:
        came = made(Path(folder), {"shop": shop, "crm": crm}, policy=policy_of(POLICY))
    assert plain(came.rows) == by_hand(shop, crm)
    sources = [source for row in came.rows for source in row["sources"]]
    assert len(sources) == len(set(sources)) == len(shop) + len(crm) == came.found.seen.total
    total = sum(Decimal(row["spend"]) for row in (*shop, *crm) if row["spend"] is not None)
    assert sum(row["spend"] for row in came.rows if row["spend"] is not None) == total


def _filled() -> Row:
    """A row that has something in every column, so that every column is there."""
    row: dict[str, Any] = {"customer_id": "9", "email": "z@x.org", "spend": "1", "visits": 1, "region": "north"}
    return row | {"stage": "low", "tags": ["vip"], "seen": "2026-01-01"}


@LAWS
@given(ROWS, ROWS, st.integers())
def test_the_order_of_rows_decides_nothing_but_what_is_first(shop: list[Row], crm: list[Row], seed: int) -> None:
    numbered = [{**row, "no": f"{name}{at}"} for name, rows in (("s", shop), ("c", crm)) for at, row in enumerate(rows)]
    shuffled = random.Random(seed).sample(numbered, len(numbered))
    with tempfile.TemporaryDirectory() as folder:
        kept = [_by_clusters(Path(folder), rows) for rows in (numbered, shuffled)]
        assert kept[0] == kept[1]


def _by_clusters(folder: Path, rows: Sequence[Row]) -> dict[frozenset[str], tuple[Any, ...]]:
    """What doesn't depend on which record is first, by the records of each customer."""
    path = write_channels(folder, {"shop": [*rows, {**_filled(), "no": "last"}]})
    path.write_text(path.read_text() + 'id = "no"\n')
    came = came_of(folder, path, policy_of(POLICY))
    names = ("spend", "visits", "tags", "seen")
    return {frozenset(row["sources"]): tuple(str(row[name]) for name in names) for row in came.rows}


@LAWS
@given(ROWS)
def test_merging_again_changes_nothing(rows: list[Row]) -> None:
    """Where no two customers share a value any more. A customer of two ids has but the first of them afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        once = made(folder, {"shop": [*rows, _filled()]}, policy=policy_of(POLICY))
        (folder / "customers.parquet").rename(folder / "once.parquet")
        (folder / "again.toml").write_text('[[channel]]\nname = "once"\nfile = "once.parquet"\n')
        twice = came_of(folder, folder / "again.toml", policy_of(POLICY))
        assert [{**row, "sources": None} for row in twice.rows] == [{**row, "sources": None} for row in once.rows]


def test_the_plain_program_sees_a_wrong_merge() -> None:
    rows = [{**_filled(), "spend": "0.10"}, {**_filled(), "email": None, "spend": "0.20"}]
    (found,) = by_hand(rows, [])
    assert (found["spend"], found["sources"]) == (Decimal("0.30"), ["shop:row 1", "shop:row 2"])
