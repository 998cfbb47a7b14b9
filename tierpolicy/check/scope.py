"""What expressions may speak of: the one name space of a policy, and the findings gathered while reading it.

A `Scope` is handed down to everything that turns text into typed expressions. It says what a bare word can mean,
which of these may be read here (a baseline reads no decided attribute), and where mistakes go. Its mappings may be
live dictionaries that `check` still fills: a define is added once it is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from itertools import islice

from tierpolicy.check.asked import Thresholds
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix, Related
from tierpolicy.diagnostics.suggest import MOST_CANDIDATES, did_you_mean
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import AttributeRef, Constant, Expr, FieldRef, ParameterRef
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import Choice, Scale, SetOf, Type
from tierpolicy.model.vocabulary import Attribute, Define, Field, Parameter
from tierpolicy.source import Span

MOST_COMPARED = 30_000
"""How many words one run of `check` looks at, all in all, in search of a "did you mean"."""

Meaning = Field | Attribute | Parameter | Define
"""What a name can stand for."""


class Findings:
    """The diagnostics of one run of `check`, in the order in which they were found."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._compared = 0

    def report(
        self,
        code: Code,
        message: str,
        span: Span | None,
        *,
        help: str | None = None,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Adds a finding."""
        self.diagnostics.append(Diagnostic(code, message, span, help, related, fix))

    def met_in_text(self, span: Span) -> bool:
        """True where reading the text already found this very place wrong (a word from elsewhere, say)."""
        return any(found.span == span and found.code.code.startswith("T0") for found in self.diagnostics)

    def did_you_mean(self, word: str, candidates: Iterator[str] | tuple[str, ...]) -> str | None:
        """``did you mean `x`?`` or None; gives up searching after MOST_COMPARED words."""
        if self._compared >= MOST_COMPARED:
            return None
        words = tuple(islice(candidates, MOST_CANDIDATES))
        self._compared += len(words)
        return did_you_mean(word, words)


@frozen
class Reading:
    """What may be read at some place in a policy.

    `where` names the place in the author's words ("a baseline"), `reason` says why it reads less ("so that nothing
    elsewhere can move a floor"). `code` is the finding for what may not be read: a place that reads less says one.
    """

    where: str = "here"
    attributes: bool = True
    parameters: bool = True
    reason: str = ""
    code: Code | None = None


EVERYTHING = Reading()


@frozen
class Scope:
    """The name space (language.md §4) at one place of the text.

    No name stands in two of the mappings: who fills them reports duplicates. `broken` are names whose
    declaration was reported already: an expression that reads one is given up without another finding. `elsewise` is
    the help about an unknown name that is like no other.
    """

    fields: Mapping[str, Field]
    attributes: Mapping[str, Attribute]
    parameters: Mapping[str, Parameter]
    defines: Mapping[str, Define]
    findings: Findings
    reading: Reading = EVERYTHING
    broken: frozenset[str] | set[str] = frozenset()
    thresholds: Thresholds = field(default_factory=Thresholds)
    elsewise: str = "declare it in `customer`, `request` or `service`, or as a `define` or a `parameter`"
    _label_sets: dict[int, tuple[tuple[str, ...], frozenset[str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def reads(self, reading: Reading) -> Scope:
        """The same names at a place that reads something else."""
        return replace(self, reading=reading)

    def without_names(self) -> Scope:
        """A place where bare words are only labels: bounds, defaults, given values."""
        return replace(self, fields={}, attributes={}, parameters={}, defines={}, broken=frozenset())

    def meaning(self, name: str) -> Meaning | None:
        """What a name stands for; None where it stands for nothing (or is broken)."""
        return self.fields.get(name) or self.attributes.get(name) or self.parameters.get(name) or self.defines.get(name)

    def is_name(self, name: str) -> bool:
        """True where the word is a name of the policy, broken ones included."""
        return name in self.broken or self.meaning(name) is not None

    def names(self) -> Iterator[str]:
        """Every name, fields first."""
        for mapping in (self.fields, self.attributes, self.parameters, self.defines):
            yield from mapping

    def labels(self, type_: Type) -> frozenset[str]:
        """The labels of a scale, choice or set, ready for looking up; empty for other types."""
        if not isinstance(type_, Scale | Choice | SetOf):
            return frozenset()
        known = self._label_sets.get(id(type_.labels))
        if known is None or known[0] is not type_.labels:
            known = (type_.labels, frozenset(type_.labels))
            self._label_sets[id(type_.labels)] = known
        return known[1]

    def holders_of(self, label: str) -> Iterator[tuple[str, Type]]:
        """The fields and attributes one of whose labels this is."""
        for mapping in (self.attributes, self.fields):
            for name, declared in mapping.items():
                if label in self.labels(declared.type):
                    yield name, declared.type

    def reads_through(self, expr: Expr) -> Iterator[FieldRef | AttributeRef | ParameterRef | Constant]:
        """What an expression reads, looking into defines (each once); of constants, the measured thresholds."""
        for node in walk_through(expr, self.defines):
            if isinstance(node, FieldRef | AttributeRef | ParameterRef) or (isinstance(node, Constant) and node.share):
                yield node
