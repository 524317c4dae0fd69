"""Background entry points of intake. Arguments are numbers of batches; files wait sealed beside the register."""

import logging

from django.db import connections
from procrastinate.contrib.django import app

from tongdeng.access.selectors import acting
from tongdeng.access.types import INTAKE
from tongdeng.audit.types import Actor, job
from tongdeng.delivery import actions as delivery
from tongdeng.intake import actions, uploads
from tongdeng.intake.errors import Cancelled
from tongdeng.intake.faults import explained
from tongdeng.kernel import clock
from tongdeng.kernel.errors import TongdengError
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, dwellings
from tongdeng.work import actions as work

log = logging.getLogger(__name__)
OPEN = ("waiting", "running")


@app.task(name="tongdeng.intake.tasks.import_upload", queue="intake")
def import_upload(batch_id: int) -> None:
    """Take in one uploaded roll. A job that was killed may run again: an import leaves all or nothing."""
    by, batch = job(INTAKE), Batch.objects.get(pk=batch_id)
    if batch.state in OPEN and _take_in(batch, by):
        work.ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")
        work.ask_for_job("tongdeng.intake.tasks.watch_moves", lock="watch", timestamp=0)
    uploads.remove(batch_id)


def _take_in(batch: Batch, by: Actor) -> bool:
    """Take a kept file in and tell whether it was; if not, its batch says why."""
    actions.begin_batch(batch_id=batch.pk, by=by)
    try:
        actions.import_roll(batch_id=batch.pk, path=uploads.kept(batch.pk, batch.file_name), by=by)
    except Cancelled:
        return False
    except TongdengError as error:
        actions.fail_batch(batch_id=batch.pk, error=error, by=by)
        return False
    except Exception as error:
        # Whoever sent the file must hear of it. The log gets the kind of fault only: a database's own message may
        # quote the row.
        log.error("batch %s failed: %s", batch.pk, type(error).__name__)
        connections.close_all()  # what broke may have been the connection itself
        actions.fail_batch(batch_id=batch.pk, error=explained(error), by=by)
        return False
    return True


# ---- entries of one row, made on a page whose post sees its own places only ----


@app.task(name="tongdeng.intake.tasks.take_entry", queue="intake")
def take_entry(batch_id: int) -> None:
    """Take in what a landlord declared, and determine the places it concerns."""
    by, batch = job(INTAKE), Batch.objects.get(pk=batch_id)
    if batch.state in OPEN and _take_in(batch, by):
        _determine(_places_of(batch_id, by))
    uploads.remove(batch_id)


@app.task(name="tongdeng.intake.tasks.settle_entry", queue="intake")
def settle_entry(batch_id: int) -> None:
    """Resolve the persons an entry speaks of, wherever they are now."""
    by = job(INTAKE)
    before = _places_of(batch_id, by)
    with acting(by):
        persons = dwellings.persons_of(batch_id)
        people.rebuild(persons=persons, on=clock.today(), by=by)
        delivery.follow_persons(persons=persons, by=by)
    _determine(before | _places_of(batch_id, by))


@app.task(name="tongdeng.intake.tasks.take_back_entry", queue="intake")
def take_back_entry(batch_id: int) -> None:
    """Take back what a landlord declared, at the wish of whoever entered it; once only."""
    if Batch.objects.get(pk=batch_id).state != "done":
        return
    actions.withdraw_batch(batch_id=batch_id, reason="entry taken back", by=job(INTAKE))


# ---- households at the door, moves ----


@app.task(name="tongdeng.intake.tasks.settle_household", queue="intake")
def settle_household(batch_id: int) -> None:
    """Finish what somebody entered at a door or on a person's page: it may concern two communities."""
    _determine(actions.settle_household(batch_id=batch_id, by=job(INTAKE)))


@app.task(name="tongdeng.intake.tasks.settle_moves", queue="intake")
def settle_moves() -> None:
    """Carry out the moves that were answered."""
    _determine(actions.settle_moves(by=job(INTAKE)))


@app.task(name="tongdeng.intake.tasks.take_back_move", queue="intake")
def take_back_move(task: int) -> None:
    """Undo an answer about a move, at the wish of the post that gave it."""
    _determine(actions.take_back_move(task_id=task, by=job(INTAKE)))


@app.periodic(cron="20 * * * *")
@app.task(name="tongdeng.intake.tasks.watch_moves", queue="intake")
def watch_moves(timestamp: int) -> None:
    """Ask about the moves that rolls show, end the waiting whose last day has passed, hand open tasks over."""
    _determine(actions.watch_moves(by=job(INTAKE)))


# ---- who is who ----


@app.task(name="tongdeng.intake.tasks.settle_change", queue="intake")
def settle_change(change: int) -> None:
    """Finish a merge or a split that a post began, wherever those concerned are now."""
    actions.settle_change(change_id=change, by=job(INTAKE))


@app.task(name="tongdeng.intake.tasks.send_up_doubt", queue="intake")
def send_up_doubt(doubt: int) -> None:
    """Give a doubt over which two clerks disagree to the division above."""
    actions.send_up(doubt_id=doubt, by=job(INTAKE))


def _places_of(batch_id: int, by: Actor) -> set[str]:
    with acting(by):
        return set(registry.territories(dwellings.persons_of(batch_id)).values())


def _determine(places: set[str]) -> None:
    for place in sorted(places):
        work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{place}", community=place)


@app.periodic(cron="7 * * * *")  # the first is soon after midnight in China
@app.task(name="tongdeng.intake.tasks.change_divisions", queue="owed")
def change_divisions(timestamp: int) -> None:
    """Carry out the planned changes of the map whose day has come."""
    today = clock.today()
    if org.has_due_changes(today):
        actions.carry_out_due(on=today, by=job(INTAKE))


@app.periodic(cron="* * * * *")
@app.task(name="tongdeng.intake.tasks.resume_interrupted", queueing_lock="resume_interrupted", pass_context=False)
async def resume_interrupted(timestamp: int) -> None:
    """Run again the imports and entries whose worker was killed."""
    for name in (
        "import_upload",
        "take_entry",
        "settle_entry",
        "take_back_entry",
        "settle_household",
        "settle_moves",
        "take_back_move",
    ):
        for stalled in await app.job_manager.get_stalled_jobs(task_name=f"tongdeng.intake.tasks.{name}"):
            await app.job_manager.retry_job(stalled)
