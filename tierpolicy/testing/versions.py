"""The versions of a policy, whichever form of it somebody holds."""

from __future__ import annotations

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.engine import Policy

AnyPolicy = Policy | TypedPolicy


def versions_of(policy: AnyPolicy) -> tuple[TypedPolicy, ...]:
    """All versions, the latest last. TypeError for what is no policy, such as the path of one."""
    match policy:
        case Policy():
            return policy.versions
        case TypedPolicy():
            return (policy,)
        case _:
            raise TypeError(f"a policy is wanted, not {policy!r}: load it first, with `tierpolicy.load(path)`")
