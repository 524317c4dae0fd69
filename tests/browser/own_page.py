"""Coming in at /my/ in a browser: the phone, the code that the worker process sent, and the notice."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import inaccessible, shoot
from tests.residents import newest_code


def code_for(phone: str) -> str:
    """Return the code once the worker has sent it."""
    last = time.monotonic() + 60
    while time.monotonic() < last:
        try:
            return newest_code(phone)
        except StopIteration:
            time.sleep(0.2)
    pytest.fail("no code was sent")


def come_in(page: Page, *, phone: str, number: str) -> None:
    """Sign in by a code, and read the notice."""
    page.goto("/my/")
    assert inaccessible(page) == []
    shoot(page, "my-sign-in")
    page.locator("#phone").fill(phone)
    page.locator("button.go").click()
    expect(page.locator("#code")).to_be_visible()
    assert inaccessible(page) == []
    shoot(page, "my-code")
    page.locator("#code").fill(code_for(phone))
    page.locator("#number_end").fill(number[-4:])
    page.locator("button.go").click()
    expect(page).to_have_url(re.compile("/notices/register/"))
    page.locator("a.go").click()
