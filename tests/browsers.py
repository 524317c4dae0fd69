"""A real browser: `./run` names it in `TONGDENG_BROWSER`. Without one the browser tests are skipped, loudly."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

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
