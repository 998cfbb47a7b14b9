"""What `plan()` says of frames, and threads that share their rows."""

from __future__ import annotations

from datetime import date

import pytest

import tierpolicy
from tierpolicy.compile.columns import numba_loading

polars = pytest.importorskip("polars")
DAY = date(2026, 11, 21)
RULES = "\n".join(f"rule r{n}: if spend >= {n * 10} and orders < {100 - n} then level = l{n}" for n in range(1, 40))
LEVELS = " < ".join(f"l{n}" for n in range(40))
TEXT = f'policy "Many" currency EUR\ncustomer {{ spend : money \n orders : integer }}\nservice {{ level : {LEVELS} }}\n'
FRAME = polars.DataFrame({"spend": [float(n % 450) for n in range(70_000)], "orders": [n % 130 for n in range(70_000)]})


def test_the_plan_tells_how_frames_are_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("state", "not loaded"), ("make", None), ("spent", 0.0)):
        monkeypatch.setattr(numba_loading.COMPILED, name, value)
    policy = tierpolicy.loads(TEXT + "baseline all: level at least l0\n" + RULES)
    assert policy.plan().versions[0].many_records == ()
    plain = policy.evaluate_all(FRAME, as_of=DAY)
    version = policy.plan().versions[0]
    assert version.many_records in (("boxes",), ("bits",))
    assert "; frames by " in str(version)
    assert "(compiled code: not loaded)" in str(version)
    pytest.importorskip("numba")
    assert numba_loading.ready_now()
    assert policy.evaluate_all(FRAME, as_of=DAY).equals(plain)
    assert policy.plan().versions[0].many_records == ("numba",)
    assert "frames by compiled code" in str(policy.plan())


def test_threads_share_the_rows() -> None:
    policy = tierpolicy.loads(TEXT + "baseline all: level at least l0\n" + RULES)
    alone = policy.evaluate_all(FRAME, as_of=DAY, threads=1)
    assert policy.evaluate_all(FRAME, as_of=DAY, threads=3).equals(alone)
    with pytest.raises(ValueError, match="at least one"):
        policy.evaluate_all(FRAME, as_of=DAY, threads=0)
