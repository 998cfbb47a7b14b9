"""From the text of a calibration file to what it says was measured; of anything else, the line and what is wrong.

A calibration file is what `tierpolicy calibrate` writes beside a policy: a little TOML, a line a key, a `[[threshold]]`
for each `in top` and `in bottom`. It is read line by line, so that a finding names its line, and so that nothing in a
file from elsewhere can take long: only the single values go through `tomllib`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath

from tierpolicy.diagnostics.codes import calibration as codes
from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span, source_from_text
from tierpolicy.syntax.ast import Side
from tierpolicy.syntax.files import Folder, Refusal, names_in, read_inside

ENDING = ".calibration.toml"
LARGEST_FILE = 1024 * 1024
LONGEST_LINE = 4_000
MOST_CUSTOMERS = 2**53

ASKS = re.compile(r"\bin\b(?:\s|#[^\n]*\n)+(?:top|bottom)\b", re.IGNORECASE)
"""What a policy says where it asks for a threshold; where none says it, no file is looked for."""

_LINE = re.compile(
    r"\s*(?:(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>[^\s\[{].*)|\[\[\s*(?P<table>[\w-]+)\s*\]\]\s*(?:#.*)?)"
)
_SHARE = re.compile(r"(top|bottom) +([0-9]{1,2})(?:\.([0-9]{1,2}))? ?%")
_AGAIN = "run `tierpolicy calibrate` to write the file anew"

KEYS: Mapping[str, str] = {
    "field": 'the name of a field in quotes, `field = "lifetime_value"`',
    "share": 'a share such as `share = "top 10%"`',
    "value": 'a value as the policy would write it, in quotes: `value = "241.30"`',
    "date": "the day of the measurement, `date = 2026-11-22`",
    "customers": "how many customers were looked at, `customers = 23570`",
    "known": "how many of them have a value, `known = 23570`",
    "data": 'the name of what was measured, `data = "customers.parquet"`',
    "digest": 'the fingerprint of the data, `digest = "sha256:…"`',
}
"""What each threshold says."""


@frozen
class Measured:
    """What one `[[threshold]]` says; `value` is still the text of a literal, and `value_span` where it stands."""

    field: str
    side: Side
    share: int
    value: str
    as_of: date
    customers: int
    known: int
    data: str
    digest: str
    span: Span
    value_span: Span


@frozen
class Calibration:
    """What was measured for a policy. `path` is where the file stands, or would stand; `there` that it does.

    `diagnostics` is what is wrong with it; it then says nothing of a threshold that it lacks. `other` is what was
    measured for the only other policy of the folder that anything was measured for, where this one has no file.
    """

    path: str = ""
    there: bool = False
    measured: tuple[Measured, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    other: Calibration | None = None


NOT_CALIBRATED = Calibration()


def name_beside(policy: str) -> str:
    """The name of the calibration file that belongs to a policy file: `service.calibration.toml` of `service.tier`."""
    return PurePosixPath(policy).name.removesuffix(".tier") + ENDING


def calibration_of(folder: Folder, shown: PurePosixPath, sources: dict[str, Source]) -> Calibration:
    """What was measured for the policy of `sources`, to which the text of the calibration file is added."""
    if not any(ASKS.search(source.text) for source in sources.values()):
        return NOT_CALIBRATED
    calibration, source = calibration_beside(folder, shown)
    if source is not None:
        sources[calibration.path] = source
    return calibration


def calibration_beside(folder: Folder, shown: PurePosixPath) -> tuple[Calibration, Source | None]:
    """What stands beside the policy file `shown`, the main file of `folder`, and the text of that file."""
    name = name_beside(shown.name)
    path = str(shown.parent / name)
    read = read_inside(folder, name, path)
    if isinstance(read, Refusal):
        if read.code is syntax.FILE_MISSING:
            return Calibration(path, other=_other(folder)), None
        finding = Diagnostic(read.code, read.message, Span(str(shown), 0, 0), read.help)
        return Calibration(path, True, diagnostics=(finding,)), None
    source = source_from_text(path, read.text)
    if len(read.text) > LARGEST_FILE:
        finding = Diagnostic(codes.UNUSABLE, f"`{name}` holds more than 1 MiB", Span(path, 0, 0), _AGAIN)
        return Calibration(path, True, diagnostics=(finding,)), Source(path, "")
    return read_calibration(source), source


def _other(folder: Folder) -> Calibration | None:
    """What was measured for another policy in the folder: one that this one may be a copy of."""
    names = names_in(folder)
    beside = [name for name in names if name.endswith(ENDING) and name.removesuffix(ENDING) + ".tier" in names]
    if len(beside) != 1:
        return None
    read = read_inside(folder, beside[0], beside[0])
    if isinstance(read, Refusal) or len(read.text) > LARGEST_FILE:
        return None
    return read_calibration(source_from_text(beside[0], read.text))


def read_calibration(source: Source) -> Calibration:
    """What a calibration file says."""
    reading = _Reading(source.path)
    at = 0
    for line in source.text.split("\n"):
        _read_line(line, Span(source.path, at, at + len(line.rstrip())), reading)
        at += len(line) + 1
    measured = [found for entry in reading.entries if (found := _measured(entry, reading)) is not None]
    _report_twice(measured, reading)
    return Calibration(source.path, True, tuple(measured), tuple(reading.findings))


@dataclass(slots=True)
class _Entry:
    """One `[[threshold]]` while its lines are read: the value of each key, and where it stands."""

    span: Span
    values: dict[str, tuple[object, Span]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    path: str
    entries: list[_Entry] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    head: dict[str, Span] = field(default_factory=dict)

    def report(self, message: str, span: Span, help: str = _AGAIN, related: tuple[Related, ...] = ()) -> None:
        self.findings.append(Diagnostic(codes.UNUSABLE, message, span, help, related))


def _read_line(line: str, span: Span, reading: _Reading) -> None:
    if not line.strip() or line.lstrip().startswith("#"):
        return
    found = _LINE.fullmatch(line.rstrip()) if len(line) <= LONGEST_LINE else None
    if found is None:
        reading.report("this line is none of a calibration file", span, f"it says `key = value`; {_AGAIN}")
        return
    if found["table"] is not None:
        if found["table"] == "threshold":
            reading.entries.append(_Entry(span))
        else:
            reading.report(f"`[[{found['table']}]]` means nothing here", span, "each threshold begins `[[threshold]]`")
        return
    key, start = found["key"], span.start + found.start("value")
    here = Span(reading.path, start, span.end)
    value = _value(found["value"])
    if not reading.entries:
        _read_head(key, value, span, reading)
        return
    values = reading.entries[-1].values
    if key in values:
        reading.report(f"`{key}` stands here twice", span, "keep one", (Related(values[key][1], "the other one"),))
    elif key not in KEYS:
        near = nearest(key, KEYS)
        help = f"did you mean `{near}`?" if near else f"it says {', '.join(f'`{each}`' for each in KEYS)}"
        reading.report(f"a threshold has no `{key}`", span, help)
    else:
        values[key] = (value, here)


def _value(written: str) -> object:
    """The text, number or date that a line says; None where it says something else."""
    import tomllib  # whoever imports the package waits for nothing that most policies don't need

    try:
        return tomllib.loads(f"value = {written}").get("value")
    except (ValueError, RecursionError):
        return None


def _read_head(key: str, value: object, span: Span, reading: _Reading) -> None:
    """The lines above the first threshold: the policy's name, for people."""
    if key != "policy":
        help = "above the first `[[threshold]]` stands only the policy's name"
        reading.report(f"`{key}` means nothing here", span, help)
    elif key in reading.head:
        reading.report("`policy` stands here twice", span, "keep one", (Related(reading.head[key], "the other one"),))
    elif not isinstance(value, str):
        reading.report("`policy` isn't a text", span, 'write the policy\'s name in quotes, `policy = "…"`')
    reading.head.setdefault(key, span)


def _measured(entry: _Entry, reading: _Reading) -> Measured | None:
    """The threshold of an entry; None where one of its lines is wrong or missing."""
    lacking = [key for key in KEYS if key not in entry.values]
    for key in lacking[:1]:
        reading.report(f"this threshold doesn't say its `{key}`", entry.span, f"add {KEYS[key]}, or {_AGAIN}")
    wrong = [key for key, (value, _) in entry.values.items() if not _fits(key, value)]
    for key in wrong:
        reading.report(f"this `{key}` can't be read", entry.values[key][1], f"it is {KEYS[key]}")
    if lacking or wrong:
        return None
    said = {key: value for key, (value, _) in entry.values.items()}
    share = _SHARE.fullmatch(str(said["share"]))
    assert share is not None
    hundredths = int(share[2]) * 100 + int((share[3] or "").ljust(2, "0"))
    day, customers, known = said["date"], said["customers"], said["known"]
    assert isinstance(day, date)
    assert isinstance(customers, int)
    assert isinstance(known, int)
    side: Side = "top" if share[1] == "top" else "bottom"
    texts = {key: str(said[key]) for key in ("field", "value", "data", "digest")}
    return Measured(
        side=side,
        share=hundredths,
        as_of=day,
        customers=customers,
        known=known,
        span=entry.span,
        value_span=entry.values["value"][1],
        **texts,
    )


def _fits(key: str, value: object) -> bool:
    match key:
        case "share":
            found = _SHARE.fullmatch(value) if isinstance(value, str) else None
            return found is not None and (int(found[2]) > 0 or int(found[3] or 0) > 0)
        case "date":
            return isinstance(value, date) and not isinstance(value, datetime)
        case "customers" | "known":
            return type(value) is int and 0 <= value <= MOST_CUSTOMERS
        case "value":
            return isinstance(value, str) and bool(value.strip())
        case _:
            return isinstance(value, str)


def _report_twice(measured: list[Measured], reading: _Reading) -> None:
    first: dict[tuple[str, str, int], Span] = {}
    for each in measured:
        known = first.setdefault((each.field, each.side, each.share), each.span)
        if known is not each.span:
            message = f"the {share_text(each.side, each.share)} of `{each.field}` stands here twice"
            reading.report(message, each.span, "keep one of the two", (Related(known, "the other one"),))


def share_text(side: Side, share: int) -> str:
    """`top 10%`, `bottom 0.25%`: `share` is in hundredths of a percent."""
    whole, part = divmod(share, 100)
    return f"{side} {whole}{f'.{part:02}'.rstrip('0') if part else ''}%"
