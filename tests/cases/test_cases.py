"""Runs the case files: each `language/*.md` states what the language means, by policy and decision.

A file holds `tier` blocks, each followed by `json case` blocks (a customer and what must come out; what is not named is
not compared) or by a `findings` block (the codes, in order of place, with the line of each).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tierpolicy
from tierpolicy.check.elaborate import elaborate
from tierpolicy.syntax.gather import gather_text

FOLDER = Path(__file__).parent / "language"
FENCE = re.compile(r"^```(?P<info>[^\n]+)\n(?P<body>.*?)^```$", re.M | re.S)


def blocks(path: Path) -> Iterator[tuple[str, str, int]]:
    text = path.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield match["info"].strip(), match["body"], text.count("\n", 0, match.start()) + 1


def collect(kind: str) -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.md")):
        policy, files = "", {}
        previous = ""
        for info, body, line in blocks(path):
            if info == "tier":
                policy = body
                files = files if previous == "file" else {}
            elif "file=" in info:
                files = {**(files if previous == "file" else {}), info.split("file=")[1]: body}
            elif info == kind:
                found.append(pytest.param(policy, dict(files), body, id=f"{path.stem}:{line}"))
            previous = "file" if "file=" in info else info
    return found


@pytest.mark.parametrize(("policy", "files", "body"), collect("json case"))
def test_case(policy: str, files: dict[str, str], body: str) -> None:
    case = json.loads(body)
    loaded = tierpolicy.loads(policy, files=files, parameters=case.get("parameters"))
    as_of = date.fromisoformat(case.get("as_of", "2026-11-21"))
    decision = json.loads(loaded.evaluate(case["customer"], request=case.get("request"), as_of=as_of).to_json())
    got: dict[str, Any] = {}
    for part in ("decision", "internal"):
        if part in case:
            got[part] = {name: decision[part].get(name, "(no such attribute)") for name in case[part]}
    if "problems" in case:
        got["problems"] = sorted(p["subject"] for p in decision["problems"])
    if "undetermined" in case:
        got["undetermined"] = {u["statement"]: sorted(u["fields"]) for u in decision["undetermined"]}
    assert got == {name: case[name] for name in got}, decision


@pytest.mark.parametrize(("policy", "files", "body"), collect("findings"))
def test_findings(policy: str, files: dict[str, str], body: str) -> None:
    gathered = gather_text(policy, files=files)
    main = next(s for s in gathered.sources if s.path == gathered.path)
    found = sorted(
        (main.position(d.span.start).line if d.span is not None and d.span.path == main.path else 0, d.code.code)
        for d in elaborate(gathered).diagnostics
    )
    assert "".join(f"{line} {code}\n" for line, code in found) == body
