"""The code of a package: exchanged by whoever applied, with those of its parts, and by nobody else."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases import acting_in
from tests.databases import logged_in_as, owner_here
from tests.packages import INSURANCE, REGISTRATION, SCHOOL, begin, cases_of_package, do_all
from tests.posts import staffed
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, FOLLOW, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, joints, selectors
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Joint
from tongdeng.desk.types import Channel, NewJoint, Opened

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def zhao(people) -> Resident:
    return people[0]


def as_self(who: Resident) -> Any:
    return acting(Actor(RESIDENT, origin="portal"), person=who.person_id)


def follows(number: str, code: str) -> bool:
    with acting(Actor(FOLLOW, origin="web")):
        return joints.follow(number, code) is not None or selectors.follow(number, code) is not None


def codes_in(joint: int) -> list[tuple[str, str]]:
    """Return number and code of a package and of each of its cases."""
    with logged_in_as("job"), acting(job(DESK)):
        row = Joint.objects.get(pk=joint)
        parts = [(one.number, selectors.code_of(one)) for one in joints.cases_in(row)]
        return [(row.number, joints.code_of(row)), *parts]


def test_whoever_applied_exchanges_the_code_on_the_page_and_no_paper_opens_anything_more(zhao, people):
    opened = begin(zhao, REGISTRATION, INSURANCE, token="exchanged")
    old, browser = codes_in(opened.id), signed_in_at_my(zhao)
    assert [follows(*one) for one in old] == [True, True, True]
    assert f'action="/my/packages/{opened.id}/code"' in browser.get(f"/my/packages/{opened.id}/").content.decode()
    stranger = signed_in_at_my(people[4])
    assert stranger.post(f"/my/packages/{opened.id}/code").status_code == 404
    assert [follows(*one) for one in old] == [True, True, True]
    answer = browser.post(f"/my/packages/{opened.id}/code")
    assert answer.headers["Location"] == f"/my/packages/{opened.id}/#follow"
    assert [follows(*one) for one in old] == [False, False, False]
    fresh = codes_in(opened.id)
    assert [follows(*one) for one in fresh] == [True, True, True]
    assert fresh[0][1] in browser.get(f"/my/packages/{opened.id}/").content.decode()


def test_what_is_over_still_has_a_code_to_exchange(zhao):
    joint = begin(zhao, REGISTRATION, INSURANCE, token="over").id
    for service, case in cases_of_package(joint).items():
        do_all(case, service)
    old = codes_in(joint)
    with as_self(zhao) as by:
        actions.exchange_package_code(joint_id=joint, by=by)
    assert not any(follows(*one) for one in old)


def test_what_the_window_began_for_a_child_is_not_a_parents_to_exchange(zhao):
    assert zhao.child is not None
    new = NewJoint(zhao.child, "arrival", (SCHOOL,), Channel.WINDOW)
    with acting_in("clerk") as by:
        opened = actions.start_package(new=new, token="child", by=by, is_sent=True)
    old = codes_in(opened.id)
    with as_self(zhao) as by, pytest.raises(StepRefused, match=r"desk\.step\.anothers"):
        actions.exchange_package_code(joint_id=opened.id, by=by)
    assert "/code" not in signed_in_at_my(zhao).get(f"/my/packages/{opened.id}/").content.decode()
    assert codes_in(opened.id) == old


CHANGE = "UPDATE desk_joint SET code_hash = repeat('0', 64){} WHERE id = %s"


def forge(opened: Opened, more: str = "") -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGE.format(more), [opened.id])
        return int(cursor.rowcount)


def test_even_by_sql_nobody_else_exchanges_it_and_nothing_goes_with_it(zhao):
    opened = begin(zhao, REGISTRATION, token="forged")
    with acting(staffed("clerk")), pytest.raises(DatabaseError, match="exchanged by whoever applied"):
        forge(opened)
    for more in (", sent_on = NULL", ", stars = 5", ", person_id = 1", ", territory = '990102000000'"):
        with as_self(zhao), pytest.raises(DatabaseError, match="desk: "):
            forge(opened, more)
    assert codes_in(opened.id)[0][1] == opened.code
    with owner_here() as owner:  # guards the lines above
        owner.execute("ALTER TABLE desk_joint DISABLE TRIGGER desk_joint_code")
    try:
        with acting(staffed("clerk")):
            assert forge(opened) == 1
    finally:
        with owner_here() as owner:
            owner.execute("ALTER TABLE desk_joint ENABLE TRIGGER desk_joint_code")


def test_a_package_of_nobody_here_is_unknown(zhao, people):
    opened = begin(zhao, REGISTRATION, token="unknown")
    with as_self(people[4]) as by, pytest.raises(StepRefused, match=r"desk\.step\.unknown"):
        actions.exchange_package_code(joint_id=opened.id, by=by)
