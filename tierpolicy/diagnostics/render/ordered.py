"""From findings as the stages returned them to findings in reading order, each once, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span


@frozen
class Place:
    """A span as people count: lines and columns from 1, the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Texts:
    """The texts that spans point into, by path, and the order in which their files are shown."""

    by_path: Mapping[str, Source]
    rank: Mapping[str, int]

    @staticmethod
    def of(sources: Iterable[Source]) -> Texts:
        by_path: dict[str, Source] = {}
        for source in sources:
            by_path.setdefault(source.path, source)
        return Texts(by_path, {path: rank for rank, path in enumerate(by_path)})

    def place(self, span: Span) -> Place | None:
        """Where a span stands; None where its text isn't known."""
        source = self.by_path.get(span.path)
        if source is None:
            return None
        start, end = source.position(span.start), source.position(max(span.start, span.end))
        return Place(start.line, start.column, end.line, end.column)


def ordered(diagnostics: Iterable[Diagnostic], texts: Texts) -> list[Diagnostic]:
    """By file, place and code; findings without a place come first. A finding that was found twice is shown once."""

    def reading_order(finding: Diagnostic) -> tuple[int, str, int, int, str, str]:
        code, span = finding.code.code, finding.span
        if span is None:
            return (-1, "", 0, 0, code, finding.message)
        rank = texts.rank.get(span.path, len(texts.rank))
        return (rank, span.path, span.start, span.end, code, finding.message)

    found: list[Diagnostic] = []
    for finding in sorted(diagnostics, key=reading_order):
        if not found or found[-1] != finding:
            found.append(finding)
    return found


def counted(findings: Iterable[Diagnostic]) -> dict[Severity, int]:
    """How many findings there are of each severity, the worst severity first."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def counts_text(findings: Iterable[Diagnostic]) -> str:
    """How many there are, in words: ``2 errors, 1 warning``; '' of none."""
    return ", ".join(f"{n} {severity.value}{'' if n == 1 else 's'}" for severity, n in counted(findings).items() if n)
