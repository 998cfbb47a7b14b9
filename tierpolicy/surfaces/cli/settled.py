"""What a command works with: an option where the command line says it, else the setting, else what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import typer

from tierpolicy.check.stale import MAX_AGE, too_old
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.surfaces.cli.speaking import remark, stop
from tierpolicy.surfaces.settings import UnusableSettings, Value, settings_near

T = TypeVar("T")
HERE = Path()


@dataclass(frozen=True, slots=True)
class Settled:
    """The settings of one command beside its command line, which wins."""

    context: typer.Context
    settings: Mapping[str, Value]
    file: Path | None

    def __call__(self, option: str, given: T) -> T:
        """`given`, unless the command line leaves the option out and a setting says it; kinds are those of `KEYS`."""
        source = self.context.get_parameter_source(option.replace("-", "_"))
        left_out = source is None or source.name in ("DEFAULT", "DEFAULT_MAP")
        return cast(T, self.settings[option]) if left_out and option in self.settings else given

    def paths(self, given: list[Path] | None, *, here: bool = True) -> list[Path]:
        """The paths of the command line, else those of the settings, else, where `here` will do, the current folder;
        each is there, or the command ends."""
        if not here and not given and "paths" not in self.settings:
            stop("this changes files, so name them", "`.` is the current folder and those inside it")
        chosen = given or list(cast(tuple[Path, ...], self.settings.get("paths", (HERE,))))
        for path in chosen:
            if not path.exists():
                stop(f"there is no file or folder `{path}`", None if given else f"`paths` in `{self.file}` names it")
        return chosen


def max_age(path: Path) -> int:
    """The days after which the calibration of a policy at `path` is too old: what the settings near it say."""
    try:
        return cast(int, settings_near(path).of("calibration").get("max-age", MAX_AGE))
    except UnusableSettings as error:
        stop(str(error), error.help)


def remark_on_age(policy: TypedPolicy, path: Path, on: date) -> None:
    """Says where the thresholds of a policy at `path` were measured long before the day."""
    for finding in too_old(policy, on, max_age(path)) if policy.thresholds else ():
        remark(f"note: {finding.message}; {finding.help}" if finding.help else f"note: {finding.message}")


def settled(context: typer.Context, command: str, paths: list[Path] | None) -> Settled:
    """The settings near the first path; a file that can't be used ends the command."""
    try:
        found = settings_near(paths[0] if paths else HERE)
    except UnusableSettings as error:
        stop(str(error), error.help)
    return Settled(context, found.of(command), found.file)
