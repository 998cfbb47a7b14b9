"""From a file name written in a policy to that file's text, or to the reason why it is not read.

Policy text may come from people we don't trust, so a name in it reaches only regular files inside the policy's
folder: no absolute path, no `..`, no link leading out, no device or pipe (which could hang), nothing over 16 MiB.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import assert_never

from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.diagnostic import Code
from tierpolicy.diagnostics.suggest import did_you_mean, nearest
from tierpolicy.frozen import frozen

LARGEST_FILE = 16 * 1024 * 1024


@frozen
class FileText:
    """What a file says. `place` is the same for one file however it was reached (through a link, say)."""

    place: str
    text: str


@frozen
class Refusal:
    """Why a file is not read, in words for the author."""

    code: Code
    message: str
    help: str


@frozen
class DiskFolder:
    """A policy's folder on disk."""

    root: Path


@frozen
class TextFolder:
    """A policy's folder that exists in memory only: texts by their path relative to the main file's folder."""

    files: Mapping[str, str] = field(default_factory=dict)


Folder = DiskFolder | TextFolder


def inside(base: str, written: str, ending: str) -> str | Refusal:
    """The path, relative to the policy's folder, that `written` means in a file of its subfolder `base`."""
    parts = [part for part in written.split("/") if part not in ("", ".")]
    if "\\" in written or PureWindowsPath(written).drive:
        return Refusal(
            syntax.FILE_OUTSIDE,
            f"`{written}` is not a path inside the policy's folder",
            f'name the file from here, with `/` between folders: `"shared/basics{ending}"`.',
        )
    if written.startswith("/") or ".." in parts:
        what = "starts at the root of the disk" if written.startswith("/") else "leads out with `..`"
        return Refusal(
            syntax.FILE_OUTSIDE,
            f"`{written}` {what}; a policy reads only files inside its own folder",
            "copy the file into the policy's folder and name it from here.",
        )
    if not parts or not parts[-1].lower().endswith(ending):
        return _wrong_ending(written, ending)
    return str(PurePosixPath(base, *parts))


def _wrong_ending(written: str, ending: str) -> Refusal:
    if ending == ".csv":
        advice = "a table's rows come from a file of comma-separated values whose name ends in `.csv`."
    elif written.lower().endswith(".csv"):
        advice = f'rows of a table are read by a table: `table rates from "{written}"`.'
    else:
        advice = "a used file is policy text, and its name ends in `.tier`."
    return Refusal(syntax.FILE_KIND, f"`{written}` is not the name of a `{ending}` file", advice)


def read_inside(folder: Folder, relative: str, written: str) -> FileText | Refusal:
    """The text of a file in `folder`; `written` is how the author named it."""
    match folder:
        case TextFolder(files):
            text = files.get(relative)
            if text is None:
                is_folder = any(name.startswith(f"{relative}/") for name in files)
                return _not_a_file(written, is_folder) if is_folder else _missing(written, files)
            return FileText(relative, text) if len(text) <= LARGEST_FILE else too_large(written)
        case DiskFolder(root):
            return _read_on_disk(root, relative, written)
        case _:
            assert_never(folder)


def _read_on_disk(root: Path, relative: str, written: str) -> FileText | Refusal:
    try:
        path = root / relative
        real_root, real = os.path.realpath(root), os.path.realpath(path)
        leads_out = os.path.commonpath([real_root, real]) != real_root
        beside = [entry.name for entry in os.scandir(path.parent)] if not os.path.lexists(path) else []
    except (OSError, ValueError):
        return _missing(written, ())
    if leads_out:
        return Refusal(
            syntax.FILE_OUTSIDE,
            f"`{written}` is a link that leads out of the policy's folder",
            "put the file itself into the policy's folder.",
        )
    if beside:
        before, _, _ = written.rpartition("/")
        return _missing(written, (f"{before}/{name}" if before else name for name in sorted(beside)))
    return read_file(Path(real), written)


def names_in(folder: Folder) -> tuple[str, ...]:
    """The names of what stands right in the folder, in order; none where that can't be read."""
    match folder:
        case TextFolder(files):
            return tuple(sorted(name for name in files if "/" not in name))
        case DiskFolder(root):
            try:
                return tuple(sorted(entry.name for entry in os.scandir(root)))
            except (OSError, ValueError):
                return ()
        case _:
            assert_never(folder)


def _missing(written: str, known: Iterable[str]) -> Refusal:
    names = [name for name in known if name.endswith((".tier", ".csv"))]
    return Refusal(
        syntax.FILE_MISSING,
        f"there is no file `{written}`",
        did_you_mean(written, names) or "check the spelling; files are named from the file that uses them.",
    )


def read_file(path: Path, shown: str) -> FileText | Refusal:
    """The text of the file at `path`, wherever that is; `shown` is its name in messages."""
    try:
        place = os.path.realpath(path)
        if not stat.S_ISREG(os.stat(place).st_mode):
            return _not_a_file(shown, os.path.isdir(place))
        data = _bytes_of(place)
    except (OSError, ValueError) as problem:
        return _unreadable(shown, problem)
    if data is None:
        return _not_a_file(shown, is_folder=False)
    if len(data) > LARGEST_FILE:
        return too_large(shown)
    text = _decoded(data, shown)
    return FileText(place, text) if isinstance(text, str) else text


def policy_files(folder: Path, shown: str) -> list[str] | Refusal:
    """The names of the policy files right in a folder, in order; drafts that begin with a dot are none."""
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.endswith(".tier") and entry.name[0] != "."]
    except (OSError, ValueError) as problem:
        return _unreadable(shown, problem)
    return sorted(entry.name for entry in entries if not entry.is_dir(follow_symlinks=False))


def _bytes_of(place: str) -> bytes | None:
    """What the file holds, at most one byte over the limit; None where it became something else meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(place, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        return file.read(LARGEST_FILE + 1)


def too_large(shown: str) -> Refusal:
    """The refusal of a text over 16 MiB."""
    return Refusal(
        size.FILE_TOO_LARGE,
        f"`{shown}` is larger than 16 MiB",
        "split it into several files, or keep long tables elsewhere.",
    )


def _decoded(data: bytes, shown: str) -> str | Refusal:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return Refusal(
            syntax.FILE_NOT_TEXT,
            f"`{shown}` is not UTF-8 text" + (": it looks like UTF-16" if wide else f" (line {line})"),
            "save the file as UTF-8 in your editor or spreadsheet.",
        )


def _not_a_file(shown: str, is_folder: bool) -> Refusal:
    what = "a folder, not a file" if is_folder else "not a regular file"
    return Refusal(syntax.FILE_UNREADABLE, f"`{shown}` is {what}", "name a file that holds text.")


def _beside(shown: str) -> list[str]:
    """The policies in the folder that a path leads into, named as the path names it, without `.tier`."""
    before, slash, _ = shown.rpartition("/")
    try:
        names = sorted(entry.name for entry in os.scandir(before or slash or ".") if entry.name.endswith(".tier"))
    except (OSError, ValueError):
        return []
    return [f"{before}{slash}{name.removesuffix('.tier')}" for name in names]


def _unreadable(shown: str, problem: OSError | ValueError) -> Refusal:
    number = problem.errno if isinstance(problem, OSError) else errno.ENOENT
    if number in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        near = nearest(shown.removesuffix(".tier"), _beside(shown))
        help = f"did you mean `{near}.tier`?" if near else "check the spelling, and which folder it is in."
        return Refusal(syntax.FILE_MISSING, f"there is no file `{shown}`", help)
    why = "you may not read it" if number in (errno.EACCES, errno.EPERM) else "the disk refuses it"
    return Refusal(syntax.FILE_UNREADABLE, f"`{shown}` can't be read: {why}", "check the file and its permissions.")
