"""Which of the facts told so far matter to a formula: those that define what it mentions, and what these mention.

Every fact is about the newest constant in it (a definition names something new; a range is about one field), and facts
can always be met by choosing that constant, whatever the older ones are. So a formula needs the facts of the constants
that it mentions, of those that these facts mention, and no others: what earlier goals encoded costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import z3

from tierpolicy.analysis.smt.syms import parts
from tierpolicy.analysis.smt.terms import Approximation, Workspace


@dataclass(slots=True)
class Facts:
    """The facts of a workspace, by what they are about. Constants are known by their ids, which facts keep alive."""

    workspace: Workspace
    taken: int = 0
    about: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    mentions: list[tuple[int, ...]] = field(default_factory=list)
    ages: dict[int, int] = field(default_factory=dict)
    within: dict[int, tuple[Approximation, frozenset[int]]] = field(default_factory=dict)

    def relevant(self, terms: Iterable[z3.ExprRef]) -> tuple[list[int], set[int]]:
        """The indexes of the facts that matter to the terms, in order, and every constant mentioned by them."""
        self._take()
        waiting = list(self._constants(terms, keeping=False))
        reached, facts = set(waiting), set()
        while waiting:
            for index in self.about.get(waiting.pop(), ()):
                if index not in facts:
                    facts.add(index)
                    for constant in self.mentions[index]:
                        if constant not in reached:
                            reached.add(constant)
                            waiting.append(constant)
        return sorted(facts), reached

    def constants(self, approximation: Approximation) -> frozenset[int]:
        """The constants that an approximation's inputs and output mention."""
        if id(approximation) not in self.within:
            syms = (*approximation.inputs, approximation.output)
            terms = [term for sym in syms for term in (*parts(sym), sym.missing, sym.none)]
            self.within[id(approximation)] = (approximation, frozenset(self._constants(terms, keeping=False)))
        return self.within[id(approximation)][1]

    def _take(self) -> None:
        """Files the facts told since the last time."""
        facts = self.workspace.facts
        for index in range(self.taken, len(facts)):
            mentioned = tuple(self._constants((facts[index],), keeping=True))
            self.mentions.append(mentioned)
            if mentioned:
                self.about[max(mentioned, key=self.ages.__getitem__)].append(index)
        self.taken = len(facts)

    def _constants(self, terms: Iterable[z3.ExprRef], *, keeping: bool) -> dict[int, None]:
        """The constants in some terms. Z3's C interface itself: facts are many. Only the ids of what facts mention are
        for keeping: others may come to be those of other terms."""
        context = self.workspace.context.ref()
        found: dict[int, None] = {}
        seen: set[int] = set()
        waiting = [term.as_ast() for term in terms]
        while waiting:
            ast = waiting.pop()
            number = z3.Z3_get_ast_id(context, ast)
            if number in seen:
                continue
            seen.add(number)
            if number in self.ages:
                found[number] = None
                continue
            width = z3.Z3_get_app_num_args(context, ast)  # all our terms are applications
            if width == 0:
                age = _age(context, ast)
                if age is not None:
                    if keeping:
                        self.ages[number] = age
                    found[number] = None
            for place in range(width):
                waiting.append(z3.Z3_get_app_arg(context, ast, place))
        return found


def _age(context: object, app: object) -> int | None:
    """The place of a constant of ours among all; None for what is no such constant (`true`, a numeral)."""
    declaration = z3.Z3_get_app_decl(context, app)
    if z3.Z3_get_decl_kind(context, declaration) != z3.Z3_OP_UNINTERPRETED:
        return None
    name = z3.Z3_get_symbol_string(context, z3.Z3_get_decl_name(context, declaration))
    return int(name.rpartition("!")[2])
