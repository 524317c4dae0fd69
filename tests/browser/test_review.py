"""Clerical review by keyboard alone: two persons become one and two again; where money is touched, two clerks agree."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import Reader, inaccessible
from tests.doubts import ask, person

pytestmark = pytest.mark.browser


@pytest.fixture
def doubt(site: str, as_job: Callable[..., Any]) -> Callable[..., None]:
    """Open a doubt about two new persons of such names."""

    def run(first: str, second: str, **more: Any) -> None:
        with as_job("intake") as by:
            assert ask(by, person(by, name=first, phone="10088880001"), person(by, name=second, **more)) == 1

    return run


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until a link, button or field has the focus, as somebody without a mouse does."""
    for _ in range(150):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {target}")


def search(page: Page, name: str) -> Locator:
    """Search for a name from any page and return whom it found."""
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/people/"))
    return page.locator("td.who a")


def test_a_clerk_merges_two_persons_sees_one_and_takes_it_back(reader: Callable[..., Reader], doubt: Any) -> None:
    doubt("吕思远", "吕思远远")
    clerk = reader("worker")
    page = clerk.page
    page.goto("/review/")
    expect(search(page, "吕思远")).to_have_count(2)
    page.goto("/review/")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("是同一个人吗？")
    expect(page.locator("mark")).to_have_text("远")
    expect(page.locator(".sides")).to_contain_text("差一个字")
    assert inaccessible(page) == []
    page.keyboard.press("s")
    expect(page.locator("#toast")).to_contain_text("已合并")
    found = search(page, "吕思远")
    expect(found).to_have_count(1)
    tab_to(page, found)
    page.keyboard.press("Enter")
    back = page.get_by_role("link", name="撤回…")
    expect(page.locator(".who-is-who")).to_contain_text("由 李红梅 并入")
    tab_to(page, back)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("撤回合并")
    assert inaccessible(page) == []
    tab_to(page, page.get_by_role("button", name="撤回合并"))
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("已撤回")
    expect(search(page, "吕思远")).to_have_count(2)
    assert clerk.complaints == []


def test_an_answer_is_taken_back_with_one_key(reader: Callable[..., Reader], doubt: Any) -> None:
    doubt("华清扬", "华清杨")
    page = reader("worker").page
    page.goto("/review/")
    page.keyboard.press("o")
    expect(page.locator(".sides thead")).to_contain_text("华清扬")
    page.keyboard.press("s")
    expect(page.locator("#toast")).to_contain_text("已合并")
    expect(search(page, "华清")).to_have_count(1)
    page.go_back()
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("已撤回")
    expect(page.locator(".sides thead")).to_contain_text("华清扬")
    page.keyboard.press("d")
    expect(page.locator("#toast")).to_contain_text("已记为两个人")
    expect(search(page, "华清")).to_have_count(2)


def test_what_touches_money_waits_for_a_second_clerk(reader: Callable[..., Reader], doubt: Any) -> None:
    doubt("邹雨桐", "邹雨同", is_insured=True)
    first, second = reader("worker").page, reader("clerk").page
    first.goto("/review/")
    first.keyboard.press("o")
    expect(first.locator("main")).to_contain_text("两个人判断相同才生效")
    first.keyboard.press("s")
    expect(first.locator("#toast")).to_contain_text("等第二个人核对")
    expect(search(first, "邹雨")).to_have_count(2)
    second.goto("/review/?kind=second")
    second.keyboard.press("o")
    expect(second.locator("main")).to_contain_text("另一个人已经看过")
    second.keyboard.press("s")
    expect(second.locator("#toast")).to_contain_text("已合并")
    expect(search(second, "邹雨")).to_have_count(1)


def test_who_cannot_say_names_who_could(reader: Callable[..., Reader], doubt: Any) -> None:
    doubt("贺兰亭", "贺岚亭")
    page = reader("worker").page
    page.goto("/review/")
    page.keyboard.press("o")
    tab_to(page, page.get_by_label("备注"))
    page.keyboard.type("等本人回来")
    tab_to(page, page.get_by_role("button", name="现在定不了"))
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("已放回")
    page.goto("/review/?kind=later")
    expect(page.locator("table")).to_contain_text("贺兰亭")
