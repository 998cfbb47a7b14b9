"""The nearest known word to one that an author wrote: for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice

MOST_CANDIDATES = 2_000
LONGEST_WORD = 100
"""Characters of a word that is compared letter by letter: the time for that grows with their square."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, None where none is close. Case and `-`/`_`/space differences count little."""
    wanted = _folded(word)
    best, best_score = None, 0.66
    for candidate in islice(candidates, MOST_CANDIDATES):
        folded = _folded(candidate)
        if folded == wanted:
            return candidate
        if len(wanted) > LONGEST_WORD or len(folded) > LONGEST_WORD:
            continue
        if abs(len(folded) - len(wanted)) > max(3, len(wanted) // 2):
            continue
        score = SequenceMatcher(None, wanted, folded).ratio()
        if score > best_score:
            best, best_score = candidate, score
    return best


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A help sentence such as ``did you mean `senior`?``, or None."""
    found = nearest(word, candidates)
    return f"did you mean `{found}`?" if found is not None else None


def _folded(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
