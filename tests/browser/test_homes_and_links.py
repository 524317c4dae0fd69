"""A safety inspection from the list to the history; and a list of tenants sent from outside by a link."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, inaccessible
from tests.browser.rolls import COMMUNITY, id_number

pytestmark = pytest.mark.browser
HEAD = ("房屋地址", "承租人姓名", "承租人证件号", "起租日期", "退租日期")
PREMISES = "学院路18号院"


def test_an_inspection_from_the_list_to_the_history_and_back(reader: Callable[..., Reader]) -> None:
    worker = reader("worker", width=390, height=844)
    page = worker.page
    page.goto("/dwellings/")
    page.locator(".chip", has_text="在租").first.click()
    page.wait_for_url("**/dwellings/?*")
    address = page.locator("td.lead b").first.inner_text()
    page.locator("td.lead a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(address)
    page.get_by_text("需整改", exact=True).click()
    page.get_by_label("要整改什么").fill("燃气软管老化")
    page.get_by_role("button", name="记录检查").click()
    history = page.locator("section", has=page.get_by_role("heading", name="安全检查", exact=True))
    expect(history).to_contain_text("燃气软管老化")
    expect(page.locator("#toast")).to_contain_text("已记录")
    assert inaccessible(page) == []
    page.locator("#toast").get_by_role("button", name="撤回").click()
    expect(page.locator("#toast")).to_contain_text("已撤回")
    expect(history).not_to_contain_text("燃气软管老化")
    assert worker.complaints == []


def test_a_landlord_declares_a_tenant_who_then_stands_on_the_page(reader: Callable[..., Reader]) -> None:
    worker = reader("worker")
    page = worker.page
    page.goto("/dwellings/?state=let")
    page.locator("td.lead a").first.click()
    page.get_by_label("姓名", exact=True).fill("上官租客")
    page.get_by_label("证件号码").fill(id_number("99018119930304181"))
    page.get_by_label("起租日期").fill("2026-11-20")
    page.get_by_role("button", name="登记承租人").click()
    expect(page.locator("#pending")).to_contain_text("已登记承租人", timeout=30_000)
    expect(page.locator(".stays")).to_contain_text("上***")
    expect(page.locator("main")).not_to_contain_text("上官租客")
    assert inaccessible(page) == []
    assert worker.complaints == []


def make_link(page: Page) -> str:
    """Make a link for a property manager, and return its address as it is shown this once."""
    page.goto("/links/")
    page.get_by_role("link", name="请物业或房主报承租人…").click()
    page.get_by_label("发给谁").fill("学院物业")
    page.get_by_label("哪个社区").select_option(COMMUNITY)
    page.locator("#addresses").fill(PREMISES)
    page.get_by_role("button", name="生成链接").click()
    return page.locator("#made-link").inner_text()


def write_list(file: Path) -> None:
    """Write three tenants: one good, one of elsewhere, one without a number."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [
                HEAD,
                (f"{PREMISES}1单元101", "闻人新", id_number("99018119950304199"), "2026-11-01", ""),
                ("别处路9号", "闻人旧", id_number("99018119950304202"), "2026-11-01", ""),
                (f"{PREMISES}1单元102", "闻人空", "", "2026-11-01", ""),
            ]
        )


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_list_is_sent_by_a_link_and_only_a_receipt_comes_back(
    width: int, height: int, reader: Callable[..., Reader], tmp_path: Path
) -> None:
    housing, outside = reader("housing"), reader(width=width, height=height)
    address = make_link(housing.page)
    assert inaccessible(housing.page) == []
    page = outside.page
    page.goto(address)
    expect(page.locator("main")).to_contain_text("个人信息保护法")
    assert inaccessible(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载空白表").click()
    assert download.value.suggested_filename == "tenants.xlsx"
    write_list(tmp_path / "list.csv")
    page.locator("#file").set_input_files(tmp_path / "list.csv")
    page.get_by_role("button", name="报送名单").click()
    receipt = page.locator("section", has=page.get_by_role("heading", name=re.compile("^回执")))
    expect(receipt).to_contain_text("收到 3 行")
    assert receipt.locator("td.note").all_inner_texts() == ["premises.outside", "required.missing"]
    expect(page.locator("main")).not_to_contain_text("闻人")
    assert inaccessible(page) == []
    number = re.findall(r"\d{10}", receipt.inner_text())[0]
    page.goto(address)
    page.get_by_label("回执号").fill(number)
    page.get_by_role("button", name="看回执").click()
    expect(receipt).to_contain_text(number)
    housing.page.goto("/links/")
    line = housing.page.locator("tr", has_text=number)
    expect(line).to_contain_text("3 行，2 行未收")
    line.get_by_role("button", name=re.compile("作废")).click()
    expect(line.get_by_role("button", name=re.compile("作废"))).to_have_count(0)
    gone = page.goto(address)
    assert gone is not None
    assert gone.status == 404
    assert [one for one in outside.complaints if "404" not in one] + housing.complaints == []
