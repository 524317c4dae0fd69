"""Every page asks the database as often for fifty rows as for five."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.conftest import LAW
from tests.access.every_page import KINDS, Page, pages
from tests.access.list_rows import PROPOSED, fill, prepare
from tests.posts import COUNTY, EAST, signed_in
from tests.residents import residents, signed_in_at_my
from tongdeng.hall import selectors as halls
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.sites.console import person_words, review_page

TOWN = EAST[:9] + "000"
FEW, MANY, GROWN = range(1, 6), range(6, 51), 10  # a page ends at fifty, and some have rows before
ROW = re.compile(r"<(?:tr|li)\b")
# Who reads a page: whoever has most of its rows; else the first for whom it opens.
READERS = {
    "orders": ("police", COUNTY), "cases": ("police", COUNTY), "requests": ("housing", COUNTY),
    "appointments": ("clerk", EAST), "window": ("clerk", EAST), "hall": ("clerk", EAST), "kiosk": ("clerk", EAST),
    "screen": ("clerk", EAST), "links": ("office", COUNTY), "delegations": ("office", COUNTY),
}  # fmt: skip
FIRST = ("clerk", "office", "police", "security", "admin", "auditor", *KINDS)
# The lists among the pages: `fill` gives each of them rows. Any other page may not grow either, as far as it opens.
LISTS = {
    "review", "moves", "departures", "callbacks", "orders", "ratings", "cases", "requests", "breaches", "delegations",
    "appointments", "rights", "accounts", "systems", "rolls", "links", "people", "dwellings", "owed", "proposals",
    "audit", "my_home", "my_cases", "my_requests", "my_messages", "my_proxies", "my_appointments", "my_copy",
}  # fmt: skip
FULL = {"people", "owed", "dwellings"}
PLAIN = [
    page for page in pages() if not page.blanks and LAW.pages[page.name] - {"anybody"} and page.name != "sign_out"
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a page came to: how many queries, how many rows; `which` counts the queries by their words."""

    queries: int
    rows: int
    which: tuple[str, ...]


def address_of(page: Page, *, many: bool) -> str:
    """Return where a page has few rows or many, if it has a page full before anything is filled."""
    if page.name == "appointments":
        return f"{page.pattern}?day={halls.bookable_days(clock.today())[-1]}"
    if page.name == "proposals":
        return f"{page.pattern}?service={PROPOSED}&place={COUNTY if many else TOWN}"
    if page.name == "audit":
        return page.pattern if many else f"{page.pattern}?code=org.rights.listed"
    return f"{page.pattern}?place={COUNTY if many else EAST}" if page.name in FULL else page.pattern


def ask(client: Any, page: Page, *, many: bool = True, enough: int = 0) -> Asked | None:
    """Return what a page asks; None where it does not open.

    Of three times the least: the first reads what a process reads once, and now and then it looks for a new law. Once
    it asks no more than is `enough`, it is not opened again.
    """
    found, url = [], address_of(page, many=many)
    for _ in range(3):
        with CaptureQueriesContext(connection) as made:
            answer = client.get(url)
        if answer.status_code != 200:
            return None
        which = tuple(re.sub(r"\d+|'[^']*'", "?", one["sql"]) for one in made)
        body = b"".join(answer) if answer.streaming else answer.content
        found.append(Asked(len(made), len(ROW.findall(body.decode("utf-8", "replace"))), which))
        if len(made) <= enough:
            break
    return min(found, key=lambda one: one.queries)


@lru_cache
def reader(kind: str, seat: str) -> Any:
    """Return a browser in which somebody has signed in: once, for only so many sittings stay open at a time."""
    if kind == "resident":
        return signed_in_at_my(residents(1)[0])
    client = signed_in(kind, seat)
    client.raise_request_exception = False
    return client


def reader_of(page: Page) -> Any:
    """Return a browser for which a page opens; None where it does not open by a plain GET."""
    if page.pattern.startswith("/my/"):
        return reader("resident", "")
    seats = [READERS[page.name]] if page.name in READERS else [(kind, COUNTY) for kind in FIRST]
    for kind, seat in seats:
        if not LAW.pages[page.name] & {kind, "signed_in"}:
            continue
        if reader(kind, seat).get(page.pattern).status_code == 200:
            return reader(kind, seat)
    return None


@pytest.fixture(scope="module")
def asked(full_county: Any, open_doubt: None) -> dict[str, tuple[Asked, Asked]]:
    """What every page asks with five rows more in each list, and with fifty."""
    prepare()
    fill(FEW)
    readers = {page: client for page in PLAIN if (client := reader_of(page))}
    before = {page: found for page, client in readers.items() if (found := ask(client, page, many=False))}
    fill(MANY)
    return {
        page.name: (few, many) for page, few in before.items() if (many := ask(readers[page], page, enough=few.queries))
    }


def test_the_number_of_queries_does_not_grow_with_the_rows(asked):
    grown = {
        name: Counter(many.which) - Counter(few.which)
        for name, (few, many) in asked.items()
        if many.queries > few.queries
    }
    assert grown == {}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_list_had_fifty_rows(name, asked):
    # Guards the test above: a list that did not grow proves nothing.
    few, many = asked[name]
    assert few.rows
    assert many.rows >= few.rows + GROWN


def test_reading_the_map_for_each_row_would_be_seen(asked, monkeypatch):
    page = next(page for page in PLAIN if page.name == "review")
    monkeypatch.setattr(
        review_page, "place_text", lambda _, code: person_words.place_text(org.places(clock.today()), code)
    )
    found = ask(reader_of(page), page)
    assert found.queries >= asked["review"][1].queries + GROWN
