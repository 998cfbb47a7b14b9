"""From a path to the parsed files of one policy: the main file, what it uses, its CSV tables.

The main file is wherever the user says; all others are reached by names written in policy text and lie inside the
main file's folder (`files` sees to that). Each file is read once, in the order of first use, depth first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath

from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related, Severity, has_errors
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span, source_from_text
from tierpolicy.syntax.ast import Block, CaseColumn, Cases, Column, Module, PolicyHead, String, Table, Use
from tierpolicy.syntax.calibration import NOT_CALIBRATED, Calibration, calibration_of
from tierpolicy.syntax.files import (
    LARGEST_FILE,
    DiskFolder,
    FileText,
    Folder,
    Refusal,
    TextFolder,
    inside,
    policy_files,
    read_file,
    read_inside,
    too_large,
)
from tierpolicy.syntax.parse import Parsed, ParsedTable, parse, parse_csv_cases, parse_csv_table

DEEPEST_USE = 16
STANDARD_PATH = "tierpolicy/model/standard.tier"
HEAD = re.compile(r"^policy\b", re.IGNORECASE | re.MULTILINE)
USES = re.compile(r"use\b", re.IGNORECASE)
DECLARES_VOCABULARY = re.compile(r"^(customer|service)\b", re.IGNORECASE | re.MULTILINE)


@frozen
class Gathered:
    """One policy's files. `modules[0]` is the main file; the others follow in the order of first use, each once.

    Where no module declares `customer` or `service`, the standard vocabulary is among them, last.
    `sources` holds every text read, CSV tables and calibration included; `aside` is the path of the sidecar, where
    `gather_cases` read it. `calibration` is read where the policy asks `in top` or `in bottom`.
    """

    path: str
    modules: tuple[Module, ...]
    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
    aside: str = ""
    calibration: Calibration = NOT_CALIBRATED


def gather(path: Path) -> Gathered:
    """The policy whose main file is at `path`. Whatever is wrong with files is among its diagnostics."""
    return _gather_file(path, {})


def gather_text(text: str, path: str = "policy.tier", files: Mapping[str, str] | None = None) -> Gathered:
    """The policy in `text`; used files and CSV tables come from `files`, by their path relative to it."""
    shown = PurePosixPath(path)
    if len(text) > LARGEST_FILE:
        return _refused(str(shown), too_large(str(shown)))
    return _gather_main(TextFolder(files or {}), shown, FileText(shown.name, text), {})


def gather_folder(path: Path) -> tuple[Gathered, ...]:
    """The policies in a folder, by file name: each `.tier` file with a head, else each that no other one uses.

    Where some files have heads, a file that has none and is used by none gets a note.
    """
    if not path.is_dir():
        return (gather(path),)
    policies, others = _in_folder(path)
    if policies:
        return _with_notes(policies, others)
    if others:
        return tuple(others)
    shown = _shown(path)
    nothing = Refusal(
        syntax.NO_POLICY, f"there is no policy in `{shown}`", "a policy is a file whose name ends in `.tier`."
    )
    return (_refused(shown, nothing),)


def gather_each(folder: Path) -> tuple[Gathered, ...]:
    """The policies in a folder as `gather_folder` has them, but each with its own mistakes alone, and a file that no
    policy uses is a policy by itself. There may be none."""
    policies, others = _in_folder(folder)
    return tuple(sorted((*policies, *others), key=lambda each: each.path))


def _in_folder(folder: Path) -> tuple[list[Gathered], list[Gathered]]:
    """The policies with a head, and the others that none of them uses."""
    names = policy_files(folder, shown := _shown(folder))
    if isinstance(names, Refusal):
        return [], [_refused(shown, names)]
    parsed: dict[str, Parsed] = {}
    found = [_gather_file(folder / name, parsed, DiskFolder(folder)) for name in names]
    policies = [each for each in found if has_head(each)]
    return policies, _not_reached(found, policies)


def _not_reached(files: list[Gathered], policies: list[Gathered]) -> list[Gathered]:
    """The fewest of `files` that, with `policies`, use all the rest; of a circle that nothing uses, the first."""
    reached = {module.path for each in policies for module in each.modules}
    used = {module.path for each in files for module in each.modules[1:]}
    found = []
    for each in sorted(files, key=lambda file: file.path in used):
        if each.path not in reached:
            found.append(each)
            reached.update(module.path for module in each.modules)
    return sorted(found, key=lambda file: file.path)


def _with_notes(policies: list[Gathered], left_over: list[Gathered]) -> tuple[Gathered, ...]:
    """The policies, the first with a note on each file (its own mistakes beside it) that none of them uses."""
    added: list[Diagnostic] = []
    lost = _lost_uses(policies)
    for each in left_over:
        note = Diagnostic(
            syntax.UNUSED_FILE,
            f"no policy in this folder uses `{each.path}`",
            Span(each.path, 0, 0),
            f'write `use "{PurePosixPath(each.path).name}"` in a policy, or begin the file with `policy "…"`.',
        )
        added += each.diagnostics if lost else [note, *each.diagnostics]
    extra = tuple(source for each in left_over for source in each.sources)
    known = {source.path for source in policies[0].sources}
    first = replace(
        policies[0],
        diagnostics=policies[0].diagnostics + tuple(added),
        sources=policies[0].sources + tuple({s.path: s for s in extra if s.path not in known}.values()),
    )
    return (first, *policies[1:])


def _gather_file(path: Path, parsed: dict[str, Parsed], folder: DiskFolder | None = None) -> Gathered:
    """The policy at `path`; with `folder`, the file itself must lie inside that folder too."""
    shown = PurePosixPath(_shown(path))
    read = read_inside(folder, path.name, str(shown)) if folder else read_file(path, str(shown))
    if isinstance(read, Refusal):
        return _refused(str(shown), read)
    return _gather_main(DiskFolder(path.parent), shown, read, parsed)


def _shown(path: Path) -> str:
    """The path as the user gave it, in a form that every terminal can print."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _refused(path: str, refusal: Refusal) -> Gathered:
    """A policy whose main file can't be read: empty, with the reason."""
    finding = Diagnostic(refusal.code, refusal.message, Span(path, 0, 0), refusal.help)
    return Gathered(path, (Module(path, ()),), (Source(path, ""),), (finding,))


# ---------------------------------------------------------------- what a file uses


@frozen
class _Step:
    """One file on the way from the main file to where we are, with the `use` that leads on from it."""

    place: str
    path: str
    use: Span | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read so far. `top` is the main file's folder as messages show it; `parsed` outlives one policy."""

    folder: Folder
    top: PurePosixPath
    parsed: dict[str, Parsed]
    places: set[str] = field(default_factory=set)
    modules: list[Module] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    tables: dict[str, ParsedTable[Column]] = field(default_factory=dict)
    cases: dict[str, ParsedTable[CaseColumn]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)


def _gather_main(folder: Folder, shown: PurePosixPath, text: FileText, parsed: dict[str, Parsed]) -> Gathered:
    reading = _Reading(folder, shown.parent, parsed)
    _take(reading, text, shown.name, ())
    if _takes_standard(reading):
        source, standard = _standard()
        reading.modules.append(standard.module)
        reading.sources[source.path] = source
        reading.findings += standard.diagnostics
    calibration = calibration_of(folder, shown, reading.sources)
    found = tuple(dict.fromkeys(reading.findings))
    sources = tuple(reading.sources.values())
    return Gathered(str(shown), tuple(reading.modules), sources, found, calibration=calibration)


def _take(reading: _Reading, text: FileText, relative: str, way: tuple[_Step, ...]) -> None:
    """Reads one file's text and everything that it uses. Recursion is at most `DEEPEST_USE` deep."""
    source = source_from_text(str(reading.top / relative), text.text)
    found = reading.parsed.get(text.place)
    if found is None or found.module.path != source.path:
        found = reading.parsed[text.place] = parse(source)
    reading.places.add(text.place)
    reading.sources[source.path] = source
    reading.findings += found.diagnostics
    at = len(reading.modules)
    reading.modules.append(found.module)
    base = str(PurePosixPath(relative).parent)
    step = _Step(text.place, source.path)
    statements = []
    for statement in found.module.statements:
        match statement:
            case Use(path=String() as file):
                _follow(reading, base, file, statement.span, (*way, step))
            case Table(file=String() as file) | Cases(file=String() as file):
                statement = _filled(reading, base, statement, file)
            case PolicyHead() if way:
                reading.findings.append(_used_head(statement, way[-1]))
            case _:
                pass
        statements.append(statement)
    reading.modules[at] = replace(found.module, statements=tuple(statements))


def _follow(reading: _Reading, base: str, file: String, use: Span, way: tuple[_Step, ...]) -> None:
    relative = inside(base, file.value, ".tier")
    if isinstance(relative, Refusal):
        reading.findings.append(_finding(relative, use))
        return
    read = read_inside(reading.folder, relative, file.value)
    if isinstance(read, Refusal):
        reading.findings.append(_finding(read, use))
        return
    way = (*way[:-1], replace(way[-1], use=use))
    open_places = [step.place for step in way]
    if read.place in open_places:
        reading.findings.append(_circle(way[open_places.index(read.place) :], use))
    elif read.place not in reading.places:
        if len(way) > DEEPEST_USE:
            reading.findings.append(_too_deep(file.value, use))
        else:
            _take(reading, read, relative, way)


def _finding(refusal: Refusal, span: Span) -> Diagnostic:
    return Diagnostic(refusal.code, refusal.message, span, refusal.help)


def _circle(steps: tuple[_Step, ...], use: Span) -> Diagnostic:
    names = [PurePosixPath(step.path).name for step in steps]
    related = tuple(Related(step.use, "used from here") for step in steps[:-1] if step.use is not None)
    return Diagnostic(
        syntax.FILE_CIRCLE,
        f"these files use one another in a circle: `{' → '.join([*names, names[0]])}`",
        use,
        "remove one of the `use` lines, or move what both need into a file of its own.",
        related,
    )


def _too_deep(written: str, use: Span) -> Diagnostic:
    return Diagnostic(
        size.INCLUDE_DEPTH,
        f"`{written}` is used through more than {DEEPEST_USE} files, one inside the other",
        use,
        "let the main file use it directly.",
    )


def _used_head(head: PolicyHead, user: _Step) -> Diagnostic:
    return Diagnostic(
        syntax.USED_HEAD,
        f'this file is used by `{user.path}`, so it can\'t be the policy "{head.name.value}" itself',
        head.span,
        "remove the `policy` head here, or move what both policies need into a file without one.",
        (Related(user.use, "used here"),) if user.use is not None else (),
    )


# ---------------------------------------------------------------- tables from CSV, the standard vocabulary


def _filled(reading: _Reading, base: str, table: Table | Cases, file: String) -> Table | Cases:
    """The table or cases with the columns and rows of the CSV file; with none where that can't be read."""
    relative = inside(base, file.value, ".csv")
    if isinstance(relative, Refusal):
        reading.findings.append(_finding(relative, file.span))
        return table
    read = read_inside(reading.folder, relative, file.value)
    if isinstance(read, Refusal):
        reading.findings.append(_finding(read, file.span))
        return table
    path = str(reading.top / relative)
    source = reading.sources[path] = reading.sources.get(path) or source_from_text(path, read.text)
    if isinstance(table, Cases):
        cases = reading.cases[path] = reading.cases.get(path) or parse_csv_cases(source)
        reading.findings += cases.diagnostics
        return replace(table, columns=cases.columns, rows=cases.rows)
    rows = reading.tables[path] = reading.tables.get(path) or parse_csv_table(source)
    reading.findings += rows.diagnostics
    return replace(table, columns=rows.columns, rows=rows.rows)


def _takes_standard(reading: _Reading) -> bool:
    statements = [statement for module in reading.modules for statement in module.statements]
    if any(isinstance(s, Use) and s.path is None for s in statements):
        return True
    if any(isinstance(s, Block) and s.kind in ("customer", "service") for s in statements):
        return False
    # A block with mistakes may be absent from the module; its author still doesn't mean the standard vocabulary.
    texts = [source.text for source in reading.sources.values() if source.path.endswith(".tier")]
    return not (has_errors(reading.findings) and any(map(DECLARES_VOCABULARY.search, texts)))


def has_head(file: Gathered) -> bool:
    """True for a policy, also where its head has a mistake."""
    return _head(file.modules[0]) is not None or HEAD.search(file.sources[0].text) is not None


def _lost_uses(policies: list[Gathered]) -> bool:
    """True where a `use` line has a mistake: which file it meant isn't known."""
    for each in policies:
        texts = {source.path: source for source in each.sources}
        for found in each.diagnostics:
            if found.span is not None and found.severity is Severity.ERROR and found.span.path in texts:
                source = texts[found.span.path]
                if USES.match(source.line(source.position(found.span.start).line)):
                    return True
    return False


def _head(module: Module) -> PolicyHead | None:
    return next((s for s in module.statements if isinstance(s, PolicyHead)), None)


@cache
def _standard() -> tuple[Source, Parsed]:
    """The standard vocabulary, parsed once; it is part of the package."""
    text = (Path(__file__).parents[1] / "model" / "standard.tier").read_text(encoding="utf-8")
    source = source_from_text(STANDARD_PATH, text)
    return source, parse(source)
