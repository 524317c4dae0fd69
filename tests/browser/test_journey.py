"""The plan's promise on screen: a roll becomes a person, a service owed, a record, and a figure that moved."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, coverage, inaccessible, wait_for_coverage
from tests.browser.rolls import A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY, COMMUNITY, NAME, police_roll, send

pytestmark = pytest.mark.browser
PLACES = ("", "990101001000", COMMUNITY)  # the county, the town, the community
Figures = dict[str, tuple[int, int]]


def figures(page: Page) -> Figures:
    """Return the numerator and denominator of S1a for each place."""
    return {place: coverage(page, place) for place in PLACES}


def moved(before: Figures, numerator: int, denominator: int) -> Figures:
    """Return figures that moved by so much, in each place alike."""
    return {place: (a + numerator, n + denominator) for place, (a, n) in before.items()}


def wait_for(page: Page, wanted: Figures) -> None:
    """Wait for the worker process to bring every place's figure there."""
    for place, figure in wanted.items():
        wait_for_coverage(page, figure, place)


def send_roll(page: Page, file: Path) -> None:
    """Send two rows, of which one is wrong, and download what was given back."""
    police_roll(file, A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY)
    send(page, "police", file)
    numbers = dict(zip(page.locator(".tallies dt").all_inner_texts(), tally_numbers(page), strict=True))
    assert {key: numbers[key] for key in ("行", "收下", "退回", "新登记的人")} == {
        "行": "2", "收下": "1", "退回": "1", "新登记的人": "1",
    }  # fmt: skip
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行").click()
    rejects = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert A_ROW_WITH_AN_IMPOSSIBLE_DAY["流入日期"] in rejects
    assert "没有“2026-02-30”这一天" in rejects
    assert NAME not in rejects


def tally_numbers(page: Page) -> list[str]:
    """Return the numbers of a roll's summary."""
    return page.locator(".tallies div > dd:first-of-type").all_inner_texts()


def find_by_keyboard(page: Page, name: str) -> None:
    """Search for somebody from any page and open what was found."""
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.locator("td.who").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def services(page: Page, state: str) -> list[str]:
    """Return the services that stand under one state on a person's page."""
    group = page.locator(".sub", has=page.get_by_role("heading", name=state, exact=True))
    return group.locator("xpath=following-sibling::ul[1]").locator("a > span:first-of-type").all_inner_texts()


def read_why(page: Page, service: str) -> None:
    """Open the answer for one service: its conditions, each judged, and the law behind it."""
    page.get_by_role("link", name=service).click()
    why = page.locator("#why")
    expect(why.get_by_role("heading", level=2)).to_have_text(f"为什么：{service}")
    expect(why.get_by_role("status")).to_contain_text("应享未享")
    expect(why.locator(".conds li").first).to_contain_text("满足")
    expect(why).to_contain_text("依据")
    expect(page).to_have_url(re.compile(r"\?service=JUS-04$"))
    assert inaccessible(page) == []


def listed(page: Page) -> list[str]:
    """Return the people of the owed list in its order."""
    links = page.locator("#owed-list a[data-person]").all()
    return list(dict.fromkeys(str(link.get_attribute("data-person")) for link in links))


def record_by_keyboard(page: Page, person: str) -> None:
    """Go to a person of the list by J and K, record what is chosen as given; whoever follows is shown next."""
    panel, order = page.locator("#panel"), listed(page)
    at, to = order.index(str(panel.get_attribute("data-person"))), order.index(person)
    for passed in order[at + 1 : to + 1] if at < to else reversed(order[to:at]):
        page.keyboard.press("j" if at < to else "k")
        expect(panel).to_have_attribute("data-person", passed)
    lines = page.locator(f"#owed-list tr[data-person='{person}']")
    owed = lines.count()
    page.keyboard.press("1")
    expect(panel.get_by_label("已提供")).to_be_checked()
    page.keyboard.press("Enter")
    expect(panel).to_have_attribute("data-person", [*order[to + 1 :], *order][0])
    expect(page.locator("#toast")).to_contain_text(f"已记录：{NAME}")
    expect(lines).to_have_count(owed - 1)


def test_a_roll_becomes_a_person_a_service_a_record_and_a_figure(reader: Callable[..., Reader], tmp_path: Path) -> None:
    office, worker = reader("office"), reader("worker")
    before = figures(office.page)
    send_roll(office.page, tmp_path / "police.csv")
    assert inaccessible(office.page) == []
    find_by_keyboard(office.page, NAME)
    person = office.page.url.rstrip("/").rsplit("/", 1)[1]
    expect(office.page.locator(".sub").first).to_be_visible()
    owed, served = services(office.page, "应享未享"), services(office.page, "已享受")
    assert served == ["居住登记申报"]  # the roll itself proves it
    assert "法治宣传" in owed
    read_why(office.page, "法治宣传")
    with_person = moved(before, len(served), len(served) + len(owed))
    wait_for(office.page, with_person)
    record_take_back_and_record(office.page, worker.page, person, with_person)
    assert office.complaints + worker.complaints == []


def record_take_back_and_record(office: Page, worker: Page, person: str, before: Figures) -> None:
    """Record as the community's worker while the office watches the figure."""
    worker.goto("/owed/")
    record_by_keyboard(worker, person)
    assert inaccessible(worker) == []
    worker.locator(".toastbar").hover()  # or it would close before the figure is there
    wait_for(office, moved(before, 1, 0))
    worker.keyboard.press("u")
    expect(worker.locator("#toast")).to_contain_text("已撤回")
    expect(worker.locator("#panel")).to_have_attribute("data-person", person)
    wait_for(office, before)
    record_by_keyboard(worker, person)
    wait_for(office, moved(before, 1, 0))
