"""A family of three at the door, on a phone: searched first, few taps, saved whole; then the other place answers."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import Reader, inaccessible, is_too_wide, open_until
from tests.integration.intake.test_households import known_in, number, plain_number
from tests.posts import WEST
from tongdeng.audit.types import command

pytestmark = pytest.mark.browser
SECONDS = 60
MOST_ACTS = 20  # taps and fields filled, for three people
ADDRESS = "新华路8号2单元301室"


@dataclass
class Thumb:
    """What a worker does on the phone, counted."""

    page: Page
    filled: list[str] = field(default_factory=list)
    tapped: list[str] = field(default_factory=list)

    def fill(self, name: str, value: str) -> None:
        """Type into a field."""
        self.page.locator(f"[name='{name}']").press_sequentially(value, delay=0)
        self.filled.append(name)

    def choose(self, name: str, value: str) -> None:
        """Choose from a list."""
        self.page.locator(f"select[name='{name}']").select_option(value)
        self.filled.append(name)

    def tap(self, target: Locator) -> None:
        """Touch a button."""
        # Read first: the tap may lead to a page without the button.
        self.tapped.append(target.inner_text())
        target.tap()


@pytest.fixture(scope="module")
def west(site: str) -> str:
    """The worker of the western community, who can sign in."""
    from tongdeng.org import actions as org
    from tongdeng.org.types import PostKind

    org.add_staff(
        login="west", name="赵西", kind=PostKind.WORKER, division=WEST, titles=("协管员", "Community worker"),
        bureau=None, password="demo-west", by=command("setup"),
    )  # fmt: skip
    return "west"


def standing(page: Page, at: int, expected: str) -> None:
    """Wait until the register has said what it knows of a member."""
    expect(page.locator(f"#rest-{at}")).to_have_attribute("data-standing", expected)


def small_targets(page: Page) -> list[str]:
    """Return the buttons and fields of the form that a thumb could miss."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.door button, .door .input, .door summary, .door .choices label')]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML.slice(0, 90))"""
    )


def register_the_family(worker: Reader, mother: str, mover: str) -> Thumb:
    """Register a mother, her husband who is known elsewhere, and their child who has no number."""
    page, thumb = worker.page, Thumb(worker.page)
    page.goto("/register/")
    expect(page.locator(".member")).to_have_count(1)
    assert inaccessible(page) == []
    thumb.fill("address", ADDRESS)
    thumb.fill("m0-number", mother)
    standing(page, 0, "new")
    thumb.fill("m0-name", "郑小红")
    thumb.fill("m0-phone", "10012345678")
    thumb.tap(page.get_by_role("button", name="再加一人"))
    thumb.choose("m1-relation", "spouse")
    thumb.fill("m1-number", mover)
    standing(page, 1, "elsewhere")
    thumb.tap(page.get_by_role("button", name="再加一人"))
    thumb.choose("m2-relation", "child")
    thumb.fill("m2-name", "郑一一")
    page.locator("[name='m2-born_on']").fill("2019-05-06")
    thumb.filled.append("m2-born_on")
    thumb.tap(page.locator("#rest-2 .choices label").first)
    standing(page, 2, "new")
    assert small_targets(page) == []
    assert inaccessible(page) == []
    assert not is_too_wide(page)
    thumb.tap(page.get_by_role("button", name="保存登记"))
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    return thumb


def test_a_family_is_registered_within_a_minute_and_the_move_confirmed(
    reader: Callable[..., Reader], west: str, capsys: pytest.CaptureFixture[str]
) -> None:
    person = known_in(WEST)
    worker = reader("worker", width=390, height=844, has_touch=True)
    began = time.monotonic()
    thumb = register_the_family(worker, number(), plain_number(person))
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{len(thumb.filled)} fields, {len(thumb.tapped)} taps, {seconds:.1f} s for three people")
    assert seconds < SECONDS
    assert len(thumb.filled) + len(thumb.tapped) <= MOST_ACTS
    page = worker.page
    expect(page.locator(".receipt li")).to_have_count(3)
    assert len(re.findall(r"P-\d{4}-\d{4}-\d", page.locator(".receipt").inner_text())) == 3
    assert person.name not in page.content()
    assert inaccessible(page) == []
    confirm_the_move(reader(west, width=390, height=844), page, person.name)
    assert worker.complaints == []


def confirm_the_move(former: Reader, page: Page, name: str) -> None:
    """Answer as the other community, and see the person arrive in the household."""
    receipt = page.url
    open_until(former.page, "/moves/", link=name)  # a job asks, a moment after the entry is committed
    question = former.page.locator(".asks > li", has_text=name)
    expect(question).to_contain_text("登记入住")
    assert inaccessible(former.page) == []
    assert not is_too_wide(former.page)
    question.get_by_role("button", name="已离开").click()
    expect(former.page.locator("#toast")).to_contain_text("已答复")
    open_until(page, receipt, link=name)
    expect(page.locator(".receipt li", has_text=name)).to_contain_text("已登记")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("同住的人")).to_be_visible()
    former.page.goto("/moves/")
    expect(former.page.get_by_text("最近 30 天办结")).to_be_visible()
    assert former.complaints == []


def test_without_script_the_same_form_looks_up_adds_and_saves(reader: Callable[..., Reader]) -> None:
    page = reader("worker", width=390, height=844, java_script_enabled=False).page
    page.goto("/register/")
    page.locator("[name=address]").fill("新华路9号")
    page.locator("[name=m0-number]").fill(number())
    page.get_by_role("button", name="查一下").click()
    expect(page.locator("#rest-0")).to_have_attribute("data-standing", "new")
    page.locator("[name=m0-name]").fill("冯无脚本")
    page.get_by_role("button", name="再加一人").click()
    expect(page.locator(".member")).to_have_count(2)
    page.get_by_role("button", name="去掉这个人").click()
    expect(page.locator(".member")).to_have_count(1)
    page.get_by_role("button", name="保存登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    page.get_by_role("button", name="撤回这次登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这次登记已撤回")


def test_a_fault_keeps_what_was_typed(reader: Callable[..., Reader]) -> None:
    page = reader("worker", width=390, height=844).page
    page.goto("/register/")
    page.locator("[name=m0-number]").fill("99030319900520123")
    page.locator("[name=m0-number]").blur()
    expect(page.locator("#rest-0")).to_contain_text("18位")
    page.locator("[name=m0-name]").fill("孙一")
    page.get_by_role("button", name="保存登记").click()
    expect(page.locator("#address-fault")).to_be_visible()
    expect(page.locator("[name=m0-name]")).to_have_value("孙一")
    assert inaccessible(page) == []
