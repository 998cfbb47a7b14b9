"""What machines read: JSON, GitHub annotations, SARIF."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix, Related, Severity
from tierpolicy.diagnostics.render import render
from tierpolicy.source import Source, Span

UNKNOWN = Code("T104", Severity.ERROR, "unknown label")
UNUSED = Code("T303", Severity.WARNING, "never changes a decision")
SOURCE = Source("shop tiers.tier", "tiers member < gold\ntier golden if orders == 3\n")
GOLDEN = Span(SOURCE.path, 25, 31)
EQUALS = Span(SOURCE.path, 42, 44)
FINDING = Diagnostic(
    UNKNOWN,
    "`golden` is not a label of `tier`",
    GOLDEN,
    help="did you mean `gold`?",
    related=(Related(Span(SOURCE.path, 6, 19), "declared here"),),
    fix=Fix(EQUALS, "=", "write `=`"),
    witness={"orders": 3},
)


def test_json_is_one_document_with_findings_and_summary() -> None:
    place = {"path": "shop tiers.tier", "line": 2, "column": 6, "end_line": 2, "end_column": 12}
    assert json.loads(render([FINDING, Diagnostic(UNUSED, "m", None)], [SOURCE], "json")) == {
        "findings": [
            {
                "code": "T303",
                "severity": "warning",
                "message": "m",
                "path": None,
                "line": None,
                "column": None,
                "end_line": None,
                "end_column": None,
                "help": None,
                "related": [],
            },
            {
                "code": "T104",
                "severity": "error",
                "message": "`golden` is not a label of `tier`",
                **place,
                "help": "did you mean `gold`?",
                "related": [
                    {"message": "declared here", **place, "line": 1, "column": 7, "end_line": 1, "end_column": 20}
                ],
                "fix": {"description": "write `=`", "replacement": "=", **place, "column": 23, "end_column": 25},
                "witness": {"orders": 3},
            },
        ],
        "summary": {"errors": 1, "warnings": 1, "notes": 0},
    }


def test_json_of_nothing_is_a_document_too() -> None:
    empty = {"findings": [], "summary": {"errors": 0, "warnings": 0, "notes": 0}}
    assert json.loads(render([], [], "json")) == empty


def test_a_witness_becomes_json() -> None:
    witness = {
        "since": date(2026, 1, 2),
        "spend": Decimal("10.50"),
        "tags": {"vip", "press"},
        "wait": timedelta(hours=1),
    }
    text = render([Diagnostic(UNKNOWN, "m", None, witness=witness)], [], "json")
    wanted = {"since": "2026-01-02", "spend": "10.50", "tags": ["press", "vip"], "wait": "PT3600S"}
    assert json.loads(text)["findings"][0]["witness"] == wanted


def test_a_github_annotation_is_one_line() -> None:
    line = render([FINDING], [SOURCE], "github")
    assert line == (
        "::error file=shop tiers.tier,line=2,endLine=2,col=6,endColumn=12,title=T104::"
        "`golden` is not a label of `tier`%0Ashop tiers.tier:1:7: declared here%0Ahelp: did you mean `gold`?"
    )


def test_a_github_annotation_cannot_be_broken_out_of() -> None:
    source = Source("a,b:c%.tier", "x\ny\n")
    finding = Diagnostic(UNUSED, "50%\n::error::planted", Span(source.path, 0, 3), help="one\r\n::set-output::two")
    text = render([finding], [source], "github")
    assert "\n" not in text
    assert "\r" not in text
    assert text == (
        "::warning file=a%2Cb%3Ac%25.tier,line=1,endLine=2,title=T303::"
        "50%25%0A::error::planted%0Ahelp: one\\r%0A::set-output::two"
    )


def test_sarif_has_the_shape_that_2_1_0_asks_for() -> None:
    log = json.loads(render([FINDING, Diagnostic(UNUSED, "m", None)], [SOURCE], "sarif"))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "tierpolicy"
    assert [rule["id"] for rule in driver["rules"]] == ["T104", "T303"]
    assert {rule["defaultConfiguration"]["level"] for rule in driver["rules"]} == {"error", "warning"}
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
    bare, full = run["results"]
    assert "locations" not in bare
    [location] = full["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "shop%20tiers.tier"},
        "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 12},
    }
    [related] = full["relatedLocations"]
    assert related["message"] == {"text": "declared here"}
    assert related["physicalLocation"]["region"]["startLine"] == 1
    [fix] = full["fixes"]
    [change] = fix["artifactChanges"]
    [replacement] = change["replacements"]
    assert replacement["insertedContent"] == {"text": "="}
    assert replacement["deletedRegion"] == {"startLine": 2, "startColumn": 23, "endLine": 2, "endColumn": 25}
    assert full["properties"]["witness"] == {"orders": 3}


def test_a_sarif_rule_carries_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.diagnostics.render.sarif.page", lambda code: f"# {code}: a page")
    [rule] = json.loads(render([FINDING], [SOURCE], "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule["help"] == {"text": "# T104: a page", "markdown": "# T104: a page"}


def test_a_sarif_fingerprint_survives_lines_added_above() -> None:
    moved = Source(SOURCE.path, "# one more line\n" + SOURCE.text)
    later = Diagnostic(UNKNOWN, FINDING.message, Span(SOURCE.path, 41, 47))

    def fingerprint(finding: Diagnostic, source: Source) -> str:
        return json.loads(render([finding], [source], "sarif"))["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint(FINDING, SOURCE) == fingerprint(later, moved)
    assert fingerprint(FINDING, SOURCE) != fingerprint(Diagnostic(UNKNOWN, FINDING.message, EQUALS), SOURCE)


@pytest.mark.parametrize("style", ["text", "json", "github", "sarif"])
def test_the_order_in_which_stages_found_things_does_not_show(style: str) -> None:
    findings = [FINDING, Diagnostic(UNUSED, "m", None), Diagnostic(UNUSED, "n", EQUALS)]
    texts = {render(each, [SOURCE], style) for each in (findings, findings[::-1], findings + findings)}  # type: ignore[arg-type]
    assert len(texts) == 1
