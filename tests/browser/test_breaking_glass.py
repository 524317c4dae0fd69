"""A nurse with a child in danger opens the sealed rows, closes them, and somebody else judges it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.databases import AS_OF, logged_in_as
from tests.posts import EAST
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake
from tongdeng.kernel import ids
from tongdeng.people.models import Identity

pytestmark = pytest.mark.browser
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
HEAD = "儿童姓名,性别,出生日期,社区代码,现住址,疫苗,剂次,接种日期,接种单位,过敏史"
POLICE = (
    f"姓名,性别,出生日期,户籍区划,社区代码,现居住地址,流入日期\n陶小一,女,2023-02-03,990303,{EAST},河边1号,2025-03-01\n"
)
ROLL = f"{HEAD}\n陶小一,女,2023-02-03,{EAST},河边1号,卡介苗,1,2023-02-04,东关卫生院,鸡蛋\n"


@pytest.fixture(scope="module")
def child(site: str) -> str:
    """The reference of a child with a dose, whom the nurse's community knows."""
    with logged_in_as("job"):
        by = command("intake")
        for source, roll in (("police", POLICE.encode()), ("immunisation", ROLL.encode())):
            batch = intake.receive_roll(source=source, path=roll, as_at=AS_OF, by=by, name="roll.csv")
            intake.import_roll(batch_id=batch, path=roll, by=by)
        with acting(by):
            return ids.show(Identity.objects.get(name="陶小一").person_id)


def seen(page: Page, name: str) -> None:
    """Nothing on the page is inaccessible or spills; kept as a picture where somebody wants to look."""
    assert inaccessible(page) == []
    assert not is_too_wide(page)
    shoot(page, name)


@pytest.mark.parametrize(("size", "lang"), [("wide", "zh"), ("phone", "en")])
def test_the_glass_is_broken_closed_and_judged(reader: Callable[..., Reader], child: str, size: str, lang: str):
    nurse = reader("nurse", lang=LANGUAGES[lang], **SIZES[size]).page
    nurse.goto("/emergency/")
    seen(nurse, f"emergency-{size}-{lang}")
    nurse.locator("#ref").fill(child)
    nurse.locator("input[value=reaction]").check()
    nurse.locator("form[action='/emergency/open'] button").click()
    expect(nurse).to_have_url(re.compile(r"/emergency/\d+/P-"))
    expect(nurse.get_by_text("卡介苗")).to_be_visible()
    seen(nurse, f"emergency-rows-{size}-{lang}")
    opened = nurse.url
    nurse.locator("form[action$='/close'] button").click()
    expect(nurse).to_have_url(re.compile(r"/emergency/$"))
    nurse.goto(opened)
    expect(nurse.get_by_text("卡介苗")).to_have_count(0)
    health = reader("health", lang=LANGUAGES[lang], **SIZES[size]).page
    health.goto("/emergency/review/")
    seen(health, f"emergency-review-{size}-{lang}")
    health.locator("button[value=right]").first.click()
    expect(health.locator("button[value=right]")).to_have_count(0)
    expect(health.get_by_text("卡介苗")).to_have_count(0)


@pytest.mark.parametrize(("size", "lang"), [("wide", "en"), ("phone", "zh")])
def test_numbers_are_shown_for_a_reason(reader: Callable[..., Reader], child: str, size: str, lang: str):
    office = reader("office", lang=LANGUAGES[lang], **SIZES[size]).page
    office.goto(f"/people/{child}/numbers/")
    seen(office, f"numbers-ask-{size}-{lang}")
    office.locator("input[value=verify]").check()
    office.locator("main form button").last.click()
    seen(office, f"numbers-{size}-{lang}")
