"""One policy's files: which are read, in which order, and how a message names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.diagnostic import Code
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import STANDARD_PATH, Gathered, gather, gather_folder, gather_text

OWN = "customer {\n    a : flag\n}\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_csv", ".csv")
        path = path if path.suffix else path.with_suffix(".tier")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def codes(found: Gathered) -> list[Code]:
    return [each.code for each in found.diagnostics]


def paths(found: Gathered) -> list[str]:
    return [module.path for module in found.modules]


def text_at(found: Gathered, number: int = 0) -> str:
    """What the author wrote where the finding points."""
    span = found.diagnostics[number].span
    assert span is not None
    return next(source for source in found.sources if source.path == span.path).slice(span)


# ---------------------------------------------------------------- what a file uses


def test_used_files_follow_in_the_order_of_first_use_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        policies__main=OWN + 'use "b.tier"\nuse "parts/c.tier"\nuse "b.tier"\n',
        policies__b='use "parts/c.tier"\nassume a\n',
        policies__parts__c='use "d.tier"\nassume a\n',
        policies__parts__d="assume a\n",
    )
    found = gather(Path("policies/main.tier"))
    assert codes(found) == []
    assert found.path == "policies/main.tier"
    assert paths(found) == ["policies/main.tier", "policies/b.tier", "policies/parts/c.tier", "policies/parts/d.tier"]
    assert [source.path for source in found.sources] == paths(found)


def test_texts_stand_for_files() -> None:
    found = gather_text(OWN + 'use "parts/b.tier"', "p/main.tier", {"parts/b.tier": 'use "c.tier"', "parts/c.tier": ""})
    assert codes(found) == []
    assert paths(found) == ["p/main.tier", "p/parts/b.tier", "p/parts/c.tier"]


def test_a_text_reads_nothing_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, b="assume a\n")
    assert codes(gather_text('use "b.tier"')) == [syntax.FILE_MISSING]


def test_mistakes_of_all_files_are_found_in_one_run() -> None:
    found = gather_text(OWN + 'use "b.tier"\nif if', files={"b.tier": "then"})
    assert {each.span.path for each in found.diagnostics if each.span} == {"policy.tier", "b.tier"}


@pytest.mark.parametrize(
    "written",
    [
        "../b.tier",
        "parts/../../b.tier",
        "parts/../b.tier",
        "/etc/b.tier",
        "//host/b.tier",
        "C:/b.tier",
        "c:b.tier",
        "\\\\\\\\host\\\\b.tier",
        "parts\\\\b.tier",
        "..\\\\b.tier",
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, written: str) -> None:
    write(tmp_path, b=OWN, p__main=OWN + f'use "{written}"', p__parts__b=OWN)
    found = gather(tmp_path / "p" / "main.tier")
    assert codes(found) == [syntax.FILE_OUTSIDE]
    assert text_at(found) == f'use "{written}"'
    assert len(found.modules) == 1


@pytest.mark.parametrize("written", ["", ".", "parts/", "b", "b.txt", "b.tier/", ".tier/x", "rates.csv"])
def test_a_used_file_is_a_tier_file(tmp_path: Path, written: str) -> None:
    write(tmp_path, main=OWN + f'use "{written}"', parts__b="")
    assert codes(gather(tmp_path / "main.tier")) in ([syntax.FILE_KIND], [syntax.FILE_MISSING])


@pytest.mark.parametrize("written", ["b\\u{0}.tier", "b\\n.tier", "n" * 300 + ".tier", "main.tier/b.tier", "~/b.tier"])
def test_names_that_no_disk_knows_are_missing(tmp_path: Path, written: str) -> None:
    write(tmp_path, main=OWN + f'use "{written}"')
    assert codes(gather(tmp_path / "main.tier")) in ([syntax.FILE_MISSING], [syntax.WRONG_ESCAPE, syntax.FILE_MISSING])


def test_a_missing_file_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "parts/limts.tier"', parts__limits="")
    (finding,) = gather(tmp_path / "main.tier").diagnostics
    assert (finding.code, finding.help) == (syntax.FILE_MISSING, "did you mean `parts/limits.tier`?")


def test_links_may_point_around_inside_the_folder_but_not_out(tmp_path: Path) -> None:
    write(tmp_path, outside="assume a\n", p__real="assume a\n", p__main=OWN + 'use "real.tier"\nuse "link.tier"')
    (tmp_path / "p" / "link.tier").symlink_to("real.tier")
    found = gather(tmp_path / "p" / "main.tier")
    assert (codes(found), len(found.modules)) == ([], 2)
    (tmp_path / "p" / "link.tier").unlink()
    (tmp_path / "p" / "link.tier").symlink_to("../outside.tier")
    assert codes(gather(tmp_path / "p" / "main.tier")) == [syntax.FILE_OUTSIDE]


def test_a_linked_folder_leads_out_too(tmp_path: Path) -> None:
    write(tmp_path, elsewhere__b="assume a\n", p__main=OWN + 'use "parts/b.tier"')
    (tmp_path / "p" / "parts").symlink_to("../elsewhere")
    assert codes(gather(tmp_path / "p" / "main.tier")) == [syntax.FILE_OUTSIDE]


def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "loop.tier"')
    (tmp_path / "loop.tier").symlink_to("loop.tier")
    assert codes(gather(tmp_path / "main.tier")) == [syntax.FILE_UNREADABLE]


def test_pipes_devices_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "pipe.tier"\nuse "folder.tier"')
    os.mkfifo(tmp_path / "pipe.tier")
    (tmp_path / "folder.tier").mkdir()
    found = gather(tmp_path / "main.tier")
    assert codes(found) == [syntax.FILE_UNREADABLE, syntax.FILE_UNREADABLE]
    assert [text_at(found, 0), text_at(found, 1)] == ['use "pipe.tier"', 'use "folder.tier"']
    assert codes(gather(tmp_path / "pipe.tier")) == [syntax.FILE_UNREADABLE]
    assert codes(gather(Path("/dev/zero"))) == [syntax.FILE_UNREADABLE]


def test_a_circle_is_shown(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "b.tier"', b='use "c.tier"', c='use "b.tier"')
    found = gather(tmp_path / "main.tier")
    (finding,) = found.diagnostics
    assert finding.code == syntax.FILE_CIRCLE
    assert finding.message == "these files use one another in a circle: `b.tier → c.tier → b.tier`"
    assert text_at(found) == 'use "b.tier"'
    assert [related.span.path for related in finding.related] == [str(tmp_path / "b.tier")]


def test_a_file_that_uses_itself_is_a_circle() -> None:
    assert codes(gather_text(OWN + 'use "a.tier"', files={"a.tier": 'use "./a.tier"'})) == [syntax.FILE_CIRCLE]


def test_the_main_file_is_part_of_circles_too(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "b.tier"', b='use "main.tier"')
    assert codes(gather(tmp_path / "main.tier")) == [syntax.FILE_CIRCLE]


@pytest.mark.parametrize(("deep", "expected"), [(16, []), (17, [size.INCLUDE_DEPTH])])
def test_files_are_used_sixteen_deep_at_most(deep: int, expected: list[Code]) -> None:
    files = {f"f{n}.tier": f'use "f{n + 1}.tier"' for n in range(1, deep)} | {f"f{deep}.tier": ""}
    found = gather_text(OWN + 'use "f1.tier"', files=files)
    assert codes(found) == expected
    assert len(found.modules) == 17


def test_a_used_file_has_no_head() -> None:
    found = gather_text(OWN + 'use "b.tier"', files={"b.tier": 'policy "other"\n'})
    assert codes(found) == [syntax.USED_HEAD]
    assert text_at(found) == 'policy "other"'


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"assume a\n\xe9", b"\xf0\x9f"])
def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, main=OWN + 'use "b.tier"')
    (tmp_path / "b.tier").write_bytes(data)
    assert codes(gather(tmp_path / "main.tier")) == [syntax.FILE_NOT_TEXT]
    assert codes(gather(tmp_path / "b.tier")) == [syntax.FILE_NOT_TEXT]


def test_a_byte_order_mark_and_any_line_ends_are_fine(tmp_path: Path) -> None:
    (tmp_path / "main.tier").write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode() + b'use "b.tier"\r')
    (tmp_path / "b.tier").write_bytes(b"assume a\rassume a\r\n")
    found = gather(tmp_path / "main.tier")
    assert codes(found) == []
    assert [len(module.statements) for module in found.modules] == [2, 2]


def test_a_file_over_16_mib_is_refused(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "b.tier"')
    with (tmp_path / "b.tier").open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    assert codes(gather(tmp_path / "main.tier")) == [size.FILE_TOO_LARGE]
    assert codes(gather(tmp_path / "b.tier")) == [size.FILE_TOO_LARGE]
    assert codes(gather_text("#" * (16 * 1024 * 1024 + 1))) == [size.FILE_TOO_LARGE]


@pytest.mark.parametrize("name", ["nowhere.tier", "nowhere/p.tier", "n\0.tier", "."])
def test_a_main_file_that_is_not_there_is_a_finding(tmp_path: Path, name: str) -> None:
    found = gather(tmp_path / name)
    assert codes(found) in ([syntax.FILE_MISSING], [syntax.FILE_UNREADABLE])
    assert len(found.modules) == 1
    assert found.modules[0].statements == ()


# ---------------------------------------------------------------- the standard vocabulary


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("if lifetime_value > 100000 then priority=top, agent_pool=senior", True),
        ("", True),
        ("request {\n    severity : low < high\n}", True),
        (OWN, False),
        ("service {\n    a : flag\n}", False),
        (OWN + "use standard", True),
        ("use standard\nuse standard", True),
        ("customer {\n    a : :\n", False),
    ],
)
def test_the_standard_vocabulary_comes_last_where_none_is_declared(text: str, standard: bool) -> None:
    found = gather_text(text)
    assert (paths(found)[-1] == STANDARD_PATH) is standard
    assert (STANDARD_PATH in [source.path for source in found.sources]) is standard
    assert len(found.modules) == 1 + standard


def test_a_used_file_may_declare_the_vocabulary() -> None:
    assert paths(gather_text('use "words.tier"', files={"words.tier": OWN})) == ["policy.tier", "words.tier"]


# ---------------------------------------------------------------- tables from CSV


def table_of(found: Gathered) -> ast.Table:
    return next(s for module in found.modules for s in module.statements if isinstance(s, ast.Table))


def test_a_table_is_filled_from_its_file(tmp_path: Path) -> None:
    write(tmp_path, main=OWN + 'use "parts/t.tier"', parts__t='table t from "rates.csv"\n')
    (tmp_path / "parts" / "rates.csv").write_bytes(b'\xef\xbb\xbfif a,then b\r\nyes,"1"\r\n')
    found = gather(tmp_path / "main.tier")
    table = table_of(found)
    assert codes(found) == []
    assert [column.kind for column in table.columns] == ["if", "then"]
    assert len(table.rows) == 1
    assert table.file == ast.String("rates.csv")
    assert found.sources[-1].path == str(tmp_path / "parts" / "rates.csv")
    assert found.sources[-1].slice(table.rows[0].span).startswith("yes")


def test_one_file_fills_two_tables_and_is_read_once() -> None:
    text = OWN + 'table t from "r.csv"\ntable u from "r.csv"\n'
    found = gather_text(text, files={"r.csv": "if a,then b\nyes,1,2\n"})
    assert len(found.sources) == 2
    assert codes(found) == [syntax.ROW_SHAPE]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("../r.csv", syntax.FILE_OUTSIDE),
        ("/r.csv", syntax.FILE_OUTSIDE),
        ("r.tier", syntax.FILE_KIND),
        ("nowhere.csv", syntax.FILE_MISSING),
        ("pipe.csv", syntax.FILE_UNREADABLE),
        ("latin.csv", syntax.FILE_NOT_TEXT),
    ],
)
def test_the_same_safety_holds_for_tables(tmp_path: Path, written: str, code: Code) -> None:
    write(tmp_path, main=OWN + f'table t from "{written}"')
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "latin.csv").write_bytes("if a,then b\né,1".encode("latin-1"))
    found = gather(tmp_path / "main.tier")
    assert codes(found) == [code]
    assert text_at(found) == f'"{written}"'
    assert table_of(found).rows == ()


# ---------------------------------------------------------------- folders


def names(found: tuple[Gathered, ...]) -> list[str]:
    return [Path(each.path).name for each in found]


def test_a_folder_holds_the_policies_with_heads(tmp_path: Path) -> None:
    write(tmp_path, b='policy "b"\nuse "shared.tier"', a='policy "a"', shared=OWN, under__c='policy "c"')
    (tmp_path / ".draft.tier").write_text("if if if")
    (tmp_path / "notes.txt").write_text("if if if")
    (tmp_path / "parts.tier").mkdir()
    found = gather_folder(tmp_path)
    assert names(found) == ["a.tier", "b.tier"]
    assert [codes(each) for each in found] == [[], []]


def test_beside_policies_with_heads_an_unused_file_gets_a_note(tmp_path: Path) -> None:
    write(tmp_path, a='policy "a"', forgotten=OWN + "if if")
    (found,) = gather_folder(tmp_path)
    assert codes(found)[0] == syntax.UNUSED_FILE
    assert {each.span.path for each in found.diagnostics if each.span} == {str(tmp_path / "forgotten.tier")}
    assert str(tmp_path / "forgotten.tier") in [source.path for source in found.sources]


@pytest.mark.parametrize("head", ['policy "b" effective from 1.1.2027', 'policy "b" version 2026', "policy Harbour"])
def test_a_policy_whose_head_has_a_mistake_is_no_unused_file(tmp_path: Path, head: str) -> None:
    write(tmp_path, a='policy "a"', b=f'{head}\nuse "shared.tier"', shared=OWN)
    found = gather_folder(tmp_path)
    assert names(found) == ["a.tier", "b.tier"]
    assert [len(each.diagnostics) for each in found] == [0, 1]
    assert syntax.UNUSED_FILE not in codes(found[1])


def test_a_file_whose_use_has_a_mistake_is_no_unused_file(tmp_path: Path) -> None:
    write(tmp_path, a='policy "a"\nuse shared.tier', shared=OWN)
    (found,) = gather_folder(tmp_path)
    assert len(found.diagnostics) == 1
    assert syntax.UNUSED_FILE not in codes(found)


def test_without_heads_the_policy_is_the_file_that_no_other_uses(tmp_path: Path) -> None:
    write(tmp_path, words=OWN, rules='use "words.tier"\nassume a')
    found = gather_folder(tmp_path)
    assert names(found) == ["rules.tier"]
    assert len(found[0].modules) == 2


def test_without_heads_several_files_are_several_policies(tmp_path: Path) -> None:
    write(tmp_path, a="assume orders > 1", b="assume orders > 2")
    assert names(gather_folder(tmp_path)) == ["a.tier", "b.tier"]


def test_a_circle_that_nothing_uses_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, a='use "b.tier"', b='use "a.tier"', c="")
    found = gather_folder(tmp_path)
    assert names(found) == ["a.tier", "c.tier"]
    assert codes(found[0]) == [syntax.FILE_CIRCLE]


def test_an_empty_folder_holds_no_policy(tmp_path: Path) -> None:
    (found,) = gather_folder(tmp_path)
    assert codes(found) == [syntax.NO_POLICY]


def test_a_folder_that_may_not_be_listed_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    (found,) = gather_folder(tmp_path)
    assert codes(found) == [syntax.FILE_UNREADABLE]


def test_a_path_to_a_file_is_that_policy(tmp_path: Path) -> None:
    write(tmp_path, a=OWN)
    assert names(gather_folder(tmp_path / "a.tier")) == ["a.tier"]


def test_a_link_out_of_the_folder_is_no_policy_of_it(tmp_path: Path) -> None:
    write(tmp_path, secret="assume a", p__a='policy "a"')
    (tmp_path / "p" / "b.tier").symlink_to("../secret.tier")
    (found,) = gather_folder(tmp_path / "p")
    assert set(codes(found)) == {syntax.UNUSED_FILE, syntax.FILE_OUTSIDE}
