"""Whether the proofs of a small policy agree with brute force: the goals that were settled, and the answers given.

`disagreements(policy, …)` says in words what doesn't agree; nothing is said where brute force can't know. Verdicts are
compared with `oracle`, goals with `brute`; witnesses are run again.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.analysis import oracle
from tests.analysis.brute import TooLarge, brute, is_complete
from tierpolicy.analysis import replay
from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.goal import (
    FALSE_ONLY,
    UNKNOWN_ONLY,
    All,
    Counts,
    Differs,
    Goal,
    More,
    NotAsGood,
    Same,
    Side,
    Truth,
)
from tierpolicy.analysis.prove import QUESTIONS
from tierpolicy.analysis.session import Engine, Session
from tierpolicy.analysis.smt.solve import DID_NOT_HOLD, Solver
from tierpolicy.analysis.variants import counting_when_unknown, without
from tierpolicy.model.policy import Policy, Rule
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.index import statements

SECONDS = 20.0
"""For one goal: enough for any small one, whatever else the machine does."""

A, B = "a", "b"


@dataclass
class Judge:
    """An engine whose every result is compared with brute force."""

    engine: Engine
    plain: bool = False
    """In plain policies nothing may be given up."""
    wrong: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, goal: Goal, timeout: float) -> Settled:
        settled = self.engine(goal, timeout)
        found, complete = self.tried(goal)
        match settled:
            case Found(cases):
                self.seen["found"] += 1
                if not replay.holds(goal, cases):
                    self.say("found records for which the goal does not hold", goal, cases)
                elif found is None and complete:
                    self.say("BRUTE FORCE missed records", goal, cases)
            case NoneSuch():
                self.seen["none, and all values tried" if complete else "none"] += 1
                if found is not None:
                    self.say("proved although there are such records", goal, found)
            case GaveUp(reason):
                self.seen["gave up"] += 1
                if self.plain or reason == DID_NOT_HOLD:
                    self.say(f"gave up ({reason})", goal, found)
        return settled

    def tried(self, goal: Goal) -> tuple[object, bool]:
        try:
            return brute(goal), is_complete(goal)
        except TooLarge:
            self.seen["too large"] += 1
            return None, False

    def say(self, what: str, goal: Goal, cases: object) -> None:
        sides = ", ".join(f"{side.name} of record {side.record}" for side in goal.sides)
        apart = "" if goal.differing is None or goal.records == 1 else f"; differing in {sorted(goal.differing)}"
        self.wrong.append(f"{what}: {goal.formula} [{sides}{apart}]\n    {cases}")


def questions() -> dict[str, Question]:
    """Each question by the name of its module."""
    names = {}
    for name in oracle.EXPECTED:
        try:
            names[name] = importlib.import_module(f"tierpolicy.analysis.questions.{name}").QUESTION
        except ModuleNotFoundError:
            continue
    return names


def of_questions(policy: Policy, *, plain: bool = False, judge: Judge | None = None) -> list[str]:
    """What is wrong with the answers to the questions about a policy."""
    judge = judge or Judge(Solver().settle, plain)
    session = Session(policy, SECONDS, engine=judge)
    by_question = {id(question): name for name, question in questions().items()}
    wrong = []
    for question in QUESTIONS:
        name = by_question.get(id(question), "")
        answers = list(question.answers(session))
        judge.seen[f"answers: {name or question.name}"] += len(answers)
        judge.seen += Counter(answer.verdict for answer in answers)
        if name:
            wrong += [f"{name}: {said}" for said in compared(name, policy, answers, plain=plain)]
    return [*wrong, *judge.wrong]


def compared(
    name: str,
    policy: Policy,
    answers: list[Answer],
    *,
    plain: bool = False,
    judging: oracle.Judging = oracle.by_brute_force,
) -> Iterator[str]:
    """What is wrong with the answers to one question."""
    goals = oracle.EXPECTED[name](policy)
    given: dict[str, list[Answer]] = {}
    for answer in answers:
        given.setdefault(_statement(name, answer.subject), []).append(answer)
    if name != "conflicts":  # there each pair of rules has its finding
        yield from (f"several answers about `{subject}`" for subject, several in given.items() if len(several) > 1)
    for subject, goal in goals.items():
        right = oracle.verdict(goal, judging)
        if name in oracle.FOUND_IS_GOOD and right != "unknown":
            right = "proved" if right == "refuted" else "refuted"
        if subject not in given:
            if not said_elsewhere(name, policy, subject, judging):
                yield f"no answer about `{subject}`"
            continue
        verdicts = {each.verdict for each in given[subject]}
        verdict = "refuted" if "refuted" in verdicts else "unknown" if "unknown" in verdicts else "proved"
        if verdict == "unknown" and plain:
            yield f"`{subject}` stayed open in a plain policy: {given[subject][0].reason}"
        elif "unknown" not in (verdict, right) and verdict != right:
            yield f"`{subject}` is said to be {verdict}, and is {right}: {[each.formula for each in goal]}"
    for subject in given.keys() - goals.keys():
        yield f"an answer about `{subject}`, of which nothing is asked"


def said_elsewhere(question: str, policy: Policy, subject: str, judging: oracle.Judging) -> bool:
    """What is never true is said once: of a tier, not of its other rule; nor is it asked what that would change."""
    if question not in ("never_true", "never_changes"):
        return False
    if question == "never_changes" and any(_is_blank(rule) for rule in policy.rules if rule.origin.name == subject):
        return True  # a matrix shows by itself which of its cells give nothing
    return oracle.verdict(oracle.never_true(policy)[subject], judging) != "refuted"


def _is_blank(rule: Rule) -> bool:
    return " column " in rule.origin.name and not rule.grants


def _statement(question: str, subject: str) -> str:
    """A tier's two rules are one statement, named after the first that may be true."""
    return subject.removesuffix(" benefits") if question == "never_changes" else subject


def of_engine(policy: Policy, engine: Engine, *, plain: bool = False, judge: Judge | None = None) -> list[str]:
    """What is wrong with what an engine says of goals of every kind."""
    judge = judge or Judge(engine, plain)
    for goal in goals_of(policy):
        judge(goal, SECONDS)
    return judge.wrong


def goals_of(policy: Policy) -> Iterator[Goal]:
    """Goals with every atom, about every statement, attribute and field of a policy."""
    for expected in oracle.EXPECTED.values():
        for goals in expected(policy).values():
            yield from goals
    for each in statements(policy):
        name = each.origin.name
        yield oracle.one(policy, Counts(A, name, UNKNOWN_ONLY))
        sides = Side(A, policy), Side(B, counting_when_unknown(policy, each))
        attributes = tuple(n for n, a in policy.attributes.items() if a.direction is not Direction.NONE)
        yield Goal(sides, oracle.Any(tuple(NotAsGood(n, B, A) for n in attributes)))
        sides = Side(A, policy), Side(B, without(policy, each))
        yield Goal(sides, oracle.Any(tuple(NotAsGood(n, A, B) for n in attributes)))
    for define in policy.defines.values():
        yield oracle.one(policy, Truth(A, define.expression, UNKNOWN_ONLY))
        yield oracle.one(policy, Truth(A, define.expression, FALSE_ONLY))
    for attribute in policy.attributes:
        yield from _of_attribute(policy, attribute)


def _of_attribute(policy: Policy, attribute: str) -> Iterator[Goal]:
    """Whether an attribute moves while another stays; whether more of a field moves it."""
    others = tuple(Same(name, A, B) for name in policy.attributes if name != attribute)
    yield oracle.two(policy, All((*others, Differs(attribute, A, B))), None)
    for name, each in policy.fields.items():
        if each.type.__class__.__name__ not in ("Text", "Choice"):
            yield oracle.two(policy, All((More(name, A, B), Differs(attribute, A, B))), frozenset({name}))
