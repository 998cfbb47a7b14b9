"""A define that is read twice is looked into once: forty that each read the one before twice would never end."""

from __future__ import annotations

from tierpolicy.pipeline import check_text

DOUBLING = "\n".join(
    [
        "customer { a : integer at least 0 at most 1_000_000 default 0 }",
        "service { s : low < mid < high }",
        "define d0 = a",
        *(f"define d{n} = d{n - 1} + d{n - 1}" for n in range(1, 41)),
        "rule r: if d40 > 10 then s = high",
        "property more: more a never lowers s",
        "property some: always d40 > 10 implies s = high",
    ]
)


def test_what_defines_give_is_worked_out_once() -> None:
    report = check_text(DOUBLING)
    assert [finding.code.code for finding in report.diagnostics] == []
    assert report.proofs is not None
