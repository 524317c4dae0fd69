"""Systems are told of cases: within their rights, signed, in order, again after a failure, never at home."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cases import accepted, step, submitted
from tests.databases import logged_in_as, owner_here
from tests.receivers import Receiver, receiving
from tests.residents import Resident, residents
from tests.systems import Connected, connected
from tongdeng.access.selectors import acting
from tongdeng.access.types import CONNECT
from tongdeng.audit.types import job
from tongdeng.connect import actions
from tongdeng.connect.actions.delivering import BACK_OFF
from tongdeng.connect.models import Delivery, Webhook
from tongdeng.desk.types import Act, Given
from tongdeng.kernel import clock
from tongdeng.org.types import town_of

WORDS = Given(words="x")


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents(40)


@pytest.fixture
def receiver(tmp_path, settings, people) -> Iterator[Receiver]:
    with owner_here() as owner:
        owner.execute("DELETE FROM connect_delivery")
    with receiving(tmp_path) as made:
        settings.TONGDENG_WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
        settings.TONGDENG_WEBHOOK_CA = str(made.authority)
        yield made
    with owner_here() as owner:
        owner.execute("UPDATE connect_webhook SET ended_at = now()")


def told_of(system: Connected, receiver: Receiver, *kinds: str) -> str:
    """Let a receiver be told and return its secret."""
    answer = system.post("/webhooks", {"url": receiver.url, "kinds": list(kinds) or ["*"]})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["secret"])


def deliver() -> dict[str, int]:
    with logged_in_as("job"):
        return actions.deliver_due(by=job(CONNECT))


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.came]


def test_a_system_is_told_of_what_it_may_see_and_by_codes_alone(receiver, people):
    who = people[0]
    told_of(connected("police"), receiver)
    case = submitted(who)
    assert deliver()["sent"] == 3
    assert [one["type"] for one in told(receiver)] == ["case.start", "case.note_materials", "case.submit"]
    assert told(receiver)[-1]["data"] == {
        "case": case, "version": 3, "act": "submit", "state": "submitted", "service": "PSB-02",
    }  # fmt: skip
    everything = b"".join(body for _, body in receiver.came).decode()
    assert who.name not in everything
    assert who.number not in everything


def test_whose_post_does_not_reach_it_is_not_told(receiver, people):
    who = people[1]
    elsewhere = next(one.territory for one in people if town_of(one.territory) != town_of(who.territory))
    told_of(connected("clerk", elsewhere), receiver)
    told_of(connected("hrss"), receiver)  # of the same county, and another department
    told_of(connected("police"), receiver, "grant")  # of something else
    submitted(who)
    assert deliver() == {"sent": 0, "failed": 0, "dead": 0, "dropped": 0}
    assert receiver.came == []


def test_the_signature_is_the_one_of_standard_webhooks(receiver, people):
    secret = told_of(connected("police"), receiver, "submit")
    submitted(people[2])
    deliver()
    ((headers, body),) = receiver.came
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = {name.lower(): value for name, value in headers.items()}
    signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert hmac.compare_digest(said["webhook-signature"], wanted)
    with owner_here() as owner:
        assert not any(key in bytes(row[0]) for row in owner.execute("SELECT secret_sealed FROM connect_webhook"))


@pytest.fixture
def later(monkeypatch) -> Callable[[timedelta], None]:
    """Let so much time go by."""
    gone = [timedelta(0)]
    real = clock.now

    def pass_by(more: timedelta) -> None:
        gone[0] += more

    monkeypatch.setattr(clock, "now", lambda: real() + gone[0])
    return pass_by


def test_what_is_not_taken_is_told_again_later_in_order_and_the_number_stays(receiver, people, later):
    told_of(connected("police"), receiver)
    receiver.statuses = [500, 204]
    submitted(people[3])
    assert deliver()["failed"] == 1
    assert deliver() == {"sent": 0, "failed": 0, "dead": 0, "dropped": 0}  # its pause is not over
    later(timedelta(minutes=BACK_OFF[0], seconds=1))
    assert deliver()["sent"] == 3
    assert [one["data"]["version"] for one in told(receiver)] == [1, 1, 2, 3]
    numbers = [headers["webhook-id"] for headers, _ in receiver.came]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3


def test_without_the_order_a_later_step_would_overtake(receiver, people, monkeypatch):
    # Guards the test above: the first is refused, and what follows would be told all the same.
    from tongdeng.connect.actions import delivering

    told_of(connected("police"), receiver)
    receiver.statuses = [500, 204]
    submitted(people[4])
    any_order = "SELECT id, id FROM connect_delivery WHERE state = 'waiting' AND next_try_at IS NULL ORDER BY id"
    monkeypatch.setattr(delivering, "DUE", any_order)
    assert deliver()["sent"] == 2
    assert [one["data"]["version"] for one in told(receiver)] == [1, 2, 3]
    assert Delivery.objects.get(seq=1).state == "waiting"


def test_after_the_last_try_it_rests_until_somebody_resumes_it(receiver, people, later):
    system = connected("police")
    told_of(system, receiver, "submit")
    receiver.statuses = [410]
    submitted(people[5])
    for minutes in (*BACK_OFF, 0):
        deliver()
        later(timedelta(minutes=minutes, seconds=1))
    assert Delivery.objects.get().state == "dead"
    assert len(receiver.came) == len(BACK_OFF) + 1
    receiver.statuses = [204]
    assert deliver()["sent"] == 0
    with logged_in_as("job"), acting(job(CONNECT)) as by:
        assert actions.resume_deliveries(system_id=system.id, by=by) == 1
    assert deliver()["sent"] == 1


def test_a_worker_killed_on_the_way_tells_it_again(receiver, people, later):
    told_of(connected("police"), receiver, "submit")
    submitted(people[6])
    with owner_here() as owner:
        owner.execute("UPDATE connect_delivery SET state = 'sending', tried_at = %s", [clock.now()])
    assert deliver()["sent"] == 0
    later(timedelta(minutes=11))
    assert deliver()["sent"] == 1


def test_a_step_that_is_rolled_back_is_told_to_nobody(receiver, people):
    from django.db import transaction

    case = accepted(people[7])
    told_of(connected("police"), receiver, "review")
    with transaction.atomic():
        step(case, Act.REVIEW, who="police")
        assert Delivery.objects.filter(case_id=case).exists()  # guards the line below
        transaction.set_rollback(True)
    assert not Delivery.objects.filter(case_id=case).exists()


def test_whose_post_is_taken_away_hears_no_more_of_what_was_noted_before(receiver, people):
    system = connected("police")
    told_of(system, receiver, "submit")
    submitted(people[8])
    with owner_here() as owner:
        owner.execute(
            "UPDATE org_staff SET post_id = NULL WHERE id = (SELECT staff_id FROM connect_system WHERE id = %s)",
            [system.id],
        )
    assert deliver()["dropped"] == 1
    assert receiver.came == []


def test_nobody_is_followed_to_another_address(receiver, people):
    told_of(connected("police"), receiver, "submit")
    receiver.statuses, receiver.location = [302], receiver.url
    submitted(people[9])
    assert deliver()["failed"] == 1
    assert len(receiver.came) == 1
    assert Delivery.objects.get().fault == "answered 302"


def test_a_certificate_of_nobody_known_is_not_trusted(receiver, people, settings):
    told_of(connected("police"), receiver, "submit")
    settings.TONGDENG_WEBHOOK_CA = ""
    submitted(people[10])
    assert deliver()["failed"] == 1
    assert (receiver.came, Delivery.objects.get().fault) == ([], "certificate")


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/", "https://10.0.0.8/"])
def test_a_private_address_is_not_taken(people, url):
    answer = connected("police").post("/webhooks", {"url": url, "kinds": ["*"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "connect.webhook.private")


def test_a_name_that_turns_private_later_is_not_called(receiver, people, settings):
    told_of(connected("police"), receiver, "submit")
    settings.TONGDENG_WEBHOOK_NETWORKS = []
    submitted(people[11])
    assert deliver()["failed"] == 1
    assert (receiver.came, Delivery.objects.get().fault) == ([], "connect.webhook.private")


def test_a_system_sees_and_ends_its_own_addresses_only(receiver, people):
    one, other = connected("police"), connected("police")
    told_of(one, receiver)
    (mine,) = one.get("/webhooks").json()["webhooks"]
    assert "secret" not in mine
    assert other.get("/webhooks").json()["webhooks"] == []
    assert other.post(f"/webhooks/{mine['webhook']}/end", {}).status_code == 404
    assert one.post(f"/webhooks/{mine['webhook']}/end", {}).json()["ended"] is True
    assert Webhook.objects.get(pk=mine["webhook"]).ended_at is not None
