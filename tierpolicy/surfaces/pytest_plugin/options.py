"""From pytest's options and the settings of `[tool.tierpolicy.test]` to how policies are tested; options win."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.population import Customers
from tierpolicy.surfaces.settings import KEYS, UnusableSettings, settings_near, wanted, within
from tierpolicy.testing.suite import How


@dataclass(frozen=True, slots=True)
class Options:
    """How policies are tested, and what is made of the coverage."""

    how: How
    coverage: bool
    fail_under: float | None
    html: Path | None
    xml: Path | None


def options_of(config: pytest.Config) -> Options:
    """What holds in this session; UsageError for an option or a setting that can't be used."""
    try:
        settings: Mapping[str, Any] = settings_near(config.rootpath).of("test")
    except UnusableSettings as error:
        raise pytest.UsageError(f"{error}; {error.help}" if error.help else str(error)) from None
    given = _Given(config, settings)
    usual = How()
    how = How(
        customers=given.number("customers", int, usual.customers),
        seed=given.number("seed", int, usual.seed),
        prove=not given.flag("quick"),
        timeout=settings.get("timeout", usual.timeout),
        on=given.customers(),
    )
    html, xml = given.report("coverage-html", "html"), given.report("coverage-xml", "cobertura")
    fail_under = given.number("fail-under", float, None)
    wished = given.flag("coverage") or html is not None or xml is not None or fail_under is not None
    return Options(how, wished, fail_under, html, xml)


@dataclass(frozen=True, slots=True)
class _Given:
    """The options beside the settings; where both have a name, it is the same but for `--tier-`."""

    config: pytest.Config
    settings: Mapping[str, Any]

    def flag(self, name: str) -> bool:
        return bool(self.config.getoption(f"--tier-{name}") or self.settings.get(name))

    def number(self, name: str, kind: type[int] | type[float], usual: Any) -> Any:
        text = self.config.getoption(f"--tier-{name}")
        if text is None:
            return self.settings.get(name, usual)
        key = KEYS["test"][name]
        try:
            number = kind(text)
        except ValueError:
            number = None
        if number is None or not within(number, key):
            raise pytest.UsageError(f"`--tier-{name} {text}` should be {wanted(key)}")
        return number

    def file(self, option: str, setting: str) -> Path | None:
        """Where it is, whatever folder tests go to meanwhile."""
        path = self.config.getoption(f"--tier-{option}") or self.settings.get(setting)
        return Path(os.path.abspath(path)) if path else None

    def report(self, option: str, setting: str) -> Path | None:
        """A file to write; none that policies are read from."""
        file = self.file(option, setting)
        if file is not None and file.suffix in (".tier", ".csv"):
            raise pytest.UsageError(f"`--tier-{option}` would overwrite `{file}`: name another file for the report")
        return file

    def customers(self) -> Customers | None:
        """The file that claims about populations are measured on, and the day."""
        file = self.file("on", "on")
        if file is None:
            return None
        if not file.is_file():
            raise pytest.UsageError(f"there is no file of customers `{file}`: `--tier-on` names one")
        return Customers(file, self._day())

    def _day(self) -> date:
        text = self.settings.get("as-of")
        try:
            return day_of(None if text is None else date.fromisoformat(text))
        except ValueError:
            raise pytest.UsageError(f"`{text}` under `as-of` is no date; write it as 2026-11-21") from None
