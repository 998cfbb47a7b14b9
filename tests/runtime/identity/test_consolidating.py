"""Records of several channels to customers: each rule of merging, what links and what doesn't, and what is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.runtime.identity.made import came_of, made, policy_of, write_channels
from tierpolicy.report.consolidation import consolidation_findings, consolidation_notes
from tierpolicy.runtime.loading import loads
from tierpolicy.runtime.rows import UnusableFile

SHOP = [
    {
        "customer_id": "1",
        "spend": "10.10",
        "visits": 1,
        "oldest": 5,
        "region": "north",
        "stage": "low",
        "tags": ["vip"],
    },
    {"customer_id": "2", "spend": "5.00"},
    {"customer_id": "1", "spend": "0.20", "visits": 3, "region": "south", "seen": "2026-01-05", "score": 0.1},
]
CRM = [
    {"customer_id": "1", "oldest": 3, "region": "north", "seen": "2026-02-01", "tags": ["press"], "happy": True},
    {"customer_id": "1", "stage": "high", "seen": "2026-01-01", "score": 0.2, "region": None},
]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_each_field_by_its_rule(tmp_path: Path, form: str) -> None:
    channels = {"shop": SHOP, "crm": CRM}
    if form == "csv":
        channels = {name: [_as_cells(row) for row in rows] for name, rows in channels.items()}
    came = made(tmp_path, channels, form=form)
    one, two = came.rows
    assert one["sources"] == ["shop:row 1", "shop:row 3", "crm:row 1", "crm:row 2"]
    assert (one["spend"], one["visits"], one["oldest"]) == (Decimal("10.30"), 3, 3)
    assert (one["region"], one["seen"]) == ("north", date(2026, 2, 1))
    assert (one["stage"], one["tags"], one["happy"]) == ("low", ["vip", "press"], True)
    assert one["score"] == pytest.approx(0.3)
    assert (two["customer_id"], two["spend"], two["tags"], two["region"]) == ("2", Decimal("5.00"), None, None)
    conflicts = {name: count for name, count in came.found.disagreements.conflicts.items() if count}
    assert conflicts == {"region": 1, "stage": 1}


def _as_cells(row: dict[str, object]) -> dict[str, object]:
    return {name: ";".join(cell) if isinstance(cell, list) else cell for name, cell in row.items()}


def test_the_latest_is_of_those_that_are_known(tmp_path: Path) -> None:
    rows = [
        {"customer_id": "1", "region": "north"},
        {"customer_id": "1", "region": "south", "seen": "1600-01-01"},
        {"customer_id": "1", "seen": "2026-01-01"},
        {"customer_id": "1", "region": "north", "seen": "1600-01-01"},
        {"customer_id": "2", "region": "north"},
        {"customer_id": "2", "region": "south"},
    ]
    assert [row["region"] for row in made(tmp_path, {"shop": rows}).rows] == ["south", "north"]


def test_keys_join_transitively(tmp_path: Path) -> None:
    shop = [{"customer_id": "1", "email": "a@x.org"}, {"email": "b@x.org", "phone": "12"}, {"customer_id": "3"}]
    crm = [{"email": "a@x.org", "phone": "12"}, {"phone": "99"}]
    came = made(tmp_path, {"shop": shop, "crm": crm})
    assert came.sources == {
        frozenset({"shop:row 1", "shop:row 2", "crm:row 1"}),
        frozenset({"shop:row 3"}),
        frozenset({"crm:row 2"}),
    }
    assert came.rows[0]["email"] == "a@x.org"
    assert came.found.largest is not None
    assert (came.found.largest.records, came.found.largest.first) == (3, "shop:row 1")


def test_a_chain_of_ten_thousand_links_is_one_customer(tmp_path: Path) -> None:
    rows = [{"customer_id": f"c{at // 2}", "email": f"e{(at + 1) // 2}@x.org", "spend": 1} for at in range(10_000)]
    came = made(tmp_path, {"shop": rows[::2] + rows[1::2]})
    assert [(row["spend"], len(row["sources"])) for row in came.rows] == [(Decimal(10_000), 10_000)]


def test_what_each_key_is_normalised_to(tmp_path: Path) -> None:
    shop = [{"email": " Ada@X.org", "phone": "+49 30 1"}, {"customer_id": "A"}]
    crm = [{"email": "ada@x.org"}, {"phone": "0049301"}, {"customer_id": "a"}]
    more = '[key.email]\nnormalise = "email"\n[key.phone]\nnormalise = "phone"\n'
    came = made(tmp_path, {"shop": shop, "crm": crm}, more=more)
    assert len(came.rows) == 3
    assert came.rows[0]["email"] == " Ada@X.org"
    assert came.found.disagreements.conflicts["email"] == 0
    assert len(made(tmp_path, {"shop": shop, "crm": crm}).rows) == 5


def test_only_verified_values_link_where_a_channel_says_which_are(tmp_path: Path) -> None:
    rows = [
        {"email": "a@x.org", "ok": True},
        {"email": "a@x.org", "ok": False},
        {"email": "a@x.org", "ok": None},
        {"email": "a@x.org", "ok": "maybe"},
        {"email": "a@x.org", "ok": "yes"},
    ]
    path = write_channels(tmp_path, {"shop": rows})
    path.write_text(path.read_text() + 'verified = { email = "ok" }\n')
    came = came_of(tmp_path, path)
    assert came.sources == {
        frozenset({"shop:row 1", "shop:row 5"}),
        *(frozenset({f"shop:row {row}"}) for row in (2, 3, 4)),
    }
    assert [row["email"] for row in came.rows] == ["a@x.org"] * 4
    notes = consolidation_notes(came.found, frozenset())
    assert "3 values of `email` in `shop` are not verified and link nothing" in notes
    assert "1 cell of `ok` in `shop` is neither yes nor no: not verified" in notes


def test_nobodys_values_link_nothing_and_are_told(tmp_path: Path) -> None:
    rows = [{"email": each, "phone": "000000"} for each in ("n/a", "N/A", "", None, "x@y.z", "x@y.z", "a@x.org")]
    came = made(tmp_path, {"shop": rows}, more='[key.email]\nnever = ["x@y.z"]\n')
    assert len(came.rows) == 7
    assert [row["email"] for row in came.rows] == [None] * 6 + ["a@x.org"]
    assert {row["phone"] for row in came.rows} == {None}
    assert consolidation_notes(came.found, frozenset({"phone"})) == [
        '4 values of `email` are nobody\'s and count as missing: "x@y.z" 2, "N/A" 1, "n/a" 1',
        "7 values of `phone` are nobody's and count as missing",
    ]


def test_a_value_that_too_many_share_links_none_and_is_told(tmp_path: Path) -> None:
    rows = [{"email": "info@x.org"} for _ in range(6)] + [{"email": "b@x.org"} for _ in range(5)]
    came = made(tmp_path, {"shop": rows}, most_linked=5)
    assert len(came.rows) == 7
    (said,) = consolidation_findings(came.found, frozenset())
    assert said == (
        '"info@x.org" of `email` stands in 6 records, more than 5, so it links none of them; '
        "if it is nobody's, add it to `never`, else raise `--most-linked`"
    )
    assert consolidation_findings(came.found, frozenset({"email"}))[0].startswith("a value of `email` stands in 6")
    assert came.found.is_suspicious
    assert len(made(tmp_path, {"shop": rows}, more="[key.email]\nmost_linked = 6\n", most_linked=5).rows) == 2


def test_a_whole_number_is_one_key_however_it_is_written(tmp_path: Path) -> None:
    policy = policy_of("customer { no : integer key\n mail : text key }\nservice { ok : flag }\n")
    (tmp_path / "a.csv").write_text("no\n017\n17.0\n18\n")
    (tmp_path / "b.jsonl").write_text('{"no": 17, "mail": "a@x.org"}\n{"mail": "a@x.org"}\n')
    path = tmp_path / "channels.toml"
    path.write_text('[[channel]]\nname = "a"\nfile = "a.csv"\n[[channel]]\nname = "b"\nfile = "b.jsonl"\n')
    came = came_of(tmp_path, path, policy)
    assert came.sources == {frozenset({"a:row 1", "a:row 2", "b:row 1", "b:row 2"}), frozenset({"a:row 3"})}
    assert [row["no"] for row in came.rows] == [17, 18]


def test_what_cant_be_read_is_missing_and_told(tmp_path: Path) -> None:
    rows = [{"customer_id": "1", "spend": "much", "tags": ["vip", "nobody"]}, {"customer_id": "1", "spend": 3}]
    came = made(tmp_path, {"shop": rows})
    assert (came.rows[0]["spend"], came.rows[0]["tags"]) == (Decimal(3), ["vip"])
    notes = consolidation_notes(came.found, frozenset())
    assert notes[0].startswith(
        "1 of 2 values of `spend` in `shop` can't be read and counts as missing; row 1 of `shop`: `spend` is"
    )
    assert '`tags` holds "nobody", left out' in notes[1]


def test_rows_that_cant_be_read_whole_are_there_and_told(tmp_path: Path) -> None:
    (tmp_path / "shop.jsonl").write_text('{"customer_id": "1"}\n{broken\n[]\n{"customer_id": "1"}\n')
    (tmp_path / "channels.toml").write_text('[[channel]]\nname = "shop"\nfile = "shop.jsonl"\n')
    came = came_of(tmp_path, tmp_path / "channels.toml")
    assert came.sources == {
        frozenset({"shop:row 1", "shop:row 4"}),
        frozenset({"shop:row 2"}),
        frozenset({"shop:row 3"}),
    }
    assert "2 rows of `shop` couldn't be read whole" in consolidation_notes(came.found, frozenset())[0]


def test_sums_are_exact_and_stay_in_bounds(tmp_path: Path) -> None:
    policy = policy_of(
        "customer {\n id : text key\n money : money merge sum\n few : integer at most 5 merge sum\n"
        " many : integer merge sum\n part : number merge sum\n}\nservice { ok : flag }\n"
    )
    rows = [
        {"id": "1", "money": "0.10", "few": 3, "many": 2**62, "part": 1e16},
        {"id": "1", "money": "90071992547409.91", "few": 3, "many": 2**62, "part": 1.0},
        {"id": "1", "money": "-0.20", "part": -1e16},
        {"id": "2", "money": "90071992547409.92", "few": 5},
        {"id": "2", "money": "0.01", "part": 1.7e308},
        {"id": "2", "part": 1.7e308},
    ]
    came = made(tmp_path, {"shop": rows}, policy=policy)
    one, two = came.rows
    assert (one["money"], one["few"], one["many"]) == (Decimal("90071992547409.81"), None, None)
    assert (two["money"], two["few"], two["part"]) == (None, 5, None)
    assert came.found.disagreements.out_of_bounds == {"money": 1, "few": 1, "many": 1, "part": 1}
    assert made(tmp_path, {"shop": rows[::-1]}, policy=policy).rows[1]["part"] == one["part"]
    assert "the sum of `few` of 1 customer is more than the policy admits: missing" in consolidation_notes(
        came.found, frozenset()
    )


def test_conflicts_name_every_value_and_its_source(tmp_path: Path) -> None:
    path = write_channels(tmp_path, {"shop": SHOP, "crm": CRM})
    path.write_text(path.read_text().replace('file = "crm.jsonl"', 'file = "crm.jsonl"\nid = "oldest"'))
    came_of(tmp_path, path, conflicts=tmp_path / "conflicts.csv")
    assert (tmp_path / "conflicts.csv").read_text() == (
        "customer,field,rule,taken,values\n"
        "shop:row 1,region,latest by seen,north,north (shop:row 1); south (shop:row 3); north (crm:3)\n"
        "shop:row 1,stage,first,low,low (shop:row 1); high (crm:row 2)\n"
    )


def test_sets_differ_label_by_label(tmp_path: Path) -> None:
    labels = ", ".join(f"l{at}" for at in range(130))
    fields = f" id : text key\n a : set of {labels}\n b : set of {labels} merge union"
    policy = policy_of(f"customer {{\n{fields}\n}}\nservice {{ ok : flag }}\n")
    rows = [{"id": "1", "a": ["l0", "l129"], "b": ["l64"]}, {"id": "1", "a": ["l0", "l70"], "b": ["l1", "l129"]}]
    came = made(tmp_path, {"shop": rows}, policy=policy, conflicts=tmp_path / "conflicts.csv")
    assert (came.rows[0]["a"], came.rows[0]["b"]) == (["l0", "l129"], ["l1", "l64", "l129"])
    assert "1,a,first,l0;l129,l0;l129 (shop:row 1); l0;l70 (shop:row 2)" in (tmp_path / "conflicts.csv").read_text()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "tsv"])
def test_the_result_is_a_base_that_the_policy_reads(tmp_path: Path, ending: str) -> None:
    text = (
        'customer {\n id : text key column "Customer No"\n share : percent\n wait : duration in hours\n m : money\n'
        ' n : number\n d : date\n f : flag\n s : set of a, b\n c : one of "x;", y\n}\nservice { ok : flag }\n'
    )
    policy = loads(text)
    row = {"Customer No": 'a,"b"\nc', "share": 0.1255, "wait": 1.5, "m": "0.30", "n": 0.1, "d": "0001-01-01"}
    row |= {"f": False, "s": ["b", "a"], "c": "x;"}
    path = write_channels(tmp_path, {"shop": [row, {"Customer No": "é 🙂"}]})
    target = tmp_path / f"out.{ending}"
    from tierpolicy.runtime.identity.channels import read_channels
    from tierpolicy.runtime.identity.consolidating import Asked, consolidated

    consolidated(policy.versions[0], read_channels(path), Asked(target), lambda *_: None)
    again = tmp_path / "again.toml"
    again.write_text(f'[[channel]]\nname = "shop"\nfile = "{target.name}"\n')
    first = came_of(tmp_path, path, policy.versions[0])
    second = came_of(tmp_path, again, policy.versions[0])
    assert [{**each, "sources": None} for each in second.rows] == [{**each, "sources": None} for each in first.rows]
    assert first.rows[0]["share"] == Decimal("0.1255")
    assert not second.found.seen.unread


def test_no_rows_are_a_base_without_customers(tmp_path: Path) -> None:
    came = made(tmp_path, {"shop": []}, form="csv")
    assert (came.rows, came.found.customers, came.found.largest) == ([], 0, None)


def test_clusters_that_were_found_elsewhere_link(tmp_path: Path) -> None:
    path = write_channels(tmp_path, {"shop": [{"no": 7}, {"no": 8}], "crm": [{"email": "a@x.org"}, {}]})
    path.write_text(
        path.read_text().replace('file = "shop.jsonl"', 'file = "shop.jsonl"\nid = "no"\ncolumns = {email = "no"}')
    )
    clusters = tmp_path / "clusters.csv"
    clusters.write_text("cluster_id,source_dataset,unique_id\nk,shop,7\nk,crm,2\nl,crm,9\nl,nobody,1\n")
    came = came_of(tmp_path, path, clusters=str(clusters))
    assert came.sources == {frozenset({"shop:7", "crm:row 2"}), frozenset({"shop:8"}), frozenset({"crm:row 1"})}
    assert consolidation_findings(came.found, frozenset()) == [
        "2 lines of the clusters name no record, such as `crm:9`: records are named by the channel's `id`, else by row"
    ]


def test_a_channel_may_hold_its_clusters_itself(tmp_path: Path) -> None:
    rows = [{"email": "a@x.org", "who": 1}, {"email": "b@x.org", "who": 1}, {"email": "c@x.org", "who": 2}]
    path = write_channels(tmp_path, {"shop": rows})
    path.write_text(path.read_text() + 'cluster = "who"\n')
    assert len(came_of(tmp_path, path).rows) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cluster,unique_id\n", "has no column `cluster_id`"),
        ("cluster_id\n", "has no column `unique_id`"),
        ("cluster_id,unique_id\n", "has no column `source_dataset` that says which channel"),
    ],
)
def test_clusters_that_cant_be_read(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "clusters.csv").write_text(text)
    with pytest.raises(UnusableFile, match=said):
        made(tmp_path, {"a": [{"email": "x"}], "b": [{"email": "x"}]}, clusters=str(tmp_path / "clusters.csv"))


def test_a_full_result_never_replaces_half_of_one(tmp_path: Path) -> None:
    """What goes wrong late leaves the old result as it was, and nothing beside it."""
    (tmp_path / "customers.parquet").write_text("old")
    rows = [{"email": "a@x.org"}]
    path = write_channels(tmp_path, {"shop": rows})
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(UnusableFile, match="says no `link_type`"):
        came_of(tmp_path, path, splink=tmp_path / "model.json")
    assert (tmp_path / "customers.parquet").read_text() == "old"
    assert not list(tmp_path.glob(".tierpolicy*"))


ODD = "'; drop table records; --"


def test_odd_names_are_names(tmp_path: Path) -> None:
    row = {ODD: "a@x.org", 'a"b': "1", "🙂": "x"}
    path = write_channels(tmp_path, {"shop": [row, row]})
    escaped = 'a\\"b'
    path.write_text(
        path.read_text().replace('"shop"', '"shop 🙂 \'"', 1)
        + f'columns = {{ email = "{ODD}", spend = "{escaped}" }}\nid = "🙂"\n'
    )
    (row,) = came_of(tmp_path, path).rows
    assert row["sources"] == ["shop 🙂 ':x"] * 2
    assert row["spend"] == Decimal(2)
