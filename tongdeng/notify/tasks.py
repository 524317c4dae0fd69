"""Background entry points. Arguments are numbers of messages."""

from procrastinate.contrib.django import app

from tongdeng.access.types import NOTIFY
from tongdeng.audit.types import job
from tongdeng.notify import actions


@app.task(name="tongdeng.notify.tasks.deliver", queue="notify")
def deliver(message_id: int) -> None:
    """Hand one message to its channel; where that fails, the next job of the minute tries again in time."""
    actions.deliver(message_id=message_id, by=job(NOTIFY))


@app.periodic(cron="* * * * *")
@app.task(name="tongdeng.notify.tasks.deliver_due", queue="notify", queueing_lock="notify-due")
def deliver_due(timestamp: int) -> None:
    """Try again what may be tried again."""
    actions.deliver_due(by=job(NOTIFY))
