"""A bad rating of a whole package: followed up once, before those alone who see all of it, and counted once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from tests.cases import acting_in
from tests.databases import logged_in_as, owner_here
from tests.packages import INSURANCE, REGISTRATION, begin, cases_of_package, do_all
from tests.posts import signed_in, staffed
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, PRIVACY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, joints, selectors
from tongdeng.desk.models import FollowUp, Joint
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.privacy import actions as privacy
from tongdeng.privacy.rights import desk_for
from tongdeng.privacy.types import RequestKind

MONDAY = date(2026, 11, 23)
PARTS = (REGISTRATION, INSURANCE)  # of the police and of social security
_tokens = count(1)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@contextmanager
def self(who: Resident) -> Iterator[Actor]:
    """Be somebody at /my/."""
    with acting(Actor(purpose=RESIDENT, origin="portal"), person=who.person_id) as by:
        yield by


def done(who: Resident) -> int:
    """Return a package that all its departments have done."""
    joint = begin(who, *PARTS, token=f"rated {next(_tokens)}").id
    for service, case in cases_of_package(joint).items():
        do_all(case, service)
    return joint


def rate(who: Resident, joint: int, stars: int, words: str = "") -> None:
    with self(who) as by:
        actions.rate_package(joint_id=joint, stars=stars, words=words, by=by)


def rated(who: Resident, stars: int, words: str = "") -> int:
    joint = done(who)
    rate(who, joint, stars, words)
    return joint


def follow_ups(joint: int) -> list[FollowUp]:
    with logged_in_as("job"), acting(job(DESK)):
        return list(FollowUp.objects.filter(joint_id=joint))


def seen_by(kind: str, joint: int) -> bool:
    with acting(staffed(kind)):
        return FollowUp.objects.filter(joint_id=joint).exists()


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# ---- opened once, before whom ----


def test_a_bad_rating_of_a_package_opens_one_follow_up_and_a_good_one_none(zhao):
    joint = rated(zhao, 2, "跑了三次")
    rate(zhao, joint, 1)  # the same form sent again
    (found,) = follow_ups(joint)
    assert (found.case_id, found.stars) == (None, 2)
    assert (found.contact_due_on, found.due_on) == (date(2026, 11, 24), date(2026, 12, 14))
    # Whoever acted on any part had a part in what was rated.
    assert found.rated_staff == sorted(staffed(kind).staff_id for kind in ("clerk", "police", "hrss"))
    assert follow_ups(rated(zhao, 3)) == []


def test_it_lies_before_those_alone_who_see_all_of_the_package_and_before_whoever_answers_complaints(zhao):
    joint = rated(zhao, 1)
    (found,) = follow_ups(joint)
    with logged_in_as("job"), acting(job(DESK)):
        row = Joint.objects.get(pk=joint)
        assert (found.desks, found.domain) == (joints.desks_for_all(row), joints.widest_domain(row))
        assert len({case.domain for case in joints.cases_in(row)}) > 1  # or the widest one says nothing
    assert desk_for(RequestKind.COMPLAIN) in found.desks
    seen = {kind for kind in ("office", "clerk", "police", "hrss", "housing") if seen_by(kind, joint)}
    assert seen == {"office", "clerk"}


FORGED = """
INSERT INTO desk_followup (joint_id, person_id, territory, domain, desks, stars, opened_at, contact_due_on, due_on,
    rated_staff)
SELECT id, person_id, territory, domain, ARRAY['police'], 1, now(), current_date, current_date, '{}'
  FROM desk_joint WHERE id = %s"""


def test_even_by_sql_it_lies_before_nobody_who_sees_a_part_only(zhao, monkeypatch):
    monkeypatch.setattr("tongdeng.desk.actions.joining.open_follow_up", lambda **_: None)
    joint, another = rated(zhao, 1), rated(zhao, 1)
    forge(zhao, joint)
    assert not seen_by("police", joint)
    assert seen_by("office", joint)
    assert follow_ups(joint)[0].rated_staff != []
    with owner_here() as owner, unguarded(owner):
        forge(zhao, another)  # guards the lines above
    assert seen_by("police", another)


def forge(who: Resident, joint: int, said: str = FORGED) -> None:
    with self(who), connection.cursor() as cursor:
        cursor.execute(said, [joint])


@contextmanager
def unguarded(owner: psycopg.Connection) -> Iterator[None]:
    owner.execute("ALTER TABLE desk_followup DISABLE TRIGGER desk_followup_guard")
    try:
        yield
    finally:
        owner.execute("ALTER TABLE desk_followup ENABLE TRIGGER desk_followup_guard")


def test_nobody_makes_up_a_bad_rating_of_a_package_nor_one_of_two_things(zhao):
    for joint in (rated(zhao, 5), done(zhao)):  # a good one, and one that was not rated at all
        with pytest.raises(DatabaseError, match="opens a follow-up"):
            forge(zhao, joint)
    both, joint = FORGED.replace("joint_id,", "joint_id, case_id,").replace("SELECT id,", "SELECT id, 1,"), done(zhao)
    with owner_here() as owner, unguarded(owner), pytest.raises(IntegrityError, match="of_one"):
        forge(zhao, joint, both)


def test_a_package_has_no_second_follow_up(zhao):
    joint = rated(zhao, 1)
    with pytest.raises(IntegrityError, match="joint_id"):
        forge(zhao, joint)


# ---- answered by whoever had no part in it, and told ----


def test_whoever_had_a_part_in_it_does_not_answer_the_office_does_and_the_person_reads_it(zhao, monkeypatch):
    joint = rated(zhao, 1, "一件事跑了三次")
    number = follow_ups(joint)[0].pk
    browser, clerk, office = signed_in_at_my(zhao), signed_in("clerk"), signed_in("office")
    assert "2026年11月24日前联系您，最晚2026年12月14日答复" in text(browser.get(f"/my/packages/{joint}/"))
    listed = text(office.get("/ratings/"))
    assert "新来居民“一件事”" in listed
    assert "一件事跑了三次" in listed
    assert "一件事跑了三次" not in text(signed_in("police").get("/ratings/"))
    refused = clerk.post(f"/ratings/{number}/answer", {"outcome": "explained", "words": "没有问题"})
    assert "要由别人答复" in text(refused, 422)
    monkeypatch.setenv("TONGDENG_TODAY", "2026-12-15")
    assert 'class="late"' in row_of(office.get("/ratings/"), number)  # past its day
    assert office.post(f"/ratings/{number}/contact", {"words": "本人说跑了三次"}).status_code == 302
    sent = {"outcome": "repaired", "words": "以后一次告知。"}
    assert office.post(f"/ratings/{number}/answer", sent).status_code == 302
    page = text(browser.get(f"/my/packages/{joint}/"))
    assert "问题属实，已经改正" in page
    assert "以后一次告知。" in page
    with logged_in_as("job"), acting(job(DESK)):
        told = [one for one in notify.letters_of([zhao.person_id]) if one.kind == "case.followed_up"]
        (letter,) = [one for one in told if (one.about.kind, one.about.id) == (joints.SUBJECT, joint)]
    assert "对“新来居民“一件事””的评价" in languages.worded(letter.kind, letter.fields, "zh")[1]
    assert "以后一次告知" in text(office.get("/ratings/?show=answered"))


def row_of(page: Any, number: int) -> str:
    return page.content.decode().partition(f'id="rating-{number}"')[2].partition("</li>")[0]


# ---- counted once ----


def test_it_is_counted_once_and_late_answers_are_counted_as_late(zhao, monkeypatch):
    before = counted()
    bad = rated(zhao, 1)
    rated(zhao, 4)
    number = follow_ups(bad)[0].pk
    with acting_in("office") as by:
        actions.answer_rating(follow_up_id=number, outcome="explained", words="已说明", by=by)
    assert grown(before, counted()) == {"R1": (1, 2), "R2": (1, 1), "R3": (4, 4)}  # two packages of two cases
    rated(zhao, 2)  # nobody answers this one
    monkeypatch.setenv("TONGDENG_TODAY", "2026-12-20")
    later = date(2026, 12, 20)
    assert grown(before, counted(later))["R1"] == (1, 3)
    assert counted(later)["R2"][0] < counted(later)["R2"][1]


def counted(until: date = MONDAY) -> dict[str, tuple[int, int]]:
    with logged_in_as("job"), acting(job(DESK)):
        found = selectors.tallies(date(2026, 1, 1), until)
    return {
        name: (sum(one.good for one in ours), sum(one.all for one in ours))
        for name in ("R1", "R2", "R3")
        for ours in ([one for one in found if one.measure == name],)
    }


def grown(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {one: (after[one][0] - before[one][0], after[one][1] - before[one][1]) for one in after}


# ---- how long it is kept ----


def test_it_goes_with_its_package(zhao, monkeypatch):
    joint, kept = rated(zhao, 1), {}
    for day in ("2038-11-20", "2038-11-25"):
        monkeypatch.setenv("TONGDENG_TODAY", day)
        with logged_in_as("job"):
            privacy.carry_out_retention(by=job(PRIVACY))
        with logged_in_as("job"), acting(job(DESK)):
            kept[day] = (Joint.objects.filter(pk=joint).exists(), FollowUp.objects.filter(joint_id=joint).exists())
    assert kept == {"2038-11-20": (True, True), "2038-11-25": (False, False)}
