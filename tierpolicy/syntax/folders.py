"""From a folder to those inside it that hold policies, and from what stands in all of them to the policies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from os.path import abspath
from pathlib import Path

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.syntax.gather import Gathered, has_head

INSTALLED = frozenset({"node_modules", "site-packages", "__pycache__"})


def policy_folders(path: Path) -> Iterator[Path]:
    """The folder and those inside it that hold policy files, in order. Left alone are hidden folders, and those where
    other tools keep what they install: virtual environments, `node_modules` and their like."""
    for folder, inside, files in os.walk(path):
        inside[:] = sorted(name for name in inside if not _is_installed(folder, name))
        if any(name.endswith(".tier") and not name.startswith(".") for name in files):
            yield Path(folder)


def _is_installed(folder: str, name: str) -> bool:
    return name.startswith(".") or name in INSTALLED or os.path.isfile(os.path.join(folder, name, "pyvenv.cfg"))


def without_used(policies: Iterable[Gathered]) -> tuple[Gathered, ...]:
    """The policies of several folders less the files without a head that another of them uses, and less the notes that
    nobody uses these."""
    policies = tuple(policies)
    used = {abspath(module.path) for each in policies for module in each.modules[1:]}
    return tuple(_without_notes(each, used) for each in policies if has_head(each) or abspath(each.path) not in used)


def _without_notes(policy: Gathered, used: AbstractSet[str]) -> Gathered:
    kept = tuple(
        each
        for each in policy.diagnostics
        if each.code is not syntax.UNUSED_FILE or each.span is None or abspath(each.span.path) not in used
    )
    return policy if len(kept) == len(policy.diagnostics) else replace(policy, diagnostics=kept)
