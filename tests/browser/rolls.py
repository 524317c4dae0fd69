"""A bureau's roll as a clerk would send it: invented people only (ids begin with 99, phones with 100)."""

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from tongdeng.kernel.citizen_id import check_character

COMMUNITY = "990101001001"
NAME = "欧阳新来"


def id_number(first17: str) -> str:
    """Return the number with its check character."""
    return first17 + check_character(first17)


A_GOOD_ROW = {
    "姓名": NAME, "性别": "男", "民族": "汉族", "公民身份号码": id_number("99018119950304123"),
    "出生日期": "1995-03-04", "户籍区划": "990181", "户籍地址": "岚平市石漪市石佛镇西岭村4组57号",
    "社区代码": COMMUNITY, "现居住地址": "城关街道和平路3号院1单元101", "居住处所": "租赁房屋", "居住事由": "务工",
    "流入日期": "2026-11-01", "登记日期": "2026-11-16", "联系电话": "10088880001",
}  # fmt: skip
A_ROW_WITH_AN_IMPOSSIBLE_DAY = A_GOOD_ROW | {
    "姓名": "司马错日", "公民身份号码": id_number("99018119950304231"), "流入日期": "2026-02-30",
}  # fmt: skip


def police_roll(file: Path, *rows: dict[str, str]) -> None:
    """Write a roll of the police."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(A_GOOD_ROW))
        writer.writeheader()
        writer.writerows(rows)


def send(page: Page, source: str, file: Path) -> None:
    """Send a roll on its page and wait for the summary."""
    page.goto("/rolls/new/")
    page.locator("#source").select_option(source)
    page.locator("#file").set_input_files(file)
    page.locator("form.form button").click()
    expect(page.locator("dl.tallies")).to_be_visible(timeout=30_000)
