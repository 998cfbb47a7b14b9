"""The vocabulary of a policy as pydantic models, with JSON Schema, for applications that type their records.

Names that Python or pydantic keep for themselves get an underscore at their end as an attribute; in documents and
schemas every field has its own name. A customer model also reads a record by the columns that the policy names.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal, assert_never

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, create_model
from pydantic import Field as ModelField

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, Known, Missing
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.values import python_value

CONFIG = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, protected_namespaces=())


def customer_model(policy: Policy) -> type[BaseModel]:
    """The customer's fields; what isn't required may be left out."""
    return _fields_model("Customer", [f for f in policy.fields.values() if not f.of_request])


def request_model(policy: Policy) -> type[BaseModel]:
    """The fields of the contact at hand."""
    return _fields_model("Request", [f for f in policy.fields.values() if f.of_request])


def service_model(policy: Policy) -> type[BaseModel]:
    """The service attributes, all of them present; `policy.Service.model_validate(decision)` fills it."""
    attributes = [a for a in policy.attributes.values() if not a.internal]
    return _model("Service", {a.name: _attribute_definition(a) for a in attributes})


def _fields_model(title: str, fields: list[Field]) -> type[BaseModel]:
    return _model(title, {f.name: _field_definition(f) for f in fields})


def _model(title: str, definitions: Mapping[str, tuple[Any, Any]]) -> type[BaseModel]:
    names = {name: _attribute_name(name) for name in definitions}
    by_attribute: dict[str, Any] = {names[name]: definition for name, definition in definitions.items()}
    model: type[BaseModel] = create_model(title, __config__=CONFIG, **by_attribute)
    type.__setattr__(model, "__field_attributes__", names)
    return model


def _attribute_name(name: str) -> str:
    bare = name.lstrip("_") or "field"
    return f"{bare}_" if bare != name or keyword.iskeyword(bare) or hasattr(BaseModel, bare) else bare


def _field_definition(field: Field) -> tuple[Any, Any]:
    path = path_of(field)
    by_column = AliasPath(*path) if len(path) > 1 else path[0]
    settings: dict[str, Any] = {
        "validation_alias": AliasChoices(field.name, by_column),
        "serialization_alias": field.name,
        "description": field.description or None,
    }
    annotation = _bounded(field.type, field.low, field.high)
    if field.spellings:
        annotation = Annotated[annotation, BeforeValidator(partial(_respelled, field.spellings))]
    if field.seconds_per_unit is not None:
        annotation = Annotated[annotation, BeforeValidator(partial(_scaled, field.seconds_per_unit))]
    if not isinstance(field.default, Missing):
        return annotation, ModelField(default=python_value(field.default, field.type), **settings)
    if field.required:
        return annotation, ModelField(**settings)
    if isinstance(field.type, SetOf):
        return annotation, ModelField(default=frozenset(), **settings)
    return annotation | None, ModelField(default=None, **settings)


def _attribute_definition(attribute: Attribute) -> tuple[Any, Any]:
    annotation = _bounded(attribute.type, attribute.low, attribute.high)
    settings: dict[str, Any] = {"alias": attribute.name, "description": attribute.description or None}
    return (annotation | None if attribute.or_none else annotation), ModelField(**settings)


def _annotation(type_: Type) -> Any:
    match type_:
        case Flag():
            return bool
        case Integer():
            return int
        case Number():
            return Annotated[float, ModelField(allow_inf_nan=False)]
        case Percent() | Money():
            return Annotated[Decimal, ModelField(allow_inf_nan=False)]
        case Duration():
            return timedelta
        case Date():
            return date
        case Text():
            return str
        case Scale(labels) | Choice(labels):
            return Literal[labels]
        case SetOf(labels):
            return frozenset[Literal[labels]]  # type: ignore[valid-type]
        case _:
            assert_never(type_)


def _bounded(type_: Type, low: Known | None, high: Known | None) -> Any:
    """The annotation with bounds in it: those said beside it wouldn't replace its own where a field has a default."""
    annotation = _annotation(type_)
    if isinstance(type_, Scale | Choice | SetOf | Flag | Text):
        return annotation
    if isinstance(type_, Integer):
        low, high = INTEGER_MIN if low is None else low, INTEGER_MAX if high is None else high
    ends = (("ge", low), ("le", high))
    bounds: dict[str, Any] = {name: python_value(end, type_) for name, end in ends if end is not None}
    return Annotated[annotation, ModelField(**bounds)] if bounds else annotation


def _respelled(spellings: Mapping[str, str], given: object) -> object:
    """A label for each spelling that the policy says stands for it."""
    match given:
        case str():
            return spellings.get(given, given)
        case list() | tuple() | set() | frozenset():
            return [spellings.get(item, item) if isinstance(item, str) else item for item in given]
        case _:
            return given


def _scaled(seconds_per_unit: int, given: object) -> object:
    """A plain number counts in the unit that the field says; durations and text are taken as they stand."""
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        return timedelta(seconds=float(given) * seconds_per_unit)
    return given
