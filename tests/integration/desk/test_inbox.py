"""The inbox: cut, searched, paged along its indexes, taken away, worked on many at once, handed over, deputised."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases import PERMIT, accepted, acting_in, begin, look, state, step, submitted
from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions, selectors
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case, Delegation
from tongdeng.desk.types import Act, Given, State

MONDAY = date(2026, 11, 23)
MANY = 30_000


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def zhao(people) -> Resident:
    return people[0]


def cut(**more: Any) -> selectors.Cut:
    return selectors.Cut(COUNTY, "990102000000", MONDAY, **more)


def colleague(kind: str, number: int) -> Any:
    """Return somebody else in the same kind of post for the whole county."""
    from tongdeng.audit.types import Actor, command
    from tongdeng.org import actions as org
    from tongdeng.org.models import Staff
    from tongdeng.org.types import PostKind

    login = f"{kind}-{number}"
    found = Staff.objects.using("owner").filter(login=login).first() or org.add_staff(
        login=login, name=f"李{number}", kind=PostKind(kind), division=COUNTY, titles=("岗位", "Post"), bureau=None,
        password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return Actor(purpose="serve", staff_id=found.pk, post_id=found.post_id, origin="web")


def page_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


# ---- reading ----


def test_pages_follow_one_another_without_a_gap_or_a_repeat(people):
    for who in people[:3]:
        submitted(who)
        accepted(who)
    waiting = submitted(people[4])
    # Nothing is due from the office any more: it comes last.
    step(waiting, Act.CORRECT, Given(items=("photo",), words="请补照片"))
    with acting_in("clerk"):
        every = list(selectors.ordered(cut()))
        seen, after = [], None
        while True:
            rows, after = selectors.page(cut(), after, 2)
            seen += [one.pk for one in rows]
            if after is None:
                break
            assert selectors.Cursor.read(str(after)) == after
    assert seen == [one.pk for one in every]
    assert seen[-1] == waiting
    assert selectors.Cursor.read("2026-13-01.5") is None


def test_it_is_cut_by_state_and_searched_by_name_and_number(people):
    case = look(submitted(people[6]))
    clerk = signed_in("clerk")
    assert case.number in page_of(clerk.get(f"/cases/?find={people[6].name}"))
    assert case.number in page_of(clerk.get(f"/cases/?find={case.number.replace('-', '')}"))
    assert case.number not in page_of(clerk.get(f"/cases/?find={people[7].name}"))
    assert case.number in page_of(clerk.get("/cases/?state=submitted"))
    assert case.number not in page_of(clerk.get("/cases/?state=under_review"))
    assert case.number not in page_of(clerk.get("/cases/?show=closed"))


def test_the_list_leaves_as_a_file_with_its_purpose_alone(zhao):
    number, clerk = look(submitted(zhao)).number, signed_in("clerk")
    assert "用来做什么" in page_of(clerk.get("/cases/export?state=submitted"))
    assert clerk.post("/cases/export?state=submitted", {"purpose": "check"}).content[:2] == b"PK"  # a workbook
    listed = clerk.post("/cases/export?state=submitted&as=csv", {"purpose": "check"}).content.decode("utf-8-sig")
    assert number in listed
    assert zhao.number not in listed


@pytest.fixture
def crowded(people: list[Resident]) -> Iterator[Any]:
    """Fill the table within a transaction, in every place of the county, half of it for the police."""
    accepted(people[0])
    with logged_in_as("job"), acting(job(DESK)), connection.cursor() as cursor:
        like = Case.objects.filter(state="accepted").order_by("pk").last()
        own = {"id", "number", "token", "due_on", "desks"}
        names = ", ".join(f'"{one.column}"' for one in Case._meta.fields if one.column not in own)
        cursor.execute(
            f"INSERT INTO desk_case ({names}, number, token, due_on, desks) SELECT {names}, 'n' || i, 'many' || i,"
            " date '2026-11-23' + i %% 400, CASE WHEN i %% 2 = 0 THEN desks ELSE '{clerk,hrss}'::text[] END"
            " FROM desk_case, generate_series(1, %s) AS i WHERE id = %s",
            [MANY, like.pk if like else 0],
        )
        cursor.execute("ANALYZE desk_case")
        yield cursor
        transaction.set_rollback(True)


def plan(cursor: Any, asked: Any) -> str:
    sql, values = asked.query.sql_with_params()
    cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {sql}", values)
    return "\n".join(row[0] for row in cursor.fetchall())


def test_a_page_of_the_inbox_is_a_range_of_its_index_under_row_security(crowded):
    county, after = cut(), selectors.Cursor(date(2026, 12, 24), 5)
    with acting(staffed("police")):
        with selectors.inbox_in_order(county):
            found = [plan(crowded, part[:51]) for part in selectors.inbox_parts(county, after)]
        left_to_itself = plan(crowded, next(iter(selectors.inbox_parts(county, after)))[:51])
    for one in found:
        assert "using desk_case_due" in one, one
        assert "Sort" not in one, one
    assert "InitPlan" in found[0]  # row security took part
    assert "Removed by Filter" in found[0]  # and kept something back
    assert "Sort" in left_to_itself  # guards the lines above: else everything is read and sorted


def test_a_community_reads_its_own_cases_and_no_others(crowded):
    east = selectors.Cut(EAST, "990101001002", MONDAY)
    with acting(staffed("worker", EAST)), selectors.inbox_in_order(east):
        found = plan(crowded, next(iter(selectors.inbox_parts(east, None)))[:51])
    assert "using desk_case_open" in found or "desk_case_place" in found, found
    assert "Seq Scan" not in found


# ---- many at once ----


def test_a_batch_judges_each_case_by_itself_and_says_why_not(zhao, people):
    good, wrong, gone = accepted(zhao), submitted(people[1]), accepted(people[2])
    seen = {case: look(case).version for case in (good, wrong, gone)}
    step(gone, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    police = signed_in("police")
    token = re.search(r'name="token" value="([^"]+)"', page_of(police.get("/cases/")))[1]
    sent = {"act": "review", "token": token, "case": [f"{case}-{version}" for case, version in seen.items()]}
    said = page_of(police.post("/cases/batch", sent))
    assert "3 件里办了 1 件" in said
    assert "时不能开始审查" in said
    assert "已经有人办了" in said
    assert (state(good), state(wrong), state(gone)) == (State.UNDER_REVIEW, State.SUBMITTED, State.WITHDRAWN)
    again = page_of(police.post("/cases/batch", sent))  # the same form: nothing is done twice
    assert "3 件里办了 1 件" in again
    assert look(good).version == seen[good] + 1


def test_no_decision_is_taken_in_a_batch(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    sent = {"act": "grant", "case": [f"{case}-{look(case).version}"], "token": "x"}
    assert "逐件" in page_of(signed_in("police").post("/cases/batch", sent), 422)
    assert state(case) is State.UNDER_REVIEW


def test_a_phrase_is_sent_in_both_languages(zhao):
    case, clerk = submitted(zhao), signed_in("clerk")
    assert "常用语" in page_of(clerk.get(f"/cases/{case}/"))
    sent = {"act": "inquire", "seen": look(case).version, "token": "p", "phrase": ["phone", "nothing"], "words": "谢谢"}
    assert clerk.post(f"/cases/{case}/act", sent).status_code == 302
    kept = look(case)
    with acting_in("clerk"):
        words = selectors.steps_of(kept)[-1].words
    assert words.startswith("登记的电话没有打通")
    assert "We could not reach you" in words
    assert words.endswith("谢谢")


# ---- handing over and standing in ----


def test_a_case_is_handed_to_whoever_sees_it_and_to_nobody_else(zhao):
    case, li = accepted(zhao), colleague("police", 1)
    step(case, Act.REVIEW, who="police")
    assert look(case).holder_id == staffed("police").post_id
    step(case, Act.HAND_OVER, Given(post=li.post_id), who="police")
    assert look(case).holder_id == li.post_id
    for stranger in (staffed("hrss"), staffed("clerk", WEST if zhao.territory < "990101002000" else EAST)):
        with pytest.raises(StepRefused, match=r"desk\.step\.post"):
            step(case, Act.HAND_OVER, Given(post=stranger.post_id), who="police")
    with acting(li) as by:
        mine = [one.pk for one in selectors.ordered(cut(holders=selectors.worked_by(by, MONDAY)))]
    assert case in mine


def test_a_deputy_works_on_the_cases_of_whoever_is_away_and_only_meanwhile(zhao, monkeypatch):
    case, wang, li = accepted(zhao), staffed("police"), colleague("police", 1)
    step(case, Act.REVIEW, who="police")
    with acting(staffed("office")) as by:
        made = actions.name_deputy(
            post_id=wang.post_id, deputy_id=li.post_id, from_on=date(2026, 11, 24), until_on=date(2026, 11, 27), by=by
        )
    for day, holds in (("2026-11-23", False), ("2026-11-24", True), ("2026-11-27", True), ("2026-11-28", False)):
        monkeypatch.setenv("TONGDENG_TODAY", day)
        with acting(li) as by:
            assert (wang.post_id in selectors.worked_by(by, date.fromisoformat(day))) is holds, day
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-25")
    seen, given = look(case).version, Given(reason="appraisal", words="送检")
    with acting(li) as by:
        actions.take_step(case_id=case, act=Act.SUSPEND, seen=seen, by=by, given=given)
        assert case in [one.pk for one in selectors.ordered(cut(holders=selectors.worked_by(by, date(2026, 11, 25))))]
    with owner_here() as owner:  # the record of acts says for whom
        detail = owner.execute(
            "SELECT detail FROM audit_entry WHERE code = 'desk.case.suspended' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert detail[0]["for_post"] == wang.post_id
    with acting(staffed("office")) as by:
        actions.end_delegation(delegation_id=made, by=by)
        with pytest.raises(StepRefused):
            actions.end_delegation(delegation_id=made, by=by)
    with acting(li) as by:
        assert wang.post_id not in selectors.worked_by(by, date(2026, 11, 25))


GRANT = """INSERT INTO desk_delegation
    (post_id, deputy_id, from_on, until_on, granted_post_id, granted_staff_id, granted_at)
    VALUES (%s, %s, '2026-11-23', '2026-12-23', %s, %s, now())"""


def test_the_database_lets_only_a_head_name_a_deputy_and_only_one_who_sees_as_much(people):
    wang, clerk, east, west = staffed("police"), staffed("clerk"), staffed("worker", EAST), staffed("worker", WEST)
    office = staffed("office")
    refused = [
        (clerk, wang, colleague("police", 1)),  # not the head
        (east, east, west),  # nobody names their own deputy who heads nobody
        (office, east, west),  # who serves another place
        (office, wang, clerk),  # another kind of post
    ]
    for by, absent, deputy in refused:
        with pytest.raises(DatabaseError), acting(by), connection.cursor() as cursor:
            cursor.execute(GRANT, [absent.post_id, deputy.post_id, by.post_id, by.staff_id])
    with acting(office), connection.cursor() as cursor:
        cursor.execute(GRANT, [wang.post_id, colleague("police", 1).post_id, office.post_id, office.staff_id])
        transaction.set_rollback(True)


def test_even_a_delegation_that_somebody_forged_shows_its_deputy_nothing_new(people):
    home = next(one for one in people if one.territory.startswith("990101001"))
    case, east, west = accepted(home), staffed("worker", home.territory), staffed("worker", WEST)
    step(case, Act.HAND_OVER, Given(post=east.post_id))
    with owner_here() as owner, forged(owner, east.post_id, west.post_id), acting(west) as by:
        assert east.post_id in selectors.worked_by(by, MONDAY)
        assert list(selectors.ordered(cut(holders=selectors.worked_by(by, MONDAY)))) == []
        assert selectors.find_case(case) is None
    with acting(east) as by:  # guards the lines above: whoever may see it does
        assert case in [one.pk for one in selectors.ordered(cut(holders=selectors.worked_by(by, MONDAY)))]


@contextmanager
def forged(owner: psycopg.Connection, absent: int, deputy: int) -> Iterator[None]:
    """Have a delegation that was written past the guard."""
    owner.execute("ALTER TABLE desk_delegation DISABLE TRIGGER desk_delegation_guard")
    owner.execute(GRANT, [absent, deputy, absent, 1])
    try:
        yield
    finally:
        owner.execute("DELETE FROM desk_delegation WHERE deputy_id = %s", [deputy])
        owner.execute("ALTER TABLE desk_delegation ENABLE TRIGGER desk_delegation_guard")


def test_the_head_names_a_deputy_on_the_page_and_both_see_it(people):
    office, wang, li = signed_in("office"), staffed("police"), colleague("police", 2)
    sent = {"post": wang.post_id, "deputy": li.post_id, "from": "2026-11-24", "until": "2027-11-24"}
    assert "最多 92 天" in page_of(office.post("/delegations/new", sent), 422)
    assert office.post("/delegations/new", {**sent, "until": "2026-12-01"}).status_code == 302
    page = page_of(signed_in("police").get("/delegations/"))
    assert "李2" in page
    assert "还没有开始" in page
    assert 'name="post"' not in page_of(signed_in("worker", EAST).get("/delegations/"))
    made = Delegation.objects.order_by("-pk").first()
    assert "没有这个代班" in page_of(signed_in("clerk").post(f"/delegations/{made.pk}/end"), 422)
    assert office.post(f"/delegations/{made.pk}/end").status_code == 302


def test_a_new_case_is_nobody_s(zhao):
    assert look(begin(zhao, PERMIT).id).holder_id is None
