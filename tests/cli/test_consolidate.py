"""`tierpolicy consolidate` and `tierpolicy calibrate` as a person runs them: what they say, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

POLICY = """\
customer {
    customer_id : text key
    email       : text key sensitive
    spend       : money at least 0 merge sum
}
service { priority : low < high }
baseline everyone: priority at least low
rule best: if spend in top 50% then priority = high
"""
CHANNELS = '[[channel]]\nname = "shop"\nfile = "data/shop.csv"\n[[channel]]\nname = "desk"\nfile = "data/desk.jsonl"\n'
SHOP = "customer_id,email,spend\n1,a@x.org,10.50\n2,info@x.org,3\n3,info@x.org,much\n"
DESK = '{"email": "a@x.org", "spend": 1}\n{"email": "info@x.org", "spend": 2}\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "tenths.tier").write_text(POLICY)
    (tmp_path / "channels.toml").write_text(CHANNELS)
    (tmp_path / "data/shop.csv").write_text(SHOP)
    (tmp_path / "data/desk.jsonl").write_text(DESK)
    return tmp_path


def test_records_become_customers(run: Run, shop: Path) -> None:
    done = run("consolidate", "tenths.tier", "channels.toml", "-o", "out.csv", "--conflicts", "conflicts.csv")
    assert done.returncode == 0
    assert done.stdout == (
        "channel   records\n"
        "shop            3\n"
        "desk            2\n"
        "all             5\n"
        "\n"
        "linked by       values   records\n"
        "`customer_id`        0         0\n"
        "`email`              2         5\n"
        "\n"
        "5 records are 2 customers; most records, 3, has the one of `shop:row 2`\n"
        "customers whose records disagree: `customer_id` 1; all are in conflicts.csv\n"
        "2 customers in out.csv\n"
    )
    assert done.stderr == (
        "note: 1 of 3 values of `spend` in `shop` can't be read and counts as missing; row 3 of `shop`: "
        '`spend` is "much", which counts as missing: expected an amount of money, at least 0\n'
    )
    assert (shop / "out.csv").read_text() == (
        "customer_id,email,spend,sources\n"
        "1,a@x.org,11.50,shop:row 1;desk:row 1\n"
        "2,info@x.org,5.00,shop:row 2;shop:row 3;desk:row 2\n"
    )


def test_a_doubtful_key_ends_with_one_and_isnt_shown_where_it_is_sensitive(run: Run, shop: Path) -> None:
    done = run("consolidate", "tenths.tier", "channels.toml", "-o", "out.parquet", "--most-linked", "2")
    assert done.returncode == 1
    assert "warning: a value of `email` stands in 3 records, more than 2, so it links none of them" in done.stderr
    assert "info@" not in done.stdout + done.stderr
    assert done.stdout.endswith("5 records are 4 customers; most records, 2, has the one of `shop:row 1`\n"
                                "no records of one customer disagree\n4 customers in out.parquet\n")  # fmt: skip


def test_values_that_cant_be_read_end_with_one_where_they_must_not_be(run: Run, shop: Path) -> None:
    assert run("consolidate", "tenths.tier", "channels.toml", "-o", "out.csv", "--strict").returncode == 1
    assert (shop / "out.csv").exists()
    (shop / "data/shop.csv").write_text("customer_id;email;spend\n1;a@x.org;10,50\n2;b@x.org;1.003,25\n")
    done = run("consolidate", "tenths.tier", "channels.toml", "-o", "out.csv", "--strict")
    assert (done.returncode, done.stderr) == (0, (
        "note: `shop`: the file is read with columns parted by `;`\n"
        "note: `shop`: `spend` is read with decimal commas: `10,50` is 10.50\n"
    ))  # fmt: skip
    assert (shop / "out.csv").read_text().split("\n")[1] == "1,a@x.org,11.50,shop:row 1;desk:row 1"


def test_ids_lead_from_channels_to_customers_and_purchases_to_values(run: Run, shop: Path) -> None:
    (shop / "data/club.csv").write_text("No,email,spend\nB7,a@x.org,1\nB8,zoe@x.org,1\n")
    (shop / "channels.toml").write_text(CHANNELS + '[[channel]]\nname = "club"\nfile = "data/club.csv"\nid = "No"\n')
    asked = ("consolidate", "tenths.tier", "channels.toml", "-o", "out.csv")
    assert run(*asked, "--ids", "ids.csv").returncode == 0
    assert (shop / "ids.csv").read_text() == (
        "channel,id,customer_id\n"
        "shop,row 1,1\ndesk,row 1,1\nclub,B7,1\n"
        "shop,row 2,2\nshop,row 3,2\ndesk,row 2,2\n"
        "club,B8,\n"
    )
    (shop / "p.csv").write_text(
        "who,date,amount\nB7,2025-01-14,30\nclub:B7,2025-03-14,30\n1,2025-05-02,4\nB8,2025-02-03,9\n"
    )
    given = ("--customer", "who", "--margin", "30%", "--retention", "70%", "--as-of", "2026-01-01")
    done = run("value", "p.csv", "--add-to", "out.csv", "--ids", "ids.csv", "-o", "v.csv", *given)
    assert done.returncode == 0
    assert "note: 2 lines count for the customer whose other id is named, as `ids.csv` says\n" in done.stderr
    assert 'note: 1 purchase of 1 customer, for 9.00, is of nobody in `out.csv`, such as "B8"; their' in done.stderr
    assert "from 1 customer," in done.stdout
    for target, said in [
        ("out.csv", "can't both be written"),
        ("ids.txt", "ends in `.csv`"),
        ("data/shop.csv", "is read"),
    ]:
        refused = run(*asked, "--ids", target)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr


def test_what_cant_be_consolidated_is_said_in_a_line(run: Run, shop: Path) -> None:
    (shop / "broken.toml").write_text("[[chanel]]\n")
    for args, said in [
        (("tenths.tier", "nowhere.toml", "-o", "out.csv"), "there is no file `nowhere.toml`"),
        (
            ("tenths.tier", "broken.toml", "-o", "out.csv"),
            "`broken.toml` has no setting `chanel`; did you mean `channel`?",
        ),
        (("tenths.tier", "channels.toml", "-o", "out.txt", "--most-linked", "0"), "`--most-linked` should be"),
        (
            ("tenths.tier", "channels.toml", "-o", "out.csv", "--threshold", "2"),
            "`--threshold` should be a probability",
        ),
        (("tenths.tier", "channels.toml", "-o", "data/shop.csv"), "`data/shop.csv` is read by this command"),
        (("tenths.tier", "channels.toml", "-o", "channels.toml", "--format", "csv"), "`channels.toml` is read by this"),
        (("tenths.tier", "channels.toml", "-o", "out.csv", "--splink", "no.json"), "there is no file `no.json`"),
        (("tenths.tier", "channels.toml", "-o", "out.csv", "--clusters", "no.csv"), "there is no file `no.csv`"),
    ]:
        done = run("consolidate", *args)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert done.stderr.startswith(f"error: {said}"), done.stderr
    assert (shop / "data/shop.csv").read_text() == SHOP
    assert not list(shop.glob("out*"))


def test_thresholds_are_measured_and_watched(run: Run, shop: Path) -> None:
    base = "data/shop.csv"
    assert run("check", "tenths.tier").returncode == 1
    early = run("calibrate", "tenths.tier", base, "--check")
    assert (early.returncode, (shop / "tenths.calibration.toml").exists()) == (1, False)
    done = run("calibrate", "tenths.tier", base, "--as-of", "2026-11-22")
    assert done.stdout == (
        "share              old     new   customers   of known\n"
        "spend in top 50%     -   10.50           1      50.0%\n"
        "1 threshold in tenths.calibration.toml\n"
    )
    assert 'value = "10.50"\ndate = 2026-11-22\n' in (shop / "tenths.calibration.toml").read_text()
    assert run("check", "tenths.tier", "--quick").returncode == 0
    assert run("calibrate", "tenths.tier", base, "--check").stdout.endswith(
        "tenths.calibration.toml fits these customers\n"
    )
    (shop / base).write_text("spend\n20\n30\n")
    later = run("calibrate", "tenths.tier", base, "--check")
    assert later.returncode == 1
    assert "warning: `spend in top 50%` is 10.50 in the file, which takes 2 customers here" in later.stderr
    assert run("calibrate", "tenths.tier", base, "--check", "--tolerance", "100").returncode == 0


def test_what_cant_be_calibrated_is_said_in_a_line(run: Run, shop: Path) -> None:
    (shop / "plain.tier").write_text("if lifetime_value > 5 then priority = top\n")
    done = run("calibrate", "plain.tier", "data/shop.csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert "asks for no share of its customers" in done.stderr
    for args, said in [
        (("nowhere.csv",), "there is no file `nowhere.csv`"),
        (("data/shop.csv", "--table", "x"), "`data/shop.csv` holds no tables"),
        (("data/shop.csv", "--tolerance", "-1"), "`--tolerance` should be a percentage from 0 to 100"),
        (("channels.toml",), "`channels.toml` should end in"),
    ]:
        done = run("calibrate", "tenths.tier", *args)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"error: {said}"), done.stderr
