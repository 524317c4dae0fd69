"""A department's system: registered by one official, released by a second, used with its key, and withdrawn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.systems import API
from tongdeng.kernel import clock

pytestmark = pytest.mark.browser
NAME = "人社业务系统"
TYPED = {
    "#name": NAME, "#login": "hrss-desk", "#contact": "信息科 0000-1", "#title_zh": "系统岗位",
    "#networks": "127.0.0.0/8", "#reason": "自己的系统里办件",
}  # fmt: skip


def is_fine(page: Page, name: str) -> None:
    """Hold a page to what everybody needs, on a wide screen and a small one."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert inaccessible(page) == []
        assert not is_too_wide(page)
        shoot(page, f"system-{name}-{width}")


def asks_for(page: Page) -> str:
    """Register the system with its first key, and return the key, which is shown this once."""
    page.goto("/systems/")
    page.get_by_role("link", name="接入一个系统").click()
    for field, text in TYPED.items():
        page.locator(field).fill(text)
    page.locator("#kind").select_option("hrss")
    page.locator("#division").select_option("990101000000")
    page.locator("#until").fill((clock.today() + timedelta(days=90)).isoformat())
    is_fine(page, "asked-for")
    page.get_by_role("button", name="提出，请另一个人批准").click()
    key = page.locator("#given").inner_text()
    assert key.startswith("td_")
    is_fine(page, "key-shown")
    return key


def test_a_system_is_registered_by_one_released_by_another_used_and_withdrawn(reader: Callable[..., Reader]) -> None:
    admin, outside = reader("admin"), reader().page.request
    key = asks_for(admin.page)

    def calls(with_key: str) -> int:
        return int(outside.get(f"{API}/services", headers={"Authorization": f"Bearer {with_key}"}).status)

    assert calls(key) == 401  # nobody has released it
    admin.page.goto("/systems/")
    expect(admin.page.locator("main")).to_contain_text("等待另一个人批准")
    expect(admin.page.get_by_role("button", name=f"批准接入 {NAME}", exact=True)).to_have_count(0)

    security = reader("security")
    security.page.goto("/systems/")
    is_fine(security.page, "waiting")
    security.page.get_by_role("button", name=f"批准接入 {NAME}", exact=True).click()
    expect(security.page.get_by_role("status").filter(has_text="已批准")).to_be_visible()
    is_fine(security.page, "released")
    assert calls(key) == 200
    assert calls(f"{key[:-4]}0000") == 401

    admin.page.goto("/systems/")
    admin.page.get_by_role("link", name=NAME).click()
    expect(admin.page.locator("main")).not_to_contain_text(key)
    expect(admin.page.locator("main")).to_contain_text("已接入")
    is_fine(admin.page, "in-use")
    admin.page.get_by_role("button", name="收回密钥").click()
    expect(admin.page.get_by_role("status").filter(has_text="密钥已收回")).to_be_visible()
    assert calls(key) == 401  # at once
    assert (admin.complaints, security.complaints) == ([], [])
