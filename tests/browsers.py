"""A real browser: `./run` names it in `TONGDENG_BROWSER`. Without one the browser tests are skipped, loudly."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.databases import PEOPLE, SEED, SmallCounty, environment
from tongdeng.audit.types import command

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
skipped: list[str] = []


def browser_path() -> str | None:
    """Return the browser that `./run` found, else the system's own."""
    return os.environ.get("TONGDENG_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what drives a browser where there is none."""
    if browser_path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no browser on this machine"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember the browser tests that did not run."""
    if report.skipped and "browser" in report.keywords:
        skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where a browser was demanded and a browser test was skipped all the same."""
    is_controller = "PYTEST_XDIST_WORKER" not in os.environ
    if skipped and is_controller and os.environ.get("TONGDENG_BROWSER_REQUIRED"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it so that nobody misses it."""
    if skipped:
        terminalreporter.write_line(f"NOT TESTED IN A BROWSER: {len(skipped)} tests were skipped.", red=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Give a headless browser, by Playwright."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # The sandbox needs rights that root in a container does not have.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        yield browser
        browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(900):  # on a busy machine a start takes long
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310  our own server
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"`tongdeng serve` did not become ready: exit code {server.poll()}")


@contextmanager
def served() -> Iterator[str]:
    """Serve this worker's database, web and worker, and give the address."""
    port = _free_port()
    words = [sys.executable, "-m", "tongdeng.cli.main", "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(words, env=environment())
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def site(determined_county: SmallCounty) -> Iterator[str]:
    """Serve the determined county to the demo's staff, and give the address."""
    from tongdeng.access import actions as access
    from tongdeng.cli import demo_staff

    demo_staff.add_everyone()
    access.mark_demo(marks={"people": PEOPLE, "seed": SEED}, by=command("setup"))
    with served() as address:
        yield address
