"""One Spark session for all tests: two executors, each a process of its own on this machine.

With ``SPARK_REMOTE=local[2]``, or the address of a server, the session is one of Spark Connect.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.source import ROOT


def why_not() -> str:
    """Say why Spark cannot run here; empty where it can."""
    java = shutil.which("java")
    if java is None:
        return "Spark needs Java 17 or later, and there is no java"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    number = said.partition('version "')[2].partition(".")[0]
    return "" if number.isdigit() and int(number) >= 17 else f"Spark needs Java 17 or later: {said!r:.80}"


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    if lacking := why_not():
        pytest.skip(lacking)
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        remote = os.environ.get("SPARK_REMOTE")
        builder: Any = SparkSession.builder
        builder = builder.remote(remote) if remote else builder.master("local-cluster[2,1,1024]")
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.memory": "1g",
            "spark.driver.host": "127.0.0.1",
            "spark.executorEnv.PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "spark.executorEnv.OMP_NUM_THREADS": "1",
            "spark.sql.shuffle.partitions": "3",
            # an instant is an instant, whatever zone the session prints it in
            "spark.sql.session.timeZone": "America/Lima",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        if not remote:
            session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()
