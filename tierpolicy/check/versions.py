"""Versions of one policy: files with one policy name, each effective on days of its own (language.md §5).

Of two that are effective on a day, the one with the later start decides; outside of all, the nearest (of two, the
earlier).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.policy import Policy
from tierpolicy.source import Span

DAY = timedelta(days=1)


def version_order(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """Versions in the order of their starts, the same however they were found."""
    return tuple(sorted(policies, key=lambda policy: (_start(policy), _end(policy), policy.version, policy.digest)))


def version_findings(policies: Sequence[Policy]) -> tuple[Diagnostic, ...]:
    """The gaps and overlaps between the versions of each policy name."""
    by_name: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        by_name[policy.name].append(policy)
    found: list[Diagnostic] = []
    for versions in by_name.values():
        found += _between(version_order(versions))
    return tuple(found)


def _between(versions: Sequence[Policy]) -> list[Diagnostic]:
    """Findings between neighbours in the order of their starts; `last` reaches furthest so far."""
    found: list[Diagnostic] = []
    last = versions[0]
    for policy in versions[1:]:
        if _start(policy) <= _end(last):
            found.append(_overlap(last, policy))
        elif _end(last) + DAY < _start(policy):
            found.append(_gap(last, policy))
        if _end(policy) > _end(last):
            last = policy
    return found


def _gap(before: Policy, after: Policy) -> Diagnostic:
    first, last = _end(before) + DAY, _start(after) - DAY
    return Diagnostic(
        codes.VERSION_GAP,
        f"no version of `{after.name}` is effective from {first} until {last}",
        _head(after),
        help=f"let {_called(before, after)} end on {last}, or {_called(after, before)} begin on {first}",
        related=(Related(_head(before), "the version before"),),
    )


def _overlap(before: Policy, after: Policy) -> Diagnostic:
    last = min(_end(before), _end(after))
    days = f"from {_start(after)}" + (f" until {last}" if last < date.max else " on")
    if _start(after) == date.min:
        days = "at first"
    what = "the later start decides"
    if _start(before) == _start(after):
        what = "they start together, so neither goes before the other"
    return Diagnostic(
        codes.VERSION_OVERLAP,
        f"two versions of `{after.name}` are effective {days}; {what}",
        _head(after),
        help=_which_to_end(before, after),
        related=(Related(_head(before), "the other version"),),
    )


def _which_to_end(before: Policy, after: Policy) -> str:
    if _start(before) == _start(after):
        return (
            f"let {_called(before, after)} and {_called(after, before)} begin on different days, or remove one of them"
        )
    return f"let {_called(before, after)} end on {_start(after) - DAY}, the day before {_called(after, before)} begins"


def _called(policy: Policy, other: Policy) -> str:
    """How a policy is told from the other: by its version, by its file where both have the same."""
    if policy.version and policy.version != other.version:
        return f"version `{policy.version}`"
    return f"`{policy.sources[0].path}`"


def _head(policy: Policy) -> Span:
    """The first line of the version's head; of its main file, where it has none."""
    source = policy.sources[0]
    start = policy.head.start if policy.head is not None else 0
    return Span(source.path, start, start + len(source.text[start:].partition("\n")[0]))


def version_for(policies: Sequence[Policy], as_of: date) -> tuple[Policy, bool]:
    """The version that decides on a day, and whether the day lies outside of all. `policies` are one policy's versions.

    Of several effective ones: the latest start, then the one that ends first, then the highest version.
    """
    effective = [policy for policy in policies if _start(policy) <= as_of <= _end(policy)]
    if effective:
        latest = max(_start(policy) for policy in effective)
        candidates = [policy for policy in effective if _start(policy) == latest]
        ending = min(_end(policy) for policy in candidates)
        return max((p for p in candidates if _end(p) == ending), key=lambda p: (p.version, p.digest)), False
    return min(policies, key=lambda p: (_days_from(p, as_of), _start(p), p.version, p.digest)), True


def _days_from(policy: Policy, day: date) -> int:
    return (_start(policy) - day).days if day < _start(policy) else (day - _end(policy)).days


def _start(policy: Policy) -> date:
    return policy.effective_from or date.min


def _end(policy: Policy) -> date:
    return policy.effective_until or date.max
