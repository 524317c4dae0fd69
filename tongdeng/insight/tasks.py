"""Background entry points. Arguments are codes of places, never of people."""

from procrastinate.contrib.django import app

from tongdeng.access.types import DETERMINE, INTAKE
from tongdeng.audit.types import job
from tongdeng.insight import actions, selectors
from tongdeng.intake import actions as intake
from tongdeng.kernel import clock
from tongdeng.owed import actions as owed


@app.task(name="tongdeng.insight.tasks.refresh_place", queue="owed")
def refresh_place(community: str) -> None:
    """Determine one community after something changed there; everyone where the figures are another day's or law's."""
    today = clock.today()
    if selectors.latest_day() == today and not selectors.is_of_former_law():
        actions.refresh_place(community=community, as_of=today, by=job(DETERMINE))
    else:
        _begin_the_day()


@app.task(name="tongdeng.insight.tasks.refresh_everyone", queue="owed")
def refresh_everyone() -> None:
    """Determine everyone, after a roll or at night."""
    actions.refresh_everyone(as_of=clock.today(), by=job(DETERMINE))
    intake.measure_quality(on=clock.today(), by=job(INTAKE))


@app.periodic(cron="0 20 * * *")  # 04:00 in China
@app.task(name="tongdeng.insight.tasks.nightly", queue="owed")
def nightly(timestamp: int) -> None:
    """Check once a night what is stored, and determine everyone on the new day."""
    _begin_the_day()
    intake.measure_quality(on=clock.today(), by=job(INTAKE))


def _begin_the_day() -> None:
    # The check comes first: afterwards nobody could tell a forgotten change from the passing of time.
    owed.reconcile_everyone(by=job(DETERMINE))
    actions.refresh_everyone(as_of=clock.today(), by=job(DETERMINE))
