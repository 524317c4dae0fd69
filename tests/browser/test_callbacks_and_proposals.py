"""A sample is drawn and called back on a phone; a service that needs no application is given after a yes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, inaccessible, is_too_wide

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "has_touch": True}
SMALL = """() => [...document.querySelectorAll('.asks button, .asks .choices label')]
    .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""


def is_sound(page: Page) -> None:
    """Hold a page to what a tired thumb and a reader of screens need."""
    assert inaccessible(page) == []
    assert not is_too_wide(page)
    assert page.evaluate(SMALL) == []


def told_to(worker: Page) -> str:
    """Let the worker record a decline without signature, and return the person's name."""
    worker.goto("/owed/")
    name = worker.locator("#panel-name").inner_text().split()[0]
    worker.get_by_text("告知后谢绝", exact=True).last.click()
    worker.locator("#record").click()
    expect(worker.locator("#toast")).to_contain_text("已告知")
    return name


def test_a_decline_is_called_back_on_a_phone_and_undone(reader: Callable[..., Reader]) -> None:
    worker, office = reader("worker").page, reader("office")
    name = told_to(worker)
    office.page.goto("/callbacks/?place=990101001001")
    office.page.locator("#size").fill("200")
    office.page.get_by_role("button", name="随机抽取").click()
    expect(office.page.locator("#toast")).to_contain_text("已抽取")
    assert inaccessible(office.page) == []
    worker.goto("/callbacks/")
    expect(worker.locator("main")).to_contain_text("是您记录的")  # the recorder does not call
    expect(worker.locator(".asks > li", has_text=name)).to_have_count(0)

    desk = reader("town", **PHONE)
    page = desk.page
    page.goto("/callbacks/")
    item = page.locator(".asks > li", has_text=name).first
    is_sound(page)
    expect(item.locator("a[href^='tel:']")).to_have_count(0)
    item.get_by_role("button", name="显示电话号码").tap()
    expect(item.locator("a[href^='tel:']")).to_have_attribute("href", re.compile(r"tel:100\d{8}"))
    item.get_by_role("button", name="确认谢绝").tap()
    expect(page.locator("#toast")).to_contain_text("已记录")
    done = page.locator(".receipt li", has_text=name)
    expect(done).to_contain_text("本人确认谢绝")
    is_sound(page)
    done.get_by_role("button", name="撤回").tap()
    expect(page.locator("#toast")).to_contain_text("已撤回")
    page.locator(".asks > li", has_text=name).first.get_by_role("button", name="需要这项服务").tap()
    expect(page.locator("section", has=page.locator("#wishes-title"))).to_contain_text(name)
    is_sound(page)
    assert desk.complaints == []


def test_a_service_is_proposed_and_given_only_after_a_yes(reader: Callable[..., Reader]) -> None:
    desk = reader("clerk", **PHONE)
    page = desk.page
    page.goto("/proposals/")
    first = page.locator(".asks > li").first
    name = first.locator("b").inner_text()
    is_sound(page)
    first.get_by_role("button", name="要，记为已提供").tap()
    expect(page.locator(".late").first).to_contain_text("没有确认就不能记为已提供")
    assert inaccessible(page) == []
    again = page.locator(".asks > li", has_text=name).first
    again.get_by_text("签字", exact=True).tap()
    again.get_by_role("button", name="要，记为已提供").tap()
    expect(page.locator("#toast")).to_contain_text("已记录")
    page.locator("#toast").get_by_role("button", name="撤回").tap()
    expect(page.locator("#toast")).to_contain_text("已撤回")
    expect(page.locator(".asks > li", has_text=name).first).to_be_visible()
    assert [one for one in desk.complaints if "422" not in one] == []  # the refusal was asked for
