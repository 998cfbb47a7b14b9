"""Reading small texts in tests, and checking what must hold of any reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Source, Span, source_from_text
from tierpolicy.syntax import ast
from tierpolicy.syntax.parse import Parsed, parse, parse_expression


def read(text: str) -> Parsed:
    return parse(source_from_text("policy.tier", text))


def only(text: str) -> Any:
    """The only statement of a text that has no mistake."""
    parsed = read(text)
    assert parsed.diagnostics == (), parsed.diagnostics
    (statement,) = parsed.module.statements
    return statement


def condition(text: str) -> ast.Expr:
    found, diagnostics = parse_expression(source_from_text("expression", text))
    assert diagnostics == (), diagnostics
    assert found is not None
    return found


def shown(source: Source, found: Diagnostic) -> str:
    """A finding in one line: `T001 at "what is underlined": message`."""
    place = source.slice(found.span) if found.span else ""
    return f"{found.code.code} at {place!r}: {found.message}"


def spans(node: object) -> Iterator[Span]:
    """Every span below a node."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Span):
            yield each
        elif isinstance(each, tuple):
            waiting += each
        elif is_dataclass(each):
            waiting += [getattr(each, field.name) for field in fields(each)]


def strays(source: Source, parsed: object) -> list[Span]:
    """The spans that don't lie in the text."""
    return [
        span for span in spans(parsed) if span != ast.NOWHERE and not 0 <= span.start <= span.end <= len(source.text)
    ]
