"""The fingerprint of a policy: SHA-256 over its texts and the values of its parameters.

Two policies with one digest decide alike. Each part goes in with its length, so that no text can pass for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Parameter
from tierpolicy.source import Source


def digest_of(sources: Iterable[Source], parameters: Mapping[str, Parameter]) -> str:
    """The digest, in hex. Folders take no part: a policy that moves keeps its digest."""
    parts: list[str] = []
    for source in sources:
        parts += ["source", PurePosixPath(source.path).name, source.text]
    for name, parameter in sorted(parameters.items()):
        parts += ["parameter", name, type(parameter.type).__name__, _text_of(parameter.value)]
    digest = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def _text_of(value: Known) -> str:
    return ";".join(sorted(value)) if isinstance(value, frozenset) else repr(value)
