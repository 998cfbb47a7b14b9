"""From findings to a SARIF 2.1.0 log, which code hosts and editors read.

The same findings give the same bytes: no clock, no machine path, rules in the order of their codes. Each rule carries
its page as Markdown.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix, Severity
from tierpolicy.diagnostics.pages import page
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.json_document import json_ready, json_text
from tierpolicy.diagnostics.render.ordered import Texts
from tierpolicy.diagnostics.render.witness import customers_shown
from tierpolicy.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def sarif_log(findings: list[Diagnostic], texts: Texts) -> str:
    """One run with the rules that were broken and a result for each finding."""
    codes = {finding.code.code: finding.code for finding in findings}
    rules = sorted(codes)
    indexes = {code: at for at, code in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "tierpolicy", **_version(), "rules": [_rule(codes[code]) for code in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, indexes[finding.code.code], texts) for finding in findings],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _version() -> dict[str, str]:
    try:
        return {"version": version("tierpolicy")}
    except PackageNotFoundError:  # run from a tree that was never installed
        return {}


def _rule(code: Code) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": code.code,
        "name": "".join(word.capitalize() for word in code.title.split() if word.isalnum()) or code.code,
        "shortDescription": {"text": code.title},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }
    text = page(code.code)
    if text is not None:
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(finding: Diagnostic, index: int, texts: Texts) -> dict[str, Any]:
    shown = [f"{customer.name}: {customer.sentence}" for customer in customers_shown(finding.witness or {})]
    said = "\n".join(map(_shown, [finding.message, *shown, *([finding.help] if finding.help is not None else [])]))
    result: dict[str, Any] = {
        "ruleId": finding.code.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": said},
    }
    if finding.span is not None:
        result["locations"] = [_location(finding.span, texts)]
    if finding.related:
        result["relatedLocations"] = [
            {"id": at, "message": {"text": _shown(related.message)}, **_location(related.span, texts)}
            for at, related in enumerate(finding.related, start=1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, texts)]
    if finding.witness is not None:
        result["properties"] = {"witness": json_ready(finding.witness)}
    result["partialFingerprints"] = {"tierpolicy/v1": _fingerprint(finding, texts)}
    return result


def _shown(text: str) -> str:
    """Lines that are safe to show: what isn't printable, such as a mark that turns the direction, is escaped."""
    return "\n".join(map(printable, text.split("\n")))


def _location(span: Span, texts: Texts) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.path)}}
    region = _region(span, texts)
    if region is not None:
        physical["region"] = region
    return {"physicalLocation": physical}


def _region(span: Span, texts: Texts) -> dict[str, int] | None:
    place = texts.place(span)
    if place is None:
        return None
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix, texts: Texts) -> dict[str, Any]:
    deleted = _region(fix.span, texts) or {"startLine": 1}
    replacement = {"deletedRegion": deleted, "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": {"uri": _uri(fix.span.path)}, "replacements": [replacement]}
    return {"description": {"text": fix.description}, "artifactChanges": [change]}


def _uri(path: str) -> str:
    pure = PurePath(path)
    if pure.is_absolute():
        return pure.as_uri()
    return quote(pure.as_posix(), errors="surrogatepass")


def _fingerprint(finding: Diagnostic, texts: Texts) -> str:
    """What stays equal when lines above are added: the code, the file, and the text that the finding points at."""
    parts = [finding.code.code, finding.message]
    if finding.span is not None:
        source = texts.by_path.get(finding.span.path)
        parts += [finding.span.path, "" if source is None else source.slice(finding.span)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
