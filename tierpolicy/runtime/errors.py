"""What applications catch: a policy that can't be loaded, a record that a strict caller refuses."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.semantics.outcome import Problem
from tierpolicy.source import Source

MOST_NAMED = 10


class PolicyError(Exception):
    """The policy has errors. `diagnostics` holds every finding, warnings and notes too; printed, it shows them all."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: tuple[Source, ...] = ()) -> None:
        super().__init__(diagnostics, sources)
        self.diagnostics = diagnostics
        self.sources = sources

    def __str__(self) -> str:
        from tierpolicy.diagnostics.render import render

        return "the policy has errors\n\n" + render(self.diagnostics, self.sources)

    def __repr__(self) -> str:
        codes = [each.code.code for each in self.diagnostics if each.severity is Severity.ERROR]
        more = ", …" if len(codes) > MOST_NAMED else ""
        said = f"{len(codes)} error{'' if len(codes) == 1 else 's'}: {', '.join(codes[:MOST_NAMED])}{more}"
        return f"PolicyError({said!r})"


class RecordError(ValueError):
    """Raised with `strict=True` where a decision has problems; `problems` are all of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(problem.message for problem in self.problems)


class TargetError(ValueError):
    """What was given as a target of next steps is no condition of the policy; `diagnostics` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: Source) -> None:
        super().__init__(diagnostics, source)
        self.diagnostics = diagnostics
        self.source = source

    def __str__(self) -> str:
        from tierpolicy.diagnostics.render import render

        return "this is no condition that next steps can reach\n\n" + render(self.diagnostics, (self.source,))
