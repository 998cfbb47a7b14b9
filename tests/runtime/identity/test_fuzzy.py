"""Splink links what only looks alike, by a model in a file; what it can't use is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.identity.made import Came, made, policy_of
from tierpolicy.runtime.rows import UnusableFile

POLICY = """\
customer {
    customer_id : text key
    name        : text
    city        : one of London, "St. John's"
    born        : date
    spend       : money merge sum
}
service { priority : low < high }
baseline everyone: priority at least low
"""
SHOP = [
    {"customer_id": "1", "name": "Ada Lovelace", "city": "London", "born": "1815-12-10", "spend": 1},
    {"customer_id": "2", "name": "Charles Babbage", "city": "London", "born": "1791-12-26", "spend": 2},
    {"customer_id": "3", "name": "Mary Somerville", "city": "St. John's", "born": "1780-12-26", "spend": 4},
]
CRM = [
    {"name": "Ada Lovelase", "city": "London", "born": "1815-12-10", "spend": 10},
    {"name": "Mary Sommerville", "city": "St. John's", "born": "1780-12-26", "spend": 20},
    {"name": "Mary Sommerville", "city": "London", "born": "1780-12-26", "spend": 30},
    {"name": "Grace Hopper", "city": "London", "born": "1906-12-09", "spend": 40},
]
LEVELS = [('"name_l" IS NULL OR "name_r" IS NULL', None), ('"name_l" = "name_r"', (0.7, 0.005))]
LEVELS += [('jaro_winkler_similarity("name_l", "name_r") >= 0.85', (0.25, 0.01)), ("ELSE", (0.05, 0.985))]
BORN = [('"born_l" IS NULL OR "born_r" IS NULL', None), ('"born_l" = "born_r"', (0.95, 0.01)), ("ELSE", (0.05, 0.99))]


def model(link_type: str = "dedupe_only", name: str = "name") -> dict[str, Any]:
    """A model as Splink saves it once it has learnt."""
    return {
        "link_type": link_type,
        "probability_two_random_records_match": 0.02,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.city = r.city", "sql_dialect": "duckdb"}],
        "comparisons": [_comparison(name, LEVELS), _comparison("born", BORN)],
    }


def _comparison(name: str, levels: list[tuple[str, tuple[float, float] | None]]) -> dict[str, Any]:
    said: list[dict[str, Any]] = []
    for condition, learnt in levels:
        level: dict[str, Any] = {"sql_condition": condition.replace("name", name), "label_for_charts": condition}
        more = {"is_null_level": True} if learnt is None else {"m_probability": learnt[0], "u_probability": learnt[1]}
        said.append(level | more)
    return {"output_column_name": name, "comparison_levels": said}


def linked(folder: Path, settings: object, **asked: Any) -> Came:
    path = folder / "model.json"
    path.write_text(json.dumps(settings))
    return made(folder, {"shop": SHOP, "crm": CRM}, policy=policy_of(POLICY), splink=path, **asked)


@pytest.mark.parametrize("link_type", ["dedupe_only", "link_only"])
def test_what_looks_alike_is_one_customer(tmp_path: Path, link_type: str) -> None:
    came = linked(tmp_path, model(link_type))
    assert frozenset({"shop:row 1", "crm:row 1"}) in came.sources
    assert frozenset({"shop:row 3", "crm:row 2"}) in came.sources
    assert len(came.rows) == 5
    assert came.found.linked.by[-1].name == "Splink"
    assert came.found.seen.total == 7


def test_a_match_has_to_be_as_likely_as_asked(tmp_path: Path) -> None:
    assert len(linked(tmp_path, model(), threshold=0.999999).rows) == 7


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([], "holds no settings of Splink"),
        ({}, "says no `link_type`, which says where"),
        (model() | {"comparisons": []}, "says no `comparisons`, which say"),
        (model(name="nome"), 'can\'t link these records with .*; it may compare `customer_id`, `name`.* named "nome"'),
        (model("both"), "can't link these records"),
    ],
)
def test_a_model_that_splink_cant_use(tmp_path: Path, settings: object, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        linked(tmp_path, settings)
    assert not (tmp_path / "customers.parquet").exists()


def test_a_model_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text("no json")
    with pytest.raises(UnusableFile, match="is not JSON; Splink saves its settings"):
        made(tmp_path, {"shop": SHOP}, policy=policy_of(POLICY), splink=tmp_path / "model.txt")
    with pytest.raises(UnusableFile, match="there is no file"):
        made(tmp_path, {"shop": SHOP}, policy=policy_of(POLICY), splink=tmp_path / "gone.json")
