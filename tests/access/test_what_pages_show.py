"""What pages say of people: nobody from elsewhere, nothing of another domain, even with Python's filters off."""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from tests.access.conftest import LAW
from tests.access.every_page import KINDS, ask, outside, pages, posted
from tests.posts import EAST
from tongdeng.access import selectors as access
from tongdeng.kernel import ids
from tongdeng.sites.console import frame

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
LISTS = [page for page in pages() if not page.blanks and page.name not in ("sign_out", "first_run", "sign_in")]
# A move asks another community about somebody, who is named there; a doubt holds two persons beside each other.
BETWEEN_PLACES = {"moves", "review"}
REF = re.compile(r"P-\d{4}-\d{4}-\d")


@dataclass(frozen=True)
class Traces:
    """By what a page betrays somebody: names and addresses that one person alone bears, words of a domain."""

    places: dict[str, str]
    words: dict[str, frozenset[str]]
    persons: dict[str, str]  # by reference

    def beyond(self, body: str, seat: str, domains: str) -> set[str]:
        """Return what a page says of people elsewhere, or of domains its reader has no business with."""
        found = {trace for trace, place in self.places.items() if trace in body and outside(seat, place)}
        found |= {ref for ref in REF.findall(body) if outside(seat, self.persons.get(ref, seat))}
        others = (words for domain, words in self.words.items() if domain not in domains)
        return found | {word for words in others for word in words if word in body}


def _column(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.fixture(scope="module")
def traces(as_job) -> Traces:
    """What is to be looked for in every answer."""
    with as_job():
        rows = _column("SELECT person_id, territory, name, address FROM people_identity")
        names, homes = Counter(row[2] for row in rows), Counter(row[3] for row in rows)
        places = {row[2]: row[1] for row in rows if names[row[2]] == 1 and len(row[2]) > 2}
        # A rented home lies in its own community, wherever those who once stood there live now.
        rented = {row[0] for row in _column("SELECT address FROM people_dwelling")}
        places |= {row[3]: row[1] for row in rows if row[3] and homes[row[3]] == 1 and row[3] not in rented}
        words = {
            "C": frozenset(row[0] for row in _column("SELECT DISTINCT employer FROM people_job WHERE employer <> ''")),
            "D": frozenset(
                row[0] for row in _column("SELECT DISTINCT school FROM people_schooling WHERE school <> ''")
            ),
        }
        return Traces(places, words, {ids.show(row[0]): row[1] for row in rows})


def seats() -> list[tuple[str, str]]:
    """Return each kind of post where it sees least: whoever can have a community has one."""
    return [(kind, EAST if LAW.posts[kind] else posted(kind, EAST)) for kind in KINDS]


def _asked(kind: str, seat: str, queries: list[dict[str, str]], *, unfiltered: bool = False) -> list[tuple[str, str]]:
    """Return what every list says to a post, plainly and to each query."""
    named = [page for page in LISTS if unfiltered or LAW.pages[page.name] & {kind}]
    return [
        (page.name, ask(kind, seat, "get", f"{page.pattern}?{urlencode(query)}").body)
        for page in named
        for query in queries
    ]


@pytest.fixture(scope="module")
def elsewhere(traces) -> tuple[str, str, str]:
    """Somebody from another community: place, name and reference."""
    name, place = next((name, place) for name, place in traces.places.items() if outside(EAST, place) and len(name) < 5)
    return place, name, next(ref for ref, of in traces.persons.items() if of == place)


@pytest.mark.parametrize(("kind", "seat"), seats())
def test_no_list_tells_of_people_elsewhere_or_of_another_domain(kind, seat, traces, elsewhere):
    place, name, ref = elsewhere
    queries = [{}, {"place": place, "q": ref, "person": ref}]
    for page, body in _asked(kind, seat, queries):
        if page not in BETWEEN_PLACES:
            assert traces.beyond(body, seat, LAW.posts[kind]) - {ref} == set(), page
    assert name not in ask(kind, seat, "get", f"/people/?{urlencode({'q': ref})}").body


@pytest.mark.parametrize(("kind", "seat"), [("worker", EAST), ("police", EAST), ("admin", EAST), ("finance", EAST)])
def test_with_pythons_filters_off_nothing_more_is_shown(kind, seat, traces, elsewhere, monkeypatch):
    monkeypatch.setattr(access, "may_open", lambda page, kind: True)
    monkeypatch.setattr(access, "domains_of", lambda kind: "ABCDEFG")
    place, _, ref = elsewhere
    for module in _readers_of_places():
        monkeypatch.setattr(
            module, "chosen_place", lambda request: request.GET.get("place") or str(request.user.post.lo)
        )
    for page, body in _asked(kind, seat, [{}, {"place": place, "person": ref}], unfiltered=True):
        if page not in BETWEEN_PLACES:
            assert traces.beyond(body, seat, LAW.posts[kind]) - {ref} == set(), page


def test_with_row_security_off_they_would_be_shown(traces, elsewhere, without_guard, monkeypatch):
    # Guards the tests above: the same lists and the same traces find a leak where there is one.
    place, _, ref = elsewhere
    for module in _readers_of_places():
        monkeypatch.setattr(
            module, "chosen_place", lambda request: request.GET.get("place") or str(request.user.post.lo)
        )
    with without_guard("people_identity"), without_guard("people_key"):
        said = _asked("worker", EAST, [{"place": place}])
    assert {page for page, body in said if traces.beyond(body, EAST, LAW.posts["worker"]) - {ref}} >= {"people"}


def any_place(request: Any) -> str:
    """Return whatever place is asked for, as a page without its filter would."""
    return request.GET.get("place") or str(request.user.post.lo)


def _readers_of_places() -> list[object]:
    """Return every page module that asks which place was chosen."""
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("tongdeng.sites.console.") and getattr(module, "chosen_place", None) is frame.chosen_place
    ]
