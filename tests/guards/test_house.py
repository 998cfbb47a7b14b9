"""Rules of the house that no linter knows: functions from a folder to findings, each proved by a planted violation."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tierpolicy.diagnostics.codes import FAMILIES, catalogue
from tierpolicy.diagnostics.diagnostic import Code

ROOT = Path(__file__).parents[2]

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60


def modules(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.glob("tierpolicy/**/*.py")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def long_modules(root: Path) -> list[str]:
    """Modules in which a second subject has moved in."""
    return [f"{path}: {lines} lines" for path, text in modules(root) if (lines := text.count("\n")) > LONGEST_MODULE]


def long_functions(root: Path) -> list[str]:
    """Functions that are too long to be read in one breath."""
    return [
        f"{path}: {node.name} has {lines} lines"
        for path, text in modules(root)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def modules_without_docstring(root: Path) -> list[str]:
    """Modules that don't say what turns into what. Packages that only hold others may be empty."""
    return [path for path, text in modules(root) if text.strip() and ast.get_docstring(ast.parse(text)) is None]


def vague_names(root: Path) -> list[str]:
    """Modules, functions and classes named after nothing."""
    vague = re.compile(r"(^|_)(helpers?|managers?|utils?|misc)($|_)|(Helper|Manager|Utils?)$")
    found = [path for path, _ in modules(root) if any(vague.search(part) for part in Path(path).with_suffix("").parts)]
    for path, text in modules(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and vague.search(node.name):
                found.append(f"{path}: {node.name}")
    return found


def code_that_runs_text(root: Path) -> list[str]:
    """Calls that would run text as code."""
    return [
        f"{path}:{node.lineno}: {node.func.id}"
        for path, text in modules(root)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "__import__")
    ]


def codes_outside_the_catalogue(root: Path) -> list[str]:
    """Codes made elsewhere than in the family modules."""
    return [
        f"{path}:{node.lineno}"
        for path, text in modules(root)
        if not path.startswith("tierpolicy/diagnostics/")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Code"
    ]


def unused_codes(root: Path) -> list[str]:
    """Codes that no finding carries."""
    names = {name: value for family in FAMILIES for name, value in vars(family).items() if isinstance(value, Code)}
    used: set[str] = set()
    for path, text in modules(root):
        if not path.startswith("tierpolicy/diagnostics/codes/"):
            used |= set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", text))
    return sorted(f"{code.code} {name}" for name, code in names.items() if name not in used)


# Written in pieces, or this file would be a finding.
PLACES = "|".join(("work", "root", "home", "Users"))
MACHINE = re.compile(rf"(?<![\w.>~-])/(?:{PLACES})/\w|\.\./sh" + r"ared\b|/tmp/br" + r"ief")
LEFT_OUT = {"__pycache__", "dist", "build", "node_modules"}
TEXTS = {".py", ".md", ".tier", ".toml", ".txt", ".lark", ".yaml", ".yml", ".json", ".csv", ".jsonl", ".cfg", ""}


def machine_paths(root: Path) -> list[str]:
    """Mentions of a place that only one machine has."""
    found = []
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        hidden = any(part.startswith(".") and part != ".ci" for part in inside.parts[:-1])
        if hidden or LEFT_OUT & set(inside.parts) or path.suffix not in TEXTS or not path.is_file():
            continue
        if inside.name in (".git", ".coverage") or path.stat().st_size > 20_000_000:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{inside.as_posix()}: {match[0]}" for match in MACHINE.finditer(text)]
    return found


GUARDS: list[tuple[Callable[[Path], list[str]], str, str]] = [
    (long_modules, "tierpolicy/planted.py", "x = 1\n" * (LONGEST_MODULE + 1)),
    (long_functions, "tierpolicy/planted.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (modules_without_docstring, "tierpolicy/planted.py", "x = 1\n"),
    (vague_names, "tierpolicy/check/utils.py", ""),
    (vague_names, "tierpolicy/planted.py", "class PolicyManager: ...\n"),
    (code_that_runs_text, "tierpolicy/planted.py", "def f(text):\n    return eval(text)\n"),
    (codes_outside_the_catalogue, "tierpolicy/check/planted.py", "X = diagnostic.Code('T199', 1, 'x')\n"),
    (machine_paths, "docs/planted.md", "See /ho" + "me/me/notes.\n"),
    (machine_paths, "tests/planted.py", "DATA = '../sh" + "ared/data'\n"),
]


@pytest.mark.parametrize("guard", list(dict.fromkeys(guard for guard, _, _ in GUARDS)))
def test_the_house_keeps_its_rules(guard: Callable[[Path], list[str]]) -> None:
    assert guard(ROOT) == []


@pytest.mark.parametrize(("guard", "where", "text"), GUARDS)
def test_a_planted_violation_is_seen(guard: Callable[[Path], list[str]], where: str, text: str, tmp_path: Path) -> None:
    assert guard(tmp_path) == []
    (tmp_path / where).parent.mkdir(parents=True)
    (tmp_path / where).write_text(text, encoding="utf-8")
    assert len(guard(tmp_path)) == 1


def test_every_code_is_used() -> None:
    assert unused_codes(ROOT) == []


def test_a_code_that_nothing_uses_is_seen(tmp_path: Path) -> None:
    (tmp_path / "tierpolicy").mkdir()
    (tmp_path / "tierpolicy" / "planted.py").write_text("x = 1\n", encoding="utf-8")
    assert len(unused_codes(tmp_path)) == len(catalogue())


def mixed_up_codes(codes: list[tuple[str, str]]) -> list[str]:
    """Codes that don't belong to their family, and codes that stand twice. `codes`: family prefix and code."""
    found = [code for prefix, code in codes if not re.fullmatch(prefix + r"\d\d", code)]
    every = [code for _, code in codes]
    return found + sorted({code for code in every if every.count(code) > 1})


PREFIXES = ("T0", "T1", "T2", "T3", "T4", "T5", "T7", "T9")


def test_codes_stand_in_their_family_and_once() -> None:
    codes = [
        (prefix, value.code)
        for prefix, family in zip(PREFIXES, FAMILIES, strict=True)
        for value in vars(family).values()
        if isinstance(value, Code)
    ]
    assert mixed_up_codes(codes) == []
    assert mixed_up_codes([("T1", "T104"), ("T1", "T204"), ("T1", "T104"), ("T0", "T01")]) == ["T204", "T01", "T104"]


NOT_FOR_ONE_DECISION = ("z3", "numpy", "typer", "rich", "jinja2", "pyarrow", "hypothesis", "pytest")


def loaded_by(text: str) -> list[str]:
    """Which of the heavier packages are loaded after running `text` in a fresh interpreter."""
    ask = f"{text}\nimport sys\nprint([name for name in {NOT_FOR_ONE_DECISION!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: list[str] = ast.literal_eval(done.stdout)
    return found


def test_one_decision_loads_little(tmp_path: Path) -> None:
    policy = tmp_path / "one.tier"
    policy.write_text("if lifetime_value > 100000 then priority=top, agent_pool=senior\n", encoding="utf-8")
    ask = (
        f"import tierpolicy\npolicy = tierpolicy.load({str(policy)!r})\npolicy.evaluate({{'lifetime_value': 120_000}})"
    )
    assert loaded_by(ask) == []
    assert loaded_by("import rich") == ["rich"]
