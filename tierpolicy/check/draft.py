"""A policy in the making: what every kind of statement needs while it is elaborated.

The names that statements carry, where they stand as people are told it, and the days on which they are in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePosixPath

from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Code, Related
from tierpolicy.frozen import frozen
from tierpolicy.model.policy import ALWAYS, InForce, Origin
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast


@frozen
class Places:
    """Where things stand, as people are told it: `line 12`, or `other.tier line 12` outside the main file."""

    main: str
    sources: Mapping[str, Source]

    def line(self, span: Span) -> str:
        source = self.sources.get(span.path)
        number = source.position(span.start).line if source is not None else 1
        return f"line {number}" if span.path == self.main else f"{self._beside_main(span.path)} line {number}"

    def _beside_main(self, path: str) -> str:
        """The path as seen from the main file's folder, so that two files never look alike."""
        try:
            return str(PurePosixPath(path).relative_to(PurePosixPath(self.main).parent))
        except ValueError:
            return path

    def written(self, span: Span) -> str:
        """What the author wrote there."""
        source = self.sources.get(span.path)
        return source.slice(span) if source is not None else ""


@frozen
class Register:
    """Names that must be unique among themselves, with the place of each."""

    findings: Findings
    main: str
    code: Code
    taken: dict[str, Span] = field(default_factory=dict)

    def claim(self, word: ast.Word | ast.String, what: str) -> bool:
        """True where the name was free; reports it otherwise, at the place that is the author's own file."""
        text = word.text if isinstance(word, ast.Word) else word.value
        first = self.taken.setdefault(text, word.span)
        if first is word.span:
            return True
        second = word.span
        if second.path != self.main and first.path == self.main:
            first, second = second, first
        self.findings.report(
            self.code,
            f"{what} `{text}` is declared twice",
            second,
            help=f"choose another name, or remove one of the two{_standard_hint(first)}",
            related=(Related(first, f"`{text}` is declared here too"),),
        )
        return False


def _standard_hint(other: Span) -> str:
    return "; the other is in the standard vocabulary" if other.path.endswith("standard.tier") else ""


@frozen
class Draft:
    """What statements are elaborated with. The registers fill while the statements are read."""

    scope: Scope
    places: Places
    statements: Register
    properties: Register
    examples: Register
    costs: Register

    @property
    def findings(self) -> Findings:
        return self.scope.findings


def in_force(period: ast.Period, findings: Findings | None) -> InForce:
    """The days of `from D until D`; a period that ends before it begins is reported (None: it was before)."""
    start, end = period.start, period.end
    if start is not None and end is not None and start.value > end.value:
        if findings is not None:
            findings.report(
                codes.PERIOD_REVERSED,
                f"this ends on {end.value}, before it begins on {start.value}",
                start.span.to(end.span),
                help="write the earlier day after `from` and the later one after `until`; both days are included",
            )
        return ALWAYS
    if start is None and end is None:
        return ALWAYS
    return InForce(start.value if start else None, end.value if end else None)


def origin(
    name: str,
    span: Span,
    *,
    title: ast.String | None = None,
    because: ast.String | None = None,
    source: ast.String | None = None,
) -> Origin:
    """Where a statement stands and what it says of itself."""
    return Origin(name, words(title), span, words(because), words(source))


def words(text: ast.String | None) -> str:
    return text.value if text is not None else ""
