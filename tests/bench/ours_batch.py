"""This package as a competitor for many records: frames in and out, and the columns that its kernels take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.bench.columns import Columns
from tests.bench.numpy_form import CHUNK, cores
from tests.bench.ours import AS_OF
from tests.bench.rules import Rules
from tierpolicy.compile.columns import prepared
from tierpolicy.compile.columns.data import Answers, Coded, Column
from tierpolicy.compile.normal import normal_form
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.values import python_value

Work = Callable[[], Any]
Make = Callable[[Rules, Columns], Work]


def compiled() -> bool:
    """Has what is compiled for batches compiled now, or loaded; False without numba."""
    from tierpolicy.compile.columns.numba_loading import ready_now

    return ready_now()


def frames(policy: Policy, framed: Callable[[Rules, Columns], Any]) -> Make:
    """`evaluate_all` of a frame that lies in memory."""

    def make(rules: Rules, columns: Columns) -> Work:
        frame = framed(rules, columns)
        return lambda: policy.evaluate_all(frame)

    return make


@dataclass(frozen=True, slots=True)
class Chunks:
    """Answers as codes, chunk by chunk; a column of their values by the name of its attribute."""

    answers: Sequence[Answers]
    policy: Policy

    def __getitem__(self, name: str) -> list[Any]:
        kind = self.policy.versions[0].attributes[name].type
        found = []
        for each in self.answers:
            coded = each.attributes[name]
            assert isinstance(coded, Coded)
            values = [python_value(value, kind) for value in coded.values]
            found += [values[code] for code in coded.codes.tolist()]
        return found


def codes(policy: Policy) -> Make:
    """Without frames: arrays of codes and amounts, decided in chunks, each core its share, to arrays of codes. NumPy
    and Polars are measured with the same."""
    ready = prepared(normal_form(policy.versions[0]))

    def make(rules: Rules, columns: Columns) -> Work:
        rows = len(next(iter(columns.values())))
        per_unit = {each.name: 100 if each.kind == "money" else 1 for each in rules.fields}
        pool = ThreadPoolExecutor(cores())

        def chunk(at: int) -> Answers:
            part = {name: Column(c[at : at + CHUNK], per_unit=per_unit[name]) for name, c in columns.items()}
            return ready.decide(part, min(CHUNK, rows - at), AS_OF)

        return lambda: Chunks(list(pool.map(chunk, range(0, rows, CHUNK))), policy)

    return make
