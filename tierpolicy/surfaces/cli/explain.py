"""`tierpolicy explain CODE`: the page of a finding."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.diagnostics.pages import labelled, page
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.surfaces.cli.speaking import say, show, stop


def explain_command(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A finding's code, such as T104.", show_default=False)],
) -> None:
    """Tell what a finding means, with an example and its mended form."""
    known = catalogue()
    text = page(code)
    if text is None:
        wanted = code.strip().upper()
        if wanted in known:
            text = f"# {wanted}: {known[wanted].title}\n"
        else:
            stop(f"there is no code `{code}`", did_you_mean(wanted, known) or "codes look like T104")
    text = labelled(text)
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        show(Markdown(text))
    else:
        say(text.rstrip("\n"))
