"""`make bench`: measures everything, each part in a process of its own, and writes docs/reference/performance.md.

python -m tests.bench             the figures of the page: about ten minutes on two cores
python -m tests.bench --short     tiny policies, nothing written: whether it runs (BENCH_SHORT=1 asks for the same)

Where BENCH_KEEP names a folder, what each part printed is kept there, and a part that is there already isn't run again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench import proofs
from tests.bench.page import Figures, page

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "performance.md"
SIZES = (6, 100, 1_000, 10_000)
WORST_SIZES = (1_000, 10_000)
SHORT_SIZES = (6,)
LIMIT = 1_800
"""Seconds after which a part is given up."""


def main(arguments: Sequence[str]) -> None:
    short = "--short" in arguments or os.environ.get("BENCH_SHORT") == "1"
    text = page(figures(short))
    if short:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


def figures(short: bool) -> Figures:
    sizes, worst_sizes = (SHORT_SIZES, SHORT_SIZES[-1:]) if short else (SIZES, WORST_SIZES)
    ways = ("all", *(("one-core",) if hasattr(os, "sched_setaffinity") else ()), "without-numba")
    return Figures(
        one={size: part("one_record", str(size), short=short) for size in sizes},
        batches={way: {size: part("batch", str(size), way, short=short) for size in sizes} for way in ways},
        first={size: first_calls(size, short) for size in (sizes[:1] if short else sizes)},
        kinds=part("kinds", "6" if short else "100", short=short),
        worst={size: part("worst", str(size), short=short) for size in worst_sizes},
        loading=printed("loading", short=short),
        proofs=proofs.figures(proofs.SHORT if short else proofs.CASES),
        testing=part("testing", short=short),
        base=part("whole_base", short=short),
    )


def first_calls(size: int, short: bool) -> dict[str, Any]:
    """Two processes, the second with what the first has left on disk."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {"NUMBA_CACHE_DIR": cache, "XDG_CACHE_HOME": cache}
        turns = ("cold", "cached")
        return {turn: part("first_call", str(size), turn, short=short, environment=environment) for turn in turns}


def part(name: str, *arguments: str, short: bool, environment: dict[str, str] | None = None) -> Any:
    """The figures that a part of the benchmark prints."""
    return json.loads(printed(name, *arguments, short=short, environment=environment))


def printed(name: str, *arguments: str, short: bool, environment: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments, *(["--short"] if short else [])]
    kept = kept_at("-".join(command[2:]))
    if kept is not None and kept.exists():
        return kept.read_text(encoding="utf-8")
    begun = perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=LIMIT, env=os.environ | (environment or {})
    )
    print(f"{' '.join(command[2:])}: {perf_counter() - begun:.1f} s", file=sys.stderr)
    assert done.returncode == 0, f"{name} failed"
    if kept is not None:
        kept.write_text(done.stdout, encoding="utf-8")
    return done.stdout


def kept_at(part: str) -> Path | None:
    folder = os.environ.get("BENCH_KEEP")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) / f"{part}.txt"


if __name__ == "__main__":
    main(sys.argv[1:])
