"""How the policies of one pytest session are tested, and what was seen of them: on the workers of pytest-xdist it is
sent home at the end, where it is added up, shown and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tierpolicy.surfaces.pytest_plugin.options import Options, options_of
from tierpolicy.testing.suite import How, Seen, Suite, unseen

if TYPE_CHECKING:
    from tierpolicy.testing.coverage import Coverage, Recorder

TITLE = "coverage of policies"


class Running:
    """The options of a session, and its coverage where that is asked for; a plugin of that session."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self.config, self.options = config, options
        self.recorder: Recorder | None = None
        self.taken: list[Coverage] = []
        self.table: Any = None
        self.said: list[str] = []
        self.short = ""
        self.left_out = 0
        if options.coverage:
            from tierpolicy.testing.coverage import Recorder

            self.recorder = Recorder()

    @property
    def how(self) -> How:
        return self.options.how

    @property
    def seen(self) -> Seen:
        """Who is told of the customers that are decided."""
        return self.recorder if self.recorder is not None else unseen

    def watch(self, suite: Suite) -> None:
        """A policy is among those that should be covered."""
        if self.recorder is not None:
            self.recorder.watch(suite)

    def take(self, data: Mapping[str, Any], left_out: int) -> None:
        """What a worker has seen; each of them leaves out the same."""
        from tierpolicy.testing.coverage import from_data

        self.taken.append(from_data(data))
        self.left_out = left_out

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """What `-k`, `-m` and their like leave out."""
        self.left_out += sum(1 for item in items if item.get_closest_marker("tier") is not None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.recorder is None:
            return
        from tierpolicy.testing.coverage import fail_under, merged, to_data

        coverage = merged(self.recorder.coverage(), *self.taken)
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["tierpolicy"] = (to_data(coverage), self.left_out)
            return
        if not coverage.policies:
            self.said.append("no policy was tested")
            return
        self._tell(coverage)
        if self.options.fail_under is not None and self._is_whole(session):
            shortfall = fail_under(coverage, self.options.fail_under)
            self.short = shortfall.sentence if shortfall is not None else ""
        if self.short and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_whole(self, session: pytest.Session) -> bool:
        """False, with a note, where something was left out: what a part covers says nothing of a policy."""
        stopped = session.shouldstop or session.shouldfail
        if not (self.left_out or stopped or any("::" in each for each in self.config.args)):
            return True
        self.said.append("whether enough is covered isn't judged: not everything was run")
        return False

    def _tell(self, coverage: Coverage) -> None:
        """The table for the terminal, and the files that were asked for."""
        from tierpolicy.report.coverage import cobertura_xml, coverage_page, coverage_table

        self.table = coverage_table(coverage)
        if self.options.html is not None:
            self._write(self.options.html, coverage_page(coverage))
        if self.options.xml is not None:
            self._write(self.options.xml, cobertura_xml(coverage, self.config.rootpath, datetime.now(UTC)))

    def _write(self, file: Path, text: str) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self.short = f"`{file}` can't be written: {(error.strerror or str(error)).lower()}"
        else:
            self.said.append(f"written to {file}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.table is None and not self.said and not self.short:
            return
        terminalreporter.section(TITLE)
        if self.table is not None:
            terminalreporter.write(_drawn(self.table, self.config.get_terminal_writer().fullwidth))
        for line in self.said:
            terminalreporter.write_line(line)
        if self.short:
            terminalreporter.write_line(f"FAILED: {self.short}", red=True)


def _drawn(table: Any, width: int) -> str:
    """A table as text, without colours: what it says of files is in their own page."""
    from rich.console import Console

    console = Console(file=StringIO(), width=width, no_color=True, legacy_windows=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().split("\n"))


RUNNING = pytest.StashKey[Running]()


def running_in(config: pytest.Config) -> Running:
    """How this session tests policies; UsageError for an option or a setting that can't be used."""
    if RUNNING not in config.stash:
        running = config.stash[RUNNING] = Running(config, options_of(config))
        config.pluginmanager.register(running, "tierpolicy-running")
    return config.stash[RUNNING]
