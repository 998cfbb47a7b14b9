"""From findings to one JSON document: `{"findings": […], "summary": {…}}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render.ordered import Texts, counted
from tierpolicy.source import Span

NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})


def json_document(findings: list[Diagnostic], texts: Texts, more: Mapping[str, Any] = NOTHING_MORE) -> str:
    """The document, indented by two; `more` stands at its end."""
    found = {"findings": [finding_object(finding, texts) for finding in findings], "summary": summary_object(findings)}
    return json_text({**found, **{name: json_ready(value) for name, value in more.items()}})


def finding_object(finding: Diagnostic, texts: Texts) -> dict[str, Any]:
    """One finding as JSON values. Lines and columns count from 1; `end_column` is the one after the last character."""
    found: dict[str, Any] = {
        "code": finding.code.code,
        "severity": finding.severity.value,
        "message": finding.message,
        **place_object(finding.span, texts),
        "help": finding.help,
        "related": [{"message": r.message, **place_object(r.span, texts)} for r in finding.related],
    }
    if finding.fix is not None:
        place = place_object(finding.fix.span, texts)
        found["fix"] = {"description": finding.fix.description, "replacement": finding.fix.replacement, **place}
    if finding.witness is not None:
        found["witness"] = json_ready(finding.witness)
    return found


def summary_object(findings: list[Diagnostic]) -> dict[str, int]:
    """`{"errors": …, "warnings": …, "notes": …}`."""
    return {f"{severity.value}s": n for severity, n in counted(findings).items()}


def place_object(span: Span | None, texts: Texts) -> dict[str, Any]:
    """Path, line and columns of a span; null where they aren't known."""
    place = None if span is None else texts.place(span)
    return {
        "path": None if span is None else span.path,
        "line": place and place.line,
        "column": place and place.column,
        "end_line": place and place.end_line,
        "end_column": place and place.end_column,
    }


def json_ready(value: Any) -> Any:
    """The value in JSON's own types: dates in ISO form, decimals as text, sets as sorted lists."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Enum():
            return json_ready(value.value)
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case timedelta():
            return f"PT{value.days * 86_400 + value.seconds}S"
        case Mapping():
            return {str(key): json_ready(each) for key, each in value.items()}
        case AbstractSet():
            return sorted((json_ready(each) for each in value), key=str)
        case Sequence():
            return [json_ready(each) for each in value]
        case _:
            return str(value)


def json_text(document: Any) -> str:
    """JSON that is readable and safe to print: what isn't printable (lone surrogates, bidi controls) stays escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=True)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text)
