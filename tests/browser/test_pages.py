"""Every page in both sizes and languages: nothing inaccessible, no complaint of the browser, no sideways scrolling."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import doubts
from tests.browser.reading import Reader, inaccessible, is_too_wide, shoot
from tests.browser.rolls import A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY, police_roll, send
from tests.posts import EAST
from tests.written import write_to
from tongdeng.intake.exports import review
from tongdeng.kernel import ids

pytestmark = pytest.mark.browser

# Page: who reads it, and where it is; `{person}` and `{roll}` are filled in from the served county.
PAGES = {
    "sign-in": ("", "/sign-in/"),
    "own password": ("worker", "/account/password/"),
    "own account": ("worker", "/account/"),
    "proof": ("worker", "/account/prove/?next=/owed/export"),
    "rights": ("auditor", "/rights/"),
    "right of a person": ("security", "/rights/{staff}/"),
    "accounts": ("admin", "/accounts/"),
    "home": ("office", "/"),
    "home of a town": ("office", "/?place=990101001000"),
    "measures": ("office", "/measures/"),
    "measures by community": ("office", "/measures/S1b/?place=990101001000&by=community&order=place"),
    "export of measures": ("office", "/measures/S1a/export/?by=town"),
    "parity": ("office", "/parity/"),
    "method": ("office", "/method/"),
    "law": ("office", "/law/"),
    "law searched": ("worker", "/law/?q=居住证&lately=1"),
    "export of the law": ("office", "/law/export/?bureau=CIV"),
    "service": ("office", "/law/HRS-02/"),
    "service behind the seal": ("nurse", "/law/HEA-04/?from=2009-01-01"),
    "drafts of the law": ("hrss", "/law/drafts/"),
    "draft of the law": ("office", "/law/drafts/{draft}/"),
    "draft of the law, read only": ("justice", "/law/drafts/{draft}/"),
    "editor of a service": ("office", "/law/drafts/{draft}/services/HRS-02/"),
    "editor, an older version": ("office", "/law/drafts/{draft}/services/HUD-04/?version=0"),
    "examples of a service": ("office", "/law/drafts/{draft}/services/HRS-02/cases/"),
    "law file as text": ("office", "/law/drafts/{draft}/text/?path=services/hrs/unemployment_registration.yaml"),
    "publications of the law": ("justice", "/law/publications/"),
    "publication of the law": ("auditor", "/law/publications/1/"),
    "people": ("office", "/people/"),
    "people found": ("office", "/people/?q=wang"),
    "nobody found": ("office", "/people/?q=nobody-of-this-name"),
    "person": ("office", "/people/{person}/"),
    "person with why": ("office", "/people/{person}/?service=PSB-02"),
    "why sheet": ("office", "/people/{person}/why/PSB-02/"),
    "papers and messages": ("office", "/people/{person}/papers/"),
    "paper": ("office", "/papers/{paper}/"),
    "check of a paper": ("", "/verify/?number={number}&code={code}"),
    "owed list of the county": ("office", "/owed/"),
    "owed list with panel": ("worker", "/owed/?person={person}"),
    "owed list by date": ("worker", "/owed/?order=date"),
    "not known": ("worker", "/owed/?tab=unknown"),
    "declined": ("worker", "/owed/?tab=declined"),
    "export form": ("worker", "/owed/export"),
    "rolls": ("office", "/rolls/"),
    "new roll": ("office", "/rolls/new/"),
    "roll with rejects": ("office", "/rolls/{roll}/"),
    "rented homes": ("housing", "/dwellings/"),
    "rented homes to inspect": ("worker", "/dwellings/?state=late"),
    "rented home": ("worker", "/dwellings/{home}/"),
    "rented home, read only": ("office", "/dwellings/{home}/"),
    "submission links": ("housing", "/links/"),
    "new link for tenants": ("housing", "/links/new/tenants/"),
    "new link for workers": ("hrss", "/links/new/workers/"),
    "submission page": ("", "{submit}"),
    "data quality": ("office", "/quality/"),
    "data quality by town": ("office", "/quality/?by=town"),
    "data quality by community": ("town", "/quality/?by=community"),
    "data quality of a source": ("office", "/quality/police/"),
    "data quality of a bureau": ("hrss", "/quality/hrss/"),
    "corrections": ("police", "/quality/police/corrections/"),
    "changes of divisions": ("office", "/divisions/"),
    "review": ("office", "/review/"),
    "nothing to review": ("worker", "/review/?kind=later"),
    "one doubt": ("office", "/review/{doubt}/"),
    "precision of links": ("office", "/review/quality/"),
    "parting records": ("worker", "/people/{person}/split/"),
    "register a household": ("worker", "/register/"),
    "register in the county": ("clerk", "/register/"),
    "moves": ("worker", "/moves/"),
    "moves of the county": ("clerk", "/moves/"),
    "not signed off": ("clerk", "/departures/"),
    "call-backs": ("town", "/callbacks/"),
    "call-backs of the county": ("office", "/callbacks/"),
    "proposals": ("clerk", "/proposals/"),
    "proposals of a bureau": ("justice", "/proposals/"),
    "cases": ("clerk", "/cases/"),
    "cases closed": ("police", "/cases/?show=closed"),
    "supervision": ("office", "/orders/"),
    "ratings": ("office", "/ratings/"),
    "deputies": ("police", "/delegations/"),
    "systems": ("admin", "/systems/"),
    "new system": ("admin", "/systems/new/"),
    "no such page": ("office", "/nowhere/"),
}
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
NO_SUCH_PAGE = "Failed to load resource: the server responded with a status of 404 (Not Found)"


@pytest.fixture(scope="module")
def known(reader: Callable[..., Reader], tmp_path_factory: pytest.TempPathFactory, doubt: str) -> dict[str, str]:
    """Return somebody who is owed a service in the worker's community, and a roll of which a row was given back."""
    worker = reader("worker").page
    worker.goto("/owed/")
    person = worker.locator("#panel").get_attribute("data-person")
    office = reader("office").page
    file: Path = tmp_path_factory.mktemp("rolls") / "police.csv"
    police_roll(file, A_GOOD_ROW, A_ROW_WITH_AN_IMPOSSIBLE_DAY)
    send(office, "police", file)
    assert person
    roll = office.url.rstrip("/").rsplit("/", 1)[1]
    worker.goto("/dwellings/?state=let")
    home = worker.locator("td.lead a").first.get_attribute("href")
    assert home
    number = ids.read(person)
    assert number
    made = write_to(number, "吴海燕", EAST)
    return {
        "paper": str(made.id),
        "number": made.wording.number,
        "code": made.wording.code,
        "person": person,
        "staff": staff_number(reader),
        "doubt": doubt,
        "roll": roll,
        "home": home.strip("/").rsplit("/", 1)[1],
        "submit": submission(reader),
        "draft": law_draft(reader),
    }


@pytest.fixture(scope="module")
def doubt(site: str, as_job: Callable[..., Any]) -> str:
    """Return the number of a doubt about two persons."""
    with as_job("intake") as by:
        one = doubts.person(by)
        doubts.ask(by, one, doubts.person(by, name="吴海艳", phone="10088880001"))
        return str(review.doubts_about(one)[0].pk)


def staff_number(reader: Callable[..., Reader]) -> str:
    """Return the number of somebody whose right may be changed."""
    page = reader("security").page
    page.goto("/rights/?kind=worker")
    address = page.locator("td.lead a").first.get_attribute("href")
    assert address
    return address.strip("/").rsplit("/", 1)[1]


def submission(reader: Callable[..., Reader]) -> str:
    """Return the path of a submission link."""
    page = reader("housing").page
    page.goto("/links/new/tenants/")
    page.locator("#for_whom").fill("和平物业")
    page.locator("#community").select_option(A_GOOD_ROW["社区代码"])
    page.locator("form.form button").click()
    return "/submit/" + page.locator("#made-link").inner_text().split("/submit/", 1)[1]


def law_draft(reader: Callable[..., Reader]) -> str:
    """Return the number of a draft of the law that changes a file and is at fault."""
    page = reader("office").page
    page.goto("/law/HRS-02/")
    page.get_by_role("button", name="另起草案修改").click()
    page.wait_for_url("**/drafts/**")
    number = page.url.split("/drafts/", 1)[1].split("/", 1)[0]
    page.goto(f"/law/drafts/{number}/text/?path=services/hrs/unemployment_registration.yaml")
    text = page.locator("#text")
    text.fill(text.input_value().replace("age_years < 60", "age_yeers < 65"))
    page.get_by_role("button", name="保存到草案").click()
    expect(page.locator(".law-faults")).to_be_visible()
    return number


@pytest.fixture(scope="module")
def desks(reader: Callable[..., Reader]) -> Callable[[str, str, str], Reader]:
    """Give one page for each reader, size and language, kept open for the module."""
    opened: dict[tuple[str, str, str], Reader] = {}

    def desk(login: str, size: str, lang: str) -> Reader:
        key = (login, size, lang)
        if key not in opened:
            width, height = SIZES[size]
            opened[key] = reader(login, lang=LANGUAGES[lang], width=width, height=height)
        opened[key].complaints.clear()
        return opened[key]

    return desk


@pytest.fixture(scope="module")
def narrow(reader: Callable[..., Reader]) -> Callable[[str], Reader]:
    """Give one narrow page for each reader."""
    return cache(lambda login: reader(login, width=320, height=700))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_silent(name: str, size: str, lang: str, desks: Any, known: dict[str, str]) -> None:
    login, address = PAGES[name]
    desk = desks(login, size, lang)
    desk.page.goto(address.format(**known), wait_until="load")
    expect(desk.page.locator("h1")).to_have_count(1)
    expect(desk.page.locator("html")).to_have_attribute("lang", "en" if lang == "en" else "zh-CN")
    shoot(desk.page, f"{name}-{size}-{lang}")
    faults = [*inaccessible(desk.page), *desk.complaints]
    if name == "no such page":
        faults = [one for one in faults if not one.endswith(NO_SUCH_PAGE)]  # that is what was asked for
    if is_too_wide(desk.page):
        faults.append("wider than the screen")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_into_320_pixels(name: str, narrow: Any, known: dict[str, str]) -> None:
    login, address = PAGES[name]
    desk = narrow(login)
    desk.page.goto(address.format(**known), wait_until="domcontentloaded")
    assert not is_too_wide(desk.page)


def test_a_broken_policy_and_an_inaccessible_page_would_be_told(desks: Any) -> None:
    # Guards the tests above: should this one find nothing, those prove nothing.
    desk = desks("office", "wide", "zh")
    desk.page.goto("/")
    bad = '<p style="color: #ddd">x</p><img src="/static/shell/mark.svg"><hr class="wide">'
    desk.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", bad)
    desk.page.evaluate("document.querySelector('hr.wide').style.width = '4000px'")
    assert any("Content Security Policy" in one for one in desk.complaints)
    assert any("image-alt" in one for one in inaccessible(desk.page))
    assert is_too_wide(desk.page)
