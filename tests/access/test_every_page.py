"""Every page as every post, in the own territory and out of it, against what the matrix of rights says."""

import hashlib

import pytest

from tests.access.conftest import LAW, PERSONAL
from tests.access.every_page import (
    KINDS,
    METHODS,
    OBJECTS,
    Answer,
    Page,
    Target,
    ask,
    elsewhere,
    may_open,
    outside,
    pages,
    posted,
    target,
)  # fmt: skip
from tests.databases import owner_here
from tests.posts import COUNTY, EAST
from tongdeng.intake import actions as intake
from tongdeng.intake.models import Move

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
PAGES = {page.name: page for page in pages()}
# The blanks of these name no person and no place: a service, a source, a law. Rows of people behind them are cut by
# the database, which tests/access/test_what_pages_show.py looks at.
PLACELESS = {
    "law_service": {"code": "PSB-01"}, "measure": {"code": "S1a"}, "measure_export": {"code": "S1a"},
    "quality_source": {"source": "police"}, "quality_corrections": {"source": "police"},
    "roll_template": {"source": "police"}, "link_new": {"kind": "tenants"}, "breach": {"number": 1},
    "breach_told": {"number": 1, "whom": "authority"}, "breach_close": {"number": 1}, "breach_export": {"number": 1},
    "one_time_notice": {"code": "PSB-01"},
}  # fmt: skip
# There for a post by its bureau or its part in the law, beyond its kind.
BY_BUREAU = {"rolls", "roll_new", "quality", "proposals", "law_drafts", "law_publications"}
# Only whoever began these may go on with them; their own tests hold that.
OWN = {"receipt", "register_undo", "departure_undo", "dwelling_progress", "dwelling_take_back"}
# Only whoever wrote a thing takes it back: to all others it is not there, in the own territory, too.
TAKEN_BACK = {"dwelling_undo", "callback_undo", "owed_undo", "proposal_undo"}
# By bureau, by law, by a secret link or by the door of sealed care, and held by tests of their own.
OTHERS = {
    "emergency_rows", "emergency_close", "emergency_judge",
    "roll", "roll_progress", "roll_stop", "roll_rejects", "why_sheet", "submit", "submit_receipt", "submit_template",
    "law_draft", "law_draft_act", "law_draft_open", "law_trial", "law_edit", "law_versions", "law_cases",
    "law_cases_run", "law_new", "law_text", "law_words", "law_publication", "law_publication_act", "law_bundle",
    "openid_connect_login", "openid_connect_callback", "end_sitting", "remove_factor", "right", "right_revoke",
    "right_factor", "right_decide", "right_withdraw", "account_password", "account_close", "system", "system_key",
    "system_key_decide", "system_key_revoke", "system_end", "system_resume",
    "my_paper", "my_paper_pdf", "my_notice", "my_notice_public", "my_request",
    "my_ask", "my_choice",
    "my_appointment", "my_appointment_file", "my_appointment_cancel",
    "my_case", "my_case_act", "my_case_code", "my_case_hand_in", "my_case_document", "my_case_take_back", "my_apply",
    "my_package", "my_package_act", "my_package_code", "my_package_hand_in", "my_package_apply",
    "my_proxy_end", "my_for", "my_apply_for",
    "delegation_end",  # of a post: no person stands behind it
}  # fmt: skip
# What is at /my/ has a sign-in of its own and is no post's: tests/integration/privacy, tests/access/test_resident.py.
STAFF_PAGES = [page for page in pages() if not page.pattern.startswith("/my/")]
PLAIN = [page for page in STAFF_PAGES if not page.blanks]
FILL = {blank: 987_654_321 for page in pages() for blank in page.blanks} | {"ref": "P-0000-0000-0", "code": "PSB-01"}


@pytest.fixture(scope="module")
def targets(as_job) -> dict[str, Target]:
    """An object of each page that has one; the community of the person at the door has been asked about them."""
    with as_job("intake") as by:
        for batch in Move.objects.values_list("batch_id", flat=True):
            intake.settle_household(batch_id=batch, by=by)
    with as_job():
        return {name: target(PAGES[name]) for name in OBJECTS}


def rows_anywhere() -> str:
    """Return a digest of all rows of all personal tables: what nobody may change stays as it is."""
    digest = hashlib.sha256()
    with owner_here() as owner:
        for table in PERSONAL:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            for row in owner.execute(f"SELECT md5(t::text) FROM {table} t ORDER BY 1").fetchall():
                digest.update(row[0].encode())
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return digest.hexdigest()


def told(kind: str, place: str, method: str, page: Page, found: Target) -> tuple[Answer, Answer]:
    """Return what is answered for the object and for one that is not there, without their names."""
    names = [*found.values.values(), *found.missing.values()]
    there, nowhere = (ask(kind, place, method, page.url(of), *names) for of in (found.values, found.missing))
    return there, nowhere


def told_apart(one: Answer, other: Answer) -> list[str]:
    """Return the lines by which somebody could tell two answers apart."""
    if (one.status, one.location) != (other.status, other.location):
        return [f"{one.status} {one.location}", f"{other.status} {other.location}"]
    return sorted(set(one.body.splitlines()) ^ set(other.body.splitlines()))


def test_every_page_is_named_in_the_matrix_and_every_name_is_a_page():
    assert {page.name for page in pages()} == set(LAW.pages)


def test_every_page_with_a_blank_is_expected_somewhere():
    # A new page fails here until somebody has said whose its objects are.
    blanks = {page.name for page in pages() if page.blanks}
    assert blanks == set(OBJECTS) | set(PLACELESS) | OWN | OTHERS


@pytest.mark.parametrize("page", STAFF_PAGES, ids=lambda page: page.name)
def test_a_post_without_business_there_is_refused_whatever_it_asks_for(page: Page):
    for kind in KINDS:
        if may_open(page, kind):
            continue
        for method in METHODS:
            answer = ask(kind, posted(kind, EAST), method, page.url(FILL))
            assert answer.status == 403, (kind, method)


@pytest.mark.parametrize("page", STAFF_PAGES, ids=lambda page: page.name)
def test_nobody_who_has_not_signed_in_gets_further_than_the_sign_in(client, page: Page):
    if "anybody" in LAW.pages[page.name]:
        return
    for method in METHODS:
        response = getattr(client, method)(page.url(FILL))
        assert response.status_code == 302, method
        assert response.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.name)
def test_a_page_opens_for_whoever_the_matrix_names(page: Page):
    said = {kind: ask(kind, posted(kind, EAST), "get", page.url({})).status for kind in KINDS if may_open(page, kind)}
    if page.name in BY_BUREAU:
        assert set(said.values()) <= {200, 403}
        assert 200 in said.values()
    elif page.name.startswith("first_run"):
        assert set(said.values()) == {404}  # it is gone once there is staff
    else:
        assert set(said.values()) <= {200, 302, 405}, said


@pytest.mark.parametrize("name", PLACELESS)
def test_a_page_about_no_place_opens_for_whoever_the_matrix_names(name):
    for kind in (kind for kind in KINDS if may_open(PAGES[name], kind)):
        answer = ask(kind, posted(kind, EAST), "get", PAGES[name].url(PLACELESS[name]))
        assert answer.status in (200, 403, 404, 405), kind


@pytest.mark.parametrize("name", OBJECTS)
def test_out_of_territory_an_object_is_answered_for_like_one_that_is_not_there(name, targets):
    page, found = PAGES[name], targets[name]
    before = rows_anywhere()
    community, town = elsewhere(found.place)
    for kind in (kind for kind in ("worker", "clerk", "town", "police", "housing") if may_open(page, kind)):
        place = town if kind == "town" else community
        assert outside(place, found.place)
        for method in METHODS:
            there, nowhere = told(kind, place, method, page, found)
            assert told_apart(there, nowhere) == [], (kind, method)
            assert there.status < 500
    assert rows_anywhere() == before


@pytest.mark.parametrize("name", sorted(OBJECTS.keys() - TAKEN_BACK))
def test_in_the_own_territory_the_same_object_is_there(name, targets):
    # Guards the test above: an address that is never there proves nothing.
    page, found = PAGES[name], targets[name]
    kind = next(kind for kind in ("clerk", "housing", "office") if may_open(page, kind))
    place = found.place if kind == "clerk" else COUNTY
    answers = [told(kind, place, method, page, found) for method in METHODS]
    assert all(there.status < 500 for there, _ in answers)
    assert any(there != nowhere for there, nowhere in answers)
