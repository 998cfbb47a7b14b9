"""Measured thresholds to the calibration file beside a policy, in an order that stays, so that changes read as such."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tierpolicy.model.policy import Policy, Threshold
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import value_text
from tierpolicy.runtime.calibrating import Calibration
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.source import source_from_text
from tierpolicy.syntax.calibration import LARGEST_FILE, name_beside, read_calibration, share_text

HEAD = (
    "# Thresholds of `in top` and `in bottom`, measured on a customer base by `tierpolicy calibrate`. "
    "Review it like the policy.\n"
)


def calibration_path(policy: Policy) -> Path:
    """The calibration file that belongs to a policy: beside its main file."""
    main = Path(policy.sources[0].path)
    return main.with_name(name_beside(main.name))


def calibration_text(found: Calibration, order: Sequence[tuple[str, str, int]] = ()) -> str:
    """The file. Thresholds that `order` (field, side, share) names stand as there, new ones after them."""
    place = {each: at for at, each in enumerate(order)}
    last = len(place)
    measured = sorted(found.thresholds, key=lambda each: place.get(_key(each.new), last))
    parts = [f"{HEAD}policy = {_quoted(found.policy)}\n", *(_threshold(each.field, each.new) for each in measured)]
    return "\n".join(parts)


def order_in(path: Path) -> tuple[tuple[str, str, int], ...]:
    """The thresholds of a file that may be there, in its order; of one that can't be read, none."""
    try:
        with path.open("rb") as opened:
            text = opened.read(LARGEST_FILE).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ()
    measured = read_calibration(source_from_text(str(path), text)).measured
    return tuple((each.field, each.side, each.share) for each in measured)


def write_calibration(path: Path, text: str) -> None:
    """Writes the file as a whole: nobody ever reads half of it."""
    from tierpolicy.runtime.identity.writing import whole_file

    if path.is_dir():
        raise UnusableFile(f"`{path}` is a folder, and the calibration has to stand there")
    with whole_file(path, "calibration") as new:
        new.write_text(text, encoding="utf-8", newline="\n")


def _key(threshold: Threshold) -> tuple[str, str, int]:
    return threshold.field, threshold.side, threshold.share


def _threshold(field: Field, threshold: Threshold) -> str:
    assert threshold.as_of is not None
    lines = (
        "[[threshold]]",
        f"field = {_quoted(threshold.field)}",
        f"share = {_quoted(share_text(threshold.side, threshold.share))}",
        f"value = {_quoted(value_text(threshold.value, field.type))}",
        f"date = {threshold.as_of.isoformat()}",
        f"customers = {threshold.customers}",
        f"known = {threshold.known}",
        f"data = {_quoted(threshold.data)}",
        f"digest = {_quoted(threshold.digest)}",
    )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string; what a line can't hold is escaped."""
    escapes = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escapes.get(each) or (each if each.isprintable() else _escaped(each)) for each in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # half a character, which TOML has no way to say
        return "?"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
