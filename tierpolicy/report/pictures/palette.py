"""The colours of pictures, for light and dark, as one style sheet.

Blue and orange are told apart by everyone, and nothing is said by colour alone: marks have shapes, parts have labels.
Each rule names its colour itself (no variables): programs that draw pictures without a browser know no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

STEPS = 7
"""A ramp from little to much has so many steps."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One look. `ink` and `quiet` are text, the others surfaces and lines on the `ground`; each step of the ramp has
    the colour of text that stands on it."""

    ground: str
    ink: str
    quiet: str
    rule: str
    kinds: Mapping[str, str]
    steps: tuple[str, ...]
    on_steps: tuple[str, ...]


LIGHT = Scheme(
    ground="#ffffff",
    ink="#1b1f24",
    quiet="#57606a",
    rule="#d8dee4",
    kinds={
        "first": "#0b62a8",
        "second": "#c25100",
        "third": "#00795c",
        "fourth": "#7b3fa0",
        "better": "#0b62a8",
        "worse": "#c25100",
        "other": "#7b3fa0",
        "same": "#88929c",
    },
    steps=("#eef4fa", "#d3e4f3", "#aecde8", "#7fb0da", "#3d84c0", "#1b5f9e", "#0a3a6b"),
    on_steps=("#1b1f24", "#1b1f24", "#1b1f24", "#1b1f24", "#000000", "#ffffff", "#ffffff"),
)

DARK = Scheme(
    ground="#0f141a",
    ink="#e4e9ee",
    quiet="#a1abb6",
    rule="#30383f",
    kinds={
        "first": "#58a6e8",
        "second": "#ff9a4d",
        "third": "#3fc9a0",
        "fourth": "#cf9bea",
        "better": "#58a6e8",
        "worse": "#ff9a4d",
        "other": "#cf9bea",
        "same": "#77828c",
    },
    steps=("#162230", "#1b3349", "#1f4a6e", "#2a6496", "#5a9bd1", "#8fc1ea", "#c9e4fb"),
    on_steps=("#e4e9ee", "#e4e9ee", "#ffffff", "#ffffff", "#000000", "#000000", "#000000"),
)

KINDS = tuple(LIGHT.kinds)
SERIES = ("first", "second", "third", "fourth")


def _rules(scheme: Scheme) -> Iterator[str]:
    yield f".picture .ground{{fill:{scheme.ground}}}"
    yield f".picture text{{fill:{scheme.ink}}}"
    yield f".picture .quiet{{fill:{scheme.quiet}}}"
    yield f".picture .rule{{stroke:{scheme.rule}}}"
    yield f".picture .axis{{stroke:{scheme.quiet}}}"
    yield f".picture .block{{fill:{scheme.ink}}}"
    yield f".picture .none{{fill:{scheme.rule}}}"
    for kind, color in scheme.kinds.items():
        yield f".picture .{kind}{{fill:{color};stroke:{color}}}"
        yield f".picture .line.{kind}{{fill:none;stroke:{color}}}"
        yield f".picture .mark.{kind}{{fill:{color};stroke:{scheme.ground}}}"
    for number, (fill, text) in enumerate(zip(scheme.steps, scheme.on_steps, strict=True)):
        yield f".picture .step-{number}{{fill:{fill};stroke:{scheme.quiet}}}"
        yield f".picture .on-{number}{{fill:{text}}}"


STYLE = "\n".join(
    [
        ".picture{font:13px/1.3 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}",
        ".picture text{stroke:none}",
        ".picture .small{font-size:12px}",
        ".picture .number{font-variant-numeric:tabular-nums}",
        ".picture .strong{font-weight:600}",
        ".picture .bar{stroke-width:0}",
        ".picture .column{stroke-width:1.5;fill-opacity:.35}",
        ".picture .line{stroke-width:2;stroke-linejoin:round}",
        ".picture .mark{stroke-width:1.5}",
        ".picture .ribbon{stroke:none;fill-opacity:.55}",
        ".picture .ribbon.same{fill-opacity:.3}",
        ".picture .ribbon.thin{fill-opacity:.95}",
        ".picture .step{stroke-width:.5}",
        *_rules(LIGHT),
        "@media (prefers-color-scheme:dark){",
        *_rules(DARK),
        "}",
    ]
)
"""Rules for everything inside `.picture`: a picture alone holds them, a page once for all of its pictures."""
