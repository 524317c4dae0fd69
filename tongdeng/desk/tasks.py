"""Background entry points."""

from procrastinate.contrib.django import app

from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions


@app.periodic(cron="10 16 * * *")  # 00:10 in China: a term ends with its day
@app.task(name="tongdeng.desk.tasks.deadlines", queue="owed", lock="desk-deadlines")
def deadlines(timestamp: int) -> None:
    """Let the deadlines do what they do by themselves."""
    actions.carry_out_deadlines(by=job(DESK))


@app.periodic(cron="40 16 * * *")  # 00:40 in China, after the deadlines
@app.task(name="tongdeng.desk.tasks.tend_packages", queue="owed", lock="desk-deadlines")
def tend_packages(timestamp: int) -> None:
    """See to every package, whatever became of the jobs below."""
    actions.tend_packages(by=job(DESK))


@app.task(name="tongdeng.desk.tasks.begin_waiting", queue="owed")
def begin_waiting(joint_id: int) -> None:
    """Begin what waited in a package."""
    actions.begin_waiting(joint_id=joint_id, by=job(DESK))


@app.task(name="tongdeng.desk.tasks.tell_news", queue="owed")
def tell_news(joint_id: int) -> None:
    """Tell what is new in a package."""
    actions.tell_news(joint_id=joint_id, by=job(DESK))
