"""Spark on this machine: one session for all tests of a worker. Without it or Java its tests are skipped, loudly."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tongdeng.rules.engines.spark import find_java, session

skipped: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Spark where it cannot run."""
    wanted = [item for item in items if item.get_closest_marker("spark")]
    if wanted and (find_spec("pyspark") is None or find_java() is None):
        for item in wanted:
            item.add_marker(pytest.mark.skip(reason="no pyspark, or no Java 17, on this machine"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember the Spark tests that did not run."""
    if report.skipped and "spark" in report.keywords:
        skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where Spark was demanded and a Spark test was skipped all the same."""
    is_controller = "PYTEST_XDIST_WORKER" not in os.environ
    if skipped and is_controller and os.environ.get("TONGDENG_SPARK_REQUIRED"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it so that nobody misses it."""
    if skipped:
        terminalreporter.write_line(f"NOT TESTED ON SPARK: {len(skipped)} tests were skipped.", red=True, bold=True)


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Give the session that all Spark tests of this worker share."""
    with session() as shared:
        yield shared
