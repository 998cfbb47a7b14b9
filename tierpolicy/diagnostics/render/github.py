"""From findings to the workflow commands that GitHub shows as annotations on the changed lines.

GitHub shows ten errors, ten warnings and ten notices of a step, and drops the rest without a word. So ten of each are
written, and where there are more, the last notice says how many, and where they stand: see `step_summary`.
"""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.ordered import Texts, counts_text
from tierpolicy.diagnostics.render.witness import customers_shown
from tierpolicy.source import Span

MOST_SHOWN = 10
"""Annotations of one kind that GitHub shows for a step."""

LONGEST = 16_000
"""Characters of one annotation; GitHub refuses one of more than 64 KiB."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github_annotations(findings: list[Diagnostic], texts: Texts, *, summarised: bool = False) -> str:
    """One `::error file=…::…` line a finding, the worst first. `summarised` says that a summary holds all of them."""
    too_many = any(sum(each.severity is severity for each in findings) > MOST_SHOWN for severity in Severity)
    shown: list[Diagnostic] = []
    for severity in Severity:
        most = MOST_SHOWN - 1 if too_many and severity is Severity.NOTE else MOST_SHOWN
        shown += [each for each in findings if each.severity is severity][:most]
    lines = [_annotation(finding, texts) for finding in shown]
    if too_many:
        lines.append(_rest([each for each in findings if each not in shown], summarised))
    return "\n".join(lines)


def _rest(left: list[Diagnostic], summarised: bool) -> str:
    """The one line about what GitHub would not show."""
    where = (
        "the summary of this step lists all of them"
        if summarised
        else "they would stand in a summary if `GITHUB_STEP_SUMMARY` named a file; `--format text` lists all of them"
    )
    return f"::notice title=tierpolicy::{_data([f'not shown here: {counts_text(left)}; {where}'])}"


def error_annotation(sentence: str) -> str:
    """An error that stands at no place."""
    return f"::error title=tierpolicy::{_data([sentence])}"


def _annotation(finding: Diagnostic, texts: Texts) -> str:
    properties = {**_place(finding, texts), "title": finding.code.code}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(lines_of(finding, texts))}"


def lines_of(finding: Diagnostic, texts: Texts) -> list[str]:
    """What is said of a finding where its own lines of policy text aren't shown."""
    lines = [finding.message, *(f"{_where(related.span, texts)}: {related.message}" for related in finding.related)]
    lines += [f"{customer.name}: {customer.sentence}" for customer in customers_shown(finding.witness or {})]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return lines


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
    parts = [printable(part) for line in lines for part in line.split("\n")]
    text = "\n".join(parts)
    kept = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return kept.replace("%", "%25").replace("\n", "%0A")


def _property(value: str) -> str:
    return printable(value).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
