"""Background entry points: the recomputation of the chain, every night and when somebody asks."""

from procrastinate.contrib.django import app

from tongdeng.audit import actions
from tongdeng.audit.types import job


@app.periodic(cron="30 19 * * *")  # 03:30 in China
@app.task(name="tongdeng.audit.tasks.nightly", queue="audit")
def nightly(timestamp: int) -> None:
    """Recompute the whole chain once a night; what was found stands on the auditor's page."""
    actions.verify_chain(by=job("audit"))


@app.task(name="tongdeng.audit.tasks.verify", queue="audit")
def verify() -> None:
    """Recompute the whole chain because an auditor asked for it."""
    actions.verify_chain(by=job("audit"))
