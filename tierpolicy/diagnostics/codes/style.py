"""The T5 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations
