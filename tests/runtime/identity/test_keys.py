"""What of a key's values links, and what is nobody's."""

from __future__ import annotations

import pytest

from tierpolicy.runtime.identity.keys import KeyRule


@pytest.mark.parametrize(
    ("normalise", "text", "links"),
    [
        ("trim", " Ab 1 ", "Ab 1"),
        ("trim", "ab 1", "ab 1"),
        ("text", "  Straße  No 1 ", "strasse no 1"),
        ("email", " Ada@Example.ORG ", "ada@example.org"),
        ("email", "ada(at)example.org", ""),
        ("email", "@example.org", ""),
        ("email", "ada@", ""),
        ("phone", "+49 (30) 12-34", "49301234"),
        ("phone", "0049 30 1234", "49301234"),
        ("phone", "030 1234", "0301234"),
        ("phone", "٤٩٣٠", "4930"),
        ("phone", "none at all", ""),
        ("phone", "+000 000", ""),
        *[("trim", nobody, "") for nobody in ("", "  ", "n/a", "N/A", "None", "unknown", "-", "?", "0", "000000")],
    ],
)
def test_what_links(normalise: str, text: str, links: str) -> None:
    assert KeyRule(normalise).linking(text) == links


@pytest.mark.parametrize("text", ["info@example.com", " INFO@example.com ", "Info@Example.com"])
def test_what_is_declared_to_link_never(text: str) -> None:
    assert KeyRule("email", ("info@Example.com",)).linking(text) == ""
    assert KeyRule("email").linking(text) == "info@example.com"


def test_a_number_that_is_declared_to_link_never_is_meant_in_any_spelling() -> None:
    assert KeyRule("phone", ("+1 555 0100",)).linking("(1) 5550100") == ""
    assert KeyRule("phone", ("+1 555 0100",)).linking("+1 555 0101") == "15550101"
