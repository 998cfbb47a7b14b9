"""Every backend as one function: from a policy and cases to an answer for each, None for a case that isn't for it.

`BACKENDS` is all of them. Backends that decide for typed values are asked with the typed reading of the record, so that
the reading of records and deciding are judged apart.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from unittest.mock import patch

from tests.conformance.answers import Answer, Case, Truth, decision_answer
from tests.conformance.batches import Decide, Deciding, in_batches, repeated
from tests.conformance.generated import as_large, of_middle, trusted
from tests.conformance.interpreted import interpreted
from tests.conformance.sql_engines import on_duckdb
from tests.conformance.sql_rows import in_sql
from tierpolicy import Policy, RecordError
from tierpolicy.compile.columns import deciding as columns_deciding
from tierpolicy.compile.columns import prepared
from tierpolicy.compile.columns.choosing import FORMS
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.deciding import deciding
from tierpolicy.runtime.explanation import explained

SHARE = 8
"""Of so many cases one is asked where asking takes long: an explanation, a decision that carries its policy along."""

Answering = Callable[[Policy, Sequence[Case], Sequence[Truth]], Sequence[Answer | None]]


@dataclass(frozen=True)
class Backend:
    """`answers` gets the oracle's answers too, for the typed readings in them, and the values of nothing else."""

    name: str
    answers: Answering
    costly: bool = False  # asked about a share of the policies only


def evaluated(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """`policy.evaluate`, as applications call it."""
    return [decision_answer(policy.evaluate(c.record, c.request, c.as_of), policy, c) for c in cases]


def evaluated_and_changed(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer | None]:
    """The same, of records that change after the decision was made: it must not see that."""
    found: list[Answer | None] = []
    for case in cases:
        if type(case.record) is not dict:
            found.append(None)
            continue
        record, request = _copied(case.record), _copied(case.request)
        decision = policy.evaluate(record, request, case.as_of)
        for part in (record, request):
            _spoil(part)
        found.append(decision_answer(decision, policy, case))
    return found


def _copied(part: object) -> object:
    """A copy of a dict and of the dicts, lists and sets in it."""
    if type(part) is dict:
        return {key: _copied(value) for key, value in part.items()}
    return copy.copy(part) if type(part) in (list, set) else part


def _spoil(part: object) -> None:
    if type(part) is dict:
        for value in part.values():
            _spoil(value)
        for key in part:
            part[key] = "spoilt"
    elif type(part) is list:
        part[:] = ["spoilt"]
    elif type(part) is set:
        part.clear()


def restored(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """A policy that was pickled, as worker processes get it, and some decisions that were."""
    other = pickle.loads(pickle.dumps(policy))
    decisions = [other.evaluate(case.record, case.request, case.as_of) for case in cases]
    decisions[::SHARE] = [pickle.loads(pickle.dumps(decision)) for decision in decisions[::SHARE]]
    return [decision_answer(decision, policy, case) for decision, case in zip(decisions, cases, strict=True)]


def threaded(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """Four threads that share a policy nobody has asked yet."""
    fresh = Policy(policy.versions, policy.diagnostics)
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda c: decision_answer(fresh.evaluate(c.record, c.request, c.as_of), policy, c), cases))


def strictly(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """With `strict`: an error exactly where there are problems, and these."""
    found = []
    for case, truth in zip(cases, truths, strict=True):
        try:
            decision = policy.evaluate(case.record, case.request, case.as_of, strict=True)
        except RecordError as error:
            found.append(replace(truth.answer, python=None, undetermined=None, problems=error.problems))
        else:
            found.append(decision_answer(decision, policy, case))
    return found


def explained_and_written(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer | None]:
    """Its explanation, asked for before anything else, and its document are of the same decision."""
    found: list[Answer | None] = []
    for place, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        if place % SHARE:
            found.append(None)
            continue
        decision = policy.evaluate(case.record, case.request, case.as_of)
        right = explained(truth.typed, truth.reading, case.as_of)
        wrong = "" if decision.explain().to_dict() == right.to_dict() else "it is explained otherwise"
        again = policy.evaluate(case.record, case.request, case.as_of)
        if decision.to_json() != again.to_json() or decision != again or hash(decision) != hash(again):
            wrong = "asked again it differs"
        found.append(replace(decision_answer(decision, policy, case), said=wrong))
    return found


def from_normal_form(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """The normal form of each version, taken at its word."""
    deciders = {version.digest: interpreted(version) for version in policy.versions}
    return [deciders[t.typed.digest](t.reading, c.as_of) for c, t in zip(cases, truths, strict=True)]


def from_readings(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """The road of records that generated code can't read: decided from the typed values that were found."""
    deciders = {version.digest: deciding(version) for version in policy.versions}
    decisions = [deciders[t.typed.digest].of_reading(t.reading, c.as_of) for c, t in zip(cases, truths, strict=True)]
    return [decision_answer(decision, policy, case) for decision, case in zip(decisions, cases, strict=True)]


FORMS_HERE = tuple(form for form in FORMS if "numba" not in form or find_spec("numba"))


def columns_in(form: str, typed: TypedPolicy) -> Decide:
    """Columns, every stage answered by one form of kernel."""
    return prepared(normal_form(typed), form).decide


def chosen_columns(typed: TypedPolicy) -> Decide:
    """Columns as they come."""
    return prepared(normal_form(typed)).decide


def many_rows(
    deciding: Deciding, block: int, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]
) -> list[Answer | None]:
    """The records of one day over and over in a thousand rows and a few, in blocks whose ends lie inside them."""
    found: list[Answer | None] = [None] * len(cases)
    last, day = truths[-1].typed, cases[-1].as_of
    alike = [n for n, (c, t) in enumerate(zip(cases, truths, strict=True)) if t.typed is last and c.as_of == day]
    with patch.object(columns_deciding, "BLOCK", block):
        answers = repeated(deciding, last, [truths[place] for place in alike], day, 1_101)
    for place, number in enumerate(alike):
        same = answers[place :: len(alike)]
        differing = any(answer != same[0] for answer in same)
        found[number] = replace(same[0], said="rows of the same record differ" if differing else "")
    return found


BACKENDS: tuple[Backend, ...] = (
    Backend("evaluate", evaluated),
    Backend("flat", partial(of_middle, "flat")),
    Backend("bits", partial(of_middle, "bits")),
    Backend("flat, as if large", partial(as_large, "flat")),
    Backend("bits, as if large", partial(as_large, "bits")),
    Backend("flat, trusted", partial(trusted, "flat")),
    Backend("bits, trusted", partial(trusted, "bits")),
    *(Backend(f"columns, {form}", partial(in_batches, partial(columns_in, form))) for form in FORMS_HERE),
    Backend("columns, row by row", partial(in_batches, chosen_columns, size=1), costly=True),
    Backend("columns, small blocks", partial(many_rows, chosen_columns, 192), costly=True),
    *(
        Backend(f"columns, {form}, many rows", partial(many_rows, partial(columns_in, form), 1 << 17), costly=True)
        for form in FORMS_HERE
    ),
    Backend("typed values", from_readings, costly=True),
    Backend("normal form", from_normal_form),
    Backend("evaluate, then changed", evaluated_and_changed),
    Backend("strict", strictly, costly=True),
    Backend("explained", explained_and_written, costly=True),
    Backend("pickled", restored, costly=True),
    Backend("threads", threaded, costly=True),
    Backend("sql on duckdb", partial(in_sql, on_duckdb, "duckdb", most_days=1), costly=True),
)
