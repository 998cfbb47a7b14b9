"""The whole road on one screen: text → parsed files → typed policy → what applications hold.

gather ──▶ elaborate ──▶ versions of one policy ──▶ Policy      load, loads (runtime/loading.py)
               ├──▶ examples, proofs ──▶ versions ──▶ allows    check_path, check_paths, check_text
text ──▶ format_module                                          format_file

Loading is for running: it reads and types the policy and proves nothing. Checking answers every question of
language.md §7 and decides the examples; what a policy accepts is taken out at its very end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from os import PathLike
from os.path import abspath
from pathlib import Path

from tierpolicy.analysis.proofs import Progress, Proofs, unseen
from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.check.allows import (
    FOUND_BY_PROOFS,
    FOUND_IN_VERSIONS,
    FOUND_ON_CUSTOMERS,
    Allows,
    without_accepted,
)
from tierpolicy.check.elaborate import Checked
from tierpolicy.check.stale import MAX_AGE, too_old
from tierpolicy.check.versions import version_findings
from tierpolicy.diagnostics.codes import catalogue, style
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render import STYLES as RENDERINGS
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.runtime.loading import NotOnePolicy, Parameters, each_once, elaborated, load, loads, texts_of
from tierpolicy.runtime.measures import measures, unmeasured
from tierpolicy.runtime.population import Customers, Population, is_measured, measured
from tierpolicy.source import Source, source_from_text
from tierpolicy.syntax.files import Refusal, read_file
from tierpolicy.syntax.folders import policy_folders, without_used
from tierpolicy.syntax.format import format_module
from tierpolicy.syntax.gather import STANDARD_PATH, Gathered, gather_folder, gather_text
from tierpolicy.syntax.parse import parse

__all__ = [
    "RENDERINGS",
    "NotOnePolicy",
    "Report",
    "check_path",
    "check_paths",
    "check_text",
    "format_file",
    "load",
    "loads",
]


UNUSED = frozenset({style.FIELD_UNREAD, style.DEFINE_UNREAD, style.PARAMETER_UNREAD, style.NEVER_GIVEN})
"""What is said of a declaration that one policy doesn't use, and another that shares the file may."""


@dataclass(frozen=True, slots=True)
class Report:
    """What checking found, the texts that it speaks of, and what was proved and measured of each policy; of how many
    nothing could be proved, because they can't be read."""

    diagnostics: tuple[Diagnostic, ...]
    sources: tuple[Source, ...]
    proofs: tuple[Proofs, ...] = ()
    populations: tuple[Population, ...] = ()
    unproved: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read, without what comes with the package."""
        return tuple(source.path for source in self.sources if source.path != STANDARD_PATH)


# ---------------------------------------------------------------- check


def check_path(path: str | PathLike[str], parameters: Parameters = None, *, prove: bool = True) -> Report:
    """Every finding about a policy file, or about all policies of a folder; see `check_paths`."""
    return check_paths([path], parameters, prove=prove)


def check_paths(
    paths: Iterable[str | PathLike[str]],
    parameters: Parameters = None,
    *,
    prove: bool = True,
    timeout: float = DEFAULT_TIMEOUT,
    on: Customers | None = None,
    progress: Progress = unseen,
    max_age: int = MAX_AGE,
) -> Report:
    """Every finding about several files and folders, each said once; examples are run.

    With `prove` every question about every policy is answered; `timeout` is the seconds that the search for one
    answer may take. Claims about populations and calibrated shares are measured `on` a file of customers, which
    `UnusableFile` says of one that can't be read; a calibration is too old there after `max_age` days. `progress` is
    told how far it is.
    """
    gathered = tuple(each for path in paths for each in _policies_at(Path(path)))
    return _checked(gathered, parameters, Thoroughness(prove, timeout, on, progress, max_age))


def check_text(
    text: str,
    *,
    path: str = "policy.tier",
    files: Mapping[str, str] | None = None,
    parameters: Parameters = None,
    prove: bool = True,
    timeout: float = DEFAULT_TIMEOUT,
) -> Report:
    """Every finding about a policy in a text; `files` holds what it uses, its calibration file too."""
    return _checked((gather_text(text, path, files or {}),), parameters, Thoroughness(prove, timeout))


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """How far checking goes beyond reading the text and running its examples."""

    prove: bool = True
    timeout: float = DEFAULT_TIMEOUT
    on: Customers | None = None
    progress: Progress = unseen
    max_age: int = MAX_AGE


def _checked(gathered: tuple[Gathered, ...], parameters: Parameters, how: Thoroughness) -> Report:
    gathered = tuple({abspath(each.path): each for each in reversed(gathered)}.values())[::-1]  # each file once
    policies, unknown = elaborated(gathered, parameters)
    sound = [each.policy for each in policies if each.policy is not None]
    findings = [*unknown, *_of_each(gathered, policies)]
    findings += [found for policy in sound for found in failing_examples(policy)]
    populations = tuple(_populations(sound, how))
    findings += [found for each in populations for found in measures(each)]
    findings += [found for policy in sound if how.on is None for found in unmeasured(policy)]
    if how.on is not None:
        findings += [found for policy in sound for found in too_old(policy, how.on.as_of, how.max_age)]
    proofs = tuple(_proofs(policy, how) for policy in sound) if how.prove else ()
    findings += [found for each in proofs for found in each.diagnostics]
    versions = list(_versions(gathered, policies))
    findings += [found for together in versions for found in version_findings(together)]
    alone = {together[0].sources[0].path for together in versions if len(together) == 1}
    allows = [Allows(each.accepted, _not_looked_for(each, how, alone)) for each in policies]
    unproved = len(policies) - len(sound) if how.prove else 0
    return Report(each_once(without_accepted(allows, findings)), texts_of(gathered), proofs, populations, unproved)


def _of_each(gathered: tuple[Gathered, ...], policies: tuple[Checked, ...]) -> Iterator[Diagnostic]:
    """What was found in reading. What a file declares is unused where no policy that reads the file uses it."""
    readers = Counter(path for each in gathered for path in {module.path for module in each.modules})
    found_by = Counter(
        key for each in policies for key in {(f.code, f.span) for f in each.diagnostics if f.code in UNUSED}
    )
    for each in policies:
        for found in each.diagnostics:
            unused = found.code in UNUSED and found.span is not None
            if not unused or found_by[found.code, found.span] >= readers[found.span.path]:  # type: ignore[union-attr]
                yield found


def _proofs(policy: TypedPolicy, how: Thoroughness) -> Proofs:
    from tierpolicy.analysis.prove import proved  # so that loading a policy loads nothing that proves

    return proved(policy, timeout=how.timeout, progress=how.progress)


def _populations(policies: Iterable[TypedPolicy], how: Thoroughness) -> Iterator[Population]:
    if how.on is not None:
        progress = partial(how.progress, f"deciding the customers in {how.on.path.name}")
        yield from (measured(policy, how.on, progress) for policy in policies if is_measured(policy))


def _versions(gathered: tuple[Gathered, ...], checked: tuple[Checked, ...]) -> Iterator[list[TypedPolicy]]:
    """The versions of each policy: those of one name in one folder."""
    together: dict[tuple[Path, str], list[TypedPolicy]] = defaultdict(list)
    for each, found in zip(gathered, checked, strict=True):
        if found.policy is not None:
            together[Path(each.path).parent, found.policy.name].append(found.policy)
    yield from together.values()


def _not_looked_for(checked: Checked, how: Thoroughness, alone: set[str]) -> frozenset[str]:
    """Codes of findings that may be there all the same; `alone` are policies whose other versions weren't looked at."""
    if checked.policy is None:
        return frozenset(catalogue())  # with errors, much isn't looked for even in reading
    skipped = frozenset() if how.prove else FOUND_BY_PROOFS
    skipped |= frozenset() if how.on is not None else FOUND_ON_CUSTOMERS
    return skipped | FOUND_IN_VERSIONS if checked.policy.sources[0].path in alone else skipped


def _policies_at(path: Path) -> tuple[Gathered, ...]:
    """The policy in a file; of a folder those in it and in the folders inside."""
    folders = tuple(policy_folders(path)) or (path,)
    return without_used(each for folder in folders for each in gather_folder(folder))


# ---------------------------------------------------------------- format


@dataclass(frozen=True, slots=True)
class Formatted:
    """One file before and after. With `mistakes` (errors found while reading it) or a `refusal` it stays as it is."""

    before: str
    text: str
    changed: bool
    mistakes: int = 0
    refusal: str = ""


def policy_files(path: Path) -> list[Path]:
    """The file itself, or the policy files of a folder and of the `policy_folders` inside it."""
    if not path.is_dir():
        return [path]
    found = (each for folder in policy_folders(path) for each in folder.glob("*.tier"))
    return sorted(each for each in found if each.is_file() and not each.name.startswith("."))


def format_file(path: Path) -> Formatted:
    """The canonical form of a file. Where the file has mistakes it is left alone."""
    read = read_file(path, str(path))
    if isinstance(read, Refusal):
        return Formatted("", "", changed=False, refusal=read.message)
    source = source_from_text(str(path), read.text)
    mistakes = sum(each.severity.value == "error" for each in parse(source).diagnostics)
    text = format_module(source) if not mistakes else source.text
    # Line ends and a byte order mark are part of the form, so the file itself is compared, not what was read of it.
    changed = not mistakes and text.encode("utf-8") != path.read_bytes()
    return Formatted(source.text, text, changed, mistakes)
