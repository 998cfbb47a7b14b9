"""Runs the case files: each `language/*.md` states what the language means, by policy and decision.

A file holds `tier` blocks, each followed by blocks that say what comes of it:

    json case    a customer and what must come out; what is not named is not compared
    why NAME     the explanation of an attribute or a statement, in words, for the case above it
    failing      what the policy's examples get wrong; nothing where they hold
    findings     the codes, in order of place, with the line of each
    proofs       the same of what is proved or refuted for every customer
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
from tierpolicy.analysis.prove import proved
from tierpolicy.check.allows import FOUND_LATER, Allows, without_accepted
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.types import MONEY
from tierpolicy.model.words import value_text
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.semantics.costs import costs_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.read import read
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
        policy, previous, case = "", "", ""
        files: dict[str, str] = {}
        for info, body, line in blocks(path):
            if info == "tier":
                policy = body
                files = files if previous == "file" else {}
            elif "file=" in info:
                files = {**(files if previous == "file" else {}), info.split("file=")[1]: body}
            elif info.startswith(kind):
                name = info.removeprefix(kind).strip()
                said = (policy, dict(files), body) if kind != "why" else (policy, dict(files), case, name, body)
                found.append(pytest.param(*said, id=f"{path.stem}:{line}"))
            case = body if info == "json case" else case
            previous = "file" if "file=" in info else info
    return found


@pytest.mark.parametrize(("policy", "files", "body"), collect("json case"))
def test_case(policy: str, files: dict[str, str], body: str) -> None:
    case = json.loads(body)
    loaded = tierpolicy.loads(policy, files=files, parameters=case.get("parameters"))
    as_of = date.fromisoformat(case.get("as_of", "2026-11-21"))
    decision = json.loads(
        loaded.evaluate(case["customer"], request=case.get("request"), as_of=as_of).to_json(reminders=True)
    )
    got: dict[str, Any] = {}
    for part in ("decision", "internal"):
        if part in case:
            got[part] = {name: decision[part].get(name, "(no such attribute)") for name in case[part]}
    if "problems" in case:
        got["problems"] = sorted(p["subject"] for p in decision["problems"])
    if "undetermined" in case:
        got["undetermined"] = {u["statement"]: sorted(u["fields"]) for u in decision["undetermined"]}
    if "reminders" in case:
        got["reminders"] = [reminder["text"] for reminder in decision["reminders"]]
    if "costs" in case:
        got["costs"] = costs_in_words(loaded, case, as_of)
    if "next" in case:
        steps = {t: loaded.next_steps(case["customer"], t, case.get("request"), as_of) for t in case["next"]}
        got["next"] = {target: [line.strip() for line in found.lines()] for target, found in steps.items()}
    assert got == {name: case[name] for name in got}, decision


def costs_in_words(loaded: tierpolicy.Policy, case: dict[str, Any], as_of: date) -> dict[str, str]:
    policy = loaded.versions[0]
    reading = read(policy, case["customer"], case.get("request", {}))
    found = costs_of(policy, deliberate(policy, reading, as_of).situation)
    return {name: value_text(value, MONEY) for name, value in found.items()}


@pytest.mark.parametrize(("policy", "files", "case", "name", "text"), collect("why"))
def test_why(policy: str, files: dict[str, str], case: str, name: str, text: str) -> None:
    given = json.loads(case)
    loaded = tierpolicy.loads(policy, files=files, parameters=given.get("parameters"))
    as_of = date.fromisoformat(given.get("as_of", "2026-11-21"))
    decision = loaded.evaluate(given["customer"], request=given.get("request"), as_of=as_of)
    assert decision.explain().text(name) + "\n" == text


@pytest.mark.parametrize(("policy", "files", "body"), collect("failing"))
def test_failing_examples(policy: str, files: dict[str, str], body: str) -> None:
    checked = elaborate(gather_text(policy, files=files)).policy
    assert checked is not None
    assert "".join(f"{found.message}\n    {found.help}\n" for found in failing_examples(checked)) == body


@pytest.mark.parametrize(("policy", "files", "body"), collect("findings"))
def test_findings(policy: str, files: dict[str, str], body: str) -> None:
    gathered = gather_text(policy, files=files)
    checked = elaborate(gathered)
    main = next(s for s in gathered.sources if s.path == gathered.path)
    found = sorted(
        (main.position(d.span.start).line if d.span is not None and d.span.path == main.path else 0, d.code.code)
        for d in without_accepted([Allows(checked.accepted, FOUND_LATER)], checked.diagnostics)
    )
    assert "".join(f"{line} {code}\n" for line, code in found) == body


@pytest.mark.parametrize(("policy", "files", "body"), collect("proofs"))
def test_proofs(policy: str, files: dict[str, str], body: str) -> None:
    checked = elaborate(gather_text(policy, files=files)).policy
    assert checked is not None
    main = checked.sources[0]
    assert len(files) == 0, "a policy of one file, so that every line is one of it"
    found = sorted(
        (main.position(d.span.start).line if d.span is not None else 0, d.code.code)
        for d in proved(checked).diagnostics
    )
    assert "".join(f"{line} {code}\n" for line, code in found) == body
