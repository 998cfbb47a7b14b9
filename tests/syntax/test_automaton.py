"""The automaton that is written down reads as Lark reads the grammar."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import lark
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.syntax.test_grammar import EXAMPLES
from tierpolicy.source import source_from_text
from tierpolicy.syntax import automaton, grammar, reader
from tierpolicy.syntax.parse import parse
from tierpolicy.syntax.tree import Branch, Token

ROOT = Path(__file__).parents[2]
POLICIES = sorted([*ROOT.glob("policies/**/*.tier"), *ROOT.glob("tests/syntax/*.tier")])
PIECES = [
    *(text for _, text in EXAMPLES),
    " ",
    ",",
    "and",
    "not",
    "(",
    ")",
    "10 minutes",
    '"…"',
    "`a b`",
    "2026-01-01",
    "€",
]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("automaton_script", ROOT / "grammar" / "automaton.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shape(node: object) -> object:
    """A tree of ours or Lark's with all that readers use."""
    match node:
        case Branch() | lark.Tree():
            return str(node.data), [shape(child) for child in node.children]
        case Token():
            return node.type, str(node), node.start, node.end
        case lark.Token():
            return str(node.type), str(node), node.start_pos, node.end_pos
    raise AssertionError(node)


def by_lark(text: str, start: str) -> object:
    try:
        return shape(grammar.lark().parse(text, start=start))
    except lark.exceptions.UnexpectedInput:
        return None


def by_automaton(text: str, start: str) -> object:
    tree = automaton.read(grammar._automaton(), text, start)
    return None if tree is None else shape(tree)


def test_what_is_written_down_is_made_of_this_grammar() -> None:
    assert automaton.FILE.read_text(encoding="utf-8") == script().written(), "run `python grammar/automaton.py`"


@pytest.mark.parametrize(("start", "example"), EXAMPLES)
def test_an_example_is_read_as_lark_reads_it(start: str, example: str) -> None:
    assert by_automaton(example, start) == by_lark(example, start) is not None


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.parent.name + "/" + path.name)
def test_a_policy_is_read_as_lark_reads_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, str]] = []
    real = reader.tree_of
    monkeypatch.setattr(reader, "tree_of", lambda text, start: read.append((text, start)) or real(text, start))
    parse(source_from_text(path.name, path.read_text(encoding="utf-8")))
    assert read
    for text, start in read:
        assert by_automaton(text, start) == by_lark(text, start)


@given(st.sampled_from(grammar.STARTS), st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.data())
def test_what_is_no_statement_is_none_for_both(start: str, pieces: list[str], data: st.DataObject) -> None:
    text = " ".join(pieces)
    cut = data.draw(st.integers(0, len(text)))
    for each in (text, text[:cut], text[cut:]):
        assert by_automaton(each, start) == by_lark(each, start)


def test_long_lists_are_not_copied_at_each_step() -> None:
    tree = automaton.read(grammar._automaton(), f"a in ({', '.join('b' for _ in range(50_000))})", "expression")
    assert tree is not None
    assert tree.end == len("a in ()") + 3 * 50_000 - 2


@pytest.mark.parametrize("broken", [None, "", "[", "{}", '{"grammar": "of another grammar"}', "[]"])
def test_without_the_file_it_is_made_anew(broken: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = automaton.kept(grammar._digest())
    assert kept is not None
    file = tmp_path / "automaton.json"
    if broken is not None:
        file.write_text(broken, encoding="utf-8")
    monkeypatch.setattr(automaton, "FILE", file)
    made = grammar._automaton.__wrapped__()
    assert (made.moves, made.rules, made.starts) == (kept.moves, kept.rules, kept.starts)


def test_an_automaton_of_another_grammar_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = json.loads(automaton.FILE.read_text(encoding="utf-8"))
    assert automaton.kept(written["grammar"]) is not None
    assert automaton.kept("0" * 64) is None
