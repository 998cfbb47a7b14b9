"""Decisions for whole frames: a frame's columns to typed columns, a piece at a time, and the answers back to a frame.

    frame ── frames ──▶ pieces ── cells ──▶ typed columns ──(decided)──▶ answers ── results ──▶ a frame of the same kind

Every value of a frame means what the same value means in a record (semantics/read). Whatever isn't numbers, days or
labels as codes is read value by value, each distinct value once.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierpolicy.runtime.engine import Policy


def evaluated(policy: Policy, frame: Any, request: object, as_of: date, notes: bool, threads: int | None) -> Any:
    """The decisions for every row of a frame, in a frame of the same kind. ImportError without the extra `data`."""
    try:
        import numpy  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        needed = "NumPy and pyarrow: install them with `pip install 'tierpolicy[data]'`"
        raise ImportError(f"deciding for whole frames needs {needed}") from None
    from tierpolicy.runtime.columns.whole import decided, work_of

    return decided(work_of(policy, request, as_of, notes, threads), frame)
