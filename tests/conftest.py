"""What holds in all tests: none is timed, so a slow machine fails none (speed is what benchmarks measure)."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
