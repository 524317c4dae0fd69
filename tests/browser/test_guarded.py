"""Guarded: the border refuses, an emergency opens one person for a reason, and that person reads all of it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import factors
from tests.browser import second_step
from tests.browser.own_page import come_in
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.browser.rolls import id_number
from tests.browsers import served
from tests.databases import AS_OF, logged_in_as
from tests.posts import COUNTY, EAST, WEST
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake
from tongdeng.kernel import ids
from tongdeng.org import actions
from tongdeng.org.types import PostKind
from tongdeng.people.models import Identity

pytestmark = pytest.mark.browser
PASSWORD = "a river of paper boats"
NAME, PHONE, NUMBER = "陶小一", "10088880016", id_number("99018120110301422")
NOBODY = "P-0018-4427-6"
POLICE = (
    "姓名,性别,公民身份号码,出生日期,户籍区划,社区代码,现居住地址,流入日期,联系电话\n"
    f"{NAME},女,{NUMBER},2011-03-01,990303,{EAST},河边1号,2025-03-01,{PHONE}\n"
)
DOSES = (
    "儿童姓名,儿童身份证号,性别,出生日期,社区代码,现住址,疫苗,剂次,接种日期,接种单位,过敏史\n"
    f"{NAME},{NUMBER},女,2011-03-01,{EAST},河边1号,九价HPV疫苗,1,2026-05-04,东关卫生院,青霉素\n"
)


@pytest.fixture(scope="module")
def site(database: str) -> Iterator[str]:
    """Serve an installation that is no demo: it asks everybody for a second factor."""
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def person(site: str) -> str:
    """The reference of somebody of fifteen in the east, with a dose that lies sealed."""
    with logged_in_as("job"):
        by = command("intake")
        for source, roll in (("police", POLICE.encode()), ("immunisation", DOSES.encode())):
            batch = intake.receive_roll(source=source, path=roll, as_at=AS_OF, by=by, name="roll.csv")
            intake.import_roll(batch_id=batch, path=roll, by=by)
        with acting(by):
            return ids.show(Identity.objects.get(name=NAME).person_id)


def enters(reader: Callable[..., Reader], kind: PostKind, division: str, titles: tuple[str, str]) -> Reader:
    """Hire somebody who sets up a second factor in the browser, and is in by it."""
    actions.add_staff(
        login=kind.value, name="王敏", kind=kind, division=division, titles=titles, bureau=None, password=PASSWORD,
        by=command("setup"),
    )  # fmt: skip
    found = reader()
    second_step.types_name_and_password(found.page, kind.value, PASSWORD)
    factors.forget_spent_codes()
    second_step.sets_up_an_app(found.page)
    fine(found.page, f"recovery-codes-{kind.value}")
    found.page.get_by_role("link", name="已经抄好").click()
    expect(found.page.locator(".me")).to_be_visible()
    return found


def fine(page: Page, name: str) -> None:
    """Check that everybody can read this page, on any screen."""
    assert inaccessible(page) == []
    assert not is_too_wide(page)
    shoot(page, f"guarded-{name}")


def told(page: Page, ref: str) -> str:
    """Return what a page says about a person to whoever may not know of them, without what was asked for."""
    answer = page.goto(f"/people/{ref}/")
    assert answer is not None
    assert answer.status == 404
    return page.locator("main").inner_text().replace(ref, "")


def looks(page: Page, who: str) -> Locator:
    """Return the lines of those who looked in which somebody stands."""
    return page.locator("main li", has=page.get_by_text(who, exact=True))


def test_the_border_refuses_the_glass_is_broken_and_the_person_reads_it(reader: Callable[..., Reader], person: str):
    outsider = enters(reader, PostKind.WORKER, WEST, ("西关协管员", "Worker in the west"))
    asks_in_vain(outsider.page, person)
    nurse = enters(reader, PostKind.NURSE, EAST, ("东关卫生站护士", "Nurse in the east"))
    opens_in_an_emergency(nurse.page, person)
    health = enters(reader, PostKind.HEALTH, COUNTY, ("县卫健局", "Health bureau"))
    judges(health.page)
    own = reader(width=390, height=844)
    come_in(own.page, phone=PHONE, number=NUMBER)
    reads_all_of_it(own.page)
    # A page that is not there is what the outsider was told: the browser itself complains of nothing else.
    assert [one for one in outsider.complaints if "404" not in one] == []
    assert nurse.complaints + health.complaints + own.complaints == []


def asks_in_vain(page: Page, person: str) -> None:
    """Ask for somebody of the next town by reference, by name and by number: the answers are those about nobody."""
    assert told(page, person) == told(page, NOBODY)
    fine(page, "not-found")
    for asked in (NAME, NUMBER, person):
        page.goto(f"/people/?q={asked}")
        expect(page.locator("td.who")).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text("河边1号")
    fine(page, "nothing-found")


def opens_in_an_emergency(page: Page, person: str) -> None:
    """Find the person, who lives here, and open what is sealed for a reason."""
    page.goto(f"/people/?q={NAME}")
    page.locator("td.who").get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.locator("main")).not_to_contain_text("青霉素")
    page.goto("/emergency/")
    fine(page, "emergency")
    page.locator("#ref").fill(person)
    page.get_by_label("疑似接种或用药反应").check()
    page.get_by_role("button", name="打开三小时").click()
    expect(page.get_by_text("青霉素")).to_be_visible()
    fine(page, "emergency-rows")


def judges(page: Page) -> None:
    """Find it waiting, without what it opened, and judge it."""
    waiting = page.locator("nav.side").get_by_role("link", name=re.compile("紧急核实"))
    expect(waiting).to_contain_text("1")
    waiting.click()
    expect(page.locator("main")).to_contain_text("疑似接种或用药反应")
    expect(page.locator("main")).not_to_contain_text("青霉素")
    fine(page, "review")
    page.get_by_role("button", name="应当打开").click()
    expect(page.get_by_role("button", name="应当打开")).to_have_count(0)
    expect(waiting).to_contain_text("0")


def reads_all_of_it(page: Page) -> None:
    """Read who looked and why; of the next town, nobody."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(looks(page, "东关卫生站护士").filter(has_text="打开密封的健康资料")).to_have_count(1)
    fine(page, "my-home")
    page.goto("/my/looks/")
    fine(page, "my-looks")
    nurse = looks(page, "东关卫生站护士")
    expect(nurse.filter(has_text="查看个人页面")).to_have_count(1)
    expect(nurse.filter(has_text="紧急救治：打开密封的健康资料（疑似接种或用药反应）")).to_have_count(1)
    expect(nurse.filter(has_text="查看密封的健康资料")).to_have_count(1)
    expect(looks(page, "县卫健局").filter(has_text="判断这次打开应不应当")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("西关")
