"""Findings on GitHub: annotations on stdout, and all of them on the page of the step.

The runner names the file of that page in `GITHUB_STEP_SUMMARY`; other commands of the step may have written to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render import render, summarised_for_github
from tierpolicy.diagnostics.render.github import error_annotation
from tierpolicy.diagnostics.render.step_summary import LARGEST
from tierpolicy.source import Source
from tierpolicy.surfaces.cli.speaking import remark, say

VARIABLE = "GITHUB_STEP_SUMMARY"


def show_on_github(
    findings: Iterable[Diagnostic], sources: Iterable[Source], title: str, table: str = "", error: str = ""
) -> None:
    """Prints what GitHub shows as annotations, and adds every finding to the step's page, below the `title` and a
    Markdown `table`; nothing where there is neither a finding nor a table. An `error` that is none comes first."""
    if error:
        say(error_annotation(error))
    findings, sources = tuple(findings), tuple(sources)
    summarised = _summarised(findings, sources, "\n\n".join([f"### {title}", table])) if findings or table else False
    text = render(findings, sources, "github", summarised=summarised)
    if text:
        say(text)


def _summarised(findings: tuple[Diagnostic, ...], sources: tuple[Source, ...], ahead: str) -> bool:
    """Whether the page could be written."""
    name = os.environ.get(VARIABLE)
    if not name:
        return False
    file = Path(name)
    try:
        taken = file.stat().st_size if file.exists() else 0
        page = summarised_for_github(findings, sources, ahead, LARGEST - taken - 1)
        with file.open("a", encoding="utf-8", newline="\n") as out:
            out.write(f"{page}\n" if page else "")
    except (OSError, ValueError) as error:
        said = (getattr(error, "strerror", None) or str(error)).lower()
        remark(f"note: the summary of this step can't be written: {said}")
        return False
    return bool(page)
