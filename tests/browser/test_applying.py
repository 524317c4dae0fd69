"""Somebody applies on a phone: a photo, a correction, done, rated; and anybody with the code follows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.cases import PERMIT, look, step
from tests.files import photo
from tests.residents import residents
from tongdeng.desk.types import Act, Given, Held

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def is_fine(page: Page, name: str) -> None:
    """Hold a page to what everybody needs, on a phone and on a very small one."""
    shoot(page, f"applying-{name}")
    assert inaccessible(page) == []
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert not is_too_wide(page)


def hand_in(page: Page, material: str, file: Path) -> None:
    form = page.locator(f"section[aria-labelledby=m-{material}] form", has=page.locator("input[name=file]"))
    form.locator("input[name=file]").set_input_files(file)
    form.locator("button").click()


def anybody_follows(follow: Page, number: str, code: str, name: str) -> None:
    """Follow a case without an account; nobody is named."""
    follow.goto("/follow/")
    is_fine(follow, "follow-form")
    follow.locator("#number").fill(number)
    follow.locator("#code").fill(code)
    follow.locator("button.go").click()
    expect(follow.get_by_role("heading", name="Done")).to_be_visible()
    expect(follow.get_by_text(re.compile(name))).to_have_count(0)
    is_fine(follow, "follow-done")


def test_an_application_from_the_phone_to_done_and_rated(reader: Callable[..., Reader], tmp_path: Path) -> None:
    who, one = residents(4)[3], reader(**PHONE)
    page, picture, bad = one.page, tmp_path / "photo.jpg", tmp_path / "note.txt"
    picture.write_bytes(photo((600, 800)))
    bad.write_text("no picture", encoding="utf-8")
    come_in(page, phone=who.phone, number=who.number)
    is_fine(page, "home")
    page.goto(f"/my/apply/{PERMIT}/")
    is_fine(page, "form")
    page.locator("main button.go").click()
    expect(page.get_by_role("heading", name="还没有交")).to_be_visible()
    case = int(re.findall(r"/cases/(\d+)/", page.url)[0])
    hand_in(page, "photo", bad)
    expect(page.locator("#photo-fault")).to_contain_text("只收照片")
    is_fine(page, "refused")
    hand_in(page, "photo", picture)
    expect(page.locator("section[aria-labelledby=m-photo]")).to_contain_text("已交")
    is_fine(page, "draft")
    page.get_by_role("button", name="交上申请").click()
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    is_fine(page, "sent")
    number, code = (page.locator("dl.facts dd").nth(at).inner_text() for at in (0, 1))

    step(case, Act.CORRECT, Given(items=("photo",), words="照片太暗，请重拍。"))
    page.reload()
    expect(page.get_by_text("照片太暗，请重拍。")).to_be_visible()
    is_fine(page, "correction")
    hand_in(page, "photo", picture)
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()

    rest = [paper for paper, how in look(case).progress["materials"].items() if how == "missing"]
    if rest:
        step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(rest, Held.UNNEEDED)))
    for act, post in ((Act.ACCEPT, "clerk"), (Act.REVIEW, "police"), (Act.GRANT, "police"), (Act.ISSUE, "police"),
                      (Act.SERVE, "clerk"), (Act.COMPLETE, "clerk")):  # fmt: skip
        step(case, act, who=post)
    page.reload()
    is_fine(page, "done")
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("button", name="交上评价").click()
    expect(page.get_by_text("您的评价：非常满意")).to_be_visible()
    page.goto("/my/cases/")
    is_fine(page, "list")

    anybody_follows(reader(lang="en", **PHONE).page, number, code, who.name)
    clerk = reader("clerk").page
    clerk.goto(f"/cases/{case}/")
    shoot(clerk, "applying-staff")
    assert inaccessible(clerk) == []
    assert [one for one in one.complaints if "422" not in one] == []
