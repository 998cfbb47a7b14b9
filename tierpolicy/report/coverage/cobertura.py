"""From coverage to Cobertura XML (coverage-04.dtd), which GitLab, Jenkins and Azure Pipelines read.

A package is a folder, a class a file. A line is listed where a statement begins or a comparison stands. It is hit as
often as its statement decided, or its comparisons were made; each comparison is a condition with two branches, true and
false. Only examples and cases count. File names are relative to the one `source`, as those who show them in diffs want.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from os.path import relpath
from pathlib import Path
from posixpath import dirname
from xml.sax.saxutils import escape, quoteattr

import tierpolicy
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.testing.coverage.data import ComparisonSeen, Coverage, FileSeen, StatementSeen
from tierpolicy.testing.coverage.rate import Rate, lacking

DOCTYPE = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'


@dataclass(slots=True)
class _Line:
    """What begins on a line."""

    statements: list[StatementSeen] = field(default_factory=list)
    comparisons: list[ComparisonSeen] = field(default_factory=list)

    @property
    def hits(self) -> int:
        if self.statements:
            return min(each.decided.tested for each in self.statements)
        return min(e.true.tested + e.false.tested + e.unknown.tested for e in self.comparisons)

    @property
    def branches(self) -> Rate:
        return Rate(sum(2 - lacking(each) for each in self.comparisons), 2 * len(self.comparisons))


Lines = Mapping[int, _Line]


def cobertura_xml(coverage: Coverage, root: Path, now: datetime) -> str:
    """The document. `root` is the folder that file names are relative to: the top of the repository, in CI."""
    folders: dict[str, list[tuple[str, Lines]]] = defaultdict(list)
    for file in sorted(coverage.files, key=lambda file: file.path):
        if lines := _lines_of(file):
            name = Path(relpath(file.path, root)).as_posix()
            folders[dirname(name)].append((name, lines))
    every = [lines for files in folders.values() for _, lines in files]
    head = {**_rates(every), **_totals(every), "complexity": "0", "version": tierpolicy.__version__}
    head["timestamp"] = str(int(now.timestamp() * 1000))
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        DOCTYPE,
        f"<coverage{_attributes(head)}>",
        f"  <sources><source>{escape(printable(root.resolve().as_posix()))}</source></sources>",
        "  <packages>",
        *(line for folder, files in sorted(folders.items()) for line in _package(folder, files)),
        "  </packages>",
        "</coverage>",
        "",
    ])  # fmt: skip


def _lines_of(file: FileSeen) -> dict[int, _Line]:
    found: defaultdict[int, _Line] = defaultdict(_Line)
    for statement in file.statements:
        if not statement.exempt:
            found[statement.place.line].statements.append(statement)
    for comparison in file.comparisons:
        if not comparison.exempt:
            found[comparison.place.line].comparisons.append(comparison)
    return dict(sorted(found.items()))


def _package(folder: str, files: list[tuple[str, Lines]]) -> Iterable[str]:
    name = folder.replace("/", ".") or "."
    yield f"    <package{_attributes({'name': name, **_rates([lines for _, lines in files]), 'complexity': '0'})}>"
    yield "      <classes>"
    for path, lines in files:
        names = {"name": path.rpartition("/")[2], "filename": path}
        yield f"        <class{_attributes({**names, **_rates([lines]), 'complexity': '0'})}>"
        yield "          <methods/>"
        yield "          <lines>"
        for number, line in lines.items():
            yield from _line(number, line)
        yield "          </lines>"
        yield "        </class>"
    yield "      </classes>"
    yield "    </package>"


def _line(number: int, line: _Line) -> Iterable[str]:
    at = {"number": str(number), "hits": str(line.hits)}
    branches = line.branches
    if not branches.points:
        yield f"            <line{_attributes({**at, 'branch': 'false'})}/>"
        return
    percent = 100 * branches.covered // branches.points
    covered = f"{percent}% ({branches.covered}/{branches.points})"
    yield f"            <line{_attributes({**at, 'branch': 'true', 'condition-coverage': covered})}>"
    yield "              <conditions>"
    for index, comparison in enumerate(line.comparisons):
        condition = {"number": str(index), "type": "jump", "coverage": f"{50 * (2 - lacking(comparison))}%"}
        yield f"                <condition{_attributes(condition)}/>"
    yield "              </conditions>"
    yield "            </line>"


def _rates(files: Iterable[Lines]) -> dict[str, str]:
    lines, branches = _covered(files)
    return {"line-rate": _share(lines), "branch-rate": _share(branches)}


def _totals(files: Iterable[Lines]) -> dict[str, str]:
    lines, branches = _covered(files)
    return {
        "lines-covered": str(lines.covered),
        "lines-valid": str(lines.points),
        "branches-covered": str(branches.covered),
        "branches-valid": str(branches.points),
    }


def _covered(files: Iterable[Lines]) -> tuple[Rate, Rate]:
    lines = [line for each in files for line in each.values()]
    branches = sum((line.branches for line in lines), Rate())
    return Rate(sum(line.hits > 0 for line in lines), len(lines)), branches


def _share(rate: Rate) -> str:
    """From 0 to 1, never rounded up; 1 where there is nothing to cover."""
    if rate.covered == rate.points:
        return "1"
    return f"0.{10_000 * rate.covered // rate.points:04d}"


def _attributes(named: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(printable(value))}" for name, value in named.items())
