"""A resident on a phone: in by a code, who looked, a correction asked for, answered by staff, and read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.residents import residents
from tests.written import write_to
from tongdeng.kernel import ids

pytestmark = pytest.mark.browser
MY = (
    "",
    "messages/",
    "data/",
    "data/copy/",
    "looks/",
    "requests/",
    "choices/",
    "ask/delete/",
    "uses/",
    "notices/register/",
)
PHONE = {"width": 390, "height": 844}


def test_a_resident_reads_who_looked_asks_for_a_correction_and_reads_the_answer(
    reader: Callable[..., Reader],
) -> None:
    who, phone = residents(1)[0], reader(**PHONE)
    page = phone.page
    come_in(page, phone=who.phone, number=who.number)
    expect(page.get_by_role("heading", name=who.name)).to_be_visible()

    clerk = reader("clerk").page
    clerk.goto(f"/people/{ids.show(who.person_id)}/")
    page.goto("/my/looks/")
    expect(page.get_by_text("综合窗口").first).to_be_visible()
    expect(page.get_by_text("查看个人页面").first).to_be_visible()

    page.goto("/my/data/")
    line = page.locator(".held li", has=page.get_by_text("文化程度"))
    line.locator("summary").click()
    line.get_by_role("link", name="这一项不对").click()
    page.locator("#words").fill("我是大专毕业。")
    shoot(page, "ask")
    page.get_by_role("button", name="交上要求").click()
    expect(page.get_by_text("正在处理")).to_be_visible()

    police = reader("police")
    desk = police.page
    desk.goto("/requests/")
    shoot(desk, "desk-list")
    assert inaccessible(desk) == []
    desk.get_by_role("link", name=who.name).click()
    expect(desk.get_by_label("已照办")).to_be_visible()
    shoot(desk, "desk-one")
    assert inaccessible(desk) == []
    desk.get_by_label("已照办").check()
    desk.locator("#words").fill("核对了毕业证，已改为大专。")
    desk.get_by_role("button", name="答复本人").click()
    expect(desk.get_by_role("status").filter(has_text="已答复")).to_be_visible()

    page.reload()
    expect(page.get_by_text("核对了毕业证，已改为大专。")).to_be_visible()
    shoot(page, "answered")
    assert inaccessible(page) == []
    assert [*phone.complaints, *police.complaints] == []


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_every_page_of_the_portal_fits_a_phone_and_is_accessible(reader: Callable[..., Reader], lang: str) -> None:
    who = residents(3)[1 if lang == "en" else 2]
    one = reader(lang=lang, java_script_enabled=True, **PHONE)
    page = one.page
    come_in(page, phone=who.phone, number=who.number)
    found, made = [], write_to(who.person_id, who.name, who.territory)
    checked = f"../verify/?number={made.wording.number}&code={made.wording.code}"
    for name in (*MY, f"papers/{made.id}/", checked):
        page.goto(f"/my/{name}")
        if name == checked:
            page.locator("button.go").click()
            expect(page.get_by_role("status")).to_be_visible()
            name = "verify-"
        shoot(page, f"my-{name.replace('/', '-')}{lang[:2]}")
        found += [(name, fault) for fault in inaccessible(page)]
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            found += [(name, width)] if is_too_wide(page) else []
        page.set_viewport_size(PHONE)
    assert [*found, *one.complaints] == []


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_pages_of_data_protection_are_accessible(reader: Callable[..., Reader], lang: str) -> None:
    one = reader("office", lang=lang)
    page, found = one.page, []
    page.goto("/breaches/new/")
    page.locator("#what").fill("一份名册发错了人。")
    page.locator("#contact").fill("0000-123456")
    page.locator("#found_at").fill("2026-11-22T09:00")
    page.locator("#source").select_option("police")
    page.locator("button[value=look]").click()
    expect(page.locator("#seen")).to_be_visible()
    shoot(page, f"breach-new-{lang[:2]}")
    found += inaccessible(page)
    page.locator("button[value=open]").click()
    page.wait_for_url(re.compile(r"/breaches/\d+/"))
    shoot(page, f"breach-{lang[:2]}")
    found += inaccessible(page)
    for name in ("privacy", "breaches", "requests"):
        page.goto(f"/{name}/")
        shoot(page, f"{name}-{lang[:2]}")
        found += [(name, fault) for fault in inaccessible(page)]
        page.set_viewport_size(PHONE)
        found += [(name, "wide")] if is_too_wide(page) else []
        shoot(page, f"{name}-phone-{lang[:2]}")
        page.set_viewport_size({"width": 1440, "height": 900})
    assert [*found, *one.complaints] == []
