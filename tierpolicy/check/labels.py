"""From a written type to a type of the model: labels, and the other spellings of each (language.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model import types
from tierpolicy.model.vocabulary import NO_SPELLINGS
from tierpolicy.source import Span
from tierpolicy.syntax import ast

SIMPLE: Mapping[ast.SimpleTypeName, types.Type] = {
    "flag": types.FLAG,
    "integer": types.INTEGER,
    "number": types.NUMBER,
    "percent": types.PERCENT,
    "money": types.MONEY,
    "duration": types.DURATION,
    "date": types.DATE,
    "text": types.TEXT,
}


def type_of(written: ast.TypeExpr, findings: Findings) -> types.Type:
    """The type; a label that stands twice is reported and counts once."""
    match written:
        case ast.SimpleType(name):
            return SIMPLE[name]
        case ast.Scale(labels):
            return types.Scale(distinct_labels(labels, findings))
        case ast.Choice(labels):
            return types.Choice(distinct_labels(labels, findings))
        case ast.SetOf(labels):
            return types.SetOf(distinct_labels(labels, findings))
        case _:
            assert_never(written)


def spellings_of(written: ast.TypeExpr, findings: Findings) -> Mapping[str, str]:
    """Every other accepted spelling with its label."""
    return NO_SPELLINGS if isinstance(written, ast.SimpleType) else spellings(written.labels, findings)


def distinct_labels(declared: tuple[ast.LabelDeclaration, ...], findings: Findings) -> tuple[str, ...]:
    first: dict[str, Span] = {}
    for declaration in declared:
        word = declaration.label
        if first.setdefault(word.text, word.span) is not word.span:
            findings.report(
                codes.LABEL_TWICE,
                f"the label `{word.text}` stands here twice",
                word.span,
                help="remove one of the two",
                related=(Related(first[word.text], "the first one"),),
            )
    return tuple(first)


def spellings(declared: tuple[ast.LabelDeclaration, ...], findings: Findings) -> Mapping[str, str]:
    """Spelling → label; one that could mean two labels is reported."""
    labels = {declaration.label.text: declaration.label.span for declaration in declared}
    found: dict[str, str] = {}
    for declaration in declared:
        own = declaration.label.text
        for spelling in declaration.spellings:
            text = spelling.value
            other = text if text in labels else found.setdefault(text, own)
            if other != own:
                findings.report(
                    codes.SPELLING_AMBIGUOUS,
                    f"`{text}` could mean `{own}` or `{other}`",
                    spelling.span,
                    help="leave the spelling with one of the two labels",
                    related=(Related(labels[other], f"`{other}` is declared here"),),
                )
    return MappingProxyType(found) if found else NO_SPELLINGS
