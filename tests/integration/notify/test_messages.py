"""People are told once, in their language, by the way they chose; and a stopped worker tells nobody twice."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.databases import environment, logged_in_as
from tests.posts import COUNTY, SERVING, WEST, signed_in, staffed
from tests.residents import messages as sent_to_phones
from tests.residents import residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import NOTIFY
from tongdeng.audit.types import job
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import CheckFailed, Text
from tongdeng.notify import actions, languages, outbox
from tongdeng.notify.errors import MessageFaulty
from tongdeng.notify.models import Letter, Message
from tongdeng.notify.outbox import BACK_OFF, quiet_until
from tongdeng.notify.types import About, Reader, State, Way

pytestmark = pytest.mark.usefixtures("small_county")
FIELDS = {"service": Text("居住证办理", "Residence permit"), "by": date(2026, 12, 1)}


@pytest.fixture(scope="module")
def people(small_county) -> list[Any]:
    return residents(12)


@pytest.fixture(autouse=True)
def by_day(monkeypatch) -> None:
    """Let it be day, whenever the tests run."""
    monkeypatch.setattr(outbox, "quiet_until", lambda at: None)


def tell(who: Any, number: int, step: str = "accepted", kind: str = "case.accepted", **fields: Any) -> int:
    with acting(staffed("office")) as by:
        return actions.tell(
            kind=kind, about=About("test.case", number, step), fields=fields or FIELDS, by=by,
            to=Reader(who.person_id, who.territory, "B", SERVING),
        )  # fmt: skip


def message_of(letter: int) -> Message:
    return Message.objects.get(letter_id=letter)


def deliver(letter: int) -> State:
    with logged_in_as("job"):
        actions.deliver(message_id=message_of(letter).pk, by=job(NOTIFY))
    return State(message_of(letter).state)


def said(response: Any) -> str:
    return re.sub(r"<[^>]+>", "", response.content.decode())


def agree(who: Any) -> Any:
    client = signed_in_at_my(who)
    client.post("/my/choices/messages/", {"answer": "yes"})
    return client


def wish(who: Any, way: Way, language: str = "zh", email: str = "") -> None:
    from tongdeng.access.types import RESIDENT
    from tongdeng.audit.types import Actor

    with acting(Actor(purpose=RESIDENT, origin="portal"), person=who.person_id) as by:
        actions.choose(
            person_id=who.person_id, territory=who.territory, way=way, language=language, email=email, by=by
        )  # fmt: skip


# ---- languages ----


def test_every_language_says_every_kind_and_what_leaves_has_no_blank():
    known = languages.known()
    assert next(iter(known)) == "zh"
    assert known["zh"].messages.keys() == known["en"].messages.keys()
    for language in known.values():
        assert not any("{" in one.outside for one in language.messages.values())


def test_a_language_is_one_more_file_and_lacks_nothing_by_lacking_a_kind(tmp_path, settings):
    shutil.copytree(settings.TONGDENG_LAW / "messages", tmp_path / "messages")
    (tmp_path / "messages" / "ug.yaml").write_text(
        "language: ug\nname: ئۇيغۇرچە\nsender: x\noutside: yengi uchur bar\nmessages:\n"
        "  case.accepted: {title: t, text: '{service} ... {by}'}\n",
        encoding="utf-8",
    )
    settings.TONGDENG_LAW = tmp_path
    languages.known.cache_clear()
    try:
        assert list(languages.known()) == ["zh", "en", "ug"]
        assert languages.worded("case.accepted", FIELDS, "ug") == ("t", "Residence permit ... 2026-12-01")
        assert languages.template("case.granted", "ug").title == "批准了"
        (tmp_path / "messages" / "ug.yaml").write_text(
            "language: ug\nname: x\nsender: x\noutside: 'about {service}'\nmessages:\n"
            "  case.accepted: {title: t, text: '{service} {by}'}\n"
        )
        languages.known.cache_clear()
        with pytest.raises(CheckFailed):
            languages.known()
    finally:
        languages.known.cache_clear()


# ---- telling ----


def test_whatever_runs_again_tells_nobody_twice(people):
    first = tell(people[0], 1)
    assert tell(people[0], 1) == first
    assert Message.objects.filter(letter_id=first).count() == 1
    assert tell(people[0], 1, "accepted again") != first


def test_two_who_tell_at_once_write_one_letter(people, monkeypatch):
    from tests.databases import at_once, by_both

    staffed("office")
    # What is sealed is made when somebody has looked and not yet written.
    monkeypatch.setattr(languages, "plain", by_both(languages.plain))
    first, second = at_once([lambda: tell(people[11], 30)] * 2)
    assert first == second
    assert Message.objects.filter(letter_id=first).count() == 1


@pytest.mark.parametrize(("kind", "fields"), [("case.nothing", FIELDS), ("case.accepted", {"service": "x"}),
                                              ("case.accepted", {**FIELDS, "more": "x"})])  # fmt: skip
def test_a_message_with_a_blank_left_is_not_written(people, kind, fields):
    with pytest.raises(MessageFaulty):
        tell(people[0], 2, kind=kind, **fields)


def test_only_whoever_agreed_gets_a_word_by_phone_and_it_says_nothing_of_the_matter(people):
    assert deliver(tell(people[1], 3)) is State.UNWANTED
    agree(people[1])
    before = len(sent_to_phones())
    letter = tell(people[1], 4)
    assert deliver(letter) is State.SENT
    assert deliver(letter) is State.SENT  # the job comes a second time
    (word,) = sent_to_phones()[before:]
    assert word["to"] == people[1].phone
    assert "居住证" not in word["text"]
    row = message_of(letter)
    assert row.address_sealed is None
    assert people[1].phone not in str(vars(row))


def test_who_reads_online_only_gets_no_word_outside(people):
    agree(people[2])
    wish(people[2], Way.APP)
    assert deliver(tell(people[2], 5)) is State.UNWANTED


class _Inbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  as aiosmtpd calls it
        self.letters.append(envelope)
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_mail_waits_for_a_server_that_is_down_and_comes_once(people, settings):
    from email import message_from_bytes
    from email.policy import default

    port, inbox = _free_port(), _Inbox()
    settings.TONGDENG_SMTP, settings.TONGDENG_MAIL_FROM = f"smtp://127.0.0.1:{port}", "services@county.example"
    wish(people[3], Way.EMAIL, "en", "somebody@example.cn")
    letter = tell(people[3], 6)
    assert deliver(letter) is State.WAITING  # nobody listens yet
    waiting = message_of(letter)
    assert waiting.next_try_at - waiting.tried_at >= timedelta(minutes=BACK_OFF[0]) - timedelta(seconds=5)
    assert "somebody" not in waiting.fault
    with logged_in_as("job"):
        assert actions.deliver_due(by=job(NOTIFY)) == {"tried": 0, "lost": 0}  # too early
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        later(letter)
        with logged_in_as("job"):
            assert actions.deliver_due(by=job(NOTIFY))["tried"] == 1
            actions.deliver_due(by=job(NOTIFY))
    finally:
        server.stop()
    assert message_of(letter).state == State.SENT
    (envelope,) = inbox.letters
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["somebody@example.cn"]
    assert "Sign in to My services" in mail.get_content()
    assert "Residence" not in envelope.content.decode() + str(mail["Subject"])
    assert str(mail["Message-ID"]).endswith("@county.example>")


def later(letter: int) -> None:
    """Let the time of the next try come."""
    Message.objects.filter(letter_id=letter).update(next_try_at=clock.now() - timedelta(seconds=1))


def test_a_server_down_overnight_loses_nothing_and_one_that_stays_down_is_said_so(people, settings, monkeypatch):
    settings.TONGDENG_SMTP = f"smtp://127.0.0.1:{_free_port()}"
    wish(people[4], Way.EMAIL, "zh", "other@example.cn")
    letter = tell(people[4], 7)
    for _ in range(len(BACK_OFF) + 2):
        assert deliver(letter) is State.WAITING
        wait = message_of(letter).next_try_at - message_of(letter).tried_at
        later(letter)
    assert wait >= timedelta(minutes=BACK_OFF[-1])
    # One whose next try would come when it is no news is given up, and that is said.
    monkeypatch.setattr(actions, "LETTER_LIVES", timedelta(minutes=BACK_OFF[1] - 1))
    short = tell(people[4], 7, "short")
    assert deliver(short) is State.WAITING
    later(short)
    assert deliver(short) is State.FAILED
    assert deliver(short) is State.FAILED
    page = signed_in("office", COUNTY).get(f"/people/{ids.show(people[4].person_id)}/papers/")
    assert "没有发出" in said(page)


def test_word_of_a_letter_leaves_by_day_and_a_code_at_any_hour(people, monkeypatch):
    assert quiet_until(datetime(2026, 11, 23, 0, 10, tzinfo=clock.CHINA)).isoformat() == "2026-11-23T08:00:00+08:00"
    assert quiet_until(datetime(2026, 11, 23, 20, 0, tzinfo=clock.CHINA)).isoformat() == "2026-11-24T08:00:00+08:00"
    assert quiet_until(datetime(2026, 11, 23, 8, 0, tzinfo=clock.CHINA)) is None
    assert quiet_until(datetime(2026, 11, 23, 19, 59, tzinfo=clock.CHINA)) is None
    agree(people[10])
    before, morning = len(sent_to_phones()), clock.now() + timedelta(hours=3)
    with monkeypatch.context() as night:
        night.setattr(outbox, "quiet_until", lambda at: morning)
        letter = tell(people[10], 12)
        assert deliver(letter) is State.WAITING
        assert (message_of(letter).next_try_at, message_of(letter).tries) == (morning, 0)
        with acting(staffed("office")) as by:
            code = actions.send(kind="privacy.code", address=people[10].phone, text="123456", minutes=10, by=by)
        with logged_in_as("job"):
            actions.deliver(message_id=code, by=job(NOTIFY))
        assert len(sent_to_phones()) == before + 1
    later(letter)
    with logged_in_as("job"):
        actions.deliver_due(by=job(NOTIFY))
    assert message_of(letter).state == State.SENT
    assert len(sent_to_phones()) == before + 2


# ---- a worker that is stopped between handing on and noting it ----

STOPPED = """
import os, signal, sys
import django; django.setup()
from tongdeng.audit.types import job
from tongdeng.notify import actions, channels, outbox
outbox.quiet_until = lambda at: None
class Stops(channels.FileChannel):
    def send(self, *words, **more):
        super().send(*words, **more)
        os.kill(os.getpid(), signal.SIGKILL)
channels.KNOWN["file"] = Stops
actions.deliver(message_id=int(sys.argv[1]), by=job("notify"))
"""


def test_a_worker_killed_after_handing_on_tells_nobody_twice(people):
    agree(people[5])
    letter, before = tell(people[5], 8), len(sent_to_phones())
    arguments = [sys.executable, "-c", STOPPED, str(message_of(letter).pk)]
    done = subprocess.run(arguments, env={**environment(), "TONGDENG_ROLE": "job"}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert deliver(letter) is State.SENDING  # the job is taken up again, and hands nothing on
    Message.objects.filter(letter_id=letter).update(tried_at=clock.now() - timedelta(hours=1))
    with logged_in_as("job"):
        assert actions.deliver_due(by=job(NOTIFY)) == {"tried": 0, "lost": 1}
    assert message_of(letter).state == State.UNKNOWN
    assert len(sent_to_phones()) == before + 1
    # Guards the line above: were it waiting still, the next worker would send it again.
    Message.objects.filter(letter_id=letter).update(state=State.WAITING)
    deliver(letter)
    assert len(sent_to_phones()) == before + 2


def test_no_personal_data_is_in_the_arguments_of_a_job(people):
    from django.db import connection

    tell(people[6], 9)
    with logged_in_as("job"), connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE 'tongdeng.notify.%%'")
        found = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    assert found
    assert {key for one in found for key in one} == {"message_id"}


# ---- pages ----


def test_the_person_reads_it_in_either_language_and_chooses_how_to_hear(people):
    who = people[7]
    tell(who, 10)
    client = signed_in_at_my(who)
    assert "“居住证办理”的申请已经受理。最晚2026年12月1日作出决定。" in said(client.get("/my/messages/"))
    client.cookies["django_language"] = "en"
    assert "Your application for “Residence permit” is accepted." in said(client.get("/my/messages/"))
    chosen = client.post("/my/messages/", {"way": "app", "language": "en"})
    assert chosen.status_code == 302
    with logged_in_as("job"), acting(job(NOTIFY)):
        from tongdeng.notify import selectors

        assert selectors.wish_of([who.person_id]).way is Way.APP
    for wrong in ({"way": "pigeon", "language": "en"}, {"way": "app", "language": "xx"},
                  {"way": "email", "language": "en", "email": "no"}):  # fmt: skip
        assert client.post("/my/messages/", wrong).status_code == 422
    other = signed_in_at_my(people[8])
    assert "Residence permit" not in said(other.get("/my/messages/"))


def test_letters_lie_sealed_and_show_to_nobody_elsewhere(people):
    letter = tell(people[9], 11)
    with logged_in_as("job"), acting(job(NOTIFY)):
        assert "居住证".encode() not in bytes(Letter.objects.get(pk=letter).fields_sealed)
    place = people[9].territory
    with acting(staffed("clerk", WEST if place != WEST else "990101001001")):
        assert not Letter.objects.filter(pk=letter).exists()
    with acting(staffed("clerk", place)):
        assert Letter.objects.filter(pk=letter).exists()
