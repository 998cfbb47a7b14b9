"""The policy that a test in Python asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import pytest

import tierpolicy


def loaded(
    path: str | os.PathLike[str],
    parameters: dict[str, object],
    request: pytest.FixtureRequest,
    known: MutableMapping[object, tierpolicy.Policy],
) -> tierpolicy.Policy:
    """The policy at the path nearest to the test, with the parameters; those in `known` are there already."""
    __tracebackhide__ = True
    place = _nearest(Path(path), request)
    key = place, repr(sorted(parameters.items()))
    if key not in known:
        known[key] = tierpolicy.load(place, parameters=parameters)
    return known[key]


def _nearest(path: Path, request: pytest.FixtureRequest) -> Path:
    looked_up = [folder / path for folder in _upward(request.path.parent, request.config.rootpath)]
    for place in looked_up:
        if place.exists():
            return place
    where = f"`{request.path.parent}` or a folder above it" if len(looked_up) > 1 else f"`{request.path.parent}`"
    raise pytest.fail.Exception(f"there is no `{path}` in {where}", pytrace=False)


def _upward(folder: Path, root: Path) -> Iterator[Path]:
    """The folder and those above it, up to the root where that is above it."""
    yield folder
    if root in folder.parents:
        for above in folder.parents:
            yield above
            if above == root:
                return
