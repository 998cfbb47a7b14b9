"""How commands speak: results on stdout, everything else on stderr, usage mistakes in one or two lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

import typer
from rich.console import Console, RenderableType

from tierpolicy.diagnostics.render import render
from tierpolicy.diagnostics.render.cells import printable, wrapped
from tierpolicy.runtime.errors import PolicyError, TargetError
from tierpolicy.runtime.population import Customers

FINDINGS = 1
USAGE = 2
WIDTH_OF_A_FILE = 2_000


def console(stream: TextIO) -> Console:
    """A console on a stream; outside a terminal it is so wide that nothing is wrapped."""
    return Console(
        file=stream, width=None if stream.isatty() else WIDTH_OF_A_FILE, highlight=False, markup=False, emoji=False
    )


def show(what: RenderableType) -> None:
    """Shows a table or text on stdout; outside a terminal without the blanks that fill up its lines."""
    to = console(sys.stdout)
    if to.is_terminal:
        to.print(what, crop=False)  # what is never broken goes on in the terminal's next line
        return
    with to.capture() as captured:
        to.print(what)
    for line in captured.get().rstrip("\n").split("\n"):
        print(line.rstrip())


def say(text: str) -> None:
    """A line on stdout, as it stands."""
    print(text)


def say_fitted(text: str) -> None:
    """A line on stdout, broken between words where a terminal is narrower."""
    width = columns(sys.stdout)
    say("\n".join(wrapped(text, width)) if width else text)


def remark(text: str) -> None:
    """A line on stderr: what a person should know, outside the result."""
    print("\n".join(printable(line) for line in text.split("\n")), file=sys.stderr)


def stop(message: str, help: str | None = None, code: int = USAGE) -> NoReturn:
    """Ends the command with one sentence, and what to do next, on stderr."""
    remark(f"error: {message}")
    if help:
        remark(f"  {help}")
    raise typer.Exit(code)


def stop_for_policy(error: PolicyError) -> NoReturn:
    """Ends the command with the findings of a policy that can't be loaded."""
    shown = render(error.diagnostics, error.sources, color=colored(sys.stderr), width=columns(sys.stderr))
    print(shown, file=sys.stderr)
    from tierpolicy.diagnostics.codes.names import PARAMETER_VALUE
    from tierpolicy.diagnostics.diagnostic import Severity

    errors = [each for each in error.diagnostics if each.severity is Severity.ERROR]
    raise typer.Exit(USAGE if all(each.code is PARAMETER_VALUE for each in errors) else FINDINGS)


def stop_for_target(error: TargetError) -> NoReturn:
    """Ends the command with what is wrong with the target of `--next`."""
    remark("error: `--next` takes a condition of the policy, such as `tier = gold`")
    shown = render(error.diagnostics, (error.source,), color=colored(sys.stderr), width=columns(sys.stderr))
    print(shown, file=sys.stderr)
    raise typer.Exit(USAGE)


def ready_for(reports: Sequence[Path], read: Sequence[Path]) -> None:
    """Makes the folders of the reports that options asked for. Where one can't be written, or is a policy, one of the
    files that are `read` or another of the reports, the command ends before its work, not after."""
    for at, report in enumerate(reports):
        if any(os.path.realpath(report) == os.path.realpath(other) for other in reports[:at]):
            stop(f"two reports can't be written to `{report}`: name a file for each")
        _ready_for(report, read)


def _ready_for(report: Path, read: Iterable[Path]) -> None:
    if str(report) == "-":
        stop("`-` is no file: name one to write the report to")
    if report.suffix == ".tier" or any(_are_one(report, other) for other in read):
        stop(f"`{report}` is read by this command, or is a policy: write the report to another file")
    if report.parent.is_file():
        stop(f"`{report}` can't be written: `{report.parent}` is a file")
    is_new = not os.path.lexists(report)
    with _writing(report):
        report.parent.mkdir(parents=True, exist_ok=True)
        with report.open("ab"):
            pass
        if is_new:
            report.unlink()


def written(report: Path, text: str) -> None:
    """Writes a report that an option asked for."""
    with _writing(report):
        report.write_text(text, encoding="utf-8", newline="\n")
    remark(f"wrote {report}")


def _are_one(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them isn't there
        return False


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    """Ends the command with one sentence where what is inside can't write the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        stop(f"`{file}` can't be written: {(getattr(error, 'strerror', None) or str(error)).lower()}")


def remark_on_customers(customers: Customers, notes: Iterable[str], is_measured: bool) -> None:
    """What a person should know of the customers of `--on`, each once."""
    for note in dict.fromkeys(notes):
        remark(f"note: {note}")
    if not is_measured:
        remark(f"note: no property here is measured on customers, so `{customers.path}` shows nothing of them")


def columns(stream: TextIO) -> int | None:
    """How wide a terminal is; None where the output isn't one, and lines may be as long as they are."""
    return console(stream).width if stream.isatty() else None


def colored(stream: TextIO) -> bool:
    """True where colours help: on a terminal that wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
