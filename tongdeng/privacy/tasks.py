"""Background entry points. Arguments are numbers of sign-in wishes, never of people."""

from procrastinate.contrib.django import app

from tongdeng.access.types import PRIVACY
from tongdeng.audit.types import job
from tongdeng.privacy import actions


@app.task(name="tongdeng.privacy.tasks.send_code", queue="notify")
def send_code(challenge_id: int) -> None:
    """Send a sign-in code where somebody has the phone."""
    actions.send_code(challenge_id=challenge_id, by=job(PRIVACY))


@app.periodic(cron="40 18 * * *")  # 02:40 in China
@app.task(name="tongdeng.privacy.tasks.nightly", queue="owed")
def nightly(timestamp: int) -> None:
    """Delete what is past its time."""
    actions.carry_out_retention(by=job(PRIVACY))


@app.periodic(cron="*/10 * * * *")
@app.task(name="tongdeng.privacy.tasks.forget_codes", queue="notify")
def forget_codes(timestamp: int) -> None:
    """Empty the phones of sign-ins that nobody finished."""
    actions.forget_phones(by=job(PRIVACY))
