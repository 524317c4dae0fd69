"""Packages in the database: one form, cases of several departments, one receipt, one rating; each part by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.cases import acting_in, look, state, step
from tests.databases import logged_in_as, owner_here
from tests.files import photo
from tests.packages import INSURANCE, LEASE, PERMIT, REGISTRATION, SCHOOL, all_given, begin, do_all, tend
from tests.packages import cases_of_package as cases
from tests.posts import staffed
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, joints, selectors
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.models import Case, Joint
from tongdeng.desk.together import Stage, Together
from tongdeng.desk.types import Act, Given, Opened
from tongdeng.documents import actions as documents
from tongdeng.documents.errors import OtherPurpose
from tongdeng.documents.models import Document
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.papers import selectors as papers

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


def standing(joint: int) -> Together:
    """Return how far a package is."""
    with logged_in_as("job"), acting(job(DESK)):
        return joints.standing_of(Joint.objects.get(pk=joint))


def letters(joint: int) -> list[tuple[str, str]]:
    """Return the letters about a package and its cases, oldest first, in Chinese."""
    with logged_in_as("job"), acting(job(DESK)):
        row = Joint.objects.get(pk=joint)
        own = {("desk.joint", joint), *(("desk.case", one) for one in cases_now(joint))}
        found = [one for one in notify.letters_of([row.person_id]) if (one.about.kind, one.about.id) in own]
        return [(one.kind, languages.worded(one.kind, one.fields, "zh")[1]) for one in reversed(found)]


def cases_now(joint: int) -> list[int]:
    return list(Case.objects.filter(parent_id=joint).values_list("pk", flat=True))


# ---- begun at once, once ----


def test_one_form_sent_by_eight_clicks_at_once_makes_one_package_with_one_case_each(zhao):
    staffed("clerk")
    together = Barrier(8, timeout=60)

    def click(_: int) -> Opened:
        together.wait()
        try:
            return begin(zhao, REGISTRATION, INSURANCE, token="eight")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(click, range(8)))
    assert len({(one.id, one.number, one.code) for one in made}) == 1
    assert sum(one.is_new for one in made) == 1
    assert sorted(cases(made[0].id)) == [INSURANCE, REGISTRATION]


def test_where_one_case_cannot_be_begun_none_is_and_no_package(zhao, monkeypatch):
    real = actions.joining.start_case

    def fail_at_the_second(**given: Any) -> Opened:
        if given["new"].service == INSURANCE:
            raise RuntimeError("the lights went out")
        return real(**given)

    monkeypatch.setattr("tongdeng.desk.actions.joining.start_case", fail_at_the_second)
    with pytest.raises(RuntimeError):
        begin(zhao, REGISTRATION, INSURANCE, token="half")
    with logged_in_as("job"), acting(job(DESK)):
        assert not Joint.objects.filter(token="half").exists()
        assert not Case.objects.filter(token__startswith="half").exists()


@pytest.mark.parametrize("services", [(), ("CIV-02",), ("HEA-01",)])
def test_what_is_not_of_the_package_or_not_applied_for_is_refused_in_words(zhao, services):
    with pytest.raises(CaseRefused) as refused:
        begin(zhao, *services, token=f"wrong {services}")
    assert all(refused.value.fact)


# ---- each part by itself ----


def test_who_declines_a_service_and_has_none_of_the_papers_still_gets_the_others(zhao):
    joint = begin(zhao, REGISTRATION, SCHOOL, INSURANCE, token="without").id  # the permit and the lease are left out
    made = cases(joint)
    assert {service: state(case) for service, case in made.items()} == dict.fromkeys(made, "submitted")
    with logged_in_as("job"), acting(job(DESK)):
        left_out = Case.objects.filter(person_id=zhao.person_id, service__in=(PERMIT, LEASE), parent_id=joint)
        assert not left_out.exists()
        # Nothing of what was left out, and nothing of papers that were lacking, stands anywhere about the person.
        row = Joint.objects.get(pk=joint)
        assert PERMIT not in str([getattr(row, field.attname) for field in Joint._meta.concrete_fields])
    step(made[SCHOOL], Act.CORRECT, Given(items=("hukou_booklet",), words="请补户口簿"), who="education")
    assert standing(joint).stage is Stage.WAITS
    do_all(made[REGISTRATION], REGISTRATION)
    do_all(made[INSURANCE], INSURANCE)
    assert (state(made[REGISTRATION]), state(made[INSURANCE])) == ("completed", "completed")
    assert state(made[SCHOOL]) == "correction_required"
    assert (standing(joint).closed, standing(joint).is_open) == (2, True)


def test_what_waits_begins_by_itself_when_what_comes_first_is_done_and_only_once(zhao):
    joint = begin(zhao, REGISTRATION, PERMIT, token="order").id
    made = cases(joint)
    assert (state(made[REGISTRATION]), state(made[PERMIT])) == ("submitted", "draft")
    assert tend(joint)[0] == 0
    do_all(made[REGISTRATION], REGISTRATION)
    assert tend(joint)[0] == 1
    assert tend(joint)[0] == 0
    assert state(made[PERMIT]) == "submitted"
    with logged_in_as("job"), acting(job(DESK)):
        (receipt,) = papers.papers_of_matter(selectors.SUBJECT, made[PERMIT])  # its clock begins on a day of its own
        assert receipt.kind == "receipt"


def test_what_waits_begins_too_when_what_came_first_was_withdrawn_and_the_nightly_job_sees_to_lost_ones(zhao):
    joint = begin(zhao, REGISTRATION, PERMIT, token="lost").id
    made = cases(joint)
    step(made[REGISTRATION], Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    with logged_in_as("job"):
        assert actions.tend_packages(by=job(DESK))["begun"] >= 1
    assert state(made[PERMIT]) == "submitted"


def test_without_the_first_one_the_second_waits_for_nothing(zhao):
    joint = begin(zhao, PERMIT, token="alone").id
    assert state(cases(joint)[PERMIT]) == "submitted"


def test_a_package_is_what_its_cases_make_it_and_every_row_what_its_events_make(zhao):
    joint = begin(zhao, REGISTRATION, INSURANCE, token="truth").id
    made = cases(joint)
    assert (standing(joint).stage, standing(joint).due_on) == (Stage.UNDER_WAY, None)
    all_given(made[INSURANCE])
    step(made[INSURANCE], Act.ACCEPT)
    assert standing(joint).due_on == look(made[INSURANCE]).promised_due_on == date(2026, 11, 24)
    step(made[INSURANCE], Act.REVIEW, who="hrss")
    step(made[INSURANCE], Act.SUSPEND, Given(reason="appraisal", words="要鉴定"), who="hrss")
    assert standing(joint).due_on is None
    step(made[INSURANCE], Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    step(made[REGISTRATION], Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    assert (standing(joint).stage, standing(joint).closed_on) == (Stage.WITHDRAWN, MONDAY)
    with logged_in_as("job"), acting(job(DESK)):
        assert selectors.differing(Case.objects.filter(parent_id=joint)) == []


# ---- who sees what ----


def test_each_department_sees_its_own_cases_and_that_there_are_others_and_a_stranger_nothing(zhao, people):
    joint = begin(zhao, REGISTRATION, SCHOOL, INSURANCE, token="eyes").id
    seen = {}
    for kind in ("police", "education", "hrss", "clerk", "housing", "civil"):
        with acting(staffed(kind)):
            row = joints.find_joint(joint)
            seen[kind] = ({one.service for one in joints.cases_in(row)}, joints.standing_of(row).parts) if row else None
    assert seen == {
        "police": ({REGISTRATION}, 3), "education": ({SCHOOL}, 3), "hrss": ({INSURANCE}, 3),
        "clerk": ({REGISTRATION, SCHOOL, INSURANCE}, 3), "housing": None, "civil": None,
    }  # fmt: skip
    with acting(staffed("housing")), connection.cursor() as cursor:  # nor by the function that looks past row security
        cursor.execute("SELECT desk_joint_parts(%s)::text", [joint])
        assert cursor.fetchone()[0] == "[]"
    with as_self(people[4]):
        assert joints.find_joint(joint) is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT desk_joint_parts(%s)::text", [joint])
            assert cursor.fetchone()[0] == "[]"
    with as_self(zhao):  # guards the lines above
        assert joints.standing_of(joints.find_joint(joint)).parts == 3


def as_self(who: Resident) -> Any:
    return acting(Actor(RESIDENT, origin="portal"), person=who.person_id)


FORGED = """
INSERT INTO desk_case (number, code_hash, code_sealed, person_id, territory, domain, desks, service, law_digest, kind,
    channel, asked_by, token, opened_at, state, version, progress, package, parent_id)
SELECT '261123-' || %(n)s, '', '', person_id, territory, domain, desks, 'PSB-02', '', 'promised', 'online', 'x', %(n)s,
    now(), 'draft', 1, '{}', 'arrival', %(parent)s FROM desk_joint WHERE id = %(own)s"""


def test_nobody_puts_a_case_into_somebody_elses_package(zhao, people):
    other = begin(people[4], REGISTRATION, PERMIT, token="theirs").id
    own = begin(zhao, REGISTRATION, PERMIT, token="mine").id
    with as_self(zhao), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="belongs to a package"), transaction.atomic():
            cursor.execute(FORGED, {"n": "000000001", "parent": other, "own": own})
        cursor.execute(FORGED, {"n": "000000002", "parent": own, "own": own})  # guards the line above
    with owner_here() as owner:  # without the trigger it would be there
        owner.execute("ALTER TABLE desk_case DISABLE TRIGGER desk_case_of_joint")
    try:
        with as_self(zhao), connection.cursor() as cursor:
            cursor.execute(FORGED, {"n": "000000003", "parent": other, "own": own})
    finally:
        with owner_here() as owner:
            owner.execute("ALTER TABLE desk_case ENABLE TRIGGER desk_case_of_joint")
    assert standing(other).parts == 3


@pytest.mark.parametrize(
    "change", ["package = 'newborn'", "stars = 3, person_id = 1", "sent_on = NULL", "told_upto = 9", "\"order\" = '[]'"]
)
def test_even_by_sql_a_resident_changes_nothing_of_a_package_but_what_an_applicant_may(zhao, change):
    joint = begin(zhao, REGISTRATION, token=f"sql {change}").id
    with as_self(zhao), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE desk_joint SET {change} WHERE id = %s", [joint])


# ---- papers ----


def test_a_paper_is_asked_for_once_and_serves_each_part_for_its_own_purpose_only(zhao):
    joint = begin(zhao, SCHOOL, INSURANCE, LEASE, token="papers").id
    made = cases(joint)
    with acting_in("clerk") as by:
        kept = actions.hand_in_for_all(joint_id=joint, material="residence_permit", data=photo(), by=by)
        rows = list(Document.objects.filter(pk__in=[one.id for one in kept]))
        assert {(row.subject_id, row.purpose) for row in rows} == {
            (made[SCHOOL], SCHOOL), (made[INSURANCE], INSURANCE),
        }  # fmt: skip
        assert len({row.file for row in rows}) == 1
        lease = selectors.subject(Case.objects.get(pk=made[LEASE]))
        with pytest.raises(OtherPurpose):
            documents.reuse_document(
                document_id=kept[0].id, subject=lease, persons=[zhao.person_id], purpose=LEASE, by=by
            )
        with pytest.raises(StepRefused, match="closed"):  # it is here: nobody asks again
            actions.hand_in_for_all(joint_id=joint, material="residence_permit", data=photo(), by=by)
    assert look(made[SCHOOL]).progress["materials"]["residence_permit"] == "given"
    assert look(made[LEASE]).progress["materials"].get("residence_permit") is None


# ---- one receipt, messages joined, one rating ----


def test_a_package_has_one_receipt_and_what_happens_in_one_visit_is_told_in_one_letter(zhao):
    joint = begin(zhao, REGISTRATION, PERMIT, INSURANCE, token="told").id
    made = cases(joint)
    with logged_in_as("job"), acting(job(DESK)):
        (receipt,) = papers.papers_of_matter(joints.SUBJECT, joint)
        assert all(papers.papers_of_matter(selectors.SUBJECT, case) == [] for case in made.values())
        said = "\n".join(part.text.zh for part in receipt.wording.parts)
    assert "居住登记申报、城乡居民医保参保；随后开始：居住证首次申领" in said
    assert [kind for kind, _ in letters(joint)] == ["package.received"]
    for service in (REGISTRATION, INSURANCE):
        all_given(made[service])
        step(made[service], Act.ACCEPT)
    assert [kind for kind, _ in letters(joint)] == ["package.received"]
    assert tend(joint) == (0, 2)
    assert tend(joint) == (0, 0)
    kind, news = letters(joint)[-1]
    assert kind == "package.news"
    assert "“居住登记申报”的申请已经受理" in news
    assert "“城乡居民医保参保”的申请已经受理" in news
    assert len(letters(joint)) == 2
    with logged_in_as("job"), acting(job(DESK)):  # what the law wants in writing, each department says in writing
        assert [one.kind for one in papers.papers_of_matter(selectors.SUBJECT, made[INSURANCE])] == ["acceptance"]


def test_a_package_is_rated_once_when_all_of_it_is_done_and_its_cases_are_not(zhao):
    joint = begin(zhao, REGISTRATION, INSURANCE, token="rated").id
    made = cases(joint)
    do_all(made[REGISTRATION], REGISTRATION)
    with as_self(zhao) as by:
        seen = look_as(made[REGISTRATION])
        with pytest.raises(StepRefused, match=r"desk\.step\.package"):
            actions.take_step(case_id=made[REGISTRATION], act=Act.RATE, seen=seen, given=Given(stars=5), by=by)
        with pytest.raises(StepRefused, match=r"desk\.step\.rate"):
            actions.rate_package(joint_id=joint, stars=5, words="", by=by)
    do_all(made[INSURANCE], INSURANCE)
    with as_self(zhao) as by:
        with pytest.raises(StepRefused, match=r"desk\.step\.stars"):
            actions.rate_package(joint_id=joint, stars=9, words="", by=by)
        for stars in (4, 1):  # the second is the same form sent again
            actions.rate_package(joint_id=joint, stars=stars, words="很快", by=by)
        row = joints.find_joint(joint)
    assert (row.stars, row.rated_on) == (4, MONDAY)
    with as_self(zhao), pytest.raises(DatabaseError, match="rated once"), transaction.atomic():
        Joint.objects.filter(pk=joint).update(stars=1)


def look_as(case: int) -> int:
    return Case.objects.get(pk=case).version


def test_all_of_it_is_withdrawn_at_once_and_can_be_asked_for_again(zhao):
    joint = begin(zhao, REGISTRATION, PERMIT, token="away").id
    with as_self(zhao) as by:
        assert actions.withdraw_package(joint_id=joint, words="", by=by) == 2
        with pytest.raises(StepRefused):
            actions.withdraw_package(joint_id=joint, words="", by=by)
    assert standing(joint).stage is Stage.WITHDRAWN
    assert begin(zhao, REGISTRATION, PERMIT, token="again").is_new
