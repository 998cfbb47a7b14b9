"""A small policy in which every kind of change is possible, and how its text is read."""

from __future__ import annotations

from tierpolicy.check.elaborate import elaborate
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.mutation.changed import Original
from tierpolicy.testing.mutation.judging import Court, Judged

VOCABULARY = """\
policy "Small" version "1" effective from 2026-01-01 currency EUR
customer {
    spend   : money at least 0
    orders  : integer at least 0
    waited  : duration at least 0 seconds
    stage   : cold < warm < hot
    segment : one of consumer, business, public
    tags    : set of press, vip
    vip     : flag
    since   : date
}
service {
    priority : low < normal < high
    wait     : duration less is better or none
    perks    : set of lounge, gift
    discount : percent more is better at least 0%
    callback : flag
    desk     : one of north, south default north
}
"""


def original(text: str, files: dict[str, str] | None = None) -> Original:
    gathered = gather_text(VOCABULARY + text, files=files)
    policy = elaborate(gathered).policy
    assert policy is not None, [each.message for each in elaborate(gathered).diagnostics]
    return Original(gathered, policy)


def court(text: str, files: dict[str, str] | None = None, *, timeout: float = 10.0) -> Court:
    return Court(original(text, files), timeout, 0)


def judged(text: str, files: dict[str, str] | None = None) -> list[Judged]:
    """Every change of the policy, judged."""
    held = court(text, files)
    statements = enumerate(held.statements)
    return [each for place, one in statements for each in held.judged(place, range(len(one.changes))).changes]
