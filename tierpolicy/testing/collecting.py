"""From files to suites: what is tested of each policy, in the order of the text. Nothing is proved or decided here.

Errors found by reading are items that fail as they are. Where they stand in claims alone (see `apart`), everything else
is still tested; elsewhere they leave nothing to decide with, and the suite holds the errors only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path, PurePosixPath

from tierpolicy.check.draft import Places
from tierpolicy.check.elaborate import elaborate
from tierpolicy.check.settings import shared_out
from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.model.policy import Policy
from tierpolicy.runtime.collector import collector_resting
from tierpolicy.source import Span
from tierpolicy.syntax.folders import policy_folders, without_used
from tierpolicy.syntax.gather import Gathered, gather, gather_each, gather_folder
from tierpolicy.syntax.gather_cases import with_cases
from tierpolicy.testing.apart import without_mistaken_claims
from tierpolicy.testing.suite import Item, Suite

LONGEST_NAME = 120
CASES = ".cases.csv"
BRACKETS = str.maketrans("[]", "()")

Parameters = Mapping[str, object] | None

CHECK = "proofs"
"""The name of the item for all that is proved of a policy beside its properties."""


def suites_in(path: str | PathLike[str], parameters: Parameters = None) -> tuple[Suite, ...]:
    """The suites of a policy file, or of all policies in a folder and those inside it; several versions are a suite
    each. A file without a head that a policy uses is no policy itself. Hidden folders are left alone.

    What is wrong with files is among the items; a folder without policies has one that says so. `parameters` sets the
    policies' parameters, by name: each takes those that it declares.
    """
    with collector_resting():
        gathered = policies_in(Path(path))
        shares, unknown = shared_out(gathered, parameters or {})
        suites = [suite_of(each, share) for each, share in zip(gathered, shares, strict=True)]
        return (_with_errors(suites[0], unknown), *suites[1:]) if unknown else tuple(suites)


def policies_in(path: Path) -> tuple[Gathered, ...]:
    """The files of each policy at a path, by folder and file name, with the cases beside it."""
    if not path.is_dir():
        return (with_cases(gather(path), path),)
    found = [each for folder in policy_folders(path) for each in each_in(folder)]
    return without_used(found) or gather_folder(path)


def each_in(folder: Path) -> tuple[Gathered, ...]:
    """The policies right in a folder, each with the cases beside it."""
    return tuple(with_cases(each, folder / PurePosixPath(each.path).name) for each in gather_each(folder))


def cases_aside(folder: Path, read: Collection[str]) -> Iterator[str]:
    """A sentence for each file of cases right in the folder that stands beside no policy, and that neither a policy
    there nor one that was `read` uses (by absolute path): its name may be misspelt, and its cases are not tested."""
    names = sorted(os.listdir(folder)) if folder.is_dir() else []
    policies = sorted(name.removesuffix(".tier") for name in names if name.endswith(".tier"))
    others = [name for name in names if name.endswith(CASES) and name.removesuffix(CASES) not in policies]
    if all(os.path.abspath(folder / name) in read for name in others):
        return
    here = {os.path.abspath(source.path) for each in each_in(folder) for source in each.sources}
    for name in others:
        if os.path.abspath(folder / name) not in here | set(read):
            near = nearest(name.removesuffix(CASES), policies)
            help = f"; cases beside `{near}.tier` stand in `{near}{CASES}`" if near else ""
            yield f"no policy has its cases in `{folder / name}`, so they are not tested{help}"


# ---------------------------------------------------------------- one policy


def suite_of(gathered: Gathered, parameters: Parameters = None) -> Suite:
    """The suite of one policy. Where claims had mistakes, its `gathered` is what the policy was made of: less these."""
    checked = elaborate(gathered, parameters)
    errors = tuple(dict.fromkeys(d for d in checked.diagnostics if d.severity is Severity.ERROR))
    policy, used = checked.policy, gathered
    if policy is None:
        kept = without_mistaken_claims(gathered, errors)
        if kept is not None:
            policy, used = elaborate(kept, parameters).policy, kept
    found = _errors(errors, gathered)
    return Suite(gathered.path, policy, (*found, *_stated(policy)), gathered.sources, used)


def _errors(errors: Iterable[Diagnostic], gathered: Gathered) -> Iterator[Item]:
    """An item for each error, known by its code and line."""
    places = Places(gathered.path, {source.path: source for source in gathered.sources})
    taken: set[str] = set()
    for error in errors:
        name = error.code.code if error.span is None else f"{error.code.code} {places.line(error.span)}"
        yield Item("error", _unique(name, taken), error.span or Span(gathered.path, 0, 0), error)


def _stated(policy: Policy | None) -> Iterator[Item]:
    """What is proved of the policy, and what its author claims, in the order of the text."""
    if policy is None:
        return
    yield Item("check", CHECK, policy.head or Span(policy.sources[0].path, 0, 0))
    taken: dict[str, set[str]] = {"example": set(), "case": set()}
    for example in policy.examples:
        kind = example.kind
        yield Item(kind, _unique(example.origin.name, taken[kind]), example.origin.span, example)
    for stated in policy.properties:
        yield Item("property", stated.origin.name, stated.origin.span, stated)


def _with_errors(suite: Suite, errors: Iterable[Diagnostic]) -> Suite:
    """The suite, before it errors that concern no place in particular."""
    found = tuple(Item("error", error.code.code, None, error) for error in errors)
    return Suite(suite.path, suite.policy, (*found, *suite.items), suite.sources, suite.gathered)


def _unique(name: str, taken: set[str]) -> str:
    """The name as part of an id, with a number where it is taken."""
    first = found = _in_one_line(name) or "no name"
    number = 1
    while found in taken:
        number += 1
        found = f"{first} ({number})"
    taken.add(found)
    return found


def _in_one_line(name: str) -> str:
    """The name so that it can be typed and read as part of an id: on one line, not endless, without `::`, which
    separates the parts, and without brackets, which pytest takes for parameters."""
    words = " ".join(name.split())
    seen = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in words)
    parts = re.sub(r":{2,}", ":", seen).translate(BRACKETS)
    return parts if len(parts) <= LONGEST_NAME else f"{parts[: LONGEST_NAME - 1].rstrip()}…"
