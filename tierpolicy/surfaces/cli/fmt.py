"""`tierpolicy fmt`: policy files in the one canonical form."""

from __future__ import annotations

import difflib
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.pipeline import Formatted, format_file, policy_files
from tierpolicy.report.words import plural
from tierpolicy.surfaces.cli.settled import settled
from tierpolicy.surfaces.cli.speaking import FINDINGS, USAGE, remark, say, stop


def fmt_command(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Policy files, or folders with policies.", show_default=False),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 where a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change, and exit with 1.")
    ] = False,
) -> None:
    """Lay out policy files in the one canonical form. Comments stay, the meaning stays.

    Without a PATH it works on the `paths` of the settings; the current folder is only looked at, with `--check` or
    `--diff`.
    """
    chosen = settled(context, "fmt", paths).paths(paths, here=check or diff)
    files = [file for path in chosen for file in _files(path)]
    results = [(file, format_file(file)) for file in dict.fromkeys(files)]
    for file, result in results:
        if result.refusal:
            remark(f"error: {result.refusal}")
        elif result.mistakes:
            remark(f"left as it is: {file} has mistakes ({plural(result.mistakes, 'error')}; see `tierpolicy check`)")
    changed = [(file, result) for file, result in results if result.changed]
    for file, result in changed:
        if diff:
            say(_difference(file, result))
        elif check:
            say(f"would change {file}")
        else:
            _replace(file, result.text)
            say(f"changed {file}")
    left = sum(bool(result.mistakes) for _, result in results)
    if not diff:
        remark(f"{plural(len(results), 'file')}, {len(changed)} {'to change' if check else 'changed'}")
    if any(result.refusal for _, result in results):
        raise typer.Exit(USAGE)
    if left or (changed and (check or diff)):
        raise typer.Exit(FINDINGS)


def _files(path: Path) -> list[Path]:
    found = policy_files(path)
    if not found:
        stop(f"there is no policy file in `{path}`", "a policy is a file whose name ends in `.tier`")
    return found


def _difference(file: Path, result: Formatted) -> str:
    lines = difflib.unified_diff(
        result.before.splitlines(), result.text.splitlines(), str(file), f"{file} (formatted)", lineterm=""
    )
    return "\n".join(lines)


def _replace(file: Path, text: str) -> None:
    """Writes beside the file and moves over it, so that nobody ever reads half of one; a link stays a link."""
    real = file.resolve()
    new = real.with_name(f".tierpolicy.{os.getpid()}.part")
    try:
        with new.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
        shutil.copymode(real, new)
        new.replace(real)
    except OSError as error:
        stop(f"`{file}` can't be written: {(error.strerror or str(error)).lower()}")
    finally:
        new.unlink(missing_ok=True)
