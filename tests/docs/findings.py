"""From the text of an example to everything that checking says of it, its own examples run."""

from __future__ import annotations

from collections.abc import Mapping

from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.syntax.gather import gather_text


def findings_of(text: str, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The findings about one policy; `files` are those that it may use, by name."""
    return tuple(elaborate(gather_text(text, files=files)).diagnostics)
