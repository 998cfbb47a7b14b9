"""The commands, gathered."""

from __future__ import annotations

from typing import Annotated

import typer

from tierpolicy import __version__
from tierpolicy.surfaces.cli.apply import apply_command
from tierpolicy.surfaces.cli.calibrate import calibrate_command
from tierpolicy.surfaces.cli.check import check_command
from tierpolicy.surfaces.cli.consolidate import consolidate_command
from tierpolicy.surfaces.cli.demo import demo_command
from tierpolicy.surfaces.cli.diff import diff_command
from tierpolicy.surfaces.cli.eval import eval_command
from tierpolicy.surfaces.cli.explain import explain_command
from tierpolicy.surfaces.cli.fmt import fmt_command
from tierpolicy.surfaces.cli.init import init_command
from tierpolicy.surfaces.cli.mutate import mutate_command
from tierpolicy.surfaces.cli.simulate import simulate_command
from tierpolicy.surfaces.cli.sql import sql_command
from tierpolicy.surfaces.cli.test import run_command
from tierpolicy.surfaces.cli.value import value_command

app = typer.Typer(
    name="tierpolicy",
    help="Who gets which service, with a guaranteed minimum for everyone.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command_name, command in (
    ("init", init_command),
    ("demo", demo_command),
    ("check", check_command),
    ("test", run_command),
    ("mutate", mutate_command),
    ("fmt", fmt_command),
    ("eval", eval_command),
    ("consolidate", consolidate_command),
    ("calibrate", calibrate_command),
    ("apply", apply_command),
    ("sql", sql_command),
    ("diff", diff_command),
    ("simulate", simulate_command),
    ("value", value_command),
    ("explain", explain_command),
):
    app.command(command_name)(command)


def _version(asked: bool) -> None:
    if asked:
        print(f"tierpolicy {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Who gets which service, with a guaranteed minimum for everyone."""
