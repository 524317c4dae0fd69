"""A bad rating is followed up in time by somebody who was not rated, and the person hears what came of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests.cases import accepted, acting_in, look, step
from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, DETERMINE, PRIVACY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, selectors
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import FollowUp
from tongdeng.desk.types import Act, Given
from tongdeng.insight import actions as insight
from tongdeng.insight import selectors as figures
from tongdeng.notify import selectors as notify
from tongdeng.privacy import actions as privacy
from tongdeng.privacy import selectors as own
from tongdeng.privacy.types import Outcome, RequestKind

MONDAY = date(2026, 11, 23)


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


def rated(who: Resident, stars: int, words: str = "") -> int:
    """Have a case done by clerk and police, and rate it."""
    case = accepted(who)
    for act, by in ((Act.REVIEW, "police"), (Act.GRANT, "police"), (Act.ISSUE, "police"), (Act.SERVE, "clerk"),
                    (Act.COMPLETE, "clerk")):  # fmt: skip
        step(case, act, who=by)
    seen = look(case).version
    with self(who) as by:
        actions.take_step(case_id=case, act=Act.RATE, seen=seen, given=Given(stars=stars, words=words), by=by)
    return case


def follow_up(case: int) -> FollowUp | None:
    with logged_in_as("job"), acting(job(DESK)):
        return selectors.follow_up_of(case)


def test_one_and_two_stars_are_followed_up_and_no_more(zhao):
    found = follow_up(rated(zhao, 2, "等得久"))
    assert (found.stars, found.contact_due_on, found.due_on) == (2, date(2026, 11, 24), date(2026, 12, 14))
    assert found.rated_staff == sorted({staffed("clerk").staff_id, staffed("police").staff_id})
    assert follow_up(rated(zhao, 3)) is None


def test_whoever_was_rated_does_not_answer_somebody_else_does_and_the_person_hears(zhao):
    case = rated(zhao, 1, "态度不好")
    number = follow_up(case).pk
    browser, police, office = signed_in_at_my(zhao), signed_in("police"), signed_in("office")
    page = text(browser.get(f"/my/cases/{case}/"))
    assert "2026年11月24日前联系您，最晚2026年12月14日答复" in page
    assert "态度不好" in text(office.get("/ratings/"))
    assert "由别人答复" in text(police.get("/ratings/"))
    refused = police.post(f"/ratings/{number}/answer", {"outcome": "explained", "words": "没有问题"})
    assert "要由别人答复" in text(refused, 422)
    assert "请写明" in text(office.post(f"/ratings/{number}/contact", {"words": ""}), 422)
    assert office.post(f"/ratings/{number}/contact", {"words": "本人说窗口让他跑了两次"}).status_code == 302
    sent = {"outcome": "repaired", "words": "已向您道歉，并培训窗口。"}
    assert office.post(f"/ratings/{number}/answer", sent).status_code == 302
    assert "已经答复过了" in text(office.post(f"/ratings/{number}/answer", sent), 422)
    page = text(browser.get(f"/my/cases/{case}/"))
    assert "问题属实，已经改正" in page
    assert "已向您道歉，并培训窗口。" in page
    with logged_in_as("job"), acting(job(DESK)):
        letters = [one for one in notify.letters_of([zhao.person_id]) if one.about.id == case]
    assert [one.kind for one in letters].count("case.followed_up") == 1
    assert "培训窗口" in text(office.get("/ratings/?show=answered"))


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


ANSWER = """UPDATE desk_followup SET outcome = 'explained', answered_at = now(), staff_id = %s WHERE id = %s"""


def test_the_database_keeps_whoever_was_rated_from_answering_past_the_program(zhao):
    number, police, office = follow_up(rated(zhao, 1)).pk, staffed("police"), staffed("office")
    for staff in (police.staff_id, office.staff_id):  # by their own name, and by another's
        with pytest.raises(DatabaseError), acting(police), connection.cursor() as cursor:
            cursor.execute(ANSWER, [staff, number])
    with owner_here() as owner, unguarded(owner), acting(police), connection.cursor() as cursor:
        cursor.execute(ANSWER, [police.staff_id, number])  # guards the lines above
        assert cursor.rowcount == 1


@contextmanager
def unguarded(owner: psycopg.Connection) -> Iterator[None]:
    owner.execute("ALTER TABLE desk_followup DISABLE TRIGGER desk_followup_guard")
    try:
        yield
    finally:
        owner.execute("ALTER TABLE desk_followup ENABLE TRIGGER desk_followup_guard")


def test_nobody_makes_up_a_bad_rating_or_who_was_rated(zhao):
    good = look(rated(zhao, 5))
    with pytest.raises(DatabaseError), self(zhao):
        FollowUp.objects.create(
            case_id=good.pk, person_id=zhao.person_id, territory=good.territory, domain="B", desks=["office"], stars=1,
            opened_at=good.opened_at, contact_due_on=MONDAY, due_on=MONDAY, rated_staff=[],
        )  # fmt: skip


def test_a_rating_elsewhere_is_seen_by_nobody_here(zhao):
    number = follow_up(rated(zhao, 2)).pk
    there = WEST if zhao.territory < "990101002000" else EAST
    with acting(staffed("worker", there)):
        assert selectors.follow_ups("990101000000", "990102000000").count() == 0
    with acting(staffed("worker", there)) as by, pytest.raises(StepRefused, match=r"desk\.step\.unknown"):
        actions.note_contact(follow_up_id=number, words="打过电话", by=by)


def test_both_feed_the_measures(zhao, monkeypatch):
    before = counted()
    case = rated(zhao, 1)
    rated(zhao, 4)
    number = follow_up(case).pk
    with acting_in("office") as by:
        actions.answer_rating(follow_up_id=number, outcome="explained", words="已说明", by=by)
    with self(zhao) as by:
        about = own.own_persons()[0]
        asked = privacy.ask(kind=RequestKind.COMPLAIN, about=about, asker=zhao.person_id, words="态度不好", by=by)
    with acting_in("office") as by:
        privacy.answer(request_id=asked, outcome=Outcome.DONE, words="已处理", remedy="", by=by)
    after = counted()
    grown = {one: (after[one][0] - before[one][0], after[one][1] - before[one][1]) for one in after}
    assert grown == {"R1": (1, 2), "R2": (1, 1), "R3": (2, 2), "R4": (1, 1)}
    with logged_in_as("job"):
        insight.refresh_everyone(as_of=MONDAY, by=job(DETERMINE))
    for name, pair in after.items():
        figure = figures.figure(MONDAY, name, COUNTY)
        assert (figure.numerator, figure.denominator) == pair, name
    rated(zhao, 2)  # nobody answers this one
    monkeypatch.setenv("TONGDENG_TODAY", "2026-12-20")
    assert counted(date(2026, 12, 20))["R2"][0] < counted(date(2026, 12, 20))["R2"][1]


def counted(until: date = MONDAY) -> dict[str, tuple[int, int]]:
    with logged_in_as("job"), acting(job(DESK)):
        found = [*selectors.tallies(date(2026, 1, 1), until), *own.complaint_tallies(date(2026, 1, 1), until)]
    return {
        name: (sum(one.good for one in ours), sum(one.all for one in ours))
        for name in ("R1", "R2", "R3", "R4")
        for ours in ([one for one in found if one.measure == name],)
    }


# ---- how long it is kept ----


def test_what_was_closed_ten_years_ago_goes_with_all_that_belongs_to_it(zhao, monkeypatch):
    case, young = rated(zhao, 1), rated(zhao, 5)
    tables = {"desk_case": "id", "desk_event": "case_id", "desk_followup": "case_id", "papers_paper": "subject_id"}
    with owner_here() as owner:  # the other one was closed this year
        owner.execute("ALTER TABLE desk_case DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE desk_case NO FORCE ROW LEVEL SECURITY")
        owner.execute("UPDATE desk_case SET closed_on = '2035-12-01' WHERE id = %s", [young])
        owner.execute("ALTER TABLE desk_case FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE desk_case ENABLE TRIGGER ALL")
    kept = {}
    for day in ("2036-11-01", "2036-12-01"):
        monkeypatch.setenv("TONGDENG_TODAY", day)
        with logged_in_as("job"):
            privacy.carry_out_retention(by=job(PRIVACY))
        with logged_in_as("job"), acting(job(DESK)), connection.cursor() as cursor:
            for table, column in tables.items():
                cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [case])
                kept[table, day] = cursor.fetchone()[0]
    assert all(kept[table, "2036-11-01"] for table in tables)
    assert not any(kept[table, "2036-12-01"] for table in tables)
    assert look(young).pk == young
