"""What was proved of policies: a line for people, and answers as data.

The line promises no more than was done: it names what holds for every customer, and counts what stays open. What was
refuted stands among the findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tierpolicy.analysis.answer import Answer, Question, Verdict
from tierpolicy.analysis.proofs import Proofs
from tierpolicy.report.words import count_text, plural

VERDICTS: tuple[Verdict, ...] = ("proved", "refuted", "unknown")


def proved_line(proofs: Sequence[Proofs], unproved: int = 0) -> str:
    """`proved for every customer: 4 properties, no conflicts; not settled: 1`; '' where nothing was asked. `unproved`
    is how many policies have errors that kept questions from being asked."""
    held = list(_held(proofs))
    open_ = sum(answer.verdict == "unknown" for each in proofs for _, answer in each.answers)
    parts = [f"proved for every customer: {', '.join(held)}"] if held else []
    if open_:
        parts.append(f"not settled: {count_text(open_)}")
    if unproved:
        of = f" of {plural(unproved, 'policy', 'policies')}" if proofs else ""
        parts.append(f"nothing was proved{of}: mend the errors first")
    return "; ".join(parts)


def _held(proofs: Sequence[Proofs]) -> Iterator[str]:
    properties, fields = (sum(map(count, proofs)) for count in (_properties_proved, _protected_proved))
    if properties:
        yield plural(properties, "property", "properties")
    if fields:
        yield f"{plural(fields, 'protected field')} without influence"
    verdicts: dict[str, set[Verdict]] = {}
    for each in proofs:
        for question, answer in each.answers:
            verdicts.setdefault(question.proved, set()).add(answer.verdict)
    yield from (said for said, found in verdicts.items() if said and found == {"proved"})


def _properties_proved(proofs: Proofs) -> int:
    return len(_subjects(proofs, "proved") & _properties(proofs))


def _protected_proved(proofs: Proofs) -> int:
    return len(_subjects(proofs, "proved") & _protected(proofs))


def _subjects(proofs: Proofs, verdict: Verdict) -> set[str]:
    """The subjects of questions that are told one by one."""
    return {answer.subject for question, answer in proofs.answers if not question.proved and answer.verdict == verdict}


def _properties(proofs: Proofs) -> set[str]:
    return {stated.origin.name for stated in proofs.policy.properties}


def _protected(proofs: Proofs) -> set[str]:
    return {field.name for field in proofs.policy.fields.values() if field.protected}


# ---------------------------------------------------------------- as data


def answers_data(proofs: Iterable[Proofs]) -> list[dict[str, Any]]:
    """Policy by policy and question by question: how many answers of each kind; one by one those about properties and
    protected fields, and all that aren't proved."""
    return [
        {
            "policy": each.policy.name,
            "version": each.policy.version,
            "path": each.policy.sources[0].path,
            "digest": each.policy.digest,
            "questions": [_question_data(question, found) for question, found in _by_question(each)],
        }
        for each in proofs
    ]


def _by_question(proofs: Proofs) -> Iterator[tuple[Question, list[Answer]]]:
    found: dict[str, tuple[Question, list[Answer]]] = {}
    for question, answer in proofs.answers:
        found.setdefault(question.name, (question, []))[1].append(answer)
    yield from found.values()


def _question_data(question: Question, answers: list[Answer]) -> dict[str, Any]:
    counts = Counter(answer.verdict for answer in answers)
    told = [answer for answer in answers if answer.verdict != "proved" or not question.proved]
    return {
        "question": question.name,
        **{verdict: counts[verdict] for verdict in VERDICTS},
        "answers": [_answer_data(answer) for answer in told],
    }


def _answer_data(answer: Answer) -> Mapping[str, Any]:
    found: dict[str, Any] = {"subject": answer.subject, "verdict": answer.verdict}
    if answer.reason:
        found["reason"] = answer.reason
    if answer.diagnostic is not None:
        found["code"] = answer.diagnostic.code.code
    return found
