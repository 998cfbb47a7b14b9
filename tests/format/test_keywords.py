"""The formatter knows every word of the grammar, or it would take backticks from a name that needs them."""

from __future__ import annotations

import re

from tierpolicy.syntax.format_expressions import KEYWORDS
from tierpolicy.syntax.grammar import grammar_text


def words_of(grammar: str) -> set[str]:
    """The words that terminals match, an optional last letter both ways."""
    found: set[str] = set()
    for pattern in re.findall(r"^(?!NUMBER)_?[A-Z][A-Z_]*(?:\.\d+)?: /(.*)/i?$", grammar, re.MULTILINE):
        plain = re.sub(r"\(\?[=!][^)]*\)+|\\b|\\s[*+]|\[[^\]]*[^a-z\]][^\]]*\]", " ", pattern)
        for word in re.findall(r"[a-z]+(?:\[[a-z]+\][a-z]+)*\??", plain):
            either = re.fullmatch(r"([a-z]*)\[([a-z]+)\]([a-z]*)", word)
            if either:
                found |= {either[1] + letter + either[3] for letter in either[2]}
            elif word.endswith("?"):
                found |= {word[:-1], word[:-2]}
            else:
                found.add(word)
    return {word for word in found if word}


def test_every_word_of_the_grammar_is_a_keyword() -> None:
    words = words_of(grammar_text())
    assert {"if", "organisation", "organization", "minute", "minutes", "tier"} <= words
    assert words - KEYWORDS == set()


def test_a_new_word_would_be_missed() -> None:
    planted = grammar_text() + "\n_GROUPING.2: /grouping\\b/i\n"
    assert words_of(planted) - KEYWORDS == {"grouping"}
