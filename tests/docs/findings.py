"""From the text of an example to everything that checking says of it: its own examples run, what it claims proved, or
measured where a file `customers.csv` stands beside it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.pipeline import check_paths, check_text
from tierpolicy.runtime.population import Customers

CUSTOMERS = "customers.csv"
DAY = date(2026, 11, 21)
_HEAD = re.compile(r"^policy\b", re.IGNORECASE | re.MULTILINE)


def findings_of(text: str, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The findings about one policy; `files` are those that it may use, by name."""
    return check_text(text, files=files).diagnostics


def findings_of_folder(text: str, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """As `findings_of`; where one of the files begins a policy too, or holds customers, they stand in one folder."""
    measured = CUSTOMERS in files
    if not measured and not any(name.endswith(".tier") and _HEAD.search(each) for name, each in files.items()):
        return findings_of(text, files)
    with tempfile.TemporaryDirectory() as folder:
        for name, each in {"policy.tier": text, **files}.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(each, encoding="utf-8")
        on = Customers(Path(folder) / CUSTOMERS, DAY) if measured else None
        return check_paths([folder], on=on).diagnostics
