"""From a change to the changed policy.

`as_written` applies the edit to the text and reads everything again. That is what a person would do, and it is slow:
of thousands of changes, each leaves all statements but one as they were. So `quickly` reads the changed statement only.
A rule, a limit or a table is elaborated by itself too (`alone`); others among all statements. The rules are the same
either way. Places in the changed policy are those of the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.model.policy import Policy
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import STANDARD_PATH, Gathered, gather_text
from tierpolicy.syntax.gather_cases import with_cases_text
from tierpolicy.syntax.parse import parse, parse_csv_table
from tierpolicy.testing.mutation.alone import exchanged, stands_alone, with_declarations
from tierpolicy.testing.mutation.changes import Changed
from tierpolicy.testing.mutation.edits import Edit


@dataclass(frozen=True, slots=True)
class Texts:
    """A policy as its texts: the main file's path and text, what it uses by the name in the policy, and the cases
    beside it. This is what another process is given."""

    path: str
    main: str
    files: Mapping[str, str]
    cases: str | None = None

    def gathered(self) -> Gathered:
        """The policy, read."""
        found = gather_text(self.main, self.path, self.files)
        return found if self.cases is None else with_cases_text(found, self.cases)


def texts_of(gathered: Gathered) -> Texts:
    """The texts of a policy that was read."""
    top = PurePosixPath(gathered.path).parent
    main, *others = gathered.sources
    files = {
        str(PurePosixPath(each.path).relative_to(top)): each.text
        for each in others
        if each.path not in (STANDARD_PATH, gathered.aside)
    }
    cases = [each.text for each in others if each.path == gathered.aside]
    return Texts(gathered.path, main.text, files, cases[0] if cases else None)


def edited(texts: Texts, edit: Edit) -> Texts:
    """The texts with a change in one of them."""
    if edit.span.path == texts.path:
        return replace(texts, main=edit.applied(texts.main))
    name = str(PurePosixPath(edit.span.path).relative_to(PurePosixPath(texts.path).parent))
    return replace(texts, files={**texts.files, name: edit.applied(texts.files[name])})


@dataclass(frozen=True)
class Original:
    """The policy that is changed, as it was read."""

    gathered: Gathered
    policy: Policy

    @cached_property
    def texts(self) -> Texts:
        return texts_of(self.gathered)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {source.path: source for source in self.gathered.sources}

    def as_written(self, edit: Edit) -> Policy | None:
        """The changed policy, all of it read again; None where the change leaves no policy."""
        return elaborate(edited(self.texts, edit).gathered()).policy

    def quickly(self, changed: Changed, edit: Edit) -> Policy | None:
        """The same rules, with only the changed statement read again."""
        module = self.gathered.modules[changed.module]
        before = module.statements[changed.at]
        after = self._again(before, edit)
        if after is None:
            return None
        if stands_alone(before) and all(stands_alone(each) for each in after):
            by_itself = elaborate(with_declarations(self.gathered, changed.module, after)).policy
            spliced = exchanged(self.policy, before, after, by_itself) if by_itself is not None else None
            if by_itself is None or spliced is not None:
                return spliced
        statements = (*module.statements[: changed.at], *after, *module.statements[changed.at + 1 :])
        modules = list(self.gathered.modules)
        modules[changed.module] = replace(module, statements=statements)
        return elaborate(replace(self.gathered, modules=tuple(modules))).policy

    def _again(self, before: ast.Statement, edit: Edit) -> tuple[ast.Statement, ...] | None:
        """The changed statement, nothing where it was left out; None where it can't be read."""
        source = self.sources[edit.span.path]
        if isinstance(before, ast.Table) and edit.span.path != before.span.path:
            rows = parse_csv_table(Source(source.path, edit.applied(source.text)))
            return None if has_errors(rows.diagnostics) else (replace(before, columns=rows.columns, rows=rows.rows),)
        span = before.span
        inside = Span(source.path, edit.span.start - span.start, edit.span.end - span.start)
        text = replace(edit, span=inside).applied(source.slice(span))
        if not text.strip():
            return ()
        parsed = parse(Source(source.path, f"{' ' * (span.start - 1)}\n"[: span.start] + text))
        after = parsed.module.statements
        if has_errors(parsed.diagnostics) or len(after) != 1:
            return None
        if isinstance(before, ast.Table) and isinstance(after[0], ast.Table) and before.file is not None:
            return (replace(after[0], columns=before.columns, rows=before.rows),)
        return after
