"""Numbers with decimal commas: read where their column settles it, or a person says so, on every road."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.csv_files import read_csv

Said = Literal["comma", "point"] | None


def cells(folder: Path, text: str, said: Said = None, encoding: str = "utf-8") -> list[object]:
    """What column `a` holds, in blocks and row by row."""
    path = folder / "in.csv"
    path.write_text(text, encoding=encoding)
    with opened(str(path), decimal=said, numbers={"a"}) as base:
        found = [cell for batch in base.batches() for cell in batch.rows.column("a").to_pylist()]
        noted = base.notes
    with read_csv(path, {"a"}, said) as reader:
        assert [row.record.get("a") for row in reader.rows] == found
        assert reader.notes == noted
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["1,5", "2", "1.234,50", " 7,25 ", "-0,5", "1.234", "many", ""], None),
        (["1,234", "1,5"], ["1.234", "1.5"]),
        (["1,234", "2,345"], ["1,234", "2,345"]),
        (["1,5", "2.5"], ["1,5", "2.5"]),
        (["1,5", "1,2,3"], ["1,5", "1,2,3"]),
        (["1.5", "2"], ["1.5", "2"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_column_settles_what_its_commas_mean(
    given: list[str], expected: list[str] | None, encoding: str, tmp_path: Path
) -> None:
    expected = expected or ["1.5", "2", "1234.50", " 7.25 ", "-0.5", "1234", "many", ""]
    text = "a;b\n" + "".join(f"{cell};12,5\n" for cell in given)
    assert cells(tmp_path, text, encoding=encoding) == expected


def test_commas_in_other_columns_stay(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a;b\n1,5;2,5\n")
    with opened(str(tmp_path / "in.csv"), numbers={"b"}) as base:
        assert [batch.rows.to_pylist() for batch in base.batches()] == [[{"a": "1,5", "b": "2.5"}]]


def test_a_person_may_say_it(tmp_path: Path) -> None:
    text = 'a,b\n"1,234",x\n"12,5",y\n"1,234,567.5",z\n'
    assert cells(tmp_path, text) == ["1,234", "12,5", "1,234,567.5"]
    assert cells(tmp_path, text, "comma") == ["1.234", "12.5", "1,234,567.5"]
    assert cells(tmp_path, text, "point") == ["1234", "12,5", "1234567.5"]
