"""`record`: the line every action writes beside what it does."""

import json
from collections.abc import Iterable, Mapping

from django.db import connection

from tongdeng.audit.types import Actor
from tongdeng.kernel import clock


def record(
    code: str, *, by: Actor, subjects: Iterable[int] = (), detail: Mapping[str, str | int | None] | None = None
) -> None:
    """Append one entry, in the transaction of the act itself: no act without its entry, no entry without its act.

    `code` is package.noun.past-tense. `subjects` are person ids; `detail` holds counts and codes, never personal data.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_append(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                clock.now(),
                code,
                by.purpose,
                by.staff_id,
                by.post_id,
                by.origin,
                sorted(set(subjects)),
                json.dumps(dict(detail or {}), ensure_ascii=False),
            ],
        )
