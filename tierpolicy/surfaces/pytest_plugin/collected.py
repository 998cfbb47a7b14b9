"""From a policy file to pytest's nodes: the file, what kind of items, the items. `service.tier::example::Acme`."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tierpolicy.runtime.collector import collector_resting
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.pytest_plugin.failures import Failure, first_line, shown
from tierpolicy.surfaces.pytest_plugin.finding import Folders
from tierpolicy.surfaces.pytest_plugin.running import running_in
from tierpolicy.syntax.gather import Gathered
from tierpolicy.testing.collecting import suite_of
from tierpolicy.testing.running import result_of
from tierpolicy.testing.suite import Item, Suite

FOLDERS = pytest.StashKey[Folders]()


def collected(file: Path, parent: pytest.Collector) -> PolicyFile | None:
    """The file as a collector; None where it is part of a policy and none itself."""
    config = parent.config
    if FOLDERS not in config.stash:
        config.stash[FOLDERS] = Folders(config.rootpath)
        config.pluginmanager.register(Around(), "tierpolicy-around")
    folders = config.stash[FOLDERS]
    gathered = folders.given(file) if parent.session.isinitpath(file) else folders.policy(file)
    for sentence in folders.misnamed_cases(file.parent):
        parent.warn(pytest.PytestWarning(sentence))
    if gathered is None:
        return None
    nodeid = None if file.is_relative_to(config.rootpath) else _from_root(file, config.rootpath)
    return PolicyFile.from_parent(parent, path=file, gathered=gathered, nodeid=nodeid)


def _from_root(file: Path, root: Path) -> str:
    """How pytest is to call a file outside of its root."""
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:  # on another drive
        return file.as_posix()


class PolicyFile(pytest.File):
    """A policy. What is wrong with its text is among its items."""

    def __init__(self, *, gathered: Gathered, **given: Any) -> None:
        super().__init__(**given)
        self.gathered = gathered
        self.add_marker(pytest.mark.tier)

    def collect(self) -> Iterator[pytest.Collector]:
        try:
            running = running_in(self.config)
        except pytest.UsageError as error:
            raise self.CollectError(str(error)) from None
        suite = suite_of(self.gathered)
        running.watch(suite)
        places = Places(suite)
        for kind in dict.fromkeys(item.kind for item in suite.items):
            yield Kind.from_parent(self, name=kind, places=places)


class Kind(pytest.Collector):
    """The items of one kind: its name is the second part of their ids."""

    def __init__(self, *, places: Places, **given: Any) -> None:
        super().__init__(**given)
        self.places = places
        self.add_marker(f"tier_{self.name}")

    def collect(self) -> Iterator[pytest.Item]:
        for item in self.places.suite.items:
            if item.kind == self.name:
                yield PolicyItem.from_parent(self, name=item.name, places=self.places, tested=item)


class Places:
    """Where the items of a suite stand. Files are known from here on, wherever tests may go meanwhile."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.texts = {source.path: source for source in suite.sources}
        self.files = {path: Path(os.path.abspath(path)) for path in (suite.path, *self.texts)}

    def of(self, item: Item) -> tuple[Path, int]:
        """The file, and the line counted from 0."""
        span = item.span
        if span is None or span.path not in self.texts:
            return self.files[self.suite.path], 0
        return self.files[span.path], self.texts[span.path].position(span.start).line - 1


class PolicyItem(pytest.Item):
    """One thing that is tested of a policy."""

    def __init__(self, *, places: Places, tested: Item, **given: Any) -> None:
        super().__init__(**given)
        self.places, self.tested = places, tested

    def runtest(self) -> None:
        running = running_in(self.config)
        try:
            result = result_of(self.places.suite, self.tested, running.how, running.seen)
        except UnusableFile as error:
            pytest.fail(str(error), pytrace=False)
        for note in result.on_customers:
            self.warn(pytest.PytestWarning(note))
        if result.note:
            self.user_properties.append(("note", result.note))
        match result.outcome:
            case "passed":
                return
            case "skipped":
                pytest.skip(result.note)
            case "failed" | "accepted":
                raise Failure(self.places.suite, result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our words for what is wrong with a policy; a traceback for what is wrong with us."""
        if isinstance(excinfo.value, Failure) and not self.config.getoption("fulltrace", False):
            file, line = self.places.of(self.tested)
            return shown(excinfo, file, line + 1, first_line(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return *self.places.of(self.tested), f"{self.tested.kind} {self.tested.name}"


class Around:
    """A plugin of a session with policies. While they are collected Python's cycle collector rests; what is skipped is
    so at its place in the policy, and what fails and is accepted is expected to fail."""

    def __init__(self) -> None:
        self.collecting = ExitStack()
        self.collecting.enter_context(collector_resting())

    def pytest_collection_finish(self) -> None:
        self.collecting.close()

    def pytest_sessionfinish(self) -> None:
        self.collecting.close()  # where collecting came to no end

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if isinstance(item, PolicyItem) and call.when == "call" and call.excinfo is not None:
            if isinstance(report.longrepr, tuple):
                file, line = item.places.of(item.tested)
                report.longrepr = (str(file), line + 1, report.longrepr[2])
            elif report.failed and not item.config.getoption("runxfail", False):
                _expect(report, call.excinfo.value)
        return report


def _expect(report: pytest.TestReport, failure: BaseException) -> None:
    """A failure that the policy accepts is an expected one."""
    if isinstance(failure, Failure) and failure.result.outcome == "accepted":
        report.outcome, report.wasxfail = "skipped", failure.result.note
