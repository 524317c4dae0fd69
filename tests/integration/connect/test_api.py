"""What departments' systems read and do over /api/v1: rules, what is owed, cases, documents; sent twice, done once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connections

from tests.cases import PERMIT, events, look, submitted
from tests.databases import owner_here
from tests.files import pdf
from tests.residents import Resident, residents
from tests.systems import API, Connected, client, connected, document, fresh
from tongdeng.connect import actions
from tongdeng.connect.models import Request
from tongdeng.kernel import ids

HEALTH = "HEA-01"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-23")


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def window(people) -> Connected:
    return connected("clerk", "990101000000")


@pytest.fixture(scope="module")
def police(people) -> Connected:
    return connected("police")


def ref(who: Resident) -> str:
    return ids.show(who.person_id)


def begun(window: Connected, who: Resident, **more: Any) -> dict[str, Any]:
    answer = window.post("/cases", {"person": ref(who), "service": PERMIT, **more})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


# ---- reading ----


def test_the_document_is_openapi_3_1_and_names_nobody(people):
    told = client().get(f"{API}/openapi.json")
    assert told.json()["openapi"].startswith("3.1")
    assert told.json()["components"]["securitySchemes"]
    writes = told.json()["paths"]["/api/v1/cases"]["post"]
    assert [(one["in"], one["name"], one["required"]) for one in writes["parameters"]] == [
        ("header", "Idempotency-Key", True)
    ]
    assert "409" in writes["responses"]


def test_services_are_those_in_force_on_the_day_and_in_both_languages(window):
    today = {one["service"]: one for one in window.get("/services").json()["services"]}
    assert today[PERMIT]["name"]["zh"]
    assert today[PERMIT]["name"]["en"]
    before = {one["service"] for one in window.get("/services", as_of="2005-01-01").json()["services"]}
    assert before < today.keys()
    first = next(code for code, one in today.items() if one["from_on"] > "2005-01-01" and code not in before)
    assert window.get(f"/services/{first}", as_of="2005-01-01").status_code == 404
    told = window.get(f"/services/{PERMIT}").json()
    assert told["materials"]
    assert told["basis"]


def test_sealed_health_is_not_there(window, people):
    assert HEALTH not in {one["service"] for one in window.get("/services").json()["services"]}
    assert window.get(f"/services/{HEALTH}").status_code == 404
    owed = window.post("/eligibility", {"person": ref(people[0]), "purpose": "advise"}).json()["services"]
    assert owed
    assert [one["service"] for one in owed if one["service"].startswith("HEA") and one["service"] != "HEA-02"] == []
    assert window.post("/cases", {"person": ref(people[0]), "service": HEALTH}).status_code == 404


def test_what_is_owed_is_asked_in_the_body_with_a_purpose_the_person_reads(window, people):
    who = people[1]
    by_number = window.post("/eligibility", {"person": who.number, "purpose": "advise"})
    by_ref = window.post("/eligibility", {"person": ref(who), "purpose": "advise", "service": PERMIT})
    assert by_number.json()["person"] == ref(who)
    assert {one["service"] for one in by_ref.json()["services"]} == {PERMIT}
    assert who.number not in by_number.content.decode()
    told = by_ref.json()["services"][0]
    assert told["told"]["zh"]
    assert window.post("/eligibility", {"person": ref(who)}).status_code == 422  # without a purpose
    assert window.post("/eligibility", {"person": ref(who), "purpose": "curiosity"}).status_code == 422
    with owner_here() as owner:
        seen = owner.execute(
            "SELECT purpose FROM audit_entry WHERE code = 'connect.eligibility.asked' AND %s = ANY (subjects)",
            [who.person_id],
        ).fetchall()
    assert seen == [("advise",), ("advise",)]


def test_no_address_of_the_document_has_a_place_for_a_persons_number(people):
    names = {name for path in document()["paths"] for name in path.split("/") if name.startswith("{")}
    assert names == {"{service}", "{case}", "{document}", "{webhook}"}


def test_a_system_that_may_not_see_a_domain_is_told_nothing_of_it(people, police):
    owed = police.post("/eligibility", {"person": ref(people[0]), "purpose": "verify"}).json()["services"]
    assert {one["service"][:3] for one in owed}.isdisjoint({"HRS", "MIB", "EDU", "CIV", "JUS"} - {"JUS"})


def test_pages_of_cases_follow_each_other_without_a_gap(window, people, monkeypatch):
    from tongdeng.sites.api import cases

    monkeypatch.setattr(cases, "PAGE", 2)
    made = {submitted(who) for who in people[2:7]}
    seen, cursor = [], None
    for _ in range(20):
        page = window.get("/cases", **({"cursor": cursor} if cursor else {})).json()
        seen += [one["case"] for one in page["cases"]]
        assert len(page["cases"]) <= 2
        cursor = page["next"]
        if cursor is None:
            break
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    days = [look(one).due_on for one in seen]
    assert days == sorted(days)


def test_what_is_to_be_done_names_the_acts_this_system_may_do(police, people):
    case = submitted(people[8])
    found = {one["case"]: one for one in police.get("/tasks").json()["tasks"]}
    assert "correct" in found[case]["acts"]
    assert police.get("/tasks", until="2026-11-23").json()["tasks"] == []
    # What two people decide is for people: no system approves, whatever its post.
    assert police.post(f"/cases/{case}/acts", {"act": "extend", "version": 3}).status_code == 422


# ---- doing ----


def test_a_case_goes_from_the_window_to_granted_by_two_systems(window, police, people):
    who = people[9]
    papers = {"id_card": "given", "photo": "given", "housing_proof": "given"}
    case = begun(window, who, materials=papers, submit=True)
    assert case["state"] == "submitted"
    uploaded = window.upload(f"/cases/{case['case']}/documents", "photo", pdf())
    assert uploaded.status_code == 201
    told = police.get(f"/cases/{case['case']}").json()
    assert told["name"] == who.name
    step = {
        "act": "note_materials",
        "version": told["version"],
        "materials": dict.fromkeys(told["missing"], "unneeded"),
    }
    version = police.post(f"/cases/{case['case']}/acts", step).json()["version"]
    for act in ("accept", "review", "grant"):
        answer = police.post(f"/cases/{case['case']}/acts", {"act": act, "version": version})
        assert answer.status_code == 200, answer.content
        version = answer.json()["version"]
    assert answer.json()["state"] == "decided_granted"
    listed = police.get(f"/cases/{case['case']}/documents").json()["documents"]
    content = police.get(f"/cases/{case['case']}/documents/{listed[0]['document']}")
    assert content.getvalue().startswith(b"%PDF")


def test_who_saw_an_older_version_is_told_so_and_nothing_happens(police, people):
    case = submitted(people[10])
    first = police.post(f"/cases/{case}/acts", {"act": "explain", "version": 1, "words": "x"})
    assert (first.status_code, first.json()["code"]) == (409, "desk.step.outdated")
    assert first.json()["fact"]["zh"]
    assert first.json()["remedy"]["en"]
    assert first.headers["Content-Type"] == "application/problem+json"
    assert events(case) == [1, 2, 3]


def test_a_file_that_is_none_is_not_taken(window, people):
    case = begun(window, people[11])
    answer = window.upload(f"/cases/{case['case']}/documents", "photo", b"no picture")
    assert (answer.status_code, answer.json()["code"]) == (415, "documents.file.type")
    assert window.get(f"/cases/{case['case']}/documents").json() == {"documents": []}


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"person": "Zhao", "service": PERMIT}, "person"),
        ({"person": "P-0000-0000-0", "service": PERMIT, "submit": "yes"}, "submit"),
        ({"person": "P-0000-0000-0", "service": PERMIT, "unheard": 1}, "unheard"),
    ],
)
def test_what_does_not_fit_is_named_and_never_repeated(window, body, at):
    answer = window.post("/cases", body)
    assert answer.status_code == 422
    assert any(at in one["at"] for one in answer.json()["fields"])
    assert "Zhao" not in answer.content.decode()


def test_a_fault_of_ours_tells_nothing_of_what_lies_within(window, people, monkeypatch, caplog):
    from tongdeng.sites.api import cases

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"secret {people[0].name} SELECT * FROM people_identity")

    monkeypatch.setattr(cases.actions, "start_case", broken)
    answer = window.post("/cases", {"person": ref(people[0]), "service": PERMIT})
    assert (answer.status_code, answer.json()["code"]) == (500, "api.broken")
    assert "secret" not in answer.content.decode()
    assert people[0].name not in caplog.text
    assert answer.json()["request"] == answer.headers["X-Request-ID"]


def test_an_unknown_address_is_a_problem_too(window):
    answer = window.get("/nothing")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


# ---- twice ----


def test_a_write_without_a_key_of_its_own_is_not_done(window, people):
    answer = client().post(
        f"{API}/cases", json.dumps({"person": ref(people[0]), "service": PERMIT}), content_type="application/json",
        headers=window.headers,
    )  # fmt: skip
    assert answer.status_code == 422


def test_the_same_request_gets_the_same_answer_and_another_one_does_not(window, people):
    key, asked = fresh(), {"person": ref(people[12]), "service": PERMIT}
    first, second = (window.post("/cases", asked, again=key) for _ in range(2))
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    other = window.post("/cases", {**asked, "submit": True}, again=key)
    assert (other.status_code, other.json()["code"]) == (422, "api.idempotency_key.used")
    elsewhere = window.post(f"/cases/{first.json()['case']}/acts", {"act": "submit", "version": 1}, again=key)
    assert elsewhere.status_code == 422
    assert len(cases_of(people[12])) == 1


def test_a_file_sent_twice_is_kept_once(window, people):
    case, key, data = begun(window, people[13])["case"], fresh(), pdf()
    first, second = (window.upload(f"/cases/{case}/documents", "photo", data, again=key) for _ in range(2))
    assert first.content == second.content
    assert len(window.get(f"/cases/{case}/documents").json()["documents"]) == 1


def test_a_refused_request_is_not_remembered(police, people):
    case, key = submitted(people[14]), fresh()
    path, asked = f"/cases/{case}/acts", {"act": "not_accept", "version": 3, "reason": "not_ours", "words": "x"}
    assert police.post(path, {**asked, "version": 2}, again=key).status_code == 409
    assert police.post(path, asked, again=key).status_code == 200


def test_another_system_with_the_same_key_is_somebody_else(window, people):
    key, asked = fresh(), {"person": ref(people[15]), "service": PERMIT}
    window.post("/cases", asked, again=key)
    connected("clerk", people[15].territory).post("/cases", asked, again=key)
    assert len(cases_of(people[15])) == 2


def test_answers_are_kept_sealed_and_for_a_day(window, people):
    code = begun(window, people[16])["code"]
    kept = [bytes(one.answer_sealed) for one in Request.objects.all()]
    assert kept
    assert not any(code.encode() in one for one in kept)


def cases_of(who: Resident) -> list[int]:
    with owner_here() as owner:
        owner.execute("ALTER TABLE desk_case NO FORCE ROW LEVEL SECURITY")
        found = owner.execute("SELECT id FROM desk_case WHERE person_id = %s", [who.person_id]).fetchall()
        owner.execute("ALTER TABLE desk_case FORCE ROW LEVEL SECURITY")
    return [row[0] for row in found]


def race(window: Connected, who: Resident, times: int = 6) -> list[Any]:
    """Send the same request many times at once and return the answers."""
    key, start = fresh(), Barrier(times)

    def send(_: int) -> Any:
        try:
            start.wait(10)
            return window.post("/cases", {"person": ref(who), "service": PERMIT}, again=key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(send, range(times)))


def test_of_many_at_once_one_is_done_and_all_get_its_answer(window, people):
    before = set(cases_of(people[17]))
    answers = race(window, people[17])
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert len(set(cases_of(people[17])) - before) == 1


def test_without_the_kept_answers_each_of_them_would_be_done(window, people, monkeypatch):
    # Guards the test above: what makes one of many is what is kept, and nothing else.
    from tongdeng.sites.api import cases, writing

    def each_time(*, do: Any, **_: Any) -> Any:
        return do()

    monkeypatch.setattr(writing.systems, "answer_once", each_time)
    first = cases.actions.start_case
    monkeypatch.setattr(cases.actions, "start_case", lambda **given: first(**{**given, "token": fresh()}))
    assert len({one.content for one in race(window, people[18], 3)}) == 3


SLEEP = """
CREATE FUNCTION sleep_in_the_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.act = 'submit' THEN PERFORM pg_sleep(60); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sleep_in_the_call AFTER INSERT ON desk_event FOR EACH ROW EXECUTE FUNCTION sleep_in_the_call()"""


def test_a_call_killed_between_two_steps_has_done_nothing_and_the_next_does_it_all(window, people):
    who, key = people[19], fresh()
    asked = {"person": ref(who), "service": PERMIT, "submit": True}

    def send() -> Any:
        try:
            return window.post("/cases", asked, again=key)
        finally:
            connections.close_all()

    with owner_here() as owner, ThreadPoolExecutor(1) as pool:
        owner.execute(SLEEP)
        killed = pool.submit(send)
        wait_for_sleep()
        as_the_web("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        assert killed.result(30).status_code == 500
        owner.execute("DROP TRIGGER sleep_in_the_call ON desk_event; DROP FUNCTION sleep_in_the_call()")
    assert cases_of(who) == []
    answer = window.post("/cases", asked, again=key)
    assert answer.json()["state"] == "submitted"
    assert cases_of(who) == [answer.json()["case"]]


def as_the_web(query: str) -> list[tuple[object, ...]]:
    """Ask in the web's own login: nobody else sees what its sessions wait for."""
    with psycopg.connect(configured.LOGINS.of("app"), autocommit=True) as connection:
        return connection.execute(query).fetchall()


def wait_for_sleep() -> None:
    for _ in range(600):
        if as_the_web("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != [(0,)]:
            return
        time.sleep(0.05)
    pytest.fail("the call never came to the step")


def test_old_answers_go(window, people, monkeypatch):
    from tests.databases import logged_in_as
    from tongdeng.access.types import CONNECT
    from tongdeng.audit.types import job

    begun(window, people[0])
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-25")
    with logged_in_as("job"):
        assert actions.clear_old(by=job(CONNECT))["answers"] > 0
    assert not Request.objects.exists()
