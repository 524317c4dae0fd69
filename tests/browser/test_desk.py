"""The desk in a browser: an intake by the keyboard alone, a correction, silence that accepts, a red light answered."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.cases import PERMIT, accepted, nightly, state, step, submitted
from tests.residents import residents
from tongdeng.desk.types import Act, State
from tongdeng.kernel import clock, ids

pytestmark = pytest.mark.browser
MOST_SECONDS, MOST_KEYS = 120, 90


def is_fine(page: Page, name: str) -> None:
    """Hold a page to what everybody needs, on a wide screen and on a phone."""
    for width, height, size in ((1440, 900, "desktop"), (390, 844, "phone")):
        page.set_viewport_size({"width": width, "height": height})
        assert inaccessible(page) == []
        assert not is_too_wide(page)
        shoot(page, f"desk-{name}-{size}")
    page.set_viewport_size({"width": 1440, "height": 900})


class Keys:
    """A keyboard that counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def go_to(self, selector: str) -> None:
        """Go on by Tab until this has the focus."""
        for _ in range(120):
            if self.page.evaluate(f"document.activeElement?.matches({selector!r})"):
                return
            self.press("Tab")
        pytest.fail(f"the keyboard does not reach {selector}")


def test_a_clerk_takes_in_a_standard_application_by_the_keyboard_in_under_two_minutes(
    reader: Callable[..., Reader],
) -> None:
    who = next(one for one in residents() if one.territory.startswith("990101001"))
    clerk, form = reader("clerk"), f"/cases/new/?person={ids.show(who.person_id)}&service={PERMIT}"
    clerk.page.goto(form)
    is_fine(clerk.page, "new")  # before the clock runs
    page, keys, begun = clerk.page, Keys(clerk.page), time.monotonic()
    page.goto("/cases/")
    keys.press("/")  # the search of every page
    keys.type(who.number)
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text(who.name)
    page.goto(form)
    started = keys.pressed
    for paper, arrows in (("photo", 3), ("housing_proof", 3), ("work_proof", 1), ("study_proof", 1)):
        chosen = page.locator(f"input[name='paper-{paper}']:checked")
        if chosen.count() and chosen.input_value() == "missing":
            keys.go_to(f"input[name='paper-{paper}']:checked")
            for _ in range(arrows):
                keys.press("ArrowUp")
    keys.go_to("button[value='submit']")
    keys.press("Enter")
    expect(page.locator("p[role=status]")).to_contain_text("已收件")
    seconds = time.monotonic() - begun
    print(f"intake by keyboard: {keys.pressed - started} keys on the form, {keys.pressed} in all, {seconds:.0f} s")
    assert keys.pressed <= MOST_KEYS
    assert seconds < MOST_SECONDS
    is_fine(page, "case")
    assert clerk.complaints == []


def test_a_correction_is_asked_for_once_and_supplied(reader: Callable[..., Reader]) -> None:
    case, page = submitted(residents()[1]), reader("clerk").page
    page.goto(f"/cases/{case}/")
    page.get_by_text("一次性告知补正…").click()
    deed = page.locator("form", has=page.locator("input[value=correct]"))
    deed.get_by_label("就业证明").check()
    deed.get_by_label("写明").fill("请补交就业证明")
    deed.get_by_role("button").click()
    expect(page.locator("h1")).to_contain_text("待补正")
    is_fine(page, "correction")
    supply = page.locator("form", has=page.locator("input[value=supply]"))
    supply.get_by_label("已交").check()
    supply.get_by_role("button").click()
    expect(page.locator("h1")).to_contain_text("已收件")


def many_at_once(page: Page, late: int) -> None:
    """Tick a case, hand it over to nobody, and read why that is not done; and open what heads read."""
    page.locator(f"input[name=case][value^='{late}-']").check()
    page.locator("#batch-act").select_option("hand_over")
    page.get_by_role("button", name="一起办").click()
    expect(page.locator(".plain-list")).to_contain_text("请选转交给谁")
    is_fine(page, "batch")
    for name in ("delegations", "ratings"):
        page.goto(f"/{name}/")
        is_fine(page, name)


def test_silence_accepts_and_a_red_light_is_answered_to_the_applicant_as_well(
    reader: Callable[..., Reader], monkeypatch
) -> None:
    today = clock.today()
    # The site has its own day: what is to be late there was handed in three weeks before.
    monkeypatch.setenv("TONGDENG_TODAY", (today - timedelta(days=21)).isoformat())
    silent, late = submitted(residents()[2]), accepted(residents()[3])
    step(late, Act.REVIEW, who="police")
    monkeypatch.setenv("TONGDENG_TODAY", today.isoformat())
    soon = today + timedelta(days=3)
    phone = reader(width=390, height=844)
    come_in(phone.page, phone=residents()[3].phone, number=residents()[3].number)
    nightly()
    assert state(silent) is State.ACCEPTED
    police = reader("police")
    page = police.page
    page.goto(f"/cases/{silent}/")
    expect(page.locator(".line")).to_contain_text("自收到之日起视为受理")
    page.locator("#issued-title").scroll_into_view_if_needed()
    page.locator("a[href^='/papers/']").last.click()  # the notice of what the law did by itself
    expect(page.locator("main")).to_contain_text("依法自收到材料之日起即为受理")
    page.goto("/orders/")
    is_fine(page, "orders")
    order = page.locator(".receipt li", has=page.locator(f"a[href='/cases/{late}/']")).last
    order.get_by_label("回复：").fill("外地没有答复，本周办结")
    order.get_by_label("原因").select_option("other_office")
    order.get_by_label("预计").fill(soon.isoformat())
    order.get_by_label("说明，本人").fill("外地还没有答复，向您致歉")
    order.get_by_role("button").click()
    expect(page.locator("p[role=status]")).to_contain_text("已回复")
    applicant = phone.page  # who was told of it, and reads why and by when
    applicant.goto("/my/messages/")
    expect(applicant.get_by_text("我们晚了")).to_be_visible()
    applicant.goto(f"/my/cases/{late}/")
    expect(applicant.locator(".steps")).to_contain_text("等其他机关答复")
    expect(applicant.locator(".steps")).to_contain_text(f"{soon.year}年{soon.month}月{soon.day}日")
    assert inaccessible(applicant) == []
    applicant.goto("/my/proxies/")
    applicant.get_by_text("办哪几项").first.click()
    applicant.locator("input[name=service]").first.check()
    applicant.locator("#until").fill((clock.today() + timedelta(days=30)).isoformat())
    applicant.locator("button.go").click()
    expect(applicant.get_by_role("heading", name="委托码")).to_be_visible()
    assert inaccessible(applicant) == []
    assert not is_too_wide(applicant)
    shoot(applicant, "my-proxies")
    page.goto("/cases/?find=" + residents()[3].name)
    is_fine(page, "inbox")
    many_at_once(page, late)
    english = reader("police", lang="en").page
    english.goto(f"/cases/{late}/")
    is_fine(english, "case-english")
    english.goto("/orders/?show=answered")
    expect(english.locator(".receipt")).to_contain_text("answered by")
    assert re.search(r"\d{6}-\d{9}", english.locator(".receipt").inner_text())
    assert police.complaints == []
