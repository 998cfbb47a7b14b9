"""The sidecar of a policy: `service.cases.csv` beside `service.tier`, a table of cases that only tests read.

It becomes one more module, so that its rows are elaborated like those of a `cases` statement. Its text takes no part in
the policy's digest.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Source, Span, source_from_text
from tierpolicy.syntax.ast import Cases, Module, Word
from tierpolicy.syntax.files import LARGEST_FILE, DiskFolder, Refusal, read_inside, too_large
from tierpolicy.syntax.gather import Gathered
from tierpolicy.syntax.parse import parse_csv_cases

NAME = "cases"
"""What the sidecar's table is called: a row without a name of its own is `cases row 3`."""


def sidecar_of(path: Path) -> Path:
    """Where the sidecar of the policy at `path` stands, whether there is one or not."""
    return path.with_name(f"{path.name.removesuffix('.tier')}.cases.csv")


def with_cases(gathered: Gathered, path: Path) -> Gathered:
    """The policy whose main file is at `path`, with the cases beside it; as it is where there are none.

    What is wrong with the sidecar is among the diagnostics, at its place; the policy itself stays whole.
    """
    sidecar = sidecar_of(path)
    if not os.path.lexists(sidecar):
        return gathered
    shown = _shown(gathered)
    read = read_inside(DiskFolder(path.parent), sidecar.name, shown)
    if isinstance(read, Refusal):
        return _refused(gathered, shown, read)
    return _with_text(gathered, shown, read.text)


def with_cases_text(gathered: Gathered, text: str) -> Gathered:
    """The policy with the cases that `text` holds, as if it were the sidecar."""
    shown = _shown(gathered)
    if len(text) > LARGEST_FILE:
        return _refused(gathered, shown, too_large(shown))
    return _with_text(gathered, shown, text)


def _shown(gathered: Gathered) -> str:
    main = PurePosixPath(gathered.path)
    return str(main.with_name(f"{main.name.removesuffix('.tier')}.cases.csv"))


def _with_text(gathered: Gathered, shown: str, text: str) -> Gathered:
    if any(source.path == shown for source in gathered.sources):
        return gathered  # the policy reads this file itself
    source = source_from_text(shown, text)
    found = parse_csv_cases(source)
    place = Span(shown, 0, 0)
    span = Span(shown, 0, len(source.text))
    module = Module(shown, (Cases(Word(NAME, span=place), None, found.columns, found.rows, span=span),))
    return _beside(gathered, module if found.columns else Module(shown, ()), source, found.diagnostics)


def _refused(gathered: Gathered, shown: str, refusal: Refusal) -> Gathered:
    finding = Diagnostic(refusal.code, refusal.message, Span(shown, 0, 0), refusal.help)
    return _beside(gathered, Module(shown, ()), Source(shown, ""), (finding,))


def _beside(gathered: Gathered, module: Module, source: Source, found: tuple[Diagnostic, ...]) -> Gathered:
    return replace(
        gathered,
        modules=(*gathered.modules, module),
        sources=(*gathered.sources, source),
        diagnostics=(*gathered.diagnostics, *found),
        aside=source.path,
    )
