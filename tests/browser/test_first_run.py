"""An installation from nothing: the first page checks the workbook, the command starts the county, sign-in follows."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import second_step
from tests.browser.reading import Reader, inaccessible, is_too_wide
from tests.browsers import served
from tests.workbooks import DIVISIONS, workbook

pytestmark = pytest.mark.browser
WRONG = "Failed to load resource: the server responded with a status of 422"


@pytest.fixture(scope="module")
def site(database: str) -> Iterator[str]:
    """Serve an installation in which nobody can sign in; takes the place of the county's."""
    with served() as address:
        yield address


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (320, 700)])
def test_the_first_page_is_accessible_everywhere(
    lang: str, width: int, height: int, reader: Callable[..., Reader], tmp_path: Path
) -> None:
    page = reader(lang=lang, width=width, height=height).page
    page.goto("/")
    expect(page).to_have_url(re.compile("/first-run/$"))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(workbook([*DIVISIONS, ("99", "")]))
    for _ in range(2):
        assert inaccessible(page) == []
        assert not is_too_wide(page)
        page.locator("#file").set_input_files(broken)
        page.locator("form.form button").click()
        expect(page.locator("#faults")).to_be_visible()


def chooses_a_password(page: Any, given: str) -> str:
    """Choose an own password where the one given out opens nothing else, and return it."""
    own = "kites over the harbour"
    expect(page).to_have_url(re.compile("/account/password/$"))
    page.goto("/people/")
    expect(page).to_have_url(re.compile("/account/password/$"))
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert inaccessible(page) == []
        assert not is_too_wide(page)
    for old, again, answer in (
        (given, own + "s", "#again-fault"),
        ("?" + given, own, "#old-fault"),
        (given, own, "[role=status]"),
    ):
        page.locator("#old").fill(old)
        page.locator("#new").fill(own)
        page.locator("#again").fill(again)
        page.get_by_role("button", name="改密码").click()
        expect(page.locator(answer)).to_be_visible()
        assert inaccessible(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="回到首页").click()
    return own


def test_from_nothing_to_the_first_sign_in(
    reader: Callable[..., Reader], tongdeng: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    person: Any = reader()
    page = person.page
    page.goto("/people/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载空白工作簿").click()
    assert download.value.suggested_filename == "county.xlsx"
    broken, good = tmp_path / "broken.xlsx", tmp_path / "linshan.xlsx"
    broken.write_bytes(workbook([*DIVISIONS, ("99", "坏行")]))
    good.write_bytes(workbook())
    page.locator("#file").set_input_files(broken)
    page.get_by_role("button", name="检查这份工作簿").click()
    expect(page.locator("table.rows tbody tr").first).to_contain_text("区划代码")
    page.locator("#file").set_input_files(good)
    page.get_by_role("button", name="检查这份工作簿").click()
    expect(page.get_by_role("status")).to_contain_text("将登记 5 个区划、3 名工作人员")
    expect(page.locator("pre.command")).to_have_text("./run county init linshan.xlsx --passwords passwords.txt")
    done = tongdeng("county", "init", good, "--json")
    assert done.returncode == 0, done.stderr
    passwords = {one["login"]: one["password"] for one in json.loads(done.stdout)["passwords"]}
    page.get_by_role("link", name="刷新").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))
    page.locator("#username").fill("zhou.min")
    page.locator("#password").fill(passwords["zhou.min"])
    page.locator("form.form button").click()
    own = chooses_a_password(page, passwords["zhou.min"])
    secret, _ = second_step.sets_up_an_app(page)
    page.goto("/")
    expect(page.locator(".me")).to_contain_text("周敏")
    expect(page.locator("nav.place")).to_contain_text("临山县")
    answer = page.goto("/first-run/")
    assert answer is not None
    assert answer.status == 404
    page.goto("/")
    page.locator(".me").click()
    page.get_by_role("button", name="退出登录").click()
    page.locator("#username").fill("zhou.min")
    page.locator("#password").fill(own)
    page.locator("form.form button").click()
    second_step.types_a_code(page, secret)
    expect(page.locator(".me")).to_contain_text("周敏")
    assert [one for one in person.complaints if WRONG not in one and "404" not in one] == []
