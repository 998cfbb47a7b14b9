"""`in` with many options is looked up all at once, and is what its alternatives are together."""

from __future__ import annotations

import pytest

import tierpolicy
from tierpolicy.cells import regions
from tierpolicy.cells.regions import Wanted
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.policy import ALWAYS

LABELS = ", ".join(f"l{n}" for n in range(40))
FIELDS = f"""customer {{
    label : one of {LABELS}
    word  : text
    known : one of {LABELS} default l3
    size  : integer
}}
service {{
    p : low < high
}}
"""
CONDITIONS = [
    f"label in ({LABELS})",
    f"label in ({', '.join(f'l{n}' for n in range(0, 40, 2))})",
    f"not known in ({', '.join(f'l{n}' for n in range(20))})",
    "word in (" + ", ".join(f'"w{n}"' for n in range(30)) + ', "")',
    "size in (" + ", ".join(map(str, range(30))) + ")",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_all_at_once_is_one_by_one(condition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = tierpolicy.loads(f"{FIELDS}rule r: if {condition} then p = high\n").versions[0]
    found = {}
    for many in (1, 1_000):
        monkeypatch.setattr(regions, "MANY_OPTIONS", many)
        normal = normal_form(typed)
        where = normal.regions.where
        found[many] = [where(typed.rules[0].condition, wanted, ALWAYS) for wanted in Wanted]
    assert found[1] == found[1_000]
    assert any(found[1])
