"""The road of the questions: every one is asked, every answer kept; and what a policy accepts is applied at its end."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tierpolicy.analysis.questions
from tierpolicy.analysis import prove
from tierpolicy.analysis.answer import Answer, Question
from tierpolicy.analysis.prove import QUESTIONS, proved
from tierpolicy.analysis.session import Session
from tierpolicy.check.allows import FOUND_LATER, KNOWN_TO_FAIL
from tierpolicy.diagnostics.codes import FAMILIES, rules
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Severity
from tierpolicy.pipeline import check_path, check_paths, check_text, load, loads
from tierpolicy.source import Span

ROOT = Path(__file__).parents[2]
RULES = "rule a: if orders > 3 then priority = top\nrule b: if orders > 4 then priority = top\n"
POLICY = loads("service { priority : normal < top }\ncustomer { orders : integer }\n" + RULES).versions[0]


def about_rules(code: Code, verdict: str = "refuted", name: str = "b") -> Question:
    """A question that finds `code` at one rule, and nothing at the others."""

    def answers(session: Session) -> Iterator[Answer]:
        for rule in session.policy.rules:
            if rule.origin.name == name:
                yield Answer(name, verdict, "why", Diagnostic(code, "found", rule.origin.span))  # type: ignore[arg-type]
            else:
                yield Answer(rule.origin.name, "proved")

    return Question(f"looking for {code.code}", lambda session: len(session.policy.rules), answers, "none of it")


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(prove, "QUESTIONS", (about_rules(rules.CHANGES_NOTHING),))
    return monkeypatch


# ---------------------------------------------------------------- asking


def test_every_answer_is_kept_in_order() -> None:
    asked = (about_rules(rules.CHANGES_NOTHING), about_rules(rules.NOT_SETTLED, "unknown", "a"))
    found = proved(POLICY, questions=asked)
    assert [(question.name, answer.subject, answer.verdict) for question, answer in found.answers] == [
        ("looking for T305", "a", "proved"),
        ("looking for T305", "b", "refuted"),
        ("looking for T330", "a", "unknown"),
        ("looking for T330", "b", "proved"),
    ]
    assert [each.code.code for each in found.diagnostics] == ["T305", "T330"]
    assert found.counts == {
        "looking for T305": {"proved": 1, "refuted": 1},
        "looking for T330": {"unknown": 1, "proved": 1},
    }


def test_progress_runs_from_nothing_to_all() -> None:
    seen: list[tuple[str, int, int]] = []
    asked = (about_rules(rules.CHANGES_NOTHING), about_rules(rules.NEVER_TRUE))
    proved(POLICY, questions=asked, progress=lambda *told: seen.append(told))
    assert seen[0] == ("looking for T305", 0, 4)
    assert seen[-1] == ("looking for T321", 4, 4)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_a_question_that_fails_is_our_mistake_and_not_swallowed() -> None:
    def answers(session: Session) -> Iterator[Answer]:
        yield Answer("a", "proved")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        proved(POLICY, questions=(Question("failing", lambda session: 2, answers),))


def test_the_seconds_reach_the_session() -> None:
    def answers(session: Session) -> Iterator[Answer]:
        yield Answer(str(session.timeout), "proved")

    found = proved(POLICY, timeout=2.5, questions=(Question("asking", lambda session: 1, answers),))
    assert [answer.subject for _, answer in found.answers] == ["2.5"]


OF_TWO_POLICIES = {"two_policies"}


def test_every_question_that_there_is_is_asked() -> None:
    names = [each.name for each in pkgutil.iter_modules(tierpolicy.analysis.questions.__path__)]
    modules = {name: importlib.import_module(f"tierpolicy.analysis.questions.{name}") for name in names}
    there = {name for name, module in modules.items() if hasattr(module, "QUESTION")} - OF_TWO_POLICIES
    assert {name for name in there if modules[name].QUESTION not in QUESTIONS} == set()
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS) == len(there)


# ---------------------------------------------------------------- accepting


def codes(text: str, *, quick: bool = False) -> list[str]:
    return sorted(each.code.code for each in check_text(text, prove=not quick).diagnostics)


ALLOWED = RULES.replace("rule b", 'allow T305 because "kept for the audit"\nrule b')


def test_what_proofs_find_can_be_accepted(asking: pytest.MonkeyPatch) -> None:
    assert codes(RULES) == ["T305"]
    assert codes(ALLOWED) == []


def test_what_proofs_no_longer_find_is_accepted_for_nothing(asking: pytest.MonkeyPatch) -> None:
    assert codes(ALLOWED.replace("rule b", "rule c")) == ["T504"]


def test_whoever_proves_nothing_does_not_say_that_nothing_is_accepted(asking: pytest.MonkeyPatch) -> None:
    assert codes(ALLOWED, quick=True) == []
    assert loads(ALLOWED).diagnostics == ()
    unread = 'allow T502 because "later"\n' + RULES
    assert [each.code.code for each in loads(unread).diagnostics] == ["T504"] == codes(unread, quick=True)[-1:]


def test_a_question_left_open_is_no_reason_to_take_an_allow_away(asking: pytest.MonkeyPatch) -> None:
    asking.setattr(prove, "QUESTIONS", (about_rules(rules.NOT_SETTLED, "unknown"),))
    assert codes(ALLOWED) == ["T330"]
    assert codes(ALLOWED.replace("T305", "T305, T330")) == []
    assert codes(RULES.replace("rule a", 'allow T305 because "x"\nrule a')) == ["T330", "T504"]


def test_with_errors_nobody_knows_what_an_allow_is_for(asking: pytest.MonkeyPatch) -> None:
    wrong = "rule c: if ordres > 3 then priority = top\n"
    assert codes(ALLOWED + wrong) == ["T101"]
    assert codes('allow T502 because "used by others"\ndefine many = orders > 9\n' + wrong) == ["T101"]


def test_an_allow_in_a_shared_file_is_for_whichever_policy_needs_it(tmp_path: Path, asking: pytest.MonkeyPatch) -> None:
    """The rule `b` comes to nothing in one of the two policies alone."""

    def answers(session: Session) -> Iterator[Answer]:
        for rule in session.policy.rules:
            if rule.origin.name == "b" and session.policy.name == "One":
                yield Answer("b", "refuted", diagnostic=Diagnostic(rules.CHANGES_NOTHING, "found", rule.origin.span))

    asking.setattr(prove, "QUESTIONS", (Question("asking", lambda session: 1, answers),))
    (tmp_path / "shared.tier").write_text(ALLOWED)
    for name in ("One", "Two"):
        (tmp_path / f"{name}.tier").write_text(f'policy "{name}"\nuse "shared.tier"\n')
    assert [each.code.code for each in check_path(tmp_path).diagnostics] == []
    assert [each.code.code for each in check_path(tmp_path / "Two.tier").diagnostics] == ["T504"]


def test_a_gap_between_versions_is_accepted_above_the_head(tmp_path: Path) -> None:
    for year, above in ((2025, ""), (2027, 'allow T313 because "we were closed"\n')):
        head = f'policy "P"\n    version "{year}"\n    effective from {year}-01-01 until {year}-12-31\n'
        (tmp_path / f"{year}.tier").write_text(above + head + "if orders > 3 then priority = top\n")
    assert check_path(tmp_path).diagnostics == ()
    assert check_path(tmp_path / "2027.tier").diagnostics == ()  # where the other versions aren't looked at
    assert load(tmp_path).diagnostics == ()
    (tmp_path / "2026.tier").write_text((tmp_path / "2025.tier").read_text().replace("2025", "2026"))
    assert [each.code.code for each in check_path(tmp_path).diagnostics] == ["T504"]


def found_in_reading(root: Path) -> set[str]:
    """The codes that reading a policy can yield, by what its modules name."""
    names = {name: value for family in FAMILIES for name, value in vars(family).items() if isinstance(value, Code)}
    found: set[str] = set()
    for path in [*root.glob("tierpolicy/check/*.py"), *root.glob("tierpolicy/syntax/**/*.py")]:
        if path.stem not in ("allows", "versions", "stale"):  # found in `check` alone
            words = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", path.read_text(encoding="utf-8")))
            found |= {names[word].code for word in words & set(names)}
    return found


def test_what_is_found_later_is_told_apart_from_what_reading_finds(tmp_path: Path) -> None:
    every = [value for family in FAMILIES for value in vars(family).values() if isinstance(value, Code)]
    allowable = {code.code for code in every if code.severity is not Severity.ERROR}
    made_of_all = {"T504"}
    assert allowable - found_in_reading(ROOT) - made_of_all | {KNOWN_TO_FAIL.code} == FOUND_LATER
    assert found_in_reading(tmp_path) == set()


def test_spans_are_not_lost_on_the_way() -> None:
    found = check_text("property p: always orders > 3 implies priority = top\n" + RULES)
    assert all(isinstance(each.span, Span) for each in found.diagnostics)


def test_a_file_that_is_named_twice_is_proved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.tier").write_text("if lifetime_value > 100 then priority = top\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = check_paths(["one.tier", tmp_path / "one.tier"])
    assert len(report.proofs) == 1
    assert "one.tier" in report.files
