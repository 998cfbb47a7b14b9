"""Which files are policies, as pytest comes by them one after another: each folder is read once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tierpolicy.syntax.gather import Gathered, gather, has_head
from tierpolicy.syntax.gather_cases import with_cases
from tierpolicy.testing.collecting import cases_aside, each_in


@dataclass
class Folders:
    """The policies of folders, below `root`."""

    root: Path
    read: dict[Path, dict[str, Gathered]] = field(default_factory=dict)
    told: set[Path] = field(default_factory=set)

    def given(self, file: Path) -> Gathered:
        """The policy in a file that the user named."""
        path = _seen_from_here(file)
        return with_cases(gather(path), path)

    def policy(self, file: Path) -> Gathered | None:
        """The policy in a file; None where it is only a part of others."""
        found = self._in(file.parent).get(_printable(file.name))
        if found is None or (not has_head(found) and self._is_used(file)):
            return None
        return found

    def misnamed_cases(self, folder: Path) -> Iterator[str]:
        """What is to be said, once, of files of cases right in the folder that belong to no policy."""
        if folder not in self.told:
            self.told.add(folder)
            policies = (each for found in self.read.values() for each in found.values())
            read = {os.path.abspath(source.path) for each in policies for source in each.sources}
            yield from map(_printable, cases_aside(_seen_from_here(folder), read))

    def _in(self, folder: Path) -> dict[str, Gathered]:
        if folder not in self.read:
            self.read[folder] = {PurePosixPath(each.path).name: each for each in each_in(_seen_from_here(folder))}
        return self.read[folder]

    def _is_used(self, file: Path) -> bool:
        """By a policy in a folder above: what a policy uses lies in its own folder or inside it."""
        above = [folder for folder in file.parent.parents if folder.is_relative_to(self.root)]
        used = (module.path for folder in above for each in self._in(folder).values() for module in each.modules[1:])
        return any(os.path.abspath(path) == str(file) for path in used)


def _printable(name: str) -> str:
    """The name as messages show it, where it isn't UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _seen_from_here(path: Path) -> Path:
    """The path as messages show it."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # on another drive
        return path
