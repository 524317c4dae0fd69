"""People who sign in at /my/: found in the small county, signed in by the code that was sent to them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.databases import logged_in_as
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY
from tongdeng.audit.types import job

# Children by the server's own clock, as the database judges whom a parent may speak for, with two months to spare.
# In an order of what the rolls say: ids are drawn anew in each run, and whom a test meets should not be.
PEOPLE = """
WITH young AS (SELECT ((now() AT TIME ZONE 'Asia/Shanghai')::date - interval '13 years 10 months')::date AS born_after)
SELECT person_id, name, id_sealed, phone_sealed, territory, child, child_name FROM (
  SELECT DISTINCT ON (i.person_id) i.person_id, i.name, i.born_on, i.id_sealed, i.phone_sealed, i.territory,
         c.person_id AS child, c.name AS child_name,
         (SELECT count(DISTINCT o.person_id) FROM people_schooling w JOIN people_identity o USING (person_id)
           WHERE w.guardian_id_index = i.id_index AND o.born_on > (SELECT born_after FROM young)) AS children
  FROM people_identity i
LEFT JOIN people_schooling s ON s.guardian_id_index = i.id_index
LEFT JOIN people_identity c ON c.person_id = s.person_id AND c.born_on > (SELECT born_after FROM young)
WHERE i.phone_index IS NOT NULL AND i.id_sealed IS NOT NULL AND i.is_placed
ORDER BY i.person_id, c.born_on, c.name, c.person_id) AS one
ORDER BY child IS NULL, children > 1, name, born_on, territory, person_id"""


@dataclass(frozen=True)
class Resident:
    """Somebody with a phone and a number; `child` is under 14 and has this guardian, where there is one."""

    person_id: int
    name: str
    number: str
    phone: str
    territory: str
    child: int | None
    child_name: str | None


def residents(most: int = 20) -> list[Resident]:
    """Return people of the county who can sign in, parents of one child under 14 first."""
    from django.db import connection

    from tongdeng.people.exports import records

    with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        rows = cursor.fetchmany(most)
        return [
            Resident(person, name, records.unseal_text(number) or "", records.unseal_text(phone) or "", place, *child)
            for person, name, number, phone, place, *child in rows
        ]


def work_off() -> None:
    """Do what the worker would: send the codes asked for, and deliver the messages."""
    from tongdeng.notify import actions as notify
    from tongdeng.notify.models import Message
    from tongdeng.privacy import actions
    from tongdeng.privacy.models import Challenge

    with logged_in_as("job"):
        for one in Challenge.objects.filter(code_index=None, used_at=None):
            actions.send_code(challenge_id=one.pk, by=job(PRIVACY))
        # In the order in which they were made: the code somebody has asked for just now is the newest.
        for message in Message.objects.filter(state="waiting").order_by("pk"):
            notify.deliver(message_id=message.pk, by=job(PRIVACY))


def messages(folder: Path | None = None) -> list[dict[str, Any]]:
    """Return what the file channel took, oldest first."""
    path = (folder or settings.TONGDENG_FILES) / "messages.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def codes(phone: str) -> list[str]:
    """Return the codes that were sent to a phone, oldest first; other messages may have come between them."""
    found = [re.search(r"(?<![\d-])\d{6}(?![\d-])", one["text"]) for one in messages() if one["to"] == phone]
    return [code[0] for code in found if code]


def newest_code(phone: str) -> str:
    """Return the code that was last sent to a phone."""
    return codes(phone)[-1]


def signed_in_at_my(resident: Resident) -> Any:
    """Return a browser (Django's test client) in which somebody came in by a code and has read the notice."""
    from django.test import Client

    client = Client()
    assert client.post("/my/sign-in/", {"phone": resident.phone}).status_code == 302
    work_off()
    sent = {"code": newest_code(resident.phone), "number_end": resident.number[-4:]}
    assert client.post("/my/code/", sent).headers["Location"] == "/my/"
    client.get("/my/", follow=True)
    return client
