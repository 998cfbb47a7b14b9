"""Findings on GitHub: annotations on stdout, and all of them on the page of the step.

The runner names the file of that page in `GITHUB_STEP_SUMMARY`; other commands of the step may have written to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render import render, summarised_for_github
from tierpolicy.diagnostics.render.step_summary import LARGEST
from tierpolicy.source import Source
from tierpolicy.surfaces.cli.speaking import remark, say

VARIABLE = "GITHUB_STEP_SUMMARY"


def show_on_github(findings: Iterable[Diagnostic], sources: Iterable[Source], title: str, above: str = "") -> None:
    """Prints what GitHub shows as annotations, and adds every finding to the step's page below the Markdown `above`."""
    findings, sources = tuple(findings), tuple(sources)
    written = _summarised(findings, sources, title, above) if findings or above else False
    text = render(findings, sources, "github", summarised=written)
    if text:
        say(text)


def _summarised(findings: tuple[Diagnostic, ...], sources: tuple[Source, ...], title: str, above: str) -> bool:
    """Whether the page could be written."""
    name = os.environ.get(VARIABLE)
    if not name:
        return False
    file = Path(name)
    try:
        taken = file.stat().st_size if file.exists() else 0
        page = summarised_for_github(findings, sources, title, max(0, LARGEST - taken - len(above.encode("utf-8")) - 2))
        if not page:
            return False
        with file.open("a", encoding="utf-8", newline="\n") as out:
            out.write(f"{page}\n{above}\n" if above else f"{page}\n")
    except OSError as error:
        remark(f"note: the summary of this step can't be written: {(error.strerror or str(error)).lower()}")
        return False
    return True
