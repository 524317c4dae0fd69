"""Who sees a case, and what may never be written into one, whoever tries."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases import PERMIT, accepted, acting_in, begin, look, state, step
from tests.databases import logged_in_as, owner_here
from tests.files import pdf
from tests.posts import staffed
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, FOLLOW, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, selectors
from tongdeng.desk.actions.supervising import open_orders
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case, Event, Supervision
from tongdeng.desk.types import Act, Channel, Given, Held, Kind, NewCase, Opened, Role, State
from tongdeng.documents.models import Document
from tongdeng.notify.models import Letter
from tongdeng.papers.models import Paper

RELIEF = "CIV-02"
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


# ---- who sees and who may ----


def test_a_department_sees_its_own_cases_only_and_the_window_sees_those_of_its_domains(people):
    made = {service: begin(people[3], service).id for service in (PERMIT, "HUD-02", "HRS-05", RELIEF)}
    seen = {}
    for kind in ("police", "housing", "hrss", "civil", "education", "clerk", "office", "health", "auditor"):
        with acting(staffed(kind)):
            ids = set(Case.objects.filter(pk__in=made.values()).values_list("pk", flat=True))
            assert set(Event.objects.filter(case_id__in=made.values()).values_list("case_id", flat=True)) == ids
        seen[kind] = {service for service, case in made.items() if case in ids}
    assert seen == {
        "police": {PERMIT}, "housing": {"HUD-02"}, "hrss": {"HRS-05"}, "civil": {RELIEF}, "education": set(),
        "clerk": set(made), "office": {PERMIT, "HUD-02", "HRS-05"}, "health": set(), "auditor": set(),
    }  # fmt: skip


def seen_by(kind: str, cases: dict[str, int]) -> set[tuple[str, str]]:
    """Return which papers, letters and documents of these cases a post sees."""
    named = {case: service for service, case in cases.items()}
    with acting(staffed(kind)):
        return {
            (named[case], table.__name__)
            for table in (Paper, Letter, Document)
            for case in table.objects.filter(subject_id__in=named, subject_kind=selectors.SUBJECT)
            .values_list("subject_id", flat=True)
        }  # fmt: skip


def test_papers_letters_and_documents_lie_before_the_desks_of_their_case_alone(people, without_guard):
    made = {}
    for service in (PERMIT, "HUD-02", "HRS-05", RELIEF):
        made[service] = case = begin(people[3], service).id
        wanted = next(iter(selectors.progress_of(look(case)).materials))
        with acting_in("clerk") as by:
            actions.hand_in(case_id=case, material=wanted, data=pdf(), by=by)
        step(case, Act.SUBMIT)
    kinds = ("Paper", "Letter", "Document")
    for post, services in (
        ("police", {PERMIT}), ("housing", {"HUD-02"}), ("hrss", {"HRS-05"}), ("civil", {RELIEF}), ("education", ()),
        ("justice", ()), ("health", ()), ("nurse", ()), ("clerk", set(made)), ("office", set(made) - {RELIEF}),
    ):  # fmt: skip
        assert seen_by(post, made) == {(service, kind) for service in services for kind in kinds}, post
    for table in ("papers_paper", "notify_letter", "documents_document"):
        with without_guard(table):  # else civil sees what is the police's: the control of what is said above
            assert len(seen_by("civil", made)) == 4 + 2


def test_a_worker_of_another_community_sees_nothing(people):
    case = begin(people[3]).id
    place = look(case).territory
    there = next(one.territory for one in people if one.territory[:9] != place[:9] and one.territory[9:] != "000")
    with acting(staffed("worker", there)):
        assert not Case.objects.filter(pk=case).exists()
        with pytest.raises(StepRefused, match=r"desk\.step\.unknown"):
            actions.take_step(case_id=case, act=Act.SUBMIT, seen=1, by=staffed("worker", there))


def as_self(who: Resident) -> object:
    return acting(Actor(RESIDENT, origin="portal"), person=who.person_id)


def test_a_resident_applies_follows_and_withdraws_and_reaches_nobody_elses(zhao, people):
    other = begin(people[4]).id
    with as_self(zhao) as by:
        new = NewCase(zhao.person_id, PERMIT, Kind.PROMISED, Channel.ONLINE, asker_id=zhao.person_id)
        case = actions.start_case(new=new, token="mine", by=by).id
        papers = Given(materials={"photo": Held.GIVEN})
        seen = actions.take_step(case_id=case, act=Act.NOTE_MATERIALS, seen=1, given=papers, by=by)
        seen = actions.take_step(case_id=case, act=Act.SUBMIT, seen=seen, by=by)
        assert not Case.objects.filter(pk=other).exists()
        with pytest.raises(StepRefused, match=r"desk\.step\.role"):
            actions.take_step(case_id=case, act=Act.ACCEPT, seen=seen, by=by)
        actions.take_step(case_id=case, act=Act.WITHDRAW, seen=seen, by=by)
    assert state(case) is State.WITHDRAWN


@pytest.mark.parametrize(
    "change", ["state = 'accepted', version = version + 1", "due_on = NULL", "desks = '{}', version = version + 1"]
)
def test_even_by_sql_a_resident_cannot_move_the_own_case_where_no_applicant_may(zhao, change):
    with as_self(zhao) as by:
        new = NewCase(zhao.person_id, PERMIT, Kind.PROMISED, Channel.ONLINE, asker_id=zhao.person_id)
        case = actions.start_case(new=new, token=f"sql {change}", by=by).id
    with as_self(zhao), pytest.raises(DatabaseError, match="desk: "), transaction.atomic(), connection.cursor() as c:
        c.execute(f"UPDATE desk_case SET {change} WHERE id = %s", [case])


def test_a_resident_adds_no_event_to_somebody_elses_case(zhao, people):
    other = begin(people[4]).id
    row = 'INSERT INTO desk_event (case_id, seq, person_id, territory, domain, desks, act, role, "on", at, token, data)'
    values = " VALUES (%s, 2, %s, %s, 'B', '{}', 'withdraw', 'applicant', current_date, now(), '', '{}')"
    with as_self(zhao), connection.cursor() as cursor:
        for person in (zhao.person_id, people[4].person_id):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(row + values, [other, person, people[4].territory])


def refused_by_the_database(statement: str, case: int, words: str) -> None:
    """Try a statement at the window, past the actions."""
    with (
        acting_in("clerk"),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
    ):
        cursor.execute(statement, [case])


def test_what_happened_is_neither_changed_nor_taken_away(zhao):
    case = begin(zhao).id
    refused_by_the_database("UPDATE desk_event SET act = 'grant' WHERE case_id = %s", case, "desk: ")
    refused_by_the_database("DELETE FROM desk_event WHERE case_id = %s", case, "desk: ")


def test_what_is_closed_stays_closed_even_by_sql(zhao):
    case = begin(zhao).id
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    reopen = "UPDATE desk_case SET state = 'draft', closed_on = NULL, version = version + 1 WHERE id = %s"
    refused_by_the_database(reopen, case, "stays closed")


def test_with_number_and_code_anybody_follows_a_case_and_with_less_nobody(zhao):
    opened = begin(zhao)
    with acting(Actor(FOLLOW, origin="web")):
        found = selectors.follow(opened.number.replace("-", " "), opened.code.lower().replace("0", "o"))
        assert found is not None
        assert (found.service, found.state, found.steps) == (PERMIT, State.DRAFT, ((Act.START, MONDAY),))
        assert selectors.follow(opened.number, "0000-0000-0000-0000") is None
        assert not Case.objects.exists()
    with acting_in("clerk"):
        assert selectors.follow(opened.number, opened.code) is None  # another purpose


def follows(opened: Opened, code: str = "") -> bool:
    with acting(Actor(FOLLOW, origin="web")):
        return selectors.follow(opened.number, code or opened.code) is not None


def test_whoever_applied_exchanges_the_code_and_the_old_one_opens_nothing(zhao, people):
    opened = begin(zhao)
    assert follows(opened)
    with as_self(zhao) as by:
        actions.exchange_code(case_id=opened.id, by=by)
        fresh = selectors.code_of(Case.objects.get(pk=opened.id))
    assert not follows(opened)
    assert follows(opened, fresh)
    with as_self(people[4]) as by, pytest.raises(StepRefused, match=r"desk\.step\.unknown"):
        actions.exchange_code(case_id=opened.id, by=by)
    change = "UPDATE desk_case SET code_hash = repeat('0', 64){} WHERE id = %s"
    refused_by_the_database(change.format(""), opened.id, "exchanged by whoever applied")
    with as_self(zhao), pytest.raises(DatabaseError, match="desk: "), transaction.atomic(), connection.cursor() as c:
        c.execute(change.format(", state = 'accepted', version = version + 1"), [opened.id])


def test_who_followed_stands_in_what_the_person_reads(zhao):
    opened = begin(zhao)
    counted = "SELECT count(*) FROM audit_entry WHERE code = 'desk.case.followed' AND %s = ANY (subjects)"
    with owner_here() as owner:
        before = owner.execute(counted, [zhao.person_id]).fetchone()[0]
        follows(opened, "0000-0000-0000-0000")  # a guess tells nobody of anybody
        follows(opened)
        assert owner.execute(counted, [zhao.person_id]).fetchone()[0] == before + 1


def test_sixty_days_after_the_end_a_code_opens_nothing(zhao, monkeypatch):
    opened = begin(zhao)
    step(opened.id, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    for day, opens in (("2027-01-22", True), ("2027-01-23", False)):
        monkeypatch.setenv("TONGDENG_TODAY", day)
        assert follows(opened) is opens


def test_staff_with_the_purpose_of_following_see_nothing_more(zhao):
    begin(zhao)
    with acting(Actor(FOLLOW, staff_id=1, post_id=staffed("clerk").post_id, origin="web")):
        assert not Case.objects.exists()


def test_roles_are_told_from_posts(zhao):
    case = look(accepted(zhao))
    for kind, roles in (
        ("clerk", {Role.CLERK}), ("police", {Role.HANDLER, Role.HEAD}), ("office", {Role.HEAD}), ("housing", set()),
    ):  # fmt: skip
        assert selectors.roles_of(staffed(kind), case) == roles


def test_the_rows_that_watch_and_those_that_tell_lie_where_the_case_lies(zhao):
    from tongdeng.desk.types import Clock, Signal

    watched = look(accepted(zhao))
    with logged_in_as("job"), acting(job(DESK)) as by:
        open_orders(case=watched, broken=[(Signal.AMBER, Clock.PROMISED)], by=by)
    with logged_in_as("job"), acting(job(DESK)):
        told = {"subject_kind": selectors.SUBJECT}
        for table, which in ((Event, {}), (Supervision, {}), (Paper, told), (Letter, told), (Document, told)):
            for row in table.objects.filter(**which):
                case = Case.objects.get(pk=getattr(row, "subject_id", None) or row.case_id)
                assert (row.territory, row.domain, row.desks) == (case.territory, case.domain, case.desks)
        for table in (Event, Supervision):
            assert table.objects.filter(case_id=watched.pk).exists()  # or the loop went over nothing
