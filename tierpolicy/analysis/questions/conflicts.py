"""Rules that can both be true of one customer and give an attribute without direction different values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question
from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.exposed import boxes_at
from tierpolicy.analysis.boxes.masks import Boxes, mask_of
from tierpolicy.analysis.boxes.real import Boxed, boxed, case_of, real_part
from tierpolicy.analysis.boxes.rows import rows_of
from tierpolicy.analysis.boxes.said import Clause, Said
from tierpolicy.analysis.goal import TRUE_ONLY, All, Case, Conflict, Counts, Formula, Goal, Side
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.replay import decisions, holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import not_settled, shown
from tierpolicy.cells.cells import places
from tierpolicy.cells.regions import meet
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.policy import Rule
from tierpolicy.model.values import Known, equal
from tierpolicy.model.vocabulary import Direction
from tierpolicy.model.words import value_text
from tierpolicy.semantics.counting import Given, rule_of
from tierpolicy.semantics.formula import standing

CUSTOMER = "customer"
MOST_PAIRS = 20
"""So many pairs of rules are shown for one attribute."""
MOST_TRIED = 20_000
"""So many pairs that meet are looked at one by one."""


def answers(session: Session) -> Iterator[Answer]:
    held, patience = boxed(session), Patience(session)
    for name in _directionless(session):
        yield from _Hunt(held, held.of(name), patience).answers()


def _directionless(session: Session) -> list[str]:
    return [name for name, held in session.policy.attributes.items() if held.direction is Direction.NONE]


@dataclass(slots=True)
class _Hunt:
    """The search for conflicts about one attribute."""

    held: Boxed
    said: Said
    patience: Patience
    found: dict[frozenset[str], Answer] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    more: bool = False

    def answers(self) -> Iterator[Answer]:
        """A finding for each pair of rules, or one answer for them all."""
        for one, other in islice(self._pairs(), MOST_TRIED):
            if len(self.found) >= MOST_PAIRS or (self.found and self.patience.is_short):
                self.more = True
                break
            if frozenset((one.statement.origin.name, other.statement.origin.name)) not in self.found:
                self._ask(one, other)
        yield from self._worded()

    def _worded(self) -> Iterator[Answer]:
        name = self.said.attribute.name
        found = list(self.found.values())
        yield from found[:-1]
        yield from (_with_more(last) if self.more else last for last in found[-1:])
        if self.reasons:
            note = not_settled(
                f"whether two rules can give `{name}` different values",
                self.reasons[0],
                self.said.attribute.span,
                "say which rule wins, `rule a overrides b`",
            )
            yield Answer(name, "unknown", self.reasons[0], note)
        elif not self.found:
            yield Answer(name, "proved")

    # ------------------------------------------------------------ which rules may meet

    def _pairs(self) -> Iterator[tuple[Clause, Clause]]:
        """Grants of values that differ, or may, whose boxes meet, of rules that don't override one another."""
        grants = [each for each in self.said.grants if not each.silent]
        reach = {id(each): self._reach(each)[0] for each in grants}
        owners = {number: each for each in grants for number in places(reach[id(each)])}
        same: dict[Known, Boxes] = {}
        for each in grants:
            if each.value is not None:
                same[each.value] = same.get(each.value, 0) | reach[id(each)]
        seen: set[tuple[int, int]] = set()
        everyone = (1 << len(self.held.chart.masks.boxes)) - 1
        granted = mask_of(list(owners)) if owners else 0
        for one in grants:
            own = reach[id(one)]
            different = granted & ~own & (everyone ^ ((own & -own) - 1) if own else 0)
            if one.value is not None:
                different &= ~same[one.value]
            different &= ~self._rows_beside(one)
            for box in boxes_at(self.held, own):
                for number in places(self.held.chart.masks.meeting(box, different)):
                    other = owners[number]
                    key = id(one), id(other)
                    if key not in seen and not _overrides(one, other) and not _overrides(other, one):
                        seen.add(key)
                        yield one, other

    def _reach(self, clause: Clause) -> tuple[Boxes, Boxes]:
        """Where a grant may count, and boxes where it doesn't all the same."""
        return self.held.chart.places[clause.statement.origin.name].target

    def _rows_beside(self, clause: Clause) -> Boxes:
        """The boxes of its `first match` table, of which one row counts at most."""
        table = self.held.session.index.first_match.get(clause.statement.origin.name)
        return rows_of(self.held, table).counts if table is not None else 0

    # ------------------------------------------------------------ whether they do

    def _ask(self, one: Clause, other: Clause) -> None:
        """Whether some customer has both, and no third rule that overrides one of them."""
        both = tuple(Counts(CUSTOMER, each.statement.origin.name, TRUE_ONLY) for each in (one, other))
        formula = All((*both, Conflict(CUSTOMER, self.said.attribute.name)))
        goal = self._goal(formula)
        case = self._by_boxes(one, other)
        if isinstance(case, Case) and holds(goal, (case,)):
            self._keep(goal, Found((case,)), (one, other))
        elif case is not False:
            self._by_search(formula, (one, other))

    def _by_boxes(self, one: Clause, other: Clause) -> Case | bool:
        """A customer; False where there is none, True where boxes don't tell."""
        masks = self.held.chart.masks
        (here, above), (there, besides) = self._reach(one), self._reach(other)
        covers = self.held.chart.broken | above | besides
        for each in (one, other):
            covers |= self.said.overriding.get(_rule(each).group, 0) & ~here & ~there
        unclear = self.said.open & ~here & ~there
        open_end = False
        for box in boxes_at(self.held, here):
            for beside in boxes_at(self.held, masks.meeting(box, there)):
                together = meet(box, beside)
                assert together is not None
                search = Search()
                found = uncovered(masks, together, covers | unclear, search)
                real = None if found is None else real_part(self.held, found, covers | unclear, search)
                if real is not None:
                    return case_of(self.held, real)
                found = found or uncovered(masks, together, covers, search)
                open_end = open_end or found is not None or search.gave_up
        return open_end

    def _by_search(self, formula: Formula, pair: tuple[Clause, Clause] | None) -> None:
        goal = self._goal(formula)
        match self.patience.settle(goal):
            case Found() as found:
                self._keep(goal, found, pair)
            case GaveUp(reason):
                self.reasons.append(reason)
            case NoneSuch():
                pass

    def _goal(self, formula: Formula) -> Goal:
        return Goal((Side(CUSTOMER, self.held.session.policy),), formula)

    # ------------------------------------------------------------ in words

    def _keep(self, goal: Goal, found: Found, pair: tuple[Clause, Clause] | None) -> None:
        """One finding for the pair; where another pair stands in the witness, for that one."""
        finding = shown(self.held.session, goal, found, lambda met: self._finding(goal, met, pair))
        given = self._standing(goal, found, pair)
        names = frozenset(each.statement.origin.name for each in given)
        name = self.said.attribute.name
        self.found.setdefault(names, Answer(name, "refuted", diagnostic=finding))

    def _standing(self, goal: Goal, found: Found, pair: tuple[Clause, Clause] | None) -> tuple[Given, Given]:
        """Two grants that stand and differ: those of the pair where they are among them."""
        givens = standing(decisions(goal, found.cases)[CUSTOMER].parts[self.said.attribute.name])
        wanted = {id(each.clause) for each in pair} if pair is not None else set()
        first = next((each for each in givens if id(each.clause) in wanted), givens[0])
        differing = [each for each in givens if not equal(each.value, first.value)]
        return first, next((each for each in differing if id(each.clause) in wanted), differing[0])

    def _finding(self, goal: Goal, found: Found, pair: tuple[Clause, Clause] | None) -> Diagnostic:
        attribute = self.said.attribute
        one, other = self._standing(goal, found, pair)
        first, second = rule_of(one), rule_of(other)
        said, against = (value_text(each.value, attribute.type) for each in (one, other))
        return Diagnostic(
            codes.CONFLICT,
            f"`{first.origin.name}` gives `{attribute.name}` {said} and `{second.origin.name}` gives it {against} to "
            "the same customer",
            one.clause.span,
            help=_help(first, second),
            related=(Related(other.clause.span, f"`{second.origin.name}` says {against}"),),
        )


def _with_more(answer: Answer) -> Answer:
    """The last pair shown of many."""
    assert answer.diagnostic is not None
    others = f"; other rules that give `{answer.subject}` may do so too, and are looked at once these are mended"
    return replace(answer, diagnostic=replace(answer.diagnostic, help=f"{answer.diagnostic.help}{others}"))


def _help(first: Rule, second: Rule) -> str:
    if first.kind == second.kind == "row" and first.group == second.group:
        if " column " in first.origin.name:
            return "let the heads of the matrix exclude each other (`5 to below 9` rather than `>= 5` beside `>= 9`)"
        return "make the table `first match`, or the cells of the two rows such that they exclude each other"
    winner, loser = (first, second) if first.kind == "rule" else (second, first)
    if winner.kind != "rule":
        return "let their conditions exclude each other, or put all that decides it into one `first match` table"
    if " " in winner.group or (" " in loser.group and loser.kind == "rule"):
        return "give the rules names and say which wins (`rule a overrides b`), or let them exclude each other"
    return f"say which wins (`rule {winner.group} overrides {loser.group}`), or let their conditions exclude each other"


def _rule(clause: Clause) -> Rule:
    assert isinstance(clause.statement, Rule)
    return clause.statement


def _overrides(one: Clause, other: Clause) -> bool:
    return _rule(other).group in _rule(one).overrides


def _subjects(session: Session) -> int:
    return len(_directionless(session))


QUESTION = Question("looking for rules that contradict one another", _subjects, answers, "no conflicts")
