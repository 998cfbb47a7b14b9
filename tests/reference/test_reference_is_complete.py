"""The reference pages name everything that there is: fields, functions, commands and their options, statements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

import tierpolicy
from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.model.builtins import BUILTINS
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Field
from tierpolicy.surfaces.cli.app import app

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
GRAMMAR = Path(__file__).parents[2] / "grammar" / "tier.lark"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------- the standard vocabulary

STANDARD = tierpolicy.loads("if lifetime_value > 100_000 then priority = top").versions[0]


def row_of(text: str, name: str) -> str:
    found = re.search(rf"^\| `{name}` \|.*$", text, re.MULTILINE)
    return found[0] if found else ""


def said_of(field: Field) -> set[str]:
    """The words that a field's row must have, of those that a row may have."""
    said = {"key": field.key, "earnable": field.earnable, "need": field.need and not field.of_request}
    said |= {"sensitive": field.sensitive, "default": field.default not in (MISSING, frozenset())}
    return {word for word, holds in said.items() if holds}


@pytest.mark.parametrize("field", [each for each in STANDARD.fields.values() if each.declared], ids=lambda f: f.name)
def test_the_page_of_the_standard_vocabulary_tells_each_field(field: Field) -> None:
    row = row_of(page("standard-vocabulary"), field.name)
    words = {word for word in ("key", "earnable", "need", "sensitive", "default") if re.search(rf"\b{word}\b", row)}
    assert row
    assert words == said_of(field)
    assert all(label in row for label in getattr(field.type, "labels", ()))


@pytest.mark.parametrize("attribute", list(STANDARD.attributes))
def test_the_page_of_the_standard_vocabulary_tells_each_attribute(attribute: str) -> None:
    row = row_of(page("standard-vocabulary"), attribute)
    assert row
    assert all(label in row for label in getattr(STANDARD.attributes[attribute].type, "labels", ()))


def test_the_page_of_the_standard_vocabulary_tells_nothing_else() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", page("standard-vocabulary"), re.MULTILINE))
    assert told == {each.name for each in STANDARD.fields.values() if each.declared} | set(STANDARD.attributes)


# ---------------------------------------------------------------- functions, commands, statements


@pytest.mark.parametrize("signature", [part for each in BUILTINS for part in each.signature.split("), ")])
def test_expressions_tell_each_function(signature: str) -> None:
    assert f"`{signature.removesuffix(')')})`" in page("expressions")


COMMANDS = vars(typer.main.get_command(app))["commands"]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_command_line_page_tells_each_command_and_option(command: str) -> None:
    text = page("command-line")
    assert f"\n## {command}\n" in text
    options = {name for each in COMMANDS[command].params for name in each.opts if name.startswith("-")}
    assert {name for name in options if name not in text} == set()


def test_no_page_tells_an_option_that_is_not_there() -> None:
    known = {name for command in COMMANDS.values() for each in command.params for name in each.opts}
    told = set(re.findall(r"^\| `(--?[a-z-]+)", page("command-line"), re.MULTILINE))
    assert told - known == set()


@pytest.mark.parametrize("word", ["needs", "sensible"])
def test_a_word_that_is_missing_is_seen(word: str) -> None:
    assert row_of("| `region` | text | where |\n", word) == ""


def modifiers() -> list[str]:
    """The modifiers of the grammar, as an author writes them: `_LESS _IS _BETTER` → `less is better`."""
    rule = re.search(r"^modifier:(.*?)^$", GRAMMAR.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert rule is not None
    found = re.findall(r"-> (\w+)", rule[1])
    return [{"in_unit": "in hours"}.get(each, each.replace("_", " ")) for each in found]


@pytest.mark.parametrize("modifier", [each for each in modifiers() if each != "yes is better"])
def test_the_page_of_types_tells_each_modifier(modifier: str) -> None:
    assert f"`{modifier}" in page("types")


def statements() -> list[str]:
    """The words that a statement begins with: each grammar rule that starts with a keyword of its own."""
    text = GRAMMAR.read_text(encoding="utf-8")
    words = re.findall(
        r"^(?:policy_head|organization|use|parameter|define|tiers|tier|property|assume|reminder|cost|example|allow|cases_head)"
        r": (\w+)",
        text,
        re.MULTILINE,
    )
    return sorted({word.strip("_").lower() for word in words} | {"rule", "limit", "baseline", "table", "matrix"})


@pytest.mark.parametrize("statement", statements())
def test_the_page_of_statements_tells_each_statement(statement: str) -> None:
    assert re.search(rf"`{statement}\b|^{statement}\b", page("statements"), re.MULTILINE)


def test_the_page_of_findings_lists_every_code() -> None:
    """Under `All codes`: a line for each, in order."""
    _, _, listed = page("findings").partition("## All codes\n")
    codes = catalogue().values()
    lines = [f"| [{each.code}](../errors/{each.code}.md) | {each.severity.value} | {each.title} |" for each in codes]
    assert [line for line in listed.splitlines() if line.startswith("| [")] == lines
