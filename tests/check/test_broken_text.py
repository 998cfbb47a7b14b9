"""Whatever stands in a file, checking answers: with a policy, or with findings that say where."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.check.reading import checked
from tierpolicy.diagnostics.diagnostic import has_errors

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```tier[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXTS = [
    text
    for page in sorted([*ROOT.glob("docs/errors/*.md"), *ROOT.glob("tests/c*/**/*.md")])
    for text in BLOCK.findall(page.read_text(encoding="utf-8"))
]
PIECE = re.compile(r"\w+|\s+|[^\w\s]")
PIECES = [PIECE.findall(text) for text in TEXTS]
WORDS = sorted({piece for pieces in PIECES for piece in pieces if not piece.isspace()})


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """A text from the documentation with some words dropped, doubled or exchanged; sometimes two texts in one."""
    pieces = list(draw(st.sampled_from(PIECES)))
    if draw(st.booleans()):
        pieces += ["\n", *draw(st.sampled_from(PIECES))]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(pieces) - 1))
        pieces[at : at + 1] = draw(
            st.sampled_from(
                [[], [pieces[at]] * 2, [draw(st.sampled_from(WORDS))], [pieces[at], " ", draw(st.sampled_from(WORDS))]]
            )
        )
        pieces = pieces or ["\n"]
    return "".join(pieces)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken_texts())
def test_checking_answers(text: str) -> None:
    found = checked(text)
    assert (found.policy is None) == has_errors(found.diagnostics)
    for finding in found.diagnostics:
        assert finding.message
        assert finding.span is not None
        assert 0 <= finding.span.start <= finding.span.end
    assert checked(text) == found
