"""Data quality and changes of divisions in a browser: looked at, downloaded, previewed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.reading import Reader, inaccessible, is_too_wide

pytestmark = pytest.mark.browser
HEAD = "日期,变更,原代码,新代码,新名称,English name,划入地址,说明\n"


def test_a_bureau_looks_at_its_roll_and_takes_the_corrections_along(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    desk = reader("police")
    page = desk.page
    page.goto("/")
    page.get_by_role("link", name="资料质量").click()
    page.get_by_role("link", name="流动人口登记").click()
    expect(page.locator("h1")).to_have_text("流动人口登记")
    expect(page.get_by_role("heading", name="每列填了多少")).to_be_visible()
    page.get_by_role("link", name="请部门更正…").click()
    page.get_by_label("核对资料、补正名册").check()
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出清单").click()
    file = tmp_path / "corrections.xlsx"
    coming.value.save_as(file)
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert "核对资料、补正名册" in str(rows[0][0])
    assert rows[2][3] == "姓名"
    assert not desk.complaints


def test_the_office_goes_from_town_to_community(reader: Callable[..., Reader]) -> None:
    page = reader("office").page
    page.goto("/quality/")
    page.get_by_role("link", name="按镇").click()
    page.get_by_role("link", name="城关街道").first.click()
    expect(page.locator("table")).to_contain_text("社区")
    assert "by=community" in page.url


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_office_previews_a_change_of_divisions(reader: Callable[..., Reader], tmp_path: Path, lang: str) -> None:
    desk = reader("office", lang=lang, width=390, height=844)
    page = desk.page
    file = tmp_path / "变更.csv"
    merge = "2027-01-01,合并,990101001001、990101001002,990101001031,新城社区,Xincheng,,县政发〔2026〕9号\n"
    split = "2027-01-01,拆分,990101001003,990101001003,,,,\n2027-01-01,拆分,990101001003,990101001032,和平,,人民路,\n"
    file.write_text(HEAD + merge + split, "utf-8")
    page.goto("/divisions/")
    page.locator("#file").set_input_files(file)
    page.locator("main form button").click()
    preview = page.locator("section", has=page.locator("#preview-title"))
    expect(preview).to_contain_text("990101001031")
    expect(preview).to_contain_text("tongdeng county divisions")
    assert not [*inaccessible(page), *desk.complaints]
    assert not is_too_wide(page)

    file.write_text(HEAD + "2027-01-01,合并,990101001777,990101001031,新城,,,\n", "utf-8")
    page.locator("#file").set_input_files(file)
    page.locator("main form button").click()
    expect(page.locator("section", has=page.locator("#wrong-title"))).to_contain_text("990101001777")
    assert not inaccessible(page)
