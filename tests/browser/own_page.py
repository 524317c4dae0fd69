"""Coming in at /my/ in a browser: the phone, the code that the worker process sent, and the notice."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import inaccessible, shoot
from tests.residents import codes


def code_for(phone: str, had: int) -> str:
    """Return the code once the worker has sent it; so many had been sent before it was asked for."""
    last = time.monotonic() + 60
    while time.monotonic() < last:
        if len(sent := codes(phone)) > had:
            return sent[-1]
        time.sleep(0.2)
    pytest.fail("no code was sent")


def come_in(page: Page, *, phone: str, number: str) -> None:
    """Sign in by a code, and read the notice."""
    page.goto("/my/")
    assert inaccessible(page) == []
    shoot(page, "my-sign-in")
    page.locator("#phone").fill(phone)
    had = len(codes(phone))
    page.locator("button.go").click()
    expect(page.locator("#code")).to_be_visible()
    assert inaccessible(page) == []
    shoot(page, "my-code")
    page.locator("#code").fill(code_for(phone, had))
    page.locator("#number_end").fill(number[-4:])
    page.locator("button.go").click()
    expect(page).to_have_url(re.compile("/notices/register/"))
    page.locator("a.go").click()
