"""The cluster engine: Spark judges the conditions, of one machine or of many. It needs the extra `spark` and Java."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.dialects import SPARK, date_literal, identifier, text_literal
from tongdeng.rules.model import Law
from tongdeng.rules.sql import Piece, states_select

if TYPE_CHECKING:
    import duckdb

MASTER = "TONGDENG_SPARK_MASTER"
OLDEST_JAVA = 17
# A name that no fact can have.
_ROW = "row number"
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A number that does not fit must stop the run, not turn into an unknown.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    # A hundred nested divisions are as many queries inside each other.
    "spark.sql.analyzer.maxIterations": "1000",
    "spark.sql.optimizer.maxIterations": "1000",
    # Files of others count days as we do; Spark would ask about those before 1582.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
_QUIET = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.console.type = Console
appender.console.name = stderr
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = Spark: %m%n
"""


def find_java() -> str | None:
    """Return the Java that Spark will start, or None where none is 17 or newer."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if program is None:
        return None
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    return program if version and int(version.group(1)) >= OLDEST_JAVA else None


@contextmanager
def session() -> Iterator[Any]:
    """Give a Spark session with our settings: of this process's Spark where there is one, else of one started for this.

    The master is `local[2]`, or what TONGDENG_SPARK_MASTER names: `local-cluster[2,1,1024]`, `spark://host:7077`.
    """
    check_ready()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        own = running.newSession()
        for name, value in _SETTINGS.items():
            if name.startswith("spark.sql."):
                own.conf.set(name, value)
        yield own
        return
    with tempfile.TemporaryDirectory(prefix="tongdeng-") as folder:
        with _told():
            started = _start(SparkSession.builder, Path(folder))
        try:
            yield started
        finally:
            started.stop()


def _master() -> str:
    return os.environ.get(MASTER) or "local[2]"


def check_ready() -> None:
    """Raise UnusableInput where Spark or Java is missing."""
    if find_spec("pyspark") is None:
        fact = Text("没有安装 Spark（pyspark）。", "Spark (pyspark) is not installed.")
        remedy = Text(
            "安装：uv sync --extra spark，或 pip install 'tongdeng[spark]'；或改用 --engine duckdb。",
            "Install it with uv sync --extra spark, or pip install 'tongdeng[spark]'; or use --engine duckdb.",
        )
        raise UnusableInput("rules.spark.not_installed", fact, place="--engine spark", remedy=remedy)
    if find_java() is None:
        fact = Text(
            f"Spark 需要 Java {OLDEST_JAVA} 或更新版本，本机没有。",
            f"Spark needs Java {OLDEST_JAVA} or newer; this machine has none.",
        )
        remedy = Text(
            "安装 openjdk-17-jre-headless，或用 JAVA_HOME 指明；或改用 --engine duckdb。",
            "Install openjdk-17-jre-headless, or name one in JAVA_HOME; or use --engine duckdb.",
        )
        raise UnusableInput("rules.spark.no_java", fact, place="JAVA_HOME", remedy=remedy)


def _start(builder: Any, folder: Path) -> Any:
    master = _master()
    settings = {**_SETTINGS, "spark.sql.warehouse.dir": str(folder / "warehouse")}
    if master.startswith("local"):
        # Nothing of a run on one machine may be reached from another.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="ascii")
    settings["spark.driver.extraJavaOptions"] = f"-Dlog4j2.configurationFile=file:{quiet}"
    builder = builder.master(master).appName("tongdeng rules")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Spark raises into an error that a person can read."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        fact = Text(f"Spark 未能完成：{reason}", f"Spark did not finish: {reason}")
        remedy = Text(f"检查 {MASTER}，或改用 --engine duckdb。", f"Check {MASTER}, or use --engine duckdb.")
        raise UnusableInput("rules.spark.failed", fact, place=_master(), remedy=remedy) from error


def make_states(
    db: duckdb.DuckDBPyConnection, law: Law, day: date, wanted: Sequence[Piece], keys: Sequence[str], beside: Path
) -> None:
    """Make the table `states` from the table `facts`, in its order, as the duckdb engine would.

    The tables travel as Parquet through a folder in `beside`, which the machines of a cluster must all see.
    """
    with tempfile.TemporaryDirectory(prefix=".spark-", dir=beside) as folder, session() as spark:
        facts, states = Path(folder, "facts.parquet"), Path(folder, "states")
        numbered = f"SELECT *, row_number() OVER () AS {identifier(_ROW)} FROM facts"
        db.execute(f"COPY ({numbered}) TO {text_literal(str(facts))} (FORMAT parquet)")
        with _told():
            judge(spark, law, day, wanted, (_ROW, *keys), facts, states)
        columns = [*map(identifier, keys)]
        columns += [
            f"CAST({identifier(piece.column)} AS {piece.state_type()}) AS {identifier(piece.column)}"
            for piece in wanted
        ]
        written = text_literal(f"{states}/*.parquet")
        db.execute(
            f"CREATE TEMP TABLE states AS SELECT {', '.join(columns)} FROM read_parquet({written})"
            f" ORDER BY {identifier(_ROW)}"
        )


def judge(
    spark: Any, law: Law, day: date, wanted: Sequence[Piece], keys: Sequence[str], facts: Path, states: Path
) -> None:
    """Read a Parquet file of facts and write a folder of Parquet files with each row's keys and states."""
    spark.read.parquet(f"file://{facts.absolute()}").createOrReplaceTempView("facts")
    query = states_select(law, wanted, relation="facts", keys=keys, day=date_literal(day), dialect=SPARK)
    spark.sql(query).write.parquet(f"file://{states.absolute()}")
