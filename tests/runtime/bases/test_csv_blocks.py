"""A CSV file in blocks is the CSV file row by row, whatever state it is in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierpolicy.runtime import csv_quotes
from tierpolicy.runtime.bases import Batch, csv_blocks, opened
from tierpolicy.runtime.csv_files import read_csv
from tierpolicy.semantics.outcome import Problem

Seen = tuple[int, int | None, dict[str, object], tuple[Problem, ...]]

PIECES = [
    "a",
    "1",
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    " ",
    "é",
    "\ufffd",
    "\x00",
    ";",
    '"x"',
    ',"a,b"',
    "\n\n",
    '"q""r",',
]
ROWS = ["x,y\n", "1.50,z\n", '"x","y"\n', '"a\nb",c\n', "x\n", "x,y,z\n", "x,,\n"]


def by_rows(path: Path) -> list[Seen]:
    with read_csv(path) as reader:
        return [(row.number, row.line, dict(row.record), row.problems) for row in reader.rows]


def in_blocks(path: Path, skipped: int = 0) -> list[Seen]:
    with opened(str(path)) as base:
        return [each for batch in base.batches(skipped) for each in rows_of(batch)]


def rows_of(batch: Batch) -> Iterator[Seen]:
    for at, record in enumerate(batch.rows.to_pylist()):
        line = None if batch.lines is None else batch.lines[at]
        held = {name: cell for name, cell in record.items() if cell is not None}
        yield batch.first + at, line, held, batch.problems.get(at, ())


bodies = st.lists(st.one_of(st.sampled_from(ROWS), st.sampled_from(PIECES)), max_size=30).map("".join)
heads = st.sampled_from(["a,b\n", "a,b\r\n", "\ufeffa,b\n", "a\n", '"a\nx",b\n', "a,a\n"])


@settings(max_examples=150, deadline=None)
@given(
    head=heads,
    body=bodies,
    last=st.sampled_from([b"", b"\xff,x\n", b"x,y\n"]),
    block=st.sampled_from([8, 40, 1 << 22]),
)
def test_blocks_say_what_rows_say(
    head: str, body: str, last: bytes, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "blocks.csv"
    path.write_bytes((head + body).encode() + last)
    expected = by_rows(path)
    with patch.object(csv_blocks, "BLOCK", block):
        assert in_blocks(path) == expected
        half = len(expected) // 2
        assert in_blocks(path, half) == expected[half:]


def test_plain_rows_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "_row_by_row", None)
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,x\n"2","x ""y"", z"\n3,')
    assert [record for _, _, record, _ in in_blocks(path)] == [
        {"a": "1", "b": "x"},
        {"a": "2", "b": 'x "y", z'},
        {"a": "3", "b": ""},
    ]


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (b"a,b\n1,2\n", ()),
        (b"\xef\xbb\xbfa,b\n1,2\n", ("the file is read as UTF-8 text with a byte order mark",)),
        ("a\tb\n1\t2\n".encode("utf-16"), ("the file is read as UTF-16 text with columns parted by tabs",)),
        (
            b"a;b\n1,50;2\n1.234,5;x\n",
            (
                "the file is read with columns parted by `;`",
                "`a` is read with decimal commas: `1,50` is 1.50",
            ),
        ),
        (b"a;b\nx,50;2\nabout 3;x\n", ("the file is read with columns parted by `;`",)),
        (
            b"a;b\n1,500;2\n3;x\n",
            (
                "the file is read with columns parted by `;`",
                "`a` has numbers such as `1,500`, which can be read in two ways, so they count as missing; "
                "`tierpolicy apply` takes `--decimal comma` or `--decimal point`",
            ),
        ),
    ],
)
def test_what_is_recognised_is_said(content: bytes, notes: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    with opened(str(tmp_path / "in.csv")) as base:
        assert base.notes == notes
        assert sum(batch.rows.num_rows for batch in base.batches()) == content.count(b"\n") - 1 or b"\xff" in content
        assert base.columns == ("a", "b")


def test_rows_over_several_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('a,b\n"x\ny",1\n"x\ny",2\n3,4\n')
    with opened(str(tmp_path / "in.csv")) as base:
        assert base.met() == ()
        assert [batch.lines for batch in base.batches()] == [[2, 4, 6]]
        assert base.met() == ("2 rows in quotes over several lines",)


def test_a_cell_may_have_very_many_lines(tmp_path: Path) -> None:
    note = "x\n" * 200_000
    (tmp_path / "in.csv").write_text(f'a,b,c\n1,2,"{note}"\n3,4,y\n')
    expected = [(1, 2, {"a": "1", "b": "2", "c": note}, ()), (2, 200_003, {"a": "3", "b": "4", "c": "y"}, ())]
    assert by_rows(tmp_path / "in.csv") == expected
    assert in_blocks(tmp_path / "in.csv") == expected


def test_a_slip_swallows_no_rows_however_far_a_quote_is(tmp_path: Path) -> None:
    customers = "".join(f"{number},plain\n" for number in range(300))
    (tmp_path / "in.csv").write_text(f'a,b\n1,"17 inch\n{customers}2,screen of 17"\n3,z\n')
    seen = by_rows(tmp_path / "in.csv")
    assert len(seen) == 303
    assert in_blocks(tmp_path / "in.csv") == seen


def test_a_line_that_opens_and_continues_is_looked_at_once_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    ending = csv_quotes._ending

    def counted(line: str, delimiter: str) -> csv_quotes._Ending:
        nonlocal looked
        looked += 1
        return ending(line, delimiter)

    monkeypatch.setattr(csv_quotes, "_ending", counted)
    (tmp_path / "in.csv").write_text("a,b,c\n" + 'a","c\n' * 2_000)
    assert len(by_rows(tmp_path / "in.csv")) == 2_000
    assert 2_000 < looked <= 2 * 3 * 2_000  # the first rows are read for decimal commas too


@pytest.mark.parametrize("head", ["a,junk,junk", "a,,"])
@pytest.mark.parametrize("quoted", ["2", '"x\r2"'])
def test_columns_that_nobody_reads_are_no_problem(head: str, quoted: str, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"{head}\n1,{quoted},3\n")
    with opened(str(path), wanted=["a"]) as base:
        assert [(batch.rows.to_pylist(), dict(batch.problems)) for batch in base.batches()] == [([{"a": "1"}], {})]
    with read_csv(path, wanted=["a"]) as reader:
        assert [row.problems for row in reader.rows] == [()]


def test_columns_that_are_read_and_differ_are_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b,b\n1,2,3\n")
    with opened(str(path), wanted=["b"]) as base:
        (batch,) = base.batches()
    with read_csv(path, wanted=["b"]) as reader:
        (row,) = reader.rows
    assert batch.problems[0] == row.problems
    assert "two columns are called `b` and differ" in row.problems[0].message
