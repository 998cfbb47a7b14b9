"""`tierpolicy fmt`: the canonical form, written whole, said aloud."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import POLICY, Run

UGLY = "# kept\nif   orders>3 then priority=top,callback=yes   # here too\n"
TIDY = "# kept\nif orders > 3 then priority = top, callback = yes  # here too\n"


def test_what_changes_is_said_and_done_once(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(UGLY)
    (folder / "p.tier").chmod(0o640)
    done = run("fmt", "p.tier", "shop.tier")
    assert (done.returncode, done.stdout) == (0, "changed p.tier\n")
    assert (folder / "p.tier").read_text() == TIDY
    assert (folder / "p.tier").stat().st_mode & 0o777 == 0o640
    assert (folder / "shop.tier").read_text() == POLICY
    assert run("fmt", "p.tier").stdout == ""
    assert sorted(each.name for each in folder.iterdir()) == ["p.tier", "shop.tier"]


def test_check_and_diff_write_nothing(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(UGLY)
    done = run("fmt", "--check", ".")
    assert (done.returncode, done.stdout) == (1, "would change p.tier\n")
    done = run("fmt", "--diff", "p.tier")
    assert done.returncode == 1
    assert "-if   orders>3 then" in done.stdout
    assert "+if orders > 3 then" in done.stdout
    assert (folder / "p.tier").read_text() == UGLY
    assert run("fmt", "--check", "shop.tier").returncode == 0


def test_a_file_with_mistakes_is_left_alone(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text("if orders >>> 3 then\n")
    done = run("fmt", "p.tier")
    assert done.returncode == 1
    assert "left as it is: p.tier has mistakes" in done.stderr
    assert (folder / "p.tier").read_text() == "if orders >>> 3 then\n"


def test_line_ends_and_a_byte_order_mark_are_part_of_the_form(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_bytes(b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode())
    assert run("fmt", "--check", "p.tier").returncode == 1
    run("fmt", "p.tier")
    assert (folder / "p.tier").read_bytes() == TIDY.encode()


def test_a_link_stays_a_link(run: Run, folder: Path) -> None:
    (folder / "real.tier").write_text(UGLY)
    (folder / "link.tier").symlink_to("real.tier")
    assert run("fmt", "link.tier").returncode == 0
    assert (folder / "link.tier").is_symlink()
    assert (folder / "real.tier").read_text() == TIDY


def test_nothing_is_changed_that_nobody_named(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(UGLY)
    done = run("fmt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: this changes files, so name them\n  `.` is the current folder")
    assert run("fmt", "--diff").returncode == run("fmt", "--check").returncode == 1
    (folder / "pyproject.toml").write_text('[tool.tierpolicy]\npaths = ["p.tier"]\n')
    assert run("fmt").stdout == "changed p.tier\n"


def test_usage(run: Run, folder: Path) -> None:
    done = run("fmt", "nowhere.tier")
    assert (done.returncode, done.stderr) == (2, "error: there is no file or folder `nowhere.tier`\n")
    (folder / "empty").mkdir()
    done = run("fmt", "empty")
    assert done.returncode == 2
    assert "there is no policy file in `empty`" in done.stderr
    (folder / "latin.tier").write_bytes(b"# caf\xe9\n")
    done = run("fmt", "latin.tier")
    assert done.returncode == 2
    assert "not UTF-8" in done.stderr
