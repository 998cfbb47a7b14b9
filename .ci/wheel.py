"""Builds the sdist and, from it, the wheel; installs the wheel in a fresh environment and tries it elsewhere.

What works in a checkout may miss from the wheel: the grammar, the standard vocabulary, the error pages, the data of
the demo.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "requirements" / "ci.txt"

CARRIED = (
    "tierpolicy/py.typed",
    "tierpolicy/syntax/tier.lark",
    "tierpolicy/syntax/automaton.json",
    "tierpolicy/model/standard.tier",
    "tierpolicy/diagnostics/pages/T104.md",
    "tierpolicy/surfaces/cdnow/service.tier",
    "tierpolicy/surfaces/cdnow/customers.csv",
)

POLICY = "if lifetime_value > 100000 then priority=top, agent_pool=senior\n"

TRIAL = f"""
import sys
from pathlib import Path
import tierpolicy
assert Path(tierpolicy.__file__).is_relative_to(sys.prefix), tierpolicy.__file__
Path("one.tier").write_text({POLICY!r})
policy = tierpolicy.load("one.tier")
assert policy.evaluate({{"lifetime_value": 120_000}})["priority"] == "top"
assert policy.evaluate({{}})["priority"] == "normal"
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tierpolicy-wheel-") as folder:
        wheel = built(Path(folder))
        python = installed(wheel, Path(folder))
        tried(python, Path(folder) / "elsewhere")
    print("the wheel works outside the repository")


def built(folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT), quiet=True)
    [sdist], [wheel] = folder.glob("dist/*.tar.gz"), folder.glob("dist/*.whl")
    missing = set(CARRIED) - set(zipfile.ZipFile(wheel).namelist())
    assert not missing, f"the wheel lacks {sorted(missing)}"
    with tarfile.open(sdist) as archive:
        kept = {name.partition("/")[2] for name in archive.getnames()}
    assert {"grammar/tier.lark", "LICENSE", "README.md"} <= kept, "the sdist lacks what the wheel is built from"
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(str(python), "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS), str(wheel))
    return python


def tried(python: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    command = str(python.parent / "tierpolicy")
    run(str(python), "-I", "-c", TRIAL, cwd=elsewhere)
    for arguments in (["check", "one.tier"], ["explain", "T104"], ["fmt", "--check", "one.tier"], ["demo"]):
        wanted = (0, 1) if arguments[0] == "fmt" else (0,)
        run(command, *arguments, cwd=elsewhere, quiet=True, wanted=wanted)
    run(command, "init", "mine", cwd=elsewhere, quiet=True)
    run(command, "check", "mine", cwd=elsewhere, quiet=True)


def run(*command: str, cwd: Path | None = None, quiet: bool = False, wanted: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=quiet, text=True)
    if done.returncode not in wanted:
        print(done.stdout or "", done.stderr or "", sep="\n", file=sys.stderr)
        sys.exit(f"failed with {done.returncode}: {' '.join(command)}")


if __name__ == "__main__":
    main()
