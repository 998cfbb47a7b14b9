"""tierpolicy: who gets which service, with a guaranteed minimum for everyone.

`load` a policy, `evaluate` a record, read the decision. Whatever can wait is imported when it is first used.
"""

from __future__ import annotations

from tierpolicy.runtime.decision import Decision
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.errors import PolicyError, RecordError, TargetError
from tierpolicy.runtime.loading import load, loads

__version__ = "0.1.0"

__all__ = ["Decision", "Policy", "PolicyError", "RecordError", "TargetError", "__version__", "load", "loads"]
