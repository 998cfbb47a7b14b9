"""Runs `mistakes.md`: after each policy the codes that checking finds in it, with the line of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.check.reading import checked
from tierpolicy.source import Source

PAGE = (Path(__file__).parent / "mistakes.md").read_text(encoding="utf-8")
CASE = re.compile(r"^# (.+?)\n.*?^```tier\n(.*?)^```$.*?^```findings\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CASES = CASE.findall(PAGE)


def test_every_case_is_read() -> None:
    assert len(CASES) == PAGE.count("```tier\n") == PAGE.count("```findings\n")


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_mistakes(title: str, text: str, expected: str) -> None:
    source = Source("policy.tier", text)
    found = checked(text).diagnostics
    lines = sorted((source.position(d.span.start).line if d.span else 0, d.code.code) for d in found)
    assert "".join(f"{line} {code}\n" for line, code in lines) == expected, [d.message for d in found]
    assert all(finding.help for finding in found if finding.code.code != "T001")
