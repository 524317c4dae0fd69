"""What a page links to opens for whoever reads it: nobody is sent to a door that stays shut."""

import re
from html import unescape

import pytest
from django.urls import Resolver404, resolve

from tests.access.conftest import LAW
from tests.access.every_page import KINDS, ask, pages, posted
from tests.posts import EAST
from tongdeng.sites.console import home, reports

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
LISTS = [page for page in pages() if not page.blanks and page.name not in ("sign_out", "first_run", "sign_in")]
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')


def seats() -> list[tuple[str, str]]:
    """Return each kind of post, where it sits when it serves the east."""
    return [(kind, posted(kind, EAST)) for kind in KINDS]


def named(link: str) -> str:
    """Return the name of the page that a link leads to, and nothing where there is none."""
    try:
        return resolve(link.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def is_shut(kind: str, seat: str, link: str) -> bool:
    """Tell whether a link is refused: by the matrix, or, a roll, by the bureau that it belongs to."""
    name = named(link)
    if name == "roll":
        return ask(kind, seat, "get", link).status != 200
    return not LAW.pages[name] & {kind, "anybody"} if name in LAW.pages else not link.startswith("/static/")


def shut_links(kind: str, seat: str, addresses: list[str]) -> set[tuple[str, str]]:
    """Return the links on these pages that are refused to their own reader: from which page to which."""
    pairs = {
        (address, unescape(link)) for address in addresses
        for link in LINK.findall(ask(kind, seat, "get", address).body)
    }  # fmt: skip
    return {(address, named(link) or link) for address, link in pairs if is_shut(kind, seat, link)}


@pytest.mark.parametrize(("kind", "seat"), seats())
def test_no_page_leads_its_reader_to_a_shut_door(kind, seat):
    assert shut_links(kind, seat, [page.pattern for page in LISTS if LAW.pages[page.name] & {kind}]) == set()


def test_without_asking_who_reads_the_home_page_and_the_measures_would(monkeypatch):
    # Guards the test above: should this one find nothing, that one proves nothing.
    sources = {"police", "hrss", "education", "housing", "deliveries", "residents-return"}
    shown = home.changes
    monkeypatch.setattr(home, "changes", lambda day, place, _: shown(day, place, sources))
    monkeypatch.setattr(reports, "opens", lambda request, page: True)
    found = shut_links("auditor", posted("auditor", EAST), ["/", "/measures/"])
    assert found == {("/", "roll"), ("/measures/", "owed")}
