"""Somebody acts for somebody else at /my/: in what was entrusted, until it is taken back, and never in health."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests.cases import PERMIT, begin, look, state, step
from tests.databases import owner_here
from tests.files import photo
from tests.integration.desk.test_portal_cases import do, field, hand_in, said
from tests.posts import signed_in
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import RESIDENT
from tongdeng.audit.types import Actor
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act
from tongdeng.documents.models import Document
from tongdeng.kernel import clock
from tongdeng.people.exports import profiles
from tongdeng.privacy import selectors as privacy

OTHER = "HUD-02"  # a service that is not entrusted
pytestmark = pytest.mark.usefixtures("real_day")  # the database judges by its own clock how long a mandate runs


def soon() -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[2]


@pytest.fixture(scope="module")
def qian(small_county) -> Resident:
    return residents()[3]


@pytest.fixture(scope="module")
def represented(zhao) -> Any:
    return signed_in_at_my(zhao)


@pytest.fixture(scope="module")
def agent(qian) -> Any:
    return signed_in_at_my(qian)


@contextmanager
def being(who: Resident) -> Iterator[Actor]:
    """Be somebody at /my/."""
    with acting(Actor(purpose=RESIDENT, origin="portal"), person=who.person_id) as by:
        yield by


def entrust(represented: Any, *services: str) -> str:
    """Entrust services and return the code that is shown once."""
    answer = represented.post("/my/proxies/new", {"service": services or [PERMIT], "until": soon(), "who": "person"})
    assert answer.status_code == 200
    return re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", said(answer))[0]


def entrusted(represented: Any, agent: Any, who: Resident) -> int:
    """Have services entrusted and agreed to, and return the number of the mandate."""
    code = entrust(represented)
    assert agent.post("/my/proxies/take-up", {"code": code.lower()}).status_code == 302
    with being(who):
        return privacy.mandates()[-1].id


def applied(agent: Any, mandate: int) -> int:
    token = field(agent.get(f"/my/for/{mandate}/{PERMIT}/").content.decode(), "token")
    done = agent.post(f"/my/for/{mandate}/{PERMIT}/", {"token": token})
    return int(done.headers["Location"].split("/")[-2])


def test_whoever_agrees_by_the_code_applies_and_hands_in_for_the_other(represented, agent, zhao, qian):
    mandate = entrusted(represented, agent, qian)
    case = applied(agent, mandate)
    assert (look(case).person_id, look(case).asker_id) == (zhao.person_id, qian.person_id)
    assert hand_in(agent, case, "photo", photo()).status_code == 302
    assert do(agent, case, "submit").status_code == 302
    assert state(case) == "submitted"
    page = said(represented.get(f"/my/cases/{case}/"))  # seen by whoever is represented, with who did it
    assert f"{qian.name}替您申请的" in page
    assert qian.name in said(represented.get("/my/proxies/"))
    assert str(case) in agent.get(f"/my/for/{mandate}/").content.decode()
    assert zhao.number not in agent.get(f"/my/for/{mandate}/{PERMIT}/").content.decode()


def test_nothing_else_of_the_other_is_shown(represented, agent, zhao, qian):
    mandate = entrusted(represented, agent, qian)
    other = begin(zhao, OTHER).id
    step(other, Act.SUBMIT)
    assert agent.get(f"/my/cases/{other}/").status_code == 404
    assert agent.get(f"/my/for/{mandate}/{OTHER}/").status_code == 404
    assert agent.post("/my/about/", {"person": f"{zhao.person_id:09d}"}).status_code == 404
    with being(qian):
        assert set(Case.objects.filter(person_id=zhao.person_id).values_list("service", flat=True)) <= {PERMIT}
        found = profiles.find_profile(zhao.person_id)
        assert found is None or not [one for one in vars(found).values() if isinstance(one, tuple) and len(one) > 3]
        for table in ("people_stay", "people_permit", "people_insurance", "privacy_request", "owed_window"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [zhao.person_id])
                assert cursor.fetchone() == (0,), table
        assert not Document.objects.filter(person_id=zhao.person_id).exclude(purpose=PERMIT).exists()


def test_taken_back_it_is_over_at_once_from_either_side(represented, agent, qian):
    for side in (represented, agent):
        mandate = entrusted(represented, agent, qian)
        case = applied(agent, mandate)
        assert agent.get(f"/my/cases/{case}/").status_code == 200
        with being(qian):
            every = [one.id for one in privacy.mandates()]
        for one in every:
            assert side.post(f"/my/proxies/{one}/end").status_code == 302
        assert agent.get(f"/my/cases/{case}/").status_code == 404
        assert agent.get(f"/my/for/{mandate}/").status_code == 404
        assert represented.get(f"/my/cases/{case}/").status_code == 200


def test_a_code_is_good_once_for_somebody_else_and_a_wrong_one_for_nothing(represented, agent):
    code = entrust(represented)
    assert represented.post("/my/proxies/take-up", {"code": code}).status_code == 422  # nobody is their own proxy
    assert agent.post("/my/proxies/take-up", {"code": "AAAA-BBBB-CCCC"}).status_code == 422
    assert agent.post("/my/proxies/take-up", {"code": code}).status_code == 302
    assert agent.post("/my/proxies/take-up", {"code": code}).status_code == 422


def test_a_rating_is_never_a_proxy_s(represented, agent, qian):
    case = applied(agent, entrusted(represented, agent, qian))
    assert do(agent, case, "rate", stars="5").status_code == 404


def test_the_staff_of_the_community_are_entrusted_without_a_code(represented, zhao):
    answer = represented.post("/my/proxies/new", {"service": [PERMIT], "until": soon(), "who": "staff"})
    assert answer.status_code == 302
    assert "社区工作人员" in said(represented.get("/my/proxies/"))
    page = signed_in("worker", zhao.territory).get(f"/cases/new/?person={zhao.person_id:09d}&service={PERMIT}")
    assert "本人委托代办" in said(page)


ADD = """INSERT INTO privacy_proxy
    (person_id, territory, granter_id, services, until_on, is_staff, made_at, code_hash, proxy_id)
    VALUES (%s, %s, %s, %s, now()::date + 9, false, now(), '', %s)"""


def test_the_database_entrusts_no_health_and_nobody_writes_themselves_in(represented, zhao, qian):
    health = {"service": ["HEA-01"], "until": soon(), "who": "person"}
    assert represented.post("/my/proxies/new", health).status_code == 422
    for who, services, proxy in (
        (zhao, ["HEA-01"], None),  # health
        (zhao, [PERMIT], qian.person_id),  # who has not agreed
        (qian, [PERMIT], None),  # for somebody else
    ):
        with pytest.raises(DatabaseError), being(who), connection.cursor() as cursor:
            cursor.execute(ADD, [zhao.person_id, zhao.territory, who.person_id, services, proxy])
    code = entrust(represented)
    assert code
    with being(qian), connection.cursor() as cursor:  # without the code
        cursor.execute("UPDATE privacy_proxy SET proxy_id = %s WHERE proxy_id IS NULL", [qian.person_id])
        assert cursor.rowcount == 0
    with pytest.raises(DatabaseError), being(zhao), connection.cursor() as cursor:  # nor the represented for them
        cursor.execute("UPDATE privacy_proxy SET proxy_id = %s WHERE proxy_id IS NULL", [qian.person_id])


def test_without_the_policies_the_agent_sees_nothing_and_without_limits_everything(represented, agent, zhao, qian):
    case = applied(agent, entrusted(represented, agent, qian))
    other = begin(zhao, OTHER).id
    with owner_here() as owner, wide_open(owner), being(qian):  # guards the tests above
        assert {case, other} <= set(Case.objects.filter(person_id=zhao.person_id).values_list("pk", flat=True))
    with being(qian):
        assert other not in set(Case.objects.values_list("pk", flat=True))


@contextmanager
def wide_open(owner: psycopg.Connection) -> Iterator[None]:
    """Let a proxy read every case of whom they act for."""
    owner.execute(
        "CREATE POLICY leak ON desk_case FOR SELECT TO tongdeng_app"
        " USING (person_id = ANY ((SELECT privacy_principals())::bigint[]))"
    )
    try:
        yield
    finally:
        owner.execute("DROP POLICY leak ON desk_case")
