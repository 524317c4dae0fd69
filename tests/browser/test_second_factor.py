"""Second factors and rights, from the first sign-in on: an app, a security key, and a right that two people give."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factors
from tests.browser import second_step
from tests.browser.reading import Reader, inaccessible, is_too_wide
from tests.browsers import served
from tests.posts import COUNTY, EAST
from tongdeng.audit.types import command
from tongdeng.org import actions
from tongdeng.org.models import Staff
from tongdeng.org.types import PostKind

pytestmark = pytest.mark.browser
PASSWORD = "a river of paper boats"


@pytest.fixture(scope="module")
def site(database: str) -> Iterator[str]:
    """Serve an installation that is no demo, under a name: security keys know no bare addresses."""
    with served() as address:
        yield address.replace("127.0.0.1", "localhost")


def hired(login: str, kind: PostKind, name: str, *, has_factor: bool = True) -> Staff:
    """Add somebody with an own password."""
    staff = actions.add_staff(
        login=login, name=name, kind=kind, division=EAST if kind is PostKind.WORKER else COUNTY,
        titles=("岗位", "Post"), bureau=None, password=PASSWORD, by=command("setup"),
    )  # fmt: skip
    return factors.enrolled(staff) if has_factor else staff


def looks_good(page: Page) -> None:
    """Check a page in both sizes."""
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert inaccessible(page) == []
        assert not is_too_wide(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_an_app_is_set_up_and_then_asked_for(reader: Callable[..., Reader]) -> None:
    hired("app", PostKind.WORKER, "李红梅", has_factor=False)
    person = reader()
    page = person.page
    second_step.types_name_and_password(page, "app", PASSWORD)
    expect(page).to_have_url(re.compile("/account/second-factor/$"))
    looks_good(page)
    page.goto("/people/")  # nothing else is open
    page.get_by_role("link", name=re.compile("验证器应用")).click()
    looks_good(page)
    page.goto("/account/second-factor/")
    secret, codes = second_step.sets_up_an_app(page)
    looks_good(page)
    assert len(codes) == 10
    page.get_by_role("link", name="已经抄好").click()
    expect(page.locator(".me")).to_contain_text("李红梅")
    page.goto("/account/")
    looks_good(page)
    page.goto("/")
    page.locator(".me").click()
    page.get_by_role("button", name="退出登录").click()
    second_step.types_name_and_password(page, "app", PASSWORD)
    looks_good(page)
    page.locator("#code").fill("000000")
    page.get_by_role("button", name="继续登录").click()
    expect(page.locator("#code-fault")).to_contain_text("验证码不对")
    second_step.types_a_code(page, secret)
    expect(page.locator(".me")).to_contain_text("李红梅")
    assert person.complaints == []


def test_a_security_key_is_registered_and_then_asked_for(reader: Callable[..., Reader]) -> None:
    hired("key", PostKind.WORKER, "李文秀", has_factor=False)
    person = reader()
    page = person.page
    second_step.with_a_virtual_key(page)
    second_step.types_name_and_password(page, "key", PASSWORD)
    page.get_by_role("link", name=re.compile("登记安全密钥")).click()
    looks_good(page)
    page.locator("#name").fill("钥匙串上的")
    page.get_by_role("button", name="登记这个密钥").click()
    expect(page).to_have_url(re.compile("/account/recovery-codes/$"))
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("钥匙串上的")
    page.goto("/")
    page.locator(".me").click()
    page.get_by_role("button", name="退出登录").click()
    second_step.types_name_and_password(page, "key", PASSWORD)
    looks_good(page)
    page.get_by_role("button", name="使用安全密钥").click()
    expect(page.locator(".me")).to_contain_text("李文秀")
    assert person.complaints == []


def enters(reader: Callable[..., Reader], login: str, windows: int = 0) -> Reader:
    """Sign somebody in with both factors."""
    found = reader()
    second_step.types_name_and_password(found.page, login, PASSWORD)
    second_step.types_a_code(found.page, factors.SECRET, windows)
    expect(found.page.locator(".me")).to_be_visible()
    return found


def proposes(page: Page) -> None:
    """Propose that a worker serve the whole county's window."""
    page.goto("/rights/")
    page.get_by_role("link", name="赵小兰").click()
    looks_good(page)
    page.locator("#kind").select_option("clerk")
    page.locator("#division").select_option(COUNTY)
    page.locator("#title_zh").fill("综合窗口")
    page.locator("#reason").fill("窗口轮岗")
    page.get_by_role("button", name="提出，请另一个人批准").click()
    expect(page.get_by_role("status").filter(has_text="已提出")).to_be_visible()


def test_two_people_give_a_right_and_the_one_who_proposed_cannot_alone(reader: Callable[..., Reader]) -> None:
    hired("security", PostKind.SECURITY, "曹永安")
    hired("office", PostKind.OFFICE, "周敏")
    hired("worker", PostKind.WORKER, "赵小兰")
    worker = enters(reader, "worker").page
    expect(worker.locator("nav.side")).not_to_contain_text("岗位和权限")
    security = enters(reader, "security")
    proposes(security.page)
    row: Any = security.page.locator("tr", has_text="窗口轮岗")
    expect(row).to_contain_text("要另一个人批准")
    expect(row.get_by_role("button", name="批准给 赵小兰", exact=True)).to_have_count(0)
    looks_good(security.page)
    office = enters(reader, "office").page
    office.goto("/rights/")
    office.get_by_role("button", name="批准给 赵小兰", exact=True).click()
    expect(office.get_by_role("status").filter(has_text="已批准")).to_be_visible()
    worker.goto("/people/")
    expect(worker).to_have_url(re.compile("/sign-in/"))  # the change ended the session
    again = enters(reader, "worker", windows=1).page
    expect(again.locator(".me")).to_contain_text("综合窗口")
    assert security.complaints == []


def test_the_administrator_opens_an_account_without_a_right(reader: Callable[..., Reader]) -> None:
    hired("admin", PostKind.ADMIN, "胡晓明")
    admin = enters(reader, "admin").page
    admin.goto("/accounts/")
    looks_good(admin)
    admin.locator("#login").fill("chen.jie")
    admin.locator("#name").fill("陈洁")
    admin.get_by_role("button", name="开账号").click()
    password = admin.locator("#given").inner_text()
    person = reader().page
    second_step.types_name_and_password(person, "chen.jie", password)
    own = "kites over the harbour"
    for field, value in (("#old", password), ("#new", own), ("#again", own)):
        person.locator(field).fill(value)
    person.get_by_role("button", name="改密码").click()
    person.get_by_role("link", name="回到首页").click()
    second_step.sets_up_an_app(person)
    person.goto("/people/")
    expect(person.locator("h1")).to_have_text("现在没有岗位")
    looks_good(person)
