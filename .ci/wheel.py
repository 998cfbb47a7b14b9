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
    "tierpolicy/surfaces/cdnow/service.calibration.toml",
    "tierpolicy/surfaces/cdnow/customers.csv",
    "tierpolicy/surfaces/cdnow/purchases.csv",
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

LACKING = """
try:
    from tierpolicy.testing import customers
except ImportError as error:
    assert "pip install 'tierpolicy[testing]'" in str(error), error
else:
    raise AssertionError("Hypothesis is not in the environment of the wheel")
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tierpolicy-wheel-") as folder:
        wheel = built(Path(folder))
        python = installed(wheel, Path(folder))
        tried(python, Path(folder) / "elsewhere")
        tested_without_packages_for_tests(python, Path(folder) / "elsewhere")
        install(python, f"{wheel}[data,testing]")
        tested(python, Path(folder) / "elsewhere")
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
    run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install(python, str(wheel))
    return python


def install(python: Path, what: str) -> None:
    """Installs with this Python's pip; code is compiled when it is loaded, since most of it never is."""
    pip = (sys.executable, "-m", "pip", "--python", str(python))
    run(*pip, "install", "--quiet", "--no-compile", "--constraint", str(CONSTRAINTS), what)


def tried(python: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    command = str(python.parent / "tierpolicy")
    run(str(python), "-I", "-c", TRIAL, cwd=elsewhere)
    for arguments in (["check", "one.tier"], ["explain", "T104"], ["fmt", "--check", "one.tier"]):
        wanted = (0, 1) if arguments[0] == "fmt" else (0,)
        run(command, *arguments, cwd=elsewhere, quiet=True, wanted=wanted)
    run(command, "init", "mine", cwd=elsewhere, quiet=True)
    run(command, "check", "mine", cwd=elsewhere, quiet=True)


def tested_without_packages_for_tests(python: Path, elsewhere: Path) -> None:
    """The command needs no extra; strategies and the demonstration say what to install."""
    run(str(python.parent / "tierpolicy"), "demo", cwd=elsewhere, quiet=True, wanted=(2,))
    said = run(str(python.parent / "tierpolicy"), "test", "mine", cwd=elsewhere, quiet=True)
    assert "8 passed" in said, said
    run(str(python), "-I", "-c", LACKING, cwd=elsewhere)


def tested(python: Path, elsewhere: Path) -> None:
    """With the extras, the demonstration goes its whole road, and pytest finds the policies by itself."""
    command = str(python.parent / "tierpolicy")
    said = run(command, "demo", cwd=elsewhere, quiet=True)
    assert "23,570 decisions" in said, said
    assert "<html" in (elsewhere / "tierpolicy-demo" / "simulation.html").read_text(encoding="utf-8")
    said = run(command, "test", "mine", "--coverage", "--html", "coverage.html", cwd=elsewhere, quiet=True)
    assert "100%" in said, said
    assert "<html" in (elsewhere / "coverage.html").read_text(encoding="utf-8")
    run(command, "mutate", "mine", "--most", "5", "--jobs", "1", cwd=elsewhere, quiet=True)
    pytest = (str(python), "-m", "pytest", "-p", "no:cacheprovider")
    said = run(*pytest, "mine/service.tier", "--tier-coverage", cwd=elsewhere, quiet=True)
    assert "8 passed" in said, said
    said = run(*pytest, "mine", "-k", "nine", "-v", cwd=elsewhere, quiet=True)
    assert "service.tier::case::valued, nine complaints PASSED" in said, said


def run(*command: str, cwd: Path | None = None, quiet: bool = False, wanted: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=quiet, text=True)
    if done.returncode not in wanted:
        print(done.stdout or "", done.stderr or "", sep="\n", file=sys.stderr)
        sys.exit(f"failed with {done.returncode}: {' '.join(command)}")
    return done.stdout or ""


if __name__ == "__main__":
    main()
