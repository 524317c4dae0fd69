"""The promise of the plan on screen: a roll becomes a person, a service owed, a record, and a figure that moved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Reader, coverage, inaccessible, wait_for_coverage
from tests.browser.rolls import A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY, COMMUNITY, NAME, police_roll, send

pytestmark = pytest.mark.browser
PLACES = ("", "990101001000", COMMUNITY)  # the county, the town, the community


def read_rejects(page: Page) -> str:
    """Download the rows that were given back."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行").click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def tally(page: Page, label: str) -> str:
    """Return one number of a roll's summary."""
    return page.locator("dl.tallies > div", has=page.get_by_text(label, exact=True)).locator("dd").first.inner_text()


def services(page: Page, state: str) -> list[str]:
    """Return the codes of the services that stand under one state on a person's page."""
    links = page.locator(f"h3:has-text('{state}') + ul a[data-service], .sub:has-text('{state}') + ul a[data-service]")
    return [str(link.get_attribute("data-service")) for link in links.all()]


def find_by_keyboard(page: Page, name: str) -> None:
    """Search for somebody from any page and open what was found."""
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def listed(page: Page) -> list[str]:
    """Return the people of the owed list in its order."""
    links = page.locator("#owed-list a[data-person]").all()
    return list(dict.fromkeys(str(link.get_attribute("data-person")) for link in links))


def record_by_keyboard(page: Page, person: str) -> str:
    """Go to a person of the list, record the chosen service as given, and return who ought to come next."""
    panel, order = page.locator("#panel"), listed(page)
    at, to = order.index(str(panel.get_attribute("data-person"))), order.index(person)
    for passed in order[at + 1 : to + 1] if at < to else reversed(order[to:at]):
        page.keyboard.press("j" if at < to else "k")
        expect(panel).to_have_attribute("data-person", passed)
    page.keyboard.press("1")
    expect(panel.get_by_label("已提供")).to_be_checked()
    page.keyboard.press("Enter")
    return next(one for one in [*order[to + 1 :], *order] if one != person)


def test_a_roll_becomes_a_person_a_service_owed_a_record_and_a_figure(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    office, worker = reader("office"), reader("worker")
    before = {place: coverage(office.page, place) for place in PLACES}

    police_roll(tmp_path / "police.csv", A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY)
    send(office.page, "police", tmp_path / "police.csv")
    assert [tally(office.page, label) for label in ("行", "收下", "退回", "新登记的人")] == ["2", "1", "1", "1"]
    rejects = read_rejects(office.page)
    assert "流入日期" in rejects
    assert "2026-02-30" in rejects

    find_by_keyboard(office.page, NAME)
    owed, served = services(office.page, "应享未享"), services(office.page, "已享受")
    assert "JUS-02" in owed
    assert served == ["PSB-01"]  # the police registered them: the roll itself proves it
    now = {place: (a + len(served), n + len(served) + len(owed)) for place, (a, n) in before.items()}
    read_why(office.page)
    wait_for_coverage(office.page, now[""])

    person = office.page.url
    record_undo_and_record(office.page, worker.page, now)
    assert office.complaints == worker.complaints == []
    assert person
