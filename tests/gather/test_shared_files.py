"""What is said of a file that several policies of a folder use."""

from __future__ import annotations

from pathlib import Path

from tierpolicy.pipeline import check_path

SHARED = """
customer { spend : money  disputes : integer  other : integer }
service { priority : normal < high }
define quarrels = disputes > 5
"""
FILES = {
    "shared.tier": SHARED,
    "a.tier": 'policy "a"\nuse "shared.tier"\nif spend > 5 then priority = high\n',
    "b.tier": 'policy "b"\nuse "shared.tier"\nif spend > 7 and quarrels then priority = high\n',
}


def unused(path: Path) -> list[str]:
    found = check_path(path, prove=False).diagnostics
    return [each.message for each in found if each.code.code in ("T501", "T502")]


def test_what_one_of_its_policies_uses_is_used(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (other,) = unused(tmp_path)
    assert "`other`" in other
    assert len(unused(tmp_path / "a.tier")) == 2  # alone, it leaves `quarrels` unread
