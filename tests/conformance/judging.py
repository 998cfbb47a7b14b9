"""Asks backends and compares: `disagreements` of a policy and cases; `smallest` makes one as small as it can be."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.conformance.answers import Case, Truth, difference, plain
from tests.conformance.backends import Backend
from tests.strategies.policies import elaborated
from tierpolicy import Policy


def shown(part: object) -> str:
    """A part of a case as text, whatever it holds."""
    try:
        return repr(part)
    except Exception:
        return f"<{type(part).__name__}>" if type(part) is not dict else str({k: shown(v) for k, v in part.items()})


@dataclass(frozen=True)
class Disagreement:
    """A backend that doesn't answer as the plain evaluator does."""

    backend: Backend
    policy: Policy
    case: Case
    difference: str

    def __str__(self) -> str:
        case = ", ".join(shown(part) for part in (self.case.record, self.case.request, self.case.as_of))
        text = "\n".join(source.text for version in self.policy.versions for source in version.sources)
        return f"[{self.backend.name}] {self.difference}\n{case}\n{text}"


def disagreements(policy: Policy, cases: Sequence[Case], backends: Sequence[Backend]) -> Iterator[Disagreement]:
    """Where a backend answers otherwise than the plain evaluator, or raises."""
    truths = [plain(policy, case) for case in cases]
    for backend in backends:
        yield from judged(backend, policy, cases, truths)


def judged(backend: Backend, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> Iterator[Disagreement]:
    """Where one backend answers otherwise than `truths`, which are the plain evaluator's answers."""
    try:
        answers = backend.answers(policy, cases, truths)
    except Exception:
        if len(cases) == 1:
            yield Disagreement(backend, policy, cases[0], traceback.format_exc(limit=-6))
            return
        found = False
        for case, truth in zip(cases, truths, strict=True):  # which of them it is that raises
            for each in judged(backend, policy, [case], [truth]):
                found = True
                yield each
        if not found:
            yield Disagreement(backend, policy, cases[0], "together only: " + traceback.format_exc(limit=-6))
        return
    if len(answers) != len(cases):
        yield Disagreement(backend, policy, cases[0], f"{len(answers)} answers to {len(cases)} cases")
        return
    for case, truth, answer in zip(cases, truths, answers, strict=True):
        if answer is not None and (wrong := difference(truth, answer)):
            yield Disagreement(backend, policy, case, wrong)


def first_disagreement(policy: Policy, cases: Sequence[Case], backend: Backend) -> Disagreement | None:
    return next(disagreements(policy, cases, [backend]), None)


# ---------------------------------------------------------------- made small


def smallest(found: Disagreement) -> Disagreement:
    """The same disagreement with as few statements, rows and values as still show it (each alone is needed)."""
    policy = found.policy
    if len(policy.versions) == 1 and len(policy.versions[0].sources) == 1:
        text = _fewest_statements(found, policy.versions[0].sources[0].text)
        found = _still(found, _loaded(text), found.case) or found
    return _fewest_values(found)


def _still(found: Disagreement, policy: Policy | None, case: Case) -> Disagreement | None:
    if policy is None:
        return None
    try:
        return first_disagreement(policy, [case], found.backend)
    except Exception:
        return None


def _loaded(text: str) -> Policy | None:
    try:
        return Policy((elaborated(text),))
    except Exception:
        return None


def _fewest_statements(found: Disagreement, text: str) -> str:
    """Leaves out statements, then lines of them, as long as the disagreement stays."""
    for pieces_of, joined in ((_statements, "\n".join), (str.splitlines, "\n".join)):
        pieces = pieces_of(text)
        size = max(1, len(pieces) // 2)
        while size:
            at = 0
            while at < len(pieces):
                fewer = pieces[:at] + pieces[at + size :]
                if fewer and _still(found, _loaded(joined(fewer)), found.case):
                    pieces = fewer
                else:
                    at += size
            size //= 2
        text = joined(pieces)
    return text


def _statements(text: str) -> list[str]:
    pieces: list[str] = []
    for line in text.splitlines():
        if pieces and line[:1] in (" ", "|", "}", ""):
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return pieces


def _fewest_values(found: Disagreement) -> Disagreement:
    for part in ("record", "request"):
        held: Any = getattr(found.case, part)
        if type(held) is not dict:
            continue
        for key in list(held):
            fewer = {k: v for k, v in getattr(found.case, part).items() if k is not key}
            found = _still(found, found.policy, replace(found.case, **{part: fewer})) or found
    return found
