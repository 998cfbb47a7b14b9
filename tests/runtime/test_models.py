"""The vocabulary as pydantic models: typed, bounded, with schemas that others can read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import jsonschema
import pydantic
import pytest

import tierpolicy

POLICY = tierpolicy.loads(
    """
customer {
    id       : text key required
    spend    : money at least 0 at most 1000     "paid this year"
    orders   : integer at least 0 default 3
    waited   : duration in hours
    segment  : one of consumer, small from ("SMB")
    tags     : set of vip, press from ("P")
    account  : text column "crm.account.name"
    `class`  : flag
    json     : flag
    copy     : date
}
request {
    severity : low < urgent
}
service {
    priority : low < normal < high
    discount : percent more is better or none at most 20%
    perks    : set of a, b
    wait     : duration less is better
    hidden   : integer at least 0 more is better internal
}
baseline everyone: priority at least normal, wait at most 10 minutes
if `class` and tags has press and waited >= 2 hours and account = "x" then priority = high
"""
)


def test_a_customer_is_typed_and_defaulted() -> None:
    customer = POLICY.Customer(id="1", spend="12.5", waited=1.5, segment="SMB", tags=["P", "vip"])
    assert customer.spend == Decimal("12.5")
    assert customer.orders == 3
    assert customer.waited == timedelta(minutes=90)
    assert customer.segment == "small"
    assert customer.tags == {"press", "vip"}
    assert customer.account is None
    assert POLICY.Customer(id="1").tags == frozenset()
    assert set(POLICY.Customer.model_json_schema()["required"]) == {"id"}


@pytest.mark.parametrize(
    "wrong",
    [{"spend": -1}, {"spend": 1001}, {"segment": "smb"}, {"tags": ["x"]}, {"orders": 2**63}, {"id": None}],
)
def test_what_the_vocabulary_excludes_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        POLICY.Customer.model_validate({"id": "1"} | wrong)


def test_names_that_python_keeps_for_itself() -> None:
    customer = POLICY.Customer.model_validate({"id": "1", "class": True, "json": True, "copy": "2026-01-02"})
    assert (customer.class_, customer.json_, customer.copy_) == (True, True, date(2026, 1, 2))
    assert {"class", "json", "copy"} < set(POLICY.Customer.model_json_schema()["properties"])


def test_a_customer_is_read_by_column_and_decided() -> None:
    row = {"id": "1", "class": True, "tags": ["press"], "waited": 2, "crm": {"account": {"name": "x"}}}
    customer = POLICY.Customer.model_validate(row)
    assert customer.account == "x"
    decision = POLICY.evaluate(customer)
    assert decision["priority"] == "high"
    assert decision.problems == ()
    assert decision == POLICY.evaluate(row)


def test_the_service_is_a_decisions_shape() -> None:
    decision = POLICY.evaluate({"id": "1"})
    service = POLICY.Service.model_validate(dict(decision))
    assert service.priority == "normal"
    assert service.discount is None
    assert "hidden" not in POLICY.Service.model_fields
    assert POLICY.Request(severity="urgent").severity == "urgent"
    jsonschema.validate(decision.to_dict()["decision"], POLICY.Service.model_json_schema(mode="serialization"))


def test_schemas_tell_descriptions_and_bounds() -> None:
    spend = POLICY.Customer.model_json_schema()["properties"]["spend"]
    assert spend["description"] == "paid this year"
    assert "1000" in str(spend)


@pytest.mark.parametrize("modifiers", ["", "default 3", "required"])
@pytest.mark.parametrize(
    ("kind", "low", "high", "within"),
    [("integer", "1", "9", 1), ("number", "1", "9", 9), ("money", "1", "9", "1.50"), ("percent", "1%", "9%", "0.05")],
)
def test_bounds_hold_whatever_else_a_field_says(modifiers: str, kind: str, low: str, high: str, within: object) -> None:
    if kind == "percent":
        modifiers = modifiers.replace("3", "3%")
    policy = tierpolicy.loads(
        f"customer {{\n    b : {kind} at least {low} at most {high} {modifiers}\n    free : {kind} default {low}\n}}\n"
        "service {\n    priority : low < high\n}\nrule a: if b is known and free is known then priority = high\n"
    )
    assert policy.Customer.model_validate({"b": within}).b is not None
    for outside in (-1, 0, 10, 2**70):
        with pytest.raises(pydantic.ValidationError):
            policy.Customer.model_validate({"b": outside})
    bounded = str(policy.Customer.model_json_schema()["properties"]["b"])
    assert f"'minimum': {python_low(kind)}" in bounded
    if kind == "integer":
        assert str(2**63) not in bounded
        with pytest.raises(pydantic.ValidationError):
            policy.Customer.model_validate({"b": 1, "free": 2**63})


def python_low(kind: str) -> str:
    return {"percent": "0.01", "integer": "1", "number": "1.0", "money": "1.0"}[kind]
