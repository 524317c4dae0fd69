"""The second factor in a browser: an app that is set up by its key, and its codes."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests import factors


def sets_up_an_app(page: Page) -> tuple[str, list[str]]:
    """Set up an app where nothing else is open, by typing its key; return the secret and the recovery codes."""
    expect(page).to_have_url(re.compile("/account/second-factor/$"))
    page.get_by_role("link", name=re.compile("验证器应用")).click()
    secret = page.locator("#key").inner_text().replace(" ", "")
    page.locator("#code").fill(factors.code(secret))
    page.get_by_role("button", name="启用验证器应用").click()
    expect(page).to_have_url(re.compile("/account/recovery-codes/$"))
    codes = page.locator("#codes li").all_inner_texts()
    return secret, codes


def types_a_code(page: Page, secret: str, windows: int = 0) -> None:
    """Answer the second step; a second time within a minute, with the code of the next half minute."""
    expect(page).to_have_url(re.compile("/sign-in/second/$"))
    factors.forget_spent_codes()
    page.locator("#code").fill(factors.code(secret, windows))
    page.get_by_role("button", name="继续登录").click()


def types_name_and_password(page: Page, login: str, password: str) -> None:
    """Answer the first step."""
    page.goto("/sign-in/")
    page.locator("#username").fill(login)
    page.locator("#password").fill(password)
    page.locator("form.form button").click()


def with_a_virtual_key(page: Page) -> Any:
    """Plug a security key into the browser that answers at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session
