"""Modules of ours as Python imports them. pytest rewrites the `assert`s of every module of a distribution that has a
plugin, to tell more of tests that fail; ours hold no tests, and rewriting them takes longer than reading 100 policies.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

OURS = "tierpolicy"


class _Plainly:
    """A finder of our modules that stands before pytest's; where it finds none, as of some kinds of installation, the
    others are asked."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, path, target) if name.partition(".")[0] == OURS else None


def import_plainly() -> None:
    """From here on, modules of ours are imported as they are."""
    if _Plainly not in sys.meta_path:
        sys.meta_path.insert(0, _Plainly)
