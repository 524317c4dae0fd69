"""An official changes the law: who gains is seen before, a second person decides, and a person's page says why."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.reading import Reader, inaccessible, is_too_wide
from tests.browser.rolls import A_GOOD_ROW, NAME, police_roll, send

pytestmark = pytest.mark.browser
SERVICE, CALLED = "CIV-07", "流动儿童关爱保护"
FILE = "services/civ/migrant_child_care.yaml"
REASON = "县里把关爱保护放宽到全体流动人口"
Readers = Callable[..., Reader]


@pytest.fixture(scope="module")
def grown_up(reader: Readers, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of somebody of thirty-one whom the police roll brings."""
    page, file = reader("office").page, tmp_path_factory.mktemp("rolls") / "police.csv"
    police_roll(file, A_GOOD_ROW)
    send(page, "police", file)
    page.goto(f"/people/?q={NAME}")
    address = page.locator("td.who").get_by_role("link", name=NAME).get_attribute("href")
    assert address
    return address.partition("?")[0]


def sound(page: Page) -> None:
    """Hold a page to what every page is held to."""
    assert inaccessible(page) == []
    assert not is_too_wide(page)


def draft_from_service(page: Page, code: str) -> str:
    """Open a new draft from a service's page and return the draft's address."""
    page.goto(f"/law/{code}/")
    page.get_by_role("button", name="另起草案修改").click()
    expect(page.locator(".law-form")).to_be_visible()
    return str(re.search(r"/law/drafts/\d+/", page.url)[0])


def condition_with(page: Page, word: str) -> str:
    """Return the number of the condition that speaks of a fact."""
    for field in page.locator("[data-condition]").all():
        if word in field.input_value():
            return str(field.get_attribute("id")).split("-")[1]
    raise AssertionError(word)


def widen(page: Page) -> None:
    """Add a version from this month and let it reach everybody up to ninety; the words follow the typing."""
    page.locator("#new-from").fill("2026-11-01")
    page.get_by_role("button", name="加一个版本").click()
    expect(page.locator("#toast")).to_contain_text("已加新版本")
    expect(page.locator(".tabs [aria-current]")).to_have_text("2026-11-01 起")
    at = condition_with(page, "age_years")
    field, reads = page.locator(f"#condition-{at}-text"), page.locator(f"#condition-{at}-reads")
    expect(reads).to_contain_text("未满 16 周岁")
    field.fill("age_yeers < 90")
    expect(reads).to_contain_text("是否应为“age_years”")
    page.get_by_role("button", name="保存到草案").click()
    expect(page.get_by_role("alert").first).to_contain_text("没有保存")
    sound(page)
    field.fill("周岁")
    reads.get_by_role("button", name="周岁").first.click()
    expect(field).to_have_value("age_years")
    field.press_sequentially(" < 90")
    expect(reads).to_contain_text("未满 90 周岁")
    page.locator(f"#condition-{at}-zh").fill("未满90周岁")
    page.locator(f"#condition-{at}-en").fill("younger than ninety")
    page.get_by_role("button", name="保存到草案").click()
    expect(page.locator("#toast")).to_contain_text("已保存到草案")
    sound(page)


def add_example(page: Page) -> None:
    """Add an example for the new version; its result follows the typing, before anything is saved."""
    page.get_by_role("link", name=re.compile("^例子")).click()
    examples = page.locator(".law-case")
    before = examples.count()
    page.get_by_role("button", name="加一个例子").click()
    expect(examples).to_have_count(before + 1)
    new, result = f"case-{before}", page.locator(f"#result-{before}")
    page.locator(f"#{new}-name").fill("四十岁也在内")
    page.locator(f"#{new}-as_of").fill("2026-11-20")
    for fact in ("lives_here", "is_outside_county_hukou"):
        page.locator(f"#{new}-given-{fact}").select_option("true")
    page.locator(f"#{new}-given-age_years").fill("95")
    expect(result).to_contain_text("不一致")
    expect(result).to_contain_text("没有满足：未满90周岁")
    page.locator(f"#{new}-given-age_years").fill("40")
    expect(result).not_to_contain_text("不一致")
    expect(page.locator("#cases-told")).to_have_text(f"{before + 1} 个例子，{before + 1} 个一致")
    sound(page)
    page.get_by_role("button", name="保存到草案").click()
    expect(page.locator("#toast")).to_contain_text("已保存到草案")
    expect(examples).to_have_count(before + 1)


def see_who_gains(page: Page, draft: str) -> int:
    """Try the draft on everyone and return how many people gain by it."""
    page.goto(draft)
    expect(page.locator(".diff").last).to_contain_text("未满 90 周岁")
    page.get_by_role("button", name="在全县试算").click()
    tallies = page.locator("#effects .tallies")
    expect(tallies).to_be_visible(timeout=60_000)
    sound(page)
    page.locator("#effects details summary").first.click()
    assert page.locator("#effects details tbody tr").count() > 1
    return int(tallies.locator("dd").nth(2).inner_text().replace(",", ""))


def propose(page: Page) -> str:
    """Propose a draft, first without a reason, and return the publication's address."""
    page.get_by_role("button", name="提请公布").click()
    expect(page.locator("#reason")).to_be_focused()
    expect(page.locator("#reason-fault")).to_be_visible()
    page.locator("#reason").fill(REASON)
    page.get_by_role("button", name="提请公布").click()
    expect(page.locator("#toast")).to_contain_text("等第二个人批准")
    # Whoever wrote it is told why the button is not there.
    expect(page.locator("body")).to_contain_text("不能批准自己的草案")
    expect(page.get_by_role("button", name="批准并公布")).to_have_count(0)
    return page.url.partition("?")[0]


def approve(page: Page, address: str, gaining: int) -> None:
    """Decide as the second person: the change is large, so it takes a reason."""
    page.goto("/law/publications/")
    sound(page)
    page.locator("a", has_text="修改").first.click()
    expect(page).to_have_url(address)
    effects = page.locator("#publication-effects .tallies")
    expect(effects).to_be_visible(timeout=60_000)
    page.reload()
    expect(effects.locator("dd").nth(2)).to_have_text(f"{gaining:,}")
    sound(page)
    page.get_by_role("button", name="批准并公布").click()
    expect(page.locator("#second_look_reason")).to_be_focused()
    page.locator("#second_look_reason").fill("放宽年龄正是这次修改的目的")
    page.get_by_role("button", name="批准并公布").click()
    expect(page.locator("#toast")).to_contain_text("已公布")
    expect(page.locator(".head")).to_contain_text("现行法规")


def why(page: Page, person: str) -> str:
    """Return the answer that a person's page gives, with its conditions."""
    page.goto(f"{person}?service={SERVICE}")
    return page.locator("#why").inner_text()


def wait_for_why(page: Page, person: str, wanted: str) -> str:
    """Open a person's page anew until the worker process has determined everyone; at most a minute."""
    last = time.monotonic() + 60
    while wanted not in (said := why(page, person)) and time.monotonic() < last:
        page.wait_for_timeout(200)
    assert wanted in said
    return said


def bring_back(page: Page) -> None:
    """Open a draft that would bring back the law the county began with."""
    page.goto("/law/publications/")
    page.locator("section", has=page.get_by_role("heading", name="已公布")).locator("tbody a").last.click()
    page.get_by_role("button", name="起草恢复到这一部").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("恢复到")
    expect(page.locator("body")).to_contain_text("2026-11-01 起的版本不再有")
    sound(page)


def test_an_official_changes_the_law_and_a_person_sees_why(reader: Readers, grown_up: str) -> None:
    office, justice = reader("office"), reader("justice")
    before = wait_for_why(office.page, grown_up, "现在不符合")
    assert "未满16周岁" in before
    draft = draft_from_service(office.page, SERVICE)
    widen(office.page)
    add_example(office.page)
    gaining = see_who_gains(office.page, draft)
    assert gaining > 100
    assert why(office.page, grown_up) == before  # nothing in a draft touches anybody
    office.page.goto(draft)
    address = propose(office.page)
    approve(justice.page, address, gaining)
    after = wait_for_why(office.page, grown_up, "应享未享")
    assert "未满90周岁" in after
    assert "2026年11月1日起施行" in after
    office.page.goto(f"/law/{SERVICE}/")
    expect(office.page.locator(".law-versions .now .diff")).to_contain_text("未满 90 周岁")
    expect(office.page.locator("table")).to_contain_text("四十岁也在内")
    bring_back(office.page)
    refused = "status of 422"  # said by the browser of each form that came back to be repaired
    assert [one for one in office.complaints + justice.complaints if refused not in one] == []


def test_an_official_adds_a_service_and_says_from_which_day_it_counts(reader: Readers) -> None:
    office = reader("office")
    draft = draft_from_service(office.page, SERVICE)
    office.page.goto(draft)
    typed = {"new-code": SERVICE, "new-from": "2027-01-01", "new-zh": "新来者上门说明", "new-en": "A welcome visit"}
    for field, value in {**typed, "new-clause-zh": "某办法第3条"}.items():
        office.page.locator(f"#{field}").fill(value)
    office.page.get_by_role("button", name="加到草案里").click()
    expect(office.page.locator("#code-fault")).to_contain_text(CALLED)  # the code is somebody else's
    sound(office.page)
    office.page.locator("#new-code").fill("CIV-90")
    office.page.get_by_role("button", name="加到草案里").click()
    office.page.get_by_text("从哪天算起").click()
    office.page.locator("#rhythm").select_option("once")
    office.page.locator("#opens_from").select_option("arrived_on")
    office.page.locator("#occasion_zh").fill("新来本县")
    sound(office.page)
    office.page.get_by_role("button", name="保存到草案").click()
    expect(office.page.locator("#opens_from")).to_have_value("arrived_on")
    office.page.goto(f"{draft}text/?path=services/civ/a_welcome_visit.yaml")
    written = office.page.locator("textarea").input_value()
    assert "occasion: {zh: 新来本县}\n    rhythm: once\n    opens_from: arrived_on\n" in written
    office.page.goto(draft)
    expect(office.page.locator("main")).to_contain_text("新来者上门说明")


def test_a_published_law_is_taken_home_and_brought_back(reader: Readers) -> None:
    page = reader("office").page
    page.goto("/law/publications/")
    first = page.locator("section", has=page.get_by_role("heading", name="已公布")).locator("tbody a").last
    first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("ZIP")).click()
    files = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert FILE in files.namelist()
    assert "age_years < 16" in files.read(FILE).decode()


def test_the_list_leaves_as_a_workbook_with_a_purpose_and_a_watermark(reader: Readers) -> None:
    page = reader("auditor").page
    page.goto("/law/?bureau=CIV")
    rows = page.locator("tbody tr[id]").count()
    page.get_by_role("link", name=re.compile("^导出 Excel")).click()
    page.locator("[name=purpose][value=meeting]").check()
    with page.expect_download() as download:
        page.locator("form.form button").click()
    sheet = CalamineWorkbook.from_path(download.value.path()).get_sheet_by_index(0).to_python()
    assert "导出人：徐大勇" in str(sheet[0][0])
    assert "应当删除" in str(sheet[1][0])
    assert sheet[2][:3] == ["编码", "事项", "部门"]
    assert len(sheet) == rows + 3
    assert SERVICE in [row[0] for row in sheet]


def test_a_fault_in_the_text_leads_to_its_line_and_is_never_proposed(reader: Readers) -> None:
    page = reader("office").page
    draft = draft_from_service(page, SERVICE)
    page.get_by_role("link", name="文本方式").click()
    text = page.locator("#text")
    text.fill(text.input_value().replace("rhythm: yearly", "rhythm: yeerly", 1))
    page.get_by_role("button", name="保存到草案").click()
    fault = page.locator(".law-faults a").first
    expect(fault).to_contain_text(f"{FILE}:")
    page.goto(draft)
    page.locator(".law-faults a").first.click()
    chosen = "t => t.value.slice(t.selectionStart, t.selectionEnd)"
    assert "yeerly" in text.evaluate(chosen)
    sound(page)
    page.goto(draft)
    page.locator("#reason").fill(REASON)
    page.get_by_role("button", name="提请公布").click()
    expect(page.locator("#reason-fault")).to_contain_text("yeerly")
    page.goto(f"{draft}text/?path={FILE}")
    text.fill("service: [")
    page.get_by_role("button", name="保存到草案").click()
    expect(fault).to_contain_text(f"{FILE}:")
    for form in ("", "cases/"):
        page.goto(f"{draft}services/{SERVICE}/{form}")
        expect(page.get_by_role("link", name=re.compile("文本方式")).first).to_be_visible()
        sound(page)
    page.goto(draft)
    page.get_by_role("button", name=re.compile("恢复原样")).click()
    expect(page.locator("#toast")).to_contain_text("已恢复为现行内容")
    expect(page.locator(".law-faults")).to_have_count(0)
    page.get_by_role("button", name="撤销草案").click()
    expect(page.locator("#toast")).to_contain_text("草案已撤销")


def test_who_may_change_what_is_offered_and_nothing_else(reader: Readers) -> None:
    hrss, worker, office = (reader(login).page for login in ("hrss", "worker", "office"))
    new = "另起草案修改"
    hrss.goto("/law/HRS-02/")
    expect(hrss.get_by_role("button", name=new)).to_be_visible()
    hrss.goto(f"/law/{SERVICE}/")
    expect(hrss.get_by_role("button", name=new)).to_have_count(0)
    draft = draft_from_service(office, SERVICE)
    # Somebody else's draft is theirs to read, and its fields are not theirs to save.
    hrss.goto(draft)
    expect(hrss.get_by_role("button", name="提请公布")).to_have_count(0)
    hrss.goto(f"{draft}services/{SERVICE}/")
    expect(hrss.get_by_role("button", name="保存到草案")).to_have_count(0)
    worker.goto(f"/law/{SERVICE}/")
    expect(worker.get_by_role("button", name=new)).to_have_count(0)
    for address in ("/law/drafts/", draft, "/law/publications/"):
        answer = worker.goto(address)
        assert answer is not None
        assert answer.status == 403
