"""What a file of channels may say; what it may not is told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.identity.made import made, policy_of
from tierpolicy.runtime.identity.channels import read_channels
from tierpolicy.runtime.identity.consolidating import Asked, consolidated
from tierpolicy.runtime.rows import UnusableFile

SHOP = '[[channel]]\nname = "shop"\nfile = "shop.csv"\n'


def test_what_a_file_of_channels_says(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(
        f'{SHOP}id = "No"\ncluster = "who"\ncolumns = {{ email = "E-Mail" }}\nverified = {{ email = "ok" }}\n'
        '[[channel]]\nname = "crm"\nfile = "postgresql://crm/customers"\ntable = "people"\n'
        '[key.email]\nnormalise = "email"\nnever = ["x@y.z"]\nmost_linked = 5\n'
    )
    found = read_channels(path)
    shop, crm = found.channels
    assert (shop.source, shop.id, shop.cluster) == (str(tmp_path / "shop.csv"), "No", "who")
    assert (shop.columns, shop.verified) == ({"email": "E-Mail"}, {"email": "ok"})
    assert (crm.source, crm.table) == ("postgresql://crm/customers", "people")
    assert (found.keys["email"].normalise, found.keys["email"].most_linked) == ("email", 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no channel: begin each with"),
        ("channel = 3", "names no channel"),
        ("[[channel]", "is not TOML"),
        ("\x00", "is not TOML"),
        ('[[channel]]\nfile = "shop.csv"', 'channel 1 in .* needs a `name` without `:`, such as `name = "shop"`'),
        ('[[channel]]\nname = "a:b"\nfile = "shop.csv"', "needs a `name` without `:`"),
        ('[[channel]]\nname = "shop"', 'needs a `file`, such as `file = "shop.csv"`'),
        (f"{SHOP}{SHOP}", "two channels in .* are called `shop`"),
        (f'{SHOP}colums = {{ email = "x" }}', "has no setting `colums`; did you mean `columns`"),
        (f"{SHOP}columns = {{ email = 3 }}", "should name a column for `email`, in quotes"),
        (f'{SHOP}columns = "x"', "should be a table"),
        (f'{SHOP}id = ""', "`id` of .* should be a text in quotes"),
        (f"{SHOP}[keys.email]", "has no setting `keys`; did you mean `key`"),
        (f'{SHOP}[key.email]\nnormalise = "mail"', "is normalised as one of .* not `mail`"),
        (f'{SHOP}[key.email]\nnever = "x"', "`never` of .* should be a list of texts"),
        (f"{SHOP}[key.email]\nmost_linked = 0", "`most_linked` of .* should be a whole number, at least 1"),
        (f"{SHOP}[key]\nemail = 1", r"`\[key.email\]` in .* should be a table"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(text)
    with pytest.raises(UnusableFile, match=said):
        read_channels(path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('columns = { mail = "E-Mail" }', "`mail`, named by channel `shop` .* is no field of the policy; did you mean"),
        (
            'columns = { email = "E-Mial" }',
            "`shop.csv` of channel `shop` has no column `E-Mial`; did you mean `E-Mail`",
        ),
        ('id = "Nr"', "has no column `Nr`"),
        ('cluster = "who"', "has no column `who`"),
        ('verified = { email = "ok" }', "has no column `ok`"),
        ('verified = { spend = "spend" }', "`spend`, which channel `shop` says is verified, is no key of the policy"),
        ("[key.spend]", r"`\[key.spend\]` in .* names no key of the policy"),
        ("[key.mail]", r"`\[key.mail\]` in .* names no key of the policy; did you mean `email`"),
        ('table = "people"', "holds no tables, so leave out the table `people`"),
    ],
)
def test_what_the_policy_or_a_file_doesnt_have_is_said(tmp_path: Path, more: str, said: str) -> None:
    (tmp_path / "shop.csv").write_text("E-Mail,spend\na@x.org,1\n")
    (tmp_path / "channels.toml").write_text(SHOP + more)
    with pytest.raises(UnusableFile, match=said):
        _consolidate(tmp_path)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("x,y", "has no column that the policy reads; say which is which"),
        ("spend", "no channel has a column for `customer_id` or `email` or `phone`, so nothing links records"),
        ("email,email", "has two columns `email`; name them apart"),
        ("email,region", "`region` is merged by the latest `seen`, and no channel has a column for `seen`"),
    ],
)
def test_files_that_nothing_can_be_made_of(tmp_path: Path, head: str, said: str) -> None:
    (tmp_path / "shop.csv").write_text(f"{head}\n")
    (tmp_path / "channels.toml").write_text(SHOP)
    with pytest.raises(UnusableFile, match=said):
        _consolidate(tmp_path)


def test_files_that_are_read_arent_written(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("email\na@x.org\n")
    (tmp_path / "channels.toml").write_text(SHOP)
    for target, conflicts, said in [
        ("shop.csv", None, "is read by this command"),
        ("out.csv", "shop.csv", "is read by this command"),
        ("out.csv", "out.csv", "can't both be written"),
        ("out.xls", None, "should end in"),
        ("no/out.csv", None, "there is no folder"),
    ]:
        with pytest.raises(UnusableFile, match=said):
            _consolidate(tmp_path, target, conflicts)
    assert (tmp_path / "shop.csv").read_text() == "email\na@x.org\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["channels.toml", "shop.csv"]


def test_no_key_is_said(tmp_path: Path) -> None:
    policy = policy_of("customer { email : text }\nservice { ok : flag }\n")
    with pytest.raises(UnusableFile, match="nothing links records: write `key`"):
        made(tmp_path, {"shop": [{"email": "a@x.org"}]}, policy=policy)


def _consolidate(folder: Path, target: str = "out.csv", conflicts: str | None = None) -> None:
    asked = Asked(folder / target, conflicts=None if conflicts is None else folder / conflicts)
    consolidated(policy_of(), read_channels(folder / "channels.toml"), asked, lambda *_: None)
