"""Writes `tier.tmLanguage.json`, the colours of policy text in editors, from the words of `tier.lark`."""

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
TERMINAL = re.compile(r"^[A-Z_]+(?:\.\d+)?: /([a-z]+)(?:\[sz\]ation)?\\b", re.MULTILINE)
ALONE = {"one", "set", "customer", "request", "service", "organization"}  # their terminals hold more than the word
TYPES = {"flag", "integer", "number", "percent", "money", "duration", "date", "text"}
CONSTANTS = {"yes", "no", "none", "today"}


def words(grammar: str) -> list[str]:
    """The words of the language."""
    found = set(TERMINAL.findall(grammar)) - {"organi"}
    return sorted(found | ALONE)


def colours(grammar: str) -> dict[str, object]:
    """The TextMate grammar."""
    keywords = [word for word in words(grammar) if word not in TYPES | CONSTANTS]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Tier policy",
        "scopeName": "source.tier",
        "fileTypes": ["tier"],
        "patterns": [
            {"name": "comment.line.number-sign.tier", "match": "#.*$"},
            {
                "name": "string.quoted.double.tier",
                "begin": '"',
                "end": '"|$',
                "patterns": [{"name": "constant.character.escape.tier", "match": r"\\(?:[\"\\n]|u\{[0-9A-Fa-f]+\})"}],
            },
            {"name": "variable.other.tier", "match": "`[^`]*`"},
            {"name": "constant.other.date.tier", "match": r"\b\d{4}-\d{2}-\d{2}\b"},
            {"name": "constant.numeric.tier", "match": r"\b\d[\d_]*(?:\.\d[\d_]*)?\s*%?"},
            {"name": "constant.language.tier", "match": f"(?i)\\b(?:{'|'.join(sorted(CONSTANTS))})\\b"},
            {"name": "support.type.tier", "match": f"(?i)\\b(?:{'|'.join(sorted(TYPES))})\\b"},
            {"name": "keyword.control.tier", "match": f"(?i)\\b(?:{'|'.join(keywords)})\\b"},
            {"name": "keyword.operator.tier", "match": r"[<>]=?|!?=|[+\-*/|]"},
        ],
    }


def written(grammar: str) -> str:
    """The file's text."""
    return json.dumps(colours(grammar), indent=2) + "\n"


if __name__ == "__main__":
    text = written((HERE / "tier.lark").read_text(encoding="utf-8"))
    (HERE / "tier.tmLanguage.json").write_text(text, encoding="utf-8")
