"""Every operation of /api/v1 as every kind of system, in the own territory and out of it, with and without a key."""

import re
from typing import Any

import pytest
from django.urls import get_resolver

from tests.access.conftest import LAW
from tests.access.every_page import below
from tests.access.test_every_page import rows_anywhere
from tests.cases import PERMIT, submitted
from tests.databases import owner_here
from tests.files import pdf
from tests.residents import Resident, residents
from tests.systems import API, Connected, approve, asked, connected, operations
from tongdeng.connect import actions
from tongdeng.kernel import ids
from tongdeng.org.types import town_of

KINDS = sorted(LAW.posts.keys() - {"care", "job", "self", "resident"})
SYSTEMS = ("town", "worker", "clerk", "police", "hrss", "education", "housing", "civil", "justice")
NOBODY, NONE = ids.show(ids.new_person_id()), 987_654_321
Thing = dict[str, Any]


@pytest.fixture(autouse=True)
def monday(monkeypatch, settings):
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-23")
    settings.TONGDENG_API_BAD_KEYS = 10_000  # of many tests within one minute


@pytest.fixture(scope="module")
def who(small_county) -> Resident:
    return residents()[0]


@pytest.fixture(scope="module")
def there(who) -> Thing:
    """A case with a document, and the person it is about: what the blanks of an operation are filled with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGDENG_TODAY", "2026-11-23")
        case = submitted(who)
        made = connected("clerk").upload(f"/cases/{case}/documents", "work_proof", pdf())
        assert made.status_code == 201, made.content
    return {"case": case, "document": made.json()["document"], "person": ids.show(who.person_id), "webhook": NONE}


def missing(_: Thing) -> Thing:
    return {"case": NONE, "document": NONE, "person": NOBODY, "webhook": NONE}


def body(name: str, about: Thing) -> Any:
    """Return what is sent with an operation."""
    return {
        "ask_eligibility": {"person": about["person"], "purpose": "advise"},
        "start_case": {"person": about["person"], "service": PERMIT},
        "act_on_case": {"act": "explain", "version": 1, "words": "x"},
        "add_webhook": {"url": "https://localhost/told", "kinds": ["*"]},
    }.get(name, {})


# What a system of the place gets, by the kind that is asked: nothing but these. Whoever adds an operation says it here.
# ABOUT: what is asked for belongs to a place, so that a system elsewhere must be told that there is none.
ABOUT = {
    "ask_eligibility", "get_case", "start_case", "act_on_case", "list_documents", "hand_in_document", "get_document",
}  # fmt: skip
LISTS = {"list_cases", "list_tasks"}  # rows of people, cut by row security
NOBODYS = {"list_services", "get_service"}  # the law
OWN = {"list_webhooks", "add_webhook", "end_webhook"}  # the system's own


def ask(system: Connected, name: str, about: Thing) -> Any:
    method, path = operations()[name]
    path = re.sub(r"\{(\w+)\}", lambda blank: str(about.get(blank[1], "PSB-02")), path.removeprefix(API))
    if method == "get":
        return system.get(path)
    if name == "hand_in_document":
        return system.upload(path, "study_proof", pdf())
    return system.post(path, body(name, about))


def place_of(kind: str, community: str) -> str:
    return {"worker": community, "clerk": community, "town": town_of(community)}.get(kind, "990101000000")


def test_every_operation_is_named_in_the_matrix_and_expected_somewhere(who):
    # A new operation fails here until somebody has said whose its objects are.
    assert operations().keys() == LAW.api.keys() == ABOUT | LISTS | NOBODYS | OWN
    assert set(SYSTEMS) == set().union(*LAW.api.values())


def test_every_address_below_api_is_an_operation_or_nowhere(who):
    found = {page.name for page in below(get_resolver(), "/") if "api/" in page.pattern}
    assert found == LAW.api.keys() | {"openapi-json", "api-root", "api_nowhere"}


@pytest.mark.parametrize("kind", SYSTEMS)
def test_each_kind_of_system_is_let_in_where_the_matrix_says_and_nowhere_else(kind, who, there):
    system = connected(kind, place_of(kind, who.territory))
    for name in operations():
        answer = ask(system, name, missing(there))
        assert (answer.status_code == 403) == (kind not in LAW.api[name]), (name, answer.content)
        if answer.status_code == 403:
            assert answer.json()["code"] == "api.operation.closed"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(SYSTEMS)))
def test_no_other_post_is_ever_given_to_a_system(kind, who):
    from tongdeng.connect.errors import SystemRefused

    with pytest.raises(SystemRefused, match=r"connect\.system\.kind"):
        asked(kind)


def keys_that_open_nothing(who: Resident) -> dict[str, Connected]:
    revoked = connected("clerk", who.territory)
    with owner_here() as owner:
        owner.execute("UPDATE connect_key SET state = 'revoked' WHERE system_id = %s", [revoked.id])
    over = connected("clerk", who.territory)
    with owner_here() as owner:
        owner.execute("UPDATE connect_key SET until = '2026-11-22' WHERE system_id = %s", [over.id])
    return {
        "none": Connected(0, ""), "made up": Connected(0, "td_" + "x" * 43),
        "unapproved": asked("clerk", who.territory),
        "revoked": revoked, "run out": over, "elsewhere": approve(asked("clerk", who.territory, ("10.0.0.0/8",))),
    }  # fmt: skip


def test_without_a_key_that_opens_here_nothing_is_answered(who, there):
    before = rows_anywhere()
    for why, system in keys_that_open_nothing(who).items():
        for name in operations():
            answer = ask(system, name, there)
            assert (answer.status_code, answer.json()["code"]) == (401, "api.key.unknown"), (why, name)
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert rows_anywhere() == before


def test_a_system_without_a_post_sees_nothing(who, there):
    system = connected("clerk", who.territory)
    with owner_here() as owner:
        owner.execute(
            "UPDATE org_staff SET post_id = NULL WHERE id = (SELECT staff_id FROM connect_system WHERE id = %s)",
            [system.id],
        )
    for name in operations():
        assert ask(system, name, there).json()["code"] == "api.post.none"


@pytest.fixture(scope="module")
def stranger(who) -> Connected:
    """A window's system in another town."""
    town = next(one.territory for one in residents(200) if town_of(one.territory) != town_of(who.territory))
    return connected("clerk", town)


@pytest.mark.parametrize("name", sorted(ABOUT))
def test_elsewhere_it_is_as_if_there_were_nothing(name, there, stranger):
    before = rows_anywhere()
    real, nothing = ask(stranger, name, there), ask(stranger, name, missing(there))
    assert (real.status_code, nothing.status_code) == (404, 404), real.content
    assert told(real) == told(nothing)
    assert rows_anywhere() == before


def told(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request"}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_lists_hold_what_lies_before_the_own_post(name, who, there, stranger):
    def cases(system: Connected) -> set[int]:
        told = ask(system, name, there).json()
        return {one["case"] for one in told.get("cases", told.get("tasks"))}

    assert there["case"] in cases(connected("clerk", who.territory))
    assert there["case"] in cases(connected("police"))
    assert there["case"] not in cases(stranger)
    assert there["case"] not in cases(connected("hrss"))  # of the same place, and another department


def test_without_row_security_the_stranger_would_be_told(there, stranger, without_guard):
    # Guards the tests above: should this one stop leaking, they prove nothing.
    with without_guard("desk_case"):
        assert ask(stranger, "get_case", there).status_code == 200


def test_without_the_second_person_the_key_would_open(who):
    # Guards the test of keys: the approval alone stands between.
    system = asked("clerk", who.territory)
    assert system.get("/services").status_code == 401
    approve(system)
    assert system.get("/services").status_code == 200


def test_nobody_signs_in_as_a_system_or_approves_an_own_request(who):
    from django.db import ProgrammingError

    from tests.posts import staffed
    from tongdeng.access.selectors import acting
    from tongdeng.connect.errors import SystemRefused
    from tongdeng.connect.models import Key, System
    from tongdeng.org import actions as org
    from tongdeng.org.errors import RightRefused

    system = asked("clerk", who.territory)
    staff = System.objects.get(pk=system.id).staff_id
    key = Key.objects.get(system_id=system.id).pk
    with acting(staffed("admin")) as by:
        with pytest.raises(RightRefused, match="no_sign_in"):
            org.give_password(staff_id=staff, password="a-good-password", by=by)
        with pytest.raises(SystemRefused):
            actions.decide_key(key_id=key, is_approved=True, refusal="", by=by)
    with owner_here() as owner, pytest.raises(Exception, match="no_sign_in"):
        owner.execute(
            "INSERT INTO org_sitting (staff_id, token_index, started_at, seen_at, address, browser, how, has_factor,"
            " ending) VALUES (%s, 'x', now(), now(), '', '', '', true, '')", [staff],
        )  # fmt: skip
    with pytest.raises(ProgrammingError):  # the web may not write a key at all
        Key.objects.filter(pk=key).update(state="approved")


def test_somebody_signed_in_as_staff_is_nobody_to_the_api(who):
    from tests.posts import signed_in

    assert signed_in("office").get(f"{API}/services").status_code == 401


def test_every_call_is_an_entry_with_the_system_as_actor(who, there):
    system = connected("clerk", who.territory)
    ask(system, "get_case", there), ask(system, "get_case", missing(there))
    with owner_here() as owner:
        rows = owner.execute(
            "SELECT code, origin, detail->>'operation', detail->>'status' FROM audit_entry e WHERE staff_id ="
            " (SELECT staff_id FROM connect_system WHERE id = %s) ORDER BY id", [system.id],
        ).fetchall()  # fmt: skip
    assert rows == [
        ("desk.case.viewed", "api", None, None), ("connect.call.answered", "api", "get_case", "200"),
        ("connect.call.refused", "api", "get_case", "404"),
    ]  # fmt: skip


def test_calls_are_counted_and_too_many_wait(who, settings):
    settings.TONGDENG_API_CALLS = 3
    system = connected("clerk", who.territory)
    answers = [system.get("/services") for _ in range(8)]  # eight: a minute may begin in between
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60


def test_whoever_guesses_at_keys_waits_and_an_honest_system_beside_does_not(who, settings):
    system, guess = connected("clerk", who.territory), Connected(0, "td_" + "x" * 43)
    settings.TONGDENG_API_BAD_KEYS = 3
    assert 429 in {guess.get("/services").status_code for _ in range(8)}
    assert system.get("/services").status_code == 200
