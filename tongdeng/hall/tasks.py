"""Background entry points. Arguments are numbers of appointments, never of people."""

from procrastinate.contrib.django import app

from tongdeng.audit.types import job
from tongdeng.hall import actions


@app.task(name="tongdeng.hall.tasks.tell", queue="notify")
def tell(booking_id: int) -> None:
    """Tell whoever moved up from a waiting list."""
    actions.tell(booking_id=booking_id, by=job("hall"))


@app.periodic(cron="5 16 * * *")  # 00:05 in China
@app.task(name="tongdeng.hall.tasks.close_days", queue="owed")
def close_days(timestamp: int) -> None:
    """Close the appointments of days gone by."""
    actions.close_days(by=job("hall"))
