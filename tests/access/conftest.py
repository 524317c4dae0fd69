"""A county with at least one row in every personal table, and a look at a table as one login sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from tests.cases import accepted, look, step
from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.files import pdf
from tests.posts import COUNTY, EAST, SERVING, WEST, staffed
from tests.residents import Resident, residents
from tests.written import write_to
from tongdeng.access import matrix
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.delivery import actions as delivery
from tongdeng.desk import actions as desk
from tongdeng.desk.actions import supervising
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Channel, Clock, Given, Kind, NewCase, NewJoint, Signal
from tongdeng.documents import actions as documents
from tongdeng.documents.types import Owner, Subject
from tongdeng.hall import actions as hall
from tongdeng.hall import selectors as halls
from tongdeng.hall.types import Wish
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import submissions
from tongdeng.intake.types import Doubt
from tongdeng.kernel import clock
from tongdeng.notify import actions as notify
from tongdeng.notify.types import Way
from tongdeng.privacy import actions as rights
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.types import LeakScope, NewBreach, RequestKind
from tongdeng.work import actions as work

LAW = matrix.read(settings.TONGDENG_LAW / "access.toml")
PERSONAL = sorted(LAW.personal)


@pytest.fixture(scope="module")
def full_county(determined_county: SmallCounty, job_login: Callable[..., object]) -> SmallCounty:
    """The determined county, and beside it a row given back and a doubt for a clerk."""
    head, first, *_ = (determined_county.folder / "police.csv").read_text(encoding="utf-8").splitlines()
    bad = determined_county.folder / "without-names.csv"
    bad.write_text(f"{head}\n{',' + first.partition(',')[2]}\n", encoding="utf-8")
    with job_login("intake") as by:
        batch = intake.receive_roll(source="police", path=bad, as_at=determined_county.as_of, by=by)
        assert intake.import_roll(batch_id=batch, path=bad, by=by)["rejected"] == 1
    with job_login("intake") as by, acting(by):
        send_by_link(by)
    register_at_the_door(determined_county)
    with acting(staffed("office")) as by:
        day = determined_county.as_of
        delivery.draw_callbacks(place=COUNTY, first_on=day.replace(month=1, day=1), last_on=day, size=5, by=by)
    use_rights(determined_county)
    use_hall()
    use_the_desk()
    return determined_county


def use_the_desk() -> None:
    """Let somebody apply online with a paper, and let an order be opened about it."""
    who = residents(1)[0]
    new = NewCase(who.person_id, "PSB-02", Kind.PROMISED, Channel.ONLINE, asker_id=who.person_id)
    with acting(Actor(RESIDENT, origin="portal"), person=who.person_id) as by:
        case = desk.start_case(new=new, token="full-county", by=by).id
        desk.hand_in(case_id=case, material="photo", data=pdf(), by=by)
        package = NewJoint(who.person_id, "arrival", ("PSB-01", "PSB-02"), Channel.ONLINE, asker_id=who.person_id)
        desk.start_package(new=package, token="full-county-package", by=by)
    with logged_in_as("job"), acting(job(DESK)) as by:
        found = Case.objects.get(pk=case)
        supervising.open_orders(case=found, broken=[(Signal.YELLOW, Clock.COMPLETENESS)], by=by)
    rate_badly(who)


def rate_badly(who: Resident) -> None:
    """Let somebody rate what was done for them with two stars."""
    case = accepted(who)
    for act, kind in ((Act.REVIEW, "police"), (Act.GRANT, "police"), (Act.ISSUE, "police"), (Act.SERVE, "clerk"),
                      (Act.COMPLETE, "clerk")):  # fmt: skip
        step(case, act, who=kind)
    seen = look(case).version
    with acting(Actor(RESIDENT, origin="portal"), person=who.person_id) as by:
        desk.take_step(case_id=case, act=Act.RATE, seen=seen, given=Given(stars=2), by=by)


def use_rights(county: SmallCounty) -> None:
    """Let somebody read a notice, agree to something and ask for two things; and write a breach down."""
    who = residents(1)[0]
    with acting(Actor(RESIDENT, origin="portal"), person=who.person_id) as by:
        me = next(one for one in privacy.own_persons() if one.is_self)
        write_to(who.person_id, who.name, who.territory)
        rights.note_shown(name="register", about=me, by=by)
        notify.choose(person_id=who.person_id, territory=who.territory, way=Way.APP, language="zh", email="", by=by)
        documents.keep_document(
            subject=Subject("test.case", 1), owner=Owner(who.person_id, who.territory, "B", SERVING), purpose="PSB-01",
            material="lease", data=pdf(), by=by,
        )  # fmt: skip
        soon = clock.today() + timedelta(days=30)
        rights.appoint(about=me, granter=me.person_id, services=["PSB-02"], until=soon, is_staff=True, by=by)
        rights.say(purpose="messages", is_given=True, about=me, giver=me.person_id, by=by)
        rights.ask(kind=RequestKind.COMPLAIN, about=me, asker=me.person_id, words="等得太久。", by=by)
        rights.ask(
            kind=RequestKind.CORRECT, about=me, asker=me.person_id, words="电话错了。", subject="phone",
            source="police",
            by=by,
        )  # fmt: skip
        rights.ask(
            kind=RequestKind.CORRECT, about=me, asker=me.person_id, words="租约错了。", subject="lease",
            source="housing", by=by,
        )  # fmt: skip
    leak = NewBreach("一份名册发错了人。", "", "", "", "0000-123456", clock.now(), LeakScope(source="police"))
    with acting(staffed("office")) as by:
        rights.open_breach(made=leak, by=by)


def use_hall() -> None:
    """Book two times for somebody in the east, give a number out there, and say who stands behind it."""
    clerk = staffed("clerk", EAST)
    with acting(clerk) as by:
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(person_id) FROM people_identity")
            person = int(cursor.fetchone()[0])
        plan = halls.plan_of(EAST)
        day = halls.bookable_days(clock.today())[-1]
        for slot in halls.free_slots(plan, "residence", day)[:2]:
            wish = Wish(EAST, "residence", day, slot.starts_at, needs=("wheelchair",))
            hall.book(wish=wish, person_id=person, territory=EAST, by=by)
        hall.sit(window=1, by=by)
        hall.take_ticket(business="residence", is_priority=True, by=by)
        called = hall.call_next(by=by)
        hall.link_person(ticket_id=called, person_id=person, by=by)


def register_at_the_door(county: SmallCounty) -> None:
    """Register somebody new, and somebody known in another community, who is asked about there."""
    head, *rows = (county.folder / "police.csv").read_text(encoding="utf-8").splitlines()
    columns = head.lstrip("\ufeff").split(",")
    place, number = columns.index("社区代码"), columns.index("公民身份号码")
    known = next(row.split(",")[number] for row in rows if row.split(",")[place] == WEST and row.split(",")[number])
    home = {"community_code": EAST, "address": "新华路8号", "arrived_on": county.as_of.isoformat()}
    new = {"name": "郑新", "born_on": "1990-05-20", "sex": "female", "hukou_code": "990303", "relation": "self"}
    with acting(staffed("worker", EAST)) as by:
        intake.register_household(home=home, members=[new, {"id_number": known}], token="full-county", by=by)


def send_by_link(by: Actor) -> None:
    """Send a list of which no row could be taken, by a link made for it."""
    wanted = intake.NewLink("tenants", "和平物业", COUNTY, days=1, uses=1)
    link, _ = intake.make_link(wanted=wanted, by=by)
    intake.keep_submission(link_id=link, judged=submissions.Judged(1, ((1, ("required.missing",)),), b""), by=by)


# Not the resident of the tests: parted in two, neither has what was written before. The same one in each run.
OF_SEVERAL_RECORDS = """
SELECT person_id, min(record_id) FROM people_link JOIN people_identity i USING (person_id)
WHERE person_id <> ALL (%s) GROUP BY person_id, i.name, i.born_on, i.territory HAVING count(*) > 1
ORDER BY i.name DESC, i.born_on, i.territory, person_id LIMIT 1"""


@pytest.fixture(scope="module")
def open_doubt(full_county: SmallCounty, as_job: Callable[..., object]) -> None:
    """A task for a clerk about somebody, a doubt, and somebody who was parted in two."""
    who = residents(1)[0]
    with as_job("intake") as by, connection.cursor() as cursor:
        cursor.execute(OF_SEVERAL_RECORDS, [[who.person_id, who.child]])
        person, record = cursor.fetchone()
        work.open_tasks(kind="people.review", items=[(person, record, COUNTY)], due_in_days=30, by=by)
        intake.open_doubts(doubts=[Doubt(person, person, record, "sample", {})], by=by)
        # The note of a split: the record becomes a person of its own.
        intake.part_records(person_id=person, records=[record], by=by)


def rows_of(table: str) -> int:
    """Return how many rows of a table the default connection sees now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def places_seen(table: str) -> set[str]:
    """Return the territories of the rows of a table that the default connection sees now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT territory FROM {table}")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def without_guard() -> Callable[[str], object]:
    """Switch row security of a table off, as its owner may: the negative control of every test beside it."""

    @contextmanager
    def enter(table: str) -> Iterator[None]:
        with owner_here() as owner:
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            try:
                yield
            finally:
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")

    return enter
