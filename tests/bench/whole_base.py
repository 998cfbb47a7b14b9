"""A whole customer base from Parquet to Parquet, beside what DuckDB takes to read and write the same file. Prints JSON.

python -m tests.bench.whole_base [--short]          10 million made-up customers of the CDNOW policy; --short: 20,000
BENCH_ROWS=1000000 python -m tests.bench.whole_base  another size
python -m tests.bench.whole_base --page             puts the figures into docs/reference/performance.md

Every part runs in a process of its own, in turns; of each the medians of the processor's seconds and of wall time are
given, and the most memory that it ever held. The data is made, in batches, in a temporary folder that is removed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CDNOW = ROOT / "policies" / "cdnow"
POLICY = CDNOW / "service.tier"
AS_OF = "1998-07-01"
ROWS, SHORT_ROWS = 10_000_000, 20_000
ROUNDS = 3
SMALLER = 10
"""What takes long in rows (Spark, records of two channels) gets the tenth part of them."""

DUCKDB, KERNEL, APPLY = "DuckDB reads and writes the file", "deciding alone, columns in memory", "`apply`"
SQL, SIMULATE = "`sql` run by DuckDB, file to file", "`simulate`"
FEWER, SPARK = "`apply`, a tenth of the customers", "`apply --spark`, a tenth of the customers"
CONSOLIDATE, VALUE = "`consolidate`, two channels", "`value`, the 69,659 purchases of CDNOW"

Command = Sequence[str]
Row = dict[str, Any]


def measured(rows: int, rounds: int, *, all_of_it: bool = True) -> dict[str, Any]:
    """Figures of every part; of the first three alone where not all is asked for."""
    with tempfile.TemporaryDirectory(prefix="tierpolicy-bench-") as name:
        folder = Path(name)
        base, few = folder / "base.parquet", folder / "few.parquet"
        child("data", str(base), str(rows))
        parts = {
            DUCKDB: child_command("duckdb", str(base), str(folder / "copied.parquet")),
            KERNEL: child_command("kernel", str(base)),
            APPLY: own("apply", POLICY, base, "-o", folder / "decided.parquet", "--as-of", AS_OF),
        }
        if all_of_it:
            child("data", str(few), str(rows // SMALLER))
            parts |= further(folder, base, few, rows)
        found = turns(parts, rounds)
        return {
            "rows": rows,
            "cores": os.cpu_count(),
            "bytes": base.stat().st_size,
            "parts": [{"name": part, "rows": rows_of(part, rows), **found[part]} for part in parts],
        }


def further(folder: Path, base: Path, few: Path, rows: int) -> dict[str, Command]:
    """The other commands that work on whole bases."""
    child("channels", str(folder), str(rows // SMALLER))
    parts = {
        SQL: child_command("sql", str(base), str(folder / "by_sql.parquet")),
        SIMULATE: own("simulate", POLICY, "--on", base, "--as-of", AS_OF),
        FEWER: own("apply", POLICY, few, "-o", folder / "few_decided.parquet", "--as-of", AS_OF),
    }
    if find_spec("pyspark") is not None and shutil.which("java") is not None:
        target = folder / "by_spark"
        parts[SPARK] = own("apply", POLICY, few, "-o", target, "--as-of", AS_OF, "--spark", "local[*]")
    parts[CONSOLIDATE] = own(
        "consolidate", folder / "people.tier", folder / "channels.toml", "-o", folder / "one.parquet"
    )
    parts[VALUE] = own(
        "value", CDNOW / "purchases.csv", "-o", folder / "value.csv", "--margin", "30%", "--as-of", AS_OF
    )
    return parts


def rows_of(part: str, rows: int) -> int:
    if part == VALUE:
        return 69_659
    return {FEWER: rows // SMALLER, SPARK: rows // SMALLER, CONSOLIDATE: rows // SMALLER * 2}.get(part, rows)


# ---------------------------------------------------------------- processes


def own(*arguments: object) -> Command:
    return [sys.executable, "-m", "tierpolicy", *map(str, arguments)]


def child_command(*arguments: str) -> Command:
    return [sys.executable, "-m", "tests.bench.whole_base_parts", *arguments]


def child(*arguments: str) -> None:
    subprocess.run(child_command(*arguments), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def turns(parts: Mapping[str, Command], rounds: int) -> dict[str, Row]:
    """Every part once a round; medians."""
    found: dict[str, list[Row]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, command in parts.items():
            found[name].append(ran(command))
    return {
        name: {
            "wall": median(each["wall"] for each in each_round),
            "cpu": median(each["cpu"] for each in each_round),
            "peak": max(each["peak"] for each in each_round),
        }
        for name, each_round in found.items()
    }


def ran(command: Command) -> Row:
    """Seconds and the peak of memory (MiB) of a process. One that measures a part of itself prints the seconds."""
    begun = perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as remarks:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=remarks, env=os.environ | {"NO_COLOR": "1"})
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = perf_counter() - begun
        out.seek(0), remarks.seek(0)
        said, wrong = out.read(), remarks.read()
    assert process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}: {wrong[-2_000:]}"
    row = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
    return row | (json.loads(said.splitlines()[-1]) if "kernel" in command else {})


# ---------------------------------------------------------------- the page


def asked_for(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    by_name = {each["name"]: each for each in found["parts"]}
    apply, other = by_name[APPLY], by_name[DUCKDB]["cpu"] + by_name[KERNEL]["cpu"]
    rows = f"{found['rows']:,} customers"
    return [
        (
            f"`apply`, {rows}, times DuckDB's reading and writing and deciding alone",
            "≤ 2",
            f"{apply['cpu'] / other:.3g}",
        ),
        (f"`apply`, {rows}, peak of memory", "≤ 4 GiB", f"{apply['peak'] / 1024:.2f} GiB"),
    ]


def section(found: Mapping[str, Any]) -> list[str]:
    by_name = {each["name"]: each for each in found["parts"]}
    lines = [TEXT.format(rows=found["rows"], size=found["bytes"] / 2**20)]
    lines += ["|  | rows | processor | wall time | rows a second | peak of memory |", "|---|--:|--:|--:|--:|--:|"]
    for each in found["parts"]:
        speed = f"{each['rows'] / each['wall']:,.0f}"
        own = each["name"] != SPARK
        cpu, peak = (f"{each['cpu']:.2f} s", f"{each['peak']:,.0f} MiB") if own else ("–", "–")
        lines.append(f"| {each['name']} | {each['rows']:,} | {cpu} | {each['wall']:.2f} s | {speed} | {peak} |")
    together = by_name[DUCKDB]["cpu"] + by_name[KERNEL]["cpu"]
    said = [f"`apply` takes {by_name[APPLY]['cpu'] / together:.2f} times what the two lines above it take together"]
    if SQL in by_name:
        said.append(f"DuckDB takes {by_name[SQL]['cpu'] / by_name[APPLY]['cpu']:.2f} times as long for the same policy")
    lines += ["", f"In processor time, {'; '.join(said)}."]
    if SPARK in by_name:
        times = by_name[SPARK]["wall"] / by_name[FEWER]["wall"]
        lines += [f"On this one machine Spark takes {times:.1f} times the wall time of `apply`, its start included."]
    return [*lines, ""]


HEADING = "## Whole customer bases\n"
TEXT = f"""\
{HEADING}
{{rows:,}} made-up customers of the CDNOW policy in a Parquet file ({{size:,.0f}} MiB), each part in a process of its
own, start and loading of the policy included. The processor's seconds are those of all cores together; *peak* is the
most memory that the process ever held (of Spark neither is known: its work is done in processes of its own). The
second line is the work of deciding on columns that were read before, and nothing else.
"""


def put_into(page: str, found: Mapping[str, Any]) -> str:
    """A page of all benchmarks with these figures in the place of older ones."""
    before, _, rest = page.partition(HEADING)
    later = rest.find("\n## ")
    after = rest[later + 1 :] if rest and later >= 0 else ""
    lines = [line for line in before.rstrip().splitlines() if not line.startswith("| `apply`, ")]
    first = lines.index("## Asked for")
    last = next(at for at, line in enumerate(lines) if at > first and line.startswith("|") and not lines[at + 1])
    lines[last + 1 : last + 1] = [f"| {' | '.join(row)} |" for row in asked_for(found)]
    return "\n".join([*lines, "", *section(found)]) + (f"\n{after}" if after else "\n")


def main(arguments: Sequence[str]) -> None:
    short = "--short" in arguments
    rows = int(os.environ.get("BENCH_ROWS", SHORT_ROWS if short else ROWS))
    found = measured(rows, 1 if short else ROUNDS)
    if "--page" in arguments:
        page = ROOT / "docs" / "reference" / "performance.md"
        page.write_text(put_into(page.read_text(encoding="utf-8"), found), encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
