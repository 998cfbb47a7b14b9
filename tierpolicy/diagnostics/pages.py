"""From a code to its page: the Markdown text that explains the finding, with examples.

The pages are written in `docs/errors/`; the wheel carries them beside this module. An installed package finds them
there, a checkout finds them at the repository's root.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_BESIDE = Path(__file__).parent / "pages"
_CHECKOUT = Path(__file__).parents[2] / "docs" / "errors"


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
