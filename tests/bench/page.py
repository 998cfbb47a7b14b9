"""What was measured as docs/reference/performance.md: tables of medians and ratios, the machine, the versions."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.bench import batch, one_record, proofs, targets, testing, whole_base, worst
from tests.bench.peers import PEERS

Row = dict[str, Any]
BySize = Mapping[int, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the parts of the benchmark printed; most by the number of rules."""

    one: BySize
    batches: Mapping[str, BySize]
    first: Mapping[int, Mapping[str, Row]]
    kinds: Sequence[Row]
    worst: BySize
    loading: str
    proofs: Sequence[Row]
    testing: Row
    base: Row


def page(found: Figures) -> str:
    sections = (
        [
            INTRODUCTION,
            *where(),
            "",
            TARGETS,
            *table(HEAD, asked_for(found)),
            "",
        ],
        one_section(found.one),
        batch_section(found.batches, found.first),
        kinds_section(found.kinds),
        worst_section(found.worst),
        loading_section(found.loading),
        proofs.section(found.proofs),
        testing.section(found.testing),
        whole_base.section(found.base),
    )
    return "\n".join(line for section in sections for line in section) + "\n"


def asked_for(found: Figures) -> list[tuple[str, str, str]]:
    return [
        *targets.compared(found.one, found.batches, found.loading),
        *testing.compared(found.testing),
        *whole_base.asked_for(found.base),
    ]


INTRODUCTION = """\
# Performance

Every figure on this page was measured by `make bench`, those of a section in one run: medians of rounds in which each
competitor has its turn, and ratios within a round. Seconds say something of one machine only, ratios more.

The rules are random: two to four comparisons over ten fields (four of labels, three integers, an amount of money, a
number, a flag), values for two or three of four attributes; all rules that are true count, and the best value wins. The
fewer customers a rule is true of, the better what it gives. Every competitor decides by the same rules, in the fastest
of the forms that were tried, and its answers were compared before it was timed.
"""


TARGETS = """\
## Asked for

Ratios of medians of this run, one record's as its time (less is better), many records' as their speed (more is better).
Codes are compared with codes, frames of values with Polars giving values.
"""
HEAD = ("", "asked for", "measured")


def where() -> list[str]:
    return [
        "## Where",
        "",
        f"{processor()}, Python {platform.python_version()} on {platform.system()}.",
        "",
        ", ".join(versions(PACKAGES)) + ".",
    ]


PACKAGES = ("tierpolicy", "numpy", "numba", "polars", "duckdb", "z3-solver", *dict.fromkeys(p.package for p in PEERS))


def versions(packages: Iterable[str]) -> list[str]:
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return found


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.machine()


# ---------------------------------------------------------------- tables


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}", *(f"| {' | '.join(row)} |" for row in rows)]


def by_size(found: BySize, cell: Callable[[Row], str]) -> list[str]:
    """A line for each competitor, a column for each size."""
    names = list(dict.fromkeys(row["name"] for rows in found.values() for row in rows))
    cells = {(row["name"], size): cell(row) for size, rows in found.items() for row in rows}
    head = ["", *(f"{size:,} rules" for size in found)]
    return table(head, ([name, *(cells.get((name, size), "–") for size in found)] for name in names))


def significant(value: float) -> str:
    """Two to three figures: what noise leaves."""
    if value >= 10:
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


# ---------------------------------------------------------------- one record


def one_section(found: BySize) -> list[str]:
    def cell(row: Row) -> str:
        if "seconds" not in row:
            return str(row["said"])
        on_dict = row["seconds"] / row["on dict"] if "on dict" in row else row["ratio"]
        return f"{significant(row['seconds'] * 1e6)} ({significant(on_dict)}; {significant(row['ratio'])})"

    def gappy_cell(row: Row) -> str:
        return f"{significant(row['seconds'] * 1e6)} ({significant(row['ratio'])})"

    found = {size: with_on_dict(rows) for size, rows in found.items()}
    whole = {size: [row for row in rows if not is_gappy(row)] for size, rows in found.items()}
    gappy = {size: [row for row in rows if is_gappy(row)] for size, rows in found.items()}
    return [ONE, *by_size(whole, cell), "", GAPPY, *by_size(gappy, gappy_cell), "", *plans(found)]


def with_on_dict(rows: Sequence[Row]) -> list[Row]:
    """Each with the seconds of the function that reads its fields from the dict."""
    seconds = next(row["seconds"] for row in rows if row["name"] == one_record.ON_DICT)
    return [row | {"on dict": seconds} for row in rows]


def is_gappy(row: Row) -> bool:
    return row["name"] == one_record.OPEN_REFERENCE or row["name"].startswith(one_record.OPEN)


def plans(found: BySize) -> list[str]:
    said = {size: row["said"] for size, rows in found.items() for row in rows if row["name"].startswith("tierpolicy")}
    lines = [f"- {size:,} rules: {text}" for size, text in said.items() if text]
    return ["What decided for one record, as `policy.plan()` says it:", "", *lines, ""] if lines else []


ONE = f"""\
## One record

Microseconds for a decision; in brackets, how often the time of “{one_record.ON_DICT}” that is, and of
“{one_record.REFERENCE}”.
Records are parsed from JSON just before each turn, and no record is decided twice by anyone. `evaluate` checks the
record and gives the whole decision; *trusted* is `policy.evaluator(trusted=True)`, for records that are known to be
well typed. *All rules* asks every rule and joins what the true ones give; *best value first* asks, attribute by
attribute, for the rules of the best value first and stops at the first true one.
"""

GAPPY = f"""\
Records of which a fifth of the values is missing, against “{one_record.OPEN_REFERENCE}”. What was left undetermined is
worked out when it is asked for:
"""


# ---------------------------------------------------------------- many records


def batch_section(found: Mapping[str, BySize], first: Mapping[int, Mapping[str, Row]]) -> list[str]:
    def cell(row: Row) -> str:
        fewer = "" if row["rows"] >= most else f", {row['rows']:,} rows"
        return f"{significant(1e-6 / row['seconds'])} ({significant(1 / row['ratio'])}{fewer})"

    most = max(row["rows"] for rows in found["all"].values() for row in rows)
    lines = [BATCH.format(rows=most)]
    for way, sizes in found.items():
        lines += [f"### {WAYS[way]}", "", *by_size(sizes, cell), ""]
    return [*lines, FIRST.format(rows=most), *first_table(first), ""]


WAYS = {"all": "All cores", "one-core": "One core", "without-numba": "Without numba"}

BATCH = f"""\
## Many records

Million rows a second, of {{rows:,}} rows in memory; in brackets, how often the speed of “{batch.REFERENCE}” that is in
the same round, and how many rows a turn had where more would have taken too long. NumPy, Polars and DuckDB get labels
as codes and give levels as codes; so does *codes*, which is what our kernels take. *Frame* is `evaluate_all`, with
values instead of codes in and out; turning text into codes is part of the time. Compiled kernels are ready: the first
call is measured apart.
"""

FIRST = """\
### The first call

Seconds for the first 1,000 rows of a process whose kernels were never compiled before, and of the next process, which
finds them on disk; then for all {rows:,} rows. *Peak* is the most memory that the process ever held, of which it needed
the *frame* before it decided anything.
"""


def first_table(found: Mapping[int, Mapping[str, Row]]) -> list[str]:
    rows = [
        [
            f"{size:,}",
            f"{each['cold']['first']:.2f} s",
            f"{each['cached']['first']:.2f} s",
            f"{each['cached']['whole']:.2f} s",
            f"{each['cached']['again']:.2f} s",
            f"{each['cached']['before']:,.0f} MiB",
            f"{max(call['peak'] for call in each.values()):,.0f} MiB",
        ]
        for size, each in found.items()
    ]
    return table(["rules", "never compiled", "from disk", "all rows", "again", "frame", "peak"], rows)


# ---------------------------------------------------------------- kinds of frames


def kinds_section(found: Sequence[Row]) -> list[str]:
    rows = [[row["name"], *(significant(1e-6 / row[cells]) for cells in ("categories", "text"))] for row in found]
    return [KINDS, *table(["", "categories", "text"], rows), ""]


KINDS = """\
### Kinds of frames

Million rows a second of `evaluate_all` with 100 rules, to a frame of the same kind; labels as categories (Enum,
dictionaries, ENUM) or as text.
"""

# ---------------------------------------------------------------- worst cases


def worst_section(found: BySize) -> list[str]:
    lines = [WORST]
    for size, rows in found.items():
        head = [f"{size:,} rules", worst.HAND, "`evaluate`", worst.POLARS, "`evaluate_all`"]
        lines += [*table(head, ([row["case"], *compared(row)] for row in rows)), ""]
    return lines


def compared(row: Row) -> list[str]:
    one, many = row["one"], row["batch"]
    hand, own = one[worst.HAND], one[worst.OURS]
    cells = [significant(hand["seconds"] * 1e6), f"{significant(own['seconds'] * 1e6)} ({significant(own['ratio'])})"]
    own, speed = many[worst.OURS], significant(1e-6 / many[worst.OURS]["seconds"])
    if worst.POLARS not in many:
        return [*cells, "–", speed]
    polars = significant(1e-6 / many[worst.POLARS]["seconds"])
    return [*cells, polars, f"{speed} ({significant(1 / own['ratio'])})"]


WORST = """\
## Worst cases

Microseconds for one record, by hand and by `evaluate` (in brackets: times the former), and million rows a second, by
Polars and by `evaluate_all` (in brackets: times the former), for policies that put all their weight in one place. With
10,000 rules the others are not asked.
"""


# ---------------------------------------------------------------- loading


def loading_section(table: str) -> list[str]:
    return [LOADING, table]


LOADING = """\
## Loading

From text or file to a policy, without proofs; each in a fresh process, the median of five where there are few rules,
one where there are 10,000. *Load* reads, types and compiles the policy; times are the processor's. *Peak* is the most
memory that the process ever held. The policies are those of the proofs below: eleven fields of every type, five
attributes, a baseline and limits.
"""
