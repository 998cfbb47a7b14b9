"""From a code to its page: the Markdown text that explains the finding, with examples.

The pages are written in `docs/errors/`; the wheel carries them beside this module. An installed package finds them
there, a checkout finds them at the repository's root.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_BESIDE = Path(__file__).parent / "pages"
_CHECKOUT = Path(__file__).parents[2] / "docs" / "errors"
_FENCE = re.compile(r"^```(?P<language>\w+)(?P<marks>[^\n]*)(?P<body>\n.*?^)```", re.MULTILINE | re.DOTALL)
_WRONG = {"error": "This is wrong:", "warning": "This gets a warning:", "note": "This gets a note:"}


def pages_folder() -> Path:
    """The folder that holds `T001.md` and its siblings."""
    return _BESIDE if _BESIDE.is_dir() else _CHECKOUT


@cache
def page(code: str) -> str | None:
    """The page of a code such as `T104` (in any case), None where there is no such page."""
    name = code.strip().upper()
    if not (name.isascii() and name.isalnum()):
        return None
    path = pages_folder() / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def labelled(text: str) -> str:
    """A page with words above each example, instead of marks beside its fence: which is wrong, and which is mended."""
    fences = list(_FENCE.finditer(text))
    some_are_wrong = any(_WRONG.keys() & fence["marks"].split() for fence in fences)

    def words(fence: re.Match[str]) -> str:
        marks = fence["marks"].split()
        file = next((mark.removeprefix("file=") for mark in marks if mark.startswith("file=")), None)
        wrong = next((_WRONG[mark] for mark in marks if mark in _WRONG), None)
        right = "This is mended:" if some_are_wrong else "This is right:"
        return f"{wrong or (f'With the file `{file}`:' if file else right)}\n\n```{fence['language']}{fence['body']}```"

    return _FENCE.sub(words, text)
