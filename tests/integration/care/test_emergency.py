"""Break-glass: one person, a reason, three hours, a second person told; nothing else opens, every look is written."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from tests.databases import AS_OF, environment, logged_in_as, owner_here
from tests.posts import COUNTY, EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor, command
from tongdeng.care import door, emergency
from tongdeng.care.seal import NoKey, unseal
from tongdeng.care.types import Refused
from tongdeng.intake import actions as intake
from tongdeng.kernel import ids
from tongdeng.people.models import Identity

HEAD = "儿童姓名,性别,出生日期,社区代码,现住址,疫苗,剂次,接种日期,接种单位"
ROLL = "\n".join([
    HEAD, f"陶小一,女,2023-02-03,{EAST},河边1号,卡介苗,1,2023-02-04,东关卫生院",
    f"黎小二,男,2022-05-06,{EAST},河边2号,麻腮风疫苗,1,2023-01-10,西关卫生院", "",
])  # fmt: skip


@pytest.fixture(scope="module")
def children(database: str, job_login: Callable[..., Any]) -> tuple[int, int]:
    """Two children with a dose each."""
    with job_login("intake") as by:
        batch = intake.receive_roll(source="immunisation", path=ROLL.encode(), as_at=AS_OF, by=by, name="roll.csv")
        assert intake.import_roll(batch_id=batch, path=ROLL.encode(), by=by)["new_people"] == 2
        with acting(by):
            named = dict(Identity.objects.values_list("name", "person_id"))
    return named["陶小一"], named["黎小二"]


@pytest.fixture
def care() -> Iterator[None]:
    """Act by the login of sealed care, as its own process does."""
    with logged_in_as("care"):
        yield


@pytest.fixture(scope="module")
def staff(database: str) -> dict[str, Actor]:
    """A nurse, somebody of the health bureau, and others who have no business here."""
    hired = {kind: staffed(kind) for kind in ("nurse", "health", "police", "office", "worker")}
    hired["other"] = staffed("health", "990101001000")
    return hired


def opened(person: int, by: Actor) -> Any:
    return emergency.open_rows(person_id=person, reason="reaction", county=COUNTY, by=by)


def entries(code: str) -> list[list[int]]:
    with owner_here() as owner:
        found = owner.execute("SELECT subjects FROM audit_entry WHERE code = %s ORDER BY id", [code]).fetchall()
        return [row[0] for row in found]


@contextmanager
def as_care_of(by: Actor, person: int) -> Iterator[Any]:
    """A statement of one's own under the context that the door would enter, as injected SQL would run."""
    from dataclasses import replace

    with acting(replace(by, purpose="emergency"), person=person), connection.cursor() as cursor:
        yield cursor


def rows_seen(by: Actor, person: int) -> int:
    with as_care_of(by, person) as cursor:
        cursor.execute("SELECT count(*) FROM care.intake_row")
        return int(cursor.fetchone()[0])


def test_a_nurse_opens_one_child_and_reads_that_child_only(children, care, staff):
    first, second = children
    assert rows_seen(staff["nurse"], first) == 0
    made = opened(first, staff["nurse"])
    _, rows = emergency.look(emergency_id=made.id, person_id=first, by=staff["nurse"])
    assert [row["vaccine"] for row in rows] == ["卡介苗"]
    assert rows_seen(staff["nurse"], first) == 1
    # The same nurse, the same moment, another child; and another post, the same child.
    assert rows_seen(staff["nurse"], second) == 0
    assert rows_seen(staff["health"], first) == 0
    with pytest.raises(Refused, match="over"):
        emergency.look(emergency_id=made.id, person_id=second, by=staff["nurse"])
    assert entries("care.emergency.opened")[-1] == [first]
    assert entries("care.emergency.looked")[-1] == [first]


def newest_task() -> Any:
    with owner_here() as owner:
        owner.execute("ALTER TABLE work_task NO FORCE ROW LEVEL SECURITY")
        found = owner.execute(
            "SELECT territory, person_id, detail, outcome, closed_staff_id FROM work_task"
            " WHERE kind = 'care.emergency' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        owner.execute("ALTER TABLE work_task FORCE ROW LEVEL SECURITY")
    return found


def test_the_second_person_has_a_task_at_once_that_names_nobody_and_ends_with_the_verdict(children, care, staff):
    made = opened(children[1], staff["health"])
    assert newest_task() == (COUNTY, None, {"emergency": made.id}, None, None)
    with pytest.raises(Refused, match="own"):
        emergency.judge(emergency_id=made.id, verdict="right", by=staff["health"])
    assert newest_task()[3:] == (None, None)
    # Nor does the opener end it past the action: the policy shows tasks to whoever judges.
    with as_care_of(staff["nurse"], children[1]) as cursor:
        cursor.execute("UPDATE work_task SET outcome = 'right' WHERE kind = 'care.emergency'")
        assert cursor.rowcount == 0
    emergency.judge(emergency_id=made.id, verdict="right", by=staff["other"])
    assert newest_task()[3:] == ("right", staff["other"].staff_id)


@pytest.mark.parametrize("kind", ["police", "office", "worker"])
def test_no_other_post_opens_anything(children, care, staff, kind):
    with pytest.raises(Refused, match="post"):
        opened(children[0], staff[kind])


def test_an_opening_ends_by_the_databases_own_clock(children, care, staff):
    made = opened(children[0], staff["nurse"])
    with owner_here() as owner:
        owner.execute("ALTER TABLE care.emergency NO FORCE ROW LEVEL SECURITY")
        owner.execute(
            "UPDATE care.emergency SET opened_at = opened_at - interval '4 hours',"
            " expires_at = expires_at - interval '4 hours' WHERE post_id = %s", [staff["nurse"].post_id],
        )  # fmt: skip
        owner.execute("ALTER TABLE care.emergency FORCE ROW LEVEL SECURITY")
    assert rows_seen(staff["nurse"], children[0]) == 0
    with pytest.raises(Refused, match="over"):
        emergency.look(emergency_id=made.id, person_id=children[0], by=staff["nurse"])


def test_without_the_policy_the_rows_would_show(children, care, staff):
    # Guards the tests above: it is the policy that keeps them back.
    with owner_here() as owner:
        owner.execute("ALTER TABLE care.intake_row DISABLE ROW LEVEL SECURITY")
    assert rows_seen(staff["police"], children[0]) == 2
    with owner_here() as owner:
        owner.execute("ALTER TABLE care.intake_row ENABLE ROW LEVEL SECURITY")
    assert rows_seen(staff["police"], children[0]) == 0


def test_nobody_opens_for_longer_or_beforehand_or_for_another(children, care, staff):
    statement = (
        "INSERT INTO care.emergency (person_id, reason, staff_id, post_id, opened_at, expires_at)"
        " VALUES (%s, 'reaction', %s, %s, statement_timestamp() + %s * interval '1 hour',"
        " statement_timestamp() + (%s + %s) * interval '1 hour')"
    )
    by, first, second = staff["nurse"], *children
    for person, post, since, hours in ((first, by.post_id, 0, 4), (first, by.post_id, 5, 3), (second, by.post_id, 0, 3),
                                       (first, staff["health"].post_id, 0, 3)):  # fmt: skip
        with pytest.raises(Exception, match=r"row-level security|three_hours"), as_care_of(by, first) as cursor:
            cursor.execute(statement, [person, by.staff_id, post, since, since, hours])
    with pytest.raises(ProgrammingError), as_care_of(by, first) as cursor:
        cursor.execute("UPDATE care.emergency SET expires_at = expires_at + interval '1 hour'")
    with as_care_of(by, first) as cursor:  # guards the lines above: as it should be, it may
        cursor.execute(statement, [first, by.staff_id, by.post_id, 0, 0, 3])


def test_a_second_person_judges_and_the_opener_does_not(children, care, staff):
    made = opened(children[0], staff["health"])
    with pytest.raises(Refused, match="own"):
        emergency.judge(emergency_id=made.id, verdict="right", by=staff["health"])
    with pytest.raises(Refused, match="judged"):
        emergency.judge(emergency_id=made.id, verdict="right", by=staff["nurse"])
    with as_care_of(staff["health"], children[0]) as cursor:
        cursor.execute("UPDATE care.emergency SET looks = 0 WHERE id = %s", [made.id])
        with pytest.raises(ProgrammingError, match="row-level security"):
            cursor.execute("UPDATE care.emergency SET verdict = 'right' WHERE id = %s", [made.id])
        transaction.set_rollback(True)
    emergency.judge(emergency_id=made.id, verdict="wrong", by=staff["other"])
    (known,) = [one for one in emergency.to_review(by=staff["other"]) if one.id == made.id]
    assert (known.verdict, known.reviewer_id) == ("wrong", staff["other"].staff_id)


def test_the_web_has_neither_the_right_nor_the_key(children, staff):
    denied = pytest.raises(ProgrammingError, match="permission denied")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM care.emergency")
    with pytest.raises(NoKey):
        unseal(b"\x81")
    with pytest.raises(Refused, match="post"):
        opened(children[0], staff["nurse"])


# ---- the door and the pages ----


@pytest.fixture(scope="module")
def open_door(children: tuple[int, int]) -> Iterator[None]:
    """The process of sealed care, with a login and keys of its own."""
    import subprocess
    import sys

    door.address().unlink(missing_ok=True)  # of a door that ended before
    process = subprocess.Popen(
        [sys.executable, "-m", "tongdeng.config.care_door"], env={**environment(), "TONGDENG_ROLE": "care"}
    )
    for _ in range(600):
        if door.address().exists():
            break
        time.sleep(0.1)
    else:
        pytest.fail("the door of care did not open")
    yield
    process.terminate()
    process.wait(timeout=10)
    door.address().unlink(missing_ok=True)


def test_a_question_that_the_web_has_not_signed_is_refused(children, care, staff):
    by = staff["nurse"]
    body = json.dumps({"what": "own", "staff": by.staff_id, "post": by.post_id, "at": int(time.time())})
    old = json.dumps({"what": "own", "staff": by.staff_id, "post": by.post_id, "at": int(time.time()) - 60})
    assert door.answer(f"{'0' * 64} {body}") == {"refused": "closed"}
    assert door.answer(f"{door._mac(old)} {old}") == {"refused": "closed"}
    assert "said" in door.answer(f"{door._mac(body)} {body}")


def test_a_closed_door_is_said_on_the_page(children):
    page = signed_in("nurse").get("/emergency/")
    assert page.status_code == 200
    assert "纸质" in page.content.decode()


def test_the_pages_open_show_close_and_judge(open_door, children):
    assert door.address().stat().st_mode & 0o077 == 0
    first, second = children
    nurse = signed_in("nurse")
    assert "卡介苗" not in nurse.get("/emergency/").content.decode()
    nobody = nurse.post("/emergency/open", {"ref": "P-0000", "reason": "reaction"})
    assert (nobody.status_code, "没有找到" in nobody.content.decode()) == (422, True)
    unsaid = nurse.post("/emergency/open", {"ref": ids.show(first), "reason": ""})
    assert (unsaid.status_code, "请选一个理由" in unsaid.content.decode()) == (422, True)
    sent = nurse.post("/emergency/open", {"ref": ids.show(first), "reason": "reaction"})
    page = nurse.get(sent["Location"])
    text = page.content.decode()
    assert "卡介苗" in text
    assert "东关卫生院" in text
    assert "麻腮风" not in text
    assert "no-store" in page["Cache-Control"]
    number = sent["Location"].split("/")[2]
    assert "已经结束" in nurse.get(f"/emergency/{number}/{ids.show(second)}/").content.decode()
    assert nurse.post(f"/emergency/{number}/close").status_code == 302
    after = nurse.get(sent["Location"])
    assert ("已经结束" in after.content.decode(), "卡介苗" in after.content.decode()) == (True, False)
    other = signed_in("health", "990101001000")
    listed = other.get("/emergency/review/").content.decode()
    assert "卡介苗" not in listed
    assert other.post(f"/emergency/review/{number}", {"verdict": "right"}).status_code == 302
    assert "应当打开" in other.get("/emergency/review/").content.decode()


@pytest.mark.parametrize("kind", ["police", "office", "worker", "auditor"])
def test_to_others_these_pages_are_closed(children, kind):
    client = signed_in(kind)
    for url in ("/emergency/", "/emergency/review/", "/emergency/1/P-0018-4427-6/"):
        assert client.get(url).status_code == 403
    assert client.post("/emergency/open", {}).status_code == 403


def test_the_reader_of_a_dump_of_logins_cannot_knock_without_the_contexts_key(children, monkeypatch, open_door, staff):
    monkeypatch.setattr(settings, "TONGDENG_CONTEXT_KEY", bytes(32))
    with pytest.raises(Refused, match="closed"):
        door.ask("own", staff["nurse"])


def test_care_itself_acts_by_a_post_and_never_beyond_it(children, care):
    with acting(command("care")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_link")
        assert cursor.fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.connection.execute("SELECT * FROM people_identity")
        transaction.set_rollback(True)
