"""From a path to the parsed files of one policy: the main file, what it uses, its CSV tables."""

from __future__ import annotations

from dataclasses import dataclass

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Source
from tierpolicy.syntax.ast import Module


@dataclass(frozen=True, slots=True)
class Gathered:
    """One policy's files. `modules[0]` is the main file; the others follow in the order of first use, each once.

    Where no module declares `customer` or `service`, the standard vocabulary is among them, last.
    `sources` holds every text read, CSV tables included.
    """

    path: str
    modules: tuple[Module, ...]
    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
