"""A day in the hall in a browser: numbers from the kiosk, called by keyboard, shown on the screen; an appointment."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.residents import residents
from tongdeng.kernel import ids

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
NAMES = re.compile("居住登记和居住证")


def looked_at(desk: Reader, name: str) -> None:
    """Nothing inaccessible, nothing that scrolls sideways; and a picture for whoever wants one."""
    shoot(desk.page, name)
    assert inaccessible(desk.page) == [], name
    assert not is_too_wide(desk.page), name


def test_a_number_is_taken_called_by_keyboard_and_leads_to_what_is_owed(reader: Callable[..., Reader]) -> None:
    kiosk, clerk, screen = reader("kiosk", width=1080, height=900), reader("clerk"), reader("kiosk", width=1600)
    page, desk, wall = kiosk.page, clerk.page, screen.page
    page.goto("/")  # a device has nothing else to open
    expect(page).to_have_url(re.compile("/kiosk/$"))
    looked_at(kiosk, "kiosk")
    page.get_by_role("button", name=NAMES).click()
    expect(page.locator("h1")).to_have_text("B001")
    looked_at(kiosk, "kiosk-ticket")
    page.get_by_role("link", name="记下了").click()
    page.get_by_label("我需要优先").check()
    page.get_by_role("button", name=NAMES).click()
    expect(page.get_by_text("优先", exact=True)).to_be_visible()
    page.goto("/kiosk/")
    page.locator("#code").fill("000000")
    page.get_by_role("button", name="Get my number").click()
    expect(page.locator("#code-fault")).to_contain_text("没有这个预约")
    assert inaccessible(page) == []

    desk.goto("/window/")
    looked_at(clerk, "window-choose")
    desk.get_by_role("button", name=re.compile("^1 号窗口")).click()
    expect(desk.locator("#line")).to_contain_text("B002")
    desk.keyboard.press("n")
    expect(desk.locator(".called")).to_contain_text("B002")  # priority first
    wall.goto("/screen/")
    expect(wall.locator(".newest")).to_contain_text("B002")
    expect(wall.locator(".newest")).to_contain_text("1")
    desk.keyboard.press("n")
    expect(desk.locator(".called")).to_contain_text("B001")
    expect(wall.locator(".newest")).to_contain_text("B001", timeout=10_000)  # by itself
    looked_at(screen, "screen")

    owed = reader("clerk").page
    owed.goto("/owed/")
    ref = owed.locator("tr[data-person]").first.get_attribute("data-person") or ""
    desk.keyboard.press("s")
    desk.keyboard.type(ref)
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="就是这个人").click()
    section = desk.locator("section", has=desk.locator("#person-title"))
    expect(section).to_contain_text(ref)
    expect(section).to_contain_text("应享未享")
    looked_at(clerk, "window")
    section.locator(".svc a").first.click()
    expect(desk.locator("h1")).to_have_text("一次性告知")
    looked_at(clerk, "notice")
    desk.go_back()
    desk.keyboard.press("a")
    expect(desk.locator(".called")).to_have_count(0)
    desk.goto("/hall/")
    looked_at(clerk, "hall")
    desk.get_by_role("button", name=re.compile("来了，放回原位")).click()
    expect(desk.get_by_role("button", name=re.compile("来了，放回原位"))).to_have_count(0)
    for one in (kiosk, clerk, screen):
        assert one.complaints == [message for message in one.complaints if "422" in message]


def test_the_pages_of_the_hall_in_english_on_a_phone(reader: Callable[..., Reader]) -> None:
    who = residents(1)[0]
    clerk = reader("clerk", lang="en", **PHONE)
    for name, address in {
        "window": "/window/", "hall": "/hall/", "appointments": "/appointments/",
        "notices": "/window/notices/?s=permit",
        "notice": "/window/notices/PSB-02/", "kiosk": "/kiosk/", "screen": "/screen/",
        "of-person": f"/people/{ids.show(who.person_id)}/appointments/?hall=990101000000&business=family",
    }.items():  # fmt: skip
        clerk.page.goto(address)
        looked_at(clerk, f"en-{name}")
    assert clerk.complaints == []


def test_a_resident_books_on_a_phone_and_the_window_sees_it(reader: Callable[..., Reader]) -> None:
    who, phone = residents(2)[1], reader(**PHONE)
    page = phone.page
    come_in(page, phone=who.phone, number=who.number)
    page.get_by_role("link", name=re.compile("预约窗口")).click()
    looked_at(phone, "my-appointments-none")
    page.get_by_role("link", name="预约一个时间").click()
    page.locator("#business").select_option("residence")
    page.get_by_role("button", name="看有哪些时间").click()
    page.locator(".days a").last.click()
    page.locator(".times label").nth(2).click()
    page.get_by_text("要准备什么吗？").click()
    page.get_by_label("轮椅通道").check()
    looked_at(phone, "my-book")
    page.get_by_role("button", name="预约这个时间").click()
    expect(page.locator("h1")).to_contain_text("已预约")
    looked_at(phone, "my-appointment")
    code = page.locator(".code-big").inner_text()
    with page.expect_download() as coming:
        page.get_by_role("link", name="加到手机日历").click()
    assert coming.value.suggested_filename == f"appointment-{code}.ics"

    clerk = reader("clerk")
    desk = clerk.page
    desk.goto("/appointments/")
    desk.locator(".filters a").last.click()
    row = desk.locator("tr", has=desk.get_by_text(code))
    expect(row).to_contain_text(who.name)
    expect(row).not_to_contain_text("轮椅")  # not before the day
    looked_at(clerk, "appointments")
    row.get_by_role("link", name=re.compile("打开")).click()
    looked_at(clerk, "appointment")

    page.get_by_role("link", name="改时间").click()
    page.locator(".days a").first.click()
    looked_at(phone, "my-change")
    page.locator(".times label:not(.off)").last.click()
    page.get_by_role("button", name="预约这个时间").click()
    page.get_by_role("button", name="取消预约").click()
    expect(page.get_by_role("status")).to_contain_text("已取消")
    looked_at(phone, "my-appointments")
    assert not [*phone.complaints, *clerk.complaints]
