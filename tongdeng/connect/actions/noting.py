"""What happened to a case is noted for those systems that may hear of it, in the transaction of the step itself."""

from contextlib import suppress
from functools import partial

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.connect.types import Happened
from tongdeng.kernel import clock

DELIVER, QUEUED = "tongdeng.connect.tasks.deliver", "connect-deliver"


def note_event(*, happened: Happened, by: Actor) -> int:
    """Note an event of a case and return how many addresses will be told of it."""
    one = happened
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT connect_note(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [one.case_id, one.seq, one.act, one.state, one.service, one.territory, one.domain, one.desks, clock.now()],
        )
        noted = int(cursor.fetchone()[0])
    if noted:
        audit.record("connect.event.noted", by=by, detail={"case": one.case_id, "step": one.seq, "addresses": noted})
        transaction.on_commit(partial(_ask_for_job))
    return noted


def _ask_for_job() -> None:
    with suppress(AlreadyEnqueued):  # one that has not begun yet will find this notice, too
        app.configure_task(DELIVER, queueing_lock=QUEUED).defer(timestamp=0)
