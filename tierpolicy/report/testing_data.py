"""From the results of testing policies to JSON values: suite by suite, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tierpolicy.report.testing import OUTCOMES, line_of
from tierpolicy.testing.suite import Outcome, Result, Suite
from tierpolicy.testing.tested import SuiteResult

NOT_RUN = "not run"


def tested_data(tested: Sequence[SuiteResult]) -> dict[str, Any]:
    """`totals` and `suites`, for the document of `tierpolicy test --format json`; seconds to the millisecond."""
    counts = sum((each.counts for each in tested), Counter[Outcome]())
    return {
        "totals": {
            **{outcome: counts[outcome] for outcome in OUTCOMES},
            "not_run": sum(each.not_run for each in tested),
            "left_out": sum(each.left_out for each in tested),
        },
        "suites": [_suite(each) for each in tested],
    }


def _suite(tested: SuiteResult) -> dict[str, Any]:
    policy = tested.suite.policy
    return {
        "path": tested.suite.path,
        "policy": policy.name if policy is not None else None,
        "version": policy.version if policy is not None else None,
        "digest": policy.digest if policy is not None else None,
        "items": [_item(result, tested.suite) for result in tested.results],
    }


def _item(result: Result, suite: Suite) -> dict[str, Any]:
    item = result.item
    return {
        "id": item.id,
        "kind": item.kind,
        "name": item.name,
        "outcome": result.outcome,
        "note": result.note,
        "path": item.span.path if item.span is not None else suite.path,
        "line": line_of(item, suite),
        "codes": [found.code.code for found in result.findings],
        "seconds": round(result.seconds, 3),
    }
