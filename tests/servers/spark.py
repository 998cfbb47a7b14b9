"""A Spark of the tests' own process: one Java machine, one small local session at a time.

Starting Java takes seconds, so all tests of a process share it. Where it can't be had, tests fail.
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest

INSTALL = "these tests need Java 17 or newer: apt-get install openjdk-17-jre-headless (or your system's package)"
LOCAL = "local[2]"
QUIET = Path(__file__).with_name("log4j2.properties")

# Java compiles quickly rather than well: no test runs long enough to gain by more.
JAVA = f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.configurationFile=file:{QUIET}"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "512m",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


@pytest.fixture
def spark() -> Any:
    """A session with two threads; it may be shared with other tests, so settings stay as they are."""
    return session_on(LOCAL)


def session_on(master: str) -> Any:
    """The session on `master`; one on another master ends."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail(INSTALL, pytrace=False)
    return _sessions(master)


def _sessions(master: str) -> Any:
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        if running.sparkContext.master == master:
            return running
        running.stop()
    _environment()
    builder = SparkSession.builder.master(master).appName("tierpolicy's tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the newest pandas
        return builder.getOrCreate()


@cache
def _environment() -> None:
    """What Spark's own processes need: this Python, and no look-up of this machine's name."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
