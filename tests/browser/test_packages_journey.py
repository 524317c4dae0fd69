"""One form: a package from the phone through three departments to done and rated; and one at the window."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.browser.test_desk import Keys
from tests.cases import look, step
from tests.files import photo
from tests.packages import (
    ARRIVAL,
    INSURANCE,
    REGISTRATION,
    all_given,
    begin,
    cases_of_package,
    most_owed_in,
    parent_of_the_owed,
)
from tests.residents import residents
from tongdeng.desk.exports import rules
from tongdeng.desk.types import Act, Given, Held
from tongdeng.kernel import ids

pytestmark = pytest.mark.browser
CLERKS_TOWN = "990101001"
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
DONE = ((Act.ACCEPT, "clerk"), (Act.REVIEW, ""), (Act.GRANT, ""), (Act.ISSUE, ""), (Act.SERVE, ""), (Act.COMPLETE, ""))


def is_fine(page: Page, name: str) -> None:
    """Hold a page to what everybody needs, on a phone, a very small one, and a wide screen."""
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        assert inaccessible(page) == []
        shoot(page, f"package-{name}-{size['width']}")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert not is_too_wide(page)


def go_through(case: int, department: str) -> None:
    """Let a department do its part, with whatever it still needs."""
    missing = [code for code, how in look(case).progress["materials"].items() if how == "missing"]
    if missing:
        step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(missing, Held.GIVEN)))
    for act, who in DONE:
        step(case, act, who=who or department)


def test_a_package_from_the_phone_through_three_departments_to_done_and_rated(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    who, codes = parent_of_the_owed()
    one, picture = reader(**PHONE), tmp_path / "photo.jpg"
    page = one.page
    picture.write_bytes(photo((600, 800)))
    come_in(page, phone=who.phone, number=who.number)
    page.get_by_role("button", name=f"看 {who.child_name} 的").click()
    page.locator("a.go").click()  # the notice about children
    page.get_by_role("link", name="新来居民“一件事”").click()
    for code in codes:
        page.locator(f"input[value='{code}']").check()
    is_fine(page, "form")
    page.get_by_role("button", name="下一步：交材料").click()
    expect(page.get_by_role("heading", name="还没有交")).to_be_visible()
    joint = int(re.findall(r"/packages/(\d+)/", page.url)[0])
    page.locator("section.choice summary", has_text="拍照或者上传").first.click()
    form = page.locator("section form", has=page.locator("input[name=file]")).first
    form.locator("input[name=file]").set_input_files(picture)
    form.locator("button").click()
    expect(page.get_by_text("已交").first).to_be_visible()
    is_fine(page, "draft")
    page.get_by_role("button", name="交上申请").click()
    expect(page.get_by_role("heading", name="各部门正在办")).to_be_visible()
    is_fine(page, "sent")

    cases = cases_of_package(joint)
    assert len({rules.desk_of(code) for code in cases}) >= 3
    for at, (code, case) in enumerate(cases.items()):
        page.goto("/my/cases/")
        expect(page.locator("ul.list a").first).to_contain_text(f"{at}/{len(cases)} 项办完")
        go_through(case, rules.desk_of(code))
    page.goto("/my/cases/")
    page.locator("details summary").click()
    page.get_by_role("link", name="新来居民“一件事”").click()
    expect(page.get_by_role("heading", name="全部办完了")).to_be_visible()
    is_fine(page, "done")
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("button", name="交上评价").click()
    expect(page.get_by_text("您的评价：非常满意")).to_be_visible()

    number, code = (page.locator("dl.facts dd").nth(at).inner_text() for at in (0, 1))
    anybody = reader(lang="en", **PHONE)
    anybody.page.goto("/follow/")
    anybody.page.locator("#number").fill(number)
    anybody.page.locator("#code").fill(code)
    anybody.page.locator("button.go").click()
    expect(anybody.page.get_by_role("heading", name="All done")).to_be_visible()
    is_fine(anybody.page, "followed-english")
    assert (one.complaints, anybody.complaints) == ([], [])


def test_a_clerk_takes_a_package_in_by_the_keyboard(reader: Callable[..., Reader]) -> None:
    who, codes = most_owed_in(CLERKS_TOWN)
    clerk = reader("clerk")
    page, keys = clerk.page, Keys(clerk.page)
    page.goto(f"/window/?person={ids.show(who)}")
    keys.go_to("a[href^='/cases/new/?person=']")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="一件事：几个部门一张表")).to_be_visible()
    keys.go_to(f"a[href$='package={ARRIVAL}']")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("新来居民“一件事”")
    assert inaccessible(page) == []
    shoot(page, "package-window-form")
    keys.go_to(f"input[value='{codes[-1]}']")
    if not page.locator(f"input[value='{codes[-1]}']").is_checked():
        keys.press("Space")
    keys.go_to("form .acts button")
    keys.press("Enter")
    expect(page.locator("p[role=status]")).to_contain_text("已收件")
    expect(page.locator("#package-title")).to_have_text("新来居民“一件事”")
    assert inaccessible(page) == []
    assert not is_too_wide(page)
    shoot(page, "package-window-case")
    english = reader("police", lang="en", **PHONE)
    english.page.goto(page.url)
    shoot(english.page, "package-police-english-phone")
    assert clerk.complaints == []


def test_the_light_of_a_package_is_read_on_the_phone_in_the_list_and_beside_a_case(
    reader: Callable[..., Reader],
) -> None:
    who = residents(1)[0]
    cases = cases_of_package(begin(who, REGISTRATION, INSURANCE, token="lit").id)
    all_given(cases[INSURANCE])
    step(cases[INSURANCE], Act.ACCEPT)  # promised for the next day
    phone, office = reader(**PHONE), reader("office")
    page, desk = phone.page, office.page
    come_in(page, phone=who.phone, number=who.number)
    page.goto("/my/cases/")
    line = page.locator("ul.list a", has_text="新来居民“一件事”")
    expect(line).to_contain_text("时限快到了")
    is_fine(page, "lit-list")
    line.click()
    expect(page.locator("section.answer")).to_contain_text("时限快到了")
    is_fine(page, "lit")
    desk.goto(f"/cases/{cases[REGISTRATION]}/")  # which is itself in time
    expect(desk.locator("section", has=desk.locator("#package-title"))).to_contain_text("预警：快到期了")
    assert inaccessible(desk) == []
    desk.goto(f"/cases/?find={look(cases[REGISTRATION]).number}")
    expect(desk.locator("table.rows tbody tr").first).to_contain_text("新来居民“一件事” 预警")
    assert inaccessible(desk) == []
    shoot(desk, "package-lit-inbox")
    assert (phone.complaints, office.complaints) == ([], [])
