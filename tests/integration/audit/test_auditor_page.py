"""The auditor's page: who acted and how; never about whom, and for nobody else."""

import html
import re

import pytest
from django.test import Client

from tests.databases import logged_in_as, owner_here
from tests.posts import EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.access.types import AUDIT
from tongdeng.audit import actions as audit
from tongdeng.audit import selectors
from tongdeng.audit.types import Actor, Wanted, command

pytestmark = pytest.mark.usefixtures("database")
PERSON = 987654321


@pytest.fixture(scope="module")
def auditor(database) -> Client:
    worker = staffed("worker", EAST)
    audit.record("people.person.viewed", by=worker, subjects=[PERSON], detail={"service": "HRS-02"})
    audit.record("owed.list.viewed", by=worker, subjects=[PERSON, PERSON + 1, PERSON + 2])
    with logged_in_as("job"):
        audit.seal_entries()
        audit.verify_chain(by=command("audit"))
    return signed_in("auditor")


def read(client: Client, address: str = "/audit/", lang: str = "en") -> str:
    client.cookies["django_language"] = lang
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_it_tells_who_acted_and_for_what_and_how_many_it_concerned(auditor):
    text = read(auditor)
    assert "opened the person's page" in text
    assert "people.person.viewed" in text
    assert "王敏" in text
    assert "providing public services" in text
    assert re.search(r"opened the owed list.*?<td class=\"n\">3</td>", text, re.S)
    assert "everything fits" in text
    assert "查看个人页面" in read(auditor, lang="zh-hans")


def test_it_never_tells_about_whom(auditor):
    with owner_here() as owner:
        found = owner.execute("SELECT count(*) FROM audit_entry WHERE subjects @> ARRAY[%s::bigint]", [PERSON])
        assert found.fetchone() == (2,)  # guards the lines below: it is there to be told
    for address in ("/audit/", "/audit/?code=people.person.viewed"):
        assert str(PERSON) not in read(auditor, address)
    made = auditor.post("/audit/export?as=csv", {"purpose": "check"})
    assert made.status_code == 200
    assert str(PERSON) not in made.content.decode()
    assert "people.person.viewed" in made.content.decode()
    assert "9876" not in made.content.decode()


def test_it_filters_by_code_day_staff_and_post(auditor):
    only = read(auditor, "/audit/?code=owed.list.viewed")
    assert '<td class="n">3</td>' in only
    assert "people.person.viewed</span>" not in only
    assert "No such entry" in read(auditor, "/audit/?day=2001-01-01")
    assert "people.person.viewed</span>" in read(auditor, "/audit/?day=2026-11-23&staff=worker-990101001001")
    assert "No such entry" in read(auditor, "/audit/?staff=nobody")
    assert "people.person.viewed</span>" in read(auditor, "/audit/?post=Post&code=people.person.viewed")
    assert "No such entry" in read(auditor, "/audit/?post=nowhere&day=x&before=y")


def test_looking_is_an_entry_itself_and_not_sealed_yet(auditor):
    read(auditor)
    text = read(auditor, "/audit/?code=audit.entries.listed")
    assert "not yet" in text
    assert "auditing" in text


def test_older_ones_follow_page_by_page(auditor):
    for _ in range(60):
        audit.record("tests.many.done", by=command("serve"))
    text = read(auditor, "/audit/?code=tests.many.done")
    numbers = re.findall(r"No\. (\d+)", text)
    assert len(numbers) == 50
    older = re.search(r'href="(/audit/\?[^"]*before=\d+)"', text)
    assert older
    rest = re.findall(r"No\. (\d+)", read(auditor, older[1]))
    assert len(rest) == 10
    assert int(rest[0]) < int(numbers[-1])


@pytest.mark.parametrize("kind", ["office", "worker", "admin", "clerk", "police"])
def test_nobody_else_may_look(auditor, kind):
    client = signed_in(kind, EAST if kind == "worker" else "990101000000")
    for address in ("/audit/", "/audit/export"):
        assert client.get(address).status_code == 403
    assert client.post("/audit/verify").status_code == 403


def test_the_database_tells_nobody_else_either(auditor):
    for by in (staffed("office"), Actor(AUDIT, staffed("office").staff_id, staffed("office").post_id, "web")):
        with acting(by):
            assert selectors.entries_like(Wanted()) == []
            assert selectors.newest_seals() == []
            assert selectors.newest_check() is None
    one = staffed("auditor")
    with acting(Actor(AUDIT, one.staff_id, one.post_id, "web")):
        assert selectors.entries_like(Wanted())  # guards the lines above


def test_asking_for_a_verification_leaves_it_to_the_worker(auditor):
    answer = auditor.post("/audit/verify", follow=True)
    assert "under way" in html.unescape(answer.content.decode())
    with owner_here() as owner:
        jobs = owner.execute("SELECT task_name FROM procrastinate_jobs").fetchall()
    assert ("tongdeng.audit.tasks.verify",) in jobs
