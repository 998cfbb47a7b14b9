"""Cases that a backend once answered wrongly, each a policy and the records that showed it, asked of every backend.

A file of `corpus/` says in words what was wrong; under its `tier` block stands one `python case` for each question: a
record, and where they matter a request and a day.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import math
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases.test_cases import blocks
from tests.conformance.answers import Case
from tests.conformance.backends import BACKENDS
from tests.conformance.judging import disagreements
from tests.conformance.sources import DAY
from tests.strategies import records, unusual
from tests.strategies.policies import elaborated
from tierpolicy import Policy

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.md"))
NAMES: dict[str, Any] = {
    **{name: value for module in (records, unusual) for name, value in vars(module).items() if name[0].isupper()},
    **{"datetime": datetime, "date": datetime.date, "timedelta": datetime.timedelta, "Decimal": decimal.Decimal},
    **{"np": np, "nan": math.nan, "inf": math.inf, "types": types, "collections": collections},
}


def asked(path: Path) -> list[tuple[str, list[Case]]]:
    """The policies of a file with their cases."""
    found: list[tuple[str, list[Case]]] = []
    for info, body, _ in blocks(path):
        if info == "tier":
            found.append((body, []))
        elif info == "python case":
            record, request, as_of = (*(eval(f"[{body}\n]", dict(NAMES))), None, None)[:3]
            found[-1][1].append(Case(record, request, as_of or DAY))
    return found


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_was_answered_wrongly(path: Path) -> None:
    for text, cases in asked(path):
        assert cases, "a policy without a case"
        wrong = list(disagreements(Policy((elaborated(text),)), cases, BACKENDS))
        assert not wrong, str(wrong[0])
