"""Pages of drawn policies and customers: always well formed, whole in themselves, and harmless."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.markup import Read, asked_from_elsewhere
from tests.runtime.simulation.plain import written
from tests.strategies.policies import elaborated, policy_texts
from tests.strategies.records import records
from tierpolicy.model.policy import Policy
from tierpolicy.report.moves_page import moves_page
from tierpolicy.report.simulation_page import simulation_page
from tierpolicy.runtime.simulation.moving import moves
from tierpolicy.runtime.simulation.simulating import simulate

DAY = date(2026, 11, 21)
Case = tuple[Policy, list[Mapping[str, Any]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    typed = elaborated(draw(policy_texts()))
    drawn = draw(st.lists(records(typed), max_size=6))
    return typed, [{**request, **record} for record, request in drawn]


def unseen(done: int, size: int) -> None:
    pass


@settings(max_examples=15, deadline=None)
@given(cases())
def test_pages_are_well_formed_whatever_is_drawn(case: Case) -> None:
    policy, rows = case
    with tempfile.TemporaryDirectory() as folder:
        base = str(written(Path(folder) / "base.jsonl", rows))
        pages = [
            simulation_page(simulate(policy, base, DAY, unseen)),
            moves_page(moves(replace(policy, limits=()), policy, base, DAY, unseen, examples=2)),
            moves_page(moves(policy, replace(policy, rules=(), tables=()), base, DAY, unseen, examples=2)),
        ]
    for page in pages:
        Read(page)
        assert asked_from_elsewhere(page) == []
        for svg in page.split("<svg ")[1:]:
            ElementTree.fromstring("<svg " + svg.split("</svg>")[0] + "</svg>")
