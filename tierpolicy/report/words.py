"""Numbers and names as people read them in a terminal."""

from __future__ import annotations

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Money
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import value_text


def count_text(count: int) -> str:
    """`23570` → `23,570`."""
    return f"{count:,}"


def share_text(part: int, whole: int) -> str:
    """`part` of `whole` in percent, one digit: `12.3%`; `-` of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "-"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 customer`, `2 customers`."""
    return f"{count_text(count)} {one if count == 1 else many or one + 's'}"


def offered_text(value: Known, attribute: Attribute, policy: TypedPolicy) -> str:
    """An attribute's value in words; money with its currency."""
    text = printable(value_text(value, attribute.type))
    with_currency = policy.currency and isinstance(attribute.type, Money) and text != "none"
    return f"{text} {policy.currency}" if with_currency else text


def policy_title(name: str, version: str) -> str:
    """A policy as a heading names it."""
    return printable(" ".join(part for part in (name or "policy", version) if part))
