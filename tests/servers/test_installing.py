"""`.ci/servers` installs what lacks, or says in one sentence what does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def installing(folder: Path, apt: str, java: str) -> subprocess.CompletedProcess[str]:
    """The script with another apt-get, and `java` as what says Java's version."""
    (folder / "bin").mkdir()
    for name, script in (("apt", apt), ("bin/java", java)):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    given = {**os.environ, "APT": str(folder / "apt"), "JAVA_HOME": str(folder)}
    return subprocess.run(["sh", ROOT / ".ci" / "servers"], env=given, capture_output=True, text=True)


def test_nothing_is_installed_where_all_is_there(tmp_path: Path) -> None:
    done = installing(tmp_path, f"touch {tmp_path}/called", """echo 'openjdk version "21.0.1" 2023-10-17' >&2""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "called").exists()


def test_an_old_java_lacks_and_why_it_stays_so_is_said(tmp_path: Path) -> None:
    done = installing(tmp_path, "exit 100", """echo 'openjdk version "11.0.1" 2018-10-16' >&2""")
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("the tests need openjdk-17-jre-headless, and ")


def test_what_lacks_is_installed(tmp_path: Path) -> None:
    newer = f"""sed -i s/11.0.1/17.0.1/ "{tmp_path}/bin/java" """
    apt = f"""echo "$*" >>"{tmp_path}/called"; [ "$1" = install ] && {newer}; exit 100"""
    update_works = apt.replace("exit 100", '[ "$1" = update ]')
    done = installing(tmp_path, update_works, """echo 'openjdk version "11.0.1" 2018-10-16' >&2""")
    if done.returncode and "only root can install it" in done.stderr:
        return  # a person's machine without sudo: said, nothing called
    assert done.returncode == 0, done.stderr  # although apt-get failed over something else
    called = (tmp_path / "called").read_text().splitlines()
    assert called == ["update --quiet", "install --yes --quiet --no-install-recommends openjdk-17-jre-headless"]
