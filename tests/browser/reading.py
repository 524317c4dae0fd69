"""What one reader does in the browser, and what the browser complains about meanwhile."""

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = {"runOnly": RULES, "resultTypes": ["violations"]}  # what passes need not be written down: half the time
SHOTS = os.environ.get("TONGDENG_SHOTS")  # a folder: whoever designs pages looks at them there
SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Reader:
    """A page somebody reads; `complaints` are the browser's errors and reports of broken content policy."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the first request on."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")


def sign_in(page: Page, login: str) -> None:
    """Sign in as one of the demo's staff."""
    page.goto("/sign-in/")
    page.locator("#username").fill(login)
    page.locator("#password").fill(f"demo-{login}")
    page.locator("form.form button").click()
    expect(page.locator(".me, main.kiosk")).to_be_visible()  # a device has no menu


def inaccessible(page: Page) -> list[str]:
    """Return what axe finds on the page, one line each."""
    found = Axe().run(page, options=ASKED).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})" for one in found]


def is_too_wide(page: Page) -> bool:
    """Tell whether the page itself, not a table inside it, scrolls sideways."""
    return bool(page.evaluate(SPILLS))


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for pictures."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def coverage(page: Page, place: str = "") -> tuple[int, int]:
    """Return the numerator and denominator that the home page's card of S1a shows."""
    page.goto(f"/?place={place}" if place else "/")
    card = page.locator(".figure", has=page.get_by_role("link", name="S1a", exact=True))
    shown = re.search(r"([\d,]+) / ([\d,]+)", card.inner_text())
    assert shown, card.inner_text()
    return int(shown[1].replace(",", "")), int(shown[2].replace(",", ""))


def open_until(page: Page, address: str, *, link: str) -> None:
    """Open a page anew until a job has brought a link of this name there; at most a minute."""
    last = time.monotonic() + 60
    page.goto(address)
    while not page.get_by_role("link", name=link).count() and time.monotonic() < last:
        page.wait_for_timeout(200)
        page.goto(address)


def wait_for_coverage(page: Page, wanted: tuple[int, int], place: str = "") -> None:
    """Open the home page anew until the worker process has brought the card of S1a there; at most a minute."""
    last = time.monotonic() + 60
    while (shown := coverage(page, place)) != wanted and time.monotonic() < last:
        page.wait_for_timeout(200)
    assert shown == wanted
