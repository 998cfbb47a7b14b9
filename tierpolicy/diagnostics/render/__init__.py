"""From findings to what is shown: text for people, JSON, GitHub annotations and their summary, SARIF.

One list of findings, several renderings; each is a function from ordered findings (see `ordered`) to one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, assert_never, get_args

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render.github import github_annotations
from tierpolicy.diagnostics.render.json_document import json_document
from tierpolicy.diagnostics.render.ordered import Texts, ordered
from tierpolicy.diagnostics.render.sarif import sarif_log
from tierpolicy.diagnostics.render.step_summary import LARGEST, step_summary
from tierpolicy.diagnostics.render.text import text_report
from tierpolicy.source import Source

Style = Literal["text", "json", "github", "sarif"]
STYLES: tuple[Style, ...] = get_args(Style)


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Iterable[Source],
    style: Style = "text",
    *,
    color: bool = False,
    width: int | None = None,
    more: Mapping[str, Any] | None = None,
    summarised: bool = False,
    total: bool = True,
) -> str:
    """The findings in one of the styles, ordered by file and place, without a newline at the end.

    `sources` are the texts that spans point into; their order is the order of files in the output. A finding in a text
    that isn't among them is shown with its path alone. `color` adds ANSI colours to the `text` style, `width` fits
    it into a terminal, `total` counts them in its last line; `more` stands in the `json` document besides the
    findings. In the `github` style stand as many as GitHub shows; `summarised` says that the page of
    `summarised_for_github` is shown too.
    """
    texts = Texts.of(sources)
    findings = ordered(diagnostics, texts)
    match style:
        case "text":
            return text_report(findings, texts, color=color, width=width, total=total)
        case "json":
            return json_document(findings, texts, more or {})
        case "github":
            return github_annotations(findings, texts, summarised=summarised)
        case "sarif":
            return sarif_log(findings, texts)
        case _:
            assert_never(style)


def summarised_for_github(
    diagnostics: Iterable[Diagnostic], sources: Iterable[Source], ahead: str, room: int = LARGEST
) -> str:
    """All findings as a Markdown page of at most `room` bytes that begins with the Markdown `ahead`, for the file that
    `GITHUB_STEP_SUMMARY` names."""
    texts = Texts.of(sources)
    return step_summary(ordered(diagnostics, texts), texts, ahead, room)
