"""The grammar file, its page and what is made from it agree."""

from __future__ import annotations

import importlib.util
import logging
import re
from pathlib import Path
from types import ModuleType

import pytest
from lark import Lark, logger

from tierpolicy.syntax.expected import FORMS
from tierpolicy.syntax.grammar import STARTS, grammar_text, tree_of
from tierpolicy.syntax.tree import Branch
from tierpolicy.syntax.vocabulary import CONTINUING, STATEMENTS

FOLDER = Path(__file__).parents[2] / "grammar"
EXAMPLES = re.findall(r"^\| `(\w+)` \| `(.+)` \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def tmlanguage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tmlanguage", FOLDER / "tmlanguage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("start", "example"), EXAMPLES)
def test_an_example_of_the_page_is_read(start: str, example: str) -> None:
    assert isinstance(tree_of(example, start), Branch)


def test_every_start_has_an_example_and_a_form() -> None:
    assert {start for start, _ in EXAMPLES} == set(STARTS)
    assert set(FORMS) >= set(STARTS)


def conflicts(grammar: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What could be read in two ways; Lark settles it silently, and says so only in its log."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger=logger.name):
        Lark(grammar, parser="lalr", lexer="contextual", start=list(STARTS))
    return [record.message for record in caplog.records if "conflict" in record.message.lower()]


def test_the_grammar_has_no_conflict(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logger, "propagate", True)
    assert conflicts(grammar_text(), caplog) == []
    clash = grammar_text().replace("keep: _KEEP _WHILE expression", "keep: _KEEP _WHILE expression (AND expression)?")
    assert clash != grammar_text()
    assert conflicts(clash, caplog) != []


def test_the_package_reads_the_file_of_the_repository() -> None:
    assert grammar_text() == (FOLDER / "tier.lark").read_text(encoding="utf-8")


def test_editors_know_the_words_of_the_grammar() -> None:
    made = tmlanguage()
    assert (FOLDER / "tier.tmLanguage.json").read_text(encoding="utf-8") == made.written(grammar_text())
    words = set(made.words(grammar_text()))
    missing = (set(STATEMENTS) | CONTINUING) - words - {"when", "if", "organisation"}
    assert not missing
    assert "frobnicate" in made.words(grammar_text() + "\n_FROBNICATE.2: /frobnicate\\b/i\n")
