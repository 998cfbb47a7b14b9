"""From coverage to plain values for programs: rates, and what was seen of everything, without the texts."""

from __future__ import annotations

from typing import Any

from tierpolicy.testing.coverage.data import (
    ComparisonSeen,
    Counts,
    Coverage,
    FileSeen,
    PolicySeen,
    StatementSeen,
    by_properties,
)
from tierpolicy.testing.coverage.rate import Rate, comparison_rate, gaps_of, rate_of, statement_rate


def coverage_data(coverage: Coverage) -> dict[str, Any]:
    """Plain values for JSON. Rates are percents from 0 to 100, and null where there is nothing to cover; counts are
    customers, by what they were decided for."""
    return {
        **_rates(coverage.files),
        "by_properties": _rate(rate_of(coverage, by_properties)),
        "policies": [_policy(each) for each in coverage.policies],
        "files": [_file(each) for each in coverage.files],
    }


def _rates(files: tuple[FileSeen, ...]) -> dict[str, Any]:
    return {
        **_rate(rate_of(Coverage(files=files))),
        "statements_covered": _rate(statement_rate(files)),
        "comparisons_covered": _rate(comparison_rate(files)),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "percent": round(rate.percent, 2) if rate.points else None,
        "covered": rate.covered,
        "points": rate.points,
    }


def _policy(seen: PolicySeen) -> dict[str, Any]:
    return {
        "name": seen.name,
        "version": seen.version,
        "path": seen.path,
        "digest": seen.digest,
        "files": list(seen.files),
        "customers": _counts(seen.customers),
    }


def _file(seen: FileSeen) -> dict[str, Any]:
    return {
        "path": seen.path,
        "digest": seen.digest,
        **_rates((seen,)),
        "statements": [_statement(each) for each in seen.statements],
        "comparisons": [_comparison(each) for each in seen.comparisons],
        "attributes": [
            {"attribute": e.attribute, "line": e.place.line, "value": e.value, "nothing_gave_another": _counts(e.taken)}
            for e in seen.fallbacks
        ],
        "gaps": [{"line": gap.line, "points": gap.points, "what": gap.what} for gap in gaps_of(seen)],
    }


def _statement(seen: StatementSeen) -> dict[str, Any]:
    return {
        "name": seen.name,
        "title": seen.title,
        "kind": seen.kind,
        "line": seen.place.line,
        "last_line": seen.place.last_line,
        "status": seen.status(),
        "not_counted": seen.exempt or None,
        "true": _counts(seen.fired),
        "decided": _counts(seen.decided),
        "false": _counts(seen.missed),
        "unknown": _counts(seen.unknown),
        "out_of_force": _counts(seen.out_of_force),
        "not_reached": _counts(seen.unreached),
        "taken_by": seen.taken_by or None,
    }


def _comparison(seen: ComparisonSeen) -> dict[str, Any]:
    return {
        "text": seen.text,
        "inside": seen.inside,
        "line": seen.place.line,
        "last_line": seen.place.last_line,
        "not_counted": seen.exempt or None,
        "true": _counts(seen.true),
        "false": _counts(seen.false),
        "unknown": _counts(seen.unknown),
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {"examples": counts.examples, "cases": counts.cases, "properties": counts.properties}
