"""From findings to the workflow commands that GitHub shows as annotations on the changed lines."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.ordered import Texts
from tierpolicy.diagnostics.render.witness import customers_shown
from tierpolicy.source import Span

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github_annotations(findings: list[Diagnostic], texts: Texts) -> str:
    """One `::error file=…::…` line a finding."""
    return "\n".join(_annotation(finding, texts) for finding in findings)


def _annotation(finding: Diagnostic, texts: Texts) -> str:
    properties = {**_place(finding, texts), "title": finding.code.code}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [finding.message, *(f"{_where(related.span, texts)}: {related.message}" for related in finding.related)]
    lines += [f"{customer.name}: {customer.sentence}" for customer in customers_shown(finding.witness or {})]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(lines)}"


def _place(finding: Diagnostic, texts: Texts) -> dict[str, str]:
    if finding.span is None:
        return {}
    place = texts.place(finding.span)
    if place is None:
        return {"file": finding.span.path}
    found = {"file": finding.span.path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:  # columns are only read for a stretch within one line
        found |= {"col": str(place.column), "endColumn": str(place.end_column)}
    return found


def _where(span: Span, texts: Texts) -> str:
    place = texts.place(span)
    return f"{span.path}:{place.line}:{place.column}" if place else span.path


def _data(lines: list[str]) -> str:
    """Lines as the data of a command: a newline in a finding must not start a new command."""
    return "%0A".join(printable(part).replace("%", "%25") for line in lines for part in line.split("\n"))


def _property(value: str) -> str:
    return printable(value).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
