"""From the results of testing policies to JUnit XML, which CI systems read: a `testsuite` a policy.

Class names and names are those that pytest gives to the same items, so that both count as one test on a dashboard.
There is no standard; this keeps to what the schema of the Jenkins plugin and pytest's reports have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tierpolicy.diagnostics.render import render
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.testing import line_of
from tierpolicy.testing.suite import Result, Suite
from tierpolicy.testing.tested import SuiteResult


def junit_xml(tested: Sequence[SuiteResult]) -> str:
    """The document, a line an element. Seconds are those of the clock."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(name='tierpolicy', **_totals(tested))}>",
    ]
    for each in tested:
        lines.append(f"  <testsuite{_attributes(name=each.suite.path, **_totals([each]))}>")
        lines += [_case(result, each.suite) for result in each.results]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _totals(tested: Sequence[SuiteResult]) -> dict[str, str]:
    results = [result for each in tested for result in each.results]
    failed = sum(result.outcome == "failed" for result in results)
    passed = sum(result.outcome == "passed" for result in results)
    return {
        "tests": str(len(results)),
        "failures": str(failed),
        "errors": "0",
        "skipped": str(len(results) - failed - passed),
        "time": _seconds(sum(result.seconds for result in results)),
    }


def _case(result: Result, suite: Suite) -> str:
    item = result.item
    line = line_of(item, suite)
    place = {"file": item.span.path if item.span is not None else suite.path}
    if line is not None:
        place["line"] = str(line)
    classname = f"{suite.path.replace('/', '.')}.{item.kind}"
    head = _attributes(classname=classname, name=item.name, **place, time=_seconds(result.seconds))
    inner = _outcome(result, suite)
    return f"    <testcase{head}>{inner}</testcase>" if inner else f"    <testcase{head}/>"


def _outcome(result: Result, suite: Suite) -> str:
    match result.outcome:
        case "passed":
            return ""
        case "failed":
            text = render(result.findings, suite.sources, total=False)
            first = result.findings[0] if result.findings else None
            said = {"message": first.message, "type": first.code.code} if first is not None else {"message": "failed"}
            return f"<failure{_attributes(**said)}>{_text(text)}</failure>"
        case _:
            accepted = "accepted: " if result.outcome == "accepted" else ""
            return f"<skipped{_attributes(message=f'{accepted}{result.note}')}/>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(printable(value))}" for name, value in values.items())


def _text(text: str) -> str:
    """Lines as the text of an element: what XML has no place for, such as control characters, is shown as an escape."""
    return escape("\n".join(printable(line) for line in text.split("\n")))


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
