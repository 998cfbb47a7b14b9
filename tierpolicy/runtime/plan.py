"""How a policy decides: which compiled form each version has, and what was measured to choose it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from tierpolicy.compile.normal import Normal, box_count
from tierpolicy.compile.python.choosing import Chosen
from tierpolicy.model.expressions import And, DefineRef, In, Not, Or
from tierpolicy.model.words import expression_text

Form = Literal["flat", "bits"]


class Batches(Protocol):
    """What a plan asks of a policy that is ready for columns."""

    @property
    def forms(self) -> tuple[str, ...]: ...

    @property
    def compiler(self) -> str: ...


FORMS: Mapping[str, str] = {"flat": "plain conditions", "bits": "bit vectors"}
KERNELS: Mapping[str, str] = {"boxes": "comparisons in NumPy", "bits": "bit vectors in NumPy", "numba": "compiled code"}
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """How one version decides. Nothing of it shows in an answer.

    `one_record` is the form for one record: `flat` (plain conditions) or `bits` (bit vectors). `measured` are the
    microseconds that each form took for one record on this machine, of records with the policy's own values; empty
    where the policy is so large that only bit vectors come into question. The `conditions` of rules, limits and
    baselines take `boxes` boxes over `axes` axes. `whole` are conditions, as text, that would take too many boxes:
    they are worked out for each record, one by one. `many_records` are the forms for frames, as they are now: `boxes`
    (comparisons) or `bits` (bit vectors), both in NumPy, `numba` for compiled code; empty before the first frame.
    `compiler` says what is known of compiled code, which takes over once NumPy has taken as long as loading it would.
    """

    version: str
    one_record: Form
    measured: Mapping[str, float]
    conditions: int
    boxes: int
    axes: int
    whole: tuple[str, ...]
    many_records: tuple[str, ...] = ()
    compiler: str = ""

    def __str__(self) -> str:
        called = f"version {self.version}" if self.version else "the policy"
        times = ", ".join(f"{FORMS[form]} {taken:.1f} µs" for form, taken in self.measured.items())
        said = f"{called}: one record by {FORMS[self.one_record]}{f' (measured: {times})' if times else ''}; "
        said += f"{self.conditions} conditions, {self.boxes} boxes, {self.axes} axes"
        if self.many_records:
            said += f"; frames by {', '.join(KERNELS[form] for form in self.many_records)}"
            said += f" (compiled code: {self.compiler})" if "numba" not in self.many_records else ""
        if self.whole:
            shown = "; ".join(self.whole[:MOST_SHOWN]) + ("; …" if len(self.whole) > MOST_SHOWN else "")
            said += f"; worked out one by one: {shown}"
        return said


@dataclass(frozen=True, slots=True)
class Plan:
    """How a policy decides, version by version."""

    versions: tuple[VersionPlan, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.versions))


def plan_of(normal: Normal, chosen: Chosen, batches: Batches | None) -> VersionPlan:
    """The plan of one version; `batches` is what decides for frames, where some were decided."""
    compound = (axis.subject for axis in normal.axes.axes if isinstance(axis.subject, And | Or | Not | In | DefineRef))
    form: Form = "flat" if chosen.middle == "flat" else "bits"
    return VersionPlan(
        normal.policy.version,
        form,
        chosen.measured,
        sum(len(stage.conditions) for stage in normal.stages),
        sum(box_count(stage) for stage in normal.stages),
        len(normal.axes.axes),
        tuple(expression_text(each) for each in compound),
        () if batches is None else batches.forms,
        "" if batches is None else batches.compiler,
    )
