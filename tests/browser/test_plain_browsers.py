"""Reading without script, in either language, within one's own place; and what leaves the system as a file."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.reading import Reader, sign_in
from tests.browser.rolls import A_GOOD_ROW, COMMUNITY, police_roll, send

pytestmark = pytest.mark.browser
ELSEWHERE = "990101002001"  # a community of another town
FORMULA = '=HYPERLINK("http://example.org","和平路3号院")'


@pytest.fixture
def plain(reader: Callable[..., Reader]) -> Page:
    """Give a browser that runs no script."""
    return reader(java_script_enabled=False).page


def test_without_script_a_worker_signs_in_reads_records_and_takes_it_back(plain: Page) -> None:
    sign_in(plain, "worker")
    expect(plain.get_by_role("heading", level=1)).to_have_text("应享清单")
    first = plain.locator("#owed-list a[data-person]").first
    name, person = first.inner_text(), str(first.get_attribute("data-person"))
    first.click()
    expect(plain.locator("#panel-name")).to_contain_text(name)
    owed = plain.locator("#panel").get_by_role("checkbox").count()
    plain.get_by_text("已提供", exact=True).click()
    plain.get_by_role("button", name="记录，转到下一人").click()
    expect(plain.locator("#toast")).to_contain_text("已记录")
    plain.get_by_role("button", name="撤回").click()
    expect(plain.locator("#toast")).to_contain_text("已撤回")
    expect(plain.locator("#panel")).to_have_attribute("data-person", person)
    expect(plain.locator("#panel").get_by_role("checkbox")).to_have_count(owed)


def test_without_script_the_home_page_has_its_figures_and_a_person_their_reasons(plain: Page) -> None:
    sign_in(plain, "office")
    expect(plain.locator(".figure")).to_have_count(4)
    plain.get_by_text("看数据表").first.click()
    expect(plain.locator("details[open] table tbody tr").first).to_be_visible()
    plain.get_by_role("link", name="人员", exact=True).click()
    plain.locator("td.who a").first.click()
    plain.locator("a[data-service]").first.click()
    expect(plain.locator("#why-title")).to_contain_text("为什么：")


def test_a_wrong_password_is_said_at_the_form_and_opens_nothing(plain: Page) -> None:
    plain.goto("/people/")
    expect(plain.get_by_role("heading", level=1)).to_have_text("登录")
    plain.locator("#username").fill("office")
    plain.locator("#password").fill("demo-worker")
    plain.locator("form.form button").click()
    expect(plain.get_by_role("alert")).to_be_visible()
    expect(plain.get_by_role("heading", level=1)).to_have_text("登录")


def test_chinese_is_the_default_and_english_stays_once_chosen(reader: Callable[..., Reader]) -> None:
    page, html = reader("office", locale="en-US").page, "html"
    page.goto("/")
    expect(page.locator(html)).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Progress to equal services")
    page.get_by_role("link", name="Owed list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Owed list")
    expect(page.locator(html)).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("应享清单")


@pytest.fixture
def formula_on_the_list(reader: Callable[..., Reader], tmp_path: Path) -> None:
    """Have somebody on the worker's list whose address a spreadsheet program would run."""
    police_roll(tmp_path / "police.csv", A_GOOD_ROW | {"现居住地址": FORMULA})
    office = reader("office").page
    send(office, "police", tmp_path / "police.csv")
    # What the newcomer is owed, a job finds out after the roll.
    deadline = time.monotonic() + 60
    while A_GOOD_ROW["姓名"] not in office.content() and time.monotonic() < deadline:
        office.goto(f"/owed/?place={COMMUNITY}")


@pytest.mark.usefixtures("formula_on_the_list")
def test_an_export_needs_a_purpose_and_names_who_took_it_out_for_what(reader: Callable[..., Reader]) -> None:
    page = reader("worker").page
    page.goto("/owed/")
    expect(page.locator("#owed-list").get_by_text(A_GOOD_ROW["姓名"])).to_be_visible()
    page.get_by_role("link", name="导出").click()
    expect(page.get_by_label("上门走访、电话联系")).to_be_visible()
    page.locator("main form").evaluate("form => { form.noValidate = true; }")  # as a hand-made request would be
    page.get_by_role("button", name="导出").click()
    expect(page.locator("#purpose-fault")).to_have_text("请选一个用途。")
    page.get_by_label("上门走访、电话联系").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(Path(download.value.path()).read_bytes())).get_sheet_by_index(0)
    cells: list[list[Any]] = rows.to_python()
    assert "导出人：李红梅" in cells[0][0]
    assert "用途：上门走访、电话联系" in cells[0][0]
    dwellings = {row[cells[2].index("住处")] for row in cells[3:]}
    assert f"'{FORMULA}" in dwellings
    assert not [one for row in cells for one in row if isinstance(one, str) and one.startswith(("=", "+", "-", "@"))]


@pytest.fixture
def stranger(reader: Callable[..., Reader]) -> tuple[str, str]:
    """Return the number and the name of somebody of another community, whom the office may open."""
    page = reader("office").page
    page.goto(f"/people/?place={ELSEWHERE}")
    link = page.locator("td.who a").first
    name, address = link.inner_text(), str(link.get_attribute("href"))
    answer = page.goto(address)
    assert answer
    assert answer.status == 200
    return address.strip("/").rsplit("/", 1)[1], name


def test_a_worker_sees_nobody_and_nothing_of_another_community(
    reader: Callable[..., Reader], stranger: tuple[str, str]
) -> None:
    page, (person, name) = reader("worker").page, stranger
    page.goto(f"/owed/?place={ELSEWHERE}")
    expect(page.get_by_role("navigation", name="地点")).to_contain_text("东关社区")
    answer = page.goto(f"/people/{person}/")
    assert answer
    assert answer.status == 404
    page.goto(f"/people/?q={name}")
    assert person not in page.content()
    page.goto(f"/owed/?person={person}")
    assert name not in page.locator("#panel").inner_text()


def test_a_worker_records_nothing_for_another_community(
    reader: Callable[..., Reader], stranger: tuple[str, str]
) -> None:
    page, (person, _) = reader("worker").page, stranger
    page.goto("/owed/")
    page.locator("#panel [name=person]").evaluate("(field, person) => { field.value = person; }", person)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("不在本岗位的范围里")
