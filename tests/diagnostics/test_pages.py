"""A code leads to its page, in a checkout and in an installed package; nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierpolicy.diagnostics import pages


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    checkout = tmp_path / "docs"
    checkout.mkdir()
    (checkout / "T104.md").write_text("# T104: from docs\n")
    monkeypatch.setattr(pages, "_BESIDE", tmp_path / "pages")
    monkeypatch.setattr(pages, "_CHECKOUT", checkout)
    pages.page.cache_clear()
    return tmp_path


@pytest.mark.parametrize("code", ["T104", "t104", " T104\n"])
def test_a_code_in_any_case_leads_to_its_page(code: str) -> None:
    assert pages.page(code) == "# T104: from docs\n"


def test_an_installed_package_reads_the_pages_beside_it(folder: Path) -> None:
    (folder / "pages").mkdir()
    (folder / "pages" / "T104.md").write_text("# T104: from the wheel\n")
    assert pages.page("T104") == "# T104: from the wheel\n"


@pytest.mark.parametrize("code", ["T999", "", "../secret", "docs/T104", "T104.md", "T104\0", "Ŧ104"])
def test_what_is_no_code_has_no_page(code: str) -> None:
    assert pages.page(code) is None
