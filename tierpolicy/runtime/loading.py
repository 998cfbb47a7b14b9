"""From policy text to what applications hold: read, typed, its versions in order; nothing is proved.

Whoever imports `tierpolicy` waits for all that this module imports, so it asks for nothing but what every load needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from tierpolicy.check.allows import FOUND_LATER, Allows, without_accepted
from tierpolicy.check.elaborate import Checked, elaborate
from tierpolicy.check.settings import shared_out
from tierpolicy.check.versions import version_findings, version_order
from tierpolicy.diagnostics.diagnostic import Diagnostic, has_errors
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.collector import collector_resting
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.errors import PolicyError
from tierpolicy.source import Source
from tierpolicy.syntax.ast import PolicyHead
from tierpolicy.syntax.calibration import name_beside
from tierpolicy.syntax.gather import Gathered, gather_folder, gather_text

Parameters = Mapping[str, object] | None


class NotOnePolicy(LookupError):
    """A folder holds several policies and the caller named none, or one that isn't there. `help` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message, help)
        self.help = help

    def __str__(self) -> str:
        return str(self.args[0])


def load(path: str | PathLike[str], *, parameters: Parameters = None, name: str | None = None) -> Policy:
    """The policy in a file, or in a folder with all its versions; `name` chooses where a folder holds several.

    `parameters` sets the policy's parameters, by name. What it takes to be `in top 10%` is read from the calibration
    file beside it. PolicyError carries every finding where there are errors.
    """
    with collector_resting():
        return _policy(_of_one_name(gather_folder(Path(path)), name), parameters)


def loads(
    text: str,
    *,
    path: str = "policy.tier",
    files: Mapping[str, str] | None = None,
    parameters: Parameters = None,
    calibration: str | None = None,
) -> Policy:
    """The policy in a text; `files` holds what it uses, by the name in the policy. Nothing is read from disk.

    `calibration` is the text of its calibration file, which says what it takes to be `in top 10%`.
    """
    with collector_resting():
        beside = {} if calibration is None else {name_beside(path): calibration}
        return _policy((gather_text(text, path, {**(files or {}), **beside}),), parameters)


def load_to_calibrate(
    path: str | PathLike[str], *, parameters: Parameters = None, name: str | None = None
) -> tuple[TypedPolicy, ...]:
    """The typed policy at `path`, each of its versions, though thresholds that it asks for were never measured, or not
    well: these are MISSING. Nothing decides with what comes back. PolicyError carries every other error."""
    gathered = _of_one_name(gather_folder(Path(path)), name)
    checked, unknown = elaborated(gathered, parameters, to_calibrate=True)
    found = each_once([*unknown, *(finding for each in checked for finding in each.diagnostics)])
    policies = tuple(each.policy for each in checked if each.policy is not None)
    if has_errors(found) or len(policies) < len(checked):
        raise PolicyError(found, texts_of(gathered))
    return policies


def _policy(gathered: tuple[Gathered, ...], parameters: Parameters) -> Policy:
    checked, unknown = elaborated(gathered, parameters)
    versions = [each.policy for each in checked if each.policy is not None]
    found = [*unknown, *(finding for each in checked for finding in each.diagnostics), *version_findings(versions)]
    findings = each_once(without_accepted([Allows(each.accepted, FOUND_LATER) for each in checked], found))
    if has_errors(findings) or len(versions) < len(checked):
        raise PolicyError(findings, texts_of(gathered))
    return Policy(version_order(versions), findings).compiled()


def elaborated(
    gathered: tuple[Gathered, ...], parameters: Parameters, *, to_calibrate: bool = False
) -> tuple[tuple[Checked, ...], tuple[Diagnostic, ...]]:
    """Each policy with the parameters that it declares; findings about those that none declares."""
    shares, unknown = shared_out(gathered, parameters or {})
    checked = (elaborate(each, share, to_calibrate=to_calibrate) for each, share in zip(gathered, shares, strict=True))
    return tuple(checked), unknown


def _of_one_name(gathered: tuple[Gathered, ...], name: str | None) -> tuple[Gathered, ...]:
    by_name: dict[str, list[Gathered]] = {}
    for each in gathered:
        by_name.setdefault(_name(each), []).append(each)
    if name is None and len(by_name) == 1:
        return gathered
    if name in by_name:
        return tuple(by_name[name])
    known = "its policies: " + ", ".join(f"`{each}`" for each in sorted(by_name))
    if name is None:
        raise NotOnePolicy("the folder holds several policies; choose one by its name", known)
    raise NotOnePolicy(f"there is no policy called `{name}` here", did_you_mean(name, by_name) or known)


def _name(gathered: Gathered) -> str:
    """The name in the policy's head; its path where it has none."""
    heads = (each for each in gathered.modules[0].statements if isinstance(each, PolicyHead))
    return next((head.name.value for head in heads), gathered.path)


def each_once(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings without repetition: a file that two policies use is read for each of them."""
    return tuple({(each.code, each.span, each.message): each for each in findings}.values())


def texts_of(gathered: Iterable[Gathered]) -> tuple[Source, ...]:
    return tuple({source.path: source for each in gathered for source in each.sources}.values())
