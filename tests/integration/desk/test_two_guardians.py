"""Two who may speak for one child: what one did is not the other's to take away; and who applied is told."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases import look, state, step
from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, staffed
from tests.residents import Resident, messages, residents, signed_in_at_my, work_off
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk.models import Event
from tongdeng.desk.types import Act, Given, State
from tongdeng.hall import actions as hall
from tongdeng.hall import selectors as halls
from tongdeng.hall.models import Holder, Need
from tongdeng.hall.types import Wish
from tongdeng.kernel import clock
from tongdeng.privacy import actions as rights
from tongdeng.privacy import selectors as privacy

ADMISSION = "EDU-01"
SAYS = (
    "INSERT INTO people_household (person_id, record_id, territory, as_at, household, relation, said_on)"
    " SELECT person_id, min(record_id), min(territory), current_date, 1, %s, current_date FROM people_link"
    " WHERE person_id = %s AND superseded_at IS NULL GROUP BY 1"
)


@pytest.fixture(scope="module")
def mother(small_county: Any) -> Resident:
    return residents()[0]


@pytest.fixture(scope="module")
def father(mother: Resident) -> Resident:
    """Somebody whom the word at the door makes a guardian of the same child."""
    other = residents()[1]
    with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
        for person, relation in ((other.person_id, "self"), (mother.child, "child")):
            cursor.execute(SAYS, [relation, person])
    return other


def about_the_child(who: Resident, child: int | None) -> Any:
    browser = signed_in_at_my(who)
    browser.post("/my/about/", {"person": f"{child:09d}"})
    browser.get("/my/", follow=True)
    return browser


@pytest.fixture(scope="module")
def hers(mother: Resident, father: Resident) -> Any:
    with acting(Actor(RESIDENT, origin="portal"), person=mother.person_id) as by:
        me = next(one for one in privacy.own_persons() if one.is_self)
        rights.say(purpose="messages", is_given=True, about=me, giver=me.person_id, by=by)
    return about_the_child(mother, mother.child)


@pytest.fixture(scope="module")
def his(mother: Resident, father: Resident) -> Any:
    return about_the_child(father, mother.child)


def field(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.fixture(scope="module")
def case(hers: Any) -> int:
    """The mother's application for the child."""
    form = hers.get(f"/my/apply/{ADMISSION}/").content.decode()
    made = hers.post(f"/my/apply/{ADMISSION}/", {"token": field(form, "token")}).headers["Location"]
    number = int(made.split("/")[-2])
    if state(number) is State.DRAFT:
        do(hers, number, "submit")
    return number


def do(browser: Any, case: int, act: str) -> Any:
    return browser.post(f"/my/cases/{case}/act", {"act": act, "seen": str(look(case).version), "token": act})


def test_the_other_guardian_reads_it_and_who_did_what_and_cannot_withdraw_it(case, his, mother, father):
    page = his.get(f"/my/cases/{case}/").content.decode()
    assert "另一位监护人" in page
    assert "要撤回，请到窗口问" in page
    refused = do(his, case, "withdraw")
    assert refused.status_code == 422
    assert "不是您交的" in refused.content.decode()
    with logged_in_as("job"), acting(job(PRIVACY)):
        assert set(Event.objects.filter(case_id=case).values_list("asker_id", flat=True)) == {mother.person_id}
    row = (
        'INSERT INTO desk_event (case_id, seq, person_id, territory, domain, desks, act, role, "on", at, token, data)'
        " SELECT id, version + 1, person_id, territory, domain, desks, 'withdraw', 'applicant', current_date, now(),"
        " '', '{}' FROM desk_case WHERE id = %s"
    )
    with (
        acting(Actor(RESIDENT, origin="portal"), person=father.person_id),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="for whoever began it"),
        transaction.atomic(),
    ):
        cursor.execute(row, [case])


def test_what_one_guardian_looked_at_the_other_reads_as_a_guardians(case, his, hers):
    his.get(f"/my/cases/{case}/")
    assert "<b>监护人</b>" in hers.get("/my/looks/").content.decode()
    mine = his.get("/my/looks/").content.decode()
    assert "您自己看的" in mine


def test_the_word_outside_goes_to_the_parent_who_applied(case, mother):
    work_off()
    told = [one for one in messages() if one["to"] == mother.phone and "验证码" not in one["text"]]
    assert told


def test_an_appointment_of_the_child_is_shown_to_whoever_made_it_alone(mother, father, hers, his):
    plan = halls.plan_of(COUNTY)
    day = halls.bookable_days(clock.today())[-1]
    first, second = halls.free_slots(plan, "residence", day)[:2]
    query = f"hall={COUNTY}&business=residence&day={day.isoformat()}"
    sent = {"starts_at": first.starts_at.isoformat(), "needs": ["wheelchair"]}
    slip = hers.post(f"/my/appointments/book/?{query}", sent).headers["Location"]
    with acting(staffed("clerk")) as by:
        wish = Wish(COUNTY, "residence", day, second.starts_at)
        hall.book(wish=wish, person_id=mother.child, territory=mother.territory, by=by)
    assert hers.get(slip).status_code == 200
    code = hers.get("/my/data/copy.json").json()["appointments"][0]["number"]
    assert his.get(slip).status_code == 404
    assert his.post(f"{slip}cancel").status_code == 404
    assert code not in his.get("/my/data/copy.json").content.decode()
    assert his.get("/my/data/copy.json").json()["appointments"] == []
    for who, seen in ((mother, 1), (father, 0)):  # and by SQL: neither the one of the window
        with acting(Actor(RESIDENT, origin="portal"), person=who.person_id):
            assert (Holder.objects.count(), Need.objects.count()) == (seen, seen)


def test_whoever_began_it_withdraws_it(case, hers):
    assert do(hers, case, "withdraw").status_code == 302
    assert state(case) is State.WITHDRAWN


def words_to(mother: Resident) -> int:
    """Say how often the mother was told that there is news, once everything has left."""
    work_off()
    return sum(one["to"] == mother.phone and "验证码" not in one["text"] for one in messages())


def test_from_fourteen_on_no_parent_is_told_of_the_child(hers: Any, mother: Resident) -> None:
    form = hers.get(f"/my/apply/{ADMISSION}/").content.decode()
    made = hers.post(f"/my/apply/{ADMISSION}/", {"token": field(form, "token")}).headers["Location"]
    number = int(made.split("/")[-2])
    if state(number) is State.DRAFT:
        do(hers, number, "submit")
    before = words_to(mother)
    question = Given(words="孩子现在在哪里上学？")
    step(number, Act.INQUIRE, question)
    assert words_to(mother) == before + 1
    step(number, Act.ANSWER, Given(words="电话里答复：还没有入学"))
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_identity NO FORCE ROW LEVEL SECURITY")
        owner.execute(
            "UPDATE people_identity SET born_on = (now() AT TIME ZONE 'Asia/Shanghai')::date - interval '14 years'"
            " WHERE person_id = %s",
            [mother.child],
        )
        owner.execute("ALTER TABLE people_identity FORCE ROW LEVEL SECURITY")
    assert hers.get(f"/my/cases/{number}/").status_code == 404  # of what she would be told she sees nothing
    step(number, Act.INQUIRE, question)
    assert words_to(mother) == before + 1
