"""Background entry points."""

from procrastinate.contrib.django import app

from tongdeng.access.types import CONNECT
from tongdeng.audit.types import job
from tongdeng.connect import actions


@app.periodic(cron="* * * * *")
@app.task(name="tongdeng.connect.tasks.deliver", queue="notify", queueing_lock="connect-deliver")
def deliver(timestamp: int) -> None:
    """Tell connected systems what waits for them."""
    actions.deliver_due(by=job(CONNECT))


@app.periodic(cron="20 17 * * *")
@app.task(name="tongdeng.connect.tasks.clear", queue="notify", queueing_lock="connect-clear")
def clear(timestamp: int) -> None:
    """Delete what was kept for its time."""
    actions.clear_old(by=job(CONNECT))
