"""A folder beside the target in which a result is made, until it is whole: its parts, and what is needed to go on.

A lock tells a run that goes on from one that was killed: the system lets go of it whatever ends the process.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tierpolicy.runtime.files import reason
from tierpolicy.runtime.rows import UnusableFile

LONGEST_NAME = 255
MANIFEST, LOCK = "manifest.json", "lock"


class KeptManifest(dict[str, Any]):
    """What a run that was stopped left, as JSON values."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The folder. `kept` is what an earlier run of the same work left in it; None where this run begins anew."""

    folder: Path
    target: Path
    kept: Mapping[str, Any] | None

    def keep(self, manifest: Mapping[str, Any]) -> None:
        """Writes down how far the work is: the file is the old one or the new one, whatever happens."""
        new = self.folder / f"{MANIFEST}.new"
        with new.open("w", encoding="utf-8") as file:
            json.dump(manifest, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / MANIFEST)


def place_for(target: Path) -> Path:
    """The folder beside a target; named after it, where the system allows names that long."""
    name = f".{target.name}.tierpolicy"
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:32]}.tierpolicy"
    return target.with_name(name)


@contextmanager
def workplace(
    target: Path, work: Mapping[str, Any], *, resume: bool, left: list[str], folder: Path | None = None
) -> Iterator[Workplace]:
    """A workplace for a target; `work` says what is done, for nothing else goes on with what was kept.

    With `resume` it stays where something goes wrong after something was kept; else it is gone in the end. Rests of
    runs that were killed are cleared away. What a person should know is added to `left`.
    """
    place = folder or place_for(target)
    was_there = place.exists()
    with _writable(target):
        place.mkdir(exist_ok=True)
        lock = _locked(place, target)
    try:
        kept = _kept(place) if was_there else None
        if resume and kept is not None and kept.get("work") != dict(work):
            raise UnusableFile(_other_work(place, target, kept, work))
        if was_there and (not resume or kept is None):
            left.append(f"cleared away what a run that was stopped had left of `{target.name}`")
        if not resume or kept is None:
            kept = None
            _clear(place)
        yield Workplace(place, target, kept)
    except OSError as error:
        _leave(place, resume, left, target, was_there)
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from error
    except BaseException:
        _leave(place, resume, left, target, was_there)
        raise
    else:
        shutil.rmtree(place, ignore_errors=True)
    finally:
        lock.close()


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnusableFile(f"`{target}` can't be written: {reason(error)}") from error


def _leave(place: Path, resume: bool, left: list[str], target: Path, was_there: bool) -> None:
    """Keeps what can be gone on with; clears away the rest."""
    kept = _kept(place) if resume else None
    if kept is None:
        shutil.rmtree(place, ignore_errors=True)
    else:
        done = kept.get("rows", 0)
        left.append(f"the first {done:,} rows are kept for `{target.name}`; the same command with `--resume` goes on")


def _other_work(place: Path, target: Path, kept: Mapping[str, Any], work: Mapping[str, Any]) -> str:
    before = kept.get("work") or {}
    differs = [name for name in work if before.get(name) != work[name]] or ["work"]
    said = ", ".join(f"{'other' if name.endswith('s') else 'another'} {name}" for name in differs[:3])
    return (
        f"`{place.name}` holds the beginning of another run for `{target.name}` ({said}): "
        "finish that one, or begin anew by running without `--resume`"
    )


def _kept(place: Path) -> KeptManifest | None:
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return KeptManifest(found) if isinstance(found, dict) else None


def _clear(place: Path) -> None:
    for each in place.iterdir():
        if each.name == LOCK:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _locked(place: Path, target: Path) -> TextIO:
    """The lock, held. On systems without such locks two runs for one target aren't told apart."""
    lock = (place / LOCK).open("w", encoding="utf-8")
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except OSError:
        lock.close()
        busy = f"another run is writing `{target.name}` now: wait for it, or write to another file"
        raise UnusableFile(busy) from None
    return lock
