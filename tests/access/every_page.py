"""Every address there is, an object for each of its blanks, and what a page answers to whom."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.conftest import LAW
from tests.posts import COUNTY, EAST, signed_in
from tongdeng.kernel import ids
from tongdeng.org.types import PostKind, territory_of, town_of

KINDS = [kind.value for kind in PostKind if kind is not PostKind.RESIDENT]
METHODS = ("get", "post")
BLANK = re.compile(r"<(?:\w+:)?(\w+)>")
# What differs between two answers of one page to one reader: tokens against forged forms, and the page's own clock.
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|\d{4}-\d\d-\d\d \d\d:\d\d|name="token" value="[^"]+"')


@dataclass(frozen=True)
class Page:
    """An address: its name in the matrix, its pattern (`/people/<str:ref>/`) and its blanks."""

    name: str
    pattern: str

    @property
    def blanks(self) -> tuple[str, ...]:
        return tuple(BLANK.findall(self.pattern))

    def url(self, values: dict[str, Any]) -> str:
        return BLANK.sub(lambda blank: str(values[blank[1]]), self.pattern)


def below(resolver: URLResolver, before: str) -> Iterator[Page]:
    """Yield every address below one."""
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Page(entry.name or "", pattern)
        else:
            yield from below(entry, pattern)


@lru_cache(maxsize=1)
def pages() -> tuple[Page, ...]:
    """Return every page; what lies below /api/ is in tests/access/test_every_operation.py."""
    return tuple(page for page in below(get_resolver(), "/") if "api/" not in page.pattern)


@dataclass(frozen=True)
class Target:
    """Something that belongs to a place: the values of a page's blanks, and those of something that is not there."""

    place: str
    values: dict[str, Any]
    missing: dict[str, Any]


# Where an object of each page is found: a query for its blanks and its place, run by a command that sees everything.
PERSON = f"SELECT person_id, territory FROM people_identity WHERE territory = '{EAST}' ORDER BY 1 LIMIT 1"
MOVE = "SELECT id, territory FROM work_task WHERE kind = 'intake.move' ORDER BY id LIMIT 1"
DOUBT = "SELECT d.id, d.territory FROM intake_doubt d ORDER BY d.id LIMIT 1"
CHANGE = "SELECT id, territory FROM people_merge ORDER BY id LIMIT 1"
HOME = "SELECT id, territory FROM people_dwelling ORDER BY territory, id LIMIT 1"
CALL = "SELECT id, territory FROM delivery_callback ORDER BY id LIMIT 1"
LINK = "SELECT id, territory FROM intake_link ORDER BY id LIMIT 1"
GIVEN = "SELECT record_id, territory FROM delivery_delivery WHERE domain = 'B' ORDER BY record_id LIMIT 1"
HOME_RECORD = (
    "SELECT h.id, s.record_id, h.territory FROM people_dwelling h"
    " JOIN people_dwelling_statement s ON s.dwelling_id = h.id ORDER BY h.id, s.record_id LIMIT 1"
)
REQUEST = "SELECT id, territory FROM privacy_request WHERE 'housing' = ANY (desks) ORDER BY id LIMIT 1"
TICKET = f"SELECT id, hall FROM hall_ticket WHERE hall = '{EAST}' ORDER BY id LIMIT 1"
BOOKED = f"SELECT booking_id, territory FROM hall_holder WHERE territory = '{EAST}' ORDER BY id LIMIT 1"
BOOKED_TO_CANCEL = f"SELECT booking_id, territory FROM hall_holder WHERE territory = '{EAST}' ORDER BY id DESC LIMIT 1"
CASE = "SELECT id, territory FROM desk_case WHERE 'police' = ANY (desks) ORDER BY id LIMIT 1"
DOCUMENT = (
    "SELECT subject_id, id, territory FROM documents_document WHERE subject_kind = 'desk.case' ORDER BY id LIMIT 1"
)
RATED = "SELECT id, territory FROM desk_followup ORDER BY id LIMIT 1"
ORDER = "SELECT id, territory FROM desk_supervision ORDER BY id LIMIT 1"
PAPER = "SELECT id, territory FROM papers_paper ORDER BY id LIMIT 1"
NOBODY, NONE = ids.show(ids.new_person_id()), 987_654_321


@dataclass(frozen=True)
class Found:
    """How the blanks of a page are filled: a query that gives them in order, and the place last."""

    query: str
    missing: tuple[Any, ...]
    show: Callable[[Any], Any] = int


OBJECTS: dict[str, Found] = {
    "person": Found(PERSON, (NOBODY,), ids.show),
    "split": Found(PERSON, (NOBODY,), ids.show),
    "paper": Found(PAPER, (NONE,)),
    "paper_pdf": Found(PAPER, (NONE,)),
    "person_papers": Found(PERSON, (NOBODY,), ids.show),
    "numbers": Found(PERSON, (NOBODY,), ids.show),
    "departure_say": Found(PERSON, (NOBODY,), ids.show),
    "move_answer": Found(MOVE, (NONE,)),
    "move_undo": Found(MOVE, (NONE,)),
    "review_doubt": Found(DOUBT, (NONE,)),
    "review_decide": Found(DOUBT, (NONE,)),
    "review_undo": Found(DOUBT, (NONE,)),
    "review_change": Found(CHANGE, (NONE,)),
    "dwelling": Found(HOME, (NONE,)),
    "dwelling_inspect": Found(HOME, (NONE,)),
    "dwelling_declare": Found(HOME, (NONE,)),
    "dwelling_end": Found(HOME, (NONE,)),
    "dwelling_undo": Found(HOME_RECORD, (NONE, NONE)),
    "callback_phone": Found(CALL, (NONE,)),
    "callback_answer": Found(CALL, (NONE,)),
    "callback_undo": Found(CALL, (NONE,)),
    "link_revoke": Found(LINK, (NONE,)),
    "request": Found(REQUEST, (NONE,)),
    "request_answer": Found(REQUEST, (NONE,)),
    "request_extend": Found(REQUEST, (NONE,)),
    "request_hand_over": Found(REQUEST, (NONE,)),
    "kiosk_ticket": Found(TICKET, (NONE,)),
    "window_ticket": Found(TICKET, (NONE,)),
    "appointment": Found(BOOKED, (NONE,)),
    "appointment_file": Found(BOOKED, (NONE,)),
    "appointment_cancel": Found(BOOKED_TO_CANCEL, (NONE,)),
    "person_appointments": Found(PERSON, (NOBODY,), ids.show),
    "case": Found(CASE, (NONE,)),
    "case_act": Found(CASE, (NONE,)),
    "case_finish": Found(CASE, (NONE,)),
    "case_hand_in": Found(CASE, (NONE,)),
    "case_document": Found(DOCUMENT, (NONE, NONE)),
    "order_reply": Found(ORDER, (NONE,)),
    "rating_contact": Found(RATED, (NONE,)),
    "rating_answer": Found(RATED, (NONE,)),
    "owed_undo": Found(GIVEN, (NONE,)),
    "proposal_undo": Found(GIVEN, (NONE,)),
}


def target(page: Page) -> Target:
    """Return an object of a page; the caller sees everything."""
    found = OBJECTS[page.name]
    with connection.cursor() as cursor:
        cursor.execute(found.query)
        row = cursor.fetchone()
    assert row is not None, f"no object for {page.name}: the fixture county lacks one"
    *values, place = row
    values = [found.show(value) for value in values]
    return Target(
        place, dict(zip(page.blanks, values, strict=True)), dict(zip(page.blanks, found.missing, strict=True))
    )


def elsewhere(place: str) -> tuple[str, str]:
    """Return a community and a town that have nothing to do with a place."""
    community = next(code for code in ("990101003001", "990101100001") if town_of(code) != town_of(place))
    return community, town_of(community)


def posted(kind: str, place: str) -> str:
    """Return where a post of this kind sits that serves a place: at its community, town, or the county."""
    return {"worker": place, "clerk": place, "town": town_of(place)}.get(kind, COUNTY)


@dataclass(frozen=True)
class Answer:
    """What a page said: two answers are equal where nobody can tell them apart."""

    status: int
    location: str
    body: str


KEPT_SECONDS = 300  # less than after which a sitting ends or a new proof is asked for
_sittings: dict[tuple[int, str, str], tuple[float, str]] = {}


def _sitting(kind: str, place: str) -> tuple[tuple[int, str, str], str]:
    """Return the cookie by which a post is signed in to this database: signing in takes longer than most pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        key = (int(cursor.fetchone()[0]), kind, place)
    began, cookie = _sittings.get(key, (0.0, ""))
    if not cookie or time.monotonic() - began > KEPT_SECONDS:
        cookie = signed_in(kind, place).cookies[settings.SESSION_COOKIE_NAME].value
        _sittings[key] = (time.monotonic(), cookie)
    return key, cookie


def ask(kind: str, place: str, method: str, url: str, *without: Any) -> Answer:
    """Return what a page answers to a post; `without` are the values that the address itself holds.

    Each time a browser of its own asks, which has nothing but the sign-in: no page says what an earlier one left over.
    """
    key, cookie = _sitting(kind, place)
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    response = getattr(client, method)(url)
    if response.wsgi_request.session.modified:
        _sittings.pop(key, None)  # the page signed out, or left something in the session
    body = (
        response.getvalue().decode("utf-8", "replace")
        if response.streaming
        else response.content.decode("utf-8", "replace")
    )
    location = response.headers.get("Location", "")
    names = re.compile(rf"(?<!\w)({'|'.join(re.escape(str(value)) for value in without) or '$^'})(?!\w)")
    return Answer(response.status_code, names.sub("·", location), names.sub("·", CHANGING.sub("·", body)))


def may_open(page: Page, kind: str) -> bool:
    """Tell what the matrix says."""
    return bool(LAW.pages[page.name] & {kind, "anybody"})


def outside(seat: str, place: str) -> bool:
    """Tell whether a division lies outside the territory of a post that sits at another."""
    lo, hi = territory_of(seat)
    return not lo <= place < hi
