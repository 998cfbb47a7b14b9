"""A session of Spark for a command, and what goes wrong in it as one sentence: no trace of Java reaches people."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.spark.frames import NEEDED

MASTER = re.compile(r"local(\[[^\]]+\])?|local-cluster\[[^\]]+\]|yarn|(spark|k8s)://.+")
MASTERS = "a master is `local[*]` (all cores of this machine), `spark://host:7077`, `yarn` or `k8s://https://host:6443`"
NO_JAVA = "Spark needs Java 17 or newer, which isn't there: install it (Debian: `apt-get install default-jre-headless`)"
LONGEST = 300

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
ALWAYS = {
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}

# What Spark says when something is known to be amiss, and that in words for people.
KNOWN = (
    (r"No module named '(tierpolicy[\w.]*)'", "the workers' Python has no `tierpolicy`; install it there, or send it"),
    (r"No module named '([\w.]+)'", "the workers' Python lacks `{0}`: install `tierpolicy[spark]` there, or send it"),
    (r"PYTHON_VERSION_MISMATCH", "the workers run another version of Python than this one; set PYSPARK_PYTHON"),
    (r"Cannot run program \"([^\"]+)\"", "the workers can't run Python as `{0}`; set PYSPARK_PYTHON"),
    (r"\[PATH_NOT_FOUND\] Path does not exist: (\S+?)\.? SQLSTATE", "there is nothing at `{0}`"),
    (r"\[PATH_ALREADY_EXISTS\] Path (\S+) already exists", "`{0}` exists already; name another place"),
    (r"Could not parse Master URL: '([^']*)'", "`{0}` is no master that Spark knows"),
    (r"All masters are unresponsive", "no Spark answers there"),
    (r"UnknownHostException: ([\w.-]+)", "there is no machine called `{0}`"),
    (
        r"(No FileSystem for scheme|UNSUPPORTED_FILE_SYSTEM)\W+\"?(\w+)",
        "Spark here knows no places `{1}://`",
    ),
    (r"OutOfMemoryError", "Spark ran out of memory; give it more by `spark.driver.memory` or `spark.executor.memory`"),
    (r"No space left on device", "the disk is full"),
    (
        r"is not a Parquet file|CANNOT_READ_FILE_FOOTER|not a Parquet file",
        "a file is no Parquet file, or damaged",
    ),
    (r"UNABLE_TO_INFER_SCHEMA", "there are no Parquet files"),
    (r"Permission denied", "the system doesn't allow it (permission denied)"),
)


@contextmanager
def session_on(master: str) -> Iterator[Any]:
    """A session on a master, ended with the block. UnusableFile says why there is none, or what went wrong in it."""
    if not MASTER.fullmatch(master):
        raise UnusableFile(f"`{master}` is no master of Spark: {MASTERS}")
    try:
        import pandas  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError:
        raise UnusableFile(NEEDED) from None
    is_local = master.startswith("local")
    if is_local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="tierpolicy-spark-") as folder:
        log = Path(folder) / "log"
        with _silent(log), _told(master, log), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            builder = SparkSession.builder.master(master).appName("tierpolicy apply")
            for name, value in ({**ALWAYS, **LOCAL} if is_local else ALWAYS).items():
                builder = builder.config(name, value)
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("OFF")
        try:
            with _told(master, log), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield session
        finally:
            with _silent(log):
                session.stop()


@contextmanager
def _silent(log: Path) -> Iterator[None]:
    """What this process and those that it starts write to stderr goes to a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def _told(master: str, log: Path) -> Iterator[None]:
    """Whatever Spark raises, as UnusableFile."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped, unused-ignore]
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        said = str(error)
        if "JAVA_GATEWAY_EXITED" in said:
            told = log.read_text(errors="replace")
            java = (
                "Unable to locate a Java" in told or "JAVA_HOME is not set" in told or "UnsupportedClassVersion" in told
            )
            raise UnusableFile(NO_JAVA if java or not told.strip() else sentence(told, master)) from None
        raise UnusableFile(sentence(said, master)) from None
    except Py4JError as error:
        raise UnusableFile(sentence(str(error), master)) from None


def sentence(said: str, master: str) -> str:
    """One sentence of what Spark said on many lines."""
    for pattern, words in KNOWN:
        found = re.search(pattern, said)
        if found:
            return f"Spark on `{master}` failed: {words.format(*found.groups())}"
    return f"Spark on `{master}` failed: {reason_in(said)}"


TRACE = re.compile(
    r"^\s*(at |\.\.\. |File \"|Traceback|\^|Driver stacktrace|An error occurred|An exception was thrown)"
)
CLASS = re.compile(r"^(: |Caused by: |\w*Exception: |\w*Error: |[\w.$]+(Exception|Error): )+")


def reason_in(said: str) -> str:
    """The last cause that is named: what stands behind the names of its classes."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not TRACE.match(line)]
    causes = [line for line in lines if line.startswith("Caused by:")] or [line for line in lines if CLASS.match(line)]
    line = causes[-1] if causes else lines[0] if lines else "it said no more"
    text = re.sub(r"\s*SQLSTATE: \w+", "", CLASS.sub("", line)).strip()
    return f"{text[:LONGEST]} …" if len(text) > LONGEST else text or "it said no more"
