"""SARIF logs are what the published schema of SARIF 2.1.0 asks for (see sarif/README.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix, Related
from tierpolicy.diagnostics.render import render
from tierpolicy.source import Source, Span

SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
SOURCE = Source("north shop/ä.tier", "tiers member < gold\r\n\ttier golden if orders == 3 \U0001f600\n\nlast")


def log_of(*findings: Diagnostic) -> dict[str, Any]:
    return json.loads(render(findings, [SOURCE], "sarif"))  # type: ignore[no-any-return]


def wrong(log: dict[str, Any]) -> list[str]:
    return [f"{'/'.join(map(str, error.path))}: {error.message}"[:300] for error in VALIDATOR.iter_errors(log)]


def finding(code: str = "T104", span: Span | None = None) -> Diagnostic:
    """One with everything that a finding may have."""
    somewhere = Span(SOURCE.path, 0, 5)
    return Diagnostic(
        catalogue()[code],
        "`golden` is not a label of `tier`\x1b\x00\ud800",
        span,
        "did you mean `gold`?",
        (Related(somewhere, "declared here"), Related(Span("elsewhere.tier", 3, 9), "")),
        Fix(somewhere, "", "leave it out"),
        {"customers": [{"name": "customer", "given": {"orders": "3"}, "expect": {}, "any": []}], "example": "x"},
    )


@pytest.mark.parametrize("span", [None, Span(SOURCE.path, 25, 31), Span(SOURCE.path, 0, 60), Span("/gone", 1, 2)])
def test_a_full_finding_is_valid_wherever_it_is(span: Span | None) -> None:
    assert wrong(log_of(finding(span=span))) == []


def test_every_code_makes_a_valid_rule() -> None:
    log = log_of(*(finding(code, Span(SOURCE.path, 0, 5)) for code in catalogue()))
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(catalogue())
    assert wrong(log) == []


def test_a_log_of_nothing_is_valid() -> None:
    assert wrong(log_of()) == []


SPOILED: list[Callable[[dict[str, Any]], Any]] = [
    lambda log: log.update(version="2.0.0"),
    lambda log: log.pop("runs"),
    lambda log: log["runs"][0].update(colour="red"),
    lambda log: log["runs"][0]["results"][0].pop("message"),
    lambda log: log["runs"][0]["results"][0].update(level="bad"),
    lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_the_schema_sees_what_is_wrong(spoil: Callable[[dict[str, Any]], Any]) -> None:
    log = log_of(finding(span=Span(SOURCE.path, 25, 31)))
    spoil(log)
    assert wrong(log) != []


def test_signs_that_turn_the_direction_are_shown_as_escapes() -> None:
    turning = Diagnostic(
        catalogue()["T104"], "`a\u202eb`", None, "or\u202e", (Related(Span(SOURCE.path, 0, 5), "\u202e"),)
    )
    (result,) = log_of(turning)["runs"][0]["results"]
    assert result["message"]["text"] == "`a\\u{202e}b`\nor\\u{202e}"
    assert result["relatedLocations"][0]["message"]["text"] == "\\u{202e}"
