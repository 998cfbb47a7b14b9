"""`make demo` shows what it is about, not the questions that set-up asks itself."""

from __future__ import annotations

from tests.docs.fences import ROOT


def test_set_up_echoes_no_questions() -> None:
    recipes = [line[1:] for line in (ROOT / "Makefile").read_text(encoding="utf-8").split("\n") if line[:1] == "\t"]
    assert any(line.startswith("@test ") for line in recipes)
    assert [line for line in recipes if line.startswith("test ")] == []
